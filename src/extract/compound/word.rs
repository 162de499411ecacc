//! Word documents of before 2007 ([MS-DOC], and Word 6 and 95).

use std::io::Cursor;

use office_oxide::cfb::CfbReader;
use office_oxide::doc::{DocDocument, DocError};

use super::limited::limited;
use super::{Document, properties};
use crate::extract::labelled::Labelled;
use crate::extract::normal::normal;
use crate::limits::Cause;

/// Reads a document, or says why not.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Cause> {
    let parsed = limited(|| {
        let document = DocDocument::from_reader(Cursor::new(bytes))?;
        Ok::<_, DocError>(Document { is_blank: is_blank(bytes), ..taken(&document) })
    });
    match parsed {
        Some(Ok(document)) => Ok(document),
        Some(Err(error)) => Err(cause(&error)),
        None => Err(Cause::Malformed),
    }
}

fn taken(document: &DocDocument) -> Document {
    let mut text = Labelled::default();
    text.line(&rows(&normal(document.plain_text_ref())));
    for story in document.subdocuments() {
        text.line(&rows(&normal(&story.text)));
    }
    Document {
        is_blank: false,
        text,
        missing: (!document.text_complete()).then_some(Cause::Malformed),
        properties: properties::labelled(document.summary_properties()),
        pictures: document.images().iter().map(|image| image.data.clone()).collect(),
    }
}

/// Whether the document's header counts no characters but the end of one paragraph
/// ([MS-DOC] 2.5.5, ccpText and what follows).
fn is_blank(bytes: &[u8]) -> bool {
    let stream = CfbReader::new(Cursor::new(bytes))
        .and_then(|mut reader| reader.open_stream("WordDocument"))
        .unwrap_or_default();
    let counts = stream.get(0x4C..0x6C).map(|counts| counts.as_chunks::<4>().0);
    counts.is_some_and(|counts| {
        counts.iter().map(|n| u64::from(u32::from_le_bytes(*n))).sum::<u64>() <= 2
    })
}

/// Puts the rows of tables on lines of their own. The reader writes a tab for the end of a cell
/// and one more for the end of a row ([MS-DOC] 2.4.3), all rows on one line.
fn rows(text: &str) -> String {
    let text = text.replace('\u{B}', "\n");
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if line.contains("\t\t") {
            row_by_row(line, &mut out);
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// Columns of the widest table (Word has 63).
const MOST_COLUMNS: usize = 63;

/// Writes one line of a table as its rows: as many cells in each as fit all of them, with nothing
/// between the end of the last cell and that of the row; else a row ends where two ends meet.
fn row_by_row(line: &str, out: &mut String) {
    let cells: Vec<&str> = line.strip_suffix('\t').unwrap_or(line).split('\t').collect();
    let fits = |columns: &usize| {
        cells.len().is_multiple_of(columns + 1)
            && cells.chunks(columns + 1).all(|row| row.last().is_some_and(|end| end.is_empty()))
    };
    let Some(columns) = (1..=MOST_COLUMNS).find(fits) else {
        out.push_str(&line.replace("\t\t", "\n"));
        return;
    };
    for (number, row) in cells.chunks(columns + 1).enumerate() {
        if number > 0 {
            out.push('\n');
        }
        out.push_str(&row.get(..columns).unwrap_or_default().join("\t"));
    }
}

fn cause(error: &DocError) -> Cause {
    match error {
        DocError::Encrypted => Cause::Encrypted,
        DocError::UnsupportedVersion(_) => Cause::Unsupported,
        _ => Cause::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn rows_of_a_table_stand_on_lines_of_their_own() {
        assert_eq!(rows("11\t12\t13\t\t21\t\t23\t\t\nx\ty"), "11\t12\t13\n21\t\t23\nx\ty\n");
        assert_eq!(rows("Name\tJane Roe\t\tx"), "Name\tJane Roe\nx\n");
    }
}
