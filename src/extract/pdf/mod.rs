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
mod pages;
mod reading;
mod revisions;
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

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use memchr::memmem;

use super::leaf::Leaf;
use super::output::Flow;
use super::sniff;
use super::walk::Walk;
use crate::limits::Cause;
use reading::Reading;
use sizes::State;

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

/// Reads a part as a PDF.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    walk.out.time(leaf.path)?;
    let state = match sizes::check(leaf.bytes, &|| walk.out.has_time()) {
        Ok(state) => state,
        Err(cause) => {
            walk.out.unread(leaf.path, leaf.file(), cause);
            return Ok(());
        }
    };
    let opened = open(leaf.bytes);
    let mut reading = Reading::new(walk, leaf);
    match &opened {
        Ok(pdf) => reading.document(pdf)?,
        Err(cause) => {
            reading.missing(*cause);
            return Ok(());
        }
    }
    // What is encrypted cannot be unpacked as it stands.
    let damaged = state == State::Damaged && !says_encrypted(leaf.bytes);
    if is_cut_off(leaf.bytes) || damaged {
        reading.missing(Cause::Malformed);
    }
    drop(opened);
    earlier_revisions(&mut reading, leaf)
}

fn earlier_revisions(reading: &mut Reading<'_, '_, '_>, leaf: &Leaf<'_>) -> Flow {
    let revisions = revisions::earlier(leaf.bytes);
    for length in revisions.lengths {
        // One that does not open is part of the next.
        if let Ok(pdf) = open(leaf.bytes.get(..length).unwrap_or_default()) {
            reading.revision(&pdf)?;
        }
    }
    if revisions.more {
        reading.missing(Cause::TooLarge);
    }
    Ok(())
}

/// Opens a file, or says why not.
fn open(bytes: &[u8]) -> Result<Pdf, Cause> {
    let data = Arc::new(bytes.to_vec());
    let opened = catch_unwind(AssertUnwindSafe(|| Pdf::new(data)));
    match opened {
        Ok(Ok(pdf)) if pdf.pages().is_empty() => Err(damage(bytes)),
        Ok(Ok(pdf)) => Ok(pdf),
        Ok(Err(LoadPdfError::Decryption(_))) => Err(Cause::Encrypted),
        Ok(Err(LoadPdfError::Invalid)) | Err(_) => Err(damage(bytes)),
    }
}

/// What does not open and says that it is encrypted is so in a way that is not known.
fn damage(bytes: &[u8]) -> Cause {
    if says_encrypted(bytes) { Cause::Encrypted } else { Cause::Malformed }
}

fn says_encrypted(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"/Encrypt").is_some()
}

fn is_cut_off(bytes: &[u8]) -> bool {
    let end = bytes.get(bytes.len().saturating_sub(END)..).unwrap_or_default();
    memmem::find(end, b"%%EOF").is_none() && memmem::find(end, b"startxref").is_none()
}
