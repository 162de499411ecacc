//! LHA (LZH) archives: names are read, and members that are stored as they are (header levels 0 to
//! 2 of LHa for UNIX).

use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::walk::Walk;
use super::listed::{self, Content, Listed, MOST};
use super::{size_at, u16_at};
use crate::limits::Cause;
use crate::message::charset;

/// Whether a part begins with the header of a member.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    member(leaf.bytes, 0).is_some()
}

/// Reads the members.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let mut members = Vec::new();
    let mut at = 0;
    while members.len() < MOST
        && let Some((member, behind)) = member(leaf.bytes, at)
    {
        members.push(member);
        at = behind;
    }
    // A zero ends the archive; a member that is cut says so itself.
    let ended = leaf.bytes.get(at) == Some(&0) || at >= leaf.bytes.len();
    let cause = if ended { None } else { Some(Cause::Malformed) };
    listed::read(walk, leaf, leaf.bytes, &members, cause.into_iter().collect())
}

/// The member whose header is at a place, and where the next one is.
fn member(bytes: &[u8], at: usize) -> Option<(Listed, usize)> {
    let method = bytes.get(at + 2..at + 7)?;
    let [b'-', b'l' | b'p', b'h' | b'z' | b'm', _, b'-'] = *method else { return None };
    let level = *bytes.get(at + 20)?;
    let size = usize::from(*bytes.get(at)?);
    let packed = size_at(bytes, at + 7)?;
    let mut name = Vec::new();
    let mut folders = Vec::new();
    let (mut extension, mut start) = match level {
        0 | 1 => {
            let length = usize::from(*bytes.get(at + 21)?);
            name = bytes.get(at + 22..at + 22 + length)?.to_vec();
            let end = at + 2 + size;
            (if level == 1 { end.checked_sub(2) } else { None }, end)
        }
        2 => (Some(at + 24), at + usize::from(u16_at(bytes, at)?)),
        _ => return None,
    };
    // The packed size counts what stands behind the header: in level 1 extensions too.
    let end = start.checked_add(packed)?;
    // Each extension ends in the length of the next; those of level 1 stand behind the header.
    while let Some(place) = extension {
        let length = usize::from(u16_at(bytes, place)?);
        if length < 3 {
            break;
        }
        let field = bytes.get(place + 2..place + length)?;
        match field.split_first() {
            Some((1, text)) => name = text.to_vec(),
            Some((2, text)) => folders = text.to_vec(),
            _ => {}
        }
        extension = Some(place + length);
        if level == 1 {
            start += length;
        }
    }
    let path = [folders, name].concat();
    // Folders are divided by a byte that is no letter.
    let path = path.iter().map(|&byte| if byte == 0xFF { b'/' } else { byte }).collect::<Vec<_>>();
    let content = match method {
        b"-lh0-" | b"-lz4-" | b"-pm0-" => Content::Here(start..end.max(start), None),
        b"-lhd-" => Content::Nowhere,
        _ => Content::Unread(Cause::Unsupported),
    };
    // Most of them are from Japan, in Shift JIS.
    let name = charset::decode(&path, None).text.into_owned();
    (end > at).then_some((Listed { name, content }, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::archive::reading::{causes, names, read_file, shows};

    fn head(method: &str, packed: usize, level: u8) -> Vec<u8> {
        let length = (packed as u32).to_le_bytes();
        [method.as_bytes(), &length, &length, &[0; 4], &[0x20, level]].concat()
    }

    fn level_0(method: &str, name: &str, data: &str) -> Vec<u8> {
        let rest =
            [&head(method, data.len(), 0)[..], &[name.len() as u8], name.as_bytes(), &[0, 0]];
        let rest = rest.concat();
        [&[rest.len() as u8, 0], &rest[..], data.as_bytes()].concat()
    }

    fn extension(kind: u8, text: &[u8]) -> Vec<u8> {
        [&(text.len() as u16 + 3).to_le_bytes()[..], &[kind], text].concat()
    }

    fn level_1(method: &str, name: &str, folder: &[u8], data: &str) -> Vec<u8> {
        let beside = [extension(2, folder), vec![0, 0]].concat();
        let packed = data.len() + beside.len() - 2;
        let rest =
            [&head(method, packed, 1)[..], &[name.len() as u8], name.as_bytes(), &[0, 0, b'U']];
        let rest = rest.concat();
        [&[rest.len() as u8 + 2, 0], &rest[..], &beside, data.as_bytes()].concat()
    }

    fn level_2(method: &str, name: &str, data: &str) -> Vec<u8> {
        let beside = [extension(1, name.as_bytes()), vec![0, 0]].concat();
        let rest = [&head(method, data.len(), 2)[..], &[0, 0, b'U'], &beside].concat();
        [&(rest.len() as u16 + 2).to_le_bytes()[..], &rest, data.as_bytes()].concat()
    }

    #[test]
    fn names_of_every_level_are_read_and_what_is_stored() {
        let bytes = [
            level_0("-lh0-", "a.txt", "Patient Jane Roe"),
            level_1("-lh0-", "b.txt", b"wards\xFFjane\xFF", "other words"),
            level_1("-lhd-", "", b"wards\xFFempty\xFF", ""),
            level_2("-lh5-", "jane roe.txt", "packed somehow"),
            level_2("-lh0-", "d.txt", "last words of hers"),
            vec![0],
        ]
        .concat();
        let reading = read_file("x.lzh", &bytes);
        for words in ["Patient Jane Roe", "other words", "last words of hers"] {
            assert!(shows(&reading, words), "{words}");
        }
        let named = names(&reading);
        for name in ["a.txt", "wards/jane", "b.txt", "jane roe.txt", "d.txt"] {
            assert!(named.contains(&name), "{name}");
        }
        assert_eq!(causes(&reading), [Cause::Unsupported]);
        let first = level_0("-lh0-", "a.txt", "Patient Jane Roe");
        assert!(causes(&read_file("x.lzh", &first)).is_empty());
        for length in 29..first.len() {
            assert_eq!(causes(&read_file("x.lzh", &first[..length])), [Cause::Malformed]);
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x81;
            let _ = read_file("x.lzh", &changed);
        }
    }
}
