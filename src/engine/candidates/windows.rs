//! Where in a text patterns can be of use that all need a word near.

use std::ops::Range;

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
            return vec![0..text.len()];
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

    #[test]
    fn stretches_that_meet_are_one() {
        assert_eq!(joined(vec![5..9, 0..2, 9..10, 2..3]), [0..3, 5..10]);
        assert_eq!(joined(vec![0..9, 1..2]), [0..9]);
        assert!(joined(Vec::new()).is_empty());
    }
}
