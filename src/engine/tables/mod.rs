//! Tables in plain text: the column headers label the cells, and each row is a record.
//!
//! Rows are lines that follow each other and have as many cells, cut by tabs, pipes, semicolons,
//! commas or runs of blanks. The first is the header where it has no numbers and a later one has;
//! titles may stand above it, and blank lines between the rows below. Where there is no header,
//! values of plain shapes tell what the columns of a table of patients hold.

mod columns;
mod lines;
mod types;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use lines::{Cuttable, cuttable};
use memchr::{memchr, memchr_iter};

use super::about::Records;
use super::signs::two_blanks;
use crate::secret::Secret;
use crate::text::{Field, Place, Text};

/// Cells of the narrowest table. Two columns are a form: labels in lines, with values behind them.
const LEAST_CELLS: usize = 3;
/// Bytes of a cell, on average, in a table cut by commas: more are sentences.
const COMMA_CELL: usize = 32;
/// Bytes of the longest header of a column.
const LONGEST_HEADER: usize = 48;
/// Digits in a row that make a number: `a1c` and `q2` are names.
const NUMBER: usize = 3;
/// Rows of titles above a header.
const MOST_TITLES: usize = 8;
/// Bytes between two stretches of rows that are one table, such as where a page ends.
const BREAK: usize = 160;
/// Cells that are labelled in one text; what stands behind is searched without labels.
const MOST_CELLS: usize = 1 << 20;

/// The text with its tables' labels and records, where its reader found none and it has tables.
pub(super) fn labelled<'a>(text: &'a Text, records: &mut Records<'_>) -> Cow<'a, Text> {
    let structured = !text.fields.is_empty();
    if structured || !matches!(text.place, Place::Body | Place::Attachment | Place::Image) {
        return Cow::Borrowed(text);
    }
    let content = text.content.expose();
    let mut layout = Layout::default();
    let mut rows: Vec<Row> = Vec::new();
    let mut behind = 0;
    for cuttable in cuttable(content) {
        let span = &cuttable.span;
        // A line that is passed over is no row, and ends the table.
        if span.start != behind {
            layout.add(content, &rows, records);
            rows.clear();
        }
        behind = span.end + 1;
        let line = content.get(span.clone()).unwrap_or_default();
        // The signs of a quote before a row are none of it.
        let quoted = line.len() - line.trim_start_matches(['>', ' ']).len();
        let quoted = if line.starts_with('>') { quoted } else { 0 };
        let line = line.get(quoted..).unwrap_or_default();
        let start = span.start + quoted;
        let written = line.trim_end();
        // A row of a table is cut as the one before it, whatever else stands in its cells.
        let same = rows.last().and_then(|row| row.form).filter(|form| form.fits(written));
        let form = same.or_else(|| Form::of(written, &cuttable));
        let form = match rows.first() {
            Some(first) if form != first.form && first.has_gaps_as(content, written) => first.form,
            _ => form,
        };
        if rows.first().is_some_and(|first| first.form != form) {
            layout.add(content, &rows, records);
            rows.clear();
        }
        if let Some(form) = form
            && !form.is_rule(line)
        {
            rows.push(Row { span: start..start + written.len(), form: Some(form) });
        }
    }
    layout.add(content, &rows, records);
    if layout.fields.is_empty() {
        return Cow::Borrowed(text);
    }
    let labels = layout.labels.into_iter().map(Secret::new).collect();
    Cow::Owned(Text { labels, fields: layout.fields, ..text.clone() })
}

/// What cuts cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Tab,
    Pipe,
    Semicolon,
    Comma,
    Blanks,
}

/// How a line is cut, and into how many cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form {
    cut: Cut,
    cells: usize,
}

impl Form {
    /// The form of a line that can be a table's row.
    fn of(line: &str, by: &Cuttable) -> Option<Self> {
        let bytes = line.as_bytes();
        let least = LEAST_CELLS - 1;
        let count = |sign: u8| Some(memchr_iter(sign, bytes).count()).filter(|&n| n >= least);
        let signs = |sign: u8| by.signs.then(|| count(sign)).flatten();
        let (cut, signs) = if let Some(signs) = signs(b'\t') {
            (Cut::Tab, signs)
        } else if let Some(signs) = signs(b'|') {
            (Cut::Pipe, signs)
        } else if let Some(signs) = signs(b';') {
            (Cut::Semicolon, signs)
        } else if by.commas
            && bytes.len() < 4 * 1024
            && let Some(signs) = count(b',')
        {
            (Cut::Comma, signs)
        } else if by.blanks {
            (Cut::Blanks, blanks(line.trim_start()))
        } else {
            return None;
        };
        let cells = match cut {
            // Without quotes each sign cuts: most lines of prose have commas, and are not walked.
            Cut::Tab | Cut::Blanks => signs + 1,
            Cut::Semicolon | Cut::Comma if memchr(b'"', bytes).is_none() => signs + 1,
            Cut::Semicolon | Cut::Comma | Cut::Pipe => cells(line, cut).count(),
        };
        (cells >= LEAST_CELLS).then_some(Self { cut, cells })
    }

