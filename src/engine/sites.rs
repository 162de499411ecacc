//! Where in a text a match of any of many patterns can begin: at a word or a sign, and at one whose
//! first three bytes are those of some pattern.

use std::collections::{HashMap, HashSet};
use std::ops::{ControlFlow, Range};

use super::beginnings::{Beginning, Bytes, DEPTH};
use super::tokens;

/// Kinds of bytes at each of the three places, as powers of two.
const KINDS: [u32; DEPTH] = [7, 6, 6];
/// Bytes of a text whose sites are sought together.
const BLOCK: usize = 512;

/// The beginnings of some patterns, three bytes each, by the kinds of the bytes.
#[derive(Debug)]
pub(super) struct Sites {
    /// The kind of each byte at each place, shifted to its place in the key.
    kinds: [[u32; 256]; DEPTH],
    /// Which keys some pattern begins with, one bit each.
    known: Box<[u64]>,
}

const KEYS: usize = 1 << (KINDS[0] + KINDS[1] + KINDS[2]);

impl Sites {
    pub fn new(beginnings: &[Beginning]) -> Self {
        let shifts = [KINDS[1] + KINDS[2], KINDS[2], 0];
        let kinds = std::array::from_fn(|place| {
            let sets = beginnings.iter().map(|one| one.sets()[place]);
            kinds(sets, 1 << KINDS[place]).map(|kind| kind << shifts[place])
        });
        let mut sites = Self { kinds, known: vec![0; KEYS / 64].into() };
        for beginning in beginnings {
            let [firsts, seconds, thirds] = sites.kinds_of(beginning);
            for first in &firsts {
                for second in &seconds {
                    for third in &thirds {
                        let key = (first | second | third) as usize % KEYS;
                        if let Some(word) = sites.known.get_mut(key / 64) {
                            *word |= 1 << (key % 64);
                        }
                    }
                }
            }
        }
        sites
    }

    /// The kinds that the bytes of a beginning are of.
    fn kinds_of(&self, beginning: &Beginning) -> [Vec<u32>; DEPTH] {
        let sets = beginning.sets();
        std::array::from_fn(|place| {
            let mut kinds: Vec<u32> =
                sets[place].iter().map(|byte| self.kinds[place][usize::from(byte)]).collect();
            kinds.sort_unstable();
            kinds.dedup();
            kinds
        })
    }

    /// Calls `visit` with each place in a stretch of the text where a match can begin, ascending.
    pub fn each<B>(
        &self,
        text: &[u8],
        stretch: Range<usize>,
        mut visit: impl FnMut(usize) -> ControlFlow<B>,
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
            for &place in places.get(..kept).unwrap_or_default() {
                // Eight bytes are looked at together, also at the end.
                if (place as usize) < end {
                    visit(place as usize)?;
                }
            }
            start = end;
        }
        ControlFlow::Continue(())
    }

    #[inline]
    fn may_begin(&self, text: &[u8], at: usize) -> bool {
        let Some(&[first, second, third]) = text.get(at..).and_then(<[u8]>::first_chunk::<DEPTH>)
        else {
            // Too near the end for three bytes: whatever is there may match.
            return at < text.len();
        };
        let [firsts, seconds, thirds] = &self.kinds;
        let key =
            firsts[usize::from(first)] | seconds[usize::from(second)] | thirds[usize::from(third)];
        let key = key as usize % KEYS;
        self.known.get(key / 64).is_some_and(|word| word >> (key % 64) & 1 == 1)
    }
}

/// The kind of each byte: bytes that the same sets have are of one kind. Where there are more kinds
/// than `most` some have to share one.
fn kinds(sets: impl Iterator<Item = Bytes>, most: u32) -> [u32; 256] {
    let mut kinds = [0; 256];
    let mut count = 1;
    let mut seen: HashSet<Bytes> = HashSet::new();
    for set in sets.filter(|set| seen.insert(*set)) {
        // A kind that the set cuts in two leaves its number to the bytes that the set has not.
        let mut parts: HashMap<u32, Option<u32>> = HashMap::new();
        for byte in set.iter() {
            let kind = &mut kinds[usize::from(byte)];
            parts.entry(*kind).or_default();
        }
        for byte in (0..=u8::MAX).filter(|byte| !set.contains(*byte)) {
            if let Some(part) = parts.get_mut(&kinds[usize::from(byte)])
                && part.is_none()
                && count < most
            {
                *part = Some(count);
                count += 1;
            }
        }
        for byte in set.iter() {
            let kind = &mut kinds[usize::from(byte)];
            if let Some(Some(part)) = parts.get(kind) {
                *kind = *part;
            }
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::super::beginnings::beginnings;
    use super::*;
    use crate::rules::Pattern;

    fn sites(pattern: &str, text: &str) -> Vec<usize> {
        let pattern = Pattern::new("p", pattern).unwrap();
        let sites = Sites::new(&beginnings(&pattern.hir).unwrap());
        let mut found = Vec::new();
        let _ = sites.each(text.as_bytes(), 0..text.len(), |at| {
            found.push(at);
            ControlFlow::<()>::Continue(())
        });
        found
    }

    #[test]
    fn a_site_is_where_a_word_or_sign_begins_that_a_match_can_begin_with() {
        let text = "mrn mrns xmrn MRN _mrn \u{e9}mrn.....";
        assert_eq!(
            sites(r"\bmrn [0-9]{4}", text).split_last_chunk::<2>(),
            Some((&[0, 4, 19, 25][..], &[31, 32]))
        );
        assert_eq!(sites(r"\([0-9]{3}\)", "(123) (a) x(999)....."), [0, 11, 19, 20]);
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
