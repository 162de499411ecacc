//! Whether a legacy document is encrypted, from the places where each format says it.

use std::io::Cursor;

use office_oxide::cfb::CfbReader;

use super::kinds::Kind;

/// Whether the document says that it is encrypted. Workbooks are left to their reader, which opens
/// those that every Excel opens without asking.
pub(super) fn is_encrypted(kind: Kind, bytes: &[u8]) -> bool {
    let Ok(mut reader) = CfbReader::new(Cursor::new(bytes)) else { return false };
    match kind {
        // FibBase.fEncrypted ([MS-DOC] 2.5.2).
        Kind::Word => {
            let stream = reader.open_stream("WordDocument").unwrap_or_default();
            is_word(&stream) && stream.get(0x0B).is_some_and(|flags| flags & 1 != 0)
        }
        // CurrentUserAtom.headerToken ([MS-PPT] 2.3.2).
        Kind::Slides => {
            let stream = reader.open_stream("Current User").unwrap_or_default();
            stream.get(12..16) == Some(&0xF3D1_C4DF_u32.to_le_bytes()[..])
        }
        _ => false,
    }
}

/// The magic numbers of Word 6 and of those behind it.
fn is_word(stream: &[u8]) -> bool {
    matches!(stream, [0xEC | 0xDC, 0xA5, ..])
}
