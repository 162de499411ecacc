//! Labels in running text, and the blocks that labelled lines make.
//!
//! `Patient: Jane Doe`, `DOB | 1/1/1970` and a line that says `Date of birth` alone are labels with
//! a value behind them. Lines that stand together and have two labels or more are a block, which
//! is one person's record until a label comes again. A label that names no one (`Phone:`) goes with
//! the one before it that does, or, at the beginning, with the first behind it.

use std::collections::HashSet;
use std::ops::Range;

use foldhash::fast::RandomState;
use memchr::{memchr_iter, memchr2};

use super::super::signs::{Signs, two_blanks};
use super::super::tokens::mix;
use super::marks::Marks;
use crate::finding::About;

/// Bytes and words of the longest label.
const LONGEST: usize = 48;
const MOST_WORDS: usize = 6;
/// Words of the longest label that has a line of its own and no sign behind it.
const MOST_HEADING_WORDS: usize = 4;
/// Lines after which a block begins anew: a log of a thousand fields is nobody's record.
const MOST_LINES: usize = 40;

/// A label and what it says of the value behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    /// Where its value begins; the value goes on to the next label.
    pub value: usize,
    /// Where its line ends.
    pub reach: usize,
    /// Whom it names.
    pub about: Option<About>,
    /// Whom its block is about here, when it stands in one.
    pub subject: Option<About>,
    /// The number of its record, when it stands in a block.
    pub record: Option<usize>,
}

/// The labels of a text, in order.
#[derive(Debug)]
pub(super) struct Blocks {
    labels: Vec<Label>,
    /// Where each block ends, by its first label, ascending.
    ends: Vec<(usize, usize)>,
}

impl Blocks {
    pub fn of(text: &str, marks: Marks<'_>) -> Self {
        let bytes = text.as_bytes();
        let mut builder = Builder::default();
        let mut colons = Signs::new(bytes, |rest| memchr2(b':', b'=', rest));
        let mut columns = Signs::new(bytes, |rest| memchr2(b'\t', b'|', rest));
        let mut blanks = Signs::new(bytes, two_blanks);
        let mut start = 0;
        for end in memchr_iter(b'\n', bytes).chain([bytes.len()]) {
            let written = written(text, start..end);
            let from = written.start;
            let to = written.end;
            let sign = colons.from(from).min(columns.from(from)) < to;
            let tells = match blanks.from(from) < to {
                true => Some(&SIGNS_AND_BLANKS),
                false => sign.then_some(&SIGNS),
            };
            builder.line(Line { text, written, end: end + 1, tells }, marks);
            start = end + 1;
        }
        builder.close(text.len());
        Self { labels: builder.labels, ends: builder.ends }
    }

    /// The label before a byte, when the byte still stands under it.
    pub fn label_of(&self, at: usize) -> Option<&Label> {
        let after = self.labels.partition_point(|label| label.value <= at);
        let number = after.checked_sub(1)?;
        let block = self.ends.partition_point(|&(first, _)| first <= number).checked_sub(1)?;
        let &(_, end) = self.ends.get(block)?;
        self.labels.get(number).filter(|_| at < end)
    }
}

/// How a line stands to the block before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Blank,
    /// It has a label.
    Labelled,
    /// It is a label, with nothing behind it.
    Heading,
    Other,
}

/// A line of a text: what is written on it, where it ends, and the bytes that can end a label in
/// it if there are any.
struct Line<'a> {
    text: &'a str,
    written: Range<usize>,
    end: usize,
    tells: Option<&'static [bool; 256]>,
}

#[derive(Default)]
struct Builder {
    labels: Vec<Label>,
    ends: Vec<(usize, usize)>,
    records: usize,
    /// The first label of the block at hand.
    first: usize,
    lines: usize,
    /// Blank lines since the last that is none, and its form and end.
    blanks: usize,
    before: Form,
    end: usize,
    /// Label texts of the block, by their hashes, to see one come again.
    names: Vec<u64>,
}

