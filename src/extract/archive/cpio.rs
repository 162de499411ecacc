//! Archives of cpio with headers in ASCII: POSIX's (odc) and SVR4's (newc), of which packages and
//! boot images are made (cpio(5)).

use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::walk::Walk;
use super::listed::{self, Content, Listed, MOST};
use crate::limits::Cause;

/// What the header of a member says.
struct Header {
    /// Bytes of the header, of the name with its NUL, and of the file.
    header: usize,
    name: usize,
    data: usize,
    /// To what each of the two is filled up.
    filled: usize,
    mode: usize,
}

impl Header {
    fn at(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize, length: usize, radix: u32| {
            let digits = bytes.get(at..at + length)?;
            let digits = std::str::from_utf8(digits).ok()?;
            usize::from_str_radix(digits, radix).ok()
        };
        match bytes.get(..6)? {
            b"070701" | b"070702" => Some(Self {
                header: 110,
                name: number(94, 8, 16)?,
                data: number(54, 8, 16)?,
                filled: 4,
                mode: number(14, 8, 16)?,
            }),
            b"070707" => Some(Self {
                header: 76,
                name: number(59, 6, 8)?,
                data: number(65, 11, 8)?,
                filled: 1,
                mode: number(18, 6, 8)?,
            }),
            _ => None,
        }
    }

    /// Where the name ends and the bytes begin, where they end, and where the next member begins.
    fn places(&self, at: usize) -> Option<(usize, usize, usize)> {
        let start = self.header.checked_add(self.name)?.checked_next_multiple_of(self.filled)?;
        let next = start.checked_add(self.data)?.checked_next_multiple_of(self.filled)?;
        let place = |offset: usize| at.checked_add(offset);
        Some((place(start)?, place(start.checked_add(self.data)?)?, place(next)?))
    }
}

/// Whether a part begins with the header of a member and a name behind it.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    Header::at(leaf.bytes).is_some_and(|found| {
        let last = found.header.checked_add(found.name).and_then(|end| leaf.bytes.get(end - 1));
        found.name > 0 && last == Some(&0)
    })
}

/// Reads the members, those of archives behind the first one too.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    const FOLDER: usize = 0o040_000;
    let mut members = Vec::new();
    let mut causes = Vec::new();
    let mut at = 0;
    let mut ended = false;
    while members.len() < MOST {
        let rest = leaf.bytes.get(at..).unwrap_or_default();
        let Some(skipped) = rest.iter().position(|&byte| byte != 0) else { break };
        // Zeros fill the last block of an archive, and nothing else.
        let start = if ended { at + skipped } else { at };
        let found = leaf.bytes.get(start..).and_then(Header::at);
        let placed = found.and_then(|found| Some((found.places(start)?, found)));
        let Some(((data, end, next), found)) = placed else {
            ended = false;
            break;
        };
        let name = start + found.header;
        let name = leaf.bytes.get(name..name.saturating_add(found.name)).unwrap_or_default();
        let name = String::from_utf8_lossy(name.strip_suffix(b"\0").unwrap_or(name)).into_owned();
        at = next;
        ended = name == "TRAILER!!!";
        if ended {
            continue;
        }
        let content = match found.mode & 0o170_000 {
            FOLDER => Content::Nowhere,
            _ => Content::Here(data..end, None),
        };
        members.push(Listed { name, content });
    }
    if !ended {
        causes.push(Cause::Malformed);
    }
    listed::read(walk, leaf, leaf.bytes, &members, causes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::archive::reading::{causes, names, read_file, shows};

    fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn newc(name: &str, mode: u32, data: &str) -> Vec<u8> {
        let zeros = "0".repeat(8);
        let (size, length) = (data.len(), name.len() + 1);
        let rest = format!("{size:08X}{}{length:08X}{zeros}{name}\0", zeros.repeat(4));
        let header = format!("070701{zeros}{mode:08X}{}{rest}", zeros.repeat(4));
        padded([padded(header.into_bytes()), data.as_bytes().to_vec()].concat())
    }

    fn odc(name: &str, data: &str) -> Vec<u8> {
        let zeros = "0".repeat(6);
        let (size, length) = (data.len(), name.len() + 1);
        let start = format!("070707{zeros}{zeros}100644{}", zeros.repeat(4));
        format!("{start}{:011}{length:06o}{size:011o}{name}\0{data}", 0).into_bytes()
    }

    #[test]
    fn members_of_both_kinds_are_read() {
        let folder = newc("wards", 0o040_755, "");
        let file = newc("wards/jane roe.txt", 0o100_644, "Patient Jane Roe!");
        let end = newc("TRAILER!!!", 0, "");
        let others = [odc("b.txt", "other words"), odc("TRAILER!!!", "")].concat();
        let bytes = [&folder[..], &file, &end, &[0; 300], &others, &[0; 50]].concat();
        let reading = read_file("a.cpio", &bytes);
        assert!(shows(&reading, "Patient Jane Roe!") && shows(&reading, "other words"));
        assert_eq!(names(&reading)[1..], ["wards", "wards", "jane roe.txt", "b.txt"]);
        assert!(causes(&reading).is_empty());
        for length in 116..folder.len() + file.len() {
            let reading = read_file("a.cpio", &bytes[..length]);
            assert!(causes(&reading).contains(&Cause::Malformed), "{length}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x41;
            let _ = read_file("a.cpio", &changed);
        }
    }
}
