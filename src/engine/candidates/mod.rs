//! What may be a finding: each place in a text where a pattern matches or a term stands.

mod groups;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Instant;

use super::Engine;
use super::evidence::takes;
use super::near;
use super::search::{Search, match_from};
use super::words::{Hit, ListId, ListSet, SetId};
use crate::rules::{MatchSource, Pattern, Rule};
use crate::text::{Place, Text};

pub(super) use groups::{Group, groups, number};

/// A pattern's rule, and its number among the rule's patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PatternId {
    pub rule: usize,
    pub pattern: usize,
}

/// What made a candidate, by its number in the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    Pattern(usize),
    List(usize),
    Begun { list: usize, pattern: usize },
}

/// A place in the folded text that a rule has to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub rule: usize,
    pub origin: Origin,
    /// All that matched.
    pub whole: Range<usize>,
    /// What of it is the value.
    pub value: Range<usize>,
}

/// Labels of a text of which it is asked whether any has a word of a list.
const MOST_LABELS: usize = 1_000;

/// The time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutOfTime;

/// What the rule makes of the terms of its lists: the list, and what a term of it is the origin of.
pub(super) fn lists_matched(rule: &Rule) -> BTreeSet<(usize, Origin)> {
    let mut matched = BTreeSet::new();
    for entry in &rule.matches {
        match &entry.source {
            MatchSource::Words(lists) => {
                matched.extend(lists.iter().map(|&list| (list, Origin::List(list))));
            }
            MatchSource::Begun { words, patterns } => {
                let pairs = words.iter().flat_map(|&list| {
                    patterns.iter().map(move |&pattern| (list, Origin::Begun { list, pattern }))
                });
                matched.extend(pairs);
            }
            MatchSource::Patterns(_) | MatchSource::Facts(_) => {}
        }
    }
    matched
}

/// The lists that a pattern has to have a word of near, for any match that it takes part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Needs {
    /// It makes a match without any.
    Nothing,
    OneOf(Vec<ListId>),
}

impl Needs {
    pub fn of(rule: &Rule, lists: &[ListId], pattern: usize) -> Self {
        let mut needed = Vec::new();
        for entry in &rule.matches {
            if matches!(&entry.source, MatchSource::Patterns(patterns) if patterns.contains(&pattern))
            {
                let wanted = if entry.near.is_empty() { &entry.under } else { &entry.near };
                if wanted.is_empty() {
                    return Self::Nothing;
                }
                needed.extend(wanted.iter().filter_map(|&list| lists.get(list)));
            }
        }
        Self::OneOf(needed)
    }

    fn are_met(&self, there: &ListSet) -> bool {
        match self {
            Self::Nothing => true,
            Self::OneOf(lists) => lists.iter().any(|&list| there.contains(list)),
        }
    }
}

/// Which candidates are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'a> {
    All,
    /// Those that can become a finding in a text of that place, where only these lists have a word
    /// in the text or its labels; `None` where that is not known.
    Useful {
        there: Option<&'a ListSet>,
        place: Place,
    },
}

impl Wanted<'_> {
    fn has(self, needs: Option<&Needs>) -> bool {
        match self {
            Self::All | Self::Useful { there: None, .. } => true,
            Self::Useful { there: Some(there), .. } => {
                needs.is_none_or(|needs| needs.are_met(there))
            }
        }
    }

    /// Whether a match of the rule takes candidates of that origin in the place asked for.
    fn takes(self, rule: &Rule, origin: Origin) -> bool {
        let Self::Useful { place, .. } = self else { return true };
        rule.matches.iter().any(|entry| entry.holds_in(place) && takes(entry, origin))
    }
}

impl Engine {
    /// The lists that have a word in a text or in one of its labels; `None` where the labels are too
    /// many to be asked.
    pub(super) fn lists_there(&self, text: &Text, hits: &[Hit]) -> Option<ListSet> {
        if text.labels.len() > MOST_LABELS {
            return None;
        }
        let mut seen = vec![false; self.dictionary.sets()];
        let mut see = |hits: &[Hit]| {
            for hit in hits {
                if let Some(seen) = seen.get_mut(hit.set.0 as usize) {
                    *seen = true;
                }
            }
        };
        see(hits);
        text.labels.iter().for_each(|label| see(&near::words_of_label(&self.dictionary, label)));
        let mut lists = self.dictionary.no_lists();
        for (_, set) in seen.iter().zip(0..).filter(|(seen, _)| **seen) {
            lists.add(self.dictionary.lists(SetId(set)));
        }
        Some(lists)
    }

    /// The candidates of a folded text by their rules.
    pub(super) fn candidates(
        &self,
        text: &str,
        hits: &[Hit],
        wanted: Wanted<'_>,
        deadline: Instant,
    ) -> Result<Vec<Vec<Candidate>>, OutOfTime> {
        let mut candidates = self.pattern_candidates(text, wanted, deadline)?;
        for hit in hits {
            for &(rule, origin) in self.set_users.get(hit.set.0 as usize).into_iter().flatten() {
                let takes = || self.rules.get(rule).is_some_and(|rule| wanted.takes(rule, origin));
                let spans = match origin {
                    // Each would be searched for.
                    Origin::Begun { .. } if !takes() => None,
                    Origin::Begun { pattern, .. } => self
                        .pattern(PatternId { rule, pattern })
                        .and_then(|pattern| match_from(pattern, text, hit.span().start)),
                    Origin::List(_) | Origin::Pattern(_) => Some((hit.span(), hit.span())),
                };
                if let (Some((whole, value)), Some(of_rule)) = (spans, candidates.get_mut(rule)) {
                    of_rule.push(Candidate { rule, origin, whole, value });
                }
            }
        }
        Ok(candidates)
    }

    fn pattern_candidates(
        &self,
        text: &str,
        wanted: Wanted<'_>,
        deadline: Instant,
    ) -> Result<Vec<Vec<Candidate>>, OutOfTime> {
        let mut candidates: Vec<Vec<Candidate>> = vec![Vec::new(); self.rules.len()];
        let mut push = |id: PatternId, whole, value| {
            let origin = Origin::Pattern(id.pattern);
            if let Some(of_rule) = candidates.get_mut(id.rule) {
                of_rule.push(Candidate { rule: id.rule, origin, whole, value });
            }
        };
        for group in &self.groups {
            let ids = self.patterns.get(group.members.clone()).unwrap_or_default();
            let needs = self.needs.get(group.members.clone()).unwrap_or_default();
            let mut searches = Vec::with_capacity(ids.len());
            for ((id, anatomy), needs) in ids.iter().zip(&group.anatomies).zip(needs) {
                let wanted = wanted.has(Some(needs));
                searches
                    .extend(self.pattern(*id).map(|pattern| Search::new(pattern, anatomy, wanted)));
            }
            let led_to = match &group.led {
                None => Some(0),
                Some(led) => led.search(text, &mut searches, |number, whole, value| {
                    ids.get(number)
                        .into_iter()
                        .for_each(|&id| push(id, whole.clone(), value.clone()));
                }),
            };
            let Some(from) = led_to else { continue };
            for (search, &id) in searches.iter().zip(ids).filter(|(search, _)| search.is_wanted()) {
                if Instant::now() >= deadline {
                    return Err(OutOfTime);
                }
                search.sweep(text, from, |whole, value| push(id, whole, value));
            }
        }
        Ok(candidates)
    }

    fn pattern(&self, id: PatternId) -> Option<&Pattern> {
        groups::pattern(&self.rules, id)
    }
}
