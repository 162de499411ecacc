//! Where in a text patterns can match, or be of use, that all hold a rare sign or all need a word
//! near.

use std::ops::Range;

use regex_syntax::hir::{Hir, HirKind};

use super::needs::{Needs, Stands, There};
use crate::engine::words::{Dictionary, Hit, ListSet, SetId};

/// How far from a word the matches can begin that need it.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    /// Characters between the two.
    within: usize,
    /// Bytes of a match.
    longest: usize,
}

/// What the words of each set of lists are to some patterns.
#[derive(Debug)]
pub(in crate::engine) struct Windows {
    reaches: Vec<Option<Reach>>,
    /// The lists that any pattern needs.
    needed: ListSet,
}

impl Windows {
    /// Those of some patterns, by what each needs and how many bytes its longest match has.
    pub fn of<'a>(
        patterns: impl Iterator<Item = (&'a Needs, usize)>,
        dictionary: &Dictionary,
    ) -> Self {
        let mut needed = dictionary.no_lists();
        let mut by_list: Vec<Option<Reach>> = vec![None; dictionary.count()];
        for (needs, longest) in patterns {
            let Needs::OneOf(needs) = needs else { continue };
            for need in needs {
                needed.insert(need.list);
                if let Stands::Near(within) = need.stands
                    && let Some(reach) = by_list.get_mut(need.list.0 as usize)
                {
                    let reach = reach.get_or_insert_default();
                    reach.within = reach.within.max(within);
                    reach.longest = reach.longest.max(longest);
                }
            }
        }
        let sets = (0..dictionary.sets()).map(|set| SetId(u32::try_from(set).unwrap_or(u32::MAX)));
        let reach = |set| {
            let members = dictionary.members(set).iter();
            let reaches = members.filter_map(|list| by_list.get(list.0 as usize).copied()?);
            reaches.reduce(|one, other| Reach {
                within: one.within.max(other.within),
                longest: one.longest.max(other.longest),
            })
        };
        Self { reaches: sets.map(reach).collect(), needed }
    }

    /// The stretches of a text in which a match of the patterns can begin that comes to anything,
    /// ascending, with gaps between.
    pub fn stretches(&self, text: &str, hits: &[Hit], there: &There) -> Vec<Range<usize>> {
        if self.needed.meets(&there.labels) {
            return whole(text);
        }
        // Distances are in characters: where not all are one byte long, some of them are longer.
        let widest = if text.is_ascii() { 1 } else { 4 };
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for hit in hits {
            let Some(Some(reach)) = self.reaches.get(hit.set.0 as usize) else { continue };
            let within = reach.within * widest;
            let start = (hit.start as usize).saturating_sub(within + reach.longest);
            let end = text.len().min(hit.end as usize + within + 1);
            stretches.push(start..end);
        }
        joined(stretches)
    }
}

/// All of a text as its only stretch.
pub(super) fn whole(text: &str) -> Vec<Range<usize>> {
    std::iter::once(0..text.len()).collect()
}

/// The sign that all matches of some patterns hold.
pub(super) const RARE: u8 = b'@';

/// Bytes before the rare sign in a match, at most; `None` where not all matches hold one.
pub(super) fn before_rare(hir: &Hir) -> Option<usize> {
    let mut before = 0;
    let all = match hir.kind() {
        HirKind::Concat(all) => all.as_slice(),
        _ => std::slice::from_ref(hir),
    };
    for one in all {
        if let HirKind::Literal(literal) = one.kind()
            && let Some(at) = literal.0.iter().position(|byte| *byte == RARE)
        {
            return Some(before + at);
        }
        before += one.properties().maximum_len()?;
    }
    None
}

/// Where in a text matches can begin that hold the rare sign, at most so many bytes behind.
pub(super) fn before_signs(text: &str, before: usize) -> Vec<Range<usize>> {
    let signs = memchr::memchr_iter(RARE, text.as_bytes());
    joined(signs.map(|at| at.saturating_sub(before)..at + 1).collect())
}

/// The stretches in order, those that meet made one.
fn joined(mut stretches: Vec<Range<usize>>) -> Vec<Range<usize>> {
    stretches.sort_unstable_by_key(|stretch| stretch.start);
    stretches.dedup_by(|next, last| {
        let meet = next.start <= last.end;
        if meet {
            last.end = last.end.max(next.end);
        }
        meet
    });
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Pattern;

    #[test]
    fn what_holds_the_rare_sign_begins_before_it() {
        let before = |pattern: &str| before_rare(&Pattern::new("p", pattern).unwrap().hir);
        assert_eq!(before(r"\b[a-z.]{1,64}@[a-z]+"), Some(64));
        assert_eq!(before("a{2}b@c"), Some(3));
        for without in ["[a-z]+@x", "(?:a@b|c)", "abc"] {
            assert_eq!(before(without), None, "{without}");
        }
        assert_eq!(before_signs("ab@ cdef@g", 3), [0..3, 5..9]);
    }

    #[test]
    fn stretches_that_meet_are_one() {
        assert_eq!(joined(vec![5..9, 0..2, 9..10, 2..3]), [0..3, 5..10]);
        assert_eq!(joined(vec![0..9, 1..2]), whole("123456789"));
        assert!(joined(Vec::new()).is_empty());
    }
}
