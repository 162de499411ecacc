//! Images of discs (ISO 9660: ECMA-119, with Joliet and Rock Ridge), as radiology hands to
//! patients, and UDF. Files of all of them go back into the walk.

mod record;
#[cfg(test)]
mod tests;
mod udf;
mod volume;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use self::record::{record_of, records};
use self::volume::{Alphabet, Tree};
use super::super::file_names;
use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::walk::{Children, Walk};
use super::member_names::Folders;
use crate::limits::Cause;
use crate::text::Place;

/// Whether a part is the image of a disc.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    volume::is_disc(leaf.bytes)
}

/// Reads the files.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let volumes = volume::read(leaf.bytes);
    for title in &volumes.titles {
        let mut text = leaf.text(super::super::normal::normal(title));
        text.place = Place::Metadata;
        walk.out.text(text);
    }
    // UDF may stand alone; ISO 9660 ends with a descriptor of its own.
    let known = if volumes.trees.is_empty() { volumes.udf } else { volumes.ended };
    let missing = (!known).then_some(Cause::Malformed);
    let mut disc = Disc {
        leaf,
        folders: Folders::default(),
        children: Children::of(leaf.path),
        told: HashMap::new(),
        directories: HashSet::new(),
        missing,
    };
    for (index, tree) in volumes.trees.iter().enumerate() {
        disc.tree(walk, index, *tree)?;
    }
    if let Some(cause) = disc.missing {
        walk.out.unread(leaf.path, leaf.file(), cause);
    }
    if volumes.udf { disc.udf(walk, volumes.trees.len()) } else { Ok(()) }
}

/// Directories that wait to be read, and pieces of one file; more are hostile.
const MOST_WAITING: usize = 10_000;
const MOST_PIECES: usize = 1024;
/// Bytes of the folders of a name; what is longer begins anew.
const LONGEST_PATH: usize = 1024;

/// Where bytes of a disc are: the first of them, and their number.
type Extent = (usize, usize);

struct Disc<'a> {
    leaf: &'a Leaf<'a>,
    folders: Folders,
    children: Children<'a>,
    /// Files that were read, and in which tree: the trees of a disc share them.
    told: HashMap<Vec<Extent>, usize>,
    /// Directories that were read. One that is met again would be a circle.
    directories: HashSet<usize>,
    /// What is wrong with the disc.
    missing: Option<Cause>,
}

impl<'a> Disc<'a> {
    fn tree(&mut self, walk: &mut Walk<'_>, index: usize, tree: Tree) -> Flow {
        let Some(root) = self.root(tree) else {
            self.missing = Some(Cause::Malformed);
            return Ok(());
        };
        let mut waiting = vec![(String::new(), root)];
        while let Some((folders, extent)) = waiting.pop() {
            walk.out.charge_part(self.leaf.path)?;
            if !self.directories.insert(extent.0) {
                continue;
            }
            let (bytes, whole) = self.bytes(extent);
            walk.out.unpacked(bytes.len(), self.leaf.path)?;
            if !whole {
                self.missing = Some(Cause::Malformed);
            }
            // A file that is given in pieces has a record for each.
            let mut pieces: Vec<Extent> = Vec::new();
            for record in records(bytes, tree.alphabet) {
                walk.out.time(self.leaf.path)?;
                let Some(record) = record else {
                    self.missing = Some(Cause::Malformed);
                    continue;
                };
                let path = match folders.len() {
                    1..LONGEST_PATH => format!("{folders}/{}", record.name),
                    _ => record.name.clone(),
                };
                if waiting.len() >= MOST_WAITING || pieces.len() >= MOST_PIECES {
                    self.missing = Some(Cause::TooLarge);
                    break;
                }
                let extent = (record.block.saturating_mul(tree.block), record.length);
                if record.is_directory {
                    waiting.push((path, extent));
                    continue;
                }
                pieces.push(extent);
                if !record.goes_on {
                    let pieces = std::mem::take(&mut pieces);
                    let interleaved = record.interleaved;
                    self.file(walk, index, File { path, pieces, interleaved })?;
                }
            }
            if !pieces.is_empty() {
                self.missing = self.missing.or(Some(Cause::Malformed));
            }
        }
        Ok(())
    }

    fn root(&self, tree: Tree) -> Option<Extent> {
        let record = self.leaf.bytes.get(tree.root..tree.root + 34)?;
        let root = record_of(record, Alphabet::Plain).filter(|root| root.is_directory)?;
        Some((root.block.saturating_mul(tree.block), root.length))
    }

    /// What is there of an extent, and whether that is all of it.
    fn bytes(&self, (start, length): Extent) -> (&'a [u8], bool) {
        let all = self.leaf.bytes;
        let end = start.saturating_add(length);
        (all.get(start..end.min(all.len())).unwrap_or_default(), length == 0 || end <= all.len())
    }

    /// The files of UDF that no other tree has told.
    fn udf(&mut self, walk: &mut Walk<'_>, index: usize) -> Flow {
        let found = udf::read(self.leaf.bytes);
        for name in &found.names {
            walk.out.charge_part(self.leaf.path)?;
            if index == 0 {
                file_names::read_one(&mut walk.out, self.leaf.path, self.leaf.group, name);
            }
        }
        for udf::File { name, pieces } in found.files {
            self.file(walk, index, File { path: name, pieces, interleaved: false })?;
        }
        if !found.complete {
            walk.out.unread(self.leaf.path, self.leaf.file(), Cause::Unsupported);
        }
        Ok(())
    }

    fn file(&mut self, walk: &mut Walk<'_>, index: usize, file: File) -> Flow {
        let File { path, pieces, interleaved } = file;
        let empty = pieces.iter().all(|&(_, length)| length == 0);
        if let Some(&told) = self.told.get(&pieces).filter(|_| !empty) {
            // In another tree it has its name once more; in the same it has another.
            if told == index {
                walk.out.charge_part(self.leaf.path)?;
                file_names::read_one(&mut walk.out, self.leaf.path, self.leaf.group, &path);
            }
            return Ok(());
        }
        let found: Vec<_> = pieces.iter().map(|&piece| self.bytes(piece)).collect();
        // Files may share their bytes, which are read for each.
        for (bytes, _) in &found {
            walk.out.unpacked(bytes.len(), self.leaf.path)?;
        }
        let whole = found.iter().all(|&(_, whole)| whole);
        let bytes = match found.as_slice() {
            [(bytes, _)] => Cow::Borrowed(*bytes),
            pieces => Cow::Owned(pieces.iter().flat_map(|(bytes, _)| *bytes).copied().collect()),
        };
        self.told.insert(pieces, index);
        let name = self.folders.file_name(&mut walk.out, self.leaf.path, &path);
        let part = self.children.peek();
        walk.member(&mut self.children, Some(name), &bytes)?;
        if interleaved {
            walk.out.unread(&part, Some(name), Cause::Unsupported);
        } else if !whole {
            walk.out.unread(&part, Some(name), Cause::Malformed);
        }
        Ok(())
    }
}

/// A file of a tree.
struct File {
    path: String,
    pieces: Vec<Extent>,
    /// Its bytes alternate with those of another.
    interleaved: bool,
}