impl Builder {
    fn line(&mut self, line: Line<'_>, marks: Marks<'_>) {
        let bytes = line.text.as_bytes().get(line.written.clone()).unwrap_or_default();
        if !bytes.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80) {
            self.blanks += 1;
            return;
        }
        let count = self.labels.len();
        let form = match line.tells {
            None if !may_head(bytes) => Form::Other,
            tells => {
                let tells = tells.unwrap_or(&SIGNS);
                let (at, text) = (line.written.start, line.text);
                self.labels_of(Labels { text, at, line: line.written, tells }, marks)
            }
        };
        let goes_on = match self.blanks {
            0 => self.before != Form::Blank,
            1 => match (self.before, form) {
                (Form::Heading, _) | (Form::Labelled, Form::Labelled) => true,
                (_, Form::Heading | Form::Labelled | Form::Other | Form::Blank) => false,
            },
            _ => false,
        };
        if !goes_on || self.lines >= MOST_LINES {
            self.end_block(count);
        }
        self.lines += 1;
        self.blanks = 0;
        self.before = form;
        self.end = line.end;
    }

    /// Adds the labels of a line.
    fn labels_of(&mut self, mut found: Labels<'_>, marks: Marks<'_>) -> Form {
        let count = self.labels.len();
        let (text, line_end) = (found.text, found.line.end);
        while let Some(Piece { label, value, certain }) = found.next() {
            let about = marks.label(label.clone());
            if certain || about.is_some() {
                let reach = line_end;
                self.labels.push(Label { value, reach, about, subject: None, record: None });
                self.names.push(hash(text.get(label).unwrap_or_default()));
            }
        }
        match self.labels.get(count..) {
            None | Some([]) => Form::Other,
            // With nothing behind its only label, it heads what follows.
            Some([only]) if only.value >= line_end => Form::Heading,
            Some(_) => Form::Labelled,
        }
    }

    /// Ends the block before the label of that number.
    fn end_block(&mut self, next: usize) {
        let (first, names) = (self.first, std::mem::take(&mut self.names));
        let (own, rest) = names.split_at_checked(next - first).unwrap_or((&names, &[]));
        if let Some(block) = self.labels.get_mut(first..next).filter(|block| !block.is_empty()) {
            self.records = settle(block, own, self.records);
            self.ends.push((first, self.end));
        }
        self.names = rest.to_vec();
        self.first = next;
        self.lines = 0;
    }

    fn close(&mut self, end: usize) {
        self.end = end.min(self.end);
        self.end_block(self.labels.len());
    }
}

/// Numbers the records of a block and says whom each label of it goes with.
fn settle(block: &mut [Label], names: &[u64], mut records: usize) -> usize {
    if block.len() < 2 {
        return records;
    }
    let mut from = 0;
    let mut seen = HashSet::with_hasher(RandomState::default());
    let mut starts = vec![0];
    for (at, (label, name)) in block.iter().zip(names).enumerate() {
        let again = label.about == Some(About::Patient) || names.get(from) == Some(name);
        if again && seen.contains(name) {
            starts.push(at);
            seen.clear();
            from = at;
        }
        seen.insert(*name);
    }
    starts.push(block.len());
    for ends in starts.windows(2) {
        let &[start, end] = ends else { continue };
        let Some(record) = block.get_mut(start..end) else { continue };
        // A form may begin with `Name:`, whosever name it is to be.
        let is_patient = |label: &Label| label.about == Some(About::Patient);
        let mut subject = match record.iter().any(is_patient) {
            true => Some(About::Patient),
            false => record.iter().find_map(|label| label.about),
        };
        for label in record {
            subject = label.about.or(subject);
            label.subject = subject;
            label.record = Some(records);
        }
        records += 1;
    }
    records
}

/// What a label says, its signs and letter case aside.
fn hash(name: &str) -> u64 {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    letters.fold(0, |hash, byte| mix(hash, u64::from(byte.to_ascii_lowercase()) + 1))
}

/// What is written on a line, without marks of quotation before it and blanks around it.
fn written(text: &str, line: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes().get(line.clone()).unwrap_or_default();
    let marks = bytes.iter().take_while(|byte| matches!(byte, b'>' | b' ' | b'\t')).count();
    let start = line.start + marks;
    start..start + text.get(start..line.end).unwrap_or_default().trim_end().len()
}

