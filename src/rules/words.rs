//! Word lists: one term a line, `#` comments.

use std::ops::Range;

/// Bytes of the longest term.
const LONGEST_TERM: usize = 100;
/// Words of the longest phrase.
const MOST_WORDS: usize = 16;

/// Whole words and phrases, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordList {
    /// The terms.
    pub terms: Terms,
}

/// Terms in their order, written one behind the other: there are hundreds of thousands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    written: String,
    /// Where each one ends.
    ends: Vec<u32>,
}

impl Terms {
    /// Adds a term behind the others.
    pub fn push(&mut self, term: &str) {
        self.written.push_str(term);
        self.ends.push(u32::try_from(self.written.len()).unwrap_or(u32::MAX));
    }

    /// The terms.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        (0..self.ends.len()).map(|number| {
            let before = number.checked_sub(1).and_then(|before| self.ends.get(before));
            let (start, end) = (before.copied().unwrap_or(0), self.ends.get(number).copied());
            self.written.get(start as usize..end.unwrap_or(0) as usize).unwrap_or_default()
        })
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl<'a> Extend<&'a str> for Terms {
    fn extend<I: IntoIterator<Item = &'a str>>(&mut self, terms: I) {
        terms.into_iter().for_each(|term| self.push(term));
    }
}

impl<'a> FromIterator<&'a str> for Terms {
    fn from_iter<I: IntoIterator<Item = &'a str>>(terms: I) -> Self {
        let mut all = Self::default();
        all.extend(terms);
        all
    }
}

/// Why a line can't be a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadTerm {
    NoLetterOrDigit,
    TooLong,
}

impl BadTerm {
    pub fn message(self, term: &str) -> String {
        match self {
            Self::NoLetterOrDigit => format!("the term `{term}` has no letter and no digit"),
            Self::TooLong => {
                format!("a term has at most {LONGEST_TERM} bytes and {MOST_WORDS} words")
            }
        }
    }
}

pub(crate) fn check_term(term: &str) -> Result<(), BadTerm> {
    if !term.chars().any(char::is_alphanumeric) {
        return Err(BadTerm::NoLetterOrDigit);
    }
    let words = term.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).count();
    if term.len() > LONGEST_TERM || words > MOST_WORDS {
        return Err(BadTerm::TooLong);
    }
    Ok(())
}

/// Reads a list file. The faults come with the bytes they stand at.
pub(crate) fn parse(text: &str) -> (WordList, Vec<(Range<usize>, BadTerm)>) {
    let mut terms = Terms::default();
    let mut faults = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim_start();
        let start = start + (line.len() - trimmed.len());
        // A `#` begins a comment at the line's start or after a blank: `ss#` is a term.
        let end = comment_start(trimmed).unwrap_or(trimmed.len());
        let term = trimmed.get(..end).unwrap_or_default().trim_end();
        if term.is_empty() {
            continue;
        }
        match check_term(term) {
            Ok(()) => terms.push(term),
            Err(fault) => faults.push((start..start + term.len(), fault)),
        }
    }
    (WordList { terms }, faults)
}

fn comment_start(line: &str) -> Option<usize> {
    let mut before = ' ';
    for (i, c) in line.char_indices() {
        if c == '#' && before.is_whitespace() {
            return Some(i);
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_one_term_a_line_and_comments_after_a_blank() {
        let (list, faults) = parse("# cues\nMRN\n  medical record  # the long form\n\nss#\n");
        assert_eq!(list.terms, Terms::from_iter(["MRN", "medical record", "ss#"]));
        assert!(faults.is_empty());
    }

    #[test]
    fn a_line_without_letter_or_digit_is_a_fault_at_its_place() {
        let (list, faults) = parse("a\n  --\n");
        assert_eq!((list.terms.iter().len(), faults), (1, vec![(4..6, BadTerm::NoLetterOrDigit)]));
    }

    #[test]
    fn a_term_is_bounded() {
        assert_eq!(check_term(&"a ".repeat(17)), Err(BadTerm::TooLong));
        assert_eq!(check_term(&"a".repeat(101)), Err(BadTerm::TooLong));
        assert_eq!(check_term(&"a".repeat(100)), Ok(()));
    }
}
