//! Lines cut into cells, as the row of a table is.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::lines::Cuttable;
use crate::engine::signs::two_blanks;

/// Cells of the narrowest table. Two columns are a form: labels in lines, with values behind them.
pub(super) const LEAST_CELLS: usize = 3;

/// What cuts cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    Tab,
    Pipe,
    Semicolon,
    Comma,
    Blanks,
}

/// How a line is cut, and into how many cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub cut: Cut,
    pub cells: usize,
}

impl Form {
    /// The form of a line that can be a table's row.
    pub(super) fn of(line: &str, by: &Cuttable) -> Option<Self> {
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
    pub(super) fn fits(self, line: &str) -> bool {
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
    pub(super) fn is_rule(self, line: &str) -> bool {
        line.bytes().all(|byte| !byte.is_ascii_alphanumeric() && byte < 0x80)
    }

    /// How many rows make a table. Sentences can have commas and typists two blanks by chance.
    pub(super) fn least_rows(self, header: bool) -> usize {
        match self.cut {
            Cut::Tab | Cut::Pipe | Cut::Semicolon => 2,
            Cut::Comma | Cut::Blanks if header => 2,
            Cut::Comma | Cut::Blanks => 3,
        }
    }
}

/// A line that may be a row of a table.
pub(super) struct Row {
    pub span: Range<usize>,
    pub form: Option<Form>,
}

impl Row {
    /// Whether a line is a row below this one, cut by blanks, of which some cells are empty: all
    /// that it has begin where cells of this one do.
    pub(super) fn has_gaps_as(&self, content: &str, line: &str) -> bool {
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

/// The cells of a line, without the blanks around them and the quotes. Where a pipe stands at both
/// ends of a line, these cut nothing.
pub(super) fn cells(line: &str, cut: Cut) -> impl Iterator<Item = Range<usize>> {
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
