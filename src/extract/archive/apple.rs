//! AppleSingle and AppleDouble (RFC 1740): a file and what the Macintosh keeps beside it.

use super::super::file_names;
use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::walk::{Children, Walk};
use crate::limits::Cause;

const SINGLE: &[u8] = b"\0\x05\x16\0\0\x02\0\0";
const DOUBLE: &[u8] = b"\0\x05\x16\x07\0\x02\0\0";

/// Entries (RFC 1740 appendix A): the file itself, its name, a comment.
const DATA: u32 = 1;
const NAME: u32 = 3;
const COMMENT: u32 = 4;

/// Whether a part is one of them.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    leaf.bytes.starts_with(SINGLE) || leaf.bytes.starts_with(DOUBLE)
}

/// Reads the file; resources, icons and dates say nothing.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let mut name = None;
    let mut data = None;
    let mut complete = true;
    let count = leaf.bytes.get(24..26).and_then(|two| two.try_into().ok());
    complete &= count.is_some();
    let count = usize::from(count.map_or(0, u16::from_be_bytes));
    for index in 0..count {
        let number = |at: usize| {
            let at = 26 + 12 * index + at;
            leaf.bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
        };
        let (Some(id), Some(start), Some(length)) = (number(0), number(4), number(8)) else {
            complete = false;
            break;
        };
        let range = start as usize..(start as usize).saturating_add(length as usize);
        let Some(bytes) = leaf.bytes.get(range.clone()) else {
            complete = false;
            if id == DATA {
                data = leaf.bytes.get(range.start..);
            }
            continue;
        };
        match id {
            DATA => data = Some(bytes),
            NAME => name = Some(String::from_utf8_lossy(bytes).into_owned()),
            COMMENT => {
                walk.out.charge_part(leaf.path)?;
                let comment = String::from_utf8_lossy(bytes);
                file_names::read_one(&mut walk.out, leaf.path, leaf.group, &comment);
            }
            _ => {}
        }
    }
    if !complete {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    }
    let mut children = Children::of(leaf.path);
    match (data, name) {
        (Some(data), name) => walk.member(&mut children, name.as_deref(), data),
        (None, Some(name)) => {
            file_names::read_one(&mut walk.out, leaf.path, leaf.group, &name);
            Ok(())
        }
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::archive::reading::{causes, names, read_file, shows};

    #[test]
    fn the_file_in_it_is_read_under_its_name() {
        let entry = |id: u32, start: u32, length: u32| {
            [id.to_be_bytes(), start.to_be_bytes(), length.to_be_bytes()].concat()
        };
        let (name, words) = (&b"jane roe.txt"[..], &b"Patient Jane Roe"[..]);
        let bytes =
            [SINGLE, &[0; 16], &[0, 2], &entry(NAME, 50, 12), &entry(DATA, 62, 16), name, words]
                .concat();
        let reading = read_file("a", &bytes);
        assert!(shows(&reading, "Patient Jane Roe") && names(&reading).contains(&"jane roe.txt"));
        assert!(causes(&reading).is_empty());
        for length in SINGLE.len()..bytes.len() {
            let reading = read_file("a", &bytes[..length]);
            assert!(causes(&reading) == [Cause::Malformed], "{length}");
        }
    }
}
