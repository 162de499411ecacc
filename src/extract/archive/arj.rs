//! ARJ archives: names and comments are read, and members that are stored as they are (ARJ's
//! technical notes).

use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::walk::Walk;
use super::super::{normal, sniff};
use super::listed::{self, Content, Listed, MOST};
use super::member_names::of_dos;
use super::{size_at, u16_at, u32_at};
use crate::limits::Cause;
use crate::text::Place;

const MAGIC: &[u8] = b"\x60\xEA";

/// What the header of the archive, or that of a member, says.
struct Header<'a> {
    fields: &'a [u8],
    name: &'a [u8],
    comment: &'a [u8],
    /// Where what follows begins.
    end: usize,
}

impl<'a> Header<'a> {
    fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        let size = usize::from(u16_at(bytes, at.checked_add(2)?)?);
        if !bytes.get(at..)?.starts_with(MAGIC) || !(30..=2600).contains(&size) {
            return None;
        }
        let fields = bytes.get(at + 4..at + 4 + size)?;
        let mut texts = fields.get(usize::from(*fields.first()?)..)?.split(|&byte| byte == 0);
        let (name, comment) = (texts.next()?, texts.next()?);
        let mut end = at + 4 + size + 4;
        // More headers, each with its sum.
        loop {
            match usize::from(u16_at(bytes, end)?) {
                0 => break,
                length => end += 2 + length + 4,
            }
        }
        Some(Self { fields, name, comment, end: end + 2 })
    }
}

/// Whether a part begins with the header of such an archive, which is of type 2.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    Header::at(leaf.bytes, 0).is_some_and(|header| header.fields.get(6) == Some(&2))
}

/// Reads the members.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let mut members = Vec::new();
    let mut comments = Vec::new();
    let mut at = 0;
    while members.len() < MOST
        && let Some(header) = Header::at(leaf.bytes, at)
    {
        comments.push(header.comment);
        // The header of the archive has no data.
        let data = if at == 0 { Some(0) } else { size_at(header.fields, 12) };
        let Some(end) = data.and_then(|data| header.end.checked_add(data)) else { break };
        if at > 0 {
            members.push(member(&header, end));
        }
        at = end;
    }
    // A header of no length ends the archive.
    let ended = leaf.bytes.get(at..).is_some_and(|rest| rest.starts_with(b"\x60\xEA\0\0"));
    let cause = if ended { None } else { Some(Cause::Malformed) };
    for comment in comments {
        let words = of_dos(comment);
        if sniff::has_words(&words) {
            let mut text = leaf.text(normal::normal(&words));
            text.place = Place::Metadata;
            walk.out.text(text);
        }
    }
    listed::read(walk, leaf, leaf.bytes, &members, cause.into_iter().collect())
}

fn member(header: &Header<'_>, end: usize) -> Listed {
    let flags = header.fields.get(4).copied().unwrap_or_default();
    let content = match (header.fields.get(5), header.fields.get(6)) {
        // A folder, or a label.
        (_, Some(3 | 4)) => Content::Nowhere,
        _ if flags & 1 != 0 => Content::Unread(Cause::Encrypted),
        // A piece of a member that other volumes hold is none to read by itself.
        (Some(0), _) if flags & 12 == 0 => {
            Content::Here(header.end..end, u32_at(header.fields, 20))
        }
        _ => Content::Unread(Cause::Unsupported),
    };
    Listed { name: of_dos(header.name), content }
}

#[cfg(test)]
mod tests {
    use super::super::listed::crc;
    use super::*;
    use crate::extract::archive::reading::{causes, names, read_file, shows};

    fn header(
        name: &str,
        comment: &str,
        (flags, method, kind): (u8, u8, u8),
        data: &str,
    ) -> Vec<u8> {
        let length = (data.len() as u32).to_le_bytes();
        let sum = crc(data.as_bytes()).to_le_bytes();
        let fixed = [&[30, 11, 1, 2, flags, method, kind, 0][..], &[0; 4], &length, &length, &sum];
        let texts = format!("{name}\0{comment}\0");
        let fields = [&fixed.concat()[..], &[0; 6], texts.as_bytes()].concat();
        let size = (fields.len() as u16).to_le_bytes();
        [MAGIC, &size, &fields, &[0; 4], &[0, 0], data.as_bytes()].concat()
    }

    #[test]
    fn names_and_comments_are_read_and_what_is_stored() {
        let main = header("x.arj", "scans of Jane", (0, 0, 2), "");
        let stored = header("wards/a.txt", "", (0, 0, 0), "Patient Jane Roe");
        let packed = header("jane roe.txt", "", (0, 1, 0), "xx");
        let end = b"\x60\xEA\0\0";
        let bytes = [&main[..], &stored, &packed, end].concat();
        let reading = read_file("x.arj", &bytes);
        assert!(shows(&reading, "Patient Jane Roe") && shows(&reading, "scans of Jane"));
        assert_eq!(names(&reading), ["x.arj", "wards", "a.txt", "jane roe.txt"]);
        assert_eq!(causes(&reading), [Cause::Unsupported]);
        let locked = header("a.txt", "", (1, 0, 0), "xx");
        let reading = read_file("x.arj", &[&main[..], &locked, end].concat());
        assert_eq!(causes(&reading), [Cause::Encrypted]);
        for length in main.len()..main.len() + stored.len() {
            let reading = read_file("x.arj", &bytes[..length]);
            assert!(causes(&reading).contains(&Cause::Malformed), "{length}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x81;
            let _ = read_file("x.arj", &changed);
        }
    }
}
