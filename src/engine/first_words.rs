//! The first word of a match: which it can be, or how it can begin, and what can stand behind it.
//!
//! A word is a run of letters and digits of ASCII. `(?i)mrn[:#]` begins with the word `mrn` and one
//! of two signs; of `[A-Z][a-z]+, [A-Z]` no word is known, but that it begins with a capital and has
//! a comma and a blank behind it.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::mem::discriminant;

use foldhash::fast::FixedState;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use super::beginnings::{Bytes, begins_line};
use super::letters::Letters;

/// The fewest letters of a word by which it is told from others though it goes on.
pub(super) const LEAST: usize = 3;
/// First words of one pattern that are told apart.
const MOST: usize = 2_000;
/// Letters that one place of a known word can have; with more the word is not known.
const SPELLINGS: usize = 4;

/// A first word of matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FirstWord {
    pub word: Word,
    /// What the two bytes behind it can be.
    pub behind: [Bytes; 2],
    /// Whether it begins a line.
    pub line: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Word {
    Known(Letters),
    /// One that begins with three letters or more and goes on.
    Begun(Letters),
    /// One that begins with any of these.
    Unknown(Bytes),
}

impl Word {
    /// The same word when it is not known how it goes on.
    fn cut(self) -> Self {
        match self {
            Self::Known(letters) if letters.length() >= LEAST => Self::Begun(letters),
            Self::Known(letters) => Self::Unknown(letters.first()),
            Self::Begun(_) | Self::Unknown(_) => self,
        }
    }
}

/// The first words of a pattern's matches, of those that begin with a word.
pub(super) fn first_words(hir: &Hir) -> Vec<FirstWord> {
    let unbegun = Path { word: Word::Known(Letters::default()), behind: Behind::Open, line: false };
    followed(vec![unbegun], hir).into_iter().filter_map(Path::first_word).collect()
}

/// A match as far as its first word is known and what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Path {
    word: Word,
    behind: Behind,
    line: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Behind {
    /// The word may go on.
    Open,
    /// The word has ended.
    Ended,
    One(Bytes),
    Two(Bytes, Bytes),
    /// The match begins with a sign.
    NoWord,
}

impl Path {
    fn is_unbegun(self) -> bool {
        self.word == Word::Known(Letters::default())
    }

    fn is_done(self) -> bool {
        matches!(self.behind, Behind::Two(..) | Behind::NoWord)
    }

    fn first_word(self) -> Option<FirstWord> {
        let Self { word, behind, line } = self;
        let behind = match behind {
            Behind::NoWord => return None,
            // The word of the text may be longer than what the match has of it.
            Behind::Open => {
                let (word, behind) = (word.cut(), [Bytes::ALL, Bytes::ALL]);
                return Some(FirstWord { word, behind, line });
            }
            Behind::Ended => [Bytes::SIGNS, Bytes::ALL],
            Behind::One(one) => [one, Bytes::ALL],
            Behind::Two(one, two) => [one, two],
        };
        Some(FirstWord { word, behind, line })
    }

    /// Adds the paths that a byte of a set leads on to.
    fn push(self, set: Bytes, paths: &mut Vec<Self>) {
        match self.behind {
            Behind::Two(..) | Behind::NoWord => paths.push(self),
            Behind::One(one) => paths.push(Self { behind: Behind::Two(one, set), ..self }),
            Behind::Ended => self.end(set, paths),
            Behind::Open => {
                self.end(set, paths);
                self.spell(set.and(Bytes::WORD), paths);
            }
        }
    }

    fn end(self, set: Bytes, paths: &mut Vec<Self>) {
        let signs = set.and(Bytes::SIGNS);
        if !signs.is_empty() {
            let behind = if self.is_unbegun() { Behind::NoWord } else { Behind::One(signs) };
            paths.push(Self { behind, ..self });
        }
    }

    fn spell(self, letters: Bytes, paths: &mut Vec<Self>) {
        let mut words: Vec<Word> = Vec::new();
        match self.word {
            Word::Known(known) if letters.count() <= SPELLINGS => {
                words.extend(letters.iter().map(|letter| Word::Known(known.push(letter))));
            }
            Word::Known(_) if self.is_unbegun() => words.push(Word::Unknown(letters)),
            word if !letters.is_empty() => words.push(word.cut()),
            _ => {}
        }
        paths.extend(words.into_iter().map(|word| Self { word, ..self }));
    }

