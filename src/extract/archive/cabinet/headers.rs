//! The headers of a cabinet (MS-CAB section 2): its folders and its files.

use super::super::{size_at, u16_at};

/// What the headers tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cabinet {
    pub(super) folders: Vec<Folder>,
    pub(super) files: Vec<File>,
    /// Bytes that every block of data sets aside.
    pub(super) reserved: usize,
    /// Whether all that the header counts is there.
    pub(super) complete: bool,
}

/// Files that are packed as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    /// Where its first block is, and how many it has.
    pub(super) start: usize,
    pub(super) blocks: u16,
    pub(super) method: u16,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) name: String,
    /// Which folder it is in, and where in it.
    pub(super) folder: usize,
    pub(super) start: usize,
    pub(super) length: usize,
    pub(super) whole: Whole,
}

/// Where the bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// All of them in this cabinet.
    Here,
    /// Some in the cabinet before or behind this one.
    Elsewhere,
}

/// Folders that stand for a file that goes on in another cabinet (section 2.3).
const FROM_BEFORE: u16 = 0xFFFD;
const TO_NEXT: u16 = 0xFFFE;
const FROM_BEFORE_TO_NEXT: u16 = 0xFFFF;

/// The longest name (section 2.3).
const LONGEST_NAME: usize = 256;

/// Reads the headers as far as they go; `None` for what is no cabinet.
pub(super) fn read(bytes: &[u8]) -> Option<Cabinet> {
    let (folder_count, file_count, flags) =
        (u16_at(bytes, 26)?, u16_at(bytes, 28)?, u16_at(bytes, 30)?);
    if !bytes.starts_with(super::MAGIC) || *bytes.get(25)? != 1 {
        return None;
    }
    let mut cabinet = Cabinet::default();
    let mut at = 36;
    let mut folder_reserved = 0;
    if flags & 4 != 0 {
        folder_reserved = usize::from(*bytes.get(38)?);
        cabinet.reserved = usize::from(*bytes.get(39)?);
        at = 40 + usize::from(u16_at(bytes, 36)?);
    }
    // The names of the cabinets and disks before and behind.
    let names = 2 * usize::from(flags & 1) + usize::from(flags & 2);
    for _ in 0..names {
        at += text_at(bytes, at)?.len() + 1;
    }
    for _ in 0..folder_count {
        let Some(folder) = folder_at(bytes, at) else { break };
        cabinet.folders.push(folder);
        at += 8 + folder_reserved;
    }
    at = size_at(bytes, 16)?;
    for _ in 0..file_count {
        let Some((file, behind)) = file_at(bytes, at, cabinet.folders.len()) else { break };
        cabinet.files.push(file);
        at = behind;
    }
    let counted = (usize::from(folder_count), usize::from(file_count));
    cabinet.complete = counted == (cabinet.folders.len(), cabinet.files.len());
    Some(cabinet)
}

fn folder_at(bytes: &[u8], at: usize) -> Option<Folder> {
    Some(Folder {
        start: size_at(bytes, at)?,
        blocks: u16_at(bytes, at + 4)?,
        method: u16_at(bytes, at + 6)?,
    })
}

/// The file at a place, and where the next one is.
fn file_at(bytes: &[u8], at: usize, folders: usize) -> Option<(File, usize)> {
    let (folder, attributes) = (u16_at(bytes, at + 8)?, u16_at(bytes, at + 14)?);
    let raw = text_at(bytes, at + 16)?;
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) if attributes & 0x80 != 0 => String::from_utf8_lossy(raw).into_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(raw).0.into_owned(),
    };
    let (folder, whole) = match folder {
        TO_NEXT => (folders.checked_sub(1)?, Whole::Elsewhere),
        FROM_BEFORE | FROM_BEFORE_TO_NEXT => (usize::MAX, Whole::Elsewhere),
        folder => (usize::from(folder), Whole::Here),
    };
    let (length, start) = (size_at(bytes, at)?, size_at(bytes, at + 4)?);
    Some((File { name, folder, start, length, whole }, at + 16 + raw.len() + 1))
}

/// The text at a place, up to its NUL.
fn text_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..)?;
    let rest = rest.get(..rest.len().min(LONGEST_NAME + 1))?;
    rest.get(..memchr::memchr(0, rest)?)
}
