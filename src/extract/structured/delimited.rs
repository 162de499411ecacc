//! Tables whose cells hold line breaks in quotes (RFC 4180). Those without are left to the engine,
//! which labels tables in any text.

use super::values::Values;
use crate::extract::office::cells::Records;
use crate::extract::sheet::Sheets;

/// The cells of a table, if a line break stands in one; `None` for what needs no reader.
pub(super) fn table(text: &str) -> Option<Values> {
    let first = text.lines().next()?;
    let cut = ['\t', ';', ',', '|'].into_iter().max_by_key(|cut| first.matches(*cut).count())?;
    if !first.contains(cut) || !text.contains('"') {
        return None;
    }
    let (mut rows, breaks) = rows(text, cut)?;
    if breaks == 0 {
        return None;
    }
    let mut sheets = Sheets::default();
    let mut values = Values::default();
    for cell in rows.iter_mut().flatten().filter(|cell| cell.contains('\n')) {
        if !values.takes_message(cell) {
            *cell = cell.replace('\n', " ");
        } else {
            cell.clear();
        }
    }
    sheets.rows(rows.iter().map(Vec::as_slice));
    values.text = sheets.take(&mut Records::default());
    Some(values)
}

/// The rows, and how many line breaks are in their cells; `None` where a quote is never closed.
fn rows(text: &str, cut: char) -> Option<(Vec<Vec<String>>, usize)> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut breaks = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            '\n' if quoted => {
                breaks += 1;
                cell.push('\n');
            }
            c if c == cut && !quoted => row.push(std::mem::take(&mut cell).trim().to_owned()),
            '\n' => {
                row.push(std::mem::take(&mut cell).trim().to_owned());
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    row.push(cell.trim().to_owned());
    rows.push(row);
    (!quoted).then_some((rows, breaks))
}
