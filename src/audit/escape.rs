//! What may stand in a log line: nothing that a terminal, a syslogd or a reader could take for
//! something else.

use std::fmt::Write;

/// Writes `text` as one item of a line: control characters, white space, separators of the line's
/// own grammar and whatever is not plainly printable become `\u{..}`. After `longest` bytes it is cut,
/// which `...` marks.
pub(super) fn item(out: &mut String, text: &str, longest: usize) {
    let end = out.len() + longest;
    for c in text.chars() {
        if out.len() >= end {
            out.push_str("...");
            return;
        }
        let plain = (c.is_ascii_graphic() && !"<>,\\\"".contains(c))
            || (!c.is_ascii() && c.is_alphanumeric());
        if plain {
            out.push(c);
        } else {
            escape(out, c);
        }
    }
}

/// Writes a message of the program itself: words and spaces stay, line breaks become `\n`, other
/// control characters `\u{..}`. At most `longest` bytes are taken.
pub(super) fn message(text: &str, longest: usize) -> String {
    let mut out = String::with_capacity(text.len().min(longest) + 8);
    for c in text.chars() {
        if out.len() >= longest {
            out.push_str("...");
            break;
        }
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push(' '),
            ' ' => out.push(' '),
            c if c.is_ascii_graphic() || (!c.is_ascii() && c.is_alphanumeric()) => out.push(c),
            c => escape(&mut out, c),
        }
    }
    out
}

fn escape(out: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        item(&mut out, text, 40);
        out
    }

    #[test]
    fn an_item_cannot_end_its_line_or_begin_another_field() {
        assert_eq!(escaped("jane@hospital.example"), "jane@hospital.example");
        assert_eq!(escaped("a\r\nverdict=accept"), "a\\u{d}\\u{a}verdict=accept");
        assert_eq!(escaped("a b,c>d"), "a\\u{20}b\\u{2c}c\\u{3e}d");
        assert_eq!(escaped("\u{1b}[31m"), "\\u{1b}[31m");
        assert_eq!(escaped("jané"), "jané");
        assert_eq!(escaped("\u{202e}x\u{7f}\u{85}"), "\\u{202e}x\\u{7f}\\u{85}");
        assert_eq!(escaped("\\u{a}"), "\\u{5c}u{a}");
    }

    #[test]
    fn an_item_without_end_is_cut() {
        assert_eq!(escaped(&"x".repeat(4000)), format!("{}...", "x".repeat(40)));
        assert!(escaped(&"\u{202e}".repeat(4000)).len() < 60);
    }

    #[test]
    fn a_message_stays_readable_and_stays_on_its_line() {
        assert_eq!(message("error[P001]:\n  --> x\u{0}", 400), "error[P001]:\\n  --> x\\u{0}");
        assert_eq!(message(&"y".repeat(500), 10), format!("{}...", "y".repeat(10)));
    }
}