    /// What an assertion tells.
    fn look(&mut self, look: Look) {
        let ends = matches!(
            look,
            Look::WordAscii
                | Look::WordEndAscii
                | Look::WordEndHalfAscii
                | Look::End
                | Look::EndLF
                | Look::EndCRLF
        );
        if self.behind == Behind::Open && self.is_unbegun() {
            self.line |= begins_line(look);
        } else if self.behind == Behind::Open && ends {
            self.behind = Behind::Ended;
        }
    }
}

/// The bytes that a word can begin with.
fn first(word: Word) -> Bytes {
    match word {
        Word::Known(letters) | Word::Begun(letters) => letters.first(),
        Word::Unknown(first) => first,
    }
}

/// The paths that become of some when what `hir` matches follows them.
fn followed(mut paths: Vec<Path>, hir: &Hir) -> Vec<Path> {
    if paths.iter().all(|path| path.is_done()) {
        return paths;
    }
    match hir.kind() {
        HirKind::Empty => return paths,
        HirKind::Look(look) => paths.iter_mut().for_each(|path| path.look(*look)),
        HirKind::Literal(literal) => {
            for &byte in &literal.0 {
                paths = pushed(&paths, Bytes::one(byte));
            }
        }
        HirKind::Class(Class::Bytes(class)) => {
            let set = class.iter().map(|range| (range.start(), range.end())).collect();
            paths = pushed(&paths, set);
        }
        HirKind::Class(Class::Unicode(class)) => {
            let ascii = class.iter().filter(|range| range.start().is_ascii());
            let byte = |c: char| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(0x7F);
            let ascii = ascii.map(|range| (byte(range.start()), byte(range.end()))).collect();
            let mut beyond = Vec::new();
            if class.iter().any(|range| !range.end().is_ascii()) {
                beyond = pushed(&pushed(&paths, Bytes::BEYOND_ASCII), Bytes::BEYOND_ASCII);
            }
            paths = pushed(&paths, ascii);
            paths.append(&mut beyond);
        }
        HirKind::Repetition(repetition) => paths = repeated(paths, repetition),
        HirKind::Capture(capture) => return followed(paths, &capture.sub),
        HirKind::Concat(all) => return all.iter().fold(paths, followed),
        HirKind::Alternation(all) => {
            paths = all.iter().flat_map(|one| followed(paths.clone(), one)).collect();
        }
    }
    few(paths)
}

fn pushed(paths: &[Path], set: Bytes) -> Vec<Path> {
    let mut all = Vec::with_capacity(paths.len());
    paths.iter().for_each(|path| path.push(set, &mut all));
    all
}

/// As [`followed`], for what is repeated, until repeating it once more tells nothing new.
fn repeated(paths: Vec<Path>, repetition: &Repetition) -> Vec<Path> {
    let least = repetition.min;
    let most = repetition.max.unwrap_or(u32::MAX);
    let mut all: Vec<Path> = if least == 0 { paths.clone() } else { Vec::new() };
    let mut known: HashSet<Path, FixedState> = all.iter().copied().collect();
    let mut paths = paths;
    for count in 1..=most {
        let next = followed(paths.clone(), &repetition.sub);
        let stays = next == paths;
        paths = next;
        if count >= least || stays {
            let fresh = all.len();
            all.extend(paths.iter().copied().filter(|path| known.insert(*path)));
            if stays || all.len() == fresh {
                break;
            }
        }
    }
    few(all)
}

/// Each path once, and where they are many those alike in one: first those of the same word, then
/// all whose word has begun.
fn few(paths: Vec<Path>) -> Vec<Path> {
    let mut seen: HashSet<Path, FixedState> = HashSet::default();
    let paths: Vec<Path> = paths.into_iter().filter(|path| seen.insert(*path)).collect();
    if paths.len() <= MOST {
        return paths;
    }
    let paths = joined(paths, |path| path);
    if paths.len() <= MOST {
        return paths;
    }
    joined(paths, |path| match path.is_unbegun() {
        true => path,
        false => Path { word: Word::Unknown(first(path.word)), ..path },
    })
}

