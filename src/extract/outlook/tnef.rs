//! TNEF (MS-OXTNEF), the `winmail.dat` of Outlook and Exchange: a list of attributes, some of which
//! hold MAPI properties.

use super::super::archive::{size_at, u16_at, u32_at};
use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::walk::{Children, Walk};
use super::message;
use super::properties::{Properties, id, kind};
use crate::limits::Cause;
use crate::text::PartPath;

const SIGNATURE: &[u8] = b"\x78\x9F\x3E\x22";

/// Attributes (MS-OXTNEF section 2.1.3.3).
mod attribute {
    pub(super) const FROM: u32 = 0x0000_8000;
    pub(super) const SUBJECT: u32 = 0x0001_8004;
    pub(super) const BODY: u32 = 0x0002_800C;
    pub(super) const ATTACHMENT_DATA: u32 = 0x0006_800F;
    pub(super) const ATTACHMENT_TITLE: u32 = 0x0001_8010;
    pub(super) const ATTACHMENT_START: u32 = 0x0006_9002;
    pub(super) const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
    pub(super) const RECIPIENTS: u32 = 0x0006_9004;
    pub(super) const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;
    pub(super) const CODE_PAGE: u32 = 0x0006_9007;
}

/// The interface of messages: `{00020307-0000-0000-C000-000000000046}`.
const MESSAGE_OBJECT: &[u8] = b"\x07\x03\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46";

/// Whether a part is TNEF.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    leaf.bytes.starts_with(SIGNATURE)
}

/// Reads the message and what is attached to it.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    read_stream(walk, leaf.path, leaf.file(), leaf.bytes)
}

fn read_stream(walk: &mut Walk<'_>, path: &PartPath, file: Option<&str>, bytes: &[u8]) -> Flow {
    let mut message = Message::default();
    let complete = message.collect(bytes);
    if !complete {
        walk.out.unread(path, file, Cause::Malformed);
    }
    let mut children = Children::of(path);
    let Message { properties, recipients, attachments } = message;
    message::read(walk, &properties, &recipients, path, &mut children)?;
    for attachment in attachments {
        read_attachment(walk, &mut children, attachment)?;
    }
    Ok(())
}

fn read_attachment(
    walk: &mut Walk<'_>,
    children: &mut Children<'_>,
    attachment: Attachment<'_>,
) -> Flow {
    let Attachment { title, data, properties } = attachment;
    let names = [id::FILE_NAME, id::SHORT_FILE_NAME, id::DISPLAY_NAME];
    let name = properties.first_text(&names).or(title);
    let object = properties.find(id::ATTACHMENT);
    if let Some(object) = object
        && object.kind == kind::OBJECT
    {
        let (interface, inner) = object.value.split_at_checked(16).unwrap_or_default();
        if interface == MESSAGE_OBJECT && inner.starts_with(SIGNATURE) {
            let Some(path) = walk.container(children, name.as_deref())? else { return Ok(()) };
            return read_stream(walk, &path, name.as_deref(), inner);
        }
        return walk.member(children, name.as_deref(), inner);
    }
    let data = data.or_else(|| object.map(|object| object.value.as_slice()));
    walk.member(children, name.as_deref(), data.unwrap_or_default())
}

#[derive(Default)]
struct Message<'a> {
    properties: Properties,
    recipients: Vec<Properties>,
    attachments: Vec<Attachment<'a>>,
}

#[derive(Default)]
struct Attachment<'a> {
    title: Option<String>,
    data: Option<&'a [u8]>,
    properties: Properties,
}

impl<'a> Message<'a> {
    /// Takes the attributes in; false where they do not hold together to the end.
    fn collect(&mut self, bytes: &'a [u8]) -> bool {
        let mut at = 6;
        while at < bytes.len() {
            let (Some(&level), Some(id), Some(length)) =
                (bytes.get(at), u32_at(bytes, at + 1), size_at(bytes, at + 5))
            else {
                return false;
            };
            let Some(end) = (at + 9).checked_add(length) else { return false };
            if !(1..=2).contains(&level) {
                // Some programs fill up their last line.
                return bytes.get(at..).is_some_and(|rest| rest.iter().all(|&b| b == 0));
            }
            let data = bytes.get(at + 9..end.min(bytes.len())).unwrap_or_default();
            let whole = self.attribute(id, data);
            if end > bytes.len() || !whole {
                return false;
            }
            at = end + 2;
        }
        bytes.len() > 6 && at == bytes.len()
    }

