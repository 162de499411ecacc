//! Sheets as text: a line for each row with tabs between its cells, which get their labels when the
//! table is over.

use super::labelled::Labelled;
use super::office::cells::{Cells, Records};

/// Writes sheets, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    text: Labelled,
    cells: Cells,
    /// The row of the last cell, when its line is open.
    row: Option<u32>,
}

impl Sheets {
    /// Writes a line that is no row, such as the name of a sheet.
    pub(super) fn line(&mut self, words: &str) {
        self.end_line();
        self.text.line(words);
    }

    /// Writes `LABEL: VALUE`.
    pub(super) fn named(&mut self, label: &str, value: &str) {
        self.end_line();
        self.text.named(label, value, None);
    }

    /// Writes the cell of a column in a row. Cells come from left to right and from top to bottom;
    /// one that is blank is none.
    pub(super) fn cell(&mut self, row: u32, column: u32, write: impl FnOnce(&mut Labelled)) {
        let before = self.text.len();
        if self.row != Some(row) {
            self.text.end_line();
        } else {
            self.text.words("\t");
        }
        let from = self.text.len();
        write(&mut self.text);
        let words = self.text.content().get(from..).unwrap_or_default();
        if words.trim_start().is_empty() {
            self.text.truncate(before);
            return;
        }
        let written = from + words.trim_end().len();
        self.text.truncate(written);
        self.row = Some(row);
        self.cells.cell(row, column, &self.text, from);
    }

    /// Writes rows, from top to bottom.
    pub(super) fn rows<'r>(&mut self, rows: impl IntoIterator<Item = &'r [String]>) {
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                self.cell(row, column, |text| text.words(cell));
            }
        }
    }

    /// The table is over: the headers of its columns are not those of the next.
    pub(super) fn end_table(&mut self, records: &mut Records) {
        self.end_line();
        self.cells.settle(&mut self.text, records);
        self.cells = Cells::default();
    }

    /// Bytes written since the text was taken last.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// What was written, its cells labelled; the table goes on.
    pub(super) fn take(&mut self, records: &mut Records) -> Labelled {
        self.end_line();
        self.cells.settle(&mut self.text, records);
        std::mem::take(&mut self.text)
    }

    fn end_line(&mut self) {
        self.text.end_line();
        self.row = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::leaf::Leaf;
    use crate::message::Content;
    use crate::text::{PartPath, Place};

    /// The text of sheets, and each labelled cell as `LABEL=VALUE#RECORD`.
    fn told(mut sheets: Sheets) -> (String, Vec<String>) {
        let (path, content) = (PartPath::root(), Content::document(None));
        let place = Place::Attachment;
        let leaf = Leaf { path: &path, group: &path, place, content: &content, bytes: b"" };
        let text = sheets.take(&mut Records::default()).text(&leaf, place);
        let cell = |field: &crate::text::Field| {
            let label = text.label(field).map_or("", |label| label.expose().as_str());
            let span = field.span.start as usize..field.span.end as usize;
            let value = text.content.expose().get(span).unwrap();
            format!("{label}={value}#{}", field.record.unwrap_or(0))
        };
        (text.content.expose().clone(), text.fields.iter().map(cell).collect())
    }

    fn written(rows: &[&[&str]]) -> Sheets {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        let mut sheets = Sheets::default();
        sheets.rows(rows.iter().map(Vec::as_slice));
        sheets
    }

    #[test]
    fn a_label_meets_its_value_down_the_column() {
        let rows: &[&[&str]] =
            &[&["Patients"], &[], &["Name", "MRN"], &["Roe, Jane", "0012345"], &["Doe", "0012346"]];
        let (text, cells) = told(written(rows));
        assert_eq!(text, "Patients\nName\tMRN\nRoe, Jane\t0012345\nDoe\t0012346\n");
        assert_eq!(
            cells[1..],
            ["Name=Roe, Jane#2", "MRN=0012345#2", "Name=Doe#3", "MRN=0012346#3"]
        );
    }

    #[test]
    fn a_label_meets_its_value_across_columns() {
        let (_, cells) = told(written(&[&["MRN", "0012345"]]));
        assert_eq!(cells, ["=MRN#1", "MRN=0012345#1"]);
        let row: &[&str] = &["Name:", "Jane Roe", "DOB:", "4/5/1961"];
        let (_, cells) = told(written(&[row]));
        assert_eq!((cells[1].as_str(), cells[3].as_str()), ("Name:=Jane Roe#1", "DOB:=4/5/1961#1"));
    }

    #[test]
    fn a_table_without_a_header_has_records_alone() {
        let (_, cells) = told(written(&[&["0012345", "Roe", "x"]]));
        assert_eq!(cells, ["=0012345#1", "=Roe#1", "=x#1"]);
    }

    #[test]
    fn blank_cells_leave_no_trace_and_the_next_sheet_has_headers_of_its_own() {
        let mut sheets = written(&[&["Name", " ", "MRN"], &["", "Roe", "0012345 "]]);
        let mut records = Records::default();
        sheets.end_table(&mut records);
        sheets.line("Second");
        sheets.rows([["x".to_owned(), "y".to_owned(), "7".to_owned()].as_slice()]);
        let (text, cells) = told(sheets);
        assert_eq!(text, "Name\tMRN\nRoe\t0012345\nSecond\nx\ty\t7\n");
        assert_eq!(cells[..2], ["=Roe#1", "MRN=0012345#1"]);
        assert!(cells[2..].iter().all(|cell| cell.starts_with('=')), "{cells:?}");
    }
}
