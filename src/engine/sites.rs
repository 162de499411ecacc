//! Where in a text a match of any of many patterns can begin: at a word or a sign, and at one whose
//! first three bytes are those of some pattern.

use std::ops::ControlFlow;

use super::beginnings::{Beginning, DEPTH};
use super::tokens;

/// Kinds of a first byte, and of those behind it, as powers of two.
const FIRST_KINDS: u32 = 6;
const NEXT_KINDS: u32 = 5;
/// Bytes of a text whose sites are sought together.
const BLOCK: usize = 512;

/// The beginnings of some patterns, three bytes each, by the kinds of the bytes.
#[derive(Debug)]
pub(super) struct Sites {
    known: Box<[u64; KEYS / 64]>,
}

const KEYS: usize = 1 << (FIRST_KINDS + 2 * NEXT_KINDS);

impl Sites {
    pub fn new<'a>(beginnings: impl Iterator<Item = &'a Beginning>) -> Self {
        let mut known = Box::new([0; KEYS / 64]);
        for beginning in beginnings {
            let [first, second, third] = beginning.sets();
            let mut firsts: Vec<usize> = first.iter().map(first_kind).collect();
            let [mut seconds, mut thirds] =
                [second, third].map(|set| set.iter().map(next_kind).collect::<Vec<usize>>());
            for kinds in [&mut firsts, &mut seconds, &mut thirds] {
                kinds.sort_unstable();
                kinds.dedup();
            }
            for &first in &firsts {
                for &second in &seconds {
                    for &third in &thirds {
                        let key = key(first, second, third);
                        known[key / 64] |= 1 << (key % 64);
                    }
                }
            }
        }
        Self { known }
    }

    /// Calls `visit` with each place where a match can begin, ascending.
    pub fn each<B>(
        &self,
        text: &[u8],
        mut visit: impl FnMut(usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let mut before = 0;
        let mut places = [0_u32; BLOCK + 8];
        let mut start = 0;
        while start < text.len() {
            // First the places where a word or a sign begins, then those of them whose bytes are
            // known: without a branch for each, since no one can tell what a text does next.
            let end = text.len().min(start + BLOCK);
            let mut count = 0;
            let mut at = start;
            while at < end {
                let marks = tokens::ascii_words(tokens::load(text, at));
                // Of a run of letters and digits the first alone, and all that is neither.
                let mut begins = !(marks & (marks << 8 | before)) & tokens::TOPS;
                before = marks >> 56;
                while begins != 0 {
                    if let Some(place) = places.get_mut(count) {
                        *place = at as u32 + begins.trailing_zeros() / 8;
                    }
                    count += 1;
                    begins &= begins - 1;
                }
                at += 8;
            }
            let mut kept = 0;
            for n in 0..count.min(places.len()) {
                let place = places[n];
                places[kept] = place;
                kept += usize::from(self.may_begin(text, place as usize));
            }
            for &place in places.get(..kept).unwrap_or_default() {
                visit(place as usize)?;
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
        let [first, second, third] = [
            FIRST_KIND[usize::from(first)],
            NEXT_KIND[usize::from(second)],
            NEXT_KIND[usize::from(third)],
        ];
        let key = key(usize::from(first), usize::from(second), usize::from(third)) % KEYS;
        self.known[key / 64] >> (key % 64) & 1 == 1
    }
}

#[inline]
fn key(first: usize, second: usize, third: usize) -> usize {
    first << (2 * NEXT_KINDS) | second << NEXT_KINDS | third
}

static FIRST_KIND: [u8; 256] = kinds(Letters::Cased);
static NEXT_KIND: [u8; 256] = kinds(Letters::Uncased);

fn first_kind(byte: u8) -> usize {
    usize::from(FIRST_KIND[usize::from(byte)])
}

fn next_kind(byte: u8) -> usize {
    usize::from(NEXT_KIND[usize::from(byte)])
}

enum Letters {
    /// Capitals are kinds of their own.
    Cased,
    Uncased,
}

/// The kind of each byte: letters, digits as one, some signs, and all else as one.
const fn kinds(letters: Letters) -> [u8; 256] {
    let (capitals, signs): (u8, &[u8]) = match letters {
        Letters::Cased => (26, b" \n\t(<_#>|"),
        Letters::Uncased => (0, b" -/."),
    };
    let mut kinds = [0; 256];
    let mut letter = 0;
    while letter < 26 {
        kinds[(b'a' + letter) as usize] = 1 + letter;
        kinds[(b'A' + letter) as usize] = 1 + capitals + letter;
        letter += 1;
    }
    let mut digit = b'0';
    while digit <= b'9' {
        kinds[digit as usize] = 27 + capitals;
        digit += 1;
    }
    let mut sign = 0;
    while sign < signs.len() {
        kinds[signs[sign] as usize] = 28 + capitals + sign as u8;
        sign += 1;
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
        let sites = Sites::new(beginnings(&pattern.hir).unwrap().iter());
        let mut found = Vec::new();
        let _ = sites.each(text.as_bytes(), |at| {
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
