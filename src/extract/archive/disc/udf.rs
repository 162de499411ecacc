//! The file system UDF (ECMA-167 part 4). It is not walked from its root: every entry of a file and
//! every name is found where it stands, so that no circle and no lost root hides any.

use std::collections::HashMap;

use super::super::{size_at, u16_at};
use super::Extent;
use super::volume::SECTOR;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: Vec<File>,
    /// Names of directories, and further names of files.
    pub(super) names: Vec<String>,
    /// Whether every entry could be followed.
    pub(super) complete: bool,
}

/// A file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) pieces: Vec<Extent>,
}

/// Names of one disc that are kept; more are hostile.
const MOST_NAMES: usize = 100_000;

/// Descriptors (ECMA-167 3/7.2.1 and 4/7.2.1).
const PARTITION: u16 = 5;
const NAME: u16 = 257;
const ENTRY: u16 = 261;
const EXTENDED_ENTRY: u16 = 266;

/// Types of files (4/14.6.6): a directory, a file, and one of sound or film.
const DIRECTORY: u8 = 4;
const FILES: [u8; 2] = [5, 249];

/// Reads all entries of a disc.
pub(super) fn read(bytes: &[u8]) -> Found {
    let mut found = Found { complete: true, ..Found::default() };
    let sectors = || (0..bytes.len()).step_by(SECTOR);
    let mut partitions = sectors().filter(|&at| tag(bytes, at) == Some(PARTITION));
    let first = partitions.next().and_then(|at| size_at(bytes, at + 188));
    let Some(partition) = first else { return Found::default() };
    found.complete &= partitions.all(|at| size_at(bytes, at + 188) == first);
    let entries: Vec<_> =
        sectors().filter_map(|at| Some((at, entry(bytes, at, partition)?))).collect();
    // Directories of an honest disc do not share their bytes.
    let mut left = bytes.len();
    let mut names: HashMap<usize, String> = HashMap::new();
    for (_, entry) in entries.iter().filter(|(_, entry)| entry.kind == DIRECTORY) {
        found.complete &= entry.complete;
        let length: usize = entry.pieces.iter().map(|&(_, length)| length).sum();
        if length > left || found.names.len() + names.len() > MOST_NAMES {
            found.complete = false;
            break;
        }
        left -= length;
        for (name, block, is_directory) in names_of(&whole(bytes, &entry.pieces)) {
            let known = is_directory || names.contains_key(&block);
            if known {
                found.names.push(name);
            } else {
                names.insert(block, name);
            }
        }
    }
    for (at, entry) in entries {
        if !FILES.contains(&entry.kind) {
            continue;
        }
        found.complete &= entry.complete;
        // The tag says at which block of its partition it is, as names do.
        let name = size_at(bytes, at + 12).and_then(|block| names.remove(&block));
        found.files.push(File { name: name.unwrap_or_default(), pieces: entry.pieces });
    }
    // A name whose entry was not found.
    found.complete &= names.is_empty();
    found.names.extend(names.into_values());
    found
}

/// The kind of descriptor at a place, if the sum of its tag is right.
fn tag(bytes: &[u8], at: usize) -> Option<u16> {
    let tag = bytes.get(at..at + 16)?;
    let sum = tag.iter().enumerate().filter(|(index, _)| *index != 4);
    let sum = sum.fold(0_u8, |sum, (_, &byte)| sum.wrapping_add(byte));
    (tag.get(4) == Some(&sum)).then(|| u16_at(tag, 0)).flatten().filter(|&kind| kind > 0)
}

struct Entry {
    kind: u8,
    pieces: Vec<Extent>,
    complete: bool,
}

/// The entry at a place (4/14.9 and 4/14.17): where the bytes of its file are.
fn entry(bytes: &[u8], at: usize, partition: usize) -> Option<Entry> {
    let start = match tag(bytes, at)? {
        ENTRY => 168,
        EXTENDED_ENTRY => 208,
        _ => return None,
    };
    let kind = *bytes.get(at + 27)?;
    let mut left = size_at(bytes, at + 56)?;
    let (attributes, length) = (size_at(bytes, at + start)?, size_at(bytes, at + start + 4)?);
    let from = (at + start + 8).checked_add(attributes)?;
    let mut entry = Entry { kind, pieces: Vec::new(), complete: true };
    // All of an entry is in its block.
    let list = bytes.get(..at + SECTOR).and_then(|block| block.get(from..));
    let Some(list) = list.and_then(|list| list.get(..length)) else {
        return Some(Entry { complete: false, ..entry });
    };
    let (step, place) = match u16_at(bytes, at + 34)? & 7 {
        0 => (8, 4),
        1 => (16, 4),
        // The bytes themselves.
        3 => {
            entry.pieces.push((from, left.min(length)));
            return Some(entry);
        }
        _ => (usize::MAX, 0),
    };
    entry.complete = step < usize::MAX;
    for extent in list.chunks_exact(step.min(list.len().max(1))) {
        let (Some(length), Some(block)) = (size_at(extent, 0), size_at(extent, place)) else {
            break;
        };
        // The upper bits: recorded, or not, or more of the list elsewhere.
        match length >> 30 {
            0 if length > 0 && entry.complete => {
                let start = (partition.saturating_add(block)).saturating_mul(SECTOR);
                entry.pieces.push((start, length.min(left)));
            }
            3 => entry.complete = false,
            _ => {}
        }
        left = left.saturating_sub(length & 0x3FFF_FFFF);
    }
    entry.complete &= left == 0;
    Some(entry)
}

/// The bytes of a directory.
fn whole(bytes: &[u8], pieces: &[Extent]) -> Vec<u8> {
    let piece = |&(start, length): &Extent| {
        let end = start.saturating_add(length).min(bytes.len());
        bytes.get(start..end).unwrap_or_default()
    };
    pieces.iter().flat_map(piece).copied().collect()
}

/// The names in a directory (4/14.4), the blocks of their entries, and whether those are
/// directories.
fn names_of(directory: &[u8]) -> Vec<(String, usize, bool)> {
    let mut names = Vec::new();
    let mut at = 0;
    while tag(directory, at) == Some(NAME) {
        let one = || {
            let flags = *directory.get(at + 18)?;
            let length = usize::from(*directory.get(at + 19)?);
            let start = at + 38 + usize::from(u16_at(directory, at + 36)?);
            let name = directory.get(start..start + length)?;
            Some((name, size_at(directory, at + 24)?, flags & 2 != 0, start + length))
        };
        let Some((name, block, is_directory, end)) = one() else { break };
        at = end.next_multiple_of(4);
        if !name.is_empty() {
            names.push((decode(name), block, is_directory));
        }
    }
    names
}

/// A name in OSTA's form: the first byte says how many bits a character has.
fn decode(name: &[u8]) -> String {
    match name.split_first() {
        Some((16 | 255, wide)) => {
            encoding_rs::UTF_16BE.decode_without_bom_handling(wide).0.into_owned()
        }
        Some((_, narrow)) => narrow.iter().map(|&byte| char::from(byte)).collect(),
        None => String::new(),
    }
}
