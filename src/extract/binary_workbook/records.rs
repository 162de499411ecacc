//! Strings of a binary workbook that belong to no cell: comments and who wrote them, headers and
//! footers of printed pages, links, shared strings that no cell shows.

use std::collections::HashSet;

use crate::extract::normal::normal;

/// Bytes of strings that are taken from one workbook.
const MOST: usize = 4 << 20;

/// Records with strings ([MS-XLSB] 2.4), and the bytes before the first of them.
const WITH_STRINGS: &[(u16, usize)] = &[
    // BrtSSTItem
    (0x0013, 1),
    // BrtName
    (0x0027, 9),
    // BrtBeginHeaderFooter
    (0x01DF, 2),
    // BrtHLink: a range, then the relation, the location, the tip and the words
    (0x01EE, 16),
    // BrtCommentAuthor
    (0x0278, 0),
    // BrtCommentText
    (0x027D, 1),
];

/// The strings of some parts, each once, without those that a text has as cells or lines.
pub(super) fn strings(parts: &[Vec<u8>], text: &str) -> Vec<String> {
    let mut seen: HashSet<String> =
        text.split(['\n', '\t']).map(|cell| cell.trim().to_owned()).collect();
    let mut found = Vec::new();
    let mut length = 0;
    for part in parts {
        let mut rest = part.as_slice();
        while let Some((kind, body, behind)) = record(rest) {
            rest = behind;
            let Some((_, skip)) = WITH_STRINGS.iter().find(|(of, _)| *of == kind) else { continue };
            let mut body = body.get(*skip..).unwrap_or_default();
            while let Some((string, behind)) = string(body) {
                body = behind;
                let string = normal(&string).trim().to_owned();
                let is_new = string.chars().any(char::is_alphanumeric) && !seen.contains(&string);
                if is_new && length + string.len() < MOST {
                    length += string.len();
                    seen.insert(string.clone());
                    found.push(string);
                }
                // What stands behind is formatting, but in these.
                if !matches!(kind, 0x01DF | 0x01EE) {
                    break;
                }
            }
        }
    }
    found
}

/// A record: its kind, its body, what follows ([MS-XLSB] 2.1.4).
fn record(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (low, mut rest) = bytes.split_first()?;
    let mut kind = u16::from(*low);
    if low & 0x80 != 0 {
        let (high, behind) = rest.split_first()?;
        kind = kind & 0x7F | u16::from(*high & 0x7F) << 7;
        rest = behind;
    }
    let mut length = 0_usize;
    for place in 0..4 {
        let (byte, behind) = rest.split_first()?;
        rest = behind;
        length |= usize::from(*byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((kind, rest.get(..length).unwrap_or(rest), rest.get(length..).unwrap_or_default()))
}

/// A string behind its length in characters; one that is not there has the length -1.
fn string(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length);
    if length == u32::MAX {
        return Some((String::new(), rest));
    }
    let length = usize::try_from(length).ok()?.checked_mul(2)?;
    let (pairs, _) = rest.get(..length)?.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
    let string =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some((string, rest.get(length..)?))
}
