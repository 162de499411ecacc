//! Excel workbooks of before 2007 ([MS-XLS], BIFF2 to BIFF8), also those that are encrypted with
//! the password that Excel tries by itself.

use std::io::Cursor;

use office_oxide::cfb::{CfbReader, EntryType};
use office_oxide::xls::{Sheet, XlsDocument, XlsError};

use super::leftovers::{self, Leftovers};
use super::limited::limited;
use super::{Document, properties, workbook_chain, workbook_records};
use crate::extract::normal::normal;
use crate::extract::office::cells::Records;
use crate::extract::sheet::Sheets;
use crate::limits::Cause;

/// Bytes of text of one workbook; a string that many cells show is written for each.
const MOST_TEXT: usize = 16 << 20;
/// Pivot caches of one workbook; they are numbered in four digits.
const MOST_CACHES: usize = 256;

/// Reads a workbook, or says why not.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Cause> {
    let parsed = limited(|| {
        let workbook = XlsDocument::from_reader(Cursor::new(bytes))?;
        let mut taken = taken(&workbook);
        let stream = stream(bytes);
        let is_blank = workbook.sheets.iter().all(|sheet| sheet.rows.is_empty());
        if is_blank && workbook_records::holds_cells(&stream) || !workbook_chain::is_whole(&stream)
        {
            // Damage has cut the cells off from their sheets.
            taken.missing = taken.missing.or(Some(Cause::Malformed));
        }
        let lines = {
            let mut found = Leftovers::beside(taken.text.content());
            workbook_records::add(&stream, &mut found);
            for cache in pivot_caches(bytes) {
                workbook_records::add(&cache, &mut found);
            }
            found.lines()
        };
        leftovers::write(&lines, &mut taken.text);
        Ok::<_, XlsError>(taken)
    });
    match parsed {
        Some(Ok(document)) => Ok(document),
        Some(Err(XlsError::Encrypted | XlsError::EncryptionNotSupported(_))) => {
            Err(Cause::Encrypted)
        }
        Some(Err(XlsError::UnsupportedVersion(_))) => Err(Cause::Unsupported),
        Some(Err(_)) | None => Err(Cause::Malformed),
    }
}

/// The records of a workbook.
fn stream(bytes: &[u8]) -> Vec<u8> {
    let Ok(mut reader) = CfbReader::new(Cursor::new(bytes)) else { return bytes.to_vec() };
    reader.open_stream("Workbook").or_else(|_| reader.open_stream("Book")).unwrap_or_default()
}

/// What pivot tables were made from: copies of rows that may stand in no sheet any more ([MS-XLS]
/// 2.1.7.2).
fn pivot_caches(bytes: &[u8]) -> Vec<Vec<u8>> {
    let Ok(mut reader) = CfbReader::new(Cursor::new(bytes)) else { return Vec::new() };
    let is_number = |name: &str| name.len() == 4 && name.bytes().all(|b| b.is_ascii_hexdigit());
    let entries = reader.entries().iter().enumerate();
    let caches: Vec<usize> = entries
        .filter(|(_, entry)| entry.entry_type == EntryType::Stream && is_number(&entry.name))
        .map(|(index, _)| index)
        .take(MOST_CACHES)
        .collect();
    let mut left = bytes.len();
    let mut streams = Vec::new();
    for index in caches {
        // Streams may share their bytes; what does not fit into the file is drawn twice.
        let Ok(stream) = reader.read_stream_by_index(index) else { continue };
        let Some(less) = left.checked_sub(stream.len()) else { break };
        left = less;
        streams.push(stream);
    }
    streams
}

fn taken(workbook: &XlsDocument) -> Document {
    let (mut sheets, mut records) = (Sheets::default(), Records::default());
    let mut missing = workbook.truncated().then_some(Cause::Malformed);
    for sheet in &workbook.sheets {
        sheets.line(&normal(&sheet.name));
        let whole = cells(sheet, &mut sheets);
        sheets.end_table(&mut records);
        if !whole {
            missing = Some(Cause::TooLarge);
            break;
        }
        beside_cells(sheet, &mut sheets);
    }
    for text in workbook.chart_text() {
        sheets.line(&normal(text));
    }
    for name in &workbook.defined_names {
        sheets.line(&normal(&name.name));
    }
    Document {
        is_blank: false,
        text: sheets.take(&mut records),
        missing,
        properties: properties::labelled(workbook.summary_properties()),
        pictures: workbook.images().iter().map(|image| image.data.clone()).collect(),
    }
}

/// Writes the cells as Excel shows them; false when there is no room left.
fn cells(sheet: &Sheet, sheets: &mut Sheets) -> bool {
    for (row, values) in sheet.rows.iter().enumerate() {
        for column in 0..values.len() {
            if sheets.len() > MOST_TEXT {
                return false;
            }
            let Some(shown) = sheet.display_text(row, column) else { continue };
            if let (Ok(row), Ok(column)) = (u32::try_from(row), u32::try_from(column)) {
                sheets.cell(row, column, |text| text.normal_words(shown.trim()));
            }
        }
    }
    true
}

/// What a sheet has beside its cells: comments, links, what may be entered, words of its chart.
fn beside_cells(sheet: &Sheet, sheets: &mut Sheets) {
    for comment in &sheet.comments {
        let author = comment.author.as_deref().map(normal).unwrap_or_default();
        if !author.is_empty() {
            sheets.named("Author", &author);
        }
        sheets.line(&normal(&comment.text));
    }
    for link in &sheet.hyperlinks {
        sheets.line(&normal(&link.target));
    }
    for rule in &sheet.data_validations {
        for formula in [&rule.formula1, &rule.formula2].into_iter().flatten() {
            sheets.line(&normal(formula));
        }
    }
    for text in &sheet.chart_text {
        sheets.line(&normal(text));
    }
}
