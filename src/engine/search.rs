//! One pattern looked for in one text: plainly, or led from one place where a match begins to the
//! next.

use std::ops::Range;

use regex_automata::{Anchored, Input};

use super::anatomy::Anatomy;
use crate::rules::Pattern;

/// Bytes before a value in which a match that it stands in is looked for.
const LONGEST: usize = 4096;

/// The search for one pattern in one text, led by the places where it matches.
///
/// What it finds is what the pattern alone would find, search by search from the left. In each
/// stretch of the text that is led over it is told of every place where a match begins, ascending;
/// of those behind the last match the first is the next one. Which match was the last before a
/// stretch is looked up when the first match in it turns up.
pub(super) struct Search<'a> {
    pattern: &'a Pattern,
    anatomy: &'a Anatomy,
    told: Told,
    /// Before it no further match begins.
    cursor: usize,
    /// Up to here all matches are known.
    known: usize,
    /// Whether there may be others behind, of which nobody has told or which were passed over.
    gap: bool,
    /// Where the matches begin that are being reported.
    start: usize,
    ends: Places,
}

/// What is told of a pattern's matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Where each begins, and each of its ends.
    Exactly,
    /// Where one may begin.
    Maybe,
}

/// The places that are reported for one at which a match begins.
#[derive(Clone, Copy)]
enum Places {
    None,
    One(usize),
    /// Which one the pattern prefers has to be asked.
    Several,
}

/// The searches for some patterns in one text. In most texts none of them matches, and no search
/// begins.
pub(super) struct Searches<'a, B> {
    begun: Option<Vec<Search<'a>>>,
    begin: B,
}

impl<'a, B: Fn() -> Vec<Search<'a>>> Searches<'a, B> {
    pub fn new(begin: B) -> Self {
        Self { begun: None, begin }
    }

    pub fn all(&mut self) -> &mut Vec<Search<'a>> {
        self.begun.get_or_insert_with(&self.begin)
    }
}

impl<'a> Search<'a> {
    /// A search that takes no note of anything unless it is wanted.
    pub fn new(pattern: &'a Pattern, anatomy: &'a Anatomy, told: Told, wanted: bool) -> Self {
        let ends = Places::None;
        let cursor = if wanted { 0 } else { usize::MAX };
        Self { pattern, anatomy, told, cursor, known: 0, gap: false, start: 0, ends }
    }

    pub fn is_wanted(&self) -> bool {
        self.cursor < usize::MAX
    }

    /// Takes note that `start..end` is a match, if not always the one preferred; says whether it
    /// is the first that begins there.
    #[inline]
    pub fn note(&mut self, start: usize, end: usize) -> bool {
        match self.ends {
            _ if start < self.cursor => false,
            Places::None => {
                self.start = start;
                self.ends = match self.told {
                    Told::Exactly => Places::One(end),
                    Told::Maybe => Places::Several,
                };
                true
            }
            Places::One(_) | Places::Several => {
                self.ends = Places::Several;
                false
            }
        }
    }

    /// The match that begins where those noted begin, in a stretch of the text, and its value, of
    /// which `opening` may know where it begins.
    pub fn settle(
        &mut self,
        text: &str,
        stretch: &Range<usize>,
        opening: impl FnOnce(&Anatomy) -> Option<usize>,
    ) -> Option<(Range<usize>, Range<usize>)> {
        let start = self.start;
        let ends = std::mem::replace(&mut self.ends, Places::None);
        self.know(text, stretch, start);
        if start < self.cursor {
            return None;
        }
        let end = match ends {
            Places::None => return None,
            Places::One(end) => end,
            Places::Several => {
                let reach = text.len().min(start + self.pattern.longest.unwrap_or(text.len()));
                let input = Input::new(text).range(start..reach).anchored(Anchored::Yes);
                self.pattern.anchored().search_half(&input)?.offset()
            }
        };
        self.cursor = end;
        let whole = start..end;
        let opening = opening(self.anatomy);
        let told = self.anatomy.value(text.as_bytes(), &whole, opening);
        let value = told.unwrap_or_else(|| value(self.pattern, text, whole.clone()));
        Some((whole, value))
    }

