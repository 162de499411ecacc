//! The structure of a zip archive (APPNOTE.TXT): the members that its directory lists, those that
//! only their own headers tell of, and the bytes that belong to neither.

use std::ops::Range;

use memchr::memmem;

use super::super::{size_at, u16_at, u64_at};
use super::descriptor::{DESCRIPTOR, Marks, descriptor_at, descriptor_length, ended_by_descriptor};
use super::member::{CENTRAL, Central, LOCAL, Local, Member, is_plausible};

const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";

/// Ends of a directory that are tried; each but one is bait.
const MOST_ENDS: usize = 16;

/// Members that are looked at: more than the budget of any message has parts.
pub(super) const MOST_MEMBERS: usize = 100_000;

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

/// Whether something is at a place.
pub(super) fn starts_with(bytes: &[u8], at: usize, what: &[u8]) -> bool {
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
