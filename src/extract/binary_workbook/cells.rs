//! The cells of a binary workbook, one after the other: a range of all of them is never made, for
//! two cells at its corners would make it as large as memory.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsb, XlsbError};

use crate::extract::normal::normal;
use crate::extract::sheet::Sheets;
use crate::limits::Cause;

/// Bytes of text of one workbook; a string that many cells show is written for each.
const MOST_TEXT: usize = 16 << 20;
/// Cells of one workbook, the empty ones before others in their rows included: 96 MiB.
const MOST_CELLS: usize = 4 << 20;
/// Columns of a sheet (ECMA-376 part 1, 18.3.1.73).
const MOST_COLUMNS: usize = 16_384;
/// Cells between two looks at the clock.
const CELLS_A_LOOK: usize = 4096;

/// Writes the sheets; or says why not all of them.
pub(super) fn read(
    bytes: &[u8],
    sheets: &mut Sheets,
    go_on: &dyn Fn() -> bool,
) -> Result<(), Cause> {
    let read = || {
        let mut workbook = Xlsb::new(Cursor::new(bytes)).map_err(|error| cause(&error))?;
        let mut room = Room { text: MOST_TEXT, cells: MOST_CELLS };
        let mut result = Ok(());
        for name in workbook.sheet_names() {
            sheets.line(&normal(&name));
            let mut rows = Vec::new();
            let read = rows_of(&mut workbook, &name, &mut rows, &mut room, go_on);
            sheets.rows(&rows);
            // The next sheet may be whole.
            result = result.and(read);
        }
        result
    };
    // The parser trusts lengths and indexes of its records. What it wrote before still counts.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Cause::Malformed))
}

/// What may still be kept.
struct Room {
    text: usize,
    cells: usize,
}

fn rows_of(
    workbook: &mut Xlsb<Cursor<&[u8]>>,
    name: &str,
    rows: &mut Vec<Vec<String>>,
    room: &mut Room,
    go_on: &dyn Fn() -> bool,
) -> Result<(), Cause> {
    // Sheets of charts have no cells.
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(XlsbError::WorksheetNotFound(_)) => return Ok(()),
        Err(error) => return Err(cause(&error)),
    };
    let mut last = None;
    for count in 1_usize.. {
        if count.is_multiple_of(CELLS_A_LOOK) && !go_on() {
            return Err(Cause::TimedOut);
        }
        let Some(cell) = cells.next_cell().map_err(|error| cause(&error))? else { break };
        let (row, column) = cell.get_position();
        let value = normal(&shown(cell.get_value()));
        let Ok(column) = usize::try_from(column) else { continue };
        if value.trim().is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        if last != Some(row) {
            // A gap between tables is one empty row, however wide.
            if last.is_some_and(|last| row != last + 1) {
                rows.push(Vec::new());
            }
            rows.push(Vec::new());
            last = Some(row);
        }
        let Some(cells) = rows.last_mut() else { continue };
        let more = (column + 1).saturating_sub(cells.len());
        let left = (room.cells.checked_sub(more), room.text.checked_sub(value.len()));
        let (Some(cells_left), Some(text_left)) = left else { return Err(Cause::TooLarge) };
        *room = Room { text: text_left, cells: cells_left };
        if more > 0 {
            cells.resize(column + 1, String::new());
        }
        if let Some(cell) = cells.get_mut(column) {
            *cell = value.trim().to_owned();
        }
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
