//! Labels in running text, and the blocks that labelled lines make.
//!
//! `Patient: Jane Doe`, `DOB | 1/1/1970` and a line that says `Date of birth` alone are labels with
//! a value behind them. Lines that stand together and have two labels or more are a block, which
//! is one person's record until a label comes again. A label that names no one (`Phone:`) goes with
//! the one before it that does, or, at the beginning, with the first behind it.

use std::collections::{BTreeMap, HashSet};

use foldhash::fast::RandomState;

use super::super::tokens::mix;
use super::labels::{Labels, Piece};
use super::lines::Line;
use super::marks::Marks;
use crate::finding::About;

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

/// The labels of a text. They are read where one is asked for, from a place that no block reaches
/// across to the next: most of a mail is far from all that is found in it.
#[derive(Debug)]
pub(super) struct Blocks<'a> {
    text: &'a str,
    marks: Marks<'a>,
    /// What has been read, by where it begins.
    read: BTreeMap<usize, Stretch>,
    /// Records that have a number.
    records: usize,
}

/// Lines that no block reaches into or out of.
#[derive(Debug)]
struct Stretch {
    end: usize,
    /// In order.
    labels: Vec<Label>,
    /// Where each block ends, by its first label, ascending.
    ends: Vec<(usize, usize)>,
}

impl<'a> Blocks<'a> {
    pub fn of(text: &'a str, marks: Marks<'a>) -> Self {
        Self { text, marks, read: BTreeMap::new(), records: 0 }
    }

    /// The label before a byte, when the byte still stands under it.
    pub fn label_of(&mut self, at: usize) -> Option<Label> {
        if let Some(first) = self.known(at) {
            return self.read.get(&first)?.label_of(at);
        }
        let mut line = Line::at(self.text, at);
        if !line.is_filled() {
            // A block can reach across one line without words, not across two.
            line = line.before().filter(Line::is_filled)?;
        }
        let first = self.known(line.span.start).unwrap_or_else(|| self.read_around(line));
        self.read.get(&first)?.label_of(at)
    }

    /// Where the stretch begins in which a byte stands, if it has been read.
    fn known(&self, at: usize) -> Option<usize> {
        let (&first, stretch) = self.read.range(..=at).next_back()?;
        (at < stretch.end).then_some(first)
    }

    /// Reads the stretch in which a line with words stands; says where it begins.
    fn read_around(&mut self, line: Line<'a>) -> usize {
        let within = line.span.start;
        let line = self.first_of(line);
        let first = line.span.start;
        let mut builder = Builder { records: self.records, ..Builder::default() };
        let mut next = Some(line);
        while let Some(line) =
            next.filter(|line| line.span.start <= within || builder.goes_on(line))
        {
            next = line.behind();
            builder.line(self.text, line, self.marks);
        }
        builder.close(self.text.len());
        self.records = builder.records;
        let stretch = Stretch { end: builder.end, labels: builder.labels, ends: builder.ends };
        self.read.insert(first, stretch);
        first
    }

    /// The first line of the stretch in which a line with words stands.
    fn first_of(&self, line: Line<'a>) -> Line<'a> {
        let mut first = line.clone();
        let mut blanks = 0;
        let mut next = line.before();
        while let Some(line) = next {
            next = line.before();
            if !line.is_filled() {
                blanks += 1;
                if blanks > 1 {
                    break;
                }
                continue;
            }
            if blanks == 1 {
                let form = Builder::default().form_of(self.text, &line, self.marks);
                if form == Form::Other {
                    break;
                }
            }
            blanks = 0;
            first = line;
        }
        first
    }
}

impl Stretch {
    fn label_of(&self, at: usize) -> Option<Label> {
        let after = self.labels.partition_point(|label| label.value <= at);
        let number = after.checked_sub(1)?;
        let block = self.ends.partition_point(|&(first, _)| first <= number).checked_sub(1)?;
        let &(_, end) = self.ends.get(block)?;
        self.labels.get(number).copied().filter(|_| at < end)
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
    /// Whether a block may reach from the lines before to one behind them.
    fn goes_on(&self, line: &Line<'_>) -> bool {
        match self.blanks {
            0 => true,
            1 => self.before != Form::Other && line.is_filled(),
            _ => false,
        }
    }

    fn line(&mut self, text: &str, line: Line<'_>, marks: Marks<'_>) {
        if !line.is_filled() {
            self.blanks += 1;
            return;
        }
        let count = self.labels.len();
        let form = self.form_of(text, &line, marks);
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
        self.end = line.span.end + 1;
    }

    /// Adds the labels of a line with words.
    fn form_of(&mut self, text: &str, line: &Line<'_>, marks: Marks<'_>) -> Form {
        let Some(mut found) = Labels::of(text, line) else { return Form::Other };
        let count = self.labels.len();
        let line_end = line.written.end;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_the_same_in_whatever_order_they_are_asked_for() {
        let pieces =
            ["Patient: 1\n", "DOB: 2\n", "\n", "\n\n", "words\n", "> Name\n", "--\n", "a  b\n"];
        let text: String =
            (0..600).filter_map(|at| pieces.get(at * at * 7 % 61 % 8)).copied().collect();
        let marks = Marks::of(&[], &[]);
        let told = |blocks: &mut Blocks<'_>, at: usize| {
            blocks.label_of(at).map(|label| (label.value, label.record.is_some()))
        };
        let mut forwards = Blocks::of(&text, marks);
        let mut backwards = Blocks::of(&text, marks);
        let last: Vec<_> = (0..text.len()).rev().map(|at| told(&mut backwards, at)).collect();
        let first: Vec<_> = (0..text.len()).map(|at| told(&mut forwards, at)).collect();
        assert!(first.iter().eq(last.iter().rev()));
        let alone = |at: usize| told(&mut Blocks::of(&text, marks), at);
        assert!((0..text.len()).all(|at| first.get(at) == Some(&alone(at))));
    }
}
