//! The next place of a sign in a text, for who asks line by line: it is looked for again only when
//! the one before has been passed, so that lines without it cost nothing.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// Two blanks.
static BLANKS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("  "));

/// Signs of one kind in a text.
pub(super) struct Signs<'a, F> {
    text: &'a [u8],
    find: F,
    next: usize,
}

impl<'a, F: Fn(&[u8]) -> Option<usize>> Signs<'a, F> {
    /// `find` finds the first in a stretch of the text.
    pub fn new(text: &'a [u8], find: F) -> Self {
        let next = find(text).unwrap_or(text.len());
        Self { text, find, next }
    }

    /// The first from a byte on, or the end of the text; the bytes asked for ascend.
    #[inline]
    pub fn from(&mut self, at: usize) -> usize {
        if self.next < at {
            let found = self.text.get(at..).and_then(&self.find);
            self.next = found.map_or(self.text.len(), |found| at + found);
        }
        self.next
    }
}

/// The first two blanks of a stretch.
pub(super) fn two_blanks(text: &[u8]) -> Option<usize> {
    BLANKS.find(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_found_from_any_byte_on() {
        let mut blanks = Signs::new(b"a  b   c", two_blanks);
        assert_eq!([0, 1, 2, 4, 5, 6, 8, 9].map(|at| blanks.from(at)), [1, 1, 4, 4, 5, 8, 8, 8]);
    }
}
