//! Splits the header of a message or part into its fields (RFC 5322 section 2.2), as sloppily as
//! mail programs do.

use memchr::{memchr, memchr2, memmem};

/// One field, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// What stands before the colon, white space trimmed. Empty for a line in the header that is
    /// no field at all.
    pub name: &'a [u8],
    /// What stands after it, folds included, without the last line break.
    pub value: &'a [u8],
}

impl Field<'_> {
    /// Whether the field has that name, in any case.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// The fields of a header, in order.
#[derive(Debug, Clone, Default)]
pub struct Header<'a> {
    /// All of them.
    pub fields: Vec<Field<'a>>,
}

impl<'a> Header<'a> {
    /// Splits a message or part into its header and its body.
    ///
    /// The header ends at the first empty line. A line that can be neither a field nor the
    /// continuation of one ends it too and belongs to the body, unless more MIME fields follow at
    /// once: then it is kept as a field with no name.
    #[must_use]
    pub fn split(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let mut lines = Lines::new(bytes);
        let mut fields = Vec::with_capacity(16);
        loop {
            let before = lines.rest;
            let Some(line) = lines.next() else { return (Self { fields }, &[]) };
            if line.is_empty() {
                return (Self { fields }, lines.rest);
            }
            if is_blank(line) && !starts_field(lines.rest) && !is_fold(lines.rest) {
                return (Self { fields }, lines.rest);
            }
            match name_length(line) {
                Some(name) => {
                    let end = lines.skip_folds(before, line.len());
                    push_field(&mut fields, before.get(..end).unwrap_or(line), name);
                }
                None if fields.is_empty() && is_mbox_line(line) => {}
                None if is_mime_field(lines.rest) => {
                    fields.push(Field { name: b"", value: line });
                }
                None => return (Self { fields }, before),
            }
        }
    }

    /// The fields of that name.
    pub fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h Field<'a>> + 'h {
        self.fields.iter().filter(move |field| field.is(name))
    }

    /// The value of the first field of that name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.fields.iter().find(|field| field.is(name)).map(|field| field.value)
    }
}

/// Whether bytes begin like a message that somebody attached under another type: a header in
/// which at least three fields are those of real mail.
#[must_use]
pub fn looks_like_message(bytes: &[u8]) -> bool {
    if !starts_field(bytes) && !is_mbox_line(bytes) {
        return false;
    }
    let window = bytes.get(..bytes.len().min(16 * 1024)).unwrap_or(bytes);
    let (header, _) = Header::split(window);
    let known = MAIL_FIELDS.iter().filter(|name| header.first(name).is_some()).count();
    known >= 3 && header.fields.iter().all(|field| !field.name.is_empty())
}

/// Fields by which real mail is known.
const MAIL_FIELDS: &[&str] = &[
    "Received",
    "Return-Path",
    "Delivered-To",
    "Message-ID",
    "MIME-Version",
    "Date",
    "From",
    "To",
    "Subject",
    "Content-Type",
    "X-Mailer",
    "User-Agent",
    "DKIM-Signature",
];

/// The message itself where empty lines stand before its header. For some readers the header is
/// empty then, for others it is what follows.
#[must_use]
pub fn without_blank_start(bytes: &[u8]) -> &[u8] {
    let trimmed = bytes.trim_ascii_start();
    let known = |name: &&str| {
        let (head, rest) = trimmed.split_at_checked(name.len()).unwrap_or_default();
        head.eq_ignore_ascii_case(name.as_bytes()) && rest.trim_ascii_start().starts_with(b":")
    };
    if MAIL_FIELDS.iter().any(known) { trimmed } else { bytes }
}

/// Whether bytes begin with a field of MIME (RFC 2045 section 3).
#[must_use]
pub fn is_mime_field(bytes: &[u8]) -> bool {
    let head = bytes.get(..8).unwrap_or_default();
    head.eq_ignore_ascii_case(b"content-") && starts_field(bytes)
}

fn push_field<'a>(fields: &mut Vec<Field<'a>>, whole: &'a [u8], name: usize) {
    let (name, value) = whole.split_at_checked(name).unwrap_or((whole, &[]));
    let value = value.get(1..).unwrap_or_default();
    fields.push(Field { name: name.trim_ascii(), value });
    // Some readers take a bare CR for the end of the field: what would then be a MIME field must
    // not be missed.
    let mut rest = value;
    while let Some(at) = memchr(b'\r', rest) {
        rest = rest.get(at + 1..).unwrap_or_default();
        if is_mime_field(rest)
            && let Some(name) = name_length(rest)
        {
            let (name, value) = rest.split_at_checked(name).unwrap_or((rest, &[]));
            fields.push(Field { name, value: value.get(1..).unwrap_or_default() });
        }
    }
}

/// The length of a field's name, when the line begins with one. Any printable ASCII may be in it,
/// and white space may stand before the colon (RFC 5322 section 4.5).
fn name_length(line: &[u8]) -> Option<usize> {
    let colon = memchr(b':', line)?;
    let name = line.get(..colon)?.trim_ascii_end();
    let valid = !name.is_empty() && name.iter().all(|b| (33..127).contains(b));
    valid.then_some(colon)
}

fn starts_field(bytes: &[u8]) -> bool {
    let end = memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
    bytes.get(..end).is_some_and(|line| name_length(line).is_some())
}

fn is_fold(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b' ' | b'\t'))
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

