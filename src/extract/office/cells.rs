//! Cells of a table: which row heads it, which cells are labels, and which values are one record.

use std::ops::Range;

use super::super::labelled::{Label, Labelled};

/// Bytes of the longest cell that is a label.
const LONGEST_LABEL: usize = 60;
/// Digits in a row that make a number: `a1c` and `q2` are names.
const NUMBER: usize = 3;
/// Cells of one table that are labelled; what stands behind goes without.
const MOST_CELLS: usize = 1 << 20;

/// Counts the records of one document: equal numbers in one part mean one record.
#[derive(Debug, Default)]
pub(in crate::extract) struct Records(u32);

impl Records {
    pub(in crate::extract) fn next(&mut self) -> u32 {
        self.0 = self.0.saturating_add(1);
        self.0
    }
}

/// Whether the document itself says that the first row of a table heads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::extract) enum Header {
    /// It says so.
    Marked,
    /// It says nothing.
    #[default]
    Unsaid,
}

/// The cells of a table whose words are written already.
#[derive(Debug, Default)]
pub(in crate::extract) struct Cells {
    cells: Vec<Cell>,
    row: u32,
    column: u32,
    pub(in crate::extract) header: Header,
    /// The labels of columns, from a header above, by their numbers.
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    number: u32,
    words: String,
    /// Once it is a label of the text that is being written.
    label: Option<Label>,
}

#[derive(Debug, Clone)]
struct Cell {
    row: u32,
    column: u32,
    span: Range<u32>,
}

impl Cells {
    /// A row begins.
    pub(in crate::extract) fn next_row(&mut self) {
        self.row = self.row.saturating_add(1);
        self.column = 0;
    }

    /// The next cell of the row has been written there.
    pub(in crate::extract) fn next_cell(&mut self, text: &Labelled, from: usize) {
        let column = self.column;
        self.column = self.column.saturating_add(1);
        self.cell(self.row, column, text, from);
    }

    /// The next cell stands for so many columns in all, or is there so many times.
    pub(in crate::extract) fn widen(&mut self, columns: u32) {
        self.column = self.column.saturating_add(columns.saturating_sub(1));
    }

    /// The cell of a column in a row has been written there.
    pub(in crate::extract) fn cell(&mut self, row: u32, column: u32, text: &Labelled, from: usize) {
        let Some(written) = text.content().get(from..) else { return };
        let blank = written.len() - written.trim_start().len();
        let bounds = (u32::try_from(from + blank), u32::try_from(from + written.trim_end().len()));
        if let (Ok(start), Ok(end)) = bounds
            && start < end
            && self.cells.len() < MOST_CELLS
        {
            self.cells.push(Cell { row, column, span: start..end });
        }
    }

    /// Labels the cells that are there. Headers stay for cells that follow.
    pub(in crate::extract) fn settle(&mut self, text: &mut Labelled, records: &mut Records) {
        let cells = std::mem::take(&mut self.cells);
        for column in &mut self.columns {
            column.label = None;
        }
        let mut blocks: Vec<Vec<&[Cell]>> = Vec::new();
        let mut behind = None;
        for row in cells.chunk_by(|a, b| a.row == b.row) {
            let number = row.first().map_or(0, |cell| cell.row);
            match blocks.last_mut() {
                Some(block) if behind == Some(number) => block.push(row),
                _ => blocks.push(vec![row]),
            }
            behind = number.checked_add(1);
        }
        for block in blocks {
            self.block(&block, text, records);
        }
    }

    /// Rows that follow each other.
    fn block(&mut self, rows: &[&[Cell]], text: &mut Labelled, records: &mut Records) {
        let words = |cell: &Cell| words(text, cell);
        let head = rows.iter().position(|row| row.len() > 1);
        let is_form = self.header == Header::Unsaid && is_form(rows, words);
        let headed = match head.and_then(|head| rows.split_at_checked(head)?.1.split_first()) {
            Some((first, below)) if !is_form && self.is_header(first, below, words) => {
                self.columns = columns(first, words);
                head
            }
            _ => None,
        };
        let whole = is_form.then(|| records.next());
        for (index, row) in rows.iter().enumerate() {
            if headed.is_some_and(|head| index <= head) {
                continue;
            }
            let record = whole.unwrap_or_else(|| records.next());
            let mut left: Option<&Cell> = None;
            for cell in *row {
                let beside = left.map(|left| self::words(text, left));
                let label = match beside.filter(|label| is_form || label.ends_with(':')) {
                    Some(beside) if is_label(beside) => {
                        let beside = beside.to_owned();
                        Some(text.label(&beside))
                    }
                    Some(_) => None,
                    None => self.above(cell.column, text),
                };
                text.mark(cell.span.clone(), label, Some(record));
                left = Some(cell);
            }
        }
    }

    /// The label of a column.
    fn above(&mut self, number: u32, text: &mut Labelled) -> Option<Label> {
        let at = self.columns.binary_search_by_key(&number, |column| column.number).ok()?;
        let column = self.columns.get_mut(at)?;
        Some(*column.label.get_or_insert_with(|| text.label(&column.words)))
    }

    /// The first row heads the table where it says so, or has names alone and numbers stand below.
    fn is_header<'t>(
        &self,
        first: &[Cell],
        below: &[&[Cell]],
        words: impl Fn(&Cell) -> &'t str,
    ) -> bool {
        let names = first.iter().all(|cell| is_label(words(cell)) && !words(cell).ends_with(':'));
        let numbers =
            || below.iter().take(50).copied().flatten().any(|cell| has_number(words(cell)));
        names && !below.is_empty() && (self.header == Header::Marked || numbers())
    }
}

