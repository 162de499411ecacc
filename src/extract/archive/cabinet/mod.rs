//! Windows cabinets (MS-CAB). The crate `cab` panics on offsets that lie and unpacks a folder anew
//! for every file in it, so the structure is read here; LZX is the crate's that it uses.

mod blocks;
mod headers;
#[cfg(test)]
mod tests;

use memchr::memmem;

use self::blocks::Blocks;
use self::headers::{File, Whole};
use super::super::file_names;
use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::unpack::{Unpacked, unpack};
use super::super::walk::{Children, Walk};
use super::member_names::Folders;
use crate::limits::Cause;

const MAGIC: &[u8] = b"MSCF\0\0\0\0";

/// Where a program that unpacks itself may have its cabinet.
const PREFIX: usize = 1 << 20;

/// Whether a part is a cabinet, or a program that unpacks one.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    start(leaf.bytes).is_some()
}

fn start(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'M', b'Z', ..] => {
            let within = bytes.get(..bytes.len().min(PREFIX))?;
            let found = memmem::find_iter(within, MAGIC).take(16);
            found.into_iter().find(|&at| bytes.get(at..).and_then(headers::read).is_some())
        }
        _ => bytes.starts_with(MAGIC).then_some(0),
    }
}

/// Reads the files, folder by folder: those of one are packed as one.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let start = start(leaf.bytes).unwrap_or_default();
    let bytes = leaf.bytes.get(start..).unwrap_or_default();
    if start > 0 {
        walk.out.unread(leaf.path, leaf.file(), Cause::Unsupported);
    }
    let Some(mut cabinet) = headers::read(bytes) else {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
        return Ok(());
    };
    if !cabinet.complete {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    }
    cabinet.files.sort_by_key(|file| (file.folder, file.start));
    let mut files = Files { leaf, folders: Folders::default(), children: Children::of(leaf.path) };
    for inside in cabinet.files.chunk_by(|one, other| one.folder == other.folder) {
        let folder = inside.first().and_then(|file| cabinet.folders.get(file.folder));
        let Some(folder) = folder else {
            inside.iter().try_for_each(|file| files.elsewhere(walk, file))?;
            continue;
        };
        let unpacked = match Blocks::new(bytes, folder, cabinet.reserved) {
            Ok(blocks) => unpack(&mut walk.out, leaf.path, blocks)?,
            Err(cause) => Unpacked { bytes: Vec::new(), missing: Some(cause) },
        };
        let mut read_up_to = 0;
        for file in inside {
            // Files that share bytes are read, and paid for, one by one.
            if file.start < read_up_to {
                walk.out.unpacked(file.length.min(unpacked.bytes.len()), leaf.path)?;
            }
            read_up_to = read_up_to.max(file.start.saturating_add(file.length));
            files.file(walk, file, &unpacked)?;
        }
        // Damage that took no bytes away is nobody's but the folder's.
        if read_up_to <= unpacked.bytes.len() {
            unpacked.tell(&mut walk.out, leaf.path, leaf.file());
        }
    }
    Ok(())
}

struct Files<'a> {
    leaf: &'a Leaf<'a>,
    folders: Folders,
    children: Children<'a>,
}

impl Files<'_> {
    fn file(&mut self, walk: &mut Walk<'_>, file: &File, folder: &Unpacked) -> Flow {
        let name = self.folders.file_name(&mut walk.out, self.leaf.path, &file.name);
        let end = file.start.saturating_add(file.length);
        let there = folder.bytes.get(file.start..end.min(folder.bytes.len())).unwrap_or_default();
        let part = self.children.peek();
        walk.member(&mut self.children, Some(name), there)?;
        if there.len() < file.length {
            let cause = match file.whole {
                Whole::Here => folder.missing.unwrap_or(Cause::Malformed),
                Whole::Elsewhere => Cause::Unsupported,
            };
            walk.out.unread(&part, Some(name), cause);
        }
        Ok(())
    }

    /// A file whose beginning is in another cabinet, or in a folder that is not there.
    fn elsewhere(&mut self, walk: &mut Walk<'_>, file: &File) -> Flow {
        let name = self.folders.file_name(&mut walk.out, self.leaf.path, &file.name);
        let part = self.children.next();
        walk.out.begin(&part)?;
        file_names::read_one(&mut walk.out, &part, &part, name);
        let cause = match file.whole {
            Whole::Here => Cause::Malformed,
            Whole::Elsewhere => Cause::Unsupported,
        };
        walk.out.unread(&part, Some(name), cause);
        Ok(())
    }
}
