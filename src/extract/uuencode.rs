//! Files that are encoded into the lines of a text, outside of MIME: uuencode (POSIX:
//! `begin 644 NAME`, encoded lines, `end`) and yEnc (`=ybegin ... name=NAME`, bytes, `=yend`).

use std::ops::Range;

use crate::message::transfer;

/// An encoded file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Bytes of the text that are proved to be encoded and no words.
    pub(super) span: Range<usize>,
    /// The name that it gives.
    pub(super) name: String,
    /// The file.
    pub(super) data: Vec<u8>,
    /// Whether all of it is there.
    pub(super) complete: bool,
}

/// All blocks of a text, in order. `bytes` is the text before its character set was undone.
pub(super) fn blocks(text: &str, bytes: &[u8]) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"begin") {
        let fresh = found.last().is_none_or(|last| at >= last.span.end);
        let at_line_start = at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
        if fresh
            && at_line_start
            && let Some(rest) = text.get(at..)
            && let Some(block) = block(rest, at).or_else(|| base64_block(rest, at))
        {
            found.push(block);
        }
    }
    found.extend(yenc(text, bytes));
    found
}

/// The first yEnc block, of one part. Its bytes are no text in any character set.
fn yenc(text: &str, bytes: &[u8]) -> Option<Block> {
    let start = line_that_begins(text.as_bytes(), 0, b"=ybegin ")?;
    let (_, name) = text.get(start..)?.lines().next()?.split_once("name=")?;
    let name = name.trim().to_owned();
    let last = line_that_begins(text.as_bytes(), start, b"=yend ")?;
    let raw_start = line_that_begins(bytes, 0, b"=ybegin ");
    let raw_last = raw_start.and_then(|start| line_that_begins(bytes, start, b"=yend "));
    let (Some(raw_start), Some(raw_last)) = (raw_start, raw_last) else {
        return Some(Block { span: last..last, name, data: Vec::new(), complete: false });
    };
    let mut data = Vec::new();
    for line in bytes.get(raw_start..raw_last)?.split(|&byte| byte == b'\n').skip(1) {
        if line.starts_with(b"=ypart ") {
            continue;
        }
        let mut escaped = false;
        for &byte in line.strip_suffix(b"\r").unwrap_or(line) {
            match byte {
                b'=' if !escaped => escaped = true,
                _ => {
                    data.push(byte.wrapping_sub(if escaped { 64 + 42 } else { 42 }));
                    escaped = false;
                }
            }
        }
    }
    let end = bytes.get(raw_last..)?.split(|&byte| byte == b'\n').next()?;
    let size = String::from_utf8_lossy(end);
    let size = size.split_whitespace().find_map(|word| word.strip_prefix("size=")?.parse().ok());
    let complete = size == Some(data.len());
    // Lines whose size is wrong may be words.
    let span = if complete { start..last } else { last..last };
    Some(Block { span, name, data, complete })
}

fn line_that_begins(text: &[u8], from: usize, start: &[u8]) -> Option<usize> {
    let found = memchr::memmem::find_iter(text.get(from..)?, start).map(|at| from + at);
    found.into_iter().find(|&at| at == 0 || text.get(at - 1) == Some(&b'\n'))
}

fn block(rest: &str, at: usize) -> Option<Block> {
    let mut lines = rest.split_inclusive('\n');
    let first = lines.next()?;
    let name = file_name(first.strip_prefix("begin ")?)?;
    let (mut length, mut encoded, mut complete) = (first.len(), 0, false);
    let mut data = Vec::new();
    for line in lines {
        let bare = line.trim_end_matches(['\n', '\r']);
        if bare == "end" {
            length += line.len();
            complete = true;
            break;
        }
        if !is_encoded(bare) {
            break;
        }
        decode_line(bare.as_bytes(), &mut data);
        encoded += 1;
        length += line.len();
    }
    (encoded > 0).then(|| Block { span: at..at + length, name, data, complete })
}

/// POSIX: `begin-base64 644 NAME`, lines of base64, `====`.
fn base64_block(rest: &str, at: usize) -> Option<Block> {
    let (first, body) = rest.split_once('\n')?;
    let name = file_name(first.strip_prefix("begin-base64 ")?)?;
    let digits =
        |b: u8| b.is_ascii_alphanumeric() || b.is_ascii_whitespace() || b"+/=".contains(&b);
    let mut end = 0;
    for line in body.split_inclusive('\n') {
        if line.starts_with("====") {
            break;
        }
        if !line.bytes().all(digits) {
            return None;
        }
        end += line.len();
    }
    let encoded = body.get(..end)?;
    let complete = body.get(end..)?.starts_with("====");
    let data = transfer::base64(encoded.as_bytes()).bytes.into_owned();
    let length = first.len() + 1 + end + if complete { 4 } else { 0 };
    (!data.is_empty()).then(|| Block { span: at..at + length, name, data, complete })
}

