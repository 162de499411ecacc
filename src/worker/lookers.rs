//! The workers that read pixels, how much may wait for them, and which pictures need none of them.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Pool;
use crate::text::{Picture, Source};

/// Kibibytes of pictures that may be in the daemon's memory at a time, over all connections, while
/// they wait or are looked at.
const MOST_WAITING: usize = 512 * 1024;
/// Pictures without anything in them that are remembered: letterheads, logos, signatures.
const MOST_BLANKS: usize = 4096;

/// The workers that read pixels.
pub struct Lookers {
    /// Themselves.
    pub pool: Pool,
    room: Arc<Semaphore>,
    blanks: Blanks,
}

/// What stands for the bytes of a picture: 128 bits under keys that only this process has, so that
/// nobody can make a picture that is taken for another, nor learn from it what was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(u64, u64);

impl Lookers {
    /// Takes over their pool.
    #[must_use]
    pub fn new(pool: Pool) -> Self {
        let room = Arc::new(Semaphore::new(MOST_WAITING));
        Self { pool, room, blanks: Blanks::default() }
    }

    /// Room in memory for a picture until it has been looked at. `None` when there is none: a flood
    /// of pictures is not kept until it drowns the daemon.
    #[must_use]
    pub fn room_for(&self, picture: &Picture) -> Option<OwnedSemaphorePermit> {
        let kibibytes = u32::try_from(picture.bytes.expose().len() / 1024 + 1).ok()?;
        Arc::clone(&self.room).try_acquire_many_owned(kibibytes).ok()
    }

    /// What stands for a picture's bytes.
    #[must_use]
    pub fn fingerprint(&self, picture: &Picture) -> Fingerprint {
        self.blanks.fingerprint(picture.view.source, picture.bytes.expose())
    }

    /// Whether this page of a picture was looked at before and showed nothing at all.
    #[must_use]
    pub fn is_blank(&self, picture: Fingerprint, page: Option<u32>) -> bool {
        self.blanks.has(picture, page)
    }

    /// Remembers that this page of a picture shows nothing.
    pub fn remember_blank(&self, picture: Fingerprint, page: Option<u32>) {
        self.blanks.add(picture, page);
    }
}

type Key = (Fingerprint, Option<u32>);

/// Pictures that show nothing, the oldest forgotten first.
#[derive(Default)]
struct Blanks {
    keys: [RandomState; 2],
    known: Mutex<(HashSet<Key>, VecDeque<Key>)>,
}

impl Blanks {
    fn fingerprint(&self, source: Source, bytes: &[u8]) -> Fingerprint {
        let [first, second] = &self.keys;
        Fingerprint(first.hash_one((source, bytes)), second.hash_one((source, bytes)))
    }

    fn has(&self, picture: Fingerprint, page: Option<u32>) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.0.contains(&(picture, page))
    }

    fn add(&self, picture: Fingerprint, page: Option<u32>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (set, order) = &mut *known;
        if !set.insert((picture, page)) {
            return;
        }
        order.push_back((picture, page));
        while order.len() > MOST_BLANKS {
            let oldest = order.pop_front();
            oldest.map(|oldest| set.remove(&oldest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_shows_nothing_is_remembered_by_page_and_source() {
        let blanks = Blanks::default();
        let logo = blanks.fingerprint(Source::Image, b"logo");
        blanks.add(logo, None);
        assert!(blanks.has(logo, None) && !blanks.has(logo, Some(1)));
        assert!(!blanks.has(blanks.fingerprint(Source::Pdf, b"logo"), None));
        assert!(!blanks.has(blanks.fingerprint(Source::Image, b"other"), None));
    }

    #[test]
    fn only_so_many_are_remembered() {
        let blanks = Blanks::default();
        let picture = blanks.fingerprint(Source::Pdf, b"pages");
        for page in 0..=MOST_BLANKS as u32 {
            blanks.add(picture, Some(page));
        }
        assert!(!blanks.has(picture, Some(0)) && blanks.has(picture, Some(1)));
        assert_eq!(blanks.known.lock().unwrap().0.len(), MOST_BLANKS);
    }

    #[test]
    fn another_process_has_other_fingerprints() {
        let prints = [Blanks::default(), Blanks::default()]
            .map(|blanks| blanks.fingerprint(Source::Image, b"logo"));
        assert_ne!(prints[0], prints[1]);
    }
}
