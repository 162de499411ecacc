//! Bytes of any character set to UTF-8: byte order mark, declared name, UTF-8, a guess, in this
//! order.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use memchr::memmem;

use super::{shifted, utf7};

/// Text, and how sure it is that it is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, line breaks and NULs still in it.
    pub text: Cow<'a, str>,
    /// Whether many of the bytes made no character at all.
    pub garbled: bool,
}

/// Decodes bytes whose character set is declared by `label`, or not.
///
/// A declaration is not believed where the bytes prove it wrong: a mark at their start, UTF-8
/// under a single-byte name, NULs in every second place, plain ASCII under a two-byte name.
#[must_use]
pub fn decode<'a>(bytes: &'a [u8], label: Option<&[u8]>) -> Decoded<'a> {
    let label = label.map(normalize_label);
    let special = label.as_deref().and_then(Special::from_label);
    // What nearly all mail is.
    if special.is_none()
        && bytes.is_ascii()
        && memchr::memchr2(0, 0x1B, bytes).is_none()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Decoded { text: Cow::Borrowed(text), garbled: false };
    }
    if let Some(text) = by_mark(bytes) {
        return text;
    }
    if let Some(special) = special {
        return certain(special.decode(bytes));
    }
    // ASCII as a name for bytes that are none says nothing.
    let named = label.filter(|label| !label.ends_with(b"ascii") && !label.contains(&b'?'));
    let declared = named.and_then(|label| Encoding::for_label(&label));
    if let Some(encoding) = unmarked_utf16(bytes) {
        return with(encoding, bytes);
    }
    match declared {
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => with(encoding, bytes),
        Some(encoding) if !encoding.is_single_byte() && encoding != UTF_8 => {
            let decoded = with(encoding, bytes);
            if decoded.garbled { guess(bytes) } else { decoded }
        }
        declared => match std::str::from_utf8(bytes) {
            Ok(text) if !bytes.contains(&0x1B) => {
                Decoded { text: Cow::Borrowed(text), garbled: false }
            }
            _ => match declared {
                Some(encoding) if encoding != UTF_8 => with(encoding, bytes),
                _ => guess(bytes),
            },
        },
    }
}

/// Whether bytes are UTF-16 or UTF-32, with a mark or by their look.
#[must_use]
pub fn is_wide(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(&[0xFF, 0xFE])
        || bytes.starts_with(&[0xFE, 0xFF])
        || bytes.starts_with(&[0, 0, 0xFE, 0xFF]);
    let window = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    unmarked_utf16(bytes).is_some()
        || marked && by_mark(window).is_some_and(|decoded| !is_garbled(&decoded.text))
}

/// The character set that an HTML document declares near its start, or an XML one.
#[must_use]
pub fn declared_in_markup(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = bytes.get(..bytes.len().min(1024))?.to_ascii_lowercase();
    for key in [&b"charset"[..], b"encoding"] {
        for at in memmem::find_iter(&head, key) {
            let rest = head.get(at + key.len()..)?.trim_ascii_start();
            let Some(rest) = rest.strip_prefix(b"=") else { continue };
            let rest = rest.trim_ascii_start();
            let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
            let end = rest
                .iter()
                .position(|b| {
                    !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
                })
                .unwrap_or(rest.len());
            let label = rest.get(..end)?;
            // A document that could be read this far is not in UTF-16, whatever it says.
            if !label.is_empty() && !label.starts_with(b"utf-16") {
                return Some(label.to_vec());
            }
        }
    }
    None
}

fn normalize_label(label: &[u8]) -> Vec<u8> {
    let trimmed = label.trim_ascii();
    let trimmed = trimmed.strip_prefix(b"\"").unwrap_or(trimmed);
    let trimmed = trimmed.strip_suffix(b"\"").unwrap_or(trimmed);
    let lower = trimmed.to_ascii_lowercase();
    match &lower[..] {
        b"cp-1252" | b"win-1252" => b"windows-1252".to_vec(),
        b"utf_8" | b"utf8mb4" => b"utf-8".to_vec(),
        _ => lower,
    }
}

/// Character sets that mail knows and the web does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Special {
    Utf7,
    Utf32Le,
    Utf32Be,
    Hz,
    Iso2022Kr,
    Ebcdic,
}

