//! Descriptors behind the members of a zip archive, where those say that their size follows them
//! (APPNOTE 4.3.9).

use memchr::memmem;

use super::super::{size_at, u32_at, u64_at};
use super::directory::{MOST_MEMBERS, starts_with};
use super::member::{CENTRAL, LOCAL, Member};

pub(super) const DESCRIPTOR: &[u8] = b"PK\x07\x08";

/// Places of marks in an archive, in ascending order: each is looked for once.
#[derive(Debug, Default)]
pub(super) struct Marks {
    descriptors: Vec<usize>,
    headers: Vec<usize>,
}

impl Marks {
    pub(super) fn of(bytes: &[u8]) -> Self {
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

/// Descriptors that are compared with what they should say; more are bait.
const MOST_DESCRIPTORS: usize = 64;

/// The end of a member whose size follows it, and where what follows ends (APPNOTE 4.3.9).
pub(super) fn ended_by_descriptor(
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
pub(super) fn descriptor_length(bytes: &[u8], member: &Member) -> usize {
    let end = member.packed.end;
    match descriptor_at(bytes, end) {
        0 if u32_at(bytes, end) == member.crc => 12,
        length => length,
    }
}

/// The length of a marked descriptor at `at`: its sizes have four bytes or eight.
pub(super) fn descriptor_at(bytes: &[u8], at: usize) -> usize {
    if !starts_with(bytes, at, DESCRIPTOR) {
        return 0;
    }
    let follows = |length: usize| {
        bytes.get(at + length..).is_none_or(|rest| rest.is_empty() || rest.starts_with(b"PK"))
    };
    if !follows(16) && follows(24) { 24 } else { 16 }
}
