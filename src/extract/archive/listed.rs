//! Members as headers list them: bytes that stand in an archive as they are go back into the walk,
//! of the others the names are read.

use std::ops::Range;

use super::super::file_names;
use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::walk::{Children, Walk};
use super::member_names::Folders;
use crate::limits::Cause;

/// Members of one archive that are looked at; more are hostile.
pub(super) const MOST: usize = 10_000;

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) content: Content,
}

/// Where the bytes of a member are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// Here in the archive, with the sum that CRC-32 has to give.
    Here(Range<usize>, Option<u32>),
    /// Nowhere: it is a folder.
    Nowhere,
    /// They stay unread.
    Unread(Cause),
}

/// Reads the members; what is unread among them is told once, for the archive.
pub(super) fn read(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    archive: &[u8],
    members: &[Listed],
    mut causes: Vec<Cause>,
) -> Flow {
    let mut folders = Folders::default();
    let mut children = Children::of(leaf.path);
    for member in members {
        let name = folders.file_name(&mut walk.out, leaf.path, &member.name);
        match &member.content {
            Content::Here(range, sum) => {
                let there = range.start..range.end.min(archive.len());
                let bytes = archive.get(there).unwrap_or_default();
                let part = children.peek();
                walk.out.unpacked(bytes.len(), &part)?;
                walk.member(&mut children, Some(name), bytes)?;
                if bytes.len() != range.len() || sum.is_some_and(|sum| sum != crc(bytes)) {
                    walk.out.unread(&part, Some(name), Cause::Malformed);
                }
                continue;
            }
            Content::Unread(cause) if !causes.contains(cause) => causes.push(*cause),
            Content::Unread(_) | Content::Nowhere => {}
        }
        walk.out.charge_part(leaf.path)?;
        file_names::read_one(&mut walk.out, leaf.path, leaf.group, name);
    }
    for cause in causes {
        walk.out.unread(leaf.path, leaf.file(), cause);
    }
    Ok(())
}

/// The sum of CRC-32.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}
