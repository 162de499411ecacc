//! The lines of a text that signs may cut into the cells of a table. Most lines of prose have none
//! or one of the signs, and are passed over without being looked at.

use std::ops::Range;

use memchr::{memchr, memchr3, memrchr};

use super::super::signs::{Signs, two_blanks};

/// A line that may be cut, without its break, and by what.
#[derive(Debug)]
pub(super) struct Cuttable {
    pub span: Range<usize>,
    /// Two commas.
    pub commas: bool,
    /// Two tabs, pipes or semicolons.
    pub signs: bool,
    /// Two blanks side by side.
    pub blanks: bool,
}

/// The lines that may be cut.
pub(super) fn cuttable(content: &str) -> impl Iterator<Item = Cuttable> {
    let bytes = content.as_bytes();
    let mut commas = Signs::new(bytes, |rest| memchr(b',', rest));
    let mut others = Signs::new(bytes, |rest| memchr3(b'\t', b'|', b';', rest));
    let mut blanks = Signs::new(bytes, two_blanks);
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let (comma, other, blank) = (commas.from(at), others.from(at), blanks.from(at));
            let first = comma.min(other).min(blank);
            if first >= bytes.len() {
                return None;
            }
            let before = memrchr(b'\n', bytes.get(at..first).unwrap_or_default());
            let start = before.map_or(at, |before| at + before + 1);
            let behind = memchr(b'\n', bytes.get(first..).unwrap_or_default());
            let end = behind.map_or(bytes.len(), |behind| first + behind);
            at = end + 1;
            let commas = comma < end && commas.from(comma + 1) < end;
            let signs = other < end && others.from(other + 1) < end;
            let blanks = blank < end;
            if commas || signs || blanks {
                return Some(Cuttable { span: start..end, commas, signs, blanks });
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_two_signs_may_be_a_row() {
        let content = "a, b\nc, d, e\nf | g\n\nh;i|j\n k  l\n m,n\to,p";
        let lines: Vec<&str> =
            cuttable(content).map(|line| content.get(line.span).unwrap()).collect();
        assert_eq!(lines, ["c, d, e", "h;i|j", " k  l", " m,n\to,p"]);
    }
}
