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
    use crate::extract::office::sample;

    /// The text of sheets, and its labelled cells.
    fn told(mut sheets: Sheets) -> (String, Vec<String>) {
        let text = sample::text(sheets.take(&mut Records::default()));
        (text.content.expose().clone(), sample::fields(&text))
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
            ["2 Name=Roe, Jane", "2 MRN=0012345", "3 Name=Doe", "3 MRN=0012346"]
        );
    }

    #[test]
    fn a_label_meets_its_value_across_columns() {
        let (_, cells) = told(written(&[&["MRN", "0012345"]]));
        assert_eq!(cells, ["1 -=MRN", "1 MRN=0012345"]);
        let row: &[&str] = &["Name:", "Jane Roe", "DOB:", "4/5/1961"];
        let (_, cells) = told(written(&[row]));
        assert_eq!((cells[1].as_str(), cells[3].as_str()), ("1 Name:=Jane Roe", "1 DOB:=4/5/1961"));
    }

    #[test]
    fn a_table_without_a_header_has_records_alone() {
        let (_, cells) = told(written(&[&["0012345", "Roe", "x"]]));
        assert_eq!(cells, ["1 -=0012345", "1 -=Roe", "1 -=x"]);
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
        assert_eq!(cells[..2], ["1 -=Roe", "1 MRN=0012345"]);
        assert!(cells[2..].iter().all(|cell| cell.contains(" -=")), "{cells:?}");
    }
}
