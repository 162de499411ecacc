//! The Subject with the prefix that orders encryption: once, and where MTAs look for it.

use super::encoded;
use crate::config;

/// The longest line of a header field that is legal, RFC 5322 section 2.1.1.
const LINE: usize = 998;

/// Marks that mail programs put before the Subject of an answer or a forwarded message.
const ANSWER_MARKS: &[&str] = &[
    "re", "fw", "fwd", "aw", "wg", "sv", "vs", "vb", "antw", "doorst", "rv", "tr", "rif", "res",
    "enc", "odp", "pd", "ynt",
];

/// The value of a Subject with the prefix before it.
///
/// What an MTA's header check sees is the raw field, at its start: `^Subject: \[SECURE\]`. So a
/// prefix that stands there already is left as it is; one that stands behind `Re:`, behind a fold
/// or in other letter case is moved to the front, so that it is seen and does not gather with each
/// answer; so is one at the start of the first encoded word (RFC 2047), which is not seen either.
/// Otherwise every byte of the value stays as it was behind the prefix, folds, encoded words and
/// raw 8-bit included.
pub(super) fn prefixed(value: &[u8], subject: &config::Subject) -> Vec<u8> {
    let prefix = clean(&subject.prefix);
    let marker = prefix.trim_ascii();
    if marker.is_empty() || value.starts_with(marker) {
        return value.to_vec();
    }
    if let Some((before, after)) = around_marker(value, marker) {
        let after = after.strip_prefix(b" ").unwrap_or(after);
        // A fold on both sides would leave a line of white space alone.
        let before = if after.starts_with(b"\n") { before.trim_ascii_end() } else { before };
        let rest = [before.trim_ascii_start(), after].concat();
        return joined(&prefix, rest.trim_ascii_end());
    }
    match encoded::without_marker(value, marker) {
        Some(rest) => joined(&prefix, rest.trim_ascii_start()),
        None => joined(&prefix, value),
    }
}

/// The prefix and the neutral text.
pub(super) fn neutral(subject: &config::Subject) -> Vec<u8> {
    let text = clean(&subject.neutral);
    let text = if text.is_ascii() { text } else { encoded_words(&subject.neutral) };
    joined(&clean(&subject.prefix), text.trim_ascii())
}

/// Prefix and rest; on a line of its own when the first line would be too long, and then what
/// separates them is the fold, so that unfolding gives the same bytes.
fn joined(prefix: &[u8], rest: &[u8]) -> Vec<u8> {
    if rest.is_empty() {
        return prefix.trim_ascii_end().to_vec();
    }
    let first_line = rest.split(|&b| b == b'\n').next().map_or(0, <[u8]>::len);
    let too_long = "Subject: ".len() + prefix.len() + first_line > LINE;
    match prefix.strip_suffix(b" ") {
        Some(marker) if too_long && !marker.is_empty() => [marker, b"\n ", rest].concat(),
        _ => [prefix, rest].concat(),
    }
}

/// What stands before and after the marker, when nothing but white space and answer marks stands
/// before it.
pub(super) fn around_marker<'a>(value: &'a [u8], marker: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let mut rest = value.trim_ascii_start();
    loop {
        if let Some((start, after)) = rest.split_at_checked(marker.len())
            && start.eq_ignore_ascii_case(marker)
        {
            let before = value.get(..value.len() - rest.len())?;
            return Some((before, after));
        }
        rest = without_answer_mark(rest)?;
    }
}

/// What follows one `Re:` or `Re[2]:`.
pub(super) fn without_answer_mark(value: &[u8]) -> Option<&[u8]> {
    let colon = value.iter().take(12).position(|&b| b == b':')?;
    let (mark, after) = value.split_at_checked(colon)?;
    let letters = mark.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(mark.len());
    let (word, count) = mark.split_at_checked(letters)?;
    let counted = |b: &u8| b.is_ascii_digit() || b"[]() ".contains(b);
    let known = ANSWER_MARKS.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    (known && count.iter().all(counted))
        .then(|| after.get(1..).unwrap_or_default().trim_ascii_start())
}

/// A configured text with nothing in it that could end a field.
fn clean(text: &str) -> Vec<u8> {
    text.bytes().map(|b| if b.is_ascii_control() { b' ' } else { b }).collect()
}

