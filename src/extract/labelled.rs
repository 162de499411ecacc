//! Text whose values have labels and records: cells of a sheet, fields of a form, properties.

use std::collections::HashMap;
use std::ops::Range;

use super::leaf::Leaf;
use super::normal::push_normal;
use crate::secret::Secret;
use crate::text::{Field, Place, Text};

/// Values of one text that are given a label or a record; what stands behind goes without.
const MOST_FIELDS: usize = 1 << 20;

/// A label of the text that it was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(u32);

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

    /// Writes words of which the normal form is not made yet.
    pub(super) fn normal_words(&mut self, words: &str) {
        push_normal(words, &mut self.content);
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
        if self.fields.len() >= MOST_FIELDS {
            return;
        }
        let label = label.map(|label| self.label(label).0);
        let bounds = (u32::try_from(start), u32::try_from(self.content.len()));
        if let (Ok(start), Ok(end)) = bounds
            && start < end
            && (label.is_some() || record.is_some())
        {
            self.fields.push(Field { span: start..end, label, record });
        }
    }

    /// Says whose value a span that is written already is. Of spans that overlap the later one
    /// is kept: a cell in a table in a cell.
    pub(super) fn mark(&mut self, span: Range<u32>, label: Option<Label>, record: Option<u32>) {
        if span.start < span.end && self.fields.len() < MOST_FIELDS {
            self.fields.push(Field { span, label: label.map(|Label(number)| number), record });
        }
    }

    /// What is written so far.
    pub(super) fn content(&self) -> &str {
        &self.content
    }

    /// Takes back what is written behind a length that `len` gave.
    pub(super) fn truncate(&mut self, length: usize) {
        let length = self.content.floor_char_boundary(length);
        self.content.truncate(length);
        while self.fields.last().is_some_and(|field| field.span.end as usize > length) {
            self.fields.pop();
        }
    }

    /// Breaks the line, unless one has just begun.
    pub(super) fn end_line(&mut self) {
        if !self.content.is_empty() && !self.content.ends_with('\n') {
            self.content.push('\n');
        }
    }

    /// Bytes written so far.
    pub(super) fn len(&self) -> usize {
        self.content.len()
    }

    /// The text of a part, at a place.
    pub(super) fn text(self, leaf: &Leaf<'_>, place: Place) -> Text {
        let mut text = leaf.text(String::new());
        text.place = place;
        self.fill(text)
    }

    /// The text, where another stands.
    pub(super) fn beside(self, other: &Text) -> Text {
        let mut text = Text::plain(other.place, &other.part, String::new());
        text.group = other.group.clone();
        text.file = other.file.clone();
        text.page = other.page;
        self.fill(text)
    }

    fn fill(mut self, mut text: Text) -> Text {
        let fields = innermost(std::mem::take(&mut self.fields));
        text.content = Secret::new(self.content);
        text.labels = self.labels.into_iter().map(Secret::new).collect();
        text.fields = fields;
        text
    }

    /// A label for values of this text.
    pub(super) fn label(&mut self, label: &str) -> Label {
        if let Some(number) = self.numbers.get(label) {
            return Label(*number);
        }
        let number = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        self.labels.push(label.to_owned());
        self.numbers.insert(label.to_owned(), number);
        Label(number)
    }
}

/// Fields in ascending order; of those that overlap, the inner ones.
fn innermost(mut fields: Vec<Field>) -> Vec<Field> {
    if fields.is_sorted_by(|a, b| a.span.end <= b.span.start) {
        return fields;
    }
    fields.sort_by_key(|field| (field.span.start, std::cmp::Reverse(field.span.end)));
    let mut kept: Vec<Field> = Vec::with_capacity(fields.len());
    for field in fields {
        if kept.last().is_some_and(|outer| field.span.start < outer.span.end) {
            kept.pop();
        }
        kept.push(field);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_the_last_field_values_are_text_alone() {
        let mut text = Labelled::default();
        for _ in 0..=MOST_FIELDS {
            text.value(Some("a"), "b", None);
        }
        text.value(Some("Another"), "c", Some(1));
        assert_eq!((text.fields.len(), text.labels.len()), (MOST_FIELDS, 1));
        assert!(text.content().ends_with("bc"));
    }

    #[test]
    fn of_values_in_each_other_the_inner_ones_are_kept() {
        let field = |span| Field { span, label: None, record: Some(1) };
        let fields = innermost(vec![field(6..8), field(2..4), field(0..9), field(9..10)]);
        assert_eq!(fields, [field(2..4), field(6..8), field(9..10)]);
    }
}
