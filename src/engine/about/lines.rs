//! The lines of a text, from one that a byte stands in on to those before and behind it.

use std::ops::Range;

use memchr::{memchr, memrchr};

/// A line, without its break.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    text: &'a str,
    pub span: Range<usize>,
    /// What is written on it, without marks of quotation before it and blanks around it.
    pub written: Range<usize>,
}

impl<'a> Line<'a> {
    /// The line in which a byte stands.
    pub fn at(text: &'a str, byte: usize) -> Self {
        let bytes = text.as_bytes();
        let byte = byte.min(bytes.len());
        let before = memrchr(b'\n', bytes.get(..byte).unwrap_or_default());
        Self::from(text, before.map_or(0, |before| before + 1), byte)
    }

    /// The line that begins at a byte and does not end before another.
    fn from(text: &'a str, start: usize, byte: usize) -> Self {
        let bytes = text.as_bytes();
        let behind = memchr(b'\n', bytes.get(byte..).unwrap_or_default());
        let end = behind.map_or(bytes.len(), |behind| byte + behind);
        let line = bytes.get(start..end).unwrap_or_default();
        let marks = line.iter().take_while(|byte| matches!(byte, b'>' | b' ' | b'\t')).count();
        let from = start + marks;
        let words = text.get(from..end).unwrap_or_default().trim_end();
        Self { text, span: start..end, written: from..from + words.len() }
    }

    /// The line before it.
    pub fn before(&self) -> Option<Self> {
        Some(Self::at(self.text, self.span.start.checked_sub(1)?))
    }

    /// The line behind it.
    pub fn behind(&self) -> Option<Self> {
        let start = self.span.end + 1;
        (start < self.text.len()).then(|| Self::from(self.text, start, start))
    }

    /// The bytes of what is written on it.
    pub fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.written.clone()).unwrap_or_default()
    }

    /// Whether there are words on it, and not only signs.
    pub fn is_filled(&self) -> bool {
        self.bytes().iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_follow_each_other_in_both_directions() {
        let text = "a\n> b \n\n--\nc";
        let line = Line::at(text, 5);
        assert_eq!((line.span.clone(), line.written.clone()), (2..6, 4..5));
        let before = line.before().unwrap();
        assert_eq!((before.span.clone(), before.before().is_none()), (0..1, true));
        let all = std::iter::successors(Some(before), Line::behind);
        assert_eq!(
            all.map(|line| line.is_filled()).collect::<Vec<_>>(),
            [true, true, false, false, true]
        );
    }
}
