//! How the matches of a pattern begin: what its first bytes can be, and whether one that begins
//! with a letter or a digit can begin inside a word.

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// Bytes that are known of a beginning.
pub(super) const DEPTH: usize = 3;
/// Beginnings of one pattern that are told apart. Of more those alike in length are put together.
const MOST: usize = 256;

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Bytes([u64; 4]);

impl Bytes {
    pub const ALL: Self = Self([u64::MAX; 4]);
    /// Bytes of characters outside ASCII.
    pub const BEYOND_ASCII: Self = Self([0, 0, u64::MAX, u64::MAX]);
    /// Letters and digits of ASCII.
    pub const WORD: Self = Self([0x03FF_0000_0000_0000, 0x07FF_FFFE_07FF_FFFE, 0, 0]);
    pub const SIGNS: Self = Self([!Self::WORD.0[0], !Self::WORD.0[1], u64::MAX, u64::MAX]);

    fn add(&mut self, byte: u8) {
        self.0[usize::from(byte) / 64] |= 1 << (byte % 64);
    }

    pub fn one(byte: u8) -> Self {
        let mut bytes = Self::default();
        bytes.add(byte);
        bytes
    }

    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }

    pub fn is_empty(self) -> bool {
        self.0 == [0; 4]
    }

    pub fn join(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(to, from)| *to |= from);
    }

    #[inline]
    pub fn contains(self, byte: u8) -> bool {
        self.0[usize::from(byte) / 64] >> (byte % 64) & 1 == 1
    }

    pub fn count(self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// The bytes, ascending.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |byte| self.contains(*byte))
    }
}

impl FromIterator<(u8, u8)> for Bytes {
    /// The bytes of some ranges.
    fn from_iter<I: IntoIterator<Item = (u8, u8)>>(ranges: I) -> Self {
        let mut bytes = Self::default();
        ranges.into_iter().flat_map(|(first, last)| first..=last).for_each(|byte| bytes.add(byte));
        bytes
    }
}

/// What the first bytes of some matches can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Beginning {
    /// What each byte can be, as far as they are known.
    sets: [Bytes; DEPTH],
    known: usize,
    /// Whether the pattern asks for a boundary before the first byte, so that no letter or digit
    /// stands before one.
    guarded: bool,
    /// Whether it asks for the beginning of a line there.
    line: bool,
}

impl Beginning {
    /// What each of the first bytes can be.
    pub fn sets(&self) -> [Bytes; DEPTH] {
        let mut sets = self.sets;
        sets.iter_mut().skip(self.known).for_each(|set| *set = Bytes::ALL);
        sets
    }

    /// Whether the known bytes stand in a text from byte `at` on.
    pub fn stands_at(&self, text: &[u8], at: usize) -> bool {
        let known = self.sets.iter().take(self.known).enumerate();
        known.into_iter().all(|(n, set)| text.get(at + n).is_some_and(|b| set.contains(*b)))
    }

    /// Whether what begins so can be `length` bytes long.
    pub fn can_be_long(&self, length: usize) -> bool {
        self.known == length.min(DEPTH)
    }

    fn is_full(&self) -> bool {
        self.known == DEPTH
    }

    fn push(&mut self, set: Bytes) {
        if let Some(place) = self.sets.get_mut(self.known) {
            *place = set;
            self.known += 1;
        }
    }

    fn guard(&mut self, look: Look) {
        self.guarded |= self.known == 0 && keeps_words_whole(look);
        self.line |= self.known == 0 && begins_line(look);
    }

    /// Whether it stands at the beginning of a line alone.
    pub fn is_of_lines(&self) -> bool {
        self.line
    }

    /// In how many ways the bytes can be chosen.
    pub fn variety(&self) -> usize {
        self.sets().iter().map(|set| set.count()).product()
    }

    fn begins_inside_a_word(&self) -> bool {
        let [first, ..] = self.sets();
        !self.guarded && first.iter().any(|byte| byte.is_ascii_alphanumeric())
    }
}

/// All ways in which a match of the pattern can begin; `None` where it can begin with a letter or
/// a digit inside a word.
pub(super) fn beginnings(hir: &Hir) -> Option<Vec<Beginning>> {
    let all = openings(hir);
    (!all.iter().any(Beginning::begins_inside_a_word)).then_some(all)
}

/// All ways in which a match of the pattern can begin, wherever that is.
pub(super) fn openings(hir: &Hir) -> Vec<Beginning> {
    followed(vec![Beginning::default()], hir)
}

/// The bytes that a match, if it is not empty, can end with.
pub(super) fn last_bytes(hir: &Hir) -> Bytes {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Bytes::default(),
        HirKind::Literal(literal) => {
            literal.0.last().map(|&byte| (byte, byte)).into_iter().collect()
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().map(|range| (range.start(), range.end())).collect()
        }
        HirKind::Class(Class::Unicode(_)) => Bytes::ALL,
        HirKind::Repetition(repetition) => last_bytes(&repetition.sub),
        HirKind::Capture(capture) => last_bytes(&capture.sub),
        HirKind::Concat(all) => {
            let mut last = Bytes::default();
            for one in all.iter().rev() {
                last.join(last_bytes(one));
                if one.properties().minimum_len() != Some(0) {
                    break;
                }
            }
            last
        }
        HirKind::Alternation(all) => {
            let mut last = Bytes::default();
            all.iter().for_each(|one| last.join(last_bytes(one)));
            last
        }
    }
}

