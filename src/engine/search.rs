//! One pattern looked for in one text: plainly, or led by the ends that the automaton reports.

use std::ops::Range;

use regex_automata::{Anchored, Input};

use crate::rules::Pattern;

/// Bytes of the longest match for which the text is searched around reported ends alone.
const LONGEST: usize = 4096;

/// The search for one pattern in one text, led by the ends that the automaton reports.
///
/// What it finds is what the pattern alone would find, search by search from the left. Let no
/// match begin at or behind `cursor` and end before the reported `end`: that is so for the first
/// report, and each step keeps it so. Then a match that begins before `end` begins at most the
/// longest match's length before it, and ends at most that length behind it; so the search need
/// look at no more than that stretch.
pub(super) struct Search<'a> {
    pattern: &'a Pattern,
    /// Before it no further match begins.
    cursor: usize,
    /// Bytes searched.
    spent: usize,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    /// Nothing is reported yet, or the reports are followed.
    Led,
    /// The rest of the text has to be searched as it is.
    ToSweep,
}

impl<'a> Search<'a> {
    pub fn new(pattern: &'a Pattern) -> Self {
        Self { pattern, cursor: 0, spent: 0, state: State::Led }
    }

    pub fn ends_at(
        &mut self,
        text: &str,
        end: usize,
        found: impl FnOnce(Range<usize>, Range<usize>),
    ) {
        if end <= self.cursor || self.state == State::ToSweep {
            return;
        }
        let longest = match self.pattern.longest {
            Some(longest) if longest <= LONGEST => longest,
            _ => {
                self.state = State::ToSweep;
                return;
            }
        };
        if self.pattern.length_is_fixed() {
            // The report says where the match ends, its length where it begins.
            let start = end.saturating_sub(longest);
            if start >= self.cursor {
                self.cursor = end;
                found(start..end, value(self.pattern, text, start..end));
            }
            return;
        }
        let from = self.cursor.max(end.saturating_sub(longest));
        let to = text.len().min(end + longest);
        self.spent += to - from;
        if self.spent > 8 * text.len() + (64 << 10) {
            self.state = State::ToSweep;
            return;
        }
        match self.pattern.regex.find(Input::new(text).range(from..to)) {
            Some(at) if at.start() < end => {
                self.cursor = at.end();
                found(at.range(), value(self.pattern, text, at.range()));
            }
            _ => self.cursor = end,
        }
    }

    /// Searches what the reports did not lead to.
    pub fn finish(
        &mut self,
        text: &str,
        gave_up: bool,
        mut found: impl FnMut(Range<usize>, Range<usize>),
    ) {
        if gave_up || self.state == State::ToSweep {
            each_match(self.pattern, text, self.cursor, &mut found);
        }
    }
}

/// Calls `found` with each match of a pattern behind `from`, and its value: the plain meaning of
/// the pattern.
pub(super) fn each_match(
    pattern: &Pattern,
    text: &str,
    from: usize,
    mut found: impl FnMut(Range<usize>, Range<usize>),
) {
    for at in pattern.regex.find_iter(Input::new(text).range(from..)) {
        let whole = at.range();
        let value = value(pattern, text, whole.clone());
        found(whole, value);
    }
}

/// The match of a pattern that begins at a place, and its value.
pub(super) fn match_from(
    pattern: &Pattern,
    text: &str,
    start: usize,
) -> Option<(Range<usize>, Range<usize>)> {
    // A longest match there is: a pattern that stands with words has to have one.
    let end = text.len().min(start + pattern.longest.unwrap_or(LONGEST));
    let input = Input::new(text).range(start..end).anchored(Anchored::Yes);
    let whole = pattern.regex.find(input)?.range();
    let value = value(pattern, text, whole.clone());
    Some((whole, value))
}

/// Whether a value stands inside a match of a pattern, one that begins at most [`LONGEST`] bytes
/// before it.
pub(super) fn stands_inside(pattern: &Pattern, text: &str, value: &Range<usize>) -> bool {
    let longest = pattern.longest.map_or(LONGEST, |longest| longest.min(LONGEST));
    let mut from = value.end.saturating_sub(longest);
    let to = text.len().min(value.start + longest);
    while from <= value.start {
        match pattern.regex.find(Input::new(text).range(from..to)) {
            Some(at) if at.start() > value.start => return false,
            Some(at) if at.end() >= value.end => return true,
            Some(at) => from = at.start() + 1,
            None => return false,
        }
    }
    false
}

/// The bytes of a match that are its value: those of the group `value` if it took part.
fn value(pattern: &Pattern, text: &str, whole: Range<usize>) -> Range<usize> {
    let Some(group) = pattern.value_group else { return whole };
    let input = Input::new(text).range(whole.start..).anchored(Anchored::Yes);
    let mut slots = vec![None; 2 * group + 2];
    pattern.regex.search_slots(&input, &mut slots);
    match slots.get(2 * group..) {
        Some(&[Some(start), Some(end)]) if start < end && end.get() <= whole.end => {
            start.get()..end.get()
        }
        _ => whole,
    }
}
