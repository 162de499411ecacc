//! A member of a zip archive, as the directory lists it (APPNOTE 4.3.12) and as its own header tells
//! of it (APPNOTE 4.3.7).

use std::ops::Range;

use super::super::{u16_at, u32_at, u64_at};
use super::directory::starts_with;
use super::name::{decode, extra_field};

pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
pub(super) const CENTRAL: &[u8] = b"PK\x01\x02";

/// A member, from the directory or from its own header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    /// The name that its own header gives when that is another.
    pub(super) other_name: Option<String>,
    pub(super) comment: String,
    pub(super) flags: u16,
    pub(super) method: u16,
    /// The method that its own header gives when that is another.
    pub(super) other_method: Option<u16>,
    pub(super) time: u16,
    pub(super) crc: Option<u32>,
    pub(super) size: u64,
    /// Vendor version and strength of AES (WinZip's extra field 0x9901).
    pub(super) aes: Option<(u16, u8)>,
    /// Where its packed bytes are.
    pub(super) packed: Range<usize>,
    /// Whether they are all there.
    pub(super) complete: bool,
}

impl Member {
    pub(super) const fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0
    }
}

/// A member as the directory lists it (APPNOTE 4.3.12).
pub(super) struct Central {
    member: Member,
    packed_size: u64,
    offset: u64,
}

impl Central {
    /// The one at `at`, and its length.
    pub(super) fn at(bytes: &[u8], at: usize) -> Option<(Self, usize)> {
        if !starts_with(bytes, at, CENTRAL) {
            return None;
        }
        let length = |offset| u16_at(bytes, at + offset).map(usize::from);
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        let from = at + 46;
        let raw = bytes.get(from..from + name)?;
        let extra_fields = bytes.get(from + name..from + name + extra)?;
        let comment_text = bytes.get(from + name + extra..from + name + extra + comment)?;
        let mut wide = WideSizes {
            size: u64::from(u32_at(bytes, at + 24)?),
            packed_size: u64::from(u32_at(bytes, at + 20)?),
            offset: u64::from(u32_at(bytes, at + 42)?),
        };
        wide.widen(extra_fields);
        let mut member = Member {
            name: decode(raw, extra_fields),
            comment: decode(comment_text, &[]),
            flags: u16_at(bytes, at + 8)?,
            method: u16_at(bytes, at + 10)?,
            time: u16_at(bytes, at + 12)?,
            crc: Some(u32_at(bytes, at + 16)?),
            size: wide.size,
            ..Member::default()
        };
        member.find_aes(extra_fields);
        let central = Self { member, packed_size: wide.packed_size, offset: wide.offset };
        Some((central, 46 + name + extra + comment))
    }

    /// Its packed bytes, by its own header, and where that begins.
    pub(super) fn member(self, bytes: &[u8], base: usize) -> (Member, Option<usize>) {
        let mut member = self.member;
        let offset = usize::try_from(self.offset).ok();
        let start = [offset.and_then(|offset| offset.checked_add(base)), offset]
            .into_iter()
            .flatten()
            .find(|&start| starts_with(bytes, start, LOCAL));
        let Some((start, local)) = start.and_then(|start| Some((start, Local::at(bytes, start)?)))
        else {
            return (member, None);
        };
        let end = usize::try_from(self.packed_size).ok().and_then(|l| local.data.checked_add(l));
        let end = end.unwrap_or(usize::MAX);
        member.complete = end <= bytes.len();
        member.packed = local.data..end.min(bytes.len());
        let other = local.member;
        if !other.is_masked() {
            member.other_method = Some(other.method).filter(|&method| method != member.method);
            let differs = other.name != member.name && !other.name.is_empty();
            member.other_name = differs.then_some(other.name);
        }
        (member, Some(start))
    }
}

/// A member's own header (APPNOTE 4.3.7).
pub(super) struct Local {
    pub(super) member: Member,
    pub(super) packed_size: u64,
    /// Where its packed bytes begin.
    pub(super) data: usize,
}

impl Local {
    pub(super) fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let (name, extra) =
            (usize::from(u16_at(bytes, at + 26)?), usize::from(u16_at(bytes, at + 28)?));
        let from = at + 30;
        let raw = bytes.get(from..from + name)?;
        let extra_fields = bytes.get(from + name..from + name + extra)?;
        let mut wide = WideSizes {
            size: u64::from(u32_at(bytes, at + 22)?),
            packed_size: u64::from(u32_at(bytes, at + 18)?),
            offset: 0,
        };
        wide.widen(extra_fields);
        let mut member = Member {
            name: decode(raw, extra_fields),
            flags: u16_at(bytes, at + 6)?,
            method: u16_at(bytes, at + 8)?,
            time: u16_at(bytes, at + 10)?,
            crc: Some(u32_at(bytes, at + 14)?),
            size: wide.size,
            ..Member::default()
        };
        member.find_aes(extra_fields);
        Some(Self { member, packed_size: wide.packed_size, data: from + name + extra })
    }
}

impl Member {
    /// Its own header hides names and methods (APPNOTE 4.4.4, bit 13).
    pub(super) const fn is_masked(&self) -> bool {
        self.flags & 1 << 13 != 0
    }

    /// WinZip's AES: the method is that of the extra field.
    fn find_aes(&mut self, extra: &[u8]) {
        if self.method != 99 {
            return;
        }
        let Some(field) = extra_field(extra, 0x9901) else { return };
        let (version, method) = (u16_at(field, 0), u16_at(field, 5));
        if let (Some(version), Some(&strength), Some(method)) = (version, field.get(4), method) {
            self.aes = Some((version, strength));
            self.method = method;
        }
    }
}

/// Numbers of 32 bits that may stand in the extra field 1 with 64 (APPNOTE 4.5.3).
struct WideSizes {
    size: u64,
    packed_size: u64,
    offset: u64,
}

impl WideSizes {
    fn widen(&mut self, extra: &[u8]) {
        let Some(field) = extra_field(extra, 1) else { return };
        let mut at = 0;
        for number in [&mut self.size, &mut self.packed_size, &mut self.offset] {
            if *number == u64::from(u32::MAX)
                && let Some(wide) = u64_at(field, at)
            {
                *number = wide;
                at += 8;
            }
        }
    }
}

/// Whether something that begins like a header is one: programs hold those four bytes too.
pub(super) fn is_plausible(local: &Local) -> bool {
    const METHODS: &[u16] = &[0, 1, 6, 8, 9, 10, 12, 14, 18, 19, 93, 95, 96, 97, 98, 99];
    let member = &local.member;
    let named = !member.name.is_empty() && !member.name.chars().any(char::is_control);
    METHODS.contains(&member.method) && named
}
