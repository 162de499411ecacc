//! The structure of a zip archive (APPNOTE.TXT): the members that its directory lists, those that
//! only their own headers tell of, and the bytes that belong to neither.

use std::ops::Range;

use memchr::memmem;

use super::super::{size_at, u16_at, u32_at, u64_at};
use super::name::{decode, extra_field};

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";

/// Ends of a directory that are tried; each but one is bait.
const MOST_ENDS: usize = 16;

/// Members that are looked at: more than the budget of any message has parts.
const MOST_MEMBERS: usize = 100_000;

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

/// All there is in an archive.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) members: Vec<Member>,
    /// The comment of the archive.
    pub(super) comment: Range<usize>,
    /// Whether the directory is lost, or says what is not so.
    pub(super) damaged: bool,
    /// Whether the directory itself is encrypted.
    pub(super) encrypted: bool,
    /// Bytes that are neither members nor directory, in ascending order.
    pub(super) strays: Vec<Range<usize>>,
    /// Where headers and descriptors may be, once that was needed.
    marks: Option<Marks>,
}

/// Places of marks in an archive, in ascending order: each is looked for once.
#[derive(Debug, Default)]
struct Marks {
    descriptors: Vec<usize>,
    headers: Vec<usize>,
}

impl Marks {
    fn of(bytes: &[u8]) -> Self {
        let mut marks = Self::default();
        for at in memmem::find_iter(bytes, b"PK") {
            match bytes.get(at..at + 4) {
                Some(DESCRIPTOR) => marks.descriptors.push(at),
                Some(LOCAL | CENTRAL) => marks.headers.push(at),
                _ => {}
            }
            if marks.descriptors.len().max(marks.headers.len()) >= MOST_MEMBERS {
                break;
            }
        }
        marks
    }
}

/// The places from `from` to before `end`.
fn between(places: &[usize], from: usize, end: usize) -> impl Iterator<Item = usize> {
    let first = places.partition_point(|&at| at < from);
    places.iter().skip(first).copied().take_while(move |&at| at < end)
}

/// Whether bytes end like an archive, whatever they begin like.
pub(super) fn has_end(bytes: &[u8]) -> bool {
    let from = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    let tail = bytes.get(from..).unwrap_or_default();
    memmem::rfind(tail, END).is_some() && End::find(bytes).is_some_and(|end| end.listed > 0)
}

/// Takes an archive apart.
pub(super) fn read(bytes: &[u8]) -> Directory {
    let mut directory = Directory::default();
    let mut covered = Vec::new();
    match End::find(bytes) {
        Some(end) => directory.listed(bytes, &end, &mut covered),
        None => directory.damaged = true,
    }
    directory.unlisted(bytes, covered);
    directory.encrypted = directory.damaged && directory.members.iter().any(Member::is_masked);
    directory
}

impl Directory {
    /// The members of the directory, however many its end says that there are.
    fn listed(&mut self, bytes: &[u8], end: &End, covered: &mut Vec<Range<usize>>) {
        let mut at = end.start;
        while let Some((listed, length)) = Central::at(bytes, at) {
            if self.members.len() >= MOST_MEMBERS {
                break;
            }
            let (member, header) = listed.member(bytes, end.base);
            self.damaged |= header.is_none();
            if let Some(start) = header {
                let descriptor = match member.flags & 8 {
                    0 => 0,
                    _ => descriptor_length(bytes, &member),
                };
                covered.push(start..member.packed.end.saturating_add(descriptor));
            }
            self.members.push(member);
            at += length;
        }
        self.damaged |= at != end.records || end.listed != self.members.len();
        self.comment = end.comment.clone();
        covered.push(end.start..at);
        covered.push(end.records..end.comment.end);
    }

    /// Members in the bytes that the directory does not account for.
    fn unlisted(&mut self, bytes: &[u8], mut covered: Vec<Range<usize>>) {
        covered.sort_by_key(|range| range.start);
        covered.push(bytes.len()..bytes.len());
        let mut from = 0;
        for range in covered {
            if range.start > from {
                self.gap(bytes, from..range.start.min(bytes.len()));
            }
            from = from.max(range.end);
        }
    }

