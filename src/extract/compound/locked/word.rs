//! Encrypted Word documents ([MS-DOC] 2.2.6).

use super::legacy::{Header, Keys, unmask};
use super::streams;
use crate::extract::archive::{u16_at, u32_at};

/// Bytes at the start of the main stream that are never encrypted.
const PLAIN: usize = 68;
/// Bytes that are encrypted with one key.
const BLOCK: usize = 512;
const MAIN: &str = "WordDocument";

/// What the document says of its encryption: it stands at the start of its table stream. Documents
/// that are only obfuscated have none.
pub(super) fn header(bytes: &[u8]) -> Option<Header> {
    let main = streams::read(bytes, MAIN)?;
    Header::parse(&streams::read(bytes, table(&main)?)?)
}

/// The document without its encryption.
pub(super) fn decrypted(bytes: &[u8], keys: &Keys) -> Option<Vec<u8>> {
    let mut main = streams::read(bytes, MAIN)?;
    let name = table(&main)?;
    // FibBase.lKey is the size of what stands before the table itself.
    let header = usize::try_from(u32_at(&main, 0x0E)?).ok()?;
    let mut table = streams::read(bytes, name)?;
    let data = streams::read(bytes, "Data").unwrap_or_default();
    let longest = main.len().max(table.len()).max(data.len());
    let stream = keys.stream(longest, BLOCK);
    let all = main.len();
    unmask(&mut main, &stream, PLAIN.min(all)..all);
    // fEncrypted.
    *main.get_mut(0x0B)? &= !1;
    let all = table.len();
    unmask(&mut table, &stream, header.min(all)..all);
    let mut replaced = vec![(MAIN, main), (name, table)];
    if !data.is_empty() {
        let mut data = data;
        let all = data.len();
        unmask(&mut data, &stream, 0..all);
        replaced.push(("Data", data));
    }
    streams::replaced(bytes, &replaced)
}

/// The name of the table stream (FibBase.fWhichTblStm).
fn table(main: &[u8]) -> Option<&'static str> {
    Some(if u16_at(main, 0x0A)? & 0x0200 == 0 { "0Table" } else { "1Table" })
}
