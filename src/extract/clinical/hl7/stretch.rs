//! Where HL7 stands in a text, and where it ends.

use std::ops::Range;

use memchr::memmem;

use super::lines::{Line, Lines, Role};
use super::segment::{Delimiters, is_header};

/// Lines and bytes that are looked at to see whether a message goes on behind words.
const LINES_AHEAD: usize = 40;
const BYTES_AHEAD: usize = 8192;
/// Bytes before a header in which quoting and framing may stand.
const BEFORE: usize = 24;
/// Fields of a segment that is no header, or stands in the middle of a line.
const FIELDS: usize = 5;

/// Bytes that are searched for all heads before the next are: a head that there is none of is not
/// searched to the end of the text for each message.
const WINDOW: usize = 64 << 10;

/// The first stretch of segments in a text.
pub(in crate::extract::clinical) fn find(text: &str) -> Option<Range<usize>> {
    let names = ["MSH", "FHS", "BHS", "PID|"].map(memmem::Finder::new);
    let bytes = text.as_bytes();
    let mut from = 0;
    while from < bytes.len() {
        // A name that stands across the border belongs to the window before it.
        let until = from.saturating_add(WINDOW).saturating_add(3).min(bytes.len());
        let window = bytes.get(from..until).unwrap_or_default();
        let heads = names.iter().filter_map(|name| {
            let found = name.find_iter(window).filter_map(|at| at.checked_add(from));
            found.into_iter().find(|&at| is_head(text, at))
        });
        if let Some(start) = heads.min() {
            return Some(start..end(text, start));
        }
        from = from.saturating_add(WINDOW);
    }
    None
}

fn is_head(text: &str, at: usize) -> bool {
    let (Some(before), Some(line)) = (text.get(..at), text.get(at..)) else { return false };
    let near = line.get(..line.floor_char_boundary(1000)).unwrap_or(line);
    let has_fields = |sign: char| near.match_indices(sign).nth(FIELDS).is_some();
    let begins = begins_line(before);
    if !line.get(..3).is_some_and(is_header) {
        return begins && has_fields(Delimiters::USUAL.field);
    }
    if begins {
        // One that is cut short has few fields.
        let short = line.len() < 100;
        return Delimiters::of_header(near).is_some_and(|signs| short || has_fields(signs.field));
    }
    let signs = ["MSH|^~\\&|", "MSH|^~\\\\&|"];
    let usual = signs.iter().any(|signs| line.starts_with(signs));
    usual && !before.ends_with(char::is_alphanumeric) && has_fields('|')
}

/// Whether nothing but quoting and framing stands before it in its line.
fn begins_line(before: &str) -> bool {
    let from = before.floor_char_boundary(before.len().saturating_sub(BEFORE));
    let near = before.get(from..).unwrap_or_default();
    let blank = near.trim_end_matches(['>', ' ', '\t', '\u{B}', '\u{FEFF}', '\u{A0}']);
    blank.ends_with(['\r', '\n', '\u{1C}']) || blank.is_empty() && from == 0
}

/// Where the segments end that begin at `start`.
fn end(text: &str, start: usize) -> usize {
    let mut delimiters = Delimiters::USUAL;
    let mut end = start;
    let mut wrapped = false;
    // A segment is known to begin here: all before it belongs to the stretch.
    let mut known = start;
    for line in Lines::from(text, start) {
        let role = line.role(&delimiters, wrapped);
        match role {
            Role::Header(new) => delimiters = new,
            Role::Segment => {}
            Role::Words if wrapped || divided(&line, &delimiters) || line.start < known => {}
            Role::Blank if line.start < known => {}
            Role::Blank | Role::Words => match goes_on(text, &line, &delimiters) {
                Some(at) => known = at,
                None => break,
            },
        }
        if role != Role::Blank {
            end = line.end;
        }
        wrapped = role != Role::Blank && line.may_be_wrapped();
    }
    end
}

fn divided(line: &Line<'_>, delimiters: &Delimiters) -> bool {
    line.words.contains([delimiters.field, delimiters.component])
}

/// Where the next segment begins, if the message goes on behind a line that is none. Another
/// message does so only behind blank lines: words between two messages are no part of either.
fn goes_on(text: &str, from: &Line<'_>, delimiters: &Delimiters) -> Option<usize> {
    let mut words = false;
    for line in Lines::from(text, from.start).take(LINES_AHEAD) {
        if line.start.saturating_sub(from.start) > BYTES_AHEAD {
            return None;
        }
        match line.role(delimiters, true) {
            Role::Segment => return Some(line.start),
            Role::Header(_) => return (!words).then_some(line.start),
            Role::Words => words = true,
            Role::Blank => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "MSH|^~\\&|LAB|EXAMPLE|EHR|EXAMPLE|202603140915||ORU^R01|1|P|2.5.1";

    fn found(text: &str) -> Option<&str> {
        text.get(find(text)?)
    }

    #[test]
    fn words_around_a_message_are_none_of_it() {
        let text = format!("Hi Kim,\n\n{HEAD}\nPID|1||7\n\nCan you look?\nJane | Lab\n");
        assert_eq!(found(&text), Some(format!("{HEAD}\nPID|1||7").as_str()));
        assert_eq!(found("No message here, nor an MSH of one.\nPID|1\nMSH is a header\n"), None);
    }

    #[test]
    fn messages_with_blank_lines_between_them_are_one_stretch() {
        let text = format!("{HEAD}\r\n\r\nPID|1||7\r\n\r\n\r\n{HEAD}\r\nPID|1||8\r\n");
        assert_eq!(find(&text), Some(0..text.len() - 2));
    }

    #[test]
    fn a_note_with_blank_lines_in_it_goes_on() {
        let text = format!("{HEAD}\nOBX|1|TX|N||first\n\nsecond\nOBX|2|TX|N||third\n");
        assert_eq!(find(&text), Some(0..text.len() - 1));
    }

    #[test]
    fn a_message_without_its_header_begins_with_its_patient() {
        let text =
            "see below\n> PID|1||773014^^^EXAMPLE^MR||ROE^JANE||19680719|F\n> PV1|1|I\nThanks";
        assert_eq!(
            found(text),
            Some("PID|1||773014^^^EXAMPLE^MR||ROE^JANE||19680719|F\n> PV1|1|I")
        );
    }

    #[test]
    fn a_log_line_holds_one_in_its_middle() {
        let text = format!("12:04 INFO in: {HEAD}\n");
        assert_eq!(found(&text), Some(HEAD));
        assert_eq!(found("The head is MSH|^~\\&| as ever"), None);
    }
}