    /// Searches plainly from `from` on, a place in a stretch that it was led over up to there.
    pub fn sweep(
        &mut self,
        text: &str,
        stretch: &Range<usize>,
        from: usize,
        found: impl FnMut(Range<usize>, Range<usize>),
    ) {
        self.know(text, stretch, from);
        each_match(self.pattern, self.anatomy, text, self.cursor.max(from), found);
    }

    /// Passes over the match that begins where those noted begin.
    pub fn pass(&mut self, stretch: &Range<usize>) {
        self.ends = Places::None;
        self.enter(stretch);
        if !self.gap {
            (self.known, self.gap) = (self.start, true);
        }
    }

    /// Moves the cursor behind the last match that begins before `at`, if it may not be there.
    fn know(&mut self, text: &str, stretch: &Range<usize>, at: usize) {
        self.enter(stretch);
        if self.gap {
            self.cursor = self.cursor_at(text, at);
            self.gap = false;
        }
        self.known = self.known.max(stretch.end);
    }

    /// What begins before a stretch nobody has told.
    fn enter(&mut self, stretch: &Range<usize>) {
        self.gap |= stretch.start > self.known;
    }

    /// The end of the last match that begins before `at`, or a place before `at` that none reaches
    /// over.
    fn cursor_at(&self, text: &str, at: usize) -> usize {
        let longest = self.pattern.longest.unwrap_or(text.len());
        let least = self.known.max(self.cursor);
        // Back to where, over so many bytes as a match can have, none begins.
        let mut from = at;
        while from > least {
            let back = from.saturating_sub(longest).max(least);
            let input = Input::new(text).range(back..text.len().min(from + longest));
            if self.pattern.regex().search(&input).is_none_or(|first| first.start() >= from) {
                break;
            }
            from = back;
        }
        if from >= at {
            return least.max(from);
        }
        let input = Input::new(text).range(from..text.len().min(at + longest));
        let before = self.pattern.regex().find_iter(input).take_while(|one| one.start() < at);
        before.last().map_or(from, |last| last.end())
    }
}

/// Calls `found` with each match of a pattern behind `from`, and its value: the plain meaning of
/// the pattern.
pub(super) fn each_match(
    pattern: &Pattern,
    anatomy: &Anatomy,
    text: &str,
    from: usize,
    mut found: impl FnMut(Range<usize>, Range<usize>),
) {
    for at in pattern.regex().find_iter(Input::new(text).range(from..)) {
        let whole = at.range();
        let told = anatomy.value(text.as_bytes(), &whole, None);
        let value = told.unwrap_or_else(|| value(pattern, text, whole.clone()));
        found(whole, value);
    }
}

/// Bytes of the longest match of a pattern that is tried at words. It has one: else it would not
/// have been compiled.
pub(super) fn longest_begun(pattern: &Pattern) -> usize {
    pattern.longest.unwrap_or(LONGEST)
}

/// The match of a pattern that begins at a place, and its value.
pub(super) fn match_from(
    pattern: &Pattern,
    text: &str,
    start: usize,
) -> Option<(Range<usize>, Range<usize>)> {
    let end = text.len().min(start + longest_begun(pattern));
    let input = Input::new(text).range(start..end).anchored(Anchored::Yes);
    let whole = pattern.anchored().find(input)?.range();
    let value = value(pattern, text, whole.clone());
    Some((whole, value))
}

/// The bytes of a match that are its value: those of the group `value` if it took part.
fn value(pattern: &Pattern, text: &str, whole: Range<usize>) -> Range<usize> {
    let Some(group) = pattern.value_group else { return whole };
    // No more than the match is looked at: in so little the group is found by backtracking.
    let input = Input::new(text).range(whole.clone()).anchored(Anchored::Yes);
    let mut slots = vec![None; 2 * group + 2];
    pattern.anchored().search_slots(&input, &mut slots);
    match slots.get(2 * group..) {
        Some(&[Some(start), Some(end)]) if start < end && end.get() <= whole.end => {
            start.get()..end.get()
        }
        _ => whole,
    }
}
