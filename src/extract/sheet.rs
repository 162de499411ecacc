//! Sheets as labelled text: the header of a column labels its cells, and each row is a record.

use super::labelled::Labelled;

/// Bytes of the longest header of a column.
const LONGEST_HEADER: usize = 48;
/// Digits in a row that make a number: `A1c` and `Q2` are names.
const NUMBER: usize = 3;
/// Rows below a header that are looked at for one with a number.
const LOOK_AHEAD: usize = 20;
/// Cells that are labelled in one document; what stands behind is text without labels.
const MOST_CELLS: usize = 1 << 20;

/// Writes sheets, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    text: Labelled,
    records: u32,
    cells: usize,
}

/// Where the labels of a row's cells stand.
#[derive(Debug, Clone, Copy)]
enum Labels<'r> {
    /// In the header of the table.
    Above(&'r [String]),
    /// In the cells before, as in a form.
    Before,
    /// Nowhere: it is the header.
    None,
}

impl Sheets {
    /// Writes a line that is no row, such as the name of a sheet.
    pub(super) fn line(&mut self, words: &str) {
        self.text.end_line();
        self.text.line(words);
    }

    /// Writes `LABEL: VALUE`.
    pub(super) fn named(&mut self, label: &str, value: &str) {
        self.text.end_line();
        self.text.named(label, value, None);
    }

    /// Bytes written so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Writes the rows of a sheet, from top to bottom.
    pub(super) fn rows(&mut self, rows: &[Vec<String>]) {
        let mut labels = Labels::Before;
        let mut above_is_blank = true;
        for (index, row) in rows.iter().enumerate() {
            if row.iter().all(|cell| cell.is_empty()) {
                above_is_blank = true;
                continue;
            }
            let below = rows.get(index + 1..).unwrap_or_default();
            let heads = above_is_blank && is_header(row) && heads_numbers(below);
            above_is_blank = false;
            if heads {
                labels = Labels::Above(row);
                self.row(row, Labels::None, None);
            } else {
                let record = self.records.saturating_add(1);
                self.records = record;
                self.row(row, labels, Some(record));
            }
        }
    }

    /// What was written.
    pub(super) fn text(self) -> Labelled {
        self.text
    }

    fn row(&mut self, row: &[String], labels: Labels<'_>, record: Option<u32>) {
        let filled = row.iter().filter(|cell| !cell.is_empty()).count();
        let last = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        for (column, cell) in row.iter().take(last).enumerate() {
            if column > 0 {
                self.text.words("\t");
            }
            if cell.is_empty() {
                continue;
            }
            self.cells += 1;
            if self.cells > MOST_CELLS {
                self.text.words(cell);
                continue;
            }
            let label = match labels {
                Labels::Above(header) => header.get(column),
                Labels::Before => in_form(row, column, filled),
                Labels::None => None,
            };
            let label = label.map(String::as_str).filter(|label| !label.is_empty());
            self.text.value(label, cell, record);
        }
        self.text.end_line();
    }
}

/// The label of a cell in a row of a form: the cell before, where that names something and the row
/// is short.
fn in_form(row: &[String], column: usize, filled: usize) -> Option<&String> {
    let before = row.get(column.checked_sub(1)?)?;
    let ends_as_label = before.trim_end().ends_with(':');
    (is_name(before) && (filled == 2 || ends_as_label)).then_some(before)
}

fn is_name(cell: &str) -> bool {
    !cell.is_empty() && cell.len() <= LONGEST_HEADER && !cell.contains('@') && !has_number(cell)
}

/// Whether a row names columns: short names, most of them there, and no numbers.
fn is_header(row: &[String]) -> bool {
    let filled = || row.iter().filter(|cell| !cell.is_empty());
    filled().count() >= 2 && filled().all(|cell| is_name(cell))
}

/// Whether a number stands below, before the table ends.
fn heads_numbers(below: &[Vec<String>]) -> bool {
    below
        .iter()
        .take(LOOK_AHEAD)
        .take_while(|row| row.iter().any(|cell| !cell.is_empty()))
        .any(|row| row.iter().any(|cell| has_number(cell)))
}

fn has_number(cell: &str) -> bool {
    let mut digits = 0;
    cell.bytes().any(|byte| {
        // Dates and numbers of telephones have fewer digits between their signs.
        digits = match byte {
            byte if byte.is_ascii_digit() => digits + 1,
            b'/' | b'-' | b'.' | b':' => digits,
            _ => 0,
        };
        digits >= NUMBER
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::leaf::Leaf;
    use crate::message::Content;
    use crate::text::{PartPath, Place};

    /// Each cell as `LABEL=VALUE#RECORD`.
    fn cells(rows: &[&[&str]]) -> Vec<String> {
        let mut sheets = Sheets::default();
        let owned: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        sheets.rows(&owned);
        let (path, content) = (PartPath::root(), Content::document(None));
        let place = Place::Attachment;
        let leaf = Leaf { path: &path, group: &path, place, content: &content, bytes: b"" };
        let text = sheets.text().text(&leaf, place);
        let cell = |field: &crate::text::Field| {
            let label = text.label(field).map_or("", |label| label.expose().as_str());
            let span = field.span.start as usize..field.span.end as usize;
            let value = text.content.expose().get(span).unwrap();
            format!("{label}={value}#{}", field.record.unwrap_or(0))
        };
        text.fields.iter().map(cell).collect()
    }

    #[test]
    fn a_label_meets_its_value_down_the_column() {
        let rows: &[&[&str]] =
            &[&["Patients"], &[], &["Name", "MRN"], &["Roe, Jane", "0012345"], &["Doe", "0012346"]];
        let found = cells(rows);
        assert_eq!(
            found[1..],
            ["Name=Roe, Jane#2", "MRN=0012345#2", "Name=Doe#3", "MRN=0012346#3"]
        );
    }

    #[test]
    fn a_label_meets_its_value_across_columns() {
        assert_eq!(cells(&[&["MRN", "0012345"]]), ["=MRN#1", "MRN=0012345#1"]);
        let row: &[&str] = &["Name:", "Jane Roe", "DOB:", "4/5/1961"];
        assert_eq!(cells(&[row])[1], "Name:=Jane Roe#1");
        assert_eq!(cells(&[row])[3], "DOB:=4/5/1961#1");
    }

    #[test]
    fn a_table_without_a_header_has_records_alone() {
        assert_eq!(cells(&[&["0012345", "Roe", "x"]]), ["=0012345#1", "=Roe#1", "=x#1"]);
    }
}
