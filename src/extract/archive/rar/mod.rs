//! RAR archives: their names are read, and members that are stored as they are; nothing free undoes
//! the methods.

mod headers;

use memchr::memmem;

use self::headers::{MAGIC_4, MAGIC_5};
use super::super::leaf::Leaf;
use super::super::normal;
use super::super::output::Flow;
use super::super::walk::Walk;
use super::listed;
use crate::limits::Cause;
use crate::text::Place;

/// Where a program that unpacks itself may have its archive.
const PREFIX: usize = 1 << 20;

/// Whether a part is a RAR archive, or a program that unpacks one.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    start(leaf.bytes).is_some()
}

fn start(bytes: &[u8]) -> Option<usize> {
    let within = match bytes {
        [b'M', b'Z', ..] => bytes.get(..bytes.len().min(PREFIX))?,
        _ => bytes.get(..8)?,
    };
    [MAGIC_5, MAGIC_4].iter().find_map(|magic| memmem::find(within, magic))
}

/// Reads the names and what is stored, and says why the rest stays unread.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let bytes = start(leaf.bytes).and_then(|start| leaf.bytes.get(start..)).unwrap_or_default();
    let found = headers::read(bytes);
    for comment in &found.comments {
        let words = bytes.get(comment.clone()).unwrap_or_default();
        walk.out.unpacked(words.len(), leaf.path)?;
        let mut text = leaf.text(normal::normal(&String::from_utf8_lossy(words)));
        text.place = Place::Metadata;
        walk.out.text(text);
    }
    let cause = match (found.encrypted, found.ended) {
        (true, _) => Some(Cause::Encrypted),
        (false, false) => Some(Cause::Malformed),
        (false, true) => None,
    };
    listed::read(walk, leaf, bytes, &found.members, cause.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::archive::listed::crc;
    use crate::extract::archive::reading::{causes, names, read_file, shows};

    fn member_4(name: &str, (flags, method): (u16, u8), data: &[u8]) -> Vec<u8> {
        let size = 32 + name.len() as u16;
        let mut header = vec![0, 0, 0x74];
        header.extend(flags.to_le_bytes());
        header.extend(size.to_le_bytes());
        header.extend((data.len() as u32).to_le_bytes());
        header.extend([0; 5]);
        header.extend(crc(data).to_le_bytes());
        header.extend([0, 0, 0, 0, 29, method]);
        header.extend((name.len() as u16).to_le_bytes());
        header.extend([0; 4]);
        [header, name.as_bytes().to_vec(), data.to_vec()].concat()
    }

    const MAIN_4: [u8; 13] = [0, 0, 0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0];
    const END_4: [u8; 7] = [0, 0, 0x7B, 0, 0x40, 7, 0];

    #[test]
    fn names_of_version_4_are_read_and_the_rest_is_unsupported() {
        let bytes = [
            MAGIC_4,
            &MAIN_4,
            &member_4("a\\jane roe.txt", (0x8000, 0x33), b"xxxx"),
            &member_4("b.txt", (0x8000, 0x33), b"y"),
            &END_4,
        ]
        .concat();
        let reading = read_file("x.rar", &bytes);
        assert_eq!(names(&reading), ["x.rar", "a", "jane roe.txt", "b.txt"]);
        assert_eq!(causes(&reading), [Cause::Unsupported]);
        let locked = [MAGIC_4, &MAIN_4, &member_4("b.txt", (0x8004, 0x30), b"y"), &END_4].concat();
        assert_eq!(causes(&read_file("x.rar", &locked)), [Cause::Encrypted]);
        for length in 0..bytes.len() {
            let _ = read_file("x.rar", &bytes[..length]);
        }
    }

    #[test]
    fn stored_members_of_version_4_are_read() {
        let member = member_4("w\\a.txt", (0x8000, 0x30), b"Patient Jane Roe");
        let folder = member_4("w", (0x80E0, 0x30), b"");
        let bytes = [MAGIC_4, &MAIN_4, &member, &folder, &END_4].concat();
        let reading = read_file("x.rar", &bytes);
        assert!(shows(&reading, "Patient Jane Roe") && causes(&reading).is_empty());
        let from = bytes.len() - END_4.len() - folder.len();
        for length in 21..from {
            assert!(!causes(&read_file("x.rar", &bytes[..length])).is_empty(), "{length}");
        }
        let mut changed = bytes.clone();
        changed[from - 1] ^= 1;
        let reading = read_file("x.rar", &changed);
        assert!(shows(&reading, "Patient Jane") && causes(&reading) == [Cause::Malformed]);
        let piece = member_4("a.txt", (0x8002, 0x30), b"Patient Jane Roe");
        let reading = read_file("x.rar", &[MAGIC_4, &MAIN_4, &piece, &END_4].concat());
        assert_eq!(causes(&reading), [Cause::Unsupported]);
    }

    fn block_5(kind: u8, name: &str, method: u8, data: &[u8]) -> Vec<u8> {
        let (low, high) = (method << 7, method >> 1);
        let compression = [low | 0x80, high];
        let body = [
            &[kind, 2, data.len() as u8, 4, 9, 0][..],
            &crc(data).to_le_bytes(),
            &compression,
            &[0, name.len() as u8],
            name.as_bytes(),
        ]
        .concat();
        [&[0, 0, 0, 0, body.len() as u8][..], &body, data].concat()
    }

    #[test]
    fn names_of_version_5_are_read_and_encrypted_headers_told() {
        let main = [0, 0, 0, 0, 3, 1, 0, 0];
        let end = [0, 0, 0, 0, 3, 5, 0, 0];
        let packed = block_5(2, "jane roe.txt", 3, b"abc");
        let stored = block_5(2, "b.txt", 0, b"Patient Jane Roe");
        let comment = block_5(3, "CMT", 0, b"about Jane");
        let bytes = [MAGIC_5, &main, &comment, &packed, &stored, &end].concat();
        let reading = read_file("x.rar", &bytes);
        assert_eq!(names(&reading), ["x.rar", "jane roe.txt", "b.txt"]);
        assert!(shows(&reading, "Patient Jane Roe") && shows(&reading, "about Jane"));
        assert_eq!(causes(&reading), [Cause::Unsupported]);
        let reading = read_file("x.rar", &[MAGIC_5, &main, &stored, &end].concat());
        assert!(shows(&reading, "Patient Jane Roe") && causes(&reading).is_empty());
        let locked = [MAGIC_5, &[0, 0, 0, 0, 3, 4, 0, 0]].concat();
        assert_eq!(causes(&read_file("x.rar", &locked)), [Cause::Encrypted]);
        for at in 0..bytes.len() {
            for change in [1, 0x80, 0xFF] {
                let mut changed = bytes.clone();
                changed[at] ^= change;
                let _ = read_file("x.rar", &changed);
            }
        }
    }
}
