//! Where in a text a match of any of many patterns can begin: at a word that one of them can begin
//! with, or at a sign that has the right bytes behind it.

use std::ops::{ControlFlow, Range};

use regex_syntax::hir::Hir;

use super::starts::{Openings, Start, Starts};
use super::tokens;

/// Bytes of a text whose sites are sought together.
const BLOCK: usize = 512;
/// As many places as a block can have, and some that the last eight bytes may have behind it.
const PLACES: usize = BLOCK + 16;

/// The bit of a place that may be a site. No text is so long that its places need it.
const MAYBE: u32 = 1 << 31;

/// How the matches of some patterns begin.
#[derive(Debug)]
pub(super) struct Sites {
    anywhere: Starts,
    /// Those that stand where lines begin, if there are any.
    of_lines: Option<Starts>,
    /// The top bits of all bytes where a match can begin with a blank anywhere, none where not.
    blanks: u64,
}

/// Places of a block, in order.
struct Places {
    places: [u32; PLACES],
    count: usize,
}

impl Places {
    /// Adds the places of the marked bytes of the eight from `at` on.
    #[inline]
    fn add(&mut self, at: usize, marks: u64) {
        // Of eight bytes seldom more than four are of interest.
        if let Some(places) =
            self.places.get_mut(self.count..).and_then(|p| p.first_chunk_mut::<8>())
        {
            let mut left = marks;
            let mut next = || {
                let place = at as u32 + left.trailing_zeros() / 8;
                left &= left.wrapping_sub(1);
                place
            };
            let (first, second) = places.split_at_mut(4);
            first.fill_with(&mut next);
            if marks.count_ones() > 4 {
                second.fill_with(next);
            }
        }
        self.count += marks.count_ones() as usize;
    }

    /// Keeps the places that are sites or may be, these marked, without a branch for each: no one
    /// can tell what a text does next.
    #[inline]
    fn keep(&mut self, tells: impl Fn(usize) -> Start) {
        let mut kept = 0;
        for number in 0..self.count.min(PLACES) {
            let place = self.places[number];
            let Start { sure, maybe } = tells(place as usize);
            self.places[kept] = place | (u32::from(!sure) * MAYBE);
            kept += usize::from(sure | maybe);
        }
        self.count = kept;
    }

    fn all(&self) -> &[u32] {
        self.places.get(..self.count).unwrap_or_default()
    }
}

impl Sites {
    /// The sites of some patterns, none of which matches from inside a word.
    pub fn of(patterns: &[&Hir]) -> Self {
        let patterns: Vec<Openings> = patterns.iter().map(|hir| Openings::of(hir)).collect();
        let anywhere = Starts::of(&patterns, false);
        let of_lines = Some(Starts::of(&patterns, true)).filter(|starts| !starts.are_none());
        let blanks = if anywhere.have_blanks() { tokens::TOPS } else { 0 };
        Self { anywhere, of_lines, blanks }
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
        let mut line = u64::from(begins_line(text, stretch.start)) << 7;
        let mut words = Places { places: [0; PLACES], count: 0 };
        let mut signs = Places { places: [0; PLACES], count: 0 };
        let mut sites = Vec::with_capacity(PLACES);
        let mut start = stretch.start;
        while start < stretch.end {
            let end = stretch.end.min(start + BLOCK);
            (words.count, signs.count) = (0, 0);
            for at in (start..end).step_by(8) {
                let eight = tokens::load(text, at);
                let marks = tokens::ascii_words(eight);
                // Of a run of letters and digits the first alone.
                words.add(at, marks & !(marks << 8 | before));
                // A blank, of all signs the most frequent, begins few matches inside a line.
                let breaks = equal(eight, b'\n') | equal(eight, b'\r');
                let wanted = self.blanks | breaks << 8 | line | !equal(eight, b' ');
                signs.add(at, !marks & wanted & tokens::TOPS);
                before = marks >> 56;
                line = breaks >> 56;
            }
            words.keep(|at| self.start(text, at, Starts::word));
            signs.keep(|at| self.start(text, at, Starts::sign));
            sites.clear();
            merge(words.all(), signs.all(), &mut sites);
            sites.retain_mut(|place| self.is_site(text, end, place));
            visit(&sites)?;
            start = end;
        }
        ControlFlow::Continue(())
    }

    /// Whether a match can start at a place, where a word or a sign stands.
    #[inline]
    fn start(&self, text: &[u8], at: usize, of: impl Fn(&Starts, &[u8], usize) -> Start) -> Start {
        let anywhere = of(&self.anywhere, text, at);
        match &self.of_lines {
            Some(of_lines) if begins_line(text, at) => anywhere.or(of(of_lines, text, at)),
            _ => anywhere,
        }
    }

    /// Whether a place that was kept is a site; takes the mark from it.
    #[inline]
    fn is_site(&self, text: &[u8], end: usize, place: &mut u32) -> bool {
        let is_sure = *place & MAYBE == 0;
        *place &= !MAYBE;
        let at = *place as usize;
        // Eight bytes are looked at together, also at the end.
        at < end && (is_sure || self.has_known_word(text, at))
    }

    #[inline(never)]
    fn has_known_word(&self, text: &[u8], at: usize) -> bool {
        let of_lines = self.of_lines.as_ref().filter(|_| begins_line(text, at));
        self.anywhere.have_word(text, at) || of_lines.is_some_and(|all| all.have_word(text, at))
    }
}

#[inline]
fn begins_line(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    before.is_none_or(|byte| matches!(byte, b'\n' | b'\r'))
}

/// The top bit of each byte that is the one asked for.
#[inline]
fn equal(eight: u64, byte: u8) -> u64 {
    let apart = eight ^ u64::from_le_bytes([byte; 8]);
    let low = (apart & !tokens::TOPS) + !tokens::TOPS;
    !(low | apart) & tokens::TOPS
}

/// Appends two ascending lists as one.
fn merge<'a>(mut one: &'a [u32], mut other: &'a [u32], merged: &mut Vec<u32>) {
    while let (Some((first, rest)), Some(second)) = (one.split_first(), other.first()) {
        if first & !MAYBE < second & !MAYBE {
            merged.push(*first);
            one = rest;
        } else {
            (one, other) = (other, one);
        }
    }
    merged.extend_from_slice(one);
    merged.extend_from_slice(other);
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
        assert_eq!(sites(r"(?m)^ ?mrn:", "mrn: mrn:\n mrn: \nmrn: a"), [0, 10, 17, 22]);
    }

    #[test]
    fn lists_are_merged_in_order() {
        let mut merged = Vec::new();
        merge(&[1, 5, 6], &[0, 2, 3, 9], &mut merged);
        assert_eq!(merged, [0, 1, 2, 3, 5, 6, 9]);
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
