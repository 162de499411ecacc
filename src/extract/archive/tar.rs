//! Tar archives of every kind: v7, ustar, GNU, pax.

use std::io::Read;

use tar::{Archive, Entry, EntryType};

use super::super::file_names;
use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::unpack::unpack;
use super::super::walk::{Children, Walk};
use super::member_names::Folders;
use crate::limits::Cause;

const BLOCK: usize = 512;

/// Whether a part begins with the header of a member: its sum proves it, the mark of ustar does
/// not have to be there.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    leaf.bytes.get(..BLOCK).is_some_and(|header| sum_said(header) == Some(sum(header)))
}

/// The sum that a header says, in octal digits.
fn sum_said(header: &[u8]) -> Option<u32> {
    let digits = header.get(148..156)?.split(|&byte| byte == 0).next()?.trim_ascii();
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok().filter(|&sum| sum > 8 * 32)
}

/// The sum of a header, its own field taken for spaces.
fn sum(header: &[u8]) -> u32 {
    let bytes = header.iter().enumerate();
    bytes.map(|(at, &byte)| if (148..156).contains(&at) { 32 } else { u32::from(byte) }).sum()
}

/// Reads the members.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let mut archive = Archive::new(leaf.bytes);
    // Members behind the end are read by some programs.
    archive.set_ignore_zeros(true);
    let Ok(entries) = archive.entries() else {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
        return Ok(());
    };
    let mut folders = Folders::default();
    let mut children = Children::of(leaf.path);
    for entry in entries {
        let Ok(entry) = entry else {
            walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
            break;
        };
        member(walk, leaf, &mut folders, &mut children, entry)?;
    }
    Ok(())
}

fn member<R: Read>(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    folders: &mut Folders,
    children: &mut Children<'_>,
    mut entry: Entry<'_, R>,
) -> Flow {
    walk.out.time(leaf.path)?;
    let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let name = folders.file_name(&mut walk.out, leaf.path, &path);
    if let Some(target) = entry.link_name_bytes() {
        let target = String::from_utf8_lossy(&target).into_owned();
        walk.out.charge_part(leaf.path)?;
        file_names::read_one(&mut walk.out, leaf.path, leaf.group, &target);
    }
    if matches!(entry.header().entry_type(), EntryType::Directory | EntryType::XGlobalHeader) {
        return Ok(());
    }
    let wanted = entry.size();
    let unpacked = unpack(&mut walk.out, leaf.path, &mut entry)?;
    let part = children.peek();
    walk.member(children, Some(name), &unpacked.bytes)?;
    unpacked.tell(&mut walk.out, &part, Some(name));
    if unpacked.missing.is_none() && (unpacked.bytes.len() as u64) < wanted {
        walk.out.unread(&part, Some(name), Cause::Malformed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::archive::reading::{causes, names, read_file, shows};

    fn tarball(name: &str, words: &str) -> Vec<u8> {
        let mut builder = ::tar::Builder::new(Vec::new());
        let mut header = ::tar::Header::new_gnu();
        header.set_size(words.len() as u64);
        builder.append_data(&mut header, name, words.as_bytes()).unwrap();
        builder.into_inner().unwrap()
    }

    #[test]
    fn members_are_read_with_long_names_too() {
        let long = format!("wards/{}/jane roe.txt", "w".repeat(150));
        let reading = read_file("a.tar", &tarball(&long, "Patient Jane Roe"));
        assert!(shows(&reading, "Patient Jane Roe") && causes(&reading).is_empty());
        assert!(names(&reading).contains(&"jane roe.txt"));
        let behind_the_end = [tarball("a.txt", "first words"), tarball("b.txt", "others")].concat();
        let reading = read_file("a.tar", &behind_the_end);
        assert!(shows(&reading, "first words") && shows(&reading, "others"));
    }

    #[test]
    fn a_header_without_a_mark_is_known_by_its_sum() {
        let mut bytes = tarball("a.txt", "first words");
        bytes[257..265].fill(0);
        let total = format!("{:06o}\0 ", sum(&bytes[..BLOCK]));
        bytes[148..156].copy_from_slice(total.as_bytes());
        assert!(shows(&read_file("a.tar", &bytes), "first words"));
    }

    #[test]
    fn a_cut_archive_is_read_as_far_as_it_goes() {
        let whole = [tarball("a.txt", "first words"), tarball("b.txt", &"other ".repeat(900))];
        let whole = whole.concat();
        for length in (BLOCK..whole.len() - 1025).step_by(97) {
            let reading = read_file("a.tar", &whole[..length]);
            assert!(shows(&reading, "first words") || length < 1100, "{length}");
        }
        let reading = read_file("a.tar", &whole[..whole.len() - 3000]);
        assert!(causes(&reading).contains(&Cause::Malformed));
    }
}
