//! How the matches of some patterns start: with which words, and with which signs.

use regex_syntax::hir::Hir;

use super::beginnings::{Beginning, Bytes, DEPTH, openings};
use super::first_words::{FirstWord, Word, first_words};
use super::known_words::KnownWords;
use super::letters::Letters;
use super::tokens;
use super::triples::Triples;

/// Whether a match can start at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    pub sure: bool,
    /// If the word that stands there is one of those that are known: [`Starts::have_word`] tells.
    pub maybe: bool,
}

impl Start {
    pub fn or(self, other: Self) -> Self {
        Self { sure: self.sure | other.sure, maybe: self.maybe | other.maybe }
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
    /// Whether a blank is among these signs.
    blanks: bool,
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

/// How the matches of one pattern start.
pub(super) struct Openings {
    first_words: Vec<FirstWord>,
    beginnings: Vec<Beginning>,
}

impl Openings {
    pub fn of(hir: &Hir) -> Self {
        Self { first_words: first_words(hir), beginnings: openings(hir) }
    }
}

impl Starts {
    /// Those of some patterns that stand where lines begin, or the others.
    pub fn of(patterns: &[Openings], line: bool) -> Self {
        let mut signs = Vec::new();
        let mut words = KnownWords::default();
        let mut families: [(Vec<_>, Vec<_>); 2] = Default::default();
        for Openings { first_words, beginnings } in patterns {
            let (mut unknown, mut three) = (Vec::new(), Vec::new());
            for FirstWord { word, behind, .. } in first_words.iter().filter(|one| one.line == line)
            {
                match *word {
                    Word::Known(letters) => words.add(letters, *behind),
                    Word::Begun(letters) => words.add_begun(letters, *behind),
                    Word::Unknown(first) => unknown.push([first, behind[0], behind[1]]),
                }
            }
            let mut variety = 0;
            for one in beginnings.iter().filter(|one| one.is_of_lines() == line) {
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
        let blanks = signs.iter().any(|[first, ..]| first.contains(b' '));
        Self { signs: Triples::new(&signs), blanks, words, families }
    }

    /// Whether there are none.
    pub fn are_none(&self) -> bool {
        self.signs.is_empty()
            && self.words.are_none()
            && self.families.iter().all(|one| one.three.is_empty())
    }

    /// Whether any can start with a blank.
    pub fn have_blanks(&self) -> bool {
        self.blanks
    }

    /// Whether a match can start with the word that begins at a place.
    #[inline]
    pub fn word(&self, text: &[u8], at: usize) -> Start {
        let eight = tokens::load(text, at);
        let length = word_length(eight);
        let letters = Letters::of(eight, length);
        let [first, second, third, ..] = eight.to_le_bytes();
        let [behind, next, ..] = tokens::load(text, at + length).to_le_bytes();
        // Of a long word it is not seen what stands behind it.
        let is_in = |family: &Family| {
            family.three.has([first, second, third])
                & (family.around.has([first, behind, next]) | (length == 8))
        };
        let [few, many] = &self.families;
        let is_last = at + length + 2 > text.len();
        let sure = is_in(few) | is_in(many) | is_last;
        Start { sure, maybe: self.words.may_have(letters) }
    }

    /// Whether a match can start with the sign at a place.
    #[inline]
    pub fn sign(&self, text: &[u8], at: usize) -> Start {
        let three = text.get(at..).and_then(<[u8]>::first_chunk::<DEPTH>);
        Start { sure: three.is_none_or(|three| self.signs.has(*three)), maybe: false }
    }

    /// Whether the word that begins at a place is one of those known, with the right bytes behind.
    pub fn have_word(&self, text: &[u8], at: usize) -> bool {
        let eight = tokens::load(text, at);
        let mut length = word_length(eight);
        let letters = Letters::of(eight, length);
        while length > 0 && length.is_multiple_of(8) {
            match word_length(tokens::load(text, at + length)) {
                0 => break,
                more => length += more,
            }
        }
        let behind = text.get(at + length..).and_then(<[u8]>::first_chunk::<2>);
        behind.is_none_or(|behind| self.words.have(letters, *behind))
    }
}
