//! Messages of Outlook made by hand for tests.

use std::io::{Cursor, Write};

use cfb::CompoundFile;

/// A string as compound files and Unicode properties keep it.
pub(super) fn wide(words: &str) -> Vec<u8> {
    words.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// RTF under the header of what is not compressed.
pub(super) fn plain_rtf(rtf: &str) -> Vec<u8> {
    [&[0; 8][..], b"MELA", &[0; 4], rtf.as_bytes()].concat()
}

/// Writes a message file: streams by their paths.
pub(super) fn message_file(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, bytes) in streams {
        if let Some((folder, _)) = path.rsplit_once('/')
            && !folder.is_empty()
        {
            file.create_storage_all(folder).unwrap();
        }
        file.create_stream(path).unwrap().write_all(bytes).unwrap();
    }
    file.into_inner().into_inner()
}

/// The stream of fixed properties: `head` bytes, then numbers.
pub(super) fn fixed(head: usize, numbers: &[(u16, u32)]) -> Vec<u8> {
    let mut bytes = vec![0; head];
    for (id, number) in numbers {
        bytes.extend([3, 0]);
        bytes.extend(id.to_le_bytes());
        bytes.extend([6, 0, 0, 0]);
        bytes.extend(number.to_le_bytes());
        bytes.extend([0; 4]);
    }
    bytes
}

/// Writes TNEF: levels, attributes and their bytes.
pub(super) fn tnef(attributes: &[(u8, u32, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"\x78\x9F\x3E\x22\x01\0".to_vec();
    for (level, id, data) in attributes {
        bytes.push(*level);
        bytes.extend(id.to_le_bytes());
        bytes.extend((data.len() as u32).to_le_bytes());
        bytes.extend(data);
        let sum = data.iter().fold(0_u16, |sum, &byte| sum.wrapping_add(u16::from(byte)));
        bytes.extend(sum.to_le_bytes());
    }
    bytes
}

/// Writes a list of properties as TNEF has them.
pub(super) fn list(properties: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = (properties.len() as u32).to_le_bytes().to_vec();
    for (id, kind, value) in properties {
        bytes.extend(kind.to_le_bytes());
        bytes.extend(id.to_le_bytes());
        if *id >= 0x8000 {
            bytes.extend([7; 16]);
            bytes.extend([1, 0, 0, 0, 6, 0, 0, 0]);
            bytes.extend([b'a', 0, b'b', 0, 0, 0, 0, 0]);
        }
        if matches!(kind, 0x1E | 0x1F | 0x102 | 0x0D) {
            bytes.extend([1, 0, 0, 0]);
            bytes.extend((value.len() as u32).to_le_bytes());
            bytes.extend(value);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        } else {
            bytes.extend(value);
        }
    }
    bytes
}
