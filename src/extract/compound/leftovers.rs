//! Strings that the readers of workbooks and presentations pass over: headers and footers of
//! pages, boxes of text, controls, comments' authors, and what an earlier save left behind.

use std::collections::HashSet;

use crate::extract::labelled::Labelled;
use crate::extract::normal::normal;

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
    pub(super) fn add(&mut self, string: &str) {
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
    pub(super) fn push(&mut self, string: &str) {
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

/// Characters of two bytes each.
pub(super) fn wide(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
