//! What a clinical format says, as text whose values have the labels that forms give them: one
//! record a patient, and an outline of it.

use std::collections::HashSet;

use crate::extract::labelled::Labelled;
use crate::extract::leaf::Leaf;
use crate::extract::normal::normal;
use crate::extract::output::Flow;
use crate::extract::sniff;
use crate::extract::walk::Walk;
use crate::limits::Cause;
use crate::text::{Fact, Outline, PartFact, Standard, Text};

/// A chart that is being written.
///
/// Every value of the format goes in, those that a reader has no label for with their own names:
/// rules look at the chart alone.
pub(super) struct Chart {
    text: Labelled,
    outline: Outline,
    records: u32,
    record: Option<u32>,
    /// Whether the record that is being written has been said to be a patient's.
    counted: bool,
    /// The codes that are written, with the names of their places.
    codes: HashSet<(String, String)>,
    /// Documents that the record holds.
    embedded: Vec<Vec<u8>>,
    /// Why it is not all there was.
    lack: Option<Cause>,
}

/// Bytes of the longest code that is written once.
const LONGEST_CODE: usize = 3;
/// Codes that are known to be written. What a hostile file has beyond is written as often as it stands there.
const MOST_CODES: usize = 1 << 16;
/// Bytes of a chart behind which its values stand alone: a label can be many times as long as its value.
const LONGEST: usize = 64 << 20;

/// What comes of records that have been pasted into a text.
pub(in crate::extract) struct Pasted {
    pub(in crate::extract) text: Text,
    pub(in crate::extract) facts: Vec<PartFact>,
    /// Why it is not all there was.
    pub(in crate::extract) lack: Option<Cause>,
    /// Documents that the records hold.
    pub(in crate::extract) embedded: Vec<Vec<u8>>,
}

impl Chart {
    pub(super) fn new(standard: Standard) -> Self {
        Self {
            text: Labelled::default(),
            outline: Outline::of(standard),
            records: 0,
            record: None,
            counted: false,
            codes: HashSet::new(),
            embedded: Vec::new(),
            lack: None,
        }
    }

    /// One whose records are numbered on from those of another chart of the same part.
    pub(super) fn behind(standard: Standard, records: u32) -> Self {
        Self { records, ..Self::new(standard) }
    }

    /// The number of the last record.
    pub(super) const fn records(&self) -> u32 {
        self.records
    }

    /// Says what kind of message or document it is, in the standard's own word (`ORU^R01`). Only
    /// words out of a reader's own tables: never one that the message alone knows.
    pub(super) fn kind(&mut self, kind: &str) {
        self.outline.kind(kind);
    }

    /// What comes next belongs to another patient.
    pub(super) fn begin_record(&mut self) {
        self.part();
        self.records = self.records.saturating_add(1);
        self.record = Some(self.records);
        self.counted = false;
    }

    /// The number of the open record.
    pub(super) const fn record(&self) -> Option<u32> {
        self.record
    }

    /// What comes next belongs to a patient who has a record already.
    pub(super) fn resume_record(&mut self, record: u32) {
        self.record = Some(record.min(self.records));
        self.counted = true;
    }

    /// Leaves a line blank: a number at the end of one record is not that of the label that begins the
    /// next.
    fn part(&mut self) {
        if !self.text.content().is_empty() && !self.text.content().ends_with("\n\n") {
            self.text.words("\n");
        }
    }

    /// What comes next belongs to no patient.
    pub(super) fn end_record(&mut self) {
        self.part();
        self.record = None;
    }

    /// Somebody is named or numbered in the open record, by a value that is no placeholder.
    pub(super) fn identified(&mut self) {
        if self.record.is_some() && !self.counted {
            self.counted = true;
            self.outline.patients = self.outline.patients.saturating_add(1);
        }
    }

