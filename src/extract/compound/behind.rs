//! Archives behind a compound file. Inside of one they are a part of it: Office keeps the themes of
//! newer formats in documents of the older ones.

use memchr::memmem;

/// How the end of an archive's directory begins, and how long it is without its comment.
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
/// A sector that is not in use ([MS-CFB] 2.1).
const FREE: u32 = 0xFFFF_FFFF;

/// Whether an archive ends where the file does, or behind all of its sectors.
pub(in crate::extract) fn has_archive_behind(bytes: &[u8]) -> bool {
    let Some(at) = memmem::rfind(bytes, END) else { return false };
    let comment = bytes.get(at + 20..at + END_LENGTH).and_then(|length| length.first_chunk::<2>());
    let comment = comment.map_or(0, |length| usize::from(u16::from_le_bytes(*length)));
    at + END_LENGTH + comment == bytes.len() || sectors_end(bytes).is_none_or(|end| at >= end)
}

/// Where the last sector in use ends; `None` where the tables do not tell ([MS-CFB] 2.2, 2.3).
fn sectors_end(bytes: &[u8]) -> Option<usize> {
    let header = bytes.get(..512)?;
    let size = 1_usize << header.get(30).filter(|shift| matches!(shift, 9 | 12))?;
    let tables = header.get(76..)?.as_chunks::<4>().0;
    let count = number(header.get(44..48)?.first_chunk::<4>()?)?;
    let last = tables.get(count.min(tables.len()).checked_sub(1)?)?;
    // The header takes the room of a sector.
    let start = number(last)?.checked_add(1)?.checked_mul(size)?;
    let entries = bytes.get(start..start.checked_add(size)?)?.as_chunks::<4>().0;
    let used = entries.iter().rposition(|entry| u32::from_le_bytes(*entry) != FREE)? + 1;
    let before = (count - 1).checked_mul(entries.len())?;
    let whole = count <= tables.len();
    // Of a file with more tables than the header has room for, the end is not looked for.
    let sectors = if whole { before.checked_add(used)? } else { return Some(bytes.len()) };
    sectors.checked_add(1)?.checked_mul(size)
}

fn number(bytes: &[u8; 4]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of one table and two more sectors, all in use.
    fn file(inside: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; 4 * 512];
        bytes[30] = 9;
        bytes[44] = 1;
        bytes[512..1024].fill(0xFF);
        bytes[512..524].fill(0xFE);
        bytes[1100..1100 + inside.len()].copy_from_slice(inside);
        bytes
    }

    fn end(comment: &str) -> Vec<u8> {
        let mut end = [END, &[0; 16], &[comment.len() as u8, 0]].concat();
        end.extend(comment.bytes());
        end
    }

    #[test]
    fn an_archive_inside_is_a_part_of_the_document_and_one_behind_it_is_not() {
        assert!(!has_archive_behind(&file(&end(""))));
        assert!(!has_archive_behind(&file(b"")));
        assert!(has_archive_behind(&[file(b""), end("")].concat()));
        assert!(has_archive_behind(&[file(b""), end("a comment")].concat()));
        assert!(has_archive_behind(&[file(b""), end(""), b"more".to_vec()].concat()));
    }

    #[test]
    fn where_the_tables_do_not_tell_an_archive_counts() {
        assert!(has_archive_behind(&[&end("")[..], b"more"].concat()));
        let mut wild = file(&end(""));
        wild[44..48].fill(0xFF);
        wild[76..].fill(0xFF);
        assert!(!has_archive_behind(&wild));
        wild[700..722].copy_from_slice(&end(""));
        assert!(has_archive_behind(&wild));
    }
}
