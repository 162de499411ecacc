//! Where in a text a match of any of many patterns can begin: at a word or a sign whose first three
//! bytes are those of some pattern, and at a word that one of them can begin with.

use std::ops::{ControlFlow, Range};

use regex_syntax::hir::Hir;

use super::beginnings::{Bytes, DEPTH, openings};
use super::first_words::{FirstWord, KnownWords, Letters, Word, first_words};
use super::tokens;
use super::triples::Triples;

/// Bytes of a text whose sites are sought together.
const BLOCK: usize = 512;

/// How the matches of some patterns begin.
#[derive(Debug)]
pub(super) struct Sites {
    /// The first three bytes of all of them.
    all: Triples,
    anywhere: Starts,
    /// Those that stand where lines begin.
    of_lines: Starts,
}

impl Sites {
    /// The sites of some patterns, none of which matches from inside a word.
    pub fn of(patterns: &[&Hir]) -> Self {
        let all: Vec<_> =
            patterns.iter().flat_map(|hir| openings(hir)).map(|one| one.sets()).collect();
        let (anywhere, of_lines) = (Starts::of(patterns, false), Starts::of(patterns, true));
        Self { all: Triples::new(&all), anywhere, of_lines }
    }

    /// Calls `visit` with the places in a stretch of the text where a match can begin, ascending,
    /// some at a time.
    pub fn each<B>(
        &self,
        text: &[u8],
        stretch: Range<usize>,
        mut visit: impl FnMut(&[u32]) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let in_word = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let mut before = u64::from(stretch.start.checked_sub(1).is_some_and(in_word)) << 7;
        let mut places = [0_u32; BLOCK + 16];
        let mut start = stretch.start;
        while start < stretch.end {
            // First the places where a word or a sign begins, then those of them whose bytes are
            // known: without a branch for each, since no one can tell what a text does next.
            let end = stretch.end.min(start + BLOCK);
            let mut count = 0;
            let mut at = start;
            while at < end {
                let marks = tokens::ascii_words(tokens::load(text, at));
                // Of a run of letters and digits the first alone, and all that is neither.
                let begins = !(marks & (marks << 8 | before)) & tokens::TOPS;
                before = marks >> 56;
                // Of eight bytes seldom more than four are of interest.
                if let Some(places) = places.get_mut(count..).and_then(|p| p.first_chunk_mut::<8>())
                {
                    let mut left = begins;
                    let mut next = || {
                        let place = at as u32 + left.trailing_zeros() / 8;
                        left &= left.wrapping_sub(1);
                        place
                    };
                    let (first, second) = places.split_at_mut(4);
                    first.fill_with(&mut next);
                    if begins.count_ones() > 4 {
                        second.fill_with(next);
                    }
                }
                count += begins.count_ones() as usize;
                at += 8;
            }
            let mut kept = 0;
            for n in 0..count.min(places.len()) {
                let place = places[n];
                places[kept] = place;
                kept += usize::from(self.may_begin(text, place as usize));
            }
            let mut left = 0;
            for n in 0..kept {
                let place = places[n];
                places[left] = place;
                left += usize::from(self.may_go_on(text, place as usize));
            }
            let left = places.get(..left).unwrap_or_default();
            // Eight bytes are looked at together, also at the end.
            let within = left.partition_point(|place| (*place as usize) < end);
            visit(left.get(..within).unwrap_or_default())?;
            start = end;
        }
        ControlFlow::Continue(())
    }

    #[inline]
    fn may_begin(&self, text: &[u8], at: usize) -> bool {
        match text.get(at..).and_then(<[u8]>::first_chunk::<DEPTH>) {
            Some(three) => self.all.has(*three),
            // Too near the end for three bytes: whatever is there may match.
            None => at < text.len(),
        }
    }

    /// The same, for those that may, by more than three bytes.
    #[inline]
    fn may_go_on(&self, text: &[u8], at: usize) -> bool {
        let Some(&three) = text.get(at..).and_then(<[u8]>::first_chunk::<DEPTH>) else {
            return true;
        };
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        let line = before.is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
        let Some(lead) = Lead::of(text, at, three) else { return true };
        self.anywhere.have(&lead) || line && self.of_lines.have(&lead)
    }
}

/// What stands at a place: three bytes, and the word that it is, if it is one.
struct Lead {
    three: [u8; DEPTH],
    word: Option<(Letters, [u8; 2])>,
}

impl Lead {
    /// `None` where the word reaches to the end of the text, nearly so.
    #[inline]
    fn of(text: &[u8], at: usize, three: [u8; DEPTH]) -> Option<Self> {
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
struct Starts {
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
    fn of(patterns: &[&Hir], line: bool) -> Self {
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

    #[inline]
    fn have(&self, lead: &Lead) -> bool {
        let three = lead.three;
        let Some((letters, behind)) = lead.word else { return self.signs.has(three) };
        let around = [three[0], behind[0], behind[1]];
        let is_in = |family: &Family| family.three.has(three) && family.around.has(around);
        self.families.iter().any(is_in) || self.words.have(letters, behind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Pattern;

    fn sites(pattern: &str, text: &str) -> Vec<usize> {
        let pattern = Pattern::new("p", pattern).unwrap();
        let sites = Sites::of(&[&pattern.hir]);
        let mut found = Vec::new();
        let _ = sites.each(text.as_bytes(), 0..text.len(), |places| {
            found.extend(places.iter().map(|place| *place as usize));
            ControlFlow::<()>::Continue(())
        });
        found
    }

    #[test]
    fn a_site_is_where_a_word_or_sign_begins_that_a_match_can_begin_with() {
        let text = "mrn mrns xmrn MRN _mrn \u{e9}mrn.....";
        assert_eq!(
            sites(r"\b(?i)mrns? [a-z_]", text).split_last_chunk::<2>(),
            Some((&[0, 4, 14][..], &[31, 32]))
        );
        assert_eq!(sites(r"\([0-9]{3}\)", "(123) (a) x(999)....."), [0, 11, 19, 20]);
        assert_eq!(sites(r"(?m)^ ?mrn:", "mrn: mrn:\n mrn: \nmrn: a"), [0, 10, 17, 21, 22]);
    }

    #[test]
    fn the_last_bytes_of_a_text_are_always_sites() {
        assert_eq!(sites(r"\bzzz", "a.b"), [1, 2]);
    }

    #[test]
    fn no_site_is_lost_between_blocks() {
        for lead in 0..20 {
            let text = format!("{}{}", " ".repeat(lead), "ab1 ".repeat(3 * BLOCK));
            let found = sites(r"\bab[0-9]", &text);
            let expected: Vec<usize> = (0..3 * BLOCK).map(|n| lead + 4 * n).collect();
            assert_eq!(found.get(..expected.len()), Some(&*expected));
        }
    }
}
