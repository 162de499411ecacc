//! What bytes are, by the bytes alone.

use crate::message::charset;

/// Formats known by their first bytes. None of them is text.
const MAGIC: &[(usize, &[u8])] = &[
    (0, b"%PDF-"),
    (0, b"PK\x03\x04"),
    (0, b"PK\x05\x06"),
    (0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
    (0, b"\x78\x9F\x3E\x22"),
    (0, b"\x89PNG\r\n\x1A\n"),
    (0, b"\xFF\xD8\xFF"),
    (0, b"GIF8"),
    (0, b"II*\0"),
    (0, b"MM\0*"),
    (0, b"RIFF"),
    (0, b"\x1F\x8B"),
    (0, b"BZh"),
    (0, b"\xFD7zXZ\0"),
    (0, b"\x28\xB5\x2F\xFD"),
    (0, b"7z\xBC\xAF\x27\x1C"),
    (0, b"Rar!\x1A\x07"),
    (0, b"MSCF"),
    (0, b"ITSF"),
    (0, b"\x7FELF"),
    (0, b"MZ"),
    (0, b"BM"),
    (0, b"OggS"),
    (0, b"ID3"),
    (0, b"fLaC"),
    (0, b"\0\0\x01\0"),
    (0, b"\xD7\xCD\xC6\x9A"),
    (0, b"!BDN"),
    (4, b"ftyp"),
    (8, b"WAVE"),
    (128, b"DICM"),
    (257, b"ustar"),
];

/// Formats that are written in ASCII and yet are no text to read as it stands.
const TEXTUAL_MAGIC: &[&[u8]] = &[b"{\\rtf", b"%!PS"];

/// Whether the bytes begin like a format that is not text and hold bytes that text does not.
pub(super) fn is_known_binary(bytes: &[u8]) -> bool {
    MAGIC.iter().any(|(at, magic)| bytes.get(*at..).is_some_and(|from| from.starts_with(magic)))
        && !is_text(bytes)
}

/// Whether the bytes begin like a format that needs a reader of its own although it is ASCII.
pub(super) fn is_textual_format(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    TEXTUAL_MAGIC.iter().any(|magic| start.starts_with(magic))
}

/// Whether bytes are text in some character set: next to no control characters but those of
/// lines. Random bytes have one in ten.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    // Sums of short chunks fit a byte, which lets the compiler count many bytes at once.
    let count = |chunk: &[u8]| chunk.iter().map(|&b| u8::from(is_control(b))).sum::<u8>();
    let controls: usize = bytes.chunks(128).map(|chunk| usize::from(count(chunk))).sum();
    controls * 200 <= bytes.len() || charset::is_wide(bytes)
}

/// Whether text begins like a document in HTML.
pub(super) fn is_html(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let head = start.get(..start.len().min(14)).unwrap_or_default().to_ascii_lowercase();
    head.starts_with(b"<!doctype html") || head.starts_with(b"<html")
}

/// Whether text begins like an SVG picture, behind what XML may have before its root.
pub(super) fn is_svg(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let head = start.get(..start.len().min(1024)).unwrap_or_default();
    head.starts_with(b"<svg")
        || (head.starts_with(b"<?xml") || head.starts_with(b"<!")) && contains(head, b"<svg")
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}

/// Whether there is anything in a text but white space and lines drawn with characters.
pub(super) fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

const fn is_control(byte: u8) -> bool {
    (byte < 0x20)
        & (byte != b'\t')
        & (byte != b'\n')
        & (byte != b'\r')
        & (byte != 0x0C)
        & (byte != 0x1B)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_formats_are_known_only_with_binary_in_them() {
        assert!(is_known_binary(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"));
        assert!(is_known_binary(b"BM\x01\0\0\0"));
        assert!(!is_known_binary(b"BM was seen in the clinic today."));
        assert!(!is_known_binary(b"MZ"));
    }

    #[test]
    fn text_is_known_in_any_character_set() {
        let wide: Vec<u8> = "Patient".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for text in
            [&b"Patient\r\n"[..], "Müller".as_bytes(), b"M\xFCller", b"\x1B$B45\x1B(B", &wide]
        {
            assert!(is_text(text));
        }
        let noise: Vec<u8> = (0..400_u32).map(|i| (i * 7919 % 256) as u8).collect();
        assert!(!is_text(&noise));
    }

    #[test]
    fn html_is_known_by_its_first_tag() {
        assert!(is_html(b"\xEF\xBB\xBF \n<HTML><p>"));
        assert!(!is_html(b"<htm"));
        assert!(is_svg(b"<?xml version='1.0'?>\n<!-- x -->\n<svg width='1'>"));
        assert!(!is_svg(b"<?xml version='1.0'?><patient/>") && !is_svg(b"see <svg>"));
    }
}
