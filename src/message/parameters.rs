//! Parses structured field values: a token and its parameters (RFC 2045 section 5.1), with
//! continuations and character sets (RFC 2231), as sloppily as mail programs do.

use super::charset;
use super::encoded_word;
use super::transfer;

/// A token and its parameters, such as `attachment; filename="a.pdf"`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// What stands before the first semicolon, in lower case.
    pub token: String,
    pieces: Vec<Piece>,
}

/// One parameter as written: `name*SECTION*="value"`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    name: String,
    section: Option<u32>,
    extended: bool,
    value: Vec<u8>,
}

/// Parameters that are looked at; more are hostile.
const MOST: usize = 1000;

impl Parameters {
    /// Parses a field's value.
    #[must_use]
    pub fn parse(value: &[u8]) -> Self {
        let unfolded = encoded_word::unfold(value);
        let mut scan = Scan { rest: &unfolded };
        let token = scan.segment();
        let mut pieces = Vec::new();
        while !scan.rest.is_empty() && pieces.len() < MOST {
            if let Some(piece) = scan.parameter() {
                pieces.push(piece);
            }
        }
        let token = String::from_utf8_lossy(&token).trim().to_ascii_lowercase();
        Self { token, pieces }
    }

    /// Every different value that the parameter has: in plain form, and put together from its
    /// sections.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        let mut add = |value: String| {
            if !value.is_empty() && !values.contains(&value) {
                values.push(value);
            }
        };
        if let Some(sectioned) = self.sections(name) {
            add(sectioned);
        }
        for piece in self.pieces.iter().filter(|piece| piece.name == name) {
            match (piece.section, piece.extended) {
                (None, true) => {
                    let (charset, bytes) = percent_decode(&piece.value, Start::OfValue);
                    add(charset::decode(&bytes, charset.as_deref()).text.into_owned());
                }
                (None, false) => add(encoded_word::decode(&piece.value)),
                _ => {}
            }
        }
        values
    }

    /// The first value of the parameter.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<String> {
        self.values(name).into_iter().next()
    }

    /// Every different value of the parameter, as bytes: a boundary is not text.
    #[must_use]
    pub fn raw_values(&self, name: &str) -> Vec<Vec<u8>> {
        let mut values: Vec<Vec<u8>> = Vec::new();
        let plain = self.pieces.iter().filter(|p| p.name == name && p.section.is_none());
        for piece in plain {
            let value = if piece.extended {
                percent_decode(&piece.value, Start::OfValue).1
            } else {
                piece.value.clone()
            };
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if let Some(sectioned) = self.sections(name) {
            let value = sectioned.into_bytes();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }

    fn sections(&self, name: &str) -> Option<String> {
        let mut sections: Vec<&Piece> =
            self.pieces.iter().filter(|p| p.name == name && p.section.is_some()).collect();
        sections.sort_by_key(|piece| piece.section);
        let mut label = None;
        let mut bytes = Vec::new();
        for (index, piece) in sections.iter().enumerate() {
            if piece.extended {
                let start = if index == 0 { Start::OfValue } else { Start::OfSection };
                let (charset, decoded) = percent_decode(&piece.value, start);
                label = label.or(charset);
                bytes.extend_from_slice(&decoded);
            } else {
                bytes.extend_from_slice(&piece.value);
            }
        }
        if sections.is_empty() {
            return None;
        }
        match label {
            Some(label) => Some(charset::decode(&bytes, Some(&label)).text.into_owned()),
            None => Some(encoded_word::decode(&bytes)),
        }
    }
}

enum Start {
    /// `charset'language'` comes first.
    OfValue,
    OfSection,
}

fn percent_decode(value: &[u8], start: Start) -> (Option<Vec<u8>>, Vec<u8>) {
    let mut charset = None;
    let mut rest = value;
    if matches!(start, Start::OfValue) {
        let mut quotes = value.splitn(3, |&b| b == b'\'');
        if let (Some(label), Some(_language), Some(text)) =
            (quotes.next(), quotes.next(), quotes.next())
        {
            charset = (!label.is_empty()).then(|| label.to_vec());
            rest = text;
        }
    }
    (charset, transfer::percent_decoded(rest))
}

struct Scan<'a> {
    rest: &'a [u8],
}

