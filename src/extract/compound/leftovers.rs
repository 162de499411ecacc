//! Strings that the readers of workbooks and presentations pass over: headers and footers of
//! pages, boxes of text, controls, comments' authors, and what an earlier save left behind.

use std::collections::HashSet;

use office_oxide::xls::comment::txo_text;

use crate::extract::labelled::Labelled;
use crate::extract::normal::normal;

/// Bytes of the longest record; what is longer goes on in the next ([MS-XLS] 2.1.4).
const LONGEST_RECORD: usize = 8224;
/// Bytes of strings that are taken from one document.
const MOST: usize = 4 << 20;

/// Strings of a document, each once, without those that its text has as lines.
pub(super) struct Leftovers<'t> {
    said: HashSet<&'t str>,
    found: HashSet<String>,
    lines: Vec<String>,
    length: usize,
}

impl<'t> Leftovers<'t> {
    /// Those of a document whose text is known.
    pub(super) fn beside(text: &'t str) -> Self {
        let said = text.split(['\n', '\t']).map(str::trim).collect();
        Self { said, found: HashSet::new(), lines: Vec::new(), length: 0 }
    }

    /// Adds the lines of a string that were not there.
    fn add(&mut self, string: &str) {
        for line in normal(&string.replace('\u{B}', "\n")).lines() {
            let line = line.trim_matches(|c: char| c.is_whitespace() || c.is_control());
            let is_new = line.chars().any(char::is_alphanumeric)
                && !self.said.contains(line)
                && !self.found.contains(line);
            if is_new && self.length + line.len() < MOST {
                self.length += line.len();
                self.found.insert(line.to_owned());
                self.lines.push(line.to_owned());
            }
        }
    }

    /// Adds a string that stands on each of several pages.
    fn push(&mut self, string: &str) {
        let line = normal(string).trim().to_owned();
        if line.chars().any(char::is_alphanumeric) && self.length + line.len() < MOST {
            self.length += line.len();
            self.lines.push(line);
        }
    }

    /// The lines, in their order.
    pub(super) fn lines(self) -> Vec<String> {
        self.lines
    }
}

/// Writes lines.
pub(super) fn write(lines: &[String], text: &mut Labelled) {
    text.end_line();
    for line in lines {
        text.line(line);
    }
}

/// The strings of a presentation's main stream: text of slides, notes, masters and comments,
/// headers and footers ([MS-PPT] 2.9.42, 2.9.43, 2.4.15.5).
pub(super) fn of_slides(stream: &[u8], found: &mut Leftovers<'_>) {
    let mut rest = stream;
    while let Some((head, behind)) = rest.split_first_chunk::<8>() {
        let [version, _, kind @ .., a, b, c, d] = *head;
        if version & 0xF == 0xF {
            // A container: its records come next.
            rest = behind;
            continue;
        }
        let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let body = behind.get(..length).unwrap_or(behind);
        match u16::from_le_bytes(kind) {
            0x0FA0 | 0x0FBA => found.add(&wide(body)),
            0x0FA8 => found.add(&body.iter().map(|byte| char::from(*byte)).collect::<String>()),
            _ => {}
        }
        rest = behind.get(length..).unwrap_or_default();
    }
}

/// The strings of a workbook's stream that belong to no cell: headers and footers of printed pages
/// and boxes of text ([MS-XLS] 2.4.136, 2.4.124, 2.4.329).
pub(super) fn of_workbook(stream: &[u8], found: &mut Leftovers<'_>) {
    let mut rest = stream;
    while let Some((kind, body, behind)) = record(rest) {
        rest = behind;
        match kind {
            // What follows is encrypted.
            0x2F => return,
            0x14 | 0x15 => found.push(&page_words(&counted(body))),
            // Labels that a chart keeps of cells, which may be gone ([MS-XLS] 2.4.148).
            0x204 => found.add(&counted(body.get(6..).unwrap_or_default())),
            0x1B6 => {
                let mut whole = body.to_vec();
                while let Some((0x3C, body, behind)) = record(rest) {
                    whole.extend_from_slice(body);
                    rest = behind;
                }
                if let Some(text) = txo_text(&whole) {
                    found.add(&text);
                }
            }
            _ => {}
        }
    }
}

/// Whether a workbook's records have cells or strings of cells in them.
pub(super) fn holds_cells(stream: &[u8]) -> bool {
    let mut rest = stream;
    while let Some((kind, body, behind)) = record(rest) {
        let is_cell = matches!(kind, 0x06 | 0xBD | 0xFD | 0x203 | 0x204 | 0x205 | 0x27E);
        let has_strings = kind == 0xFC && body.get(4..8).is_some_and(|count| count != [0; 4]);
        if is_cell || has_strings {
            return true;
        }
        rest = behind;
    }
    false
}

