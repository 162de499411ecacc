//! Objects inside compound files: each goes back into the walk as a part of its own.

use std::collections::HashSet;
use std::io::{Cursor, Write};

use flate2::read::ZlibDecoder;
use office_oxide::cfb::{CfbReader, DirEntry, EntryType};

use super::kinds::{self, Kind};
use super::native::native;
use crate::extract::leaf::Leaf;
use crate::extract::output::Flow;
use crate::extract::strings;
use crate::extract::unpack::unpack;
use crate::extract::walk::{Children, Walk};
use crate::limits::Cause;

/// Entries of a directory that are looked at; no document has so many.
const MOST_ENTRIES: usize = 20_000;
/// Bytes of one object. Streams can share their bytes, so that a copy may be larger than the file.
const MOST_BYTES: usize = 64 << 20;
/// Levels of storages copied for one object.
const MOST_LEVELS: usize = 16;

type Reader<'a> = CfbReader<Cursor<&'a [u8]>>;

/// Reads what is embedded in a compound file.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>, children: &mut Children<'_>) -> Flow {
    let Ok(mut reader) = CfbReader::new(Cursor::new(leaf.bytes)) else { return Ok(()) };
    if reader.entries().len() > MOST_ENTRIES {
        walk.out.unread(leaf.path, leaf.file(), Cause::TooLarge);
        return Ok(());
    }
    let directory = Directory::of(reader.entries());
    let mut storages = vec![0];
    while let Some(storage) = storages.pop() {
        let mut inner = Vec::new();
        for &index in directory.within(storage) {
            let Some(entry) = reader.entries().get(index) else { continue };
            match entry.entry_type {
                EntryType::Storage if directory.is_document(reader.entries(), index) => {
                    document(walk, leaf, children, &mut reader, &directory, index)?;
                }
                EntryType::Storage => inner.push(index),
                EntryType::Stream if is_form(&entry.name) => {
                    form(walk, leaf, &mut reader, index)?;
                }
                EntryType::Stream if is_payload(&entry.name) => {
                    payload(walk, leaf, children, &mut reader, index)?;
                }
                _ => {}
            }
        }
        storages.extend(inner.into_iter().rev());
    }
    if kinds::kind(leaf.bytes) == Some(Kind::Slides) {
        of_slides(walk, leaf, children, &mut reader)?;
    }
    Ok(())
}

/// What stands right within each storage. The trees of a directory are the file's own drawing: an
/// entry belongs to the first storage that has it, so that all of them cost no more than their
/// number.
struct Directory(Vec<Vec<usize>>);

impl Directory {
    fn of(entries: &[DirEntry]) -> Self {
        let mut seen = HashSet::from([0]);
        let within = |entry: &DirEntry| {
            let mut found = Vec::new();
            let mut waiting = vec![entry.child];
            while let Some(index) = waiting.pop() {
                let Ok(index) = usize::try_from(index) else { continue };
                let Some(entry) = entries.get(index) else { continue };
                if seen.insert(index) {
                    found.push(index);
                    waiting.extend([entry.right_sibling, entry.left_sibling]);
                }
            }
            found.sort_unstable();
            found
        };
        Self(entries.iter().map(within).collect())
    }

