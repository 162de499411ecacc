//! RAR archives are known and their names are read; nothing free undoes their methods.

use memchr::memmem;

use super::super::file_names;
use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::walk::Walk;
use super::member_names::Folders;
use super::{size_at, u16_at};
use crate::limits::Cause;

const MAGIC_4: &[u8] = b"Rar!\x1A\x07\0";
const MAGIC_5: &[u8] = b"Rar!\x1A\x07\x01\0";

/// Where a program that unpacks itself may have its archive.
const PREFIX: usize = 1 << 20;

/// Whether a part is a RAR archive, or a program that unpacks one.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    start(leaf.bytes).is_some()
}

fn start(bytes: &[u8]) -> Option<usize> {
    let within = match bytes {
        [b'M', b'Z', ..] => bytes.get(..bytes.len().min(PREFIX))?,
        _ => bytes.get(..8)?,
    };
    [MAGIC_5, MAGIC_4].iter().find_map(|magic| memmem::find(within, magic))
}

/// Reads the names, and says why the rest stays unread.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let bytes = start(leaf.bytes).and_then(|start| leaf.bytes.get(start..)).unwrap_or_default();
    let found = if bytes.starts_with(MAGIC_5) { headers_5(bytes) } else { headers_4(bytes) };
    let mut folders = Folders::default();
    for path in &found.names {
        walk.out.charge_part(leaf.path)?;
        let name = folders.file_name(&mut walk.out, leaf.path, path);
        file_names::read_one(&mut walk.out, leaf.path, leaf.group, name);
    }
    let cause = if found.encrypted { Cause::Encrypted } else { Cause::Unsupported };
    walk.out.unread(leaf.path, leaf.file(), cause);
    Ok(())
}

/// What the headers of an archive tell.
#[derive(Debug, Default, PartialEq, Eq)]
struct Headers {
    names: Vec<String>,
    /// Whether any member or the headers themselves are encrypted.
    encrypted: bool,
}

/// Names of one archive that are read; more are hostile.
const MOST: usize = 10_000;

/// RAR 1.5 to 4: blocks of a sum, a type, flags and a size.
fn headers_4(bytes: &[u8]) -> Headers {
    let mut found = Headers::default();
    let mut at = MAGIC_4.len();
    while found.names.len() < MOST {
        let Some(next) = header_4(bytes, at, &mut found) else { break };
        at = next;
    }
    found
}

fn header_4(bytes: &[u8], at: usize, found: &mut Headers) -> Option<usize> {
    let (kind, flags, size) =
        (*bytes.get(at + 2)?, u16_at(bytes, at + 3)?, usize::from(u16_at(bytes, at + 5)?));
    let mut data = 0;
    match kind {
        // The main header may say that all that follows is encrypted.
        0x73 => found.encrypted |= flags & 0x80 != 0,
        0x74 => {
            found.encrypted |= flags & 4 != 0;
            let start = at + if flags & 0x100 == 0 { 32 } else { 40 };
            let length = usize::from(u16_at(bytes, at + 26)?);
            let name = bytes.get(start..start + length)?;
            // Behind a NUL the name stands again, in a packed kind of UTF-16.
            let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
            found.names.push(String::from_utf8_lossy(name).into_owned());
        }
        0x7B => return None,
        _ => {}
    }
    if flags & 0x8000 != 0 || kind == 0x74 {
        data = size_at(bytes, at + 7)?;
    }
    (size >= 7 && !found.encrypted || kind == 0x74).then_some(())?;
    at.checked_add(size.max(7))?.checked_add(data)
}

/// RAR 5: blocks of a sum, a size, a type and flags, in numbers of seven bits a byte.
fn headers_5(bytes: &[u8]) -> Headers {
    let mut found = Headers::default();
    let mut at = MAGIC_5.len();
    while found.names.len() < MOST {
        let Some(next) = header_5(bytes, at, &mut found) else { break };
        at = next;
    }
    found
}

