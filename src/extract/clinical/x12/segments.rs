//! The segments of a stretch of X12, with the breaks taken out that mail puts into them.

use std::ops::Range;

use super::separators::{End, Separators};
use super::tables;

/// Bytes of the longest segment, binary ones aside.
const LONGEST: usize = 8192;
/// A line that is shorter is not wrapped.
const WRAPPED: usize = 60;
/// Lines that are cut to one width are not narrower.
const NARROWEST: usize = 40;
/// Widths to which programs cut lines.
const WIDTHS: [usize; 9] = [60, 64, 70, 72, 76, 78, 79, 80, 132];

/// A segment.
#[derive(Debug)]
pub(super) struct Segment {
    pub id: String,
    elements: Vec<String>,
    pub separators: Separators,
}

impl Segment {
    /// An element by its number in the standard, counted from 1; empty where it is not there.
    pub(super) fn get(&self, number: usize) -> &str {
        let at = number.checked_sub(1);
        at.and_then(|at| self.elements.get(at)).map_or("", |element| element.trim())
    }

    /// How many elements there are.
    pub(super) fn len(&self) -> usize {
        self.elements.len()
    }

    /// The repetitions of an element.
    pub(super) fn repetitions(&self, number: usize) -> impl Iterator<Item = &str> {
        self.get(number).split(self.separators.repetition).map(str::trim)
    }

    /// The components of an element or of a repetition.
    pub(super) fn components<'s>(&self, value: &'s str) -> Vec<&'s str> {
        value.split(self.separators.component).map(str::trim).collect()
    }
}

/// Walks over the segments from the head of a stretch.
#[derive(Debug)]
pub(super) struct Segments<'a> {
    text: &'a str,
    at: usize,
    separators: Separators,
    /// Whether the lines have the marks of a quotation before them.
    quoted: bool,
    /// Whether lines were cut to one width.
    is_filled: bool,
}

impl<'a> Segments<'a> {
    /// Those of a text that begins with a segment. `quoted`: its line does with a mark.
    pub(super) fn of(text: &'a str, separators: Separators, quoted: bool) -> Self {
        Self { text, at: 0, separators, quoted, is_filled: is_filled(text) }
    }

    /// Where the last one ends that was given.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The span of the next one, without what ends it.
    pub(super) fn next_span(&mut self) -> Option<Range<usize>> {
        let start = self.skip_blanks(self.at);
        let rest = self.text.get(start..)?;
        if rest.starts_with("ISA")
            && let Some(declared) = Separators::declared(rest)
        {
            self.separators = declared;
        }
        if !self.begins(rest) {
            return None;
        }
        let end = start + self.length(rest);
        self.at = end;
        if let End::Sign(sign) = self.separators.end
            && self.text.get(end..).is_some_and(|rest| rest.starts_with(sign))
        {
            self.at += sign.len_utf8();
        }
        Some(start..end)
    }

    fn skip_blanks(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let blank = |c: char| {
            c.is_whitespace() && c != self.separators.element
                || (self.quoted && c == '>')
                || (from > 0 && self.separators.end.is(c))
                || matches!(c, '\u{FEFF}' | '\u{200B}' | '\u{1A}' | '\0' | '\u{B}')
        };
        from + (rest.len() - rest.trim_start_matches(blank).len())
    }

    /// Whether a text begins with the name of a segment, and with what may stand behind it.
    fn begins(&self, text: &str) -> bool {
        let Separators { element, end, declared, .. } = self.separators;
        let mut name = [0u8; 3];
        let mut length = 0;
        let mut wrapped = false;
        for c in text.chars().take(16) {
            match c {
                'A'..='Z' | '0'..='9' if length < 3 => {
                    if let (Some(place), Ok(byte)) = (name.get_mut(length), u8::try_from(c)) {
                        *place = byte;
                    }
                    length += 1;
                }
                '\r' | '\n' if !end.is(c) && length > 0 => wrapped = true,
                '>' | ' ' if wrapped && self.quoted => {}
                _ => {
                    let name = name.get(..length).and_then(|name| std::str::from_utf8(name).ok());
                    let name = name.unwrap_or_default();
                    let known = tables::is_segment(name);
                    let looks =
                        name.len() >= 2 && name.starts_with(|c: char| c.is_ascii_uppercase());
                    return (c == element && (known || declared && looks && !wrapped))
                        || (end.is(c) && known);
                }
            }
        }
        false
    }

