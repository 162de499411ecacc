//! uuencode and its kin (POSIX: `begin 644 NAME`, encoded lines, `end`; `begin-base64`), xxencode
//! among them, whose digits survive EBCDIC.

use std::iter;

use super::{Block, lines_that_begin};
use crate::message::transfer;

/// All blocks of a text, in order.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    for at in lines_that_begin(text.as_bytes(), b"begin") {
        let fresh = found.last().and_then(|last| last.spans.last()).is_none_or(|s| at >= s.end);
        if fresh
            && let Some(rest) = text.get(at..)
            && let Some(block) = [UU, XX]
                .iter()
                .find_map(|digits| block(rest, at, digits))
                .or_else(|| base64_block(rest, at))
        {
            found.push(block);
        }
    }
    found
}

/// What stands for six bits.
struct Digits {
    value: fn(u8) -> Option<u8>,
    /// Whether zeros at the end of a line may be lost: they are spaces.
    may_lose_zeros: bool,
}

const UU: Digits = Digits {
    value: |byte| (b' '..=b'`').contains(&byte).then(|| byte.wrapping_sub(b' ') & 0x3F),
    may_lose_zeros: true,
};

const XX: Digits = Digits {
    value: |byte| match byte {
        b'+' => Some(0),
        b'-' => Some(1),
        b'0'..=b'9' => Some(byte - b'0' + 2),
        b'A'..=b'Z' => Some(byte - b'A' + 12),
        b'a'..=b'z' => Some(byte - b'a' + 38),
        _ => None,
    },
    may_lose_zeros: false,
};

fn block(rest: &str, at: usize, digits: &Digits) -> Option<Block> {
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
        if !digits.encode(bare.as_bytes()) {
            break;
        }
        digits.decode(bare.as_bytes(), &mut data);
        encoded += 1;
        length += line.len();
    }
    let spans = iter::once(at..at + length).collect();
    (encoded > 0).then_some(Block { spans, name, data, complete })
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
    let spans = iter::once(at..at + length).collect();
    (!data.is_empty()).then_some(Block { spans, name, data, complete })
}

/// The name behind the mode, which is octal.
fn file_name(rest: &str) -> Option<String> {
    let (mode, name) = rest.trim_end().split_once(' ')?;
    let octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    octal.then(|| name.trim().to_owned())
}

impl Digits {
    /// Four characters for every three bytes; those lost at the end were spaces.
    fn decode(&self, line: &[u8], data: &mut Vec<u8>) {
        let Some((&first, rest)) = line.split_first() else { return };
        let value = |byte: u8| (self.value)(byte).unwrap_or_default();
        let digit = |at: usize| u32::from(rest.get(at).map_or(0, |&byte| value(byte)));
        let mut left = usize::from(value(first));
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

    /// The first character of a line says how many bytes it holds: 45 at most, in four characters
    /// for every three. Spaces at the end may have been lost on the way, and a sum may follow.
    fn encode(&self, line: &[u8]) -> bool {
        let Some(count) = line.first().and_then(|&first| (self.value)(first)) else { return false };
        let count = usize::from(count);
        let digits = count.div_ceil(3) * 4;
        let exact = line.len() == digits + 1 || line.len() == digits + 2;
        let trimmed = count > 0 && line.len() > digits / 2 && line.len() <= digits;
        line.iter().all(|&byte| (self.value)(byte).is_some())
            && count <= 45
            && (exact || trimmed && self.may_lose_zeros)
    }
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn a_block_is_found_with_its_name_and_decoded() {
        let text = "see below\nbegin 644 patient list.txt\n#0V%T\n`\nend\nbye";
        let found = blocks(text);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].name.as_str(), &found[0].data[..]), ("patient list.txt", &b"Cat"[..]));
        assert_eq!(
            text.get(found[0].spans[0].clone()).unwrap(),
            "begin 644 patient list.txt\n#0V%T\n`\nend\n"
        );
        let cut = blocks("begin 644 a\n#0V%T\n");
        assert!(!cut[0].complete && cut[0].data == b"Cat");
        let base64 = blocks("begin-base64 644 a.txt\nUGF0aWVudCBKYW5lIFJvZSwgTVJOIDAwNDE3\n====\n");
        assert_eq!(base64[0].data, b"Patient Jane Roe, MRN 00417");
    }

    #[test]
    fn the_digits_of_xxencode_are_known() {
        let found = blocks("begin 644 a.txt\nDI43oOKJiR0-8MKtZ637j\n+\nend\n");
        assert_eq!((found.len(), &found[0].data[..]), (1, &b"Patient Jane Ro"[..]));
        assert!(found[0].complete);
    }

    #[test]
    fn words_between_begin_and_end_are_no_block() {
        assert!(blocks("begin 644 x\nPatient Jane Roe, MRN 0012345\nend\n").is_empty());
        assert!(blocks("we begin 644 x\n#0V%T\nend").is_empty());
        assert!(blocks("begin 644 x\nHello\nend\n").is_empty());
        assert!(blocks("begin now and then\nend").is_empty());
    }
}