/// The beginnings that become of some when what `hir` matches follows them.
fn followed(mut begun: Vec<Beginning>, hir: &Hir) -> Vec<Beginning> {
    if begun.iter().all(Beginning::is_full) {
        return begun;
    }
    match hir.kind() {
        HirKind::Empty => {}
        HirKind::Look(look) => {
            begun.iter_mut().for_each(|one| one.guard(*look));
        }
        HirKind::Literal(literal) => {
            for &byte in literal.0.iter().take(DEPTH) {
                begun.iter_mut().for_each(|one| one.push(Bytes::one(byte)));
            }
        }
        HirKind::Class(Class::Bytes(class)) => {
            let set: Bytes = class.iter().map(|range| (range.start(), range.end())).collect();
            begun.iter_mut().for_each(|one| one.push(set));
        }
        HirKind::Class(Class::Unicode(class)) => {
            let ascii = |c: char| u8::try_from(c).ok().filter(u8::is_ascii);
            let ranges = class.iter().filter_map(|range| {
                Some((ascii(range.start())?, ascii(range.end()).unwrap_or(0x7F)))
            });
            let set = ranges.collect();
            let mut long = begun.clone();
            begun.iter_mut().for_each(|one| one.push(set));
            if class.iter().any(|range| !range.end().is_ascii()) {
                for one in &mut long {
                    one.push(Bytes::BEYOND_ASCII);
                    while !one.is_full() {
                        one.push(Bytes::ALL);
                    }
                }
                begun.append(&mut long);
            }
        }
        HirKind::Repetition(repetition) => begun = repeated(begun, repetition),
        HirKind::Capture(capture) => begun = followed(begun, &capture.sub),
        HirKind::Concat(all) => begun = all.iter().fold(begun, followed),
        HirKind::Alternation(all) => {
            begun = all.iter().flat_map(|one| followed(begun.clone(), one)).collect();
        }
    }
    few(begun)
}

/// As [`followed`], for what is repeated: each time that it is not empty, it adds a byte.
fn repeated(begun: Vec<Beginning>, repetition: &Repetition) -> Vec<Beginning> {
    let least = repetition.min as usize;
    let most = repetition.max.map_or(DEPTH, |max| DEPTH.min(max as usize));
    let mut all = if least == 0 { begun.clone() } else { Vec::new() };
    let mut begun = begun;
    for count in 1..=most {
        begun = followed(begun, &repetition.sub);
        if count >= least.min(most) {
            all.extend_from_slice(&begun);
        }
    }
    few(all)
}

/// Whether no letter or digit stands where the assertion holds and one begins.
fn keeps_words_whole(look: Look) -> bool {
    matches!(
        look,
        Look::WordAscii
            | Look::WordStartAscii
            | Look::WordStartHalfAscii
            | Look::Start
            | Look::StartLF
            | Look::StartCRLF
    )
}

/// Whether the assertion holds at the beginning of a line alone.
pub(super) fn begins_line(look: Look) -> bool {
    matches!(look, Look::Start | Look::StartLF | Look::StartCRLF)
}

/// Each beginning once, and where they are many those of one length in one.
fn few(all: Vec<Beginning>) -> Vec<Beginning> {
    let mut some: Vec<Beginning> = Vec::with_capacity(all.len());
    let many = all.len() > MOST;
    for one in all {
        let alike = |other: &&mut Beginning| {
            if many {
                (other.known, other.guarded, other.line) == (one.known, one.guarded, one.line)
            } else {
                **other == one
            }
        };
        match some.iter_mut().find(alike) {
            Some(other) => {
                other.sets.iter_mut().zip(one.sets).for_each(|(to, from)| to.join(from));
            }
            None => some.push(one),
        }
    }
    some
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Pattern;

    /// The beginnings of a pattern, the bytes of each place joined.
    fn written(pattern: &str) -> Option<Vec<String>> {
        let pattern = Pattern::new("p", pattern).unwrap();
        let show = |one: Beginning| {
            let sets = one.sets().map(|set| match set {
                Bytes::ALL => "?".to_owned(),
                set => set.iter().map(char::from).collect(),
            });
            sets.join(" ")
        };
        Some(beginnings(&pattern.hir)?.into_iter().map(show).collect())
    }

    #[test]
    fn a_beginning_is_what_the_first_bytes_can_be() {
        assert_eq!(written(r"\bab[0-2]x").unwrap(), ["a b 012"]);
        assert_eq!(written(r"\b(?:ab|c)[xy]z").unwrap(), ["a b xy", "c xy z"]);
        assert_eq!(written(r"\ba{1,2}b?c").unwrap(), ["a c ?", "a a c", "a b c", "a a b"]);
        assert_eq!(written(r"\ba").unwrap(), ["a ? ?"]);
        assert_eq!(written(r"#(?:ab){2}").unwrap(), ["# a b"]);
        assert_eq!(written(r"(?:\b|_)x{9}").unwrap(), ["x x x", "_ x x"]);
        assert_eq!(written(r"-(?:a|\b)*b").unwrap(), ["- b ?", "- a b", "- a a"]);
    }

    #[test]
    fn a_match_that_can_begin_inside_a_word_has_no_beginnings() {
        for inside in ["ab", r"(?:\b|x)a", r"\B1", "[a#]b", r"(?:\b)?a"] {
            assert_eq!(written(inside), None, "{inside}");
        }
        for whole in [r"\bab", r"(?m)^a", r"[\n>]a", r"\b{start}a", r"(?:\b|[#>])a"] {
            assert!(written(whole).is_some(), "{whole}");
        }
    }

    #[test]
    fn many_beginnings_become_few_that_hold_them_all() {
        let words: Vec<String> = (0..400).map(|i| format!("w{i:03}")).collect();
        let all = written(&format!(r"\b(?:{})", words.join("|"))).unwrap();
        assert_eq!(all, ["w 0123 0123456789"]);
    }
}
