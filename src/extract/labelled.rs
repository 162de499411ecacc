//! Text whose values have labels and records: cells of a sheet, fields of a form, properties.

use std::collections::HashMap;

use super::leaf::Leaf;
use crate::secret::Secret;
use crate::text::{Field, Place, Text};

/// A text that is being written.
#[derive(Debug, Default)]
pub(super) struct Labelled {
    content: String,
    labels: Vec<String>,
    numbers: HashMap<String, u32>,
    fields: Vec<Field>,
}

impl Labelled {
    /// Writes words that nothing labels, with a line break behind them.
    pub(super) fn line(&mut self, words: &str) {
        self.words(words);
        self.end_line();
    }

    /// Writes words that nothing labels.
    pub(super) fn words(&mut self, words: &str) {
        self.content.push_str(words);
    }

    /// Writes `LABEL: VALUE` and a line break: the label stands in the text too.
    pub(super) fn named(&mut self, label: &str, value: &str, record: Option<u32>) {
        self.words(label);
        self.words(": ");
        self.value(Some(label), value, record);
        self.end_line();
    }

    /// Writes a value whose label stands elsewhere, such as at the head of its column.
    pub(super) fn value(&mut self, label: Option<&str>, value: &str, record: Option<u32>) {
        let start = self.content.len();
        self.content.push_str(value);
        let label = label.map(|label| self.number(label));
        let bounds = (u32::try_from(start), u32::try_from(self.content.len()));
        if let (Ok(start), Ok(end)) = bounds
            && start < end
            && (label.is_some() || record.is_some())
        {
            self.fields.push(Field { span: start..end, label, record });
        }
    }

    /// Breaks the line, unless one has just begun.
    pub(super) fn end_line(&mut self) {
        if !self.content.is_empty() && !self.content.ends_with('\n') {
            self.content.push('\n');
        }
    }

    /// What is written so far.
    pub(super) fn content(&self) -> &str {
        &self.content
    }

    /// Bytes written so far.
    pub(super) fn len(&self) -> usize {
        self.content.len()
    }

    /// The text of a part, at a place.
    pub(super) fn text(self, leaf: &Leaf<'_>, place: Place) -> Text {
        let mut text = leaf.text(self.content);
        text.place = place;
        text.labels = self.labels.into_iter().map(Secret::new).collect();
        text.fields = self.fields;
        text
    }

    fn number(&mut self, label: &str) -> u32 {
        if let Some(number) = self.numbers.get(label) {
            return *number;
        }
        let number = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        self.labels.push(label.to_owned());
        self.numbers.insert(label.to_owned(), number);
        number
    }
}
