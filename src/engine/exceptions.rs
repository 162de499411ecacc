//! Exceptions by pattern: whether a value stands inside a match of one.

use std::ops::{ControlFlow, Range};

use regex_automata::{Anchored, Input};

use super::beginnings::beginnings;
use super::sites::Sites;
use crate::rules::{Pattern, Rule};

/// Bytes before a value in which a match that it stands in is looked for.
const LONGEST: usize = 4096;

/// Where the patterns of a rule's exceptions can begin, by their numbers in the rule; `None` for one
/// that can begin inside a word.
#[derive(Debug, Default)]
pub(super) struct Excepting(Vec<(usize, Option<Sites>)>);

impl Excepting {
    pub fn of(rule: &Rule) -> Self {
        let mut numbers: Vec<usize> =
            rule.exceptions.iter().flat_map(|one| &one.patterns).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let sites = |number: usize| {
            let pattern = rule.patterns.get(number)?;
            beginnings(&pattern.hir)?;
            Some(Sites::of(&[&pattern.hir]))
        };
        Self(numbers.into_iter().map(|number| (number, sites(number))).collect())
    }

    /// Whether a value stands inside a match of a pattern, one that begins at most [`LONGEST`] bytes
    /// before it.
    pub fn covers(&self, rule: &Rule, number: usize, text: &str, value: &Range<usize>) -> bool {
        let Some(pattern) = rule.patterns.get(number) else { return false };
        let longest = pattern.longest.map_or(LONGEST, |longest| longest.min(LONGEST));
        let from = value.end.saturating_sub(longest);
        let to = text.len().min(value.start + longest);
        match self.0.iter().find(|(of, _)| *of == number) {
            Some((_, Some(sites))) => {
                let covered = sites.each(text.as_bytes(), from..value.start + 1, |places| {
                    let mut starts = places.iter().map(|place| *place as usize);
                    match starts.any(|start| reaches(pattern, text, start..to, value.end)) {
                        true => ControlFlow::Break(()),
                        false => ControlFlow::Continue(()),
                    }
                });
                covered.is_break()
            }
            _ => covers_plainly(pattern, text, from..to, value),
        }
    }
}

/// Whether the match that begins where a range does goes as far as byte `end`.
fn reaches(pattern: &Pattern, text: &str, range: Range<usize>, end: usize) -> bool {
    let input = Input::new(text).range(range).anchored(Anchored::Yes);
    pattern.regex.search_half(&input).is_some_and(|half| half.offset() >= end)
}

/// As [`Excepting::covers`], match by match from the left.
fn covers_plainly(
    pattern: &Pattern,
    text: &str,
    range: Range<usize>,
    value: &Range<usize>,
) -> bool {
    let mut from = range.start;
    while from <= value.start {
        match pattern.regex.find(Input::new(text).range(from..range.end)) {
            Some(at) if at.start() > value.start => return false,
            Some(at) if at.end() >= value.end => return true,
            Some(at) => from = at.start() + 1,
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::Engine;
    use super::*;
    use crate::rules;

    #[test]
    fn a_value_is_excepted_where_going_from_match_to_match_says_so() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let (set, _) = rules::load(&[folder], &[]).unwrap_or_else(|faults| panic!("{faults}"));
        let engine = Engine::untested(set);
        let start = Instant::now();
        for (rule, excepting) in engine.rules().iter().zip(&engine.excepting) {
            let numbers: Vec<usize> =
                rule.exceptions.iter().flat_map(|one| &one.patterns).copied().collect();
            for test in rule.tests.iter().filter(|_| !numbers.is_empty()) {
                let text = test.text.as_str();
                let places = (0..text.len()).filter(|at| text.is_char_boundary(*at));
                for value in places.map(|at| at..text.ceil_char_boundary(at + 7)) {
                    for &number in &numbers {
                        let pattern = &rule.patterns[number];
                        let longest = pattern.longest.map_or(LONGEST, |most| most.min(LONGEST));
                        let from = value.end.saturating_sub(longest);
                        let to = text.len().min(value.start + longest);
                        let plainly = covers_plainly(pattern, text, from..to, &value);
                        let covers = excepting.covers(rule, number, text, &value);
                        assert_eq!(covers, plainly, "{} {number} {value:?}", rule.id);
                    }
                }
            }
            // Enough of them, on a machine that is busy.
            if start.elapsed().as_secs() > 20 {
                break;
            }
        }
    }
}