impl Special {
    fn from_label(label: &[u8]) -> Option<Self> {
        Some(match label {
            b"utf-7" | b"utf7" | b"unicode-1-1-utf-7" | b"csutf7" | b"x-utf-7" => Self::Utf7,
            b"utf-32" | b"utf-32be" | b"utf32" | b"ucs-4" | b"iso-10646-ucs-4" => Self::Utf32Be,
            b"utf-32le" => Self::Utf32Le,
            b"hz-gb-2312" | b"hz" => Self::Hz,
            b"iso-2022-kr" | b"csiso2022kr" => Self::Iso2022Kr,
            b"ibm037" | b"cp037" | b"ibm-037" | b"ebcdic-cp-us" | b"ibm500" | b"cp500"
            | b"ibm1047" | b"cp1047" | b"ibm-1047" | b"ebcdic-cp-ca" | b"ibm1140" | b"cp1140" => {
                Self::Ebcdic
            }
            _ => return None,
        })
    }

    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf7 => utf7::decode(bytes),
            Self::Utf32Be => shifted::utf32(bytes, u32::from_be_bytes),
            Self::Utf32Le => shifted::utf32(bytes, u32::from_le_bytes),
            Self::Hz => shifted::hz(bytes),
            Self::Iso2022Kr => shifted::iso_2022_kr(bytes),
            Self::Ebcdic => shifted::ebcdic(bytes),
        }
    }
}

fn by_mark(bytes: &[u8]) -> Option<Decoded<'_>> {
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return Some(match std::str::from_utf8(rest) {
            Ok(text) => Decoded { text: Cow::Borrowed(text), garbled: false },
            Err(_) => guess(rest),
        });
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE, 0, 0]) {
        return Some(certain(shifted::utf32(rest, u32::from_le_bytes)));
    }
    if let Some(rest) = bytes.strip_prefix(&[0, 0, 0xFE, 0xFF]) {
        return Some(certain(shifted::utf32(rest, u32::from_be_bytes)));
    }
    let marks = [([0xFF, 0xFE], UTF_16LE), ([0xFE, 0xFF], UTF_16BE)];
    marks.into_iter().find_map(|(mark, encoding)| {
        let rest = bytes.strip_prefix(&mark)?;
        Some(if is_narrow(rest) { guess(rest) } else { with(encoding, rest) })
    })
}

/// Whether bytes behind a mark of UTF-16 are nearly all ASCII without one NUL: the mark lies.
fn is_narrow(bytes: &[u8]) -> bool {
    let window = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let printable = window.iter().filter(|b| b.is_ascii_graphic() || b.is_ascii_whitespace());
    window.len() >= 4 && printable.count() * 10 >= window.len() * 9
}

/// UTF-16 of mostly Latin text, known by NULs in nearly every second place and none in the others.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let window = bytes.get(..bytes.len().min(4096))?;
    memchr::memchr(0, window)?;
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in window.chunks_exact(2) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.get(1) == Some(&0));
    }
    let pairs = window.len() / 2;
    if pairs < 2 {
        return None;
    }
    let (most, least) = (pairs * 7 / 10, pairs / 20);
    if odd >= most && even <= least {
        Some(UTF_16LE)
    } else if even >= most && odd <= least {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Bytes that are enough to guess a character set.
const SAMPLE: usize = 4096;

fn guess(bytes: &[u8]) -> Decoded<'_> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // The detector is slow: it sees the first lines that are not ASCII, enough of them to be sure.
    let mut left = SAMPLE;
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        if let Some(first) = line.iter().position(|&b| b >= 0x80 || b == 0x1B) {
            let from = line.get(first.saturating_sub(64)..).unwrap_or_default();
            let sample = from.get(..from.len().min(left)).unwrap_or(from);
            detector.feed(sample, false);
            left -= sample.len();
        }
        if left == 0 {
            break;
        }
    }
    detector.feed(&[], left > 0);
    let guessed = detector.guess(None, Utf8Detection::Allow);
    // The wide space of Shift_JIS is a character in GBK that next to nobody writes.
    if guessed == GBK && memmem::find(bytes, b"\x81\x40").is_some() {
        let (text, had_errors) = SHIFT_JIS.decode_without_bom_handling(bytes);
        if !had_errors {
            return Decoded { text, garbled: false };
        }
    }
    with(guessed, bytes)
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let garbled = (had_errors || encoding.is_single_byte()) && is_garbled(&text);
    Decoded { text, garbled }
}

