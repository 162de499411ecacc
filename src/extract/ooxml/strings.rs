//! The strings of a workbook that its cells refer to.

use std::borrow::Cow;

use super::super::normal::push_normal;
use super::super::office::xml::{Token, Tokens};

/// All shared strings in one, with their ends: as much memory as their part has bytes.
#[derive(Debug, Default)]
pub(super) struct Strings {
    all: String,
    ends: Vec<u32>,
    /// Whether a cell refers to the string.
    used: Vec<bool>,
}

impl Strings {
    /// Reads the part; false with it when the part is damaged.
    pub(super) fn read(xml: &str) -> (Self, bool) {
        let mut strings = Self::default();
        let mut tokens = Tokens::of(xml);
        // What is open: in a text, in what stands above it to read it by, in neither.
        let mut open: Vec<Open> = Vec::new();
        while let Some(token) = tokens.next() {
            match token {
                Token::Start(element) => {
                    let within = match element.name() {
                        "t" => Open::Text,
                        "si" => Open::String,
                        "rPh" => {
                            strings.all.push(' ');
                            Open::Other
                        }
                        _ => Open::Other,
                    };
                    open.push(within);
                }
                Token::End => {
                    if open.pop() == Some(Open::String) {
                        let end = u32::try_from(strings.all.len()).unwrap_or(u32::MAX);
                        strings.ends.push(end);
                    }
                }
                Token::Text(text) if open.last() == Some(&Open::Text) => {
                    push_normal(&without_escapes(&text), &mut strings.all);
                }
                Token::Text(_) | Token::Aside(_) => {}
            }
        }
        if open.contains(&Open::String) {
            strings.ends.push(u32::try_from(strings.all.len()).unwrap_or(u32::MAX));
        }
        strings.used = vec![false; strings.ends.len()];
        (strings, !tokens.damaged())
    }

    /// A string that a cell shows.
    pub(super) fn shown(&mut self, index: usize) -> Option<&str> {
        *self.used.get_mut(index)? = true;
        self.at(index)
    }

    /// Strings that no cell shows: they were deleted, and left in the file.
    pub(super) fn orphans(&self) -> impl Iterator<Item = &str> {
        let unused = self.used.iter().enumerate().filter(|(_, used)| !**used);
        unused.filter_map(|(index, _)| self.at(index))
    }

    /// A string, whoever shows it.
    fn at(&self, index: usize) -> Option<&str> {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.all.get(start.unwrap_or(0) as usize..*self.ends.get(index)? as usize)
    }
}

/// A string with its characters in place of `_xHHHH_` (section 22.9.2.19).
pub(super) fn without_escapes(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'_', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("_x") {
        out.push_str(before);
        let code = behind.split_at_checked(4).filter(|(_, behind)| behind.starts_with('_'));
        let number = code.and_then(|(hex, _)| u32::from_str_radix(hex, 16).ok());
        match (number.and_then(char::from_u32), code) {
            (Some(character), Some((_, behind))) => {
                out.push(character);
                rest = behind.get(1..).unwrap_or_default();
            }
            _ => {
                out.push_str("_x");
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    String,
    Text,
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_characters_are_characters() {
        assert_eq!(
            without_escapes("_x0035_36-22_x002D_8471 _x_ _xZZZZ_ _x00"),
            "536-22-8471 _x_ _xZZZZ_ _x00"
        );
    }

    #[test]
    fn strings_join_their_runs_and_the_unused_ones_are_known() {
        let xml = "<sst count='4294967295'><si><t>Ann</t></si><si/>\
            <si><r><t>M</t></r><r><t>RN</t></r></si><si><t>gone</t></si><si><t>cut";
        let (mut strings, _) = Strings::read(xml);
        for (index, shown) in [(0, Some("Ann")), (2, Some("MRN")), (1, Some("")), (9, None)] {
            assert_eq!(strings.shown(index), shown, "{index}");
        }
        assert_eq!(strings.orphans().collect::<Vec<_>>(), ["gone", "cut"]);
    }
}
