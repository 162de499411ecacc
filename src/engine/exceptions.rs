//! Exceptions by pattern: whether a value stands inside a match of one.

use std::ops::Range;

use regex_automata::{Anchored, Input};

use super::beginnings::{Beginning, DEPTH, beginnings};
use super::triples::Triples;
use crate::rules::{Pattern, Rule};

/// Bytes before a value in which a match that it stands in is looked for.
const LONGEST: usize = 4096;

/// The first three bytes of the patterns of a rule's exceptions, by their numbers in the rule; `None`
/// for one that can begin inside a word.
#[derive(Debug, Default)]
pub(super) struct Excepting(Vec<(usize, Option<Triples>)>);

impl Excepting {
    pub fn of(rule: &Rule) -> Self {
        let mut numbers: Vec<usize> =
            rule.exceptions.iter().flat_map(|one| &one.patterns).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let first_bytes = |number: usize| {
            let all = beginnings(&rule.patterns.get(number)?.hir)?;
            Some(Triples::new(&all.iter().map(Beginning::sets).collect::<Vec<_>>()))
        };
        Self(numbers.into_iter().map(|number| (number, first_bytes(number))).collect())
    }

    /// Whether a value stands inside a match of a pattern, one that begins at most [`LONGEST`] bytes
    /// before it. What is known of the pattern's matches in the text is taken note of.
    pub fn covers(
        &self,
        rule: &Rule,
        number: usize,
        text: &str,
        value: &Range<usize>,
        known: &mut Known,
    ) -> bool {
        let Some(pattern) = rule.patterns.get(number) else { return false };
        let longest = pattern.longest.map_or(LONGEST, |longest| longest.min(LONGEST));
        let from = value.end.saturating_sub(longest);
        match self.0.iter().find(|(of, _)| *of == number) {
            Some((_, Some(first_bytes))) => {
                known.look(text, from..value.start + 1, |start| {
                    let to = text.len().min(start + longest);
                    let is_site = may_begin(text.as_bytes(), start, first_bytes);
                    is_site.then(|| end_of(pattern, text, start..to)).flatten()
                });
                known.reaches_from(value.start) >= value.end
            }
            _ => {
                let to = text.len().min(value.start + longest);
                covers_plainly(pattern, text, from..to, value)
            }
        }
    }
}

/// The matches of a pattern in a stretch of one text. Values come mostly in order, so that each
/// byte is looked at once.
#[derive(Debug, Default)]
pub(super) struct Known {
    stretch: Range<usize>,
    /// Where matches begin, ascending, and the furthest that one ends that begins there or before.
    reaches: Vec<(usize, usize)>,
}

impl Known {
    /// Looks at the bytes of a stretch that are not known, where `end` tells of a match its end.
    fn look(&mut self, text: &str, stretch: Range<usize>, end: impl Fn(usize) -> Option<usize>) {
        if stretch.start < self.stretch.start || stretch.start > self.stretch.end {
            self.stretch = stretch.start..stretch.start;
            self.reaches.clear();
        }
        let upto = stretch.end.min(text.len());
        for start in self.stretch.end..upto {
            if let Some(end) = end(start) {
                let before = self.reaches.last().map_or(0, |(_, reach)| *reach);
                self.reaches.push((start, end.max(before)));
            }
        }
        self.stretch.end = self.stretch.end.max(upto);
    }

    /// The furthest end of the matches that begin at a byte or before.
    fn reaches_from(&self, at: usize) -> usize {
        let behind = self.reaches.partition_point(|(start, _)| *start <= at);
        behind.checked_sub(1).and_then(|last| self.reaches.get(last)).map_or(0, |(_, end)| *end)
    }
}

/// Whether a word or a sign begins at a byte, with the right bytes.
#[inline]
fn may_begin(text: &[u8], at: usize, first_bytes: &Triples) -> bool {
    let is_word = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let is_inside = is_word(at) && at.checked_sub(1).is_some_and(is_word);
    let three = || text.get(at..).and_then(<[u8]>::first_chunk::<DEPTH>);
    !is_inside && three().is_none_or(|three| first_bytes.has(*three))
}

/// Where the match ends that begins where a range does.
fn end_of(pattern: &Pattern, text: &str, range: Range<usize>) -> Option<usize> {
    let input = Input::new(text).range(range).anchored(Anchored::Yes);
    Some(pattern.anchored().search_half(&input)?.offset())
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
        match pattern.regex().find(Input::new(text).range(from..range.end)) {
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
                let mut known: Vec<Known> = numbers.iter().map(|_| Known::default()).collect();
                for value in places.map(|at| at..text.ceil_char_boundary(at + 7)) {
                    for (&number, known) in numbers.iter().zip(&mut known) {
                        let pattern = &rule.patterns[number];
                        let longest = pattern.longest.map_or(LONGEST, |most| most.min(LONGEST));
                        let from = value.end.saturating_sub(longest);
                        let to = text.len().min(value.start + longest);
                        let plainly = covers_plainly(pattern, text, from..to, &value);
                        let covers = excepting.covers(rule, number, text, &value, known);
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
