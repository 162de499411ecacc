//! Outlook's message files (MS-OXMSG): a compound file with one stream for each property.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use cfb::CompoundFile;
use memchr::memmem;

use super::super::archive::{u16_at, u32_at};
use super::super::leaf::Leaf;
use super::super::output::{Flow, Stop};
use super::super::unpack::unpack;
use super::super::walk::{Children, Walk};
use super::message;
use super::properties::{Properties, id, kind};
use crate::limits::Cause;
use crate::text::PartPath;

const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// The stream of properties that have no stream of their own.
const FIXED: &str = "__properties_version1.0";
const STREAM: &str = "__substg1.0_";
const RECIPIENT: &str = "__recip_version1.0_";
const ATTACHMENT: &str = "__attach_version1.0_";

/// Entries of one storage that are looked at; a message has some hundred.
const MOST_ENTRIES: usize = 20_000;

type File<'a> = CompoundFile<Cursor<&'a [u8]>>;

/// Whether a part is a message file. Other programs keep compound files too.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    let name: Vec<u8> = FIXED.encode_utf16().flat_map(u16::to_le_bytes).collect();
    leaf.bytes.starts_with(COMPOUND_FILE) && memmem::find(leaf.bytes, &name).is_some()
}

/// Reads the message and what is attached to it.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let Ok(mut file) = CompoundFile::open(Cursor::new(leaf.bytes)) else {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
        return Ok(());
    };
    Storage { file: &mut file, at: PathBuf::from("/") }.message(walk, leaf.path, 32)
}

/// A storage of the file, and what stands in it.
struct Storage<'f, 'a> {
    file: &'f mut File<'a>,
    at: PathBuf,
}

impl<'a> Storage<'_, 'a> {
    fn inner(&mut self, name: &str) -> Storage<'_, 'a> {
        Storage { at: self.at.join(name), file: self.file }
    }

    /// The names of what stands in it, storages aside or alone.
    fn names(&self, storages: bool) -> Vec<String> {
        let Ok(entries) = self.file.read_storage(&self.at) else { return Vec::new() };
        let wanted = entries.take(MOST_ENTRIES).filter(|entry| entry.is_storage() == storages);
        wanted.map(|entry| entry.name().to_owned()).collect()
    }

    /// A message: `head` is how many bytes stand before its fixed properties.
    fn message(&mut self, walk: &mut Walk<'_>, path: &PartPath, head: usize) -> Flow {
        let properties = self.properties(walk, path, head, None)?;
        let code_page = properties.all.iter().find(|property| property.id == id::CODE_PAGE);
        let code_page = code_page.and_then(|property| u32_at(&property.value, 0));
        let storages = self.names(true);
        let mut recipients = Vec::new();
        for name in storages.iter().filter(|name| name.starts_with(RECIPIENT)) {
            walk.out.charge_part(path)?;
            recipients.push(self.inner(name).properties(walk, path, 8, code_page)?);
        }
        let mut children = Children::of(path);
        message::read(walk, &properties, &recipients, path, &mut children)?;
        for name in storages.iter().filter(|name| name.starts_with(ATTACHMENT)) {
            self.inner(name).attachment(walk, &mut children, code_page)?;
        }
        Ok(())
    }

    /// An attachment: bytes, another message, or an object of another program.
    fn attachment(
        &mut self,
        walk: &mut Walk<'_>,
        children: &mut Children<'_>,
        code_page: Option<u32>,
    ) -> Flow {
        let path = children.peek();
        let properties = self.properties(walk, &path, 8, code_page)?;
        let names = [id::FILE_NAME, id::SHORT_FILE_NAME, id::DISPLAY_NAME];
        let name = properties.first_text(&names);
        let object = format!("{STREAM}{:04X}{:04X}", id::ATTACHMENT, kind::OBJECT);
        if self.names(true).contains(&object) {
            return self.inner(&object).object(walk, children, name.as_deref());
        }
        let data = properties.find(id::ATTACHMENT).map(|property| property.value.as_slice());
        walk.member(children, name.as_deref(), data.unwrap_or_default())
    }

    fn object(
        &mut self,
        walk: &mut Walk<'_>,
        children: &mut Children<'_>,
        name: Option<&str>,
    ) -> Flow {
        let streams = self.names(false);
        let path = walk.container(children, name)?;
        let Some(path) = path else { return Ok(()) };
        if streams.iter().any(|stream| stream == FIXED) {
            return self.message(walk, &path, 24);
        }
        let mut children = Children::of(&path);
        for stream in streams {
            let bytes = self.stream(walk, &path, &stream)?;
            walk.member(&mut children, None, &bytes)?;
        }
        Ok(())
    }

    /// All properties, those with a stream of their own and the fixed ones.
    fn properties(
        &mut self,
        walk: &mut Walk<'_>,
        path: &PartPath,
        head: usize,
        code_page: Option<u32>,
    ) -> Result<Properties, Stop> {
        let mut properties = Properties { code_page, ..Properties::default() };
        for name in self.names(false) {
            if name == FIXED {
                let bytes = self.stream(walk, path, &name)?;
                for entry in bytes.get(head..).unwrap_or_default().chunks_exact(16) {
                    let (Some(kind), Some(id)) = (u16_at(entry, 0), u16_at(entry, 2)) else {
                        continue;
                    };
                    if kind == kind::INTEGER {
                        let value = entry.get(8..12).unwrap_or_default().to_vec();
                        properties.push(id, kind, value);
                    }
                }
            } else if let Some((id, kind)) = number(&name) {
                walk.out.time(path)?;
                let text = matches!(kind & !0x1000, kind::STRING | kind::STRING_8);
                let wanted = matches!(id, id::HTML | id::RTF | id::ATTACHMENT | id::BODY);
                if text || wanted {
                    let value = self.stream(walk, path, &name)?;
                    properties.push(id, kind, value);
                }
            }
        }
        Ok(properties)
    }

    /// A whole stream, as far as it is there.
    fn stream(
        &mut self,
        walk: &mut Walk<'_>,
        part: &PartPath,
        name: &str,
    ) -> Result<Vec<u8>, Stop> {
        let Ok(stream) = self.file.open_stream(self.at.join(Path::new(name))) else {
            walk.out.unread(part, None, Cause::Malformed);
            return Ok(Vec::new());
        };
        let length = stream.len();
        let unpacked = unpack(&mut walk.out, part, stream.take(length))?;
        unpacked.tell(&mut walk.out, part, None);
        Ok(unpacked.bytes)
    }
}

/// `__substg1.0_IIIITTTT`, and `-NNNNNNNN` behind it for one value of several.
fn number(name: &str) -> Option<(u16, u16)> {
    let digits = name.strip_prefix(STREAM)?.get(..8)?;
    let (id, kind) = digits.split_at_checked(4)?;
    Some((u16::from_str_radix(id, 16).ok()?, u16::from_str_radix(kind, 16).ok()?))
}