/// The name behind the mode, which is octal.
fn file_name(rest: &str) -> Option<String> {
    let (mode, name) = rest.trim_end().split_once(' ')?;
    let octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    octal.then(|| name.trim().to_owned())
}

/// Four characters for every three bytes; those lost at the end were spaces.
fn decode_line(line: &[u8], data: &mut Vec<u8>) {
    let Some((&first, digits)) = line.split_first() else { return };
    let digit = |at: usize| u32::from(digits.get(at).map_or(0, |&b| b.wrapping_sub(b' ') & 0x3F));
    let mut left = usize::from(first.wrapping_sub(b' ') & 0x3F);
    for at in (0..).step_by(4) {
        if left == 0 {
            break;
        }
        let group = digit(at) << 18 | digit(at + 1) << 12 | digit(at + 2) << 6 | digit(at + 3);
        let [_, bytes @ ..] = group.to_be_bytes();
        data.extend(bytes.iter().take(left));
        left = left.saturating_sub(3);
    }
}

/// The first character of a line says how many bytes it holds: 45 at most, in four characters for
/// every three. Spaces at the end may have been lost on the way, and a sum may follow.
fn is_encoded(line: &str) -> bool {
    let bytes = line.as_bytes();
    let Some(&first) = bytes.first() else { return false };
    if !(b' '..=b'`').contains(&first) {
        return false;
    }
    let count = usize::from((first - b' ') & 0x3F);
    let digits = count.div_ceil(3) * 4;
    let in_alphabet = bytes.iter().all(|b| (b' '..=b'`').contains(b));
    let exact = bytes.len() == digits + 1 || bytes.len() == digits + 2;
    let trimmed = count > 0 && bytes.len() > digits / 2 && bytes.len() <= digits;
    in_alphabet && count <= 45 && (exact || trimmed)
}

#[cfg(test)]
mod tests {
    use super::Block;

    fn blocks(text: &str) -> Vec<Block> {
        super::blocks(text, text.as_bytes())
    }

    #[test]
    fn a_block_is_found_with_its_name_and_decoded() {
        let text = "see below\nbegin 644 patient list.txt\n#0V%T\n`\nend\nbye";
        let found = blocks(text);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].name.as_str(), &found[0].data[..]), ("patient list.txt", &b"Cat"[..]));
        assert_eq!(
            text.get(found[0].span.clone()).unwrap(),
            "begin 644 patient list.txt\n#0V%T\n`\nend\n"
        );
        let cut = blocks("begin 644 a\n#0V%T\n");
        assert!(!cut[0].complete && cut[0].data == b"Cat");
        let base64 = blocks("begin-base64 644 a.txt\nUGF0aWVudCBKYW5lIFJvZSwgTVJOIDAwNDE3\n====\n");
        assert_eq!(base64[0].data, b"Patient Jane Roe, MRN 00417");
    }

    #[test]
    fn a_yenc_block_is_found_with_its_name_and_decoded() {
        let encoded: Vec<u8> = b"Jane=Roe".iter().map(|&byte| byte.wrapping_add(42)).collect();
        let bytes = [
            b"=ybegin line=128 size=9 name=a list.txt\r\n",
            &encoded[..],
            b"=}\r\n=yend size=9\r\n",
        ]
        .concat();
        let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        let found = super::blocks(&text, &bytes);
        assert_eq!((found.len(), found[0].name.as_str()), (1, "a list.txt"));
        assert!(found[0].complete && found[0].data == b"Jane=Roe\x13");
        let wrong = blocks("see\n=ybegin line=128 size=3 name=a list.txt\nxx\n=yend size=3\nbye");
        assert!(wrong[0].span.is_empty() && !wrong[0].complete);
        assert!(blocks("=ybegin line=128 name=a\nwords").is_empty());
    }

    #[test]
    fn words_between_begin_and_end_are_no_block() {
        assert!(blocks("begin 644 x\nPatient Jane Roe, MRN 0012345\nend\n").is_empty());
        assert!(blocks("we begin 644 x\n#0V%T\nend").is_empty());
        assert!(blocks("begin now and then\nend").is_empty());
    }
}
