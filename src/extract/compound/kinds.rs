//! What is kept in a compound file, told by the names in its directory ([MS-CFB] 2.6).

use std::io::Cursor;

use office_oxide::cfb::CfbReader;

/// What a compound file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A Word document ([MS-DOC]).
    Word,
    /// An Excel workbook ([MS-XLS]).
    Workbook,
    /// An Excel sheet of before compound files (BIFF2 to BIFF4).
    BareWorkbook,
    /// A PowerPoint presentation ([MS-PPT]).
    Slides,
    /// An Outlook message ([MS-OXMSG]).
    Message,
    /// An encrypted package of the newer formats ([MS-OFFCRYPTO] 2.3).
    EncryptedPackage,
    /// Anything else.
    Other,
}

/// Streams and storages of the root that tell a kind, the surest first.
const NAMES: &[(&str, Kind)] = &[
    ("EncryptedPackage", Kind::EncryptedPackage),
    ("EncryptionInfo", Kind::EncryptedPackage),
    ("__properties_version1.0", Kind::Message),
    ("WordDocument", Kind::Word),
    ("PowerPoint Document", Kind::Slides),
    ("PP97_DUALSTORAGE", Kind::Slides),
    ("Workbook", Kind::Workbook),
    ("Book", Kind::Workbook),
];

/// The first bytes of every compound file.
pub(super) const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// The kind of a compound file; `None` for what is none.
pub(super) fn kind(bytes: &[u8]) -> Option<Kind> {
    if !bytes.starts_with(MAGIC) {
        return is_bare_workbook(bytes).then_some(Kind::BareWorkbook);
    }
    let by_root = CfbReader::new(Cursor::new(bytes)).ok().and_then(|reader| {
        NAMES.iter().find(|(name, _)| reader.has_root_entry(name)).map(|(_, kind)| *kind)
    });
    Some(by_root.or_else(|| by_any_name(bytes)).unwrap_or(Kind::Other))
}

/// A kind by the directory entries that lie anywhere in the file: its tables may be damaged so
/// that no root is found.
fn by_any_name(bytes: &[u8]) -> Option<Kind> {
    let names: Vec<Vec<u8>> = NAMES.iter().map(|(name, _)| wide(name)).collect();
    let mut best: Option<usize> = None;
    for entry in bytes.chunks_exact(ENTRY) {
        let length = entry.get(64..66).map(|two| usize::from(two[0]) | usize::from(two[1]) << 8);
        let is_name =
            |name: &Vec<u8>| length == Some(name.len()) && entry.starts_with(name.as_slice());
        if let Some(found) = names.iter().position(is_name) {
            best = Some(best.map_or(found, |best| best.min(found)));
        }
    }
    NAMES.get(best?).map(|(_, kind)| *kind)
}

/// Bytes of a directory entry.
const ENTRY: usize = 128;

/// A name as a directory holds it, with its end.
fn wide(name: &str) -> Vec<u8> {
    name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

/// Whether bytes begin with the record that opens a BIFF2, BIFF3 or BIFF4 sheet.
fn is_bare_workbook(bytes: &[u8]) -> bool {
    let Some(head) = bytes.first_chunk::<8>() else { return false };
    let [9, version @ (0 | 2 | 4), length @ (4 | 6 | 8), 0, _, _, kind, 0] = *head else {
        return false;
    };
    matches!((version, length), (0, 4) | (2 | 4, 6 | 8)) && matches!(kind, 0x10 | 0x20 | 0x40)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_the_directory_is_lost() {
        let mut bytes = MAGIC.to_vec();
        bytes.resize(1024, 0);
        let mut entry = wide("WordDocument");
        let length = entry.len() as u8;
        entry.resize(64, 0);
        entry.push(length);
        entry.resize(ENTRY, 0);
        bytes.extend(entry);
        assert_eq!(kind(&bytes), Some(Kind::Word));
        assert_eq!(kind(MAGIC), Some(Kind::Other));
        assert_eq!(kind(b"\xD0\xCF"), None);
    }

    #[test]
    fn a_sheet_of_before_compound_files_is_known_by_its_first_record() {
        assert_eq!(kind(b"\x09\0\x04\0\x02\0\x10\0"), Some(Kind::BareWorkbook));
        assert_eq!(kind(b"\x09\x04\x06\0\0\0\x10\0\0\0"), Some(Kind::BareWorkbook));
        assert_eq!(kind(b"\tPatient: Jane"), None);
    }
}