    fn within(&self, storage: usize) -> &[usize] {
        self.0.get(storage).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a storage holds a document of its own.
    fn is_document(&self, entries: &[DirEntry], storage: usize) -> bool {
        let names = ["WordDocument", "Workbook", "Book", "PowerPoint Document", "EncryptedPackage"];
        self.within(storage).iter().filter_map(|index| entries.get(*index)).any(|entry| {
            names.contains(&entry.name.as_str()) && entry.entry_type == EntryType::Stream
        })
    }
}

/// Whether a stream is the file of an object.
fn is_payload(name: &str) -> bool {
    matches!(name, "\u{1}Ole10Native" | "Package" | "CONTENTS" | "Contents" | "EMBEDDED ODF")
}

/// Whether a stream holds the controls of a form: their captions and values ([MS-OFORMS]).
fn is_form(name: &str) -> bool {
    matches!(name, "Ctls" | "\u{3}OCXDATA" | "f" | "o")
}

fn form(walk: &mut Walk<'_>, leaf: &Leaf<'_>, reader: &mut Reader<'_>, index: usize) -> Flow {
    let stream = reader.read_stream_by_index(index).unwrap_or_default();
    walk.out.unpacked(stream.len(), leaf.path)?;
    strings::sweep(walk, &Leaf { bytes: &stream, ..*leaf });
    Ok(())
}

fn payload(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    children: &mut Children<'_>,
    reader: &mut Reader<'_>,
    index: usize,
) -> Flow {
    let is_native = reader.entries().get(index).is_some_and(|entry| entry.name.ends_with("Native"));
    let Ok(stream) = reader.read_stream_by_index(index) else {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
        return Ok(());
    };
    walk.out.unpacked(stream.len(), leaf.path)?;
    match native(&stream).filter(|_| is_native) {
        Some(file) => walk.member(children, file.name.as_deref(), file.bytes),
        None => walk.member(children, None, &stream),
    }
}

/// A document in a storage: the storage becomes a compound file of its own.
fn document(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    children: &mut Children<'_>,
    reader: &mut Reader<'_>,
    directory: &Directory,
    storage: usize,
) -> Flow {
    let mut size = 0;
    let copy = copy(reader, directory, storage, &mut size);
    walk.out.unpacked(size, leaf.path)?;
    match copy {
        Some(bytes) => walk.member(children, None, &bytes),
        None => {
            walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
            Ok(())
        }
    }
}

/// Copies a storage and what is in it.
fn copy(
    reader: &mut Reader<'_>,
    directory: &Directory,
    storage: usize,
    size: &mut usize,
) -> Option<Vec<u8>> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).ok()?;
    let mut storages = vec![(storage, String::from("/"), 0)];
    while let Some((storage, path, level)) = storages.pop() {
        for &index in directory.within(storage) {
            let Some(entry) = reader.entries().get(index) else { continue };
            let name = format!("{path}{}", entry.name.replace('/', "_"));
            match entry.entry_type {
                EntryType::Stream => {
                    let Ok(bytes) = reader.read_stream_by_index(index) else { continue };
                    *size = size.checked_add(bytes.len())?;
                    if *size > MOST_BYTES {
                        return None;
                    }
                    if let Ok(mut stream) = file.create_stream(&name) {
                        stream.write_all(&bytes).ok()?;
                    }
                }
                EntryType::Storage if level < MOST_LEVELS && file.create_storage(&name).is_ok() => {
                    storages.push((index, name + "/", level + 1));
                }
                _ => {}
            }
        }
    }
    file.flush().ok()?;
    Some(file.into_inner().into_inner())
}

/// The record of an embedded object in a presentation ([MS-PPT] 2.10.34).
const OBJECT: u16 = 0x1011;

/// The objects of a presentation stand in its main stream, packed or not.
fn of_slides(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    children: &mut Children<'_>,
    reader: &mut Reader<'_>,
) -> Flow {
    let Ok(stream) = reader.open_stream("PowerPoint Document") else { return Ok(()) };
    let mut rest = stream.as_slice();
    while let Some((head, behind)) = rest.split_first_chunk::<8>() {
        let [version, instance, kind @ .., a, b, c, d] = *head;
        let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let body = behind.get(..length).unwrap_or(behind);
        rest = behind.get(length..).unwrap_or_default();
        if u16::from_le_bytes(kind) != OBJECT {
            continue;
        }
        let is_packed = u16::from_le_bytes([version, instance]) >> 4 == 1;
        if is_packed {
            let packed = body.get(4..).unwrap_or_default();
            let unpacked = unpack(&mut walk.out, leaf.path, ZlibDecoder::new(packed))?;
            unpacked.tell(&mut walk.out, leaf.path, leaf.file());
            walk.member(children, None, &unpacked.bytes)?;
        } else {
            walk.out.unpacked(body.len(), leaf.path)?;
            walk.member(children, None, body)?;
        }
    }
    Ok(())
}
