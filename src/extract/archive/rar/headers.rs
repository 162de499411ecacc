//! The headers of RAR archives: of versions 1.5 to 4, and of version 5 (technote.txt).

use std::ops::Range;

use super::super::listed::{Content, Listed, MOST};
use super::super::member_names::of_dos;
use super::super::{size_at, u16_at, u32_at};
use crate::limits::Cause;

pub(super) const MAGIC_4: &[u8] = b"Rar!\x1A\x07\0";
pub(super) const MAGIC_5: &[u8] = b"Rar!\x1A\x07\x01\0";

/// What the headers of an archive tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Headers {
    pub(super) members: Vec<Listed>,
    /// Comments that are not packed.
    pub(super) comments: Vec<Range<usize>>,
    /// Whether the headers themselves are encrypted.
    pub(super) encrypted: bool,
    /// Whether they end where they should.
    pub(super) ended: bool,
}

/// Reads the headers of an archive from its first byte on.
pub(super) fn read(bytes: &[u8]) -> Headers {
    let (next, start): (Next, _) = match bytes.starts_with(MAGIC_5) {
        true => (header_5, MAGIC_5.len()),
        false => (header_4, MAGIC_4.len()),
    };
    let mut found = Headers::default();
    let mut at = start;
    while found.members.len() < MOST
        && let Some(behind) = next(bytes, at, &mut found)
    {
        at = behind;
    }
    found.ended |= at == bytes.len();
    found
}

/// Reads the header at a place; where the next one is.
type Next = fn(&[u8], usize, &mut Headers) -> Option<usize>;

/// Blocks of a sum, a type, flags and a size.
fn header_4(bytes: &[u8], at: usize, found: &mut Headers) -> Option<usize> {
    let (kind, flags, size) =
        (*bytes.get(at + 2)?, u16_at(bytes, at + 3)?, usize::from(u16_at(bytes, at + 5)?));
    if found.encrypted || size < 7 {
        return None;
    }
    let mut data = 0;
    if flags & 0x8000 != 0 || kind == 0x74 {
        data = size_at(bytes, at + 7)?;
    }
    let mut end = at.checked_add(size)?;
    match kind {
        // The main header may say that all that follows is encrypted.
        0x73 => found.encrypted = flags & 0x80 != 0,
        0x74 => {
            let start = at + if flags & 0x100 == 0 { 32 } else { 40 };
            if flags & 0x100 != 0 {
                data = data.checked_add(size_at(bytes, at + 32)?.checked_mul(1 << 32)?)?;
            }
            let length = usize::from(u16_at(bytes, at + 26)?);
            let name = bytes.get(start..start + length)?;
            end = end.max(start + length);
            let name = name_4(name);
            let content = match *bytes.get(at + 25)? {
                _ if flags & 0xE0 == 0xE0 => Content::Nowhere,
                _ if flags & 4 != 0 => Content::Unread(Cause::Encrypted),
                // What is no piece of a member that other volumes hold.
                0x30 if flags & 3 == 0 => {
                    Content::Here(end..end.checked_add(data)?, u32_at(bytes, at + 16))
                }
                _ => Content::Unread(Cause::Unsupported),
            };
            found.members.push(Listed { name, content });
        }
        0x7B => {
            found.ended = true;
            return None;
        }
        _ => {}
    }
    end.checked_add(data)
}

/// A name in the code page; behind a NUL it stands again, in a packed kind of UTF-16.
fn name_4(raw: &[u8]) -> String {
    let mut names = raw.splitn(2, |&byte| byte == 0);
    let plain = names.next().unwrap_or_default();
    let wide = names.next().map(|packed| wide_name(plain, packed)).filter(|name| !name.is_empty());
    wide.unwrap_or_else(|| of_dos(plain))
}

