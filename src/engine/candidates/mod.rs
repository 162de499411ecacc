//! What may be a finding: each place in a text where a pattern matches or a term stands.

mod groups;
mod needs;
#[cfg(test)]
mod tests;
mod windows;

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Instant;

use super::evidence::takes;
use super::near;
use super::places::Places;
use super::search::{Search, Searches, Told, longest_begun, match_from};
use super::words::{Hit, ListSet};
use super::{Engine, Errand};
use crate::rules::{MatchSource, Pattern, Rule};
use crate::text::{Place, Text};

pub(super) use groups::{Group, groups, number};
pub(super) use needs::{Needs, There};
pub(super) use windows::Windows;

/// A pattern's rule, and its number among the rule's patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PatternId {
    pub rule: usize,
    pub pattern: usize,
}

/// What made a candidate, by its number in the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Origin {
    Pattern(usize),
    List(usize),
    Begun { list: usize, pattern: usize },
}

impl Origin {
    /// Bytes of its longest match in the rule, where that is not told by its term.
    pub(super) fn longest(self, rule: &Rule) -> usize {
        match self {
            Self::Begun { pattern, .. } => rule.patterns.get(pattern).map_or(0, longest_begun),
            Self::Pattern(_) | Self::List(_) => 0,
        }
    }
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

/// A rule that matches on the terms of a list, and what a term of it is the origin of.
#[derive(Debug, Clone, Copy)]
pub(super) struct User {
    pub rule: usize,
    pub origin: Origin,
    /// The number of what it needs.
    pub needs: usize,
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

/// Which candidates are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'a> {
    All,
    /// Those that can become a finding in a text of that place, where only these lists have a word
    /// in the text or its labels; `None` where that is not known.
    Useful {
        there: Option<&'a There>,
        places: &'a Places<'a>,
        place: Place,
    },
}

impl<'a> Wanted<'a> {
    fn there(self) -> Option<&'a There> {
        match self {
            Self::All => None,
            Self::Useful { there, .. } => there,
        }
    }

    /// Whether needs can be met by what begins a span and stands in it.
    fn are_met(self, needs: &Needs, span: Range<usize>) -> bool {
        match self {
            Self::All | Self::Useful { there: None, .. } => true,
            Self::Useful { there: Some(there), places, .. } => {
                needs.are_met_by(span, there, places)
            }
        }
    }

    fn has(self, needs: &Needs) -> bool {
        self.there().is_none_or(|there| needs.are_met(there))
    }

    /// Whether a candidate of that origin that begins at a byte can become a finding of the rule.
    fn takes(self, rule: &Rule, origin: Origin, needs: &Needs, start: usize) -> bool {
        let Self::Useful { place, .. } = self else { return true };
        self.are_met(needs, start..start + origin.longest(rule))
            && rule.matches.iter().any(|entry| entry.holds_in(place) && takes(entry, origin))
    }
}

impl Engine {
    /// The lists that have a word in a text or in one of its labels; `None` where the labels are too
    /// many to be asked.
    pub(super) fn lists_there(&self, text: &Text, hits: &[Hit]) -> Option<There> {
        if text.labels.len() > MOST_LABELS {
            return None;
        }
        let mut labels = self.dictionary.no_lists();
        for label in &text.labels {
            let hits = near::words_of_label(&self.dictionary, label);
            hits.iter().for_each(|hit| labels.add(self.dictionary.lists(hit.set)));
        }
        Some(There { words: self.lists_of(hits), labels })
    }

    fn lists_of(&self, hits: &[Hit]) -> ListSet {
        let mut lists = self.dictionary.no_lists();
        hits.iter().for_each(|hit| lists.add(self.dictionary.lists(hit.set)));
        lists
    }