    /// Whether a line has as many cells by the same signs.
    fn fits(self, line: &str) -> bool {
        let bytes = line.as_bytes();
        let plain = |sign: u8| memchr_iter(sign, bytes).count() + 1 == self.cells;
        match self.cut {
            Cut::Tab => plain(b'\t'),
            Cut::Semicolon if memchr(b'"', bytes).is_none() => plain(b';'),
            Cut::Comma if memchr(b'"', bytes).is_none() => plain(b','),
            Cut::Semicolon | Cut::Comma | Cut::Pipe => cells(line, self.cut).count() == self.cells,
            // Cells between blanks may be cut by other signs, too.
            Cut::Blanks => false,
        }
    }

    /// Whether a line only rules off a header.
    fn is_rule(self, line: &str) -> bool {
        line.bytes().all(|byte| !byte.is_ascii_alphanumeric() && byte < 0x80)
    }

    /// How many rows make a table. Sentences can have commas and typists two blanks by chance.
    fn least_rows(self, header: bool) -> usize {
        match self.cut {
            Cut::Tab | Cut::Pipe | Cut::Semicolon => 2,
            Cut::Comma | Cut::Blanks if header => 2,
            Cut::Comma | Cut::Blanks => 3,
        }
    }
}

/// The number of the label of a column that has none.
const UNNAMED: u32 = u32::MAX;
/// Rows of a table without a header whose values are looked at.
const TYPED: usize = 50;

struct Row {
    span: Range<usize>,
    form: Option<Form>,
}

impl Row {
    /// Whether a line is a row below this one, cut by blanks, of which some cells are empty: all
    /// that it has begin where cells of this one do.
    fn has_gaps_as(&self, content: &str, line: &str) -> bool {
        if self.form.is_none_or(|form| form.cut != Cut::Blanks) || line.is_empty() {
            return false;
        }
        let above = content.get(self.span.clone()).unwrap_or_default();
        let mut starts = cells(above, Cut::Blanks).map(|cell| cell.start);
        let mut count = 0;
        let aligned = cells(line, Cut::Blanks).all(|cell| {
            count += 1;
            starts.any(|start| start == cell.start)
        });
        aligned && count > 1
    }
}

#[derive(Default)]
struct Layout {
    labels: Vec<String>,
    numbers: HashMap<String, u32>,
    fields: Vec<Field>,
    /// The table before: its form, its header, its labels, and where it ends.
    before: Option<Headed>,
}

struct Headed {
    form: Form,
    header: String,
    labels: Vec<u32>,
    end: usize,
}