    /// Writes `LABEL: VALUE`. `field` is the standard's name of the field (`PID-5`), for the
    /// outline; the label is what a form would say (`Patient Name`).
    pub(super) fn value(&mut self, field: &str, label: &str, value: &str) {
        let value = normal(value);
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        self.outline.field(field);
        self.named(label, value);
    }

    /// Writes `LABEL: VALUE` of a field that the outline does not name.
    pub(super) fn other(&mut self, label: &str, value: &str) {
        let value = normal(value);
        let value = value.trim();
        if !value.is_empty() {
            self.named(label, value);
        }
    }

    /// Writes a value behind its label; without where labels have made the chart longer than a text may be.
    fn named(&mut self, label: &str, value: &str) {
        if self.text.len() > LONGEST {
            self.text.line(value);
        } else {
            self.text.named(label, value, self.record);
        }
    }

    /// Writes `PLACE: VALUE`, where the standard's name of the place (`INS-03`) is all that a value has
    /// of a label. What is so short is a code out of a table, which tells nobody from others: it is
    /// written once, since lists of ten thousand patients would else be codes for a quarter.
    pub(super) fn unlabelled(&mut self, place: &str, value: &str) {
        let is_code = value.len() <= LONGEST_CODE && self.codes.len() < MOST_CODES;
        if !is_code || self.codes.insert((place.to_owned(), value.to_owned())) {
            self.other(place, value);
        }
    }

    /// Writes words that nothing labels, such as a note: in a record they are that patient's.
    pub(super) fn words(&mut self, words: &str) {
        let words = normal(words);
        if !words.trim().is_empty() {
            self.text.value(None, words.trim(), self.record);
            self.text.end_line();
        }
    }

    /// Takes a document that the record holds, to be read as a part of its own.
    pub(super) fn embed(&mut self, document: Vec<u8>) {
        self.embedded.push(document);
    }

    /// Says why the chart is not all that there was.
    pub(super) fn lacks(&mut self, cause: Cause) {
        self.lack = Some(cause);
    }

    /// Counts what the outline says the number of: `OBX results`.
    pub(super) fn count(&mut self, things: &str) {
        self.outline.count(things);
    }

    /// Bytes written so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The chart of what stands in a text that another reader has made.
    pub(super) fn beside(self, text: &Text) -> Pasted {
        let named = self.outline.patients > 0;
        let mut facts = vec![PartFact::outlined(Fact::MedicalRecord, &text.part, self.outline)];
        if named {
            facts.push(PartFact::plain(Fact::PatientRecord, text.part.clone()));
        }
        let text = self.text.beside(text);
        Pasted { text, facts, lack: self.lack, embedded: self.embedded }
    }

    /// The outline, and the text behind it.
    #[cfg(test)]
    pub(super) fn told(&self) -> String {
        format!("{}\n{}", self.outline, self.text.content())
    }

    /// Hands over text and facts.
    pub(super) fn hand_over(self, walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
        if let Some(cause) = self.lack {
            walk.out.unread(leaf.path, leaf.file(), cause);
        }
        let named = self.outline.patients > 0;
        walk.out.outlined(PartFact::outlined(Fact::MedicalRecord, leaf.path, self.outline));
        if named {
            walk.out.fact(Fact::PatientRecord, leaf.path);
        }
        let text = self.text.text(leaf, leaf.place);
        if sniff::has_words(text.content.expose()) {
            walk.out.text_of_record(text);
        }
        self.embedded.iter().try_for_each(|document| walk.embedded(leaf.path, document))?;
        walk.out.time(leaf.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_without_a_label_is_written_once_and_what_is_longer_each_time() {
        let mut chart = Chart::new(Standard::X12);
        for value in ["18", "18", "021", "M100", "M100"] {
            chart.unlabelled("INS-03", value);
        }
        chart.unlabelled("INS-04", "18");
        let wanted = ["18", "021", "M100", "M100"].map(|value| format!("INS-03: {value}\n"));
        assert_eq!(chart.text.content(), format!("{}INS-04: 18\n", wanted.concat()));
    }
}
