//! Excel's binary workbooks ([MS-XLSB]): packages whose sheets are records and no XML.

mod cells;
mod records;

use super::labelled::Labelled;
use super::leaf::Leaf;
use super::normal::normal;
use super::office::cells::Records;
use super::output::Flow;
use super::package::Package;
use super::sheet::Sheets;
use super::sniff;
use super::structured::elements;
use super::walk::{Children, Walk};
use crate::limits::Cause;
use crate::text::Place;

/// The part that makes a package a binary workbook.
const WORKBOOK: &str = "xl/workbook.bin";

/// Whether a part is such a workbook.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    Package::open(leaf.bytes).is_some_and(|package| package.has(WORKBOOK))
}

/// Reads a part as a binary workbook.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let Some(mut package) = Package::open(leaf.bytes) else {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
        return Ok(());
    };
    let mut parts = Vec::new();
    let mut properties = Labelled::default();
    let mut words = Vec::new();
    let mut files = Vec::new();
    // The reader of cells unpacks for itself: only what was seen to have an end is given to it.
    let mut bounded = true;
    for name in package.names() {
        let role = role(&name);
        if role == Role::Nothing {
            continue;
        }
        let Some(unpacked) = package.unpack(&mut walk.out, leaf.path, &name)? else { continue };
        unpacked.tell(&mut walk.out, leaf.path, leaf.file());
        bounded &= unpacked.missing.is_none() || role != Role::Records;
        match role {
            Role::Records => parts.push(unpacked.bytes),
            Role::Properties => {
                for (name, value) in elements(&unpacked.bytes) {
                    properties.named(&normal(&name), &normal(&value), None);
                }
            }
            Role::Words => {
                words.extend(elements(&unpacked.bytes).into_iter().map(|(_, word)| word))
            }
            Role::File => files.push((name, unpacked.bytes)),
            Role::Nothing => {}
        }
    }
    let (mut sheets, mut records) = (Sheets::default(), Records::default());
    if bounded {
        let go_on = || walk.out.has_time();
        let read = cells::read(leaf.bytes, &mut sheets, &mut records, &go_on);
        if let Err(cause) = read {
            walk.out.unread(leaf.path, leaf.file(), cause);
        }
    }
    let mut text = sheets.take(&mut records);
    for line in records::strings(&parts, text.content()) {
        text.line(&line);
    }
    for word in words {
        text.line(&normal(&word));
    }
    let text = text.text(leaf, leaf.place);
    if sniff::has_words(text.content.expose()) {
        walk.out.text(text);
    }
    if properties.len() > 0 {
        walk.out.text(properties.text(leaf, Place::Metadata));
    }
    let mut children = Children::of(leaf.path);
    for (name, bytes) in files {
        walk.member(&mut children, Some(&name), &bytes)?;
    }
    walk.out.time(leaf.path)
}

/// What a part of the package is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Records,
    Properties,
    Words,
    File,
    Nothing,
}

fn role(name: &str) -> Role {
    let is_xml = name.ends_with(".xml");
    if name.contains("printerSettings") || name.ends_with("calcChain.bin") || name.ends_with('/') {
        Role::Nothing
    } else if name.starts_with("docProps/") && is_xml {
        Role::Properties
    } else if name.contains("/media/") || name.contains("/embeddings/") {
        Role::File
    } else if name.starts_with("xl/") && name.ends_with(".bin") && !name.ends_with("vbaProject.bin")
    {
        Role::Records
    } else if is_xml && !name.contains("/theme/") && name != "[Content_Types].xml"
        || name.ends_with(".vml")
    {
        Role::Words
    } else {
        Role::Nothing
    }
}

#[cfg(test)]
mod tests;