impl Layout {
    /// Adds the cells of a table, if the rows are one.
    fn add(&mut self, content: &str, rows: &[Row], records: &mut Records<'_>) {
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
        let data = data.iter().filter(|row| !is_header(row));
        let first = rows.first().map(text).unwrap_or_default();
        let starts: Vec<usize> = match form.cut {
            Cut::Blanks => cells(first, form.cut).map(|cell| cell.start).collect(),
            Cut::Tab | Cut::Pipe | Cut::Semicolon | Cut::Comma => Vec::new(),
        };
        for row in data {
            if self.fields.len() + form.cells > MOST_CELLS {
                return;
            }
            let record = records.next();
            let has_gaps = !starts.is_empty() && cells(text(row), form.cut).count() != starts.len();
            for (column, cell) in cells(text(row), form.cut).enumerate() {
                let column = match has_gaps {
                    true => starts.iter().position(|&start| start == cell.start).unwrap_or(column),
                    false => column,
                };
                let offset = |at: usize| u32::try_from(row.span.start + at).ok();
                let (Some(start), Some(end)) = (offset(cell.start), offset(cell.end)) else {
                    return;
                };
                if start < end {
                    let label = labels.get(column).copied().filter(|&label| label != UNNAMED);
                    self.fields.push(Field { span: start..end, label, record: Some(record) });
                }
            }
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

/// The cells of a line, without the blanks around them and the quotes. Where a pipe stands at both
/// ends of a line, these cut nothing.
fn cells(line: &str, cut: Cut) -> impl Iterator<Item = Range<usize>> {
    let bytes = line.as_bytes();
    let start = match cut {
        Cut::Tab => 0,
        Cut::Pipe => line.len() - line.trim_start_matches([' ', '>']).len(),
        Cut::Semicolon | Cut::Comma | Cut::Blanks => line.len() - line.trim_start().len(),
    };
    let inner = line.get(start..).unwrap_or_default();
    let written = start + inner.trim_end().len();
    let framed = cut == Cut::Pipe && inner.starts_with('|') && inner.trim_end().ends_with('|');
    let (mut at, end) = match cut {
        Cut::Pipe if framed => (start + 1, written.saturating_sub(1)),
        Cut::Pipe => (start, written),
        Cut::Tab | Cut::Semicolon | Cut::Comma | Cut::Blanks => (start, line.len()),
    };
    let mut over = at > end;
    std::iter::from_fn(move || {
        if over {
            return None;
        }
        let from = at;
        let mut quoted = false;
        while at < end {
            let byte = bytes.get(at).copied().unwrap_or_default();
            let cuts = match cut {
                Cut::Tab => byte == b'\t',
                Cut::Pipe => byte == b'|',
                Cut::Semicolon => byte == b';' && !quoted,
                Cut::Comma => byte == b',' && !quoted,
                Cut::Blanks => byte == b' ' && bytes.get(at + 1) == Some(&b' '),
            };
            if cuts {
                break;
            }
            quoted ^= byte == b'"';
            at += 1;
        }
        over = at >= end;
        let cell = trimmed(line, from..at);
        at += 1;
        while cut == Cut::Blanks && bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        Some(cell)
    })
}

fn trimmed(line: &str, cell: Range<usize>) -> Range<usize> {
    let blank = |c: char| c.is_whitespace() || matches!(c, '"' | '*');
    let written = line.get(cell.clone()).unwrap_or_default();
    let start = cell.start + (written.len() - written.trim_start_matches(blank).len());
    start..start + written.trim_matches(blank).len()
}

/// How many runs of blanks cut a line that begins and ends with none.
fn blanks(line: &str) -> usize {
    let mut rest = line.as_bytes();
    let mut count = 0;
    while let Some(at) = two_blanks(rest) {
        count += 1;
        let behind = rest.get(at..).unwrap_or_default();
        let run = behind.iter().take_while(|&&byte| byte == b' ').count();
        rest = behind.get(run..).unwrap_or_default();
    }
    count
}

/// Which row is the header: the first, or, under titles, one with names of columns that are known.
fn header<'t>(rows: &[Row], form: Form, text: impl Fn(&Row) -> &'t str) -> Option<usize> {
    let numbered = |below: &[Row]| below.iter().any(|row| has_number(text(row)));
    for (at, row) in rows.iter().take(MOST_TITLES).enumerate() {
        let words = text(row);
        let below = rows.get(at + 1..).unwrap_or_default();
        if below.is_empty() || !is_header(words, form) {
            continue;
        }
        // What is known needs no number below it, which a list of names and illnesses has not.
        let known = known(words, form);
        let is_named = known >= LEAST_CELLS || (known >= 2 && numbered(below));
        if is_named || (at == 0 && numbered(below)) {
            return Some(at);
        }
    }
    None
}

/// How many cells of a row are names of columns that are known.
fn known(row: &str, form: Form) -> usize {
    let name = |cell: Range<usize>| row.get(cell).unwrap_or_default();
    cells(row, form.cut).filter(|cell| columns::is_known(name(cell.clone()))).count()
}

/// Whether a row names columns: short names, most of them there, and no numbers.
fn is_header(row: &str, form: Form) -> bool {
    let mut named = 0;
    let fits = cells(row, form.cut).all(|cell| {
        let name = row.get(cell).unwrap_or_default();
        named += usize::from(!name.is_empty());
        name.len() <= LONGEST_HEADER && !name.contains('@')
    });
    fits && !has_number(row) && named * 3 >= form.cells * 2
}

fn has_number(row: &str) -> bool {
    // Dates have two digits at most between their signs.
    let is_sign = |byte: u8| matches!(byte, b'/' | b'-' | b'.' | b':');
    let mut digits = 0;
    let mut before = 0;
    row.bytes().any(|byte| {
        if byte.is_ascii_digit() {
            digits += 1;
        } else if !(is_sign(byte) && before != byte) {
            digits = 0;
        }
        before = byte;
        digits >= NUMBER
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{PartPath, Reading};

    /// Each cell as `LABEL=VALUE`, `#N` behind it for the record.
    fn found(content: &str) -> Vec<String> {
        let reading = Reading::default();
        let text = Text::plain(Place::Body, &PartPath::root(), content.to_owned());
        let labelled = labelled(&text, &mut Records::behind(&reading));
        let cell = |field: &Field| {
            let label = labelled.label(field).map(|label| format!("{}=", label.expose()));
            let value = content.get(field.span.start as usize..field.span.end as usize).unwrap();
            format!("{}{value}#{}", label.unwrap_or_default(), field.record.unwrap())
        };
        labelled.fields.iter().map(cell).collect()
    }

    #[test]
    fn a_header_labels_the_cells_of_its_columns() {
        let expected = ["chart=10443#1", "last=Doe#1", "a1c=9.8#1"];
        assert_eq!(found("chart,last,a1c\n10443,Doe,9.8\n"), expected);
        assert_eq!(found("Hi\nchart\tlast\ta1c\n10443\tDoe\t9.8\nBye"), expected);
        assert_eq!(found("| chart | last | a1c |\n|---|:--|--|\n| 10443 | Doe | 9.8 |"), expected);
        assert_eq!(found("chart   last   a1c\n10443   Doe    9.8"), expected);
        assert_eq!(found("\"chart\";\"last\";\"a1c\"\n\"10443\";\"Doe\";\"9.8\""), expected);
    }

    #[test]
    fn a_comma_in_quotes_cuts_nothing() {
        assert_eq!(
            found("mrn,name,dx\n10443,\"Doe, Jane\",flu\n10444,\"Roe, J\",flu")[..4],
            ["mrn=10443#1", "name=Doe, Jane#1", "dx=flu#1", "mrn=10444#2"]
        );
    }

    #[test]
    fn rows_without_a_header_are_records_without_labels() {
        let rows = "B12  GALLOWAY P  RENAL\nB14  OSTROWSKI W  NDD2\nB15  DOE J  CLEAR\n";
        assert_eq!(found(rows)[..4], ["B12#1", "GALLOWAY P#1", "RENAL#1", "B14#2"]);
    }

    #[test]
    fn a_header_stands_under_titles_and_serves_behind_a_blank_line_and_where_it_comes_again() {
        let expected =
            ["MRN=10443#1", "Last=Doe#1", "Dx=flu#1", "MRN=10444#2", "Last=Roe#2", "Dx=flu#2"];
        let titled = "Census,,\nof ward 4,,\nMRN,Last,Dx\n10443,Doe,flu\n10444,Roe,flu\n";
        assert_eq!(found(titled), expected);
        let apart = "MRN,Last,Dx\n10443,Doe,flu\n\nMRN,Last,Dx\n10444,Roe,flu\n";
        assert_eq!(found(apart), expected);
        let again = "MRN,Last,Dx\n10443,Doe,flu\nMRN,Last,Dx\n10444,Roe,flu\n";
        assert_eq!(found(again), expected);
    }

    #[test]
    fn a_row_is_cut_as_its_header_whatever_stands_in_its_cells() {
        let rows = "MRN,Last,Dx\n10443,Doe,flu; cough; fever\n10444,Roe,a | b | c\n";
        assert_eq!(found(rows)[2..4], ["Dx=flu; cough; fever#1", "MRN=10444#2"]);
    }

    #[test]
    fn a_last_cell_between_pipes_can_be_empty() {
        let rows = "MRN | Last | Dx\n10443 | Doe | flu\n10444 | Roe | \n10445 | Poe | flu\n";
        assert_eq!(found(rows)[3..6], ["MRN=10444#2", "Last=Roe#2", "MRN=10445#3"]);
    }

    #[test]
    fn a_cell_between_blanks_can_be_missing() {
        let rows = "MRN    Last   Dx\n10443  Doe    flu\n10444         cough\n       Poe    flu\n";
        assert_eq!(found(rows)[3..], ["MRN=10444#2", "Dx=cough#2", "Last=Poe#3", "Dx=flu#3"]);
    }

    #[test]
    fn a_table_that_is_quoted_is_one() {
        let quoted = "> chart   last   a1c\n> 10443   Doe    9.8\n";
        assert_eq!(found(quoted), ["chart=10443#1", "last=Doe#1", "a1c=9.8#1"]);
    }

    #[test]
    fn sentences_are_no_table() {
        let prose = "We saw, as it were, a number of people who came in from the cold, and\n\
                     they were asked, one by one, whether 1,200 of them would be able to, as I\n\
                     had said, stay.\n";
        assert_eq!(found(prose), Vec::<String>::new());
        assert_eq!(found("One, two, three\n"), Vec::<String>::new());
        assert_eq!(found("Patient: Jane   DOB: 1/2/1970\n"), Vec::<String>::new());
    }

    #[test]
    fn a_text_whose_reader_tells_its_fields_is_left_alone() {
        let mut text = Text::plain(Place::Body, &PartPath::root(), "a,b,c\n100,2,3\n".to_owned());
        text.fields = vec![Field { span: 0..1, label: None, record: Some(3) }];
        let reading = Reading { texts: vec![text.clone()], ..Reading::default() };
        let labelled = labelled(&text, &mut Records::behind(&reading));
        assert_eq!(labelled.fields, text.fields);
    }

    #[test]
    fn long_texts_take_linear_time() {
        for piece in ["a,b,c\n", "1\t2\t3\n", "| a | b | c |\n", "a  b  c\n", ",", "  ", "|\n"] {
            let _ = found(&piece.repeat(50_000));
        }
    }
}