/// Whether a line without a sign can be a label as a whole; says yes to some that are none.
fn may_head(line: &[u8]) -> bool {
    let first = line.iter().position(u8::is_ascii_alphabetic);
    let Some(label) = first.and_then(|first| line.get(first..)) else { return false };
    let capital = label.first().is_some_and(u8::is_ascii_uppercase);
    // What is trimmed off a label may make it short enough, but for the stop of a sentence.
    let trimmed = matches!(label.last(), Some(b' ' | b'*' | b'_'));
    capital && label.last() != Some(&b'.') && (trimmed || label.len() <= LONGEST)
}

/// What may be a label in a line.
struct Piece {
    label: Range<usize>,
    value: usize,
    /// A sign says that it is one. Else it is one only if its words are known.
    certain: bool,
}

/// The bytes that can stand between a label and something else, blanks aside.
static SIGNS: [bool; 256] = among(b"\t|=:,;");
/// The same with the blank: every word of a line ends at one, so that it is left out where no two
/// of them stand side by side.
static SIGNS_AND_BLANKS: [bool; 256] = among(b"\t|=:,; ");

const fn among(signs: &[u8]) -> [bool; 256] {
    let mut tells = [false; 256];
    let mut at = 0;
    while at < signs.len() {
        tells[signs[at] as usize] = true;
        at += 1;
    }
    tells
}

/// Walks over a line from one possible label to the next.
struct Labels<'a> {
    text: &'a str,
    at: usize,
    line: Range<usize>,
    tells: &'static [bool; 256],
}

impl Labels<'_> {
    fn next(&mut self) -> Option<Piece> {
        let bytes = self.text.as_bytes();
        let mut from = self.at;
        let mut at = self.at;
        while at < self.line.end {
            let rest = bytes.get(at..self.line.end).unwrap_or_default();
            at += rest.iter().position(|&byte| self.tells[usize::from(byte)]).unwrap_or(rest.len());
            let Some(&byte) = bytes.get(at).filter(|_| at < self.line.end) else { break };
            let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
            let gap = matches!(byte, b'\t' | b'|') || (byte == b' ' && next == b' ');
            let sign = byte == b'=' || (byte == b':' && next != b'/' && next != b':');
            if (gap || sign)
                && let Some(label) = self.label(from..at)
            {
                self.at = at + 1;
                return Some(Piece { label, value: at + 1, certain: sign });
            }
            at += 1;
            if gap || sign || matches!(byte, b',' | b';') {
                from = at;
            }
        }
        self.at = at;
        let label = (from == self.line.start).then(|| self.label(from..self.line.end))??;
        self.heads(&label).then_some(Piece { label, value: self.line.end, certain: false })
    }

    /// Whether a line that is a label as a whole looks like a heading, not like the end of a
    /// sentence.
    fn heads(&self, label: &Range<usize>) -> bool {
        let words = self.text.get(label.clone()).unwrap_or_default();
        let behind = self.text.get(label.end..self.line.end).unwrap_or_default();
        words.starts_with(|c: char| c.is_ascii_uppercase())
            && words.split_ascii_whitespace().count() <= MOST_HEADING_WORDS
            && !behind.contains('.')
    }

    /// A stretch of text without what stands around its words, if it can be a label.
    fn label(&self, span: Range<usize>) -> Option<Range<usize>> {
        let written = self.text.get(span.clone())?;
        let from_letter = written.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        let start = span.end - from_letter.len();
        let trimmed = from_letter.trim_end_matches([' ', '*', '_', '.']);
        let last = trimmed.bytes().next_back()?;
        if last.is_ascii_digit() || trimmed.len() > LONGEST {
            return None;
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" '/#().&-_*".contains(&byte);
        let words = trimmed.split_ascii_whitespace().count();
        if words > MOST_WORDS || !trimmed.bytes().all(allowed) {
            return None;
        }
        Some(start..start + trimmed.len())
    }
}