/// Text as encoded words of at most 75 characters, RFC 2047 section 2.
fn encoded_words(text: &str) -> Vec<u8> {
    const START: &str = "=?utf-8?q?";
    let mut words = String::from(START);
    let mut length = START.len();
    for c in text.chars() {
        let mut bytes = [0; 4];
        let encoded: String =
            c.encode_utf8(&mut bytes).bytes().map(|b| format!("={b:02X}")).collect();
        if length + encoded.len() + 2 > 75 {
            words.push_str("?=\n ");
            words.push_str(START);
            length = START.len();
        }
        length += encoded.len();
        words.push_str(&encoded);
    }
    words.push_str("?=");
    words.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secure(value: impl AsRef<[u8]>) -> Vec<u8> {
        prefixed(value.as_ref(), &config::Subject::default())
    }

    #[test]
    fn every_byte_stays_behind_the_prefix() {
        let values: [&[u8]; 7] = [
            b"plain",
            b"folded\n\tonce\n  and again",
            b"=?utf-8?q?J=C3=BCrgen?=\n =?utf-8?b?w7w=?=",
            b"raw \xfc\xe9 and \xff",
            b" two spaces",
            b"\n folded at once",
            b"trailing \t ",
        ];
        for value in values {
            assert_eq!(secure(value), [b"[SECURE] ", value].concat());
        }
    }

    #[test]
    fn a_subject_that_bears_the_prefix_is_written_again_unchanged() {
        for value in ["[SECURE] lab", "[SECURE]", "[SECURE]lab", "[SECURE]\n lab\n  two "] {
            assert_eq!(secure(value), value.as_bytes());
        }
    }

    #[test]
    fn a_prefix_that_header_checks_would_not_see_is_moved_to_the_front() {
        for (value, expected) in [
            ("Re: [SECURE] lab", "[SECURE] Re: lab"),
            ("RE[2]: Fwd: [SECURE] lab\n two", "[SECURE] RE[2]: Fwd: lab\n two"),
            ("  [SECURE] lab", "[SECURE] lab"),
            ("\n [SECURE] lab", "[SECURE] lab"),
            ("\t[SECURE]", "[SECURE]"),
            ("[secure] lab", "[SECURE] lab"),
            ("Re: [Secure]", "[SECURE] Re:"),
            ("Re:\n [SECURE]\n lab", "[SECURE] Re:\n lab"),
        ] {
            assert_eq!(String::from_utf8_lossy(&secure(value)), expected, "{value:?}");
            assert_eq!(secure(secure(value)), secure(value));
        }
    }

    #[test]
    fn an_encoded_prefix_is_moved_to_the_front() {
        for value in ["=?utf-8?q?[SECURE]_l=C3=A4b?=", "\n =?utf-8?q?[secure]_l=C3=A4b?="] {
            assert_eq!(secure(value), b"[SECURE] =?utf-8?q?l=C3=A4b?=");
        }
        assert_eq!(secure("=?utf-8?q?[SECURE]?="), b"[SECURE]");
    }

    #[test]
    fn a_prefix_elsewhere_does_not_count() {
        for value in ["about [SECURE] mail", "=?utf-8?q?on_[SECURE]?=", "note: [SECURE] lab"] {
            assert_eq!(secure(value), format!("[SECURE] {value}").into_bytes());
        }
    }

    #[test]
    fn an_empty_or_missing_subject_becomes_the_prefix_alone() {
        assert_eq!(secure(""), b"[SECURE]");
    }

    #[test]
    fn a_line_that_would_grow_too_long_is_folded_behind_the_prefix() {
        let long = "x".repeat(985);
        assert_eq!(secure(&long), format!("[SECURE]\n {long}").into_bytes());
        let fits = "x".repeat(980);
        assert_eq!(secure(&fits), format!("[SECURE] {fits}").into_bytes());
    }

    #[test]
    fn a_neutral_subject_is_ascii_whatever_the_config_says() {
        assert_eq!(neutral(&config::Subject::default()), b"[SECURE] Protected message");
        let subject =
            config::Subject { neutral: "Gesch\u{fc}tzte Nachricht".repeat(4), prefix: "S ".into() };
        let value = neutral(&subject);
        assert!(value.is_ascii() && value.starts_with(b"S =?utf-8?q?=47=65"));
        assert!(value.split(|&b| b == b'\n').all(|line| line.len() <= 78));
    }

    #[test]
    fn a_line_break_in_the_config_can_not_start_a_new_field() {
        let subject = config::Subject { prefix: "[S]\r\nBcc: x ".into(), neutral: "a\nb".into() };
        assert_eq!(neutral(&subject), b"[S]  Bcc: x a b");
        assert_eq!(prefixed(b"lab", &subject), b"[S]  Bcc: x lab");
    }
}
