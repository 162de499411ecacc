//! Sets of words in which most words are looked up in vain: first letter and length tell so.

/// Words of ASCII letters, in any case.
pub(super) struct Words {
    words: &'static [&'static str],
    /// By first letter, one bit for each length.
    lengths: [u32; 32],
}

impl Words {
    pub const fn new(words: &'static [&'static str]) -> Self {
        let mut lengths = [0; 32];
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_bytes();
            lengths[Self::slot(word[0])] |= Self::bit(word.len());
            at += 1;
        }
        Self { words, lengths }
    }

    /// Letters of either case are alike in their last five bits.
    const fn slot(first: u8) -> usize {
        (first & 31) as usize
    }

    const fn bit(length: usize) -> u32 {
        1 << if length < 31 { length } else { 31 }
    }

    fn may_have(&self, word: &str) -> bool {
        let first = word.bytes().next();
        let lengths = first.and_then(|first| self.lengths.get(Self::slot(first)));
        lengths.is_some_and(|lengths| lengths & Self::bit(word.len()) != 0)
    }

    /// Whether a word is one of them, in whatever case.
    pub fn have(&self, word: &str) -> bool {
        self.may_have(word) && self.words.iter().any(|known| known.eq_ignore_ascii_case(word))
    }

    /// Whether a word is one of them as they are written.
    pub fn have_exactly(&self, word: &str) -> bool {
        self.may_have(word) && self.words.contains(&word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_by_all_their_letters() {
        static WORDS: Words = Words::new(&["tel", "T\u{e9}l", "telephone"]);
        assert!(WORDS.have("tel") && WORDS.have("TEL") && WORDS.have("t\u{e9}l"));
        assert!(!WORDS.have("tex") && !WORDS.have("te") && !WORDS.have(""));
        assert!(WORDS.have_exactly("tel") && !WORDS.have_exactly("Tel"));
    }
}
