//! How the matches of some patterns start: with which words, and with which signs.

use regex_syntax::hir::Hir;

use super::beginnings::{Bytes, DEPTH, openings};
use super::first_words::{FirstWord, KnownWords, Letters, Word, first_words};
use super::tokens;
use super::triples::Triples;

/// What stands at a place: three bytes, and the word that it is, if it is one.
pub(super) struct Lead {
    three: [u8; DEPTH],
    word: Option<(Letters, [u8; 2])>,
}

impl Lead {
    /// `None` so near to the end of the text that not all of it is there.
    #[inline]
    pub fn of(text: &[u8], at: usize) -> Option<Self> {
        let three = *text.get(at..)?.first_chunk::<DEPTH>()?;
        let eight = tokens::load(text, at);
        let mut length = word_length(eight);
        if length == 0 {
            return Some(Self { three, word: None });
        }
        let letters = Letters::of(eight, length);
        while length.is_multiple_of(8) {
            match word_length(tokens::load(text, at + length)) {
                0 => break,
                more => length += more,
            }
        }
        let behind = text.get(at + length..)?.first_chunk::<2>()?;
        Some(Self { three, word: Some((letters, *behind)) })
    }
}

/// How many of the first eight bytes are letters and digits.
#[inline]
fn word_length(eight: u64) -> usize {
    (!tokens::ascii_words(eight) & tokens::TOPS).trailing_zeros() as usize / 8
}

/// The most ways in which three bytes can be chosen for patterns of the first family.
const FEW: usize = 500;

/// How some matches start.
#[derive(Debug)]
pub(super) struct Starts {
    /// The first three bytes of those that start with a sign.
    signs: Triples,
    /// The first words of others.
    words: KnownWords,
    /// Those of which no first word is known, apart by whether they can start in few ways or in
    /// many: what one family has of some letters and the other of some signs is in neither.
    families: [Family; 2],
}

/// Patterns of which no first word is known.
#[derive(Debug)]
struct Family {
    /// Their first three bytes.
    three: Triples,
    /// The first byte of the first word, and the two behind the word.
    around: Triples,
}

impl Starts {
    /// Those of some patterns that stand where lines begin, or the others.
    pub fn of(patterns: &[&Hir], line: bool) -> Self {
        let mut signs = Vec::new();
        let mut words = KnownWords::default();
        let mut families: [(Vec<_>, Vec<_>); 2] = Default::default();
        for hir in patterns {
            let (mut unknown, mut three) = (Vec::new(), Vec::new());
            for FirstWord { word, behind, .. } in
                first_words(hir).into_iter().filter(|one| one.line == line)
            {
                match word {
                    Word::Known(letters) => words.add(letters, behind),
                    Word::Begun(letters) => words.add_begun(letters, behind),
                    Word::Unknown(first) => unknown.push([first, behind[0], behind[1]]),
                }
            }
            let mut variety = 0;
            for one in openings(hir).iter().filter(|one| one.is_of_lines() == line) {
                let [first, second, third] = one.sets();
                let (sign, letter) = (first.and(Bytes::SIGNS), first.and(Bytes::WORD));
                if !sign.is_empty() {
                    signs.push([sign, second, third]);
                }
                if !letter.is_empty() {
                    three.push([letter, second, third]);
                    variety = variety.max(one.variety());
                }
            }
            let [few, many] = &mut families;
            let family = if variety <= FEW { few } else { many };
            if !unknown.is_empty() {
                family.0.append(&mut three);
                family.1.append(&mut unknown);
            }
        }
        let families = families.map(|(three, around)| Family {
            three: Triples::new(&three),
            around: Triples::new(&around),
        });
        Self { signs: Triples::new(&signs), words, families }
    }

    /// Whether there are none.
    pub fn are_none(&self) -> bool {
        self.signs.is_empty()
            && self.words.are_none()
            && self.families.iter().all(|one| one.three.is_empty())
    }

    /// Whether any can start with a blank.
    pub fn have_blanks(&self) -> bool {
        self.signs.has_first(b' ')
    }

    /// Whether a match may start with the word that begins at a place. A word is kept, too, that is
    /// too long or too near to the end of the text to see what stands behind it.
    #[inline]
    pub fn may_have_word(&self, text: &[u8], at: usize) -> bool {
        let eight = tokens::load(text, at);
        let length = word_length(eight);
        let letters = Letters::of(eight, length);
        let [first, second, third, ..] = eight.to_le_bytes();
        let [behind, next, ..] = tokens::load(text, at + length).to_le_bytes();
        let is_in = |family: &Family| {
            family.three.has([first, second, third])
                & (family.around.has([first, behind, next]) | (length == 8))
        };
        let [few, many] = &self.families;
        self.words.may_have(letters) | is_in(few) | is_in(many) | (at + length + 2 > text.len())
    }

    /// The same for a sign.
    #[inline]
    pub fn may_have_sign(&self, text: &[u8], at: usize) -> bool {
        match text.get(at..).and_then(<[u8]>::first_chunk::<DEPTH>) {
            Some(three) => self.signs.has(*three),
            None => true,
        }
    }

    /// Whether a match can start with what stands at a place.
    pub fn have(&self, lead: &Lead) -> bool {
        let three = lead.three;
        let Some((letters, behind)) = lead.word else { return self.signs.has(three) };
        let around = [three[0], behind[0], behind[1]];
        let is_in = |family: &Family| family.three.has(three) && family.around.has(around);
        self.families.iter().any(is_in) || self.words.have(letters, behind)
    }
}
