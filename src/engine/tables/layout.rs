//! The cells of a text's tables: a label each, of its column, and a record, of its row.

use std::collections::HashMap;

use super::header::{header, known};
use super::rows::{Cut, Form, LEAST_CELLS, Row, cells};
use super::types;
use crate::engine::about::Records;
use crate::text::Field;

/// Bytes of a cell, on average, in a table cut by commas: more are sentences.
const COMMA_CELL: usize = 32;
/// Bytes between two stretches of rows that are one table, such as where a page ends.
const BREAK: usize = 160;
/// Cells that are labelled in one text; what stands behind is searched without labels.
const MOST_CELLS: usize = 1 << 20;
/// The number of the label of a column that has none.
const UNNAMED: u32 = u32::MAX;
/// Rows of a table without a header whose values are looked at.
const TYPED: usize = 50;

/// The labels and cells of the tables of a text.
#[derive(Default)]
pub(super) struct Layout {
    pub labels: Vec<String>,
    numbers: HashMap<String, u32>,
    pub fields: Vec<Field>,
    /// The table before: its form, its header, its labels, and where it ends.
    before: Option<Headed>,
}

/// A table and what heads it.
struct Headed {
    form: Form,
    header: String,
    labels: Vec<u32>,
    end: usize,
}

impl Layout {
    /// Adds the cells of a table, if the rows are one.
    pub(super) fn add(&mut self, content: &str, rows: &[Row], records: &mut Records<'_>) {
        let Some(form) = rows.first().and_then(|row| row.form) else { return };
        if rows.len() < form.least_rows(true) {
            return;
        }
        let text = |row: &Row| content.get(row.span.clone()).unwrap_or_default();
        let header = header(rows, form, text);
        if rows.len() < form.least_rows(header.is_some()) {
            return;
        }
        let bytes: usize = rows.iter().map(|row| row.span.len()).sum();
        let is_named = header.is_some_and(|at| {
            rows.get(at).is_some_and(|row| known(text(row), form) >= LEAST_CELLS)
        });
        if form.cut == Cut::Comma && !is_named && bytes > rows.len() * form.cells * COMMA_CELL {
            return;
        }
        let start = rows.first().map_or(0, |row| row.span.start);
        let before = self
            .before
            .take()
            .filter(|before| before.form == form && start.saturating_sub(before.end) <= BREAK);
        let (header, labels, data) = match (header.and_then(|at| rows.split_at_checked(at)), before)
        {
            (Some((_, [first, rest @ ..])), _) => {
                (text(first).to_owned(), self.label(text(first), form), rest)
            }
            (_, Some(before)) => (before.header, before.labels, rows),
            _ => (String::new(), self.typed(content, rows, form), rows),
        };
        if let Some(last) = rows.last()
            && !labels.is_empty()
        {
            let (header, labels, end) = (header.clone(), labels.clone(), last.span.end);
            self.before = Some(Headed { form, header, labels, end });
        }
        // A header may come again, on each page.
        let is_header = |row: &&Row| !header.is_empty() && text(row).trim() == header.trim();
        let columns = Columns::of(rows.first().map(text).unwrap_or_default(), form, labels);
        for row in data.iter().filter(|row| !is_header(row)) {
            if self.fields.len() + form.cells > MOST_CELLS {
                return;
            }
            columns.add(row, text(row), records.next(), &mut self.fields);
        }
    }

    /// Numbers the labels of a header.
    fn label(&mut self, header: &str, form: Form) -> Vec<u32> {
        let names = cells(header, form.cut).map(|cell| header.get(cell).unwrap_or_default());
        names.map(|name| self.number(name)).collect()
    }

    /// The labels of columns that their values tell, where no header does.
    fn typed(&mut self, content: &str, rows: &[Row], form: Form) -> Vec<u32> {
        let cells: Vec<Vec<&str>> = rows
            .iter()
            .take(TYPED)
            .map(|row| {
                let line = content.get(row.span.clone()).unwrap_or_default();
                cells(line, form.cut).map(|cell| line.get(cell).unwrap_or_default()).collect()
            })
            .collect();
        let cell = |row: usize, column: usize| cells.get(row)?.get(column).copied();
        let labels = types::labels(form.cells, cells.len(), cell).unwrap_or_default();
        labels.into_iter().map(|label| self.number(label)).collect()
    }

    /// The number of a label.
    fn number(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return UNNAMED;
        }
        let fresh = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(name.to_owned()).or_insert_with(|| {
            self.labels.push(name.to_owned());
            fresh
        })
    }
}

/// The columns of a table.
struct Columns {
    cut: Cut,
    /// The number of the label of each.
    labels: Vec<u32>,
    /// Where each begins, if blanks cut them: a cell that is empty leaves no trace.
    starts: Vec<usize>,
}

impl Columns {
    fn of(first: &str, form: Form, labels: Vec<u32>) -> Self {
        let starts = match form.cut {
            Cut::Blanks => cells(first, form.cut).map(|cell| cell.start).collect(),
            Cut::Tab | Cut::Pipe | Cut::Semicolon | Cut::Comma => Vec::new(),
        };
        Self { cut: form.cut, labels, starts }
    }

    /// Adds the cells of a row.
    fn add(&self, row: &Row, line: &str, record: u32, fields: &mut Vec<Field>) {
        let starts = &self.starts;
        let has_gaps = !starts.is_empty() && cells(line, self.cut).count() != starts.len();
        for (number, cell) in cells(line, self.cut).enumerate() {
            let column = match has_gaps {
                true => starts.iter().position(|&start| start == cell.start).unwrap_or(number),
                false => number,
            };
            let offset = |at: usize| u32::try_from(row.span.start + at).ok();
            let (Some(start), Some(end)) = (offset(cell.start), offset(cell.end)) else { return };
            if start < end {
                let label = self.labels.get(column).copied().filter(|&label| label != UNNAMED);
                fields.push(Field { span: start..end, label, record: Some(record) });
            }
        }
    }
}
