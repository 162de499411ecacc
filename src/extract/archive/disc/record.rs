//! The records of a directory (ECMA-119 section 9.1), with the names that Rock Ridge adds
//! (IEEE P1282 section 4.1.4).

use super::super::size_at;
use super::volume::{Alphabet, SECTOR};

/// What a directory says of a file or of another directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) name: String,
    /// The block at which it begins, and its length in bytes.
    pub(super) block: usize,
    pub(super) length: usize,
    pub(super) is_directory: bool,
    /// More of the file follows in the next record.
    pub(super) goes_on: bool,
    /// Its bytes alternate with those of another.
    pub(super) interleaved: bool,
}

/// The records of a directory, without those of itself and of the one above it; `None` for what is
/// too short to be one. A directory begins with the record of itself.
pub(super) fn records(
    directory: &[u8],
    alphabet: Alphabet,
) -> impl Iterator<Item = Option<Record>> {
    let mut at = 0;
    let unknown = (directory.get(32..34) != Some(&[1, 0])).then_some(None);
    let known = std::iter::from_fn(move || {
        loop {
            let length = usize::from(*directory.get(at)?);
            if length == 0 {
                // No record crosses a sector: zeros fill what is left of one.
                at = (at / SECTOR + 1) * SECTOR;
                continue;
            }
            let record = directory.get(at..directory.len().min(at + length))?;
            at += length;
            match record.get(32..34) {
                Some([1, 0 | 1]) => {}
                _ => return Some(record_of(record, alphabet)),
            }
        }
    });
    unknown.into_iter().chain(known)
}

/// One record.
pub(super) fn record_of(bytes: &[u8], alphabet: Alphabet) -> Option<Record> {
    let flags = *bytes.get(25)?;
    let name_length = usize::from(*bytes.get(32)?);
    let raw = bytes.get(33..33 + name_length)?;
    let beside = bytes.get(33 + name_length + (1 - name_length % 2)..).unwrap_or_default();
    let plain = alphabet.decode(raw);
    // The version of a file is none of its name.
    let plain = plain.split_once(';').map_or(plain.as_str(), |(name, _)| name);
    let name = match alphabet {
        Alphabet::Plain => rock_ridge_name(beside),
        Alphabet::Wide => None,
    };
    let extended = usize::from(*bytes.get(1)?);
    Some(Record {
        name: name.unwrap_or_else(|| plain.trim_end_matches('.').to_owned()),
        block: size_at(bytes, 2)?.checked_add(extended)?,
        length: size_at(bytes, 10)?,
        is_directory: flags & 2 != 0,
        goes_on: flags & 0x80 != 0,
        interleaved: bytes.get(26..28) != Some(&[0, 0]),
    })
}

/// The name in the entries `NM`, in as many pieces as there are.
fn rock_ridge_name(mut beside: &[u8]) -> Option<String> {
    let mut name = Vec::new();
    while let [first, second, length, _, ..] = *beside {
        let entry = beside.get(..usize::from(length)).filter(|entry| entry.len() >= 4)?;
        // Flags 2 and 4 stand for the directory itself and the one above.
        if [first, second] == *b"NM" && entry.get(4).is_some_and(|flags| flags & 6 == 0) {
            name.extend_from_slice(entry.get(5..).unwrap_or_default());
        }
        beside = beside.get(entry.len()..).unwrap_or_default();
    }
    (!name.is_empty()).then(|| String::from_utf8_lossy(&name).into_owned())
}