impl Scan<'_> {
    /// What stands before the next semicolon, comments left out; takes the semicolon.
    fn segment(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut comment = 0_u32;
        while let Some((&byte, after)) = self.rest.split_first() {
            self.rest = after;
            match byte {
                b'(' => comment = comment.saturating_add(1),
                b')' if comment > 0 => comment -= 1,
                b';' if comment == 0 => break,
                _ if comment == 0 => out.push(byte),
                _ => {}
            }
        }
        out
    }

    fn parameter(&mut self) -> Option<Piece> {
        let stop = self.rest.iter().position(|b| matches!(b, b'=' | b';'));
        let Some(stop) = stop else {
            self.rest = &[];
            return None;
        };
        let name = self.rest.get(..stop).unwrap_or_default();
        let has_value = self.rest.get(stop) == Some(&b'=');
        self.rest = self.rest.get(stop + 1..).unwrap_or_default();
        if !has_value {
            return None;
        }
        let value = self.value();
        let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
        let (name, extended) = match name.strip_suffix('*') {
            Some(name) => (name, true),
            None => (name.as_str(), false),
        };
        let (name, section) = match name.split_once('*') {
            Some((name, number)) => (name, number.parse().ok()),
            None => (name, None),
        };
        Some(Piece { name: name.to_owned(), section, extended, value })
    }

    /// A value, quoted or not; takes the semicolon behind it. An unquoted one may hold spaces and
    /// parentheses, as file names do in much real mail.
    fn value(&mut self) -> Vec<u8> {
        self.rest = self.rest.trim_ascii_start();
        if self.rest.first() != Some(&b'"') {
            let end = memchr::memchr(b';', self.rest).unwrap_or(self.rest.len());
            let value = self.rest.get(..end).unwrap_or_default().trim_ascii().to_vec();
            self.rest = self.rest.get(end + 1..).unwrap_or_default();
            return value;
        }
        self.rest = self.rest.get(1..).unwrap_or_default();
        let mut value = Vec::new();
        while let Some((&byte, after)) = self.rest.split_first() {
            self.rest = after;
            match (byte, after.first()) {
                (b'"', _) => break,
                // A backslash before anything else is one of a Windows path.
                (b'\\', Some(&next @ (b'"' | b'\\'))) => {
                    value.push(next);
                    self.rest = after.get(1..).unwrap_or_default();
                }
                _ => value.push(byte),
            }
        }
        let end = memchr::memchr(b';', self.rest).unwrap_or(self.rest.len());
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_names(value: &str) -> Vec<String> {
        Parameters::parse(value.as_bytes()).values("filename")
    }

    #[test]
    fn a_file_name_is_read_in_every_form() {
        for (value, name) in [
            ("attachment; filename=\"a b.pdf\"", "a b.pdf"),
            ("attachment; filename=scan (1).pdf", "scan (1).pdf"),
            ("attachment;\r\n filename=\"=?utf-8?Q?M=C3=BCller.txt?=\"", "Müller.txt"),
            ("attachment; filename*=iso-8859-1'de'M%FCller.txt", "Müller.txt"),
            (
                "attachment; FileName*0=\"SSN 536\"; filename*1=\"-22-8471.txt\"",
                "SSN 536-22-8471.txt",
            ),
            ("x; filename*1*=%C3%BCller; filename*0*=utf-8''M", "Müller"),
            ("attachment; filename=\"a\\\"b\"", "a\"b"),
            ("attachment (inline?); filename=x;", "x"),
        ] {
            assert_eq!(file_names(value), [name], "{value}");
        }
    }

    #[test]
    fn different_forms_of_one_name_are_all_kept() {
        assert_eq!(file_names("x; filename=plain.txt; filename*=utf-8''other.txt").len(), 2);
        assert_eq!(file_names("x; filename=same.txt; filename*=utf-8''same.txt").len(), 1);
        assert_eq!(file_names("x; filename=a.txt; filename=b.txt"), ["a.txt", "b.txt"]);
    }

    #[test]
    fn raw_bytes_in_a_name_are_guessed() {
        let found = Parameters::parse(b"x; filename=\"M\xFCller K\xF6ln.txt\"").values("filename");
        assert_eq!(found, ["Müller Köln.txt"]);
    }

    #[test]
    fn a_boundary_may_be_cut_into_sections() {
        let parsed = Parameters::parse(b"Multipart/Mixed; boundary*0=ab; boundary*1=cd");
        assert_eq!(
            (parsed.token.as_str(), parsed.raw_values("boundary")),
            ("multipart/mixed", vec![b"abcd".to_vec()])
        );
    }
}
