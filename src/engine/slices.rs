//! Long texts cut into slices, so that what a scan holds in memory does not grow with them and
//! the clock is looked at in between.

use std::ops::Range;

/// Bytes of a slice that are its own.
const OWN: usize = 1 << 20;
/// Bytes on either side that a slice shares with its neighbours: more than the longest match that
/// is led to and than near is far. Matches longer than this can be missed where slices meet.
const SHARED: usize = 16 << 10;

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slice<'a> {
    /// The stretch, with what it shares.
    pub text: &'a str,
    /// Where it begins in the whole text.
    pub base: usize,
    /// The bytes of the whole text whose findings are the slice's.
    pub own: Range<usize>,
}

/// The slices of a text; one for all of it where it is not long.
pub(super) fn slices(content: &str) -> impl Iterator<Item = Slice<'_>> {
    let long = content.len() > OWN + SHARED;
    let mut from = 0;
    std::iter::from_fn(move || {
        if from >= content.len() {
            return None;
        }
        let to = if long { boundary(content, from + OWN) } else { content.len() };
        let own = from..to;
        from = to;
        let base = boundary(content, own.start.saturating_sub(SHARED));
        let end = boundary(content, own.end + SHARED);
        Some(Slice { text: content.get(base..end)?, base, own })
    })
}

/// The first boundary of a character at or behind `at`, or the text's end.
fn boundary(content: &str, at: usize) -> usize {
    (at..content.len()).find(|&at| content.is_char_boundary(at)).unwrap_or(content.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_one_slice() {
        assert_eq!(slices("").count(), 0);
        let all: Vec<_> = slices("abc").collect();
        assert_eq!(all, [Slice { text: "abc", base: 0, own: 0..3 }]);
    }

    #[test]
    fn slices_own_every_byte_once_and_share_their_edges() {
        let content = "12345\u{e9}\n".repeat(500_000);
        let all: Vec<_> = slices(&content).collect();
        assert!(all.len() > 3);
        let mut next = 0;
        for slice in &all {
            assert_eq!(slice.own.start, next);
            next = slice.own.end;
            assert_eq!(content.get(slice.base..slice.base + slice.text.len()), Some(slice.text));
            assert!(slice.base == 0 || slice.own.start - slice.base > SHARED - 4);
        }
        assert_eq!(next, content.len());
    }
}
