//! Where the words of each list stand in a text.

use std::cell::OnceCell;
use std::ops::Range;

use super::words::{Dictionary, Hit, ListId};

/// The words of the lists in a text, by their list: told apart when the first is asked for, since of
/// most texts nobody asks.
#[derive(Debug)]
pub(super) struct Places<'a> {
    dictionary: &'a Dictionary,
    hits: &'a [Hit],
    by_list: OnceCell<ByList>,
}

/// The beginnings and the ends of the words of each list, one list behind the other.
#[derive(Debug)]
struct ByList {
    /// Where each list begins in the others, and where the last one ends.
    lists: Vec<u32>,
    /// Ascending in each list.
    starts: Vec<u32>,
    /// Ascending in each list.
    ends: Vec<u32>,
}

impl<'a> Places<'a> {
    /// Those of the words of a text, which come in order of their ends.
    pub fn of(dictionary: &'a Dictionary, hits: &'a [Hit]) -> Self {
        Self { dictionary, hits, by_list: OnceCell::new() }
    }

    /// Where the words of a list begin, ascending, and where they end.
    fn list(&self, list: ListId) -> (&[u32], &[u32]) {
        self.by_list.get_or_init(|| ByList::of(self.dictionary, self.hits)).list(list)
    }

    /// Whether a word of the list stands in the span, or partly so.
    pub fn has(&self, list: ListId, span: Range<usize>) -> bool {
        let (starts, ends) = self.list(list);
        let before = ends.partition_point(|&end| (end as usize) < span.start);
        // What ends before the span has begun before its end, too.
        starts.partition_point(|&start| start as usize <= span.end) > before
    }

    /// Where the last word of the list ends that ends at a byte or before.
    pub fn last_before(&self, list: ListId, at: usize) -> Option<usize> {
        let (_, ends) = self.list(list);
        let before = ends.partition_point(|&end| end as usize <= at);
        Some(*ends.get(before.checked_sub(1)?)? as usize)
    }

    /// Where the first word of the list begins that begins at a byte or behind.
    pub fn first_behind(&self, list: ListId, at: usize) -> Option<usize> {
        let (starts, _) = self.list(list);
        let behind = starts.partition_point(|&start| (start as usize) < at);
        Some(*starts.get(behind)? as usize)
    }
}

impl ByList {
    fn of(dictionary: &Dictionary, hits: &[Hit]) -> Self {
        let mut lists = vec![0_u32; dictionary.count() + 1];
        let members = || {
            hits.iter().flat_map(|hit| {
                dictionary.members(hit.set).iter().map(move |list| (hit, list.0 as usize))
            })
        };
        for (_, list) in members() {
            if let Some(count) = lists.get_mut(list + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for count in &mut lists {
            total += *count;
            *count = total;
        }
        let (mut starts, mut ends) = (vec![0; total as usize], vec![0; total as usize]);
        let mut next = lists.clone();
        for (hit, list) in members() {
            let Some(at) = next.get_mut(list) else { continue };
            if let (Some(start), Some(end)) =
                (starts.get_mut(*at as usize), ends.get_mut(*at as usize))
            {
                (*start, *end) = (hit.start, hit.end);
            }
            *at += 1;
        }
        let by_list = Self { lists, starts, ends };
        by_list.sorted()
    }

    /// In order of their ends words are nearly in that of their beginnings.
    fn sorted(mut self) -> Self {
        for list in self.lists.windows(2) {
            if let &[from, to] = list
                && let Some(starts) = self.starts.get_mut(from as usize..to as usize)
                && !starts.is_sorted()
            {
                starts.sort_unstable();
            }
        }
        self
    }

    /// Where the words of a list begin, ascending, and where they end.
    fn list(&self, list: ListId) -> (&[u32], &[u32]) {
        let list = list.0 as usize;
        let bounds = self.lists.get(list..list + 2).unwrap_or_default();
        let &[from, to] = bounds else { return (&[], &[]) };
        let span = from as usize..to as usize;
        let starts = self.starts.get(span.clone()).unwrap_or_default();
        (starts, self.ends.get(span).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_by_their_list_and_place() {
        let lists: [Vec<Box<str>>; 2] = [vec!["a".into(), "b c".into()], vec!["c".into()]];
        let dictionary = Dictionary::new(lists.iter().map(Vec::as_slice));
        let mut hits = Vec::new();
        dictionary.find("a b c x a", &mut hits);
        let places = Places::of(&dictionary, &hits);
        let [first, second, none] = [0, 1, 2].map(ListId);
        assert_eq!(places.last_before(first, 8), Some(5));
        assert_eq!(places.last_before(first, 4), Some(1));
        assert_eq!(places.last_before(second, 4), None);
        assert_eq!(places.first_behind(first, 1), Some(2));
        assert_eq!(places.first_behind(second, 5), None);
        assert!(places.has(first, 5..7) && places.has(first, 7..8) && places.has(second, 0..4));
        assert!(!places.has(first, 6..7) && !places.has(second, 6..9) && !places.has(none, 0..9));
    }
}