fn header_5(bytes: &[u8], at: usize, found: &mut Headers) -> Option<usize> {
    let mut cursor = at.checked_add(4)?;
    let size = number(bytes, &mut cursor)?;
    let end = cursor.checked_add(size)?;
    let (kind, flags) = (number(bytes, &mut cursor)?, number(bytes, &mut cursor)?);
    let extra = if flags & 1 == 0 { 0 } else { number(bytes, &mut cursor)? };
    let data = if flags & 2 == 0 { 0 } else { number(bytes, &mut cursor)? };
    match kind {
        2 => {
            let name = name_5(bytes, &mut cursor)?;
            found.names.push(String::from_utf8_lossy(name).into_owned());
            let records = end.checked_sub(extra)?;
            found.encrypted |= bytes.get(records..end).is_some_and(has_encryption);
        }
        4 => {
            found.encrypted = true;
            return None;
        }
        5 => return None,
        _ => {}
    }
    end.checked_add(data)
}

/// Whether a record of the extra area is that of encryption, type 1.
fn has_encryption(extra: &[u8]) -> bool {
    let mut at = 0;
    while at < extra.len() {
        let Some(size) = number(extra, &mut at) else { return false };
        let mut kind = at;
        if number(extra, &mut kind) == Some(1) {
            return true;
        }
        at = at.saturating_add(size);
    }
    false
}

fn name_5<'b>(bytes: &'b [u8], cursor: &mut usize) -> Option<&'b [u8]> {
    let flags = number(bytes, cursor)?;
    let _ = (number(bytes, cursor)?, number(bytes, cursor)?);
    *cursor += if flags & 2 == 0 { 0 } else { 4 };
    *cursor += if flags & 4 == 0 { 0 } else { 4 };
    let _ = (number(bytes, cursor)?, number(bytes, cursor)?);
    let length = number(bytes, cursor)?;
    bytes.get(*cursor..cursor.checked_add(length)?)
}

fn number(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0_usize;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::archive::reading::{causes, names, read_file};

    fn member_4(name: &str, flags: u16, data: &[u8]) -> Vec<u8> {
        let size = 32 + name.len() as u16;
        let mut header = vec![0, 0, 0x74];
        header.extend(flags.to_le_bytes());
        header.extend(size.to_le_bytes());
        header.extend((data.len() as u32).to_le_bytes());
        header.extend([0; 15]);
        header.extend((name.len() as u16).to_le_bytes());
        header.extend([0; 4]);
        [header, name.as_bytes().to_vec(), data.to_vec()].concat()
    }

    #[test]
    fn names_of_version_4_are_read_and_the_rest_is_unsupported() {
        let main = [0, 0, 0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0];
        let bytes = [
            MAGIC_4,
            &main,
            &member_4("a\\jane roe.txt", 0x8000, b"xxxx"),
            &member_4("b.txt", 0x8000, b"y"),
        ]
        .concat();
        let reading = read_file("x.rar", &bytes);
        assert_eq!(names(&reading), ["x.rar", "a", "jane roe.txt", "b.txt"]);
        assert_eq!(causes(&reading), [Cause::Unsupported]);
        let locked = [MAGIC_4, &main, &member_4("b.txt", 0x8004, b"y")].concat();
        assert_eq!(causes(&read_file("x.rar", &locked)), [Cause::Encrypted]);
        for length in 0..bytes.len() {
            let _ = read_file("x.rar", &bytes[..length]);
        }
    }

    #[test]
    fn names_of_version_5_are_read_and_encrypted_headers_told() {
        let file = |name: &str| {
            let body = [&[2, 2, 3, 0, 9, 0, 0, 0, name.len() as u8][..], name.as_bytes()].concat();
            [&[0, 0, 0, 0, body.len() as u8][..], &body, b"abc"].concat()
        };
        let bytes =
            [MAGIC_5, &[0, 0, 0, 0, 3, 1, 0, 0], &file("jane roe.txt"), &file("b")].concat();
        let reading = read_file("x.rar", &bytes);
        assert_eq!(names(&reading), ["x.rar", "jane roe.txt", "b"]);
        assert_eq!(causes(&reading), [Cause::Unsupported]);
        let locked = [MAGIC_5, &[0, 0, 0, 0, 3, 4, 0, 0]].concat();
        assert_eq!(causes(&read_file("x.rar", &locked)), [Cause::Encrypted]);
    }
}
