//! The cells of a binary workbook, one after the other: a range of all of them is never made, for
//! two cells at its corners would make it as large as memory.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsb, XlsbError};

use crate::extract::normal::normal;
use crate::extract::office::cells::Records;
use crate::extract::sheet::Sheets;
use crate::limits::Cause;

/// Bytes of text of one workbook; a string that many cells show is written for each.
const MOST_TEXT: usize = 16 << 20;
/// Cells between two looks at the clock.
const CELLS_A_LOOK: usize = 4096;

/// Writes the sheets; or says why not all of them.
pub(super) fn read(
    bytes: &[u8],
    sheets: &mut Sheets,
    records: &mut Records,
    go_on: &dyn Fn() -> bool,
) -> Result<(), Cause> {
    let read = || {
        let mut workbook = Xlsb::new(Cursor::new(bytes)).map_err(|error| cause(&error))?;
        let mut result = Ok(());
        for name in workbook.sheet_names() {
            sheets.line(&normal(&name));
            let read = cells_of(&mut workbook, &name, sheets, go_on);
            sheets.end_table(records);
            // The next sheet may be whole.
            result = result.and(read);
        }
        result
    };
    // The parser trusts lengths and indexes of its records. What it wrote before still counts.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Cause::Malformed))
}

fn cells_of(
    workbook: &mut Xlsb<Cursor<&[u8]>>,
    name: &str,
    sheets: &mut Sheets,
    go_on: &dyn Fn() -> bool,
) -> Result<(), Cause> {
    // Sheets of charts have no cells.
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(XlsbError::WorksheetNotFound(_)) => return Ok(()),
        Err(error) => return Err(cause(&error)),
    };
    for count in 1_usize.. {
        if count.is_multiple_of(CELLS_A_LOOK) && !go_on() {
            return Err(Cause::TimedOut);
        }
        if sheets.len() > MOST_TEXT {
            return Err(Cause::TooLarge);
        }
        let Some(cell) = cells.next_cell().map_err(|error| cause(&error))? else { break };
        let (row, column) = cell.get_position();
        let value = shown(cell.get_value());
        sheets.cell(row, column, |text| text.normal_words(value.trim()));
    }
    Ok(())
}

/// A value as a reader of the sheet sees it, dates as dates.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, hour, minute, ..) = date.to_ymd_hms_milli();
            let time =
                if hour + minute > 0 { format!(" {hour:02}:{minute:02}") } else { String::new() };
            format!("{year:04}-{month:02}-{day:02}{time}")
        }
        DataRef::DateTime(duration) => duration.as_f64().to_string(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn cause(error: &XlsbError) -> Cause {
    match error {
        XlsbError::Password => Cause::Encrypted,
        _ => Cause::Malformed,
    }
}
