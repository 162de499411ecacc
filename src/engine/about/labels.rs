//! What may be a label in a line of text: a stretch of words before a sign, or the whole line.

use std::ops::Range;

use memchr::memchr2;

use super::super::signs::two_blanks;
use super::lines::Line;

/// Bytes and words of the longest label.
const LONGEST: usize = 48;
const MOST_WORDS: usize = 6;
/// Words of the longest label that has a line of its own and no sign behind it.
const MOST_HEADING_WORDS: usize = 4;

/// What may be a label in a line.
pub(super) struct Piece {
    pub label: Range<usize>,
    pub value: usize,
    /// A sign says that it is one. Else it is one only if its words are known.
    pub certain: bool,
}

/// The bytes that can stand between a label and something else, blanks aside.
static SIGNS: [bool; 256] = among(b"\t|=:,;");
/// The same with the blank: every word of a line ends at one, so that it is left out where no two
/// of them stand side by side.
static SIGNS_AND_BLANKS: [bool; 256] = among(b"\t|=:,; ");

const fn among(signs: &[u8]) -> [bool; 256] {
    let mut tells = [false; 256];
    let mut at = 0;
    while at < signs.len() {
        tells[signs[at] as usize] = true;
        at += 1;
    }
    tells
}

/// Walks over a line from one possible label to the next.
pub(super) struct Labels<'a> {
    text: &'a str,
    at: usize,
    line: Range<usize>,
    tells: &'static [bool; 256],
}

impl<'a> Labels<'a> {
    /// Those of a line; `None` where it has none for sure.
    pub fn of(text: &'a str, line: &Line<'_>) -> Option<Self> {
        let bytes = line.bytes();
        let tells = if two_blanks(bytes).is_some() {
            &SIGNS_AND_BLANKS
        } else if memchr2(b':', b'=', bytes).is_some()
            || memchr2(b'\t', b'|', bytes).is_some()
            || may_head(bytes)
        {
            &SIGNS
        } else {
            return None;
        };
        let line = line.written.clone();
        Some(Self { text, at: line.start, line, tells })
    }

    pub fn next(&mut self) -> Option<Piece> {
        let bytes = self.text.as_bytes();
        let mut from = self.at;
        let mut at = self.at;
        while at < self.line.end {
            let rest = bytes.get(at..self.line.end).unwrap_or_default();
            at += rest.iter().position(|&byte| self.tells[usize::from(byte)]).unwrap_or(rest.len());
            let Some(&byte) = bytes.get(at).filter(|_| at < self.line.end) else { break };
            let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
            let gap = matches!(byte, b'\t' | b'|') || (byte == b' ' && next == b' ');
            let sign = byte == b'=' || (byte == b':' && next != b'/' && next != b':');
            if (gap || sign)
                && let Some(label) = self.label(from..at)
            {
                self.at = at + 1;
                return Some(Piece { label, value: at + 1, certain: sign });
            }
            at += 1;
            if gap || sign || matches!(byte, b',' | b';') {
                from = at;
            }
        }
        self.at = at;
        let label = (from == self.line.start).then(|| self.label(from..self.line.end))??;
        self.heads(&label).then_some(Piece { label, value: self.line.end, certain: false })
    }

    /// Whether a line that is a label as a whole looks like a heading, not like the end of a
    /// sentence.
    fn heads(&self, label: &Range<usize>) -> bool {
        let words = self.text.get(label.clone()).unwrap_or_default();
        let behind = self.text.get(label.end..self.line.end).unwrap_or_default();
        words.starts_with(|c: char| c.is_ascii_uppercase())
            && words.split_ascii_whitespace().count() <= MOST_HEADING_WORDS
            && !behind.contains('.')
    }

    /// A stretch of text without what stands around its words, if it can be a label.
    fn label(&self, span: Range<usize>) -> Option<Range<usize>> {
        let written = self.text.get(span.clone())?;
        let from_letter = written.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        let start = span.end - from_letter.len();
        let trimmed = from_letter.trim_end_matches([' ', '*', '_', '.']);
        let last = trimmed.bytes().next_back()?;
        if last.is_ascii_digit() || trimmed.len() > LONGEST {
            return None;
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" '/#().&-_*".contains(&byte);
        let words = trimmed.split_ascii_whitespace().count();
        if words > MOST_WORDS || !trimmed.bytes().all(allowed) {
            return None;
        }
        Some(start..start + trimmed.len())
    }
}

/// Whether a line without a sign can be a label as a whole; says yes to some that are none.
fn may_head(line: &[u8]) -> bool {
    let first = line.iter().position(u8::is_ascii_alphabetic);
    let Some(label) = first.and_then(|first| line.get(first..)) else { return false };
    let capital = label.first().is_some_and(u8::is_ascii_uppercase);
    // What is trimmed off a label may make it short enough, but for the stop of a sentence.
    let trimmed = matches!(label.last(), Some(b' ' | b'*' | b'_'));
    capital && label.last() != Some(&b'.') && (trimmed || label.len() <= LONGEST)
}