fn certain(text: String) -> Decoded<'static> {
    let garbled = is_garbled(&text);
    Decoded { text: Cow::Owned(text), garbled }
}

/// More than one character in ten is none, or none that text has.
fn is_garbled(text: &str) -> bool {
    let window = text.get(..text.floor_char_boundary(64 * 1024)).unwrap_or(text);
    let bad = window.chars().filter(|c| {
        *c == char::REPLACEMENT_CHARACTER || (c.is_control() && !c.is_ascii_whitespace())
    });
    bad.count() * 10 > window.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], label: Option<&str>) -> String {
        decode(bytes, label.map(str::as_bytes)).text.into_owned()
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_mark_wins_over_what_is_declared() {
        let little = [&[0xFF, 0xFE][..], &utf16("SSN", u16::to_le_bytes)].concat();
        assert_eq!(read(&little, Some("utf-8")), "SSN");
        assert_eq!(read(b"\xEF\xBB\xBFM\xC3\xBCller", Some("iso-8859-1")), "Müller");
        assert_eq!(read(b"\xFF\xFE\0\0S\0\0\0", None), "S");
    }

    #[test]
    fn what_the_bytes_prove_wrong_is_not_believed() {
        assert_eq!(read("Müller".as_bytes(), Some("iso-8859-1")), "Müller");
        assert_eq!(read(&utf16("Patient 1", u16::to_be_bytes), Some("us-ascii")), "Patient 1");
        assert_eq!(read(&utf16("Patient 1", u16::to_le_bytes), None), "Patient 1");
        assert_eq!(read(b"Patient 1", Some("utf-16le")), "Patient 1");
        assert_eq!(read(b"M\xFCller K\xF6ln Stra\xDFe", Some("utf-8")), "Müller Köln Straße");
    }

    #[test]
    fn declared_sets_are_decoded() {
        for (label, bytes, text) in [
            ("windows-1251", &b"\xCF\xE0\xF6\xE8\xE5\xED\xF2"[..], "Пациент"),
            ("Shift_JIS", b"\x8A\xB3\x8E\xD2", "患者"),
            ("utf-7", b"SSN +2D3cqQ- 1+-2", "SSN 💩 1+2"),
            ("utf-7", b"+AFMAUwBO-: 1", "SSN: 1"),
            ("utf-8", b"\xFF\xFESSN 1 and more", "SSN 1 and more"),
            ("utf-16be", &[0x60, 0xA3, 0x80, 0x05], "患者"),
            ("utf-32le", b"S\0\0\0", "S"),
            ("hz-gb-2312", b"a ~{;<~} b", "a 患 b"),
            ("ibm037", b"\xE2\xE2\xD5\x40\xF1\xF2", "SSN 12"),
            ("\"utf-8\"", "ü".as_bytes(), "ü"),
        ] {
            assert_eq!(read(bytes, Some(label)), text, "{label}");
        }
    }

    #[test]
    fn unknown_names_fall_back_to_a_guess() {
        assert_eq!(read(b"M\xFCller K\xF6ln Stra\xDFe", Some("x-unknown")), "Müller Köln Straße");
        assert_eq!(read(b"\x1B$B45<T\x1B(B", None), "患者");
        let japanese = b"\x8A\xB3\x8E\xD2\x81\x40\x8A\xB3\x8E\xD2\x81\x40TEL\x81\x4003-1";
        assert_eq!(read(japanese, None), "患者\u{3000}患者\u{3000}TEL\u{3000}03-1");
    }

    #[test]
    fn bytes_that_are_no_text_are_garbled() {
        let noise: Vec<u8> = (0..2000_u32).map(|i| (i * 7919 % 251) as u8).collect();
        assert!(decode(&noise, Some(b"shift_jis")).garbled || decode(&noise, None).garbled);
        assert!(!decode(b"plain", None).garbled);
    }

    #[test]
    fn markup_says_its_own_character_set() {
        let html = b"<html><meta charset='Windows-1251'>";
        assert_eq!(declared_in_markup(html).as_deref(), Some(&b"windows-1251"[..]));
        let old = b"<meta http-equiv=content-type content=\"text/html; charset=koi8-r\">";
        assert_eq!(declared_in_markup(old).as_deref(), Some(&b"koi8-r"[..]));
        assert_eq!(declared_in_markup(b"<p>charset</p>"), None);
    }
}
