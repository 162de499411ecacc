//! Tables in plain text: the column headers label the cells, and each row is a record.
//!
//! Rows are lines that follow each other and have as many cells, cut by tabs, pipes, semicolons,
//! commas or runs of blanks. The first is the header where it has no numbers and a later one has;
//! titles may stand above it, and blank lines between the rows below. Where there is no header,
//! values of plain shapes tell what the columns of a table of patients hold.

mod columns;
mod header;
mod layout;
mod lines;
mod rows;
mod types;

use std::borrow::Cow;

use layout::Layout;
use lines::cuttable;
use rows::{Form, Row};

use super::about::Records;
use crate::secret::Secret;
use crate::text::{Place, Text};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Field, PartPath, Reading};

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