    fn gap(&mut self, bytes: &[u8], gap: Range<usize>) {
        let (mut at, mut stray) = (gap.start, gap.start);
        let within = bytes.get(..gap.end).unwrap_or_default();
        let finder = memmem::Finder::new(b"PK");
        while self.members.len() < MOST_MEMBERS
            && let Some(found) = within.get(at..).and_then(|rest| finder.find(rest))
        {
            let start = at + found;
            let known = match within.get(start..) {
                Some(rest) if rest.starts_with(LOCAL) => self.own_header(bytes, within, start),
                Some(rest) if rest.starts_with(CENTRAL) => {
                    Central::at(within, start).map(|(_, length)| start + length)
                }
                Some(rest) if rest.starts_with(END) => end_of_end(within, start),
                Some(rest) if rest.starts_with(DESCRIPTOR) && start == stray => Some(start + 16),
                _ => None,
            };
            match known {
                Some(end) => {
                    self.stray(bytes, stray..start);
                    stray = end.min(gap.end);
                    at = stray;
                }
                None => at = start + 2,
            }
        }
        self.stray(bytes, stray..gap.end);
    }

    /// A member that only its own header tells of; where it ends.
    fn own_header(&mut self, bytes: &[u8], within: &[u8], start: usize) -> Option<usize> {
        let local = Local::at(within, start)?;
        if !is_plausible(&local) {
            return None;
        }
        let mut member = local.member;
        let (end, after) = match (member.flags & 8 != 0, local.packed_size) {
            (true, 0) => {
                let marks = self.marks.get_or_insert_with(|| Marks::of(bytes));
                ended_by_descriptor(marks, within, local.data, &mut member)
            }
            (described, length) => {
                let end = usize::try_from(length).ok().and_then(|l| local.data.checked_add(l));
                let end = end.unwrap_or(usize::MAX);
                member.complete = end <= within.len();
                let end = end.min(within.len());
                (end, end + if described { descriptor_at(within, end) } else { 0 })
            }
        };
        member.packed = local.data..end;
        self.members.push(member);
        Some(after)
    }

    fn stray(&mut self, bytes: &[u8], range: Range<usize>) {
        let there = bytes.get(range.clone()).unwrap_or_default();
        if there.iter().any(|&byte| byte != 0) {
            self.strays.push(range);
        }
    }
}

/// The end of a directory (APPNOTE 4.3.16), and where it says that the directory is.
struct End {
    /// Where the directory begins, and where the records behind it do.
    start: usize,
    records: usize,
    /// What is to be added to every offset: bytes before the archive.
    base: usize,
    /// How many members it says there are.
    listed: usize,
    comment: Range<usize>,
}

impl End {
    /// The last one behind a directory.
    fn find(bytes: &[u8]) -> Option<Self> {
        memmem::rfind_iter(bytes, END).take(MOST_ENDS).find_map(|at| Self::at(bytes, at))
    }

    fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let comment = at + 22..end_of_end(bytes, at)?;
        let (mut listed, mut size, mut offset) = (
            usize::from(u16_at(bytes, at + 10)?),
            size_at(bytes, at + 12)?,
            size_at(bytes, at + 16)?,
        );
        let mut records = at;
        if let Some(wide) = Self::wide(bytes, at) {
            (records, listed, size, offset) = wide;
        }
        // Before the records, wherever the offset points: other bytes may stand before the archive.
        let before = records.checked_sub(size).filter(|&start| is_directory(bytes, start, records));
        let (start, base) = match before {
            Some(start) => (start, start.saturating_sub(offset)),
            None => (Some(offset).filter(|&start| is_directory(bytes, start, records))?, 0),
        };
        Some(Self { start, records, base, listed, comment })
    }

    /// The record with wider numbers (APPNOTE 4.3.14), found by its locator or right before it.
    fn wide(bytes: &[u8], end: usize) -> Option<(usize, usize, usize, usize)> {
        let locator = end.checked_sub(20).filter(|&at| starts_with(bytes, at, LOCATOR_64))?;
        let said = usize::try_from(u64_at(bytes, locator + 8)?).ok();
        let start = [locator.checked_sub(56), said]
            .into_iter()
            .flatten()
            .find(|&at| starts_with(bytes, at, END_64))?;
        let number = |at: usize| usize::try_from(u64_at(bytes, start + at)?).ok();
        Some((start, number(32)?, number(40)?, number(48)?))
    }
}

