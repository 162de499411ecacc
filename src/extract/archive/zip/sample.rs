//! Zip archives made by hand for tests: every field can lie.

use std::io::Write;

use super::crypto::tests::encrypt;

/// A member to write.
#[derive(Clone)]
pub(in super::super) struct Entry {
    pub name: Vec<u8>,
    pub local_name: Option<Vec<u8>>,
    pub plain: Vec<u8>,
    pub method: u16,
    pub local_method: Option<u16>,
    pub described: bool,
    pub password: Option<&'static str>,
    pub listed: bool,
    pub comment: &'static str,
}

/// A member in deflate.
pub(in super::super) fn entry(name: &str, plain: impl AsRef<[u8]>) -> Entry {
    Entry {
        name: name.into(),
        local_name: None,
        plain: plain.as_ref().to_vec(),
        method: 8,
        local_method: None,
        described: false,
        password: None,
        listed: true,
        comment: "",
    }
}

/// Compresses with deflate alone.
pub(in super::super) fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

pub(in super::super) fn crc(plain: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(plain);
    sum.sum()
}

/// Writes an archive.
pub(in super::super) fn archive(entries: &[Entry]) -> Vec<u8> {
    let (mut bytes, mut directory, mut listed) = (Vec::new(), Vec::new(), 0_u16);
    for entry in entries {
        let sum = crc(&entry.plain);
        let mut packed =
            if entry.method == 8 { deflate(&entry.plain) } else { entry.plain.clone() };
        if let Some(password) = entry.password {
            packed = encrypt(&packed, sum, password.as_bytes());
        }
        let offset = bytes.len() as u32;
        let flags = u16::from(entry.password.is_some()) | u16::from(entry.described) << 3;
        let sizes = [sum, packed.len() as u32, entry.plain.len() as u32];
        let sizes: Vec<u8> = sizes.iter().flat_map(|size| size.to_le_bytes()).collect();
        let head = |method: u16, sizes: &[u8], name: &[u8]| {
            let numbers = [20, flags, method, (sum >> 16) as u16, 0x21];
            let lengths = [name.len() as u16, 0];
            let numbers = numbers.iter().flat_map(|n: &u16| n.to_le_bytes());
            let lengths = lengths.iter().flat_map(|n| n.to_le_bytes());
            numbers.chain(sizes.iter().copied()).chain(lengths).collect::<Vec<u8>>()
        };
        let local_name = entry.local_name.as_ref().unwrap_or(&entry.name);
        let local_sizes = if entry.described { &[0; 12][..] } else { &sizes };
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend(head(entry.local_method.unwrap_or(entry.method), local_sizes, local_name));
        bytes.extend_from_slice(local_name);
        bytes.extend_from_slice(&packed);
        if entry.described {
            bytes.extend_from_slice(b"PK\x07\x08");
            bytes.extend_from_slice(&sizes);
        }
        if entry.listed {
            listed += 1;
            directory.extend_from_slice(b"PK\x01\x02\x14\0");
            directory.extend(head(entry.method, &sizes, &entry.name));
            directory.extend_from_slice(&(entry.comment.len() as u16).to_le_bytes());
            directory.extend_from_slice(&[0; 8]);
            directory.extend_from_slice(&offset.to_le_bytes());
            directory.extend_from_slice(&entry.name);
            directory.extend_from_slice(entry.comment.as_bytes());
        }
    }
    let (start, length) = (bytes.len() as u32, directory.len() as u32);
    bytes.extend(directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&[listed.to_le_bytes(), listed.to_le_bytes()].concat());
    bytes.extend_from_slice(&[length.to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}
