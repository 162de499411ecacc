//! What a camera or scanner says of its image: EXIF (CIPA DC-008) and the tags of a TIFF.

use super::Pair;
use super::press;
use crate::extract::pdf;
use crate::message::charset;
use crate::tagged::{Directory, Tagged};

/// Tags whose text is about what is shown (TIFF 6.0 section 8 and 12).
const TEXTS: &[(u16, &str)] = &[
    (269, "Document"),
    (270, "Description"),
    (285, "Page"),
    (315, "Artist"),
    (33_432, "Copyright"),
];
/// The same as Windows writes them, in UTF-16.
const WIDE_TEXTS: &[(u16, &str)] = &[
    (0x9C9B, "Title"),
    (0x9C9C, "Comment"),
    (0x9C9D, "Author"),
    (0x9C9E, "Keywords"),
    (0x9C9F, "Subject"),
];
const XMP: u16 = 700;
const IPTC: u16 = 33_723;
const EXIF: u16 = 34_665;
const GPS: u16 = 34_853;
const USER_COMMENT: u16 = 37_510;
const OWNER: u16 = 0xA430;
/// Bytes of one text.
const MOST_TEXT: usize = 64 << 10;
/// Bytes of a packet.
const MOST_PACKET: usize = 1 << 20;
/// Pages whose tags are read.
const MOST_PAGES: usize = 30;

/// The texts of all pages.
pub(super) fn pairs(bytes: &[u8], go_on: &dyn Fn() -> bool) -> Vec<Pair> {
    let Some(file) = Tagged::open(bytes) else { return Vec::new() };
    let mut pairs = Vec::new();
    for page in file.pages(MOST_PAGES).0 {
        for (tag, label) in TEXTS {
            add(&mut pairs, label, plain(page.bytes(*tag, MOST_TEXT)));
        }
        for (tag, label) in WIDE_TEXTS {
            add(&mut pairs, label, wide(page.bytes(*tag, MOST_TEXT), u16::from_le_bytes));
        }
        pairs.extend(pdf::xmp(page.bytes(XMP, MOST_PACKET), go_on));
        pairs.extend(press::pairs(page.bytes(IPTC, MOST_PACKET)));
        if let Some(exif) = page.number(EXIF).and_then(|at| file.directory(at)) {
            add(&mut pairs, "Comment", user_comment(exif.bytes(USER_COMMENT, MOST_TEXT)));
            add(&mut pairs, "Owner", plain(exif.bytes(OWNER, MOST_TEXT)));
        }
        if let Some(position) = page.number(GPS).and_then(|at| position(&file.directory(at)?)) {
            add(&mut pairs, "GPS position", position);
        }
    }
    pairs
}

fn add(pairs: &mut Vec<Pair>, label: &str, value: String) {
    if !value.trim().is_empty() {
        pairs.push((label.to_owned(), value));
    }
}

fn plain(bytes: &[u8]) -> String {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let bytes = bytes.get(..end).unwrap_or_default();
    charset::decode(bytes, None).text.replace('\0', "\n")
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units).replace('\0', "")
}

/// A comment behind the name of its characters. In which order its bytes are is not said.
fn user_comment(bytes: &[u8]) -> String {
    let Some((name, text)) = bytes.split_first_chunk::<8>() else { return String::new() };
    if !name.starts_with(b"UNICODE") {
        return plain(text);
    }
    let zeros = |from: usize| text.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    if zeros(0) > zeros(1) {
        wide(text, u16::from_be_bytes)
    } else {
        wide(text, u16::from_le_bytes)
    }
}

/// Where the photo was taken, in degrees.
fn position(gps: &Directory<'_>) -> Option<String> {
    let degrees = |tag: u16, negative: &[u8]| {
        let parts = gps.fractions(tag + 1);
        let (first, minutes, seconds) =
            (parts.first()?, parts.get(1).unwrap_or(&0.0), parts.get(2).unwrap_or(&0.0));
        let value = first + minutes / 60.0 + seconds / 3600.0;
        let sign = if gps.bytes(tag, 1) == negative { -1.0 } else { 1.0 };
        (value.is_finite() && value != 0.0).then_some(sign * value)
    };
    Some(format!("{:.6}, {:.6}", degrees(1, b"S")?, degrees(3, b"W")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_read_in_its_characters() {
        assert_eq!(user_comment(b"ASCII\0\0\0Ada\0"), "Ada");
        assert_eq!(user_comment(b"UNICODE\0\0A\0d\0a"), "Ada");
        assert_eq!(user_comment(b"UNICODE\0A\0d\0a\0"), "Ada");
        assert_eq!(user_comment(b"short"), "");
    }

    #[test]
    fn a_position_is_degrees_with_a_sign() {
        let mut bytes = b"MM\0*\0\0\0\x08\0\x04".to_vec();
        let at = [&[0, 1, 0, 2, 0, 0, 0, 2][..], b"S\0\0\0"].concat();
        let longitude = [&[0, 3, 0, 2, 0, 0, 0, 2][..], b"E\0\0\0"].concat();
        let fractions = |tag: u8, at: u8| [0, tag, 0, 5, 0, 0, 0, 3, 0, 0, 0, at];
        for entry in [&at[..], &fractions(2, 62), &longitude, &fractions(4, 86)] {
            bytes.extend(entry);
        }
        bytes.extend([0; 4]);
        for value in [10_u32, 1, 30, 1, 0, 1, 20, 1, 15, 1, 0, 1] {
            bytes.extend(value.to_be_bytes());
        }
        let gps = Tagged::open(&bytes).unwrap().directory(8).unwrap();
        assert_eq!(position(&gps).unwrap(), "-10.500000, 20.250000");
    }
}
