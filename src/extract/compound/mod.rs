//! Compound files ([MS-CFB]): Office documents of before 2007, encrypted ones of after, and what
//! else is kept in such files.

mod default_password;
mod embedded;
mod encrypted;
mod kinds;
mod leftovers;
mod limited;
mod native;
mod properties;
mod slides;
mod word;
mod workbook;
mod workbook_records;

use kinds::Kind;

use super::labelled::Labelled;
use super::leaf::Leaf;
use super::output::Flow;
use super::sniff;
use super::strings;
use super::walk::{Children, Walk};
use crate::limits::Cause;
use crate::text::Place;

/// What a reader made of a document.
struct Document {
    /// Its text, with hidden and deleted text.
    text: Labelled,
    /// Whether it says that it has no text.
    is_blank: bool,
    /// Why there is not all of it, where the reader knows.
    missing: Option<Cause>,
    /// Who wrote it, about what.
    properties: Labelled,
    /// Pictures in it.
    pictures: Vec<Vec<u8>>,
}

/// Whether a part is a compound file, or a workbook of before them; not an Outlook message, which
/// is a message and has a reader of its own.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    match kinds::kind(leaf.bytes) {
        None | Some(Kind::Message) => false,
        Some(_) => true,
    }
}

/// Reads a part as the compound file that it is.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    // A compound file is unpacked like any other: what its reader copies of it is charged.
    walk.out.unpacked(leaf.bytes.len(), leaf.path)?;
    let kind = kinds::kind(leaf.bytes);
    if kind == Some(Kind::EncryptedPackage)
        && let Some(package) = encrypted::opened_package(leaf.bytes)
    {
        walk.out.unpacked(package.len(), leaf.path)?;
        return walk.inner(leaf, &package);
    }
    let read = match kind {
        Some(Kind::EncryptedPackage) => Err(Cause::Encrypted),
        Some(kind) if encrypted::is_encrypted(kind, leaf.bytes) => Err(Cause::Encrypted),
        Some(Kind::Word) => word::read(leaf.bytes),
        Some(Kind::Workbook | Kind::BareWorkbook) => workbook::read(leaf.bytes),
        Some(Kind::Slides) => slides::read(leaf.bytes),
        Some(Kind::Message | Kind::Other) | None => Err(Cause::Unsupported),
    };
    let mut children = Children::of(leaf.path);
    match read {
        Ok(document) => {
            let text = document.text.text(leaf, leaf.place);
            if sniff::has_words(text.content.expose()) {
                walk.out.text(text);
            } else if !document.is_blank && document.pictures.is_empty() {
                // Parsers find nothing where damage has cut them off, too.
                walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
                strings::sweep(walk, leaf);
            }
            if document.properties.len() > 0 {
                walk.out.text(document.properties.text(leaf, Place::Metadata));
            }
            if let Some(cause) = document.missing {
                walk.out.unread(leaf.path, leaf.file(), cause);
            }
            for picture in document.pictures {
                walk.out.unpacked(picture.len(), leaf.path)?;
                walk.member(&mut children, None, &picture)?;
            }
        }
        Err(Cause::Encrypted) => {
            walk.out.unread(leaf.path, leaf.file(), Cause::Encrypted);
            return walk.out.time(leaf.path);
        }
        Err(cause) => {
            walk.out.unread(leaf.path, leaf.file(), cause);
            strings::sweep(walk, leaf);
        }
    }
    embedded::read(walk, leaf, &mut children)?;
    walk.out.time(leaf.path)
}

#[cfg(test)]
mod tests;
