//! Footers about confidentiality, notes of mail gateways and of mailing lists.
//!
//! A footer is made of the sentences that speak as footers do, and of no other: what stands among
//! them in other words is fresh, however it is framed.

use std::ops::Range;

use super::lines::Lines;
use super::numbers::{Numbers, numbers};
use super::phrases::{Marks, Phrase};

/// Lines of a paragraph on either side of a phrase that are looked at.
const AROUND: usize = 16;
/// Bytes on either side of a phrase that are looked at.
const AROUND_BYTES: usize = 2_500;
/// Bytes of a line above which a body's lines are paragraphs and not filled by hand.
const PARAGRAPH: usize = 100;
/// Bytes of a line that ends before it is full, so that a capital behind it begins a sentence.
const SHORT_LINE: usize = 45;
/// Words of a sentence for each point it must have.
const WORDS_A_POINT: usize = 18;
/// Words of the longest heading.
const HEADING: usize = 3;
/// Points of a sentence that is part of a footer; a phrase of footers has two.
const SENTENCE: usize = 2;
/// Points of a footer.
const FOOTER: usize = 3;

/// The footers of a body, in ascending order.
pub(super) fn footers(content: &str, lines: &Lines<'_>, marks: &Marks) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut behind = 0;
    for mark in marks.of(Phrase::Footer) {
        if mark.bytes.start < behind {
            continue;
        }
        let around = around(lines, mark.bytes.start);
        let start = content.floor_char_boundary(around.start.max(behind));
        behind = content.floor_char_boundary(around.end).max(mark.bytes.end);
        of_paragraphs(content, start..behind, marks, &mut found);
    }
    found
}

/// The lines around a byte that may be one footer with its line.
fn around(lines: &Lines<'_>, byte: usize) -> Range<usize> {
    let line = lines.at(byte);
    let depth = lines.depth(line);
    let same = |other: &usize| lines.depth(*other) == depth;
    let before = (line.saturating_sub(AROUND)..line).rev().take_while(same).last();
    let after = (line + 1..lines.count()).take(AROUND).take_while(same).last();
    let bytes = lines.bytes(before.unwrap_or(line)..after.unwrap_or(line) + 1);
    bytes.start.max(byte.saturating_sub(AROUND_BYTES))..bytes.end.min(byte + AROUND_BYTES)
}

/// A sentence and how much it speaks as footers do.
struct Sentence {
    bytes: Range<usize>,
    points: usize,
    speaks: bool,
    /// Holds a phrase that alone tells a footer.
    tells: bool,
}

fn of_paragraphs(content: &str, bytes: Range<usize>, marks: &Marks, found: &mut Vec<Range<usize>>) {
    let all: Vec<Sentence> =
        sentences(content, bytes).into_iter().map(|s| judged(content, s, marks)).collect();
    for run in all.chunk_by(|a, b| a.speaks && b.speaks) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let points: usize = run.iter().map(|sentence| sentence.points).sum();
        if first.speaks && points >= FOOTER && run.iter().any(|sentence| sentence.tells) {
            found.push(first.bytes.start..last.bytes.end);
        }
    }
}

fn judged(content: &str, bytes: Range<usize>, marks: &Marks) -> Sentence {
    let text = content.get(bytes.clone()).unwrap_or_default();
    let inside = marks.within(&bytes);
    let mut told: Vec<String> = Vec::new();
    let (mut points, mut tells, mut record) = (0, false, false);
    for mark in inside {
        match mark.phrase {
            Phrase::Record => record = true,
            Phrase::Footer | Phrase::FooterWord => {
                // A word said again tells nothing more.
                let words = content.get(mark.bytes.clone()).unwrap_or_default().to_lowercase();
                if !told.contains(&words) {
                    told.push(words);
                    let is_phrase = mark.phrase == Phrase::Footer;
                    points += 1 + usize::from(is_phrase);
                    tells |= is_phrase;
                }
            }
            Phrase::Closing | Phrase::Program | Phrase::Quotation | Phrase::Misread => {}
        }
    }
    let words = text.split_whitespace().count();
    let heads = words <= HEADING && points > 0 && text.ends_with(':');
    let enough = heads || points >= SENTENCE && words <= points * WORDS_A_POINT;
    let speaks = enough && !record && numbers(text) != Numbers::Identifier;
    Sentence { bytes, points, speaks, tells }
}

/// Cuts a stretch into sentences: at stops, at the colon of a heading, at the ends of paragraphs,
/// and where a line ends early and the next begins with a capital.
fn sentences(content: &str, bytes: Range<usize>) -> Vec<Range<usize>> {
    let text = content.as_bytes();
    let mut found = Vec::new();
    let mut start = bytes.start;
    let mut line = bytes.start;
    for at in bytes.clone() {
        let Some(&byte) = text.get(at) else { break };
        let next = text.get(at + 1);
        let is_blank = next.is_none_or(u8::is_ascii_whitespace);
        let ends = match byte {
            b'.' | b'!' | b'?' => is_blank && !is_abbreviation(text, start, at),
            b':' => is_blank && at - start < PARAGRAPH / 2,
            b'\n' => {
                let width = at - line;
                line = at + 1;
                let begins = text
                    .get(at + 1..)
                    .unwrap_or_default()
                    .iter()
                    .find(|byte| !matches!(byte, b'>' | b' ' | b'\t'));
                let capital = begins.is_none_or(|byte| !byte.is_ascii_lowercase());
                width > PARAGRAPH
                    || begins == Some(&b'\n')
                    || capital && width < SHORT_LINE
                    || width == 0
            }
            _ => false,
        };
        if ends {
            push(content, start..at + 1, &mut found);
            start = at + 1;
        }
    }
    push(content, start..bytes.end, &mut found);
    found
}

/// Keeps a sentence without the blanks and marks of quotation around it.
fn push(content: &str, bytes: Range<usize>, found: &mut Vec<Range<usize>>) {
    let aside = |c: char| c.is_whitespace() || c == '>';
    let Some(text) = content.get(bytes.clone()) else { return };
    let head = text.len() - text.trim_start_matches(aside).len();
    let length = text.trim_matches(aside).len();
    if length > 0 {
        found.push(bytes.start + head..bytes.start + head + length);
    }
}

/// `U.S.C.` and `Dr.` end no sentence.
fn is_abbreviation(text: &[u8], start: usize, at: usize) -> bool {
    let word = text.get(start..at).unwrap_or_default();
    let letters = word.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    letters == 1 || letters > 0 && matches!(word.get(word.len() - letters..), Some(b"Dr" | b"No"))
}
