//! One sheet of a workbook: its cells as rows, then what else people wrote in it (ECMA-376 part 1
//! section 18.3).

use super::super::labelled::Labelled;
use super::super::office::cells::Records;
use super::super::office::lines::Lines;
use super::super::office::xml::{Element, Token, Tokens};
use super::super::sheet::Sheets;
use super::number_format::{Epoch, Formats};
use super::strings::{Strings, without_escapes};

/// What all sheets of a workbook share.
#[derive(Default)]
pub(super) struct Workbook {
    pub(super) strings: Strings,
    pub(super) formats: Formats,
    pub(super) epoch: Epoch,
}

/// A sheet that is being read.
#[derive(Default)]
pub(super) struct Sheet {
    cells: Sheets,
    asides: Lines,
    row: u32,
    /// The column behind the last cell.
    column: u32,
    cell: Cell,
    open: Vec<Open>,
    words: String,
}

/// The open cell.
#[derive(Default)]
struct Cell {
    of: Of,
    style: Option<usize>,
    value: String,
    inline: String,
}

/// What the value of a cell is (section 18.18.11).
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Of {
    #[default]
    Number,
    /// The index of a shared string.
    Shared,
    Truth,
    /// What it shows.
    Words,
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Open {
    Row,
    Cell,
    Value,
    Inline,
    /// A formula, of a cell or a rule.
    Formula,
    /// Anything else whose characters are words.
    Other,
}

impl Sheet {
    /// Reads tokens until `full` bytes are there, or to the end (true).
    pub(super) fn read(
        &mut self,
        tokens: &mut Tokens<'_>,
        full: usize,
        book: &mut Workbook,
    ) -> bool {
        while let Some(token) = tokens.next() {
            match token {
                Token::Start(element) => self.start(&element),
                Token::End => self.end(book),
                Token::Text(text) => self.characters(&text),
                Token::Aside(text) => self.asides.add(None, text),
            }
            // A row stays in one text, unless it has no end.
            let written = self.cells.len();
            if written >= full && (written >= 2 * full || !self.open.contains(&Open::Row)) {
                return false;
            }
        }
        while !self.open.is_empty() {
            self.end(book);
        }
        true
    }

    /// The text up to here, its cells labelled.
    pub(super) fn take(&mut self, records: &mut Records) -> Labelled {
        self.cells.take(records)
    }

    /// What does not stand in cells.
    pub(super) fn take_asides(&mut self) -> Labelled {
        self.asides.take()
    }

    fn start(&mut self, element: &Element<'_>) {
        let open = match element.name() {
            "row" => {
                let next = self.row.saturating_add(1);
                self.row = element.attribute("r").and_then(|r| r.parse().ok()).unwrap_or(next);
                self.column = 0;
                Open::Row
            }
            "c" | "cell" => {
                self.start_cell(element);
                Open::Cell
            }
            "v" => Open::Value,
            "t" => Open::Inline,
            "f" | "formula" | "formula1" | "formula2" => Open::Formula,
            name => {
                for (attribute, value) in element.attributes() {
                    if says(name, attribute) {
                        self.asides.add(None, &without_escapes(&value));
                    }
                }
                Open::Other
            }
        };
        if matches!(open, Open::Formula | Open::Other) {
            self.flush_words();
        }
        self.open.push(open);
    }

    fn end(&mut self, book: &mut Workbook) {
        match self.open.pop() {
            Some(Open::Cell) => self.end_cell(book),
            Some(Open::Formula) => {
                let formula = std::mem::take(&mut self.words);
                // References and functions say nothing; what is quoted does.
                if formula.contains('"') {
                    self.asides.add(None, &formula);
                }
            }
            Some(Open::Other) => self.flush_words(),
            Some(Open::Row | Open::Value | Open::Inline) | None => {}
        }
    }

    fn characters(&mut self, text: &str) {
        match self.open.last() {
            Some(Open::Value) => self.cell.value.push_str(text),
            Some(Open::Inline) => self.cell.inline.push_str(&without_escapes(text)),
            _ => self.words.push_str(text),
        }
    }

    /// Headers and footers, and what stands where nothing should.
    fn flush_words(&mut self) {
        if !self.words.is_empty() {
            let words = std::mem::take(&mut self.words);
            self.asides.add(None, &without_codes(&words));
        }
    }

    /// Its buffers are those of the last one.
    fn start_cell(&mut self, element: &Element<'_>) {
        let cell = &mut self.cell;
        (cell.of, cell.style) = (Of::Number, None);
        cell.value.clear();
        cell.inline.clear();
        for (name, value) in element.attributes() {
            match name {
                "r" => self.column = column(&value).unwrap_or(self.column),
                "s" => cell.style = value.parse().ok(),
                "t" => cell.of = Of::from(value.as_ref()),
                _ => {}
            }
        }
    }

    fn end_cell(&mut self, book: &mut Workbook) {
        let Cell { of, style, ref value, ref inline } = self.cell;
        let column = self.column;
        self.column = self.column.saturating_add(1);
        self.cells.cell(self.row, column, |text| {
            write_value(text, value.trim(), of, style, book);
            if !inline.is_empty() {
                text.words(if value.is_empty() { "" } else { " " });
                text.normal_words(inline.trim());
            }
        });
    }
}

impl From<&str> for Of {
    fn from(written: &str) -> Self {
        match written {
            "s" => Self::Shared,
            "b" => Self::Truth,
            "str" | "inlineStr" | "e" | "d" => Self::Words,
            _ => Self::Number,
        }
    }
}

/// Writes a value as the sheet shows it.
fn write_value(
    text: &mut Labelled,
    value: &str,
    of: Of,
    style: Option<usize>,
    book: &mut Workbook,
) {
    if of == Of::Shared
        && let Some(shown) = value.parse().ok().and_then(|index| book.strings.shown(index))
    {
        return text.words(shown.trim());
    }
    match of {
        _ if value.is_empty() => {}
        Of::Words => text.normal_words(&without_escapes(value)),
        Of::Truth => text.words(if value == "1" { "TRUE" } else { "FALSE" }),
        Of::Shared | Of::Number => match book.formats.shown(value, style, book.epoch) {
            Some(shown) => text.words(&shown),
            None => text.normal_words(value),
        },
    }
}

/// Attributes of a sheet in which people write.
fn says(element: &str, attribute: &str) -> bool {
    matches!(
        (element, attribute),
        ("dataValidation", "prompt" | "promptTitle" | "error" | "errorTitle")
            | ("hyperlink", "tooltip" | "display")
            | ("filter" | "customFilter" | "inputCells" | "sheetName", "val")
            | ("cfRule", "text")
            | ("scenario", "name" | "comment" | "user")
            | ("protectedRange" | "definedName", "name")
            | (_, "altText" | "altTextSummary" | "descr" | "title")
    )
}

/// The column of a reference such as `AB12`, counted from 0.
fn column(reference: &str) -> Option<u32> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let number = letters
        .fold(0_u32, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}

/// Text of a header without the codes between its words (section 18.3.1.46).
fn without_codes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '&' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('"') => drop(characters.by_ref().find(|&c| c == '"')),
            Some('K') => {
                for _ in 0..6 {
                    characters.next_if(char::is_ascii_hexdigit);
                }
            }
            Some('&') => out.push('&'),
            Some('L' | 'C' | 'R' | 'P' | 'N' | 'D' | 'T') => out.push(' '),
            Some(size) if size.is_ascii_digit() => {
                characters.next_if(char::is_ascii_digit);
            }
            Some('B' | 'I' | 'U' | 'E' | 'S' | 'X' | 'Y' | 'G' | 'Z' | 'F' | 'A' | 'O' | 'H') => {}
            Some(other) => {
                out.push('&');
                out.push(other);
            }
            None => out.push('&'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_of_a_reference_is_in_its_letters() {
        let columns = ["A1", "Z9", "AA10", "XFD1048576", "1", "zzzzzzzz"].map(column);
        assert_eq!(columns, [Some(0), Some(25), Some(26), Some(16383), None, Some(475_253)]);
    }

    #[test]
    fn codes_of_a_header_are_no_words() {
        let header = "&L&\"Arial,Bold\"&12Ann Orr&C&KFF0000MRN 1 &&R&P of &N";
        assert_eq!(without_codes(header), " Ann Orr MRN 1 &R  of  ");
    }
}
