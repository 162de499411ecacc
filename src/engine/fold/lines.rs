//! What the width of lines and of columns does to text: blanks that fill a column, numbers broken
//! behind a dash, rests of quoted-printable.

use std::sync::LazyLock;

use memchr::memchr_iter;
use memchr::memmem::Finder;

use super::layer::{Edit, Put};

/// Three blanks; two are kept of more, so that a column stays apart from its neighbour.
static BLANKS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("   "));

/// The edits for the lines of a text.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    blanks(text.as_bytes(), &mut edits);
    let in_blanks = edits.len();
    breaks(text, &mut edits);
    if in_blanks > 0 && in_blanks < edits.len() {
        edits.sort_by_key(|edit| edit.bytes.start);
    }
    edits
}

/// Runs of more than two blanks.
fn blanks(text: &[u8], edits: &mut Vec<Edit>) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| BLANKS.find(rest)) {
        let start = from + at;
        let run = text.get(start..).unwrap_or_default().iter().take_while(|&&byte| byte == b' ');
        from = start + run.count();
        edits.push(Edit::new(start + 2..from, Put::Nothing));
    }
}

/// Breaks in numbers, `536-22-` and on the next line `8471`; and where lines end as those of
/// quoted-printable do, what that encoding says.
fn breaks(text: &str, edits: &mut Vec<Edit>) {
    let bytes = text.as_bytes();
    let mut encoded = false;
    for at in memchr_iter(b'\n', bytes) {
        let Some(&before) = at.checked_sub(1).and_then(|before| bytes.get(before)) else {
            continue;
        };
        match before {
            b'-' if at > 1 && bytes.get(at - 2).is_some_and(u8::is_ascii_digit) => {
                let next = behind_marks(bytes, at + 1);
                if bytes.get(next).is_some_and(u8::is_ascii_digit) {
                    edits.push(Edit::new(at..next, Put::Nothing));
                }
            }
            b'=' => encoded = true,
            b'0' => encoded |= bytes.get(..at).is_some_and(|line| line.ends_with(b"=20")),
            _ => {}
        }
    }
    if encoded {
        quoted_printable(text, edits);
        edits.sort_by_key(|edit| edit.bytes.start);
    }
}

/// Behind the marks of quotation and the blanks that a line begins with.
fn behind_marks(bytes: &[u8], start: usize) -> usize {
    let line = bytes.get(start..).unwrap_or_default();
    let marks = line.iter().take(16).take_while(|byte| matches!(byte, b'>' | b' ' | b'\t'));
    start + marks.count()
}

/// Soft line breaks and characters of ASCII that quoted-printable writes as numbers (RFC 2045
/// section 6.7).
fn quoted_printable(text: &str, edits: &mut Vec<Edit>) {
    let bytes = text.as_bytes();
    for at in memchr_iter(b'=', bytes) {
        match bytes.get(at + 1..at + 3) {
            Some([b'\n', _]) => edits.push(Edit::new(at..at + 2, Put::Nothing)),
            Some(&[high, low]) => {
                let code = hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low);
                if let Some(code @ (b'\t' | b' '..=b'~')) = code {
                    edits.push(Edit::new(at..at + 3, Put::Char(char::from(code))));
                }
            }
            _ => {}
        }
    }
}

/// A digit of base 16, letters as capitals: so programs write them.
fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
