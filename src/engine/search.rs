//! One pattern looked for in one text: plainly, or led from one place where a match begins to the
//! next.

use std::ops::Range;

use regex_automata::{Anchored, Input};

use crate::rules::Pattern;

/// Bytes before a value in which a match that it stands in is looked for.
const LONGEST: usize = 4096;

/// The search for one pattern in one text, led by the places where it matches.
///
/// What it finds is what the pattern alone would find, search by search from the left: it is told
/// of every place where a match begins, ascending; of those behind the last match the first is the
/// next one.
pub(super) struct Search<'a> {
    pattern: &'a Pattern,
    /// Before it no further match begins.
    cursor: usize,
    /// Where the matches begin that are being reported.
    start: usize,
    ends: Ends,
}

/// The ends of the matches that begin at one place.
#[derive(Clone, Copy)]
enum Ends {
    None,
    One(usize),
    /// Which one the pattern prefers has to be asked.
    Several,
}

impl<'a> Search<'a> {
    pub fn new(pattern: &'a Pattern) -> Self {
        Self { pattern, cursor: 0, start: 0, ends: Ends::None }
    }

    /// Takes note that `start..end` is a match, if not always the one preferred; says whether it
    /// is the first that begins there.
    #[inline]
    pub fn note(&mut self, start: usize, end: usize) -> bool {
        match self.ends {
            _ if start < self.cursor => false,
            Ends::None => {
                (self.start, self.ends) = (start, Ends::One(end));
                true
            }
            Ends::One(_) | Ends::Several => {
                self.ends = Ends::Several;
                false
            }
        }
    }

    /// The match that begins where those noted begin, and its value.
    pub fn settle(&mut self, text: &str) -> Option<(Range<usize>, Range<usize>)> {
        let start = self.start;
        let end = match std::mem::replace(&mut self.ends, Ends::None) {
            Ends::None => return None,
            Ends::One(end) => end,
            Ends::Several => {
                let input = Input::new(text).range(start..).anchored(Anchored::Yes);
                self.pattern.regex.search_half(&input)?.offset()
            }
        };
        self.cursor = end;
        Some((start..end, value(self.pattern, text, start..end)))
    }

    /// Searches plainly from `from` on, up to where the search was led.
    pub fn sweep(&self, text: &str, from: usize, found: impl FnMut(Range<usize>, Range<usize>)) {
        each_match(self.pattern, text, self.cursor.max(from), found);
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
