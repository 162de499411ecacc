//! PDF (ISO 32000-2): the words of its pages, and all that stands in it beside them.

mod beside;
mod bidi;
mod device;
mod embedded;
mod filters;
mod forms;
mod glyphs;
mod metadata;
mod objects;
mod opening;
mod owner;
mod pages;
mod reading;
mod revisions;
mod scans;
mod sizes;
mod strings;
mod unicode;
mod words;
mod xml;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_beside;
#[cfg(test)]
mod tests_locked;

use std::sync::Arc;

use hayro_interpret::hayro_syntax::Pdf;
use memchr::memmem;

use super::leaf::Leaf;
use super::output::Flow;
use super::sniff;
use super::waiting::Locked;
use super::walk::{Children, Walk};
use crate::limits::Cause;
use reading::{Lock, Reading};
use sizes::State;

/// The properties in a packet of XMP that are about what it describes: label and text.
pub(super) fn xmp(bytes: &[u8], go_on: &dyn Fn() -> bool) -> Vec<(String, String)> {
    xml::pairs(bytes, go_on).into_iter().filter(metadata::tells).collect()
}

/// How a file says that it is one.
const MARK: &[u8] = b"%PDF-";
/// Bytes within which a file has to say that it is one (Adobe's own readers look that far).
const START: usize = 1024;
/// Bytes before the end within which a file that was not cut off says so.
const END: usize = 4096;

/// Whether the part is a PDF. Behind other bytes the mark counts where they are no text or the part
/// says that it is one: mail can be about the mark.
pub(super) fn is_pdf(leaf: &Leaf<'_>) -> bool {
    let start = leaf.bytes.get(..START.min(leaf.bytes.len())).unwrap_or_default();
    if start.trim_ascii_start().starts_with(MARK) {
        return true;
    }
    let says_pdf = leaf.content.media_type.ends_with("pdf")
        || leaf.extension().is_some_and(|extension| extension == "pdf");
    memmem::find(start, MARK).is_some() && (says_pdf || !sniff::is_text(leaf.bytes))
}

/// Reads a part as a PDF; one that wants a password waits for the end of the message.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    walk.out.time(leaf.path)?;
    let state = match sizes::check(leaf.bytes, &|| walk.out.has_time()) {
        Ok(state) => state,
        Err(cause) => {
            walk.out.unread(leaf.path, leaf.file(), cause);
            return Ok(());
        }
    };
    let bytes = Arc::new(leaf.bytes.to_vec());
    match opening::open(&bytes, "") {
        Ok(pdf) => {
            // What is encrypted cannot be unpacked as it stands.
            if state == State::Damaged && !opening::is_encrypted(&bytes) {
                walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
            }
            document(walk, leaf, pdf, "", Children::of(leaf.path))
        }
        Err(refusal) if refusal.may_want_password() => walk.wait(leaf, 0, Locked::document(unlock)),
        Err(refusal) => {
            refusal.tell(walk, leaf);
            Ok(())
        }
    }
}

/// Opens a file with a password that stands in the message or that the administrator knows.
fn unlock(walk: &mut Walk<'_>, leaf: &Leaf<'_>, children: Children<'_>) -> Flow {
    let bytes = Arc::new(leaf.bytes.to_vec());
    let mut refusal = None;
    for candidate in walk.out.passwords() {
        walk.out.time(leaf.path)?;
        for password in opening::readings(leaf.bytes, candidate.password.expose()) {
            match opening::open(&bytes, &password) {
                Ok(pdf) => {
                    walk.out.opened_with(&candidate, leaf.path);
                    return document(walk, leaf, pdf, &password, children);
                }
                Err(again) => refusal = Some(again),
            }
        }
    }
    let refusal = refusal.or_else(|| opening::open(&bytes, "").err());
    if let Some(refusal) = refusal {
        refusal.tell(walk, leaf);
    }
    Ok(())
}

fn document(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    pdf: Pdf,
    password: &str,
    children: Children<'_>,
) -> Flow {
    let lock = if password.is_empty() { Lock::Open } else { Lock::Password };
    let mut reading = Reading::new(walk, leaf, children, lock);
    reading.document(&pdf, leaf.bytes)?;
    if is_cut_off(leaf.bytes) {
        reading.missing(Cause::Malformed);
    }
    drop(pdf);
    earlier_revisions(&mut reading, leaf, password)
}

fn earlier_revisions(reading: &mut Reading<'_, '_, '_>, leaf: &Leaf<'_>, password: &str) -> Flow {
    let revisions = revisions::earlier(leaf.bytes);
    for length in revisions.lengths {
        // One that does not open is part of the next.
        let revision = leaf.bytes.get(..length).unwrap_or_default().to_vec();
        if let Ok(pdf) = opening::open(&Arc::new(revision), password) {
            reading.revision(&pdf, leaf.bytes.get(..length).unwrap_or_default())?;
        }
    }
    if revisions.more {
        reading.missing(Cause::TooLarge);
    }
    Ok(())
}

fn is_cut_off(bytes: &[u8]) -> bool {
    let end = bytes.get(bytes.len().saturating_sub(END)..).unwrap_or_default();
    memmem::find(end, b"%%EOF").is_none() && memmem::find(end, b"startxref").is_none()
}