/// Undoes that packing: two bits for each character or run say how it is given.
fn wide_name(plain: &[u8], packed: &[u8]) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut rest = packed.iter().copied();
    let high = u16::from(rest.next().unwrap_or_default()) << 8;
    while let Some(kinds) = rest.next() {
        for shift in [6, 4, 2, 0] {
            let Some(byte) = rest.next() else { break };
            match kinds >> shift & 3 {
                0 => units.push(byte.into()),
                1 => units.push(high | u16::from(byte)),
                2 => units.push(u16::from_le_bytes([byte, rest.next().unwrap_or_default()])),
                // As many as said of the plain name, all moved alike.
                _ => {
                    let moved = if byte & 0x80 == 0 { None } else { rest.next() };
                    let page = if moved.is_some() { high } else { 0 };
                    let run = plain.iter().skip(units.len()).take(usize::from(byte & 0x7F) + 2);
                    let run = run.map(|one| one.wrapping_add(moved.unwrap_or_default()));
                    units.extend(run.map(|one| page | u16::from(one)).collect::<Vec<_>>());
                }
            }
        }
    }
    String::from_utf16_lossy(&units)
}

/// Blocks of a sum, a size, a type and flags, in numbers of seven bits a byte.
fn header_5(bytes: &[u8], at: usize, found: &mut Headers) -> Option<usize> {
    let mut cursor = at.checked_add(4)?;
    let size = number(bytes, &mut cursor)?;
    let end = cursor.checked_add(size)?;
    let (kind, flags) = (number(bytes, &mut cursor)?, number(bytes, &mut cursor)?);
    let extra = if flags & 1 == 0 { 0 } else { number(bytes, &mut cursor)? };
    let data = if flags & 2 == 0 { 0 } else { number(bytes, &mut cursor)? };
    let behind = end.checked_add(data)?;
    match kind {
        2 | 3 => {
            let mut member = member_5(bytes, &mut cursor, end..behind)?;
            let records = end.checked_sub(extra)?;
            if bytes.get(records..end).is_some_and(has_encryption) {
                member.content = Content::Unread(Cause::Encrypted);
            } else if flags & 0x18 != 0 {
                // It begins before this volume, or ends behind it.
                member.content = Content::Unread(Cause::Unsupported);
            }
            match member {
                member if kind == 2 => found.members.push(member),
                Listed { name, content: Content::Here(data, _) } if name == "CMT" => {
                    found.comments.push(data);
                }
                _ => {}
            }
        }
        4 => {
            found.encrypted = true;
            return None;
        }
        5 => {
            found.ended = true;
            return None;
        }
        _ => {}
    }
    Some(behind)
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

/// What the header of a file, or of a comment, says of it and of the data behind it.
fn member_5(bytes: &[u8], cursor: &mut usize, data: Range<usize>) -> Option<Listed> {
    let flags = number(bytes, cursor)?;
    let _ = (number(bytes, cursor)?, number(bytes, cursor)?);
    *cursor += if flags & 2 == 0 { 0 } else { 4 };
    let crc = u32_at(bytes, *cursor).filter(|_| flags & 4 != 0);
    *cursor += if flags & 4 == 0 { 0 } else { 4 };
    let (compression, _) = (number(bytes, cursor)?, number(bytes, cursor)?);
    let length = number(bytes, cursor)?;
    let name = bytes.get(*cursor..cursor.checked_add(length)?)?;
    let content = match compression & 0x380 {
        _ if flags & 1 != 0 => Content::Nowhere,
        0 => Content::Here(data, crc),
        _ => Content::Unread(Cause::Unsupported),
    };
    Some(Listed { name: String::from_utf8_lossy(name).into_owned(), content })
}

fn number(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0_usize;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= usize::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::name_4;

    #[test]
    fn names_in_any_script_are_read() {
        assert_eq!(name_4(b"M\x81ller.txt"), "Müller.txt");
        // Characters of the page 4, then four of the plain name as they are.
        let packed = b"\x04U\x1F0F8W5=B\x02";
        assert_eq!(name_4(&[b"???????.txt\0", &packed[..]].concat()), "Пациент.txt");
        assert_eq!(name_4(b"a?.txt\0\x04\x28a\x2D\x04.\0t"), "aЭ.t");
    }
}
