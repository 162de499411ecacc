//! What may be a finding: each place in a text where a pattern matches or a term stands.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Instant;

use regex_automata::Input;

use super::Engine;
use super::words::Hit;
use crate::rules::{MatchSource, Pattern, Rule};

/// A pattern's rule, and its number among the rule's patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PatternId {
    pub rule: u32,
    pub pattern: u32,
}

/// What made a candidate, by its number in the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    Pattern(usize),
    List(usize),
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

/// The time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutOfTime;

/// Numbers the patterns of all rules.
pub(super) fn number(rules: &[Rule]) -> Vec<PatternId> {
    let mut ids = Vec::new();
    for (rule, compiled) in (0..).zip(rules) {
        ids.extend((0..).zip(&compiled.patterns).map(|(pattern, _)| PatternId { rule, pattern }));
    }
    ids
}

/// The lists on whose terms the rule matches.
pub(super) fn lists_matched(rule: &Rule) -> BTreeSet<usize> {
    let lists = rule.matches.iter().filter_map(|entry| match &entry.source {
        MatchSource::Words(lists) => Some(lists),
        _ => None,
    });
    lists.flatten().copied().collect()
}

impl Engine {
    /// All candidates of a folded text, rule by rule.
    pub(super) fn candidates(
        &self,
        text: &str,
        hits: &[Hit],
        deadline: Instant,
    ) -> Result<Vec<Candidate>, OutOfTime> {
        let mut candidates = Vec::new();
        for id in &self.patterns {
            let Some(rule) = self.rules.get(id.rule as usize) else { continue };
            let Some(pattern) = rule.patterns.get(id.pattern as usize) else { continue };
            if Instant::now() >= deadline {
                return Err(OutOfTime);
            }
            each_match(pattern, text, |whole, value| {
                candidates.push(Candidate {
                    rule: id.rule as usize,
                    origin: Origin::Pattern(id.pattern as usize),
                    whole,
                    value,
                });
            });
        }
        for hit in hits {
            for list in self.dictionary.lists(hit.set) {
                for &(rule, local) in self.list_users.get(list.0 as usize).into_iter().flatten() {
                    candidates.push(Candidate {
                        rule,
                        origin: Origin::List(local),
                        whole: hit.span(),
                        value: hit.span(),
                    });
                }
            }
        }
        candidates.sort_by_key(|candidate| candidate.rule);
        Ok(candidates)
    }
}

/// Calls `found` with each match of a pattern and its value: the plain meaning of the pattern.
pub(super) fn each_match(
    pattern: &Pattern,
    text: &str,
    mut found: impl FnMut(Range<usize>, Range<usize>),
) {
    for at in pattern.regex.find_iter(text) {
        let whole = at.range();
        let value = value(pattern, text, whole.clone());
        found(whole, value);
    }
}

/// The bytes of a match that are its value: those of the group `value` if it took part.
pub(super) fn value(pattern: &Pattern, text: &str, whole: Range<usize>) -> Range<usize> {
    let Some(group) = pattern.value_group else { return whole };
    let mut captures = pattern.regex.create_captures();
    let input = Input::new(text).range(whole.start..text.len());
    pattern.regex.search_captures(&input, &mut captures);
    match captures.get_group(group) {
        Some(span) if span.end <= whole.end && !span.is_empty() => span.range(),
        _ => whole,
    }
}
