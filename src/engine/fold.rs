//! Text folded to ASCII where that can be done, with the way back to the original bytes.
//!
//! Full-width and mathematical letters and digits, digits of other scripts, typographic dashes,
//! quotes and blanks become their ASCII likes; what is invisible goes. Everything else stays.

use std::borrow::Cow;
use std::ops::Range;

use super::slices::Slice;

/// A text as patterns and words see it.
#[derive(Debug)]
pub(crate) struct Folded<'a> {
    text: Cow<'a, str>,
    /// Where the two texts get out of step: (byte here, byte there), ascending. Up to the next
    /// entry both advance alike.
    steps: Vec<(u32, u32)>,
    /// Where the original begins in what it is a slice of.
    base: usize,
}

impl<'a> Folded<'a> {
    /// Folds a text. One that is ASCII is borrowed.
    pub fn new(original: &'a str) -> Self {
        if original.is_ascii() {
            return Self { text: Cow::Borrowed(original), steps: Vec::new(), base: 0 };
        }
        let mut text = String::with_capacity(original.len());
        let mut steps = Vec::new();
        let mut rest = original;
        loop {
            let run = ascii_run(rest.as_bytes());
            let (plain, after) = rest.split_at_checked(run).unwrap_or((rest, ""));
            text.push_str(plain);
            let Some(c) = after.chars().next() else { break };
            rest = after.get(c.len_utf8()..).unwrap_or_default();
            let there = original.len() - rest.len();
            let between = || text.ends_with(digit) && rest.starts_with(digit);
            match fold(c, between) {
                Fold::Same => text.push(c),
                Fold::To(ascii) => {
                    text.push(ascii);
                    steps.push((offset(text.len()), offset(there)));
                }
                Fold::Gone => {
                    // Both sides of the gap are kept, so that a span that ends here ends before it.
                    let here = offset(text.len());
                    if steps.last().is_none_or(|&(last, _)| last != here) {
                        steps.push((here, offset(there - c.len_utf8())));
                    }
                    steps.push((here, offset(there)));
                }
            }
        }
        Self { text: Cow::Owned(text), steps, base: 0 }
    }

    /// Folds a slice of a text; the way back leads into the whole text.
    pub fn slice(slice: &Slice<'a>) -> Self {
        Self { base: slice.base, ..Self::new(slice.text) }
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that a span of the folded text came from.
    pub fn original(&self, span: Range<usize>) -> Range<usize> {
        let after = self.steps.partition_point(|&(here, _)| here as usize <= span.start);
        let start = self.through(after, span.start);
        // Of several steps at the end of the span the first is the one before any gap.
        let before = self.steps.partition_point(|&(here, _)| (here as usize) < span.end);
        let at_end = self.steps.get(before).is_some_and(|&(here, _)| here as usize == span.end);
        let end = self.through(before + usize::from(at_end), span.end);
        self.base + start..self.base + end.max(start)
    }

    /// Where `here` lies in the original, `after` being the number of steps up to it.
    fn through(&self, after: usize, here: usize) -> usize {
        match after.checked_sub(1).and_then(|last| self.steps.get(last)) {
            None => here,
            Some(&(from, to)) => here - from as usize + to as usize,
        }
    }
}

/// How many bytes at the beginning are ASCII.
fn ascii_run(bytes: &[u8]) -> usize {
    let eights = bytes.chunks_exact(8).take_while(|eight| eight.is_ascii()).count() * 8;
    let rest = bytes.get(eights..).unwrap_or_default();
    eights + rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len())
}

/// Texts are bounded far below 4 GiB by the budget for text; past that, spans stick at the end.
fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

enum Fold {
    Same,
    To(char),
    Gone,
}

/// First digits of blocks of ten in other scripts and styles.
const ZEROS: [u32; 13] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0E50, 0xFF10, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC,
];

fn fold(c: char, between_digits: impl Fn() -> bool) -> Fold {
    match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            Fold::To(' ')
        }
        '\u{85}' | '\u{2028}' | '\u{2029}' => Fold::To('\n'),
        // Writers of PDF put soft hyphens where a number has its dashes.
        '\u{ad}' if between_digits() => Fold::To('-'),
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e007f}'
        | '\u{300}'..='\u{36f}' => Fold::Gone,
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{30fc}' => Fold::To('-'),
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2bc}' | '\u{b4}' => Fold::To('\''),
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}' => Fold::To('"'),
        '\u{2024}' => Fold::To('.'),
        '\u{2044}' | '\u{2215}' => Fold::To('/'),
        '\u{ff01}'..='\u{ff5e}' => ascii(c as u32 - 0xFF01 + 0x21),
        '\u{1d400}'..='\u{1d6a3}' => {
            let letter = (c as u32 - 0x1D400) % 52;
            ascii(if letter < 26 { 0x41 + letter } else { 0x61 + letter - 26 })
        }
        '\u{1d7f6}'..='\u{1d7ff}' => ascii(c as u32 - 0x1D7F6 + 0x30),
        _ => {
            let code = c as u32;
            match ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code)) {
                Some(zero) => ascii(code - zero + 0x30),
                None => Fold::Same,
            }
        }
    }
}

fn ascii(code: u32) -> Fold {
    char::from_u32(code).map_or(Fold::Same, Fold::To)
}

fn digit(c: char) -> bool {
    c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        Folded::new(text).text().to_owned()
    }

    #[test]
    fn ascii_is_borrowed() {
        assert!(matches!(Folded::new("plain").text, Cow::Borrowed(_)));
    }

    #[test]
    fn likes_of_ascii_become_ascii() {
        assert_eq!(folded("ＳＳＮ：５３６"), "SSN:536");
        assert_eq!(folded("536\u{2011}22\u{2013}8471"), "536-22-8471");
        assert_eq!(folded("a\u{a0}b\u{2009}c"), "a b c");
        assert_eq!(folded("Crohn\u{2019}s"), "Crohn's");
        assert_eq!(folded("\u{661}\u{662}\u{1d7da}\u{1d7ff}"), "1229");
        assert_eq!(folded("\u{1d400}\u{1d41b}"), "Ab");
        assert_eq!(folded("Jos\u{e9} \u{2022}"), "Jos\u{e9} \u{2022}");
    }

    #[test]
    fn the_invisible_goes_but_a_soft_hyphen_between_digits_is_a_dash() {
        assert_eq!(folded("5\u{200b}36 pa\u{ad}tient"), "536 patient");
        assert_eq!(folded("94066\u{ad}1234"), "94066-1234");
    }

    #[test]
    fn spans_lead_back_to_the_original() {
        let original = "né 5\u{200b}3６\u{200b}! ５é";
        let folded = Folded::new(original);
        let at = folded.text().find("536").unwrap();
        let span = folded.original(at..at + 3);
        assert_eq!(original.get(span), Some("5\u{200b}3６"));
        let at = folded.text().find("5é").unwrap();
        assert_eq!(original.get(folded.original(at..at + 1)), Some("５"));
        assert_eq!(original.get(folded.original(at + 1..at + 3)), Some("é"));
        assert_eq!(folded.original(0..folded.text().len()), 0..original.len());
    }
}
