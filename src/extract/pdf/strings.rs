//! Text strings of a PDF to Unicode (ISO 32000-2, 7.9.2.2).

use std::borrow::Cow;

/// PDFDocEncoding where it is not Latin-1: 0x18 to 0x1F (ISO 32000-2, D.2).
const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
/// The same from 0x80 to 0xA0.
const SIGNS: [char; 33] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™',
    'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}', '€',
];

/// The text of a string: UTF-16 or UTF-8 with a mark at its start, else PDFDocEncoding.
pub(super) fn decode(bytes: &[u8]) -> String {
    let text: Cow<'_, str> = match bytes {
        [0xFE, 0xFF, wide @ ..] => utf16(wide, u16::from_be_bytes).into(),
        [0xFF, 0xFE, wide @ ..] => utf16(wide, u16::from_le_bytes).into(),
        [0xEF, 0xBB, 0xBF, text @ ..] => String::from_utf8_lossy(text),
        // Writers that know of no mark write UTF-8 all the same.
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => bytes.iter().map(|&byte| character(byte)).collect::<String>().into(),
        },
    };
    text.replace('\0', "")
}

fn utf16(wide: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = wide.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit);
    let text: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    without_languages(&text)
}

/// A language code stands between two escape characters (7.9.2.2.2).
fn without_languages(text: &str) -> String {
    if !text.contains('\u{1B}') {
        return text.to_owned();
    }
    let mut pieces = text.split('\u{1B}');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for (index, piece) in pieces.enumerate() {
        // What is too long for a code is text, whatever stands around it.
        if index % 2 == 1 || piece.len() > 8 {
            out.push_str(piece);
        }
    }
    out
}

fn character(byte: u8) -> char {
    let sign = match byte {
        0x18..=0x1F => ACCENTS.get(usize::from(byte - 0x18)),
        0x80..=0xA0 => SIGNS.get(usize::from(byte - 0x80)),
        _ => None,
    };
    sign.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_in_all_their_encodings() {
        assert_eq!(decode(b"caf\xE9 \x83\xA0"), "café …€");
        assert_eq!(decode(b"\xFE\xFF\0A\x20\xAC"), "A€");
        assert_eq!(decode(b"\xFF\xFEA\0\xAC\x20"), "A€");
        assert_eq!(decode("\u{FEFF}Zoë".as_bytes()), "Zoë");
        assert_eq!(decode("Zoë".as_bytes()), "Zoë");
    }

    #[test]
    fn a_language_code_is_no_text() {
        assert_eq!(decode(b"\xFE\xFF\0\x1B\0e\0n\0\x1B\0A"), "A");
    }
}
