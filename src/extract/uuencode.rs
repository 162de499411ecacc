//! Recognises files that are encoded into the lines of a text, outside of MIME: uuencode (POSIX:
//! `begin 644 NAME`, encoded lines, `end`) and yEnc (`=ybegin ... name=NAME`, bytes, `=yend`).

use std::ops::Range;

/// An encoded file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Bytes of the text that are proved to be encoded and no words.
    pub(super) span: Range<usize>,
    /// The name that it gives.
    pub(super) name: String,
}

/// All blocks of a text, in order.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"begin ") {
        let fresh = found.last().is_none_or(|last| at >= last.span.end);
        let at_line_start = at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
        if fresh
            && at_line_start
            && let Some(block) = text.get(at..).and_then(|rest| block(rest, at))
        {
            found.push(block);
        }
    }
    found.extend(yenc(text));
    found
}

/// The first yEnc block. Nothing tells its lines from words for certain: they stay in the text.
fn yenc(text: &str) -> Option<Block> {
    let start = line_that_begins(text, 0, "=ybegin ")?;
    let (_, name) = text.get(start..)?.lines().next()?.split_once("name=")?;
    let last = line_that_begins(text, start, "=yend ")?;
    Some(Block { span: last..last, name: name.trim().to_owned() })
}

fn line_that_begins(text: &str, from: usize, start: &str) -> Option<usize> {
    let mut found = text.get(from..)?.match_indices(start).map(|(at, _)| from + at);
    found.find(|&at| at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n'))
}

fn block(rest: &str, at: usize) -> Option<Block> {
    let mut lines = rest.split_inclusive('\n');
    let first = lines.next()?;
    let (mode, name) = first.strip_prefix("begin ")?.trim_end().split_once(' ')?;
    let octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    if !octal {
        return None;
    }
    let (mut length, mut encoded) = (first.len(), 0);
    for line in lines {
        let bare = line.trim_end_matches(['\n', '\r']);
        if bare == "end" {
            length += line.len();
            break;
        }
        if !is_encoded(bare) {
            break;
        }
        encoded += 1;
        length += line.len();
    }
    (encoded > 0).then(|| Block { span: at..at + length, name: name.trim().to_owned() })
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
    use super::blocks;

    #[test]
    fn a_block_is_found_with_its_name() {
        let text = "see below\nbegin 644 patient list.txt\n#0V%T\n`\nend\nbye";
        let found = blocks(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "patient list.txt");
        assert_eq!(
            text.get(found[0].span.clone()).unwrap(),
            "begin 644 patient list.txt\n#0V%T\n`\nend\n"
        );
    }

    #[test]
    fn a_yenc_block_is_found_with_its_name() {
        let text = "see\n=ybegin line=128 size=3 name=a list.txt\n\u{8f}x\n=yend size=3\nbye";
        let found = blocks(text);
        assert_eq!((found.len(), found[0].name.as_str()), (1, "a list.txt"));
        assert!(found[0].span.is_empty());
        assert!(blocks("=ybegin line=128 name=a\nwords").is_empty());
    }

    #[test]
    fn words_between_begin_and_end_are_no_block() {
        assert!(blocks("begin 644 x\nPatient Jane Roe, MRN 0012345\nend\n").is_empty());
        assert!(blocks("we begin 644 x\n#0V%T\nend").is_empty());
        assert!(blocks("begin now and then\nend").is_empty());
    }
}
