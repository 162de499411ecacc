//! Encrypted presentations ([MS-PPT] 2.3.7): each object of the persist directory is a block.

use std::collections::BTreeMap;

use super::legacy::{Header, Keys};
use super::streams;
use crate::extract::archive::{u16_at, u32_at};

const MAIN: &str = "PowerPoint Document";
const USER: &str = "Current User";
/// CurrentUserAtom.headerToken of what is not encrypted ([MS-PPT] 2.3.2).
const PLAIN: u32 = 0xE391_C05F;
/// Types of records.
const USER_EDIT: u16 = 0x0FF5;
const PERSIST_DIRECTORY: u16 = 0x1772;
/// Objects of one edit.
const MOST_OBJECTS: usize = 1 << 16;
/// Bytes of the head of a record.
const HEAD: usize = 8;
/// Edits of one file; an encrypted one has one.
const MOST_EDITS: usize = 8;

/// What the presentation says of its encryption.
pub(super) fn header(bytes: &[u8]) -> Option<Header> {
    let main = streams::read(bytes, MAIN)?;
    let objects = Objects::of(&main, &streams::read(bytes, USER)?)?;
    Header::parse(main.get(objects.session_at()? + HEAD..)?)
}

/// The presentation without its encryption. Pictures are kept elsewhere and stay encrypted.
pub(super) fn decrypted(bytes: &[u8], keys: &Keys) -> Option<Vec<u8>> {
    let mut main = streams::read(bytes, MAIN)?;
    let mut user = streams::read(bytes, USER)?;
    let objects = Objects::of(&main, &user)?;
    // Objects do not overlap, unless somebody wants us to work.
    let mut left = main.len();
    for (&number, &at) in &objects.places {
        if number == objects.session {
            continue;
        }
        let Some(rest) = main.get_mut(at..) else { continue };
        let Some((head, rest)) = rest.split_at_mut_checked(HEAD) else { continue };
        let mut key = keys.block(number);
        key.apply(head);
        let length = usize::try_from(u32_at(head, 4)?).unwrap_or(usize::MAX).min(rest.len());
        left = left.checked_sub(length)?;
        key.apply(rest.get_mut(..length).unwrap_or_default());
    }
    objects.forget_session(&mut main);
    user.get_mut(12..)?.first_chunk_mut::<4>()?.copy_from_slice(&PLAIN.to_le_bytes());
    streams::replaced(bytes, &[(MAIN, main), (USER, user)])
}

/// Where the objects of a presentation are, by their numbers.
struct Objects {
    places: BTreeMap<u32, usize>,
    /// The number of the one that says how the others are encrypted.
    session: u32,
    /// Where the edits are that name it.
    edits: Vec<usize>,
}

impl Objects {
    fn of(main: &[u8], user: &[u8]) -> Option<Self> {
        let mut edit = at(user, 16)?;
        let mut places = BTreeMap::new();
        let (mut session, mut edits) = (None, Vec::new());
        for _ in 0..MOST_EDITS {
            if edit == 0 || u16_at(main, edit.checked_add(2)?)? != USER_EDIT {
                break;
            }
            let body = edit + HEAD;
            edits.push(edit);
            session = session.or_else(|| u32_at(main, body + 28));
            // The newest edit comes first, and what it says of an object holds.
            for (number, place) in directory(main, at(main, body + 12)?) {
                places.entry(number).or_insert(place);
            }
            edit = at(main, body + 8)?;
        }
        Some(Self { places, session: session?, edits })
    }

    /// An edit of a plain presentation names no session ([MS-PPT] 2.3.3).
    fn forget_session(&self, main: &mut [u8]) {
        for edit in &self.edits {
            if let Some(number) = main.get_mut(edit + HEAD + 28..).and_then(|r| r.first_chunk_mut())
            {
                *number = [0; 4];
            }
        }
    }

    fn session_at(&self) -> Option<usize> {
        self.places.get(&self.session).copied()
    }
}

/// The entries of a persist directory ([MS-PPT] 2.3.4).
fn directory(main: &[u8], start: usize) -> Vec<(u32, usize)> {
    let mut found = Vec::new();
    let body = || {
        (u16_at(main, start.checked_add(2)?)? == PERSIST_DIRECTORY).then_some(())?;
        let length = usize::try_from(u32_at(main, start + 4)?).ok()?;
        let rest = main.get(start + HEAD..)?;
        Some(rest.get(..length).unwrap_or(rest))
    };
    let mut numbers = body().unwrap_or_default().as_chunks::<4>().0.iter().copied();
    while let Some(head) = numbers.next().map(u32::from_le_bytes) {
        let (first, count) = (head & 0xF_FFFF, head >> 20);
        for (number, place) in (first..first + count).zip(numbers.by_ref()) {
            if found.len() >= MOST_OBJECTS {
                return found;
            }
            found.push((number, usize::try_from(u32::from_le_bytes(place)).unwrap_or(usize::MAX)));
        }
    }
    found
}

/// A place that is kept in four bytes.
fn at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}