fn words<'t>(text: &'t Labelled, cell: &Cell) -> &'t str {
    text.content().get(cell.span.start as usize..cell.span.end as usize).unwrap_or_default()
}

/// The labels in a header.
fn columns<'t>(header: &[Cell], words: impl Fn(&Cell) -> &'t str) -> Vec<Column> {
    let labels = header.iter().map(|cell| (cell.column, words(cell)));
    let mut columns: Vec<Column> = labels
        .filter(|(_, words)| is_label(words))
        .map(|(number, words)| Column { number, words: words.to_owned(), label: None })
        .collect();
    columns.sort_by_key(|column| column.number);
    columns
}

/// Whether two columns are a form: labels on the left, values on the right. A list of names with
/// numbers has two columns too, but a header of its own words.
fn is_form<'t>(rows: &[&[Cell]], words: impl Fn(&Cell) -> &'t str) -> bool {
    if rows.iter().any(|row| row.len() > 2) || rows.iter().all(|row| row.len() < 2) {
        return false;
    }
    let firsts =
        || rows.iter().filter(|row| row.len() == 2).filter_map(|row| row.first()).map(&words);
    let labels = firsts().filter(|cell| names_a_value(cell)).count();
    let top = rows.iter().find(|row| row.len() == 2).and_then(|row| row.last());
    let headed = top.is_some_and(|cell| names_a_value(words(cell)));
    labels * 2 >= firsts().count() && !(headed && labels < 2)
}

fn is_label(cell: &str) -> bool {
    cell.len() <= LONGEST_LABEL
        && cell.chars().any(char::is_alphabetic)
        && !cell.contains('@')
        && !has_number(cell)
}

fn has_number(cell: &str) -> bool {
    let mut digits = 0;
    cell.bytes().any(|byte| {
        digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
        digits == NUMBER
    })
}

/// Words that labels of values in records are made of.
const LABELS: &[&str] = &[
    "account",
    "acct",
    "address",
    "age",
    "allergies",
    "birth",
    "city",
    "code",
    "condition",
    "contact",
    "county",
    "date",
    "diagnosis",
    "dob",
    "doctor",
    "dx",
    "email",
    "employer",
    "fax",
    "gender",
    "group",
    "guarantor",
    "id",
    "identifier",
    "insurance",
    "insurer",
    "last",
    "first",
    "mail",
    "mbi",
    "medicare",
    "medicaid",
    "medication",
    "medications",
    "medicine",
    "member",
    "mobile",
    "mrn",
    "name",
    "no",
    "npi",
    "number",
    "patient",
    "payer",
    "phone",
    "physician",
    "plan",
    "policy",
    "procedure",
    "provider",
    "race",
    "reason",
    "record",
    "relationship",
    "result",
    "sex",
    "ssn",
    "state",
    "status",
    "street",
    "subscriber",
    "surname",
    "symptoms",
    "telephone",
    "test",
    "treatment",
    "type",
    "visit",
    "weight",
    "zip",
];

/// Whether a cell reads like the label of a value.
fn names_a_value(cell: &str) -> bool {
    let known = |word: &str| LABELS.contains(&word.to_ascii_lowercase().as_str());
    is_label(cell)
        && (cell.ends_with(':')
            || cell.ends_with('#')
            || cell.split(|c: char| !c.is_alphanumeric()).any(known))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// Labels and records of the cells of a table.
    fn told(rows: &[&[&str]]) -> Vec<String> {
        let (mut text, mut cells) = (Labelled::default(), Cells::default());
        for row in rows {
            cells.next_row();
            for cell in *row {
                let from = text.len();
                text.words(cell);
                cells.next_cell(&text, from);
                text.words("\t");
            }
            text.end_line();
        }
        cells.settle(&mut text, &mut Records::default());
        sample::fields(&sample::text(text))
    }

    #[test]
    fn the_header_of_a_column_labels_its_cells_and_a_row_is_a_record() {
        let rows: &[&[&str]] = &[
            &["Patients of June"],
            &["Name", "DOB", "MRN"],
            &["Ann Orr", "03/04/1971", "0012345"],
            &["Bo Lee", "", "0012346"],
        ];
        assert_eq!(
            told(rows),
            [
                "1 Name=Ann Orr",
                "1 DOB=03/04/1971",
                "1 MRN=0012345",
                "2 Name=Bo Lee",
                "2 MRN=0012346"
            ]
        );
    }

    #[test]
    fn two_columns_are_a_form_or_a_list_with_a_header() {
        let form: &[&[&str]] = &[&["Patient Name", "Ann Orr"], &["DOB", "03/04/1971"]];
        assert_eq!(told(form)[3], "1 DOB=03/04/1971");
        let list: &[&[&str]] = &[&["Name", "MRN"], &["Ann Orr", "0012345"], &["Bo Lee", "0012346"]];
        assert_eq!(told(list)[3], "2 MRN=0012346");
    }

    #[test]
    fn a_label_beside_its_value_wins_over_the_column() {
        let rows: &[&[&str]] = &[&["Name:", "Ann Orr", "DOB:", "03/04/1971"]];
        assert_eq!(told(rows)[1], "1 Name:=Ann Orr");
        assert_eq!(told(rows)[3], "1 DOB:=03/04/1971");
    }
}
