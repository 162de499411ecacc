//! Which row of a table names its columns.

use std::ops::Range;

use super::columns;
use super::rows::{Form, LEAST_CELLS, Row, cells};

/// Bytes of the longest header of a column.
const LONGEST_HEADER: usize = 48;
/// Digits in a row that make a number: `a1c` and `q2` are names.
const NUMBER: usize = 3;
/// Rows of titles above a header.
const MOST_TITLES: usize = 8;

/// Which row is the header: the first, or, under titles, one with names of columns that are known.
pub(super) fn header<'t>(
    rows: &[Row],
    form: Form,
    text: impl Fn(&Row) -> &'t str,
) -> Option<usize> {
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
pub(super) fn known(row: &str, form: Form) -> usize {
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
