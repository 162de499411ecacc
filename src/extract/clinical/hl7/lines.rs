//! From lines to segments: line ends of any kind, MLLP frames, quoted mail, lines that a mail
//! client has wrapped or run together.

use super::codes::is_segment;
use super::segment::{Delimiters, Segment};

/// Bytes of a line behind which a mail client may have wrapped.
const WRAPPED: std::ops::RangeInclusive<usize> = 60..=100;

/// What loggers and exports write for the line end of a segment.
const WRITTEN_ENDS: &[&str] = &[
    "\\r\\n", "\\r", "\\n", "<CR>", "<cr>", "<CR><LF>", "<LF>", "\\x0d", "&#xd;", "&#13;", "<br>",
    "<br/>",
];

/// A line of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub start: usize,
    /// Where it ends, its line break left out.
    pub end: usize,
    /// Without what mail and frames put before it.
    pub words: &'a str,
}

/// Walks over lines.
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    pub(super) const fn from(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr3(b'\r', b'\n', 0x1C, rest.as_bytes()).unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        let start = self.at;
        let end = start.saturating_add(length);
        self.at = end.saturating_add(1);
        if rest.get(length..).is_some_and(|rest| rest.starts_with("\r\n")) {
            self.at = self.at.saturating_add(1);
        }
        Some(Line { start, end, words: unquoted(line) })
    }
}

/// Takes off what quoting, indenting, framing and byte order marks put before a line.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t', '\u{B}', '\u{1C}', '\u{FEFF}', '\u{200B}', '\u{A0}'])
}

/// What a line is, among segments that are divided by certain signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Begins a message, a batch or a file.
    Header(Delimiters),
    /// Begins another segment.
    Segment,
    Blank,
    /// Goes on with the segment before, or is no part of it.
    Words,
}

impl Line<'_> {
    /// `wrapped` says that the line before may have been wrapped: then it takes a known name to
    /// begin a segment.
    pub(super) fn role(&self, delimiters: &Delimiters, wrapped: bool) -> Role {
        if self.words.trim().is_empty() {
            return Role::Blank;
        }
        if let Some(delimiters) = Delimiters::of_header(self.words) {
            return Role::Header(delimiters);
        }
        let Some(name) = self.words.get(..3) else { return Role::Words };
        let begins = match self.words.get(3..).and_then(|rest| rest.chars().next()) {
            Some(sign) => {
                sign == delimiters.field && (is_segment(name) || !wrapped && is_name(name))
            }
            None => is_segment(name),
        };
        if begins { Role::Segment } else { Role::Words }
    }

    /// Whether a mail client may have wrapped behind it.
    pub(super) fn may_be_wrapped(&self) -> bool {
        WRAPPED.contains(&self.words.len()) || self.words.ends_with(' ')
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Gives the segments of a stretch, one after the other.
pub(super) fn each(stretch: &str, mut take: impl FnMut(Segment<'_>)) {
    let mut delimiters = Delimiters::USUAL;
    let mut whole = String::new();
    let mut before: Option<Line<'_>> = None;
    for line in Lines::from(stretch, 0) {
        let wrapped = before.is_some_and(|before| before.may_be_wrapped());
        match line.role(&delimiters, wrapped) {
            Role::Blank => continue,
            Role::Words if !whole.is_empty() => {
                go_on(&mut whole, before.as_ref(), line.words, &delimiters);
            }
            role => {
                parts(&whole, delimiters, &mut take);
                whole.clear();
                if let Role::Header(new) = role {
                    delimiters = new;
                }
                whole.push_str(line.words);
            }
        }
        before = Some(line);
    }
    parts(&whole, delimiters, &mut take);
}

/// Adds a line to the segment that it goes on with.
fn go_on(whole: &mut String, before: Option<&Line<'_>>, words: &str, delimiters: &Delimiters) {
    let sign = |sign: char| {
        sign == delimiters.field || sign == delimiters.component || sign == delimiters.repetition
    };
    let long = before.is_none_or(|before| before.words.len() >= *WRAPPED.start());
    if whole.ends_with(sign) || words.starts_with(sign) || whole.ends_with(' ') {
        // The line broke where there was nothing.
    } else if long {
        whole.push(' ');
    } else {
        whole.push('\n');
    }
    whole.push_str(words);
}

/// Gives the segments of one line: most of the time one, more where their line ends are lost.
fn parts(whole: &str, mut delimiters: Delimiters, take: &mut impl FnMut(Segment<'_>)) {
    let mut rest = whole;
    while !rest.is_empty() {
        if let Some(new) = Delimiters::of_header(rest) {
            delimiters = new;
        }
        let next = run_together(rest, delimiters.field);
        let (one, behind) = rest.split_at_checked(next).unwrap_or((rest, ""));
        let one =
            WRITTEN_ENDS.iter().fold(one.trim_end_matches(['\u{B}', '\u{1C}']), |one, end| {
                one.trim_end().strip_suffix(end).unwrap_or(one)
            });
        if let Some((name, rest)) = one.split_at_checked(3) {
            take(Segment { name, rest, delimiters });
        } else {
            take(Segment { name: "", rest: one, delimiters });
        }
        rest = behind;
    }
}

/// Where the next segment begins in the line of another.
fn run_together(line: &str, field: char) -> usize {
    for (at, _) in line.match_indices(field) {
        let Some(start) = at.checked_sub(3).filter(|&start| start > 0) else { continue };
        // Signs are many, and few have before them what a name ends with.
        let last = line.as_bytes().get(at - 1);
        if !last.is_some_and(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            continue;
        }
        let (Some(before), Some(name)) = (line.get(..start), line.get(start..at)) else { continue };
        if is_segment(name) && (before.ends_with([' ', '\u{B}']) || ends_written(before)) {
            return start;
        }
    }
    line.len()
}

fn ends_written(before: &str) -> bool {
    WRITTEN_ENDS.iter().any(|end| before.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(stretch: &str) -> Vec<String> {
        let mut all = Vec::new();
        each(stretch, |segment| all.push(format!("{}{}", segment.name, segment.rest)));
        all
    }

    #[test]
    fn lines_end_in_any_way() {
        let wanted = ["MSH|^~\\&|A", "PID|1", "PV1|2"];
        for end in ["\r", "\n", "\r\n", "\r\n\r\n"] {
            assert_eq!(segments(&wanted.join(end)), wanted, "{end:?}");
        }
        assert_eq!(
            segments("\u{B}MSH|^~\\&|A\rPID|1\r\u{1C}\r\u{B}MSH|^~\\&|A"),
            [wanted[0], wanted[1], wanted[0]]
        );
    }

    #[test]
    fn wrapped_and_quoted_lines_are_one_segment_again() {
        let text = "> PID|1||773014^^^EXAMPLE^MR||ROE^JANE^Q||19680719|F|||12 Elm Street^^\n> SPRINGFIELD^IL^62701\n> NTE|1||one\nmore\n";
        let wanted = [
            "PID|1||773014^^^EXAMPLE^MR||ROE^JANE^Q||19680719|F|||12 Elm Street^^SPRINGFIELD^IL^62701",
            "NTE|1||one\nmore",
        ];
        assert_eq!(segments(text), wanted);
    }

    #[test]
    fn segments_that_run_together_are_told_apart() {
        assert_eq!(segments("MSH|^~\\&|A PID|1||7 PV1|1"), ["MSH|^~\\&|A ", "PID|1||7 ", "PV1|1"]);
        assert_eq!(
            segments("MSH|^~\\&|A\\rPID|1||7<CR>PV1|1"),
            ["MSH|^~\\&|A", "PID|1||7", "PV1|1"]
        );
    }
}
