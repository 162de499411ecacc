//! Encrypted workbooks ([MS-XLS] 2.2.10).

use super::legacy::{Header, Keys, unmask};
use super::streams;
use crate::extract::archive::u16_at;

/// Bytes that are encrypted with one key.
const BLOCK: usize = 1024;
/// Records that a workbook may have before it says how it is encrypted.
const FIRST: usize = 64;

const FILE_PASS: u16 = 0x2F;
const BOUND_SHEET: u16 = 0x85;
/// Records that are never encrypted: BOF, FilePass, UsrExcl, FileLock, InterfaceHdr, RRDInfo,
/// RRDHead.
const NEVER: &[u16] = &[0x809, FILE_PASS, 0x194, 0x195, 0xE1, 0x196, 0x138];
/// A record that no reader knows, in whose place the one above was.
const NOTHING: u16 = 0xDFF;

/// What the workbook says of its encryption. Those that are only obfuscated say nothing.
pub(super) fn header(bytes: &[u8]) -> Option<Header> {
    let (_, stream) = stream(bytes)?;
    let pass = records(&stream).take(FIRST).find(|record| record.kind == FILE_PASS)?;
    let body = stream.get(pass.body)?;
    (u16_at(body, 0)? == 1).then(|| Header::parse(body.get(2..)?)).flatten()
}

/// The workbook without its encryption.
pub(super) fn decrypted(bytes: &[u8], keys: &Keys) -> Option<Vec<u8>> {
    let (name, mut stream) = stream(bytes)?;
    let keys = keys.stream(stream.len(), BLOCK);
    let all: Vec<Record> = records(&stream).collect();
    for Record { kind, body } in all {
        if kind == FILE_PASS {
            let start = body.start.checked_sub(4)?;
            stream
                .get_mut(start..)?
                .first_chunk_mut::<2>()?
                .copy_from_slice(&NOTHING.to_le_bytes());
        }
        // Where a sheet begins is not encrypted either.
        let plain = if kind == BOUND_SHEET { 4 } else { 0 };
        if !NEVER.contains(&kind) {
            unmask(&mut stream, &keys, (body.start + plain).min(body.end)..body.end);
        }
    }
    streams::replaced(bytes, &[(name, stream)])
}

fn stream(bytes: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    ["Workbook", "Book"].into_iter().find_map(|name| Some((name, streams::read(bytes, name)?)))
}

struct Record {
    kind: u16,
    body: std::ops::Range<usize>,
}

fn records(stream: &[u8]) -> impl Iterator<Item = Record> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, at)?, usize::from(u16_at(stream, at + 2)?));
        let start = at + 4;
        at = (start + length).min(stream.len());
        Some(Record { kind, body: start..at })
    })
}
