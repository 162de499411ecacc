//! The text of a document as it is written: paragraphs, cells, and what stands beside them.

use super::super::labelled::Labelled;
use super::super::normal::push_normal;
use super::super::office::cells::{Cells, Header, Records};

/// What is written so far.
#[derive(Default)]
pub(super) struct Page {
    text: Labelled,
    cells: Cells,
    /// Where the open cell began.
    from: usize,
    /// Whether a table is open.
    table: bool,
    /// The table in the open cell.
    nested: Option<Nested>,
    behind: String,
    /// How much text stood there when something was put beside it last.
    kept: usize,
    /// Whether a field began or ended since the last words.
    pub(super) seam: bool,
}

/// A table in a cell, and where its open cell began; tables in that are rows of it.
#[derive(Default)]
struct Nested {
    cells: Cells,
    from: usize,
}

impl Page {
    /// Words of the paragraph.
    pub(super) fn words(&mut self, words: &str) {
        let (before, after) = (self.text.content().chars().next_back(), words.chars().next());
        if std::mem::take(&mut self.seam)
            && before.is_some_and(char::is_alphabetic)
            && after.is_some_and(char::is_alphabetic)
        {
            self.text.words(" ");
        }
        self.text.normal_words(words);
    }

    /// Words that stand beside it.
    pub(super) fn beside(&mut self, words: &str) {
        if self.kept != self.text.len() {
            self.break_behind();
            self.kept = self.text.len();
        }
        push_normal(words, &mut self.behind);
    }

    pub(super) fn break_behind(&mut self) {
        if !self.behind.is_empty() && !self.behind.ends_with('\n') {
            self.behind.push('\n');
        }
    }

    /// A paragraph ends; `in_table` when the cell that it is in goes on.
    pub(super) fn end_paragraph(&mut self, in_table: bool, records: &mut Records) {
        self.text.end_line();
        self.flush_behind();
        if !in_table {
            self.end_table(records);
            self.from = self.text.len();
        }
    }

    /// A cell ends, and the table in it.
    pub(super) fn end_cell(&mut self, records: &mut Records) {
        if let Some(mut nested) = self.nested.take() {
            nested.cells.settle(&mut self.text, records);
        }
        self.flush_behind();
        let cell = self.text.content().get(self.from..).unwrap_or_default();
        self.text.truncate(self.from + cell.trim_end_matches('\n').len());
        self.cells.next_cell(&self.text, self.from);
        self.text.words("\t");
        self.from = self.text.len();
        self.table = true;
    }

    /// A cell of the table in the open cell ends.
    pub(super) fn end_nested_cell(&mut self) {
        self.flush_behind();
        let content = self.text.content();
        // What stands in the same cell above the table does so on lines of its own.
        let line = content.trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
        let from = line.max(self.from);
        let nested = self.nested.get_or_insert_with(|| Nested { from, ..Nested::default() });
        let cell = content.get(nested.from..).unwrap_or_default();
        let length = nested.from + cell.trim_end_matches('\n').len();
        self.text.truncate(length);
        nested.cells.next_cell(&self.text, nested.from);
        self.text.words("\t");
        nested.from = self.text.len();
        self.table = true;
    }

    /// A row of the table in the open cell ends.
    pub(super) fn end_nested_row(&mut self) {
        let written = self.text.content().trim_end_matches('\t').len().max(self.from);
        self.text.truncate(written);
        self.text.end_line();
        if let Some(nested) = &mut self.nested {
            nested.cells.next_row();
            nested.from = self.text.len();
        }
    }

    /// A row begins, or is described once more.
    pub(super) fn begin_row(&mut self) {
        if !self.table {
            self.text.end_line();
            self.flush_behind();
            self.from = self.text.len();
        }
    }

    /// A row ends.
    pub(super) fn end_row(&mut self) {
        let written = self.text.content().trim_end_matches('\t').len();
        self.text.truncate(written);
        self.text.end_line();
        self.flush_behind();
        self.from = self.text.len();
        self.cells.next_row();
    }

    /// The row heads its table.
    pub(super) fn head_row(&mut self) {
        self.cells.header = Header::Marked;
    }

    fn end_table(&mut self, records: &mut Records) {
        if let Some(mut nested) = self.nested.take() {
            nested.cells.settle(&mut self.text, records);
        }
        if std::mem::take(&mut self.table) {
            let mut cells = std::mem::take(&mut self.cells);
            cells.settle(&mut self.text, records);
        }
    }

    /// Writes what stands beside the paragraph behind it.
    pub(super) fn flush_behind(&mut self) {
        if !self.behind.is_empty() {
            self.text.end_line();
            self.text.words(&self.behind);
            self.text.end_line();
            self.behind.clear();
        }
    }

    /// Whether a line has just begun.
    pub(super) fn begins_line(&self) -> bool {
        let content = self.text.content();
        !self.table && (content.is_empty() || content.ends_with('\n'))
    }

    /// Bytes that can be handed on: none while a table is open.
    pub(super) fn divisible(&self) -> usize {
        if self.table { 0 } else { self.text.len() }
    }

    /// The text up to here.
    pub(super) fn take(&mut self, records: &mut Records) -> Labelled {
        self.flush_behind();
        self.end_table(records);
        self.from = 0;
        self.kept = 0;
        std::mem::take(&mut self.text)
    }
}