    /// The candidates of a folded text by their rules, as far as the errand goes.
    pub(super) fn candidates(
        &self,
        text: &str,
        hits: &[Hit],
        wanted: Wanted<'_>,
        errand: Errand,
    ) -> Result<Vec<Vec<Candidate>>, OutOfTime> {
        let mut candidates = self.pattern_candidates(text, hits, wanted, errand)?;
        let windows = wanted.there().map(|there| self.begun_windows.stretches(text, hits, there));
        let is_in_window = |at: usize| {
            windows.as_ref().is_none_or(|all| {
                let behind = all.partition_point(|stretch| stretch.end <= at);
                all.get(behind).is_some_and(|stretch| stretch.start <= at)
            })
        };
        for hit in hits {
            let start = hit.span().start;
            for &User { rule, origin, needs } in
                self.set_users.get(hit.set.0 as usize).into_iter().flatten()
            {
                if self.turns.of_rule(rule) > errand.last {
                    continue;
                }
                let takes = || {
                    let needs = self.begun_needs.get(needs).map_or(&Needs::Nothing, |one| &one.0);
                    (*needs == Needs::Nothing || is_in_window(start))
                        && self
                            .rules
                            .get(rule)
                            .is_some_and(|rule| wanted.takes(rule, origin, needs, start))
                };
                let spans = match origin {
                    // Each would be searched for.
                    Origin::Begun { .. } if !takes() => None,
                    Origin::Begun { pattern, .. } => self
                        .pattern(PatternId { rule, pattern })
                        .and_then(|pattern| match_from(pattern, text, start)),
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
        hits: &[Hit],
        wanted: Wanted<'_>,
        errand: Errand,
    ) -> Result<Vec<Vec<Candidate>>, OutOfTime> {
        let mut candidates: Vec<Vec<Candidate>> = vec![Vec::new(); self.rules.len()];
        let mut push = |id: PatternId, whole, value| {
            let origin = Origin::Pattern(id.pattern);
            if let Some(of_rule) = candidates.get_mut(id.rule) {
                of_rule.push(Candidate { rule: id.rule, origin, whole, value });
            }
        };
        for group in self.groups.iter().filter(|group| group.turn <= errand.last) {
            let stretches = group.scope.stretches(text, hits, wanted.there());
            if stretches.is_empty() {
                continue;
            }
            let ids = self.patterns.get(group.members.clone()).unwrap_or_default();
            let needs = self.needs.get(group.members.clone()).unwrap_or_default();
            let mut searches = Searches::new(|| {
                let searches = ids.iter().zip(&group.anatomies).zip(&group.told).zip(needs);
                let search = |(((id, anatomy), told), needs): (((&PatternId, _), &Told), _)| {
                    Some(Search::new(self.pattern(*id)?, anatomy, *told, wanted.has(needs)))
                };
                searches.filter_map(search).collect()
            });
            let is_useful = |number: usize, site: usize| {
                let pattern = ids.get(number).and_then(|id| self.pattern(*id));
                let span = site..site + pattern.and_then(|one| one.longest).unwrap_or(text.len());
                needs.get(number).is_none_or(|needs| wanted.are_met(needs, span))
            };
            let rest = match &group.led {
                None => Some((0..0, 0)),
                Some(led) => stretches.into_iter().find_map(|stretch| {
                    let found = |number: usize, whole, value| {
                        if let Some(&id) = ids.get(number) {
                            push(id, whole, value);
                        }
                    };
                    let told = group.scope.told(&stretch);
                    let gave_up =
                        led.search(text, &stretch, &told, &mut searches, is_useful, found)?;
                    Some((told, gave_up))
                }),
            };
            let Some((stretch, from)) = rest else { continue };
            let searches = searches.all().iter_mut().zip(ids);
            for (search, &id) in searches.filter(|(search, _)| search.is_wanted()) {
                if Instant::now() >= errand.deadline {
                    return Err(OutOfTime);
                }
                search.sweep(text, &stretch, from, |whole, value| push(id, whole, value));
            }
        }
        Ok(candidates)
    }

    fn pattern(&self, id: PatternId) -> Option<&Pattern> {
        groups::pattern(&self.rules, id)
    }
}