fn starts_with(bytes: &[u8], at: usize, what: &[u8]) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(what))
}

/// A directory begins with a member, or is empty; an encrypted one begins with anything.
fn is_directory(bytes: &[u8], start: usize, records: usize) -> bool {
    start == records || start < records && starts_with(bytes, start, CENTRAL)
}

/// Where the end of a directory and its comment end.
fn end_of_end(bytes: &[u8], at: usize) -> Option<usize> {
    let end = at + 22 + usize::from(u16_at(bytes, at + 20)?);
    Some(end.min(bytes.len()))
}

/// A member as the directory lists it (APPNOTE 4.3.12).
struct Central {
    member: Member,
    packed_size: u64,
    offset: u64,
}

impl Central {
    /// The one at `at`, and its length.
    fn at(bytes: &[u8], at: usize) -> Option<(Self, usize)> {
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
    fn member(self, bytes: &[u8], base: usize) -> (Member, Option<usize>) {
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
struct Local {
    member: Member,
    packed_size: u64,
    /// Where its packed bytes begin.
    data: usize,
}

impl Local {
    fn at(bytes: &[u8], at: usize) -> Option<Self> {
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
    const fn is_masked(&self) -> bool {
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
fn is_plausible(local: &Local) -> bool {
    const METHODS: &[u16] = &[0, 1, 6, 8, 9, 10, 12, 14, 18, 19, 93, 95, 96, 97, 98, 99];
    let member = &local.member;
    let named = !member.name.is_empty() && !member.name.chars().any(char::is_control);
    METHODS.contains(&member.method) && named
}

/// Descriptors that are compared with what they should say; more are bait.
const MOST_DESCRIPTORS: usize = 64;

/// The end of a member whose size follows it, and where what follows ends (APPNOTE 4.3.9).
fn ended_by_descriptor(
    marks: &Marks,
    within: &[u8],
    data: usize,
    member: &mut Member,
) -> (usize, usize) {
    let told = between(&marks.descriptors, data, within.len()).take(MOST_DESCRIPTORS).find(|&at| {
        let length = at - data;
        size_at(within, at + 8) == Some(length)
            || u64_at(within, at + 8) == u64::try_from(length).ok()
    });
    if let Some(end) = told {
        member.crc = u32_at(within, end + 4);
        member.complete = true;
        return (end, end + descriptor_at(within, end));
    }
    member.crc = None;
    let next = between(&marks.headers, data, within.len()).next();
    let Some(next) = next else { return (within.len(), within.len()) };
    // A descriptor may lack its mark.
    let end = next.saturating_sub(12).max(data);
    if size_at(within, end + 4) == Some(end - data) {
        member.crc = u32_at(within, end);
        member.complete = true;
        return (end, next);
    }
    (next, next)
}

/// The length of the descriptor behind a listed member.
fn descriptor_length(bytes: &[u8], member: &Member) -> usize {
    let end = member.packed.end;
    match descriptor_at(bytes, end) {
        0 if u32_at(bytes, end) == member.crc => 12,
        length => length,
    }
}

/// The length of a marked descriptor at `at`: its sizes have four bytes or eight.
fn descriptor_at(bytes: &[u8], at: usize) -> usize {
    if !starts_with(bytes, at, DESCRIPTOR) {
        return 0;
    }
    let follows = |length: usize| {
        bytes.get(at + length..).is_none_or(|rest| rest.is_empty() || rest.starts_with(b"PK"))
    };
    if !follows(16) && follows(24) { 24 } else { 16 }
}
