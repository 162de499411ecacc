//! BinHex 4 (RFC 1741): a Macintosh file between colons. Its data is read; resources say nothing.

use memchr::memmem;

use super::Block;

/// The line above every file.
const BANNER: &[u8] = b"(This file must be converted with BinHex";

/// The digits, of six bits each.
const DIGITS: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

/// Repeats the byte before it; as often as the next byte says.
const REPEAT: u8 = 0x90;

/// Bytes that the files of one text are unpacked to; more are hostile.
const MOST: usize = 64 << 20;

/// The files of a text.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut left = MOST;
    for banner in memmem::find_iter(text.as_bytes(), BANNER) {
        let fresh = found.last().and_then(|last| last.spans.last()).is_none_or(|s| s.end <= banner);
        let Some(file) = fresh.then(|| block(text, banner, left)).flatten() else { continue };
        left = left.saturating_sub(file.data.len());
        found.push(file);
    }
    found
}

fn block(text: &str, banner: usize, left: usize) -> Option<Block> {
    let bytes = text.as_bytes();
    let line_end = banner + memchr::memchr(b'\n', bytes.get(banner..)?)?;
    let blank = bytes.get(line_end..)?.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let start = line_end + blank + 1;
    if bytes.get(start - 1) != Some(&b':') {
        return None;
    }
    let rest = bytes.get(start..)?;
    let is_digit = |byte: &u8| byte.is_ascii_whitespace() || DIGITS.contains(byte);
    let length = rest.iter().position(|byte| !is_digit(byte)).unwrap_or(rest.len());
    let closed = rest.get(length) == Some(&b':');
    let plain = expanded(&decoded(rest.get(..length)?), left);
    // A name and its length, version 0, type, creator, flags, two sizes, a sum.
    let name_length = usize::from(*plain.first()?);
    let name = plain.get(1..=name_length)?;
    let size = plain.get(name_length + 12..name_length + 16)?.try_into().ok()?;
    let size = usize::try_from(u32::from_be_bytes(size)).ok()?;
    let data = plain.get(name_length + 22..)?;
    let data = data.get(..size.min(data.len()))?.to_vec();
    let complete = closed && data.len() == size;
    // What is no whole file may be words.
    let span = complete.then_some(banner..start + length + 1);
    let name = String::from_utf8_lossy(name).into_owned();
    Some(Block { spans: span.into_iter().collect(), name, data, complete })
}

/// Three bytes for every four digits.
fn decoded(digits: &[u8]) -> Vec<u8> {
    let mut values = [0xFF_u8; 256];
    for (value, &digit) in (0..).zip(DIGITS) {
        if let Some(place) = values.get_mut(usize::from(digit)) {
            *place = value;
        }
    }
    let value = |digit: &u8| values.get(usize::from(*digit)).copied().filter(|&value| value < 64);
    let values: Vec<u8> = digits.iter().filter_map(value).collect();
    let mut bytes = Vec::with_capacity(values.len() / 4 * 3 + 3);
    for group in values.chunks(4) {
        let bits = group.iter().fold(0_u32, |bits, &value| bits << 6 | u32::from(value));
        let [_, three @ ..] = (bits << (6 * (4 - group.len()))).to_be_bytes();
        bytes.extend(three.iter().take(group.len() * 3 / 4));
    }
    bytes
}

/// Undoes the repetitions, up to so many bytes.
fn expanded(packed: &[u8], most: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new();
    let mut rest = packed.iter();
    while bytes.len() < most
        && let Some(&byte) = rest.next()
    {
        match (byte, rest.as_slice()) {
            (REPEAT, [0, ..]) => {
                rest.next();
                bytes.push(REPEAT);
            }
            (REPEAT, [count, ..]) => {
                rest.next();
                let last = bytes.last().copied().unwrap_or_default();
                bytes.resize(bytes.len() + usize::from(count - 1), last);
            }
            _ => bytes.push(byte),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(packed: &[u8]) -> String {
        let mut digits = String::new();
        for group in packed.chunks(3) {
            let bits = group.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte));
            let bits = bits << (8 * (3 - group.len()));
            let count = group.len() + 1;
            let digit = |index: usize| DIGITS[(bits >> (18 - 6 * index) & 63) as usize];
            digits.extend((0..count).map(|index| char::from(digit(index))));
        }
        let lines: Vec<_> = digits.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("(This file must be converted with BinHex 4.0)\n\n:{}:\n", lines.join("\n"))
    }

    fn file(name: &str, size: u32, data: &[u8]) -> Vec<u8> {
        let head = [&[name.len() as u8][..], name.as_bytes(), &[0; 11]].concat();
        [&head[..], &size.to_be_bytes(), &[0; 4], &[0; 2], data, &[0; 4]].concat()
    }

    #[test]
    fn a_binhex_file_is_found_with_its_name_and_decoded() {
        // Four letters x, the mark of repetition by itself.
        let packed = file("jane roe.txt", 22, b"Patient Jane Roe x\x90\x04\x90\0");
        let text = format!("see below\n{}bye", encoded(&packed));
        let found = blocks(&text);
        assert_eq!((found.len(), found[0].name.as_str()), (1, "jane roe.txt"));
        assert_eq!(found[0].data, b"Patient Jane Roe xxxx\x90");
        assert!(found[0].complete);
        assert_eq!(text.get(found[0].spans[0].end..), Some("\nbye"));
        let cut = text.get(..text.len() - 20).unwrap();
        let found = blocks(cut);
        assert!(!found[0].complete && found[0].spans.is_empty());
        for length in 0..text.len() {
            let _ = blocks(text.get(..length).unwrap());
        }
        let words = "(This file must be converted with BinHex 4.0)\n:Patient Jane Roe:";
        assert!(blocks(words).is_empty());
    }

    #[test]
    fn repetitions_are_bounded() {
        let packed = file("a", u32::MAX, &[&b"x"[..], &b"\x90\xFF".repeat(400_000)].concat());
        let found = blocks(&encoded(&packed).repeat(2));
        let total: usize = found.iter().map(|block| block.data.len()).sum();
        assert!(total <= MOST + 512 && !found[0].complete);
    }
}