    /// One attribute; false where its properties are damaged.
    fn attribute(&mut self, id: u32, data: &'a [u8]) -> bool {
        let code_page = self.properties.code_page;
        match id {
            attribute::CODE_PAGE => self.properties.code_page = u32_at(data, 0),
            attribute::SUBJECT => self.string(id::SUBJECT, data),
            attribute::BODY => self.string(id::BODY, data),
            attribute::FROM => self.from(data),
            attribute::MESSAGE_PROPERTIES => {
                return read_list(data, 0, &mut self.properties).is_some();
            }
            attribute::RECIPIENTS => return self.recipients(data).is_some(),
            attribute::ATTACHMENT_START => self.attachments.push(Attachment::default()),
            attribute::ATTACHMENT_TITLE
            | attribute::ATTACHMENT_DATA
            | attribute::ATTACHMENT_PROPERTIES => {
                if self.attachments.is_empty() {
                    self.attachments.push(Attachment::default());
                }
                let Some(last) = self.attachments.last_mut() else { return true };
                last.properties.code_page = code_page;
                match id {
                    attribute::ATTACHMENT_DATA => last.data = Some(data),
                    attribute::ATTACHMENT_TITLE => {
                        let mut title = Properties { code_page, ..Properties::default() };
                        title.push(id::FILE_NAME, kind::STRING_8, data.to_vec());
                        last.title = title.text(id::FILE_NAME);
                    }
                    _ => return read_list(data, 0, &mut last.properties).is_some(),
                }
            }
            _ => {}
        }
        true
    }

    fn string(&mut self, id: u16, data: &[u8]) {
        self.properties.push(id, kind::STRING_8, data.to_vec());
    }

    /// A structure of lengths and offsets, then a name and an address (MS-OXTNEF section
    /// 2.1.3.3.3): its strings are the same words as those of the properties.
    fn from(&mut self, data: &[u8]) {
        let strings =
            data.split(|&byte| byte == 0).filter(|part| part.len() > 2 && part.is_ascii());
        let words: Vec<&[u8]> = strings.collect();
        if self.properties.find(id::SENDER_NAME).is_none() {
            self.string(id::SENDER_NAME, &words.join(&b' '));
        }
    }

    fn recipients(&mut self, data: &[u8]) -> Option<()> {
        let count = u32_at(data, 0)?;
        let mut at = 4;
        for _ in 0..count {
            let mut recipient =
                Properties { code_page: self.properties.code_page, ..Properties::default() };
            at = read_list(data, at, &mut recipient)?;
            self.recipients.push(recipient);
        }
        Some(())
    }
}

/// A list of properties (MS-OXTNEF section 2.1.3.4); where it ends.
fn read_list(data: &[u8], start: usize, into: &mut Properties) -> Option<usize> {
    let count = u32_at(data, start)?;
    let mut at = start + 4;
    for _ in 0..count {
        let (kind, id) = (u16_at(data, at)?, u16_at(data, at + 2)?);
        at += 4;
        if id >= 0x8000 {
            at = behind_name(data, at)?;
        }
        at = read_values(data, at, (kind, id), into)?;
    }
    Some(at)
}

/// A named property says its name: a set, and a number or words.
fn behind_name(data: &[u8], at: usize) -> Option<usize> {
    match u32_at(data, at + 16)? {
        0 => Some(at + 24),
        _ => (at + 24).checked_add(padded(size_at(data, at + 20)?)?),
    }
}

fn read_values(
    data: &[u8],
    mut at: usize,
    (kind, id): (u16, u16),
    into: &mut Properties,
) -> Option<usize> {
    let several = kind & 0x1000 != 0;
    let base = kind & !0x1000;
    let fixed = match base {
        0x0002 | 0x0003 | 0x0004 | 0x000A | 0x000B => Some(4),
        0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => Some(8),
        0x0048 => Some(16),
        0x0001 => Some(0),
        _ => None,
    };
    let count = if several || fixed.is_none() {
        at += 4;
        u32_at(data, at - 4)?
    } else {
        1
    };
    for _ in 0..count {
        let length = match fixed {
            // Several short numbers stand close to one another.
            Some(4) if several && matches!(base, 0x0002 | 0x000B) => 2,
            Some(length) => length,
            None => {
                at += 4;
                size_at(data, at - 4)?
            }
        };
        if length == 0 && fixed.is_some() {
            break;
        }
        let value = data.get(at..at.checked_add(length)?)?;
        if fixed.is_none() || base == kind::INTEGER {
            into.push(id, base, value.to_vec());
        }
        at += if fixed.is_some() { length } else { padded(length)? };
    }
    Some(if several && fixed == Some(4) { at.next_multiple_of(4) } else { at })
}

const fn padded(length: usize) -> Option<usize> {
    length.checked_next_multiple_of(4)
}