/// Whether a workbook's records follow each other to their end: each that begins a sheet has one that
/// ends it ([MS-XLS] 2.1.4), and there are as many sheets as are announced (2.4.28).
pub(super) fn is_whole(stream: &[u8]) -> bool {
    let mut rest = stream;
    let (mut depth, mut announced, mut sheets) = (0_u32, 0_u32, 0_u32);
    while let Some((kind, body, behind)) = record(rest) {
        // What is behind the last sheet fills a sector.
        if depth == 0 && sheets > announced && !matches!(kind, 0x09 | 0x209 | 0x409 | 0x809) {
            return true;
        }
        let is_cut = 4 + body.len() + behind.len() != rest.len() || body.len() > LONGEST_RECORD;
        rest = behind;
        match kind {
            0x09 | 0x209 | 0x409 | 0x809 => {
                sheets += u32::from(depth == 0);
                depth += 1;
            }
            _ if depth == 0 => return false,
            0x0A => depth -= 1,
            0x85 => announced += 1,
            // Nothing is of no kind.
            0 if body.is_empty() => return false,
            _ => {}
        }
        if is_cut {
            return false;
        }
    }
    depth == 0 && sheets > announced
}

/// A record of a workbook: its kind, its body, what follows.
fn record(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let ([a, b, c, d], behind) = bytes.split_first_chunk::<4>()?;
    let length = usize::from(u16::from_le_bytes([*c, *d]));
    let body = behind.get(..length).unwrap_or(behind);
    Some((u16::from_le_bytes([*a, *b]), body, behind.get(length..).unwrap_or_default()))
}

/// A string behind its length: of two bytes and a flag in BIFF8, of one byte before.
fn counted(body: &[u8]) -> String {
    let narrow = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    match body {
        [_, _, 1, rest @ ..] => wide(rest),
        [a, b, 0, rest @ ..] if usize::from(u16::from_le_bytes([*a, *b])) == rest.len() => {
            narrow(rest)
        }
        [_, rest @ ..] => narrow(rest),
        [] => String::new(),
    }
}

fn wide(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The words of a page's header or footer, without what only formats them: `&L`, `&12`, `&"Font"`.
fn page_words(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let mut chars = behind.chars();
        rest = match chars.next() {
            Some('&') => {
                out.push('&');
                chars.as_str()
            }
            Some('"') => match chars.as_str().split_once('"') {
                Some((font, after)) => {
                    out.extend([" ", font, " "]);
                    after
                }
                None => chars.as_str(),
            },
            Some(c) if c.is_ascii_digit() => {
                behind.trim_start_matches(|c: char| c.is_ascii_digit())
            }
            Some('L' | 'C' | 'R') => {
                out.push(' ');
                chars.as_str()
            }
            Some(_) => chars.as_str(),
            None => "",
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_header_is_words_without_its_codes() {
        assert_eq!(
            page_words("&L&\"Arial,Bold\"&12Jane Roe&RMRN 1 && 2"),
            "  Arial,Bold Jane Roe MRN 1 & 2"
        );
        assert_eq!(page_words("&"), "");
    }

    #[test]
    fn a_header_of_either_width_is_found() {
        let mut stream = vec![0x14, 0, 7, 0, 6];
        stream.extend(b"Jane &");
        stream.extend([0x15, 0, 9, 0, 3, 0, 1, b'M', 0, b'R', 0, b'N', 0]);
        let mut found = Leftovers::beside("");
        of_workbook(&stream, &mut found);
        assert_eq!(found.lines(), ["Jane", "MRN"]);
    }

    /// Records, each with its kind and its body.
    fn records(all: &[(u16, &[u8])]) -> Vec<u8> {
        let record = |(kind, body): &(u16, &[u8])| {
            let length = body.len() as u16;
            [&kind.to_le_bytes()[..], &length.to_le_bytes(), body].concat()
        };
        all.iter().flat_map(record).collect()
    }

    #[test]
    fn a_workbook_that_ends_early_or_has_nothing_in_its_midst_is_not_whole() {
        let begin = (0x809, &[0, 6, 5, 0][..]);
        let (announced, cell, end) = ((0x85, &[0; 9][..]), (0x203, &[7; 14][..]), (0x0A, &b""[..]));
        let whole = records(&[begin, announced, end, begin, cell, begin, end, cell, end]);
        assert!(is_whole(&whole) && is_whole(&[&whole[..], &[0; 512]].concat()));
        for end in 0..whole.len() - 1 {
            assert!(!is_whole(&whole[..end]), "cut at {end}");
        }
        assert!(!is_whole(&records(&[begin, announced, end])));
        assert!(!is_whole(&records(&[begin, cell, (0, b""), end])));
        assert!(!is_whole(&records(&[cell, end])));
        let mut noise = whole.clone();
        noise[9..13].copy_from_slice(&[9, 9, 0xFF, 0xFF]);
        assert!(!is_whole(&noise));
    }

    #[test]
    fn strings_of_slides_are_found_once_and_not_again() {
        let mut stream = vec![0x0F, 0, 0xE8, 3, 0, 0, 0, 0];
        for text in ["Jane Roe", "MRN 1", "MRN 1"] {
            stream.extend([0, 0, 0xA8, 0x0F, text.len() as u8, 0, 0, 0]);
            stream.extend(text.bytes());
        }
        let mut found = Leftovers::beside("x\nJane Roe\n");
        of_slides(&stream, &mut found);
        assert_eq!(found.lines(), ["MRN 1"]);
    }
}
