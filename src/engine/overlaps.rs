//! Matches of one rule that overlap: one is kept for each place.

use std::collections::BTreeMap;

use super::candidates::Candidate;

/// Of matches that overlap, the one whose entry stands first in the rule is kept; of equal ones
/// the one that begins first, then the longest.
pub(super) fn one_for_each_place(mut held: Vec<(usize, &Candidate)>) -> Vec<(usize, &Candidate)> {
    let mut end = 0;
    let apart = held.iter().all(|(_, candidate)| {
        let begins_behind = candidate.value.start >= end;
        end = candidate.value.end;
        begins_behind
    });
    if apart {
        return held;
    }
    held.sort_by_key(|(entry, candidate)| {
        let value = &candidate.value;
        (*entry, value.start, std::cmp::Reverse(value.end))
    });
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    held.retain(|(_, candidate)| {
        let value = &candidate.value;
        let before = taken.range(..value.end).next_back();
        let free = before.is_none_or(|(_, &end)| end <= value.start);
        if free {
            taken.insert(value.start, value.end);
        }
        free
    });
    held.sort_by_key(|(_, candidate)| candidate.value.start);
    held
}
