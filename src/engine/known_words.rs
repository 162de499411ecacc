//! Known first words of matches, kept so that most words of a text are turned away at once.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::beginnings::Bytes;
use super::first_words::LEAST;
use super::letters::Letters;

/// Words, and beginnings of words, with what can stand behind each.
#[derive(Debug, Default)]
pub(super) struct KnownWords {
    whole: Filtered<[Bytes; 2]>,
    /// By their first three letters.
    begun: Filtered<Vec<(Letters, [Bytes; 2])>>,
}

impl KnownWords {
    /// Adds a word and what can stand behind it.
    pub fn add(&mut self, word: Letters, [one, two]: [Bytes; 2]) {
        let [ones, twos] = self.whole.entry(word);
        ones.join(one);
        twos.join(two);
    }

    /// Adds the words that begin so, and what can stand behind them.
    pub fn add_begun(&mut self, letters: Letters, behind: [Bytes; 2]) {
        self.begun.entry(letters.cut(LEAST)).push((letters, behind));
    }

    pub fn are_none(&self) -> bool {
        self.whole.table.is_empty() && self.begun.table.is_empty()
    }

    /// Whether the word or its beginning may be known: few words are that are not.
    #[inline]
    pub fn may_have(&self, word: Letters) -> bool {
        self.whole.may_have(word) | self.begun.may_have(word.cut(LEAST))
    }

    /// Whether the word is known, or its beginning is, with two such bytes behind it.
    pub fn have(&self, word: Letters, behind: [u8; 2]) -> bool {
        let fits = |[ones, twos]: &[Bytes; 2]| ones.contains(behind[0]) && twos.contains(behind[1]);
        self.whole.get(word).is_some_and(fits)
            || self.begun.get(word.cut(LEAST)).is_some_and(|some| {
                some.iter()
                    .any(|(letters, behind)| word.cut(letters.length()) == *letters && fits(behind))
            })
    }
}

/// A table behind a filter that turns most words away.
#[derive(Debug)]
struct Filtered<T> {
    /// A bit of each word that is in the table.
    filter: Box<[u64; 1 << (FILTER - 6)]>,
    table: HashMap<Letters, T, FixedState>,
}

/// Bits of the filter, as a power of two.
const FILTER: u32 = 15;

impl<T> Default for Filtered<T> {
    fn default() -> Self {
        Self { filter: Box::new([0; 1 << (FILTER - 6)]), table: HashMap::default() }
    }
}

impl<T: Default> Filtered<T> {
    fn entry(&mut self, word: Letters) -> &mut T {
        let (at, bit) = Self::bit(word);
        self.filter[at] |= bit;
        self.table.entry(word).or_default()
    }

    fn get(&self, word: Letters) -> Option<&T> {
        self.may_have(word).then(|| self.table.get(&word))?
    }

    #[inline]
    fn may_have(&self, word: Letters) -> bool {
        let (at, bit) = Self::bit(word);
        self.filter[at] & bit != 0
    }

    /// Where the bit of a word stands.
    #[inline]
    fn bit(word: Letters) -> (usize, u64) {
        let hash = word.hash() >> (64 - FILTER);
        (hash as usize / 64 % (1 << (FILTER - 6)), 1 << (hash % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_whole_or_by_their_beginnings() {
        let mut words = KnownWords::default();
        words.add_begun(Letters::of(u64::from_le_bytes(*b"abcd\0\0\0\0"), 4), [Bytes::ALL; 2]);
        let have = |word: &[u8; 8], length| {
            words.have(Letters::of(u64::from_le_bytes(*word), length), *b"..")
        };
        assert!(have(b"ABCDE...", 5) && have(b"abcdefgh", 8));
        assert!(!have(b"abc..... ".first_chunk().unwrap(), 3) && !have(b"abcxabcd", 8));
    }
}
