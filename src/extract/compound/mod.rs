//! Compound files ([MS-CFB]): Office documents of before 2007, encrypted ones of after, and what
//! else is kept in such files.

mod behind;
mod embedded;
mod encrypted;
mod kinds;
mod leftovers;
mod limited;
mod locked;
mod native;
mod properties;
mod slides;
mod word;
mod workbook;
mod workbook_chain;
mod workbook_records;

pub(super) use behind::has_archive_behind;
use kinds::Kind;
use limited::limited;
use locked::{DEFAULT_PASSWORD, Lock, Opened};

use super::labelled::Labelled;
use super::leaf::Leaf;
use super::output::Flow;
use super::sniff;
use super::strings;
use super::waiting::Locked;
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

/// Reads a part as the compound file that it is; one under a password waits for the end of the
/// message.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    // A compound file is unpacked like any other: what its reader copies of it is charged.
    walk.out.unpacked(leaf.bytes.len(), leaf.path)?;
    if kinds::kind(leaf.bytes) == Some(Kind::EncryptedPackage)
        && let Some(lock) = Lock::of(Kind::EncryptedPackage, leaf.bytes)
        && let Some(opened) = tried(walk, leaf, &lock, DEFAULT_PASSWORD)
    {
        return hand_on(walk, leaf, &opened, Children::of(leaf.path));
    }
    document(walk, leaf, Children::of(leaf.path), Encrypted::Waits)
}

/// Tries the passwords that stand in the message or that the administrator knows.
fn unlock(walk: &mut Walk<'_>, leaf: &Leaf<'_>, children: Children<'_>) -> Flow {
    let kind = kinds::kind(leaf.bytes);
    let lock = kind.and_then(|kind| Lock::of(kind, leaf.bytes));
    let candidates = walk.out.passwords();
    for (lock, candidate) in lock.iter().flat_map(|lock| candidates.iter().map(move |c| (lock, c)))
    {
        walk.out.time(leaf.path)?;
        if !walk.out.charge_rounds(lock.rounds()) {
            // Somebody who knows the password waits less long than whoever has to find it.
            walk.out.unread(leaf.path, leaf.file(), Cause::TimedOut);
            break;
        }
        if let Some(opened) = opened(walk, leaf, lock, candidate.password.expose()) {
            walk.out.opened_with(candidate, leaf.path);
            return hand_on(walk, leaf, &opened, children);
        }
    }
    // A password that was given up in the middle was not the wrong one.
    walk.out.time(leaf.path)?;
    walk.out.unread(leaf.path, leaf.file(), Cause::Encrypted);
    Ok(())
}

/// What comes out from behind the lock with a password, where there is time to try it.
fn tried(walk: &mut Walk<'_>, leaf: &Leaf<'_>, lock: &Lock, password: &str) -> Option<Opened> {
    walk.out.charge_rounds(lock.rounds()).then(|| opened(walk, leaf, lock, password)).flatten()
}

fn opened(walk: &Walk<'_>, leaf: &Leaf<'_>, lock: &Lock, password: &str) -> Option<Opened> {
    let go_on = || walk.out.has_time();
    limited(|| lock.open(leaf.bytes, password, &go_on)).flatten()
}

/// Reads what came out.
fn hand_on(walk: &mut Walk<'_>, leaf: &Leaf<'_>, opened: &Opened, children: Children<'_>) -> Flow {
    match opened {
        Opened::Package(package) => {
            walk.out.unpacked(package.len(), leaf.path)?;
            walk.inner(leaf, package)
        }
        Opened::File(bytes) => {
            walk.out.unpacked(bytes.len(), leaf.path)?;
            document(walk, &Leaf { bytes, ..*leaf }, children, Encrypted::Stays)
        }
    }
}

/// What becomes of a document that is encrypted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encrypted {
    /// It waits for the end of the message, where a password could open it.
    Waits,
    /// It is unread.
    Stays,
}

/// Reads a document.
fn document(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    mut children: Children<'_>,
    encrypted: Encrypted,
) -> Flow {
    let kind = kinds::kind(leaf.bytes);
    let read = match kind {
        Some(Kind::EncryptedPackage) => Err(Cause::Encrypted),
        Some(kind) if encrypted::is_encrypted(kind, leaf.bytes) => Err(Cause::Encrypted),
        Some(Kind::Word) => word::read(leaf.bytes),
        Some(Kind::Workbook | Kind::BareWorkbook) => workbook::read(leaf.bytes),
        Some(Kind::Slides) => slides::read(leaf.bytes),
        Some(Kind::Message | Kind::Other) | None => Err(Cause::Unsupported),
    };
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
            let lock = || kind.and_then(|kind| Lock::of(kind, leaf.bytes));
            if encrypted == Encrypted::Waits && lock().is_some() {
                return walk.wait(leaf, 0, Locked::document(unlock));
            }
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