    /// Bytes of the segment that a text begins with.
    fn length(&self, text: &str) -> usize {
        if let Some(length) = self.binary(text) {
            return length;
        }
        let window = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
        match self.separators.end {
            End::Sign(sign) => match window.find(sign) {
                Some(end) => end,
                None => self.cut_off(window),
            },
            End::Line => self.lines(window),
        }
    }

    /// Bytes of a binary segment, which says its length (`BIN*1024*...`).
    fn binary(&self, text: &str) -> Option<usize> {
        let element = self.separators.element;
        // BDS says first by what filter the data were written.
        let (behind, before) = match text.strip_prefix("BDS") {
            Some(behind) => (behind, 1),
            None => (text.strip_prefix("BIN")?, 0),
        };
        let mut parts = behind.strip_prefix(element)?.splitn(before + 2, element).skip(before);
        let (length, data) = (parts.next()?, parts.next()?);
        let length: usize = length.get(..length.len().min(9))?.parse().ok()?;
        let end = (text.len() - data.len()).checked_add(length)?;
        let rest = text.get(end..)?;
        rest.chars().next().is_none_or(|c| self.separators.end.is(c)).then_some(end)
    }

    /// Bytes of a segment that nothing ends: its line, and those that go on with it.
    fn cut_off(&self, window: &str) -> usize {
        let mut end = 0;
        for line in window.split_inclusive('\n') {
            if end > 0 && !line.contains(self.separators.element) {
                break;
            }
            end += line.len();
        }
        window.get(..end).unwrap_or_default().trim_end().len()
    }

    /// Bytes of a segment that a line break ends: its line, and the next where that was wrapped.
    fn lines(&self, window: &str) -> usize {
        let mut end = 0;
        let mut lines = window.split_inclusive(['\n', '\r']).peekable();
        while let Some(line) = lines.next() {
            end += line.len();
            let is_long = line.trim_end().len() >= WRAPPED;
            let goes_on = lines.peek().is_some_and(|next| {
                let next = self.unquoted(next);
                !next.trim().is_empty()
                    && !self.begins(next)
                    && next.contains(self.separators.element)
            });
            if !is_long || !goes_on {
                break;
            }
        }
        window.get(..end).unwrap_or_default().trim_end_matches(['\n', '\r']).len()
    }

    fn unquoted<'t>(&self, line: &'t str) -> &'t str {
        if self.quoted { line.trim_start_matches(['>', ' ']) } else { line }
    }

    /// What stands in a span, as a segment.
    fn segment(&self, span: Range<usize>) -> Segment {
        let raw = self.text.get(span).unwrap_or_default();
        let separators = self.separators;
        let mut elements = Vec::new();
        let joined = self.joined(raw);
        let mut parts = joined.split(separators.element);
        let id = parts.next().unwrap_or_default().trim().to_owned();
        if let "BIN" | "BDS" = id.as_str() {
            let most = if id == "BIN" { 3 } else { 4 };
            elements.extend(joined.splitn(most, separators.element).skip(1).map(str::to_owned));
        } else {
            elements.extend(parts.map(str::to_owned));
        }
        Segment { id, elements, separators }
    }

    /// A segment without the breaks in it. Where lines are all of one width nothing stood at the
    /// break; else a blank did, unless it is still there.
    fn joined(&self, raw: &str) -> String {
        if !raw.contains(['\n', '\r']) {
            return raw.to_owned();
        }
        let mut joined = String::with_capacity(raw.len());
        for (number, line) in raw.split(['\n', '\r']).enumerate() {
            let line = if number == 0 { line } else { self.unquoted(line) };
            let between = joined.chars().next_back().zip(line.chars().next());
            let words = between.is_some_and(|(a, b)| a.is_alphanumeric() && b.is_alphanumeric());
            if words && !self.is_filled {
                joined.push(' ');
            }
            joined.push_str(line);
        }
        joined
    }
}

/// Whether the lines of a text are as wide as each other, since a program cut them so.
fn is_filled(text: &str) -> bool {
    let window = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
    let widths: Vec<usize> = window.lines().take(5).map(str::len).collect();
    let two = widths
        .windows(2)
        .any(|pair| pair.first() == pair.last() && pair.iter().all(|&width| width >= NARROWEST));
    two || widths.len() == 2 && widths.first().is_some_and(|width| WIDTHS.contains(width))
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        let span = self.next_span()?;
        Some(self.segment(span))
    }
}
