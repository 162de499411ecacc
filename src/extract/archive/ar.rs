//! Archives of ar, among them Debian packages: System V's and GNU's names, and BSD's (deb(5)).

use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::walk::Walk;
use super::listed::{self, Content, Listed, MOST};
use crate::limits::Cause;

const MAGIC: &[u8] = b"!<arch>\n";
const HEADER: usize = 60;

/// Whether a part is such an archive.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    leaf.bytes.starts_with(MAGIC)
}

/// Reads the members.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let mut members = Vec::new();
    let mut long_names: &[u8] = &[];
    let mut at = MAGIC.len();
    while members.len() < MOST
        && let Some((name, start, end)) = member(leaf.bytes, at)
    {
        // Members begin at even places.
        at = end.saturating_add(end % 2);
        match name {
            b"//" => long_names = leaf.bytes.get(start..end).unwrap_or_default(),
            b"/" | b"/SYM64/" => {}
            name => {
                let (name, start) = full_name(leaf.bytes, name, long_names, start, end);
                members.push(Listed { name, content: Content::Here(start..end, None) });
            }
        }
    }
    let cause = if at < leaf.bytes.len() { Some(Cause::Malformed) } else { None };
    listed::read(walk, leaf, leaf.bytes, &members, cause.into_iter().collect())
}

/// The name of the member at a place, as it is written, and where its bytes begin and end.
fn member(bytes: &[u8], at: usize) -> Option<(&[u8], usize, usize)> {
    let header = bytes.get(at..at.checked_add(HEADER)?)?;
    header.ends_with(b"`\n").then_some(())?;
    let start = at + HEADER;
    let end = start.checked_add(number(header.get(48..58)?)?)?;
    Some((header.get(..16)?.trim_ascii_end(), start, end))
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits.trim_ascii()).ok()?.parse().ok()
}

/// BSD keeps a long name before the bytes, GNU in a member of its own.
fn full_name(
    bytes: &[u8],
    name: &[u8],
    long_names: &[u8],
    start: usize,
    end: usize,
) -> (String, usize) {
    let (mut name, mut data) = (name, start);
    if let Some(length) = name.strip_prefix(b"#1/").and_then(number)
        && let Some(behind) = start.checked_add(length).filter(|&behind| behind <= end)
        && let Some(long) = bytes.get(start..behind)
    {
        (name, data) = (long, behind);
    } else if let Some(place) = name.strip_prefix(b"/").and_then(number)
        && let Some(long) = long_names.get(place..)
    {
        name = long.split(|&byte| byte == b'\n').next().unwrap_or_default();
    }
    let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
    let name = name.strip_suffix(b"/").unwrap_or(name);
    (String::from_utf8_lossy(name).into_owned(), data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::archive::reading::{causes, names, read_file, shows};

    fn member(name: &str, data: &str) -> Vec<u8> {
        let header =
            format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 100644, data.len());
        let pad = if data.len().is_multiple_of(2) { "" } else { "\n" };
        [header.as_bytes(), data.as_bytes(), pad.as_bytes()].concat()
    }

    #[test]
    fn members_are_read_with_long_names_of_both_kinds() {
        let bytes = [
            MAGIC.to_vec(),
            member("//", "the letter of jane.txt/\n"),
            member("/0", "Patient Jane Roe"),
            member("#1/10", "b long.txtmore words"),
            member("c.txt/", "last words of hers"),
        ]
        .concat();
        let reading = read_file("a.deb", &bytes);
        for words in ["Patient Jane Roe", "more words", "last words of hers"] {
            assert!(shows(&reading, words), "{words}");
        }
        assert_eq!(names(&reading), ["a.deb", "the letter of jane.txt", "b long.txt", "c.txt"]);
        assert!(causes(&reading).is_empty());
        let reading = read_file("a.deb", &bytes[..bytes.len() - 4]);
        assert!(shows(&reading, "last words") && causes(&reading) == [Cause::Malformed]);
        for length in 0..bytes.len() {
            let _ = read_file("a.deb", &bytes[..length]);
        }
        assert_eq!(causes(&read_file("a", b"!<arch>\nno members here")), [Cause::Malformed]);
    }
}
