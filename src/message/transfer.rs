//! Undoes transfer encodings (RFC 2045 section 6), as far as damaged ones can be undone.

use std::borrow::Cow;

use memchr::{memchr, memrchr};

/// How a body is encoded for transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// 7bit, 8bit, binary or not said.
    Identity,
    /// RFC 2045 section 6.8.
    Base64,
    /// RFC 2045 section 6.7.
    QuotedPrintable,
    /// x-uuencode and its names.
    Uuencode,
    /// A name that no standard knows.
    Unknown,
}

impl Encoding {
    /// The encoding that a Content-Transfer-Encoding field names.
    #[must_use]
    pub fn from_field(value: &[u8]) -> Self {
        let end = value.iter().position(|b| matches!(b, b';' | b'(' | b',')).unwrap_or(value.len());
        let name = value.get(..end).unwrap_or_default();
        let name: Vec<u8> =
            name.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
        match &name[..] {
            b"base64" => Self::Base64,
            b"quotedprintable" => Self::QuotedPrintable,
            b"" | b"7bit" | b"8bit" | b"binary" | b"none" | b"identity" => Self::Identity,
            b"xuuencode" | b"uuencode" | b"xuue" | b"uue" => Self::Uuencode,
            _ => Self::Unknown,
        }
    }
}

/// What came out of base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The bytes.
    pub bytes: Cow<'a, [u8]>,
    /// Lines that are not base64 at all, such as the footer of a mailing list. They are text that
    /// people may see.
    pub rest: Vec<u8>,
}

/// Decodes base64, clean or damaged: white space and stray bytes are passed over, padding in the
/// middle starts afresh, what is missing at the end is left out.
#[must_use]
pub fn base64(encoded: &[u8]) -> Decoded<'static> {
    if let Some(bytes) = mail_parser::decoders::base64::base64_decode(encoded) {
        return Decoded { bytes: Cow::Owned(bytes), rest: Vec::new() };
    }
    let mut decoder =
        Base64 { bytes: Vec::with_capacity(encoded.len() / 4 * 3), ..Base64::default() };
    let (mut rest, mut all_prose) = (Vec::new(), true);
    for line in encoded.split_inclusive(|&b| b == b'\n') {
        // Mail programs pass over stray bytes until the padding says that this was all.
        if is_prose(line) && (decoder.padded || has_spaces(line)) {
            rest.extend_from_slice(line);
            if decoder.padded {
                continue;
            }
        } else if !line.trim_ascii().is_empty() {
            all_prose = false;
        }
        line.iter().for_each(|&byte| decoder.push(byte));
    }
    decoder.end_group();
    // A single line that is base64 is reason enough to look: prose without end can stand behind it,
    // and mail programs show what it decodes to all the same.
    let said_wrongly = all_prose && !rest.is_empty();
    let bytes = if said_wrongly { Vec::new() } else { decoder.bytes };
    Decoded { bytes: Cow::Owned(bytes), rest }
}

