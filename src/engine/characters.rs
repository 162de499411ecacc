//! Distances in a text, counted in characters.

use std::cell::OnceCell;

/// Bytes between two places whose characters are counted once.
const STEP: usize = 256;

/// The characters of a text.
pub(super) struct Characters<'a> {
    text: &'a str,
    /// How many characters begin before each [`STEP`]th byte, where not all are one byte long.
    /// Counted when the first distance is asked for.
    counts: OnceCell<Vec<usize>>,
    ascii: bool,
}

impl<'a> Characters<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { text, counts: OnceCell::new(), ascii: text.is_ascii() }
    }

    /// The byte `count` characters before byte `at`.
    pub fn before(&self, at: usize, count: usize) -> usize {
        if self.ascii {
            return at.saturating_sub(count);
        }
        self.place(self.begun(at).saturating_sub(count))
    }

    /// The byte `count` characters after byte `at`.
    pub fn after(&self, at: usize, count: usize) -> usize {
        let bytes = self.text.len();
        if self.ascii {
            return at.saturating_add(count).min(bytes);
        }
        // Inside a character the next one is a character away.
        let inside = usize::from(!self.text.is_char_boundary(at));
        self.place((self.begun(at) - inside).saturating_add(count))
    }

    /// How many characters begin before byte `at`.
    fn begun(&self, at: usize) -> usize {
        let step = at / STEP;
        let counted = self.counts().get(step).copied().unwrap_or_default();
        counted + begun_in(self.text.as_bytes().get(step * STEP..at).unwrap_or_default())
    }

    /// Where the character of that number begins, counted from 0; behind the last one the end.
    fn place(&self, number: usize) -> usize {
        let step = self.counts().partition_point(|&count| count <= number).saturating_sub(1);
        let mut left = number - self.counts().get(step).copied().unwrap_or_default();
        let from = step * STEP;
        for (at, &byte) in self.text.as_bytes().iter().enumerate().skip(from) {
            if begins(byte) {
                if left == 0 {
                    return at;
                }
                left -= 1;
            }
        }
        self.text.len()
    }

    fn counts(&self) -> &[usize] {
        self.counts.get_or_init(|| {
            let mut sum = 0;
            let steps = self.text.as_bytes().chunks(STEP).map(|step| {
                let before = sum;
                sum += begun_in(step);
                before
            });
            steps.collect()
        })
    }
}

fn begun_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| begins(**byte)).count()
}

/// Whether a byte of UTF-8 is the first of a character.
fn begins(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_characters_not_bytes() {
        let characters = Characters::of("\u{e9}\u{e9}\u{e9}ab");
        assert_eq!((characters.before(6, 2), characters.after(0, 4)), (2, 7));
        let characters = Characters::of("abc");
        assert_eq!((characters.before(2, 9), characters.after(0, 9)), (0, 3));
    }

    #[test]
    fn the_rest_of_a_character_counts_as_one() {
        let characters = Characters::of("a\u{20ac}b\u{20ac}");
        assert_eq!((characters.before(2, 1), characters.before(3, 2)), (1, 0));
        assert_eq!((characters.after(2, 1), characters.after(3, 2)), (4, 5));
    }

    #[test]
    fn in_a_long_text_distances_are_those_that_counting_gives() {
        let text = "ab\u{e9}\u{20ac} \u{1f600}c".repeat(300);
        let characters = Characters::of(&text);
        let begins: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for number in (0..begins.len()).step_by(7) {
            for count in [0, 1, 5, 300, 5_000] {
                let before = begins[number.saturating_sub(count)];
                let after = begins.get(number + count).copied().unwrap_or(text.len());
                assert_eq!(characters.before(begins[number], count), before);
                assert_eq!(characters.after(begins[number], count), after);
            }
        }
    }
}