/// The line that mbox files put before a message, quoted or not.
fn is_mbox_line(line: &[u8]) -> bool {
    let line = line.strip_prefix(b">").unwrap_or(line);
    line.starts_with(b"From ")
}

/// Lines that end with LF, with any number of CRs before it; or with a bare CR, where the first
/// line break of all is one.
struct Lines<'a> {
    rest: &'a [u8],
    bare_cr: bool,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let first = memchr2(b'\r', b'\n', bytes);
        let bare_cr = first.is_some_and(|at| {
            let from = bytes.get(at..).unwrap_or_default();
            let after = from.iter().find(|&&b| b != b'\r');
            after.is_some_and(|&b| b != b'\n') || (after.is_none() && from.len() > 1)
        });
        Self { rest: bytes, bare_cr }
    }

    /// How long the line at the start of `bytes` is, and how long with its line break.
    fn measure(&self, bytes: &[u8]) -> (usize, usize) {
        if self.bare_cr {
            return match memchr2(b'\r', b'\n', bytes) {
                None => (bytes.len(), bytes.len()),
                Some(at) => {
                    let pair = bytes.get(at..at + 2) == Some(b"\r\n");
                    (at, at + if pair { 2 } else { 1 })
                }
            };
        }
        let Some(at) = memchr(b'\n', bytes) else { return (bytes.len(), bytes.len()) };
        let line = bytes.get(..at).unwrap_or_default();
        let crs = line.iter().rev().take_while(|&&b| b == b'\r').count();
        (at - crs, at + 1)
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, with_break) = self.measure(self.rest);
        let bytes = self.rest;
        self.rest = bytes.get(with_break..).unwrap_or_default();
        bytes.get(..line)
    }

    /// Takes the continuation lines of the field that begins at `before` and whose first line
    /// has `length` bytes. Returns the length of all of it.
    fn skip_folds(&mut self, before: &[u8], length: usize) -> usize {
        let mut end = length;
        while is_fold(self.rest) {
            let (line, with_break) = self.measure(self.rest);
            let blank = self.rest.get(..line).is_some_and(is_blank);
            let after = self.rest.get(with_break..).unwrap_or_default();
            if blank && !starts_field(after) && !is_fold(after) {
                break;
            }
            end = before.len() - self.rest.len() + line;
            self.rest = after;
        }
        end
    }
}

/// Whether bytes hold a MIME field at the start of one of their lines, as mail does that was
/// pasted into a text, returned by a mail server or cut loose from its boundary.
#[must_use]
pub fn holds_mime_fields(bytes: &[u8]) -> bool {
    // The search is for letters whose case is the same in all mail programs.
    memmem::find_iter(bytes, b"ontent-").any(|at| {
        let start = at.wrapping_sub(1);
        let at_line_start =
            start == 0 || matches!(bytes.get(start.wrapping_sub(1)), Some(b'\n' | b'\r'));
        at_line_start && bytes.get(start..).is_some_and(is_mime_field)
    }) || memmem::find(bytes, b"\nCONTENT-").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(bytes: &[u8]) -> (Vec<String>, &[u8]) {
        let (header, body) = Header::split(bytes);
        let names =
            header.fields.iter().map(|f| String::from_utf8_lossy(f.name).into_owned()).collect();
        (names, body)
    }

    #[test]
    fn any_line_break_ends_a_field() {
        for line_break in ["\r\n", "\n", "\r", "\r\r\n"] {
            let mail = ["A: 1", " 2", "B : 3", "", "body"].join(line_break);
            let (header, body) = Header::split(mail.as_bytes());
            assert_eq!(header.fields.len(), 2, "{line_break:?}");
            assert!(header.first("a").is_some_and(|v| v.ends_with(b" 2")), "{line_break:?}");
            assert_eq!(header.first("b"), Some(&b" 3"[..]), "{line_break:?}");
            assert_eq!(body.trim_ascii(), b"body", "{line_break:?}");
        }
    }

    #[test]
    fn a_missing_empty_line_leaves_the_text_in_the_body() {
        let (found, body) = names(b"Subject: x\nHello there: this is text\n\nmore");
        assert_eq!((found.len(), body), (1, &b"Hello there: this is text\n\nmore"[..]));
        let (found, body) = names(b"just text\n");
        assert_eq!((found.len(), body), (0, &b"just text\n"[..]));
    }

    #[test]
    fn junk_before_a_mime_field_does_not_hide_the_field() {
        let (found, body) = names(b"From x Mon\nA: 1\njunk line\nContent-Type: text/html\n\nb");
        assert_eq!(found, ["A", "", "Content-Type"]);
        assert_eq!(body, b"b");
    }

    #[test]
    fn a_line_of_spaces_continues_a_field_only_when_fields_follow() {
        assert_eq!(names(b"A: 1\n  \nB: 2\n\nb").0, ["A", "B"]);
        let (found, body) = names(b"A: 1\n \t\nplain words\n");
        assert_eq!((found.len(), body), (1, &b"plain words\n"[..]));
    }

    #[test]
    fn a_mime_field_behind_a_bare_cr_is_seen() {
        let (found, _) = names(b"X: 1\rContent-Transfer-Encoding: base64\nB: 2\n\nb");
        assert_eq!(found, ["X", "Content-Transfer-Encoding", "B"]);
    }

    #[test]
    fn only_a_header_of_real_mail_looks_like_a_message() {
        assert!(looks_like_message(b"Received: x\nFrom: a\nSubject: b\n\nhi"));
        assert!(!looks_like_message(b"Dear: x\nNote: y\n\nhi"));
    }
}