/// The paths as they are seen, those of one known word in one, and all of unknown words in one, as
/// far as they go equally far.
fn joined(paths: Vec<Path>, seen_as: impl Fn(Path) -> Path) -> Vec<Path> {
    let mut joined: Vec<Path> = Vec::new();
    let mut places: HashMap<_, usize, FixedState> = HashMap::default();
    for path in paths.into_iter().map(seen_as) {
        let letters = match path.word {
            Word::Known(letters) | Word::Begun(letters) => letters,
            Word::Unknown(_) => Letters::default(),
        };
        let (word, behind) = (discriminant(&path.word), discriminant(&path.behind));
        match places.entry((word, letters, behind, path.line)) {
            Entry::Occupied(place) => {
                if let Some(one) = joined.get_mut(*place.get()) {
                    one.join(path);
                }
            }
            Entry::Vacant(place) => {
                place.insert(joined.len());
                joined.push(path);
            }
        }
    }
    joined
}

impl Path {
    fn join(&mut self, other: Self) {
        if let (Word::Unknown(one), Word::Unknown(other)) = (&mut self.word, other.word) {
            one.join(other);
        }
        match (&mut self.behind, other.behind) {
            (Behind::One(one), Behind::One(other)) => one.join(other),
            (Behind::Two(one, two), Behind::Two(first, second)) => {
                one.join(first);
                two.join(second);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Pattern;

    fn spelt(letters: Letters) -> String {
        let bytes = letters.0.to_le_bytes();
        String::from_utf8_lossy(&bytes[..letters.length()]).into_owned()
    }

    /// The first words of a pattern, with what stands behind them, `*` where that is much.
    fn written(pattern: &str) -> Vec<String> {
        let pattern = Pattern::new("p", pattern).unwrap();
        let set = |set: Bytes| match set.count() {
            0..8 => set.iter().map(char::from).collect(),
            _ => "*".to_owned(),
        };
        let show = |FirstWord { word, behind: [one, two], line }| {
            let word = match word {
                Word::Known(letters) => spelt(letters),
                Word::Begun(letters) => format!("{}-", spelt(letters)),
                Word::Unknown(first) => format!("[{}]", set(first)),
            };
            format!("{}{word}|{}|{}", if line { "^" } else { "" }, set(one), set(two))
        };
        let mut all: Vec<String> = first_words(&pattern.hir).into_iter().map(show).collect();
        all.sort();
        all
    }

    #[test]
    fn words_are_known_with_what_stands_behind_them() {
        assert_eq!(written(r"(?i)\bmrn[:#][0-2]"), ["mrn|#:|012"]);
        assert_eq!(written(r"\b(?:ab|c)d?\b-x"), ["abd|-|x", "ab|-|x", "cd|-|x", "c|-|x"]);
        assert_eq!(
            written(r"\blabs?(?: test)?\.pdf"),
            ["labs| |t", "labs|.|p", "lab| |t", "lab|.|p"]
        );
        assert_eq!(written(r"\bdiagnosis(?:es)?\b"), ["diagnosi|*|*"]);
        assert_eq!(written(r"\bab\b"), ["ab|*|*"]);
    }

    #[test]
    fn of_words_that_are_not_known_the_first_letter_is() {
        assert_eq!(written(r"\b[XYZ][a-z]+, [a-c]"), ["[Xx]|,| ", "[Yy]|,| ", "[Zz]|,| "]);
        assert_eq!(written(r"\bab"), ["[Aa]|*|*"]);
        assert_eq!(written(r"\b[0-5]{3}-[0-5]{2}"), ["[012345]|-|012345"]);
        assert_eq!(written("\\bn(?:\u{e9}|e)x-"), ["nex|-|*", "n|*|*"]);
    }

    #[test]
    fn a_word_that_goes_on_is_known_by_its_beginning() {
        assert_eq!(
            written(r"(?i)\bmrn:? ?[0-9]{3}-"),
            ["mrn-|-|*", "mrn| |*", "mrn|:| ", "mrn|:|*"]
        );
        assert_eq!(written(r"\babc"), ["abc-|*|*"]);
    }

    #[test]
    fn what_begins_with_a_sign_has_no_first_word() {
        assert!(written(r"[(#]ab\b").is_empty());
        assert_eq!(written(r"(?:_|\b)ab\b"), ["ab|*|*"]);
    }

    #[test]
    fn a_word_that_begins_a_line_is_told_from_others() {
        assert_eq!(written(r"(?m)(?:^|\b)a-b"), ["^a|-|b", "a|-|b"]);
        assert_eq!(written(r"(?m)^[ >]?a-b"), ["^a|-|b"]);
    }

    #[test]
    fn many_words_become_few_that_hold_them_all() {
        let words: Vec<String> = (0..2_200).map(|number| format!("w{number:04}")).collect();
        assert_eq!(written(&format!(r"\b(?:{})-1", words.join("|"))), ["[Ww]|-|1"]);
    }
}