/// Decodes quoted-printable. An `=` that introduces nothing stays as it is.
#[must_use]
pub fn quoted_printable(encoded: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'=', encoded).is_none() {
        return Cow::Borrowed(encoded);
    }
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some(at) = memchr(b'=', rest) {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        if let Some(byte) = hex_pair(rest) {
            out.push(byte);
            rest = rest.get(2..).unwrap_or_default();
        } else if let Some(after) = after_line_end(rest) {
            rest = after;
        } else {
            out.push(b'=');
        }
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// Decodes the text of a Q encoded word (RFC 2047 section 4.2), its underscores made spaces
/// before.
#[must_use]
pub fn quoted_printable_word(encoded: &[u8]) -> Vec<u8> {
    quoted_printable(encoded).into_owned()
}

/// Decodes `%41` and its like (RFC 3986 section 2.1).
#[must_use]
pub fn percent_decoded(encoded: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match hex_pair(after) {
            Some(decoded) if byte == b'%' => {
                out.push(decoded);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => out.push(byte),
        }
    }
    out
}

/// Whether bytes are lines of base64 and nothing else, long enough that it is no chance.
#[must_use]
pub fn looks_like_base64(bytes: &[u8]) -> bool {
    let trimmed = bytes.trim_ascii();
    let first = memchr(b'\n', trimmed).unwrap_or(trimmed.len());
    let line = trimmed.get(..first).unwrap_or_default().trim_ascii();
    let known = |b: &u8| base64_digit(*b).is_some() || *b == b'=' || b.is_ascii_whitespace();
    trimmed.len() >= 40
        && (line.len() >= 40 || line.len() == trimmed.len())
        && !line.contains(&b' ')
        && trimmed.iter().all(known)
}

/// A line with bytes that base64 does not know.
fn is_prose(line: &[u8]) -> bool {
    line.iter().any(|&b| base64_digit(b).is_none() && b != b'=' && !b.is_ascii_whitespace())
}

fn has_spaces(line: &[u8]) -> bool {
    memrchr(b' ', line.trim_ascii()).is_some()
}

#[derive(Default)]
struct Base64 {
    bytes: Vec<u8>,
    chunk: u32,
    digits: u32,
    padded: bool,
}

impl Base64 {
    fn push(&mut self, byte: u8) {
        if byte == b'=' {
            self.padded = true;
            self.end_group();
            return;
        }
        let Some(value) = base64_digit(byte) else { return };
        self.chunk = (self.chunk << 6) | u32::from(value);
        self.digits += 1;
        if self.digits == 4 {
            let [_, a, b, c] = self.chunk.to_be_bytes();
            self.bytes.extend_from_slice(&[a, b, c]);
            (self.chunk, self.digits) = (0, 0);
        }
    }

    fn end_group(&mut self) {
        let [_, a, b, _] = (self.chunk << (6 * (4 - self.digits.min(4)))).to_be_bytes();
        match self.digits {
            2 => self.bytes.push(a),
            3 => self.bytes.extend_from_slice(&[a, b]),
            _ => {}
        }
        (self.chunk, self.digits) = (0, 0);
    }
}

/// The value of a base64 digit (RFC 4648 section 4).
pub(super) fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

fn hex_pair(bytes: &[u8]) -> Option<u8> {
    let digit = |b: u8| (b as char).to_digit(16);
    let (high, low) = (digit(*bytes.first()?)?, digit(*bytes.get(1)?)?);
    u8::try_from(high * 16 + low).ok()
}

/// What follows a soft line break: white space, then the end of the line or of everything.
fn after_line_end(bytes: &[u8]) -> Option<&[u8]> {
    let blank = bytes.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let rest = bytes.get(blank..)?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")).or(rest.strip_prefix(b"\r"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(encoded: &str) -> String {
        String::from_utf8_lossy(&base64(encoded.as_bytes()).bytes).into_owned()
    }

    #[test]
    fn base64_is_decoded_as_far_as_it_goes() {
        for (encoded, decoded) in [
            ("UGF0aWVudA==", "Patient"),
            ("UGF0\r\n aWVu\ndA", "Patient"),
            ("UGF0aWVudA=UGF0aWVudA==", "PatientPatient"),
            ("UGF0*aWVu!dA==", "Patient"),
            ("UGF0aWVud", "Patien"),
            ("", ""),
            ("=", ""),
        ] {
            assert_eq!(text(encoded), decoded, "{encoded}");
        }
    }

    #[test]
    fn lines_that_are_no_base64_come_out_as_text() {
        let decoded = base64(b"UGF0aWVudA==\n_______\nThe list: MRN 0012345\n");
        assert_eq!(&decoded.bytes[..], b"Patient");
        assert_eq!(decoded.rest, b"_______\nThe list: MRN 0012345\n");
    }

    #[test]
    fn quoted_printable_keeps_what_it_cannot_decode() {
        for (encoded, decoded) in [
            ("a=3Db", "a=b"),
            ("SS=\r\nN=\n: 1= \t\r\n2", "SSN: 12"),
            ("1=2 =ZZ =", "1=2 =ZZ "),
            ("=e4=E4", "\u{e4}\u{e4}"),
        ] {
            let bytes = quoted_printable(encoded.as_bytes());
            let latin: String = bytes.iter().map(|&b| b as char).collect();
            assert_eq!(latin, decoded, "{encoded}");
        }
    }

    #[test]
    fn an_encoding_is_known_by_its_letters() {
        for (field, encoding) in [
            (" Base64 (what else)", Encoding::Base64),
            ("QUOTED-PRINTABLE;", Encoding::QuotedPrintable),
            ("quoted_printable", Encoding::QuotedPrintable),
            ("8Bit", Encoding::Identity),
            ("x-uuencode", Encoding::Uuencode),
            ("rot13", Encoding::Unknown),
        ] {
            assert_eq!(Encoding::from_field(field.as_bytes()), encoding, "{field}");
        }
    }
}
