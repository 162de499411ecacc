//! The pictures of a message: each is looked at once, all of them within the message's time.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::limits::Cause;
use crate::text::{Picture, Reading, Unread, View};
use crate::worker::{Crew, Pool, Sealed, Spool};

/// Of the time of a message, this part is kept for what comes after looking: one in so many.
const KEPT: u32 = 10;

/// Looks at what a reading found to look at, and adds what is seen to it. What nobody could look at
/// is unread.
pub(super) async fn look(reading: &mut Reading, crew: &Crew, time: Duration, deadline: Instant) {
    let pictures = once_each(std::mem::take(&mut reading.pictures));
    let Some(pool) = &crew.lookers else {
        reading
            .unread
            .extend(pictures.into_iter().map(|picture| unread(picture.view, Cause::Unsupported)));
        return;
    };
    let until = deadline.checked_sub(time / KEPT).unwrap_or(deadline);
    let mut views = JoinSet::new();
    for picture in pictures {
        let Some(bytes) = seal(&picture) else {
            reading.unread.push(unread(picture.view, Cause::TooLarge));
            continue;
        };
        let bytes = Arc::new(bytes);
        for view in picture.views() {
            views.spawn(look_at(Arc::clone(pool), Arc::clone(&bytes), view, until));
        }
    }
    let mut seen: Vec<(View, Reading)> = Vec::new();
    while let Some(outcome) = views.join_next().await {
        match outcome {
            Ok(outcome) => seen.push(outcome),
            Err(fault) if fault.is_panic() => std::panic::resume_unwind(fault.into_panic()),
            // The daemon is at its end, and nobody waits for an answer.
            Err(_) => std::future::pending().await,
        }
    }
    seen.sort_by(|(a, _), (b, _)| (&a.part, a.page).cmp(&(&b.part, b.page)));
    for (_, seen) in seen {
        reading.texts.extend(seen.texts);
        reading.facts.extend(seen.facts);
        reading.sketches.extend(seen.sketches);
        reading.unread.extend(seen.unread);
    }
}

/// One view. Workers that are busy until the end are a matter of time, and not a fault.
async fn look_at(
    pool: Arc<Pool>,
    bytes: Arc<Sealed>,
    view: View,
    until: Instant,
) -> (View, Reading) {
    let mut reading = pool.look(&bytes, &view, until).await.unwrap_or_else(|_| Reading {
        unread: vec![unread(view.clone(), Cause::TimedOut)],
        ..Reading::default()
    });
    for unread in &mut reading.unread {
        // A worker that was killed names nothing.
        unread.part.clone_from(&view.part);
        unread.file.clone_from(&view.file);
    }
    (view, reading)
}

/// The same bytes are looked at once, however often a message has them.
fn once_each(pictures: Vec<Picture>) -> Vec<Picture> {
    let hashes = RandomState::new();
    let mut seen = HashSet::new();
    let mut is_new = |picture: &Picture| {
        let Picture { view, pages, bytes } = picture;
        // Two keys of 64 bits: nobody can aim for a picture that is taken for another.
        let content = (view.source, pages, bytes.expose().as_ref());
        seen.insert((hashes.hash_one(content), hashes.hash_one((1_u8, content))))
    };
    pictures.into_iter().filter(|picture| is_new(picture)).collect()
}

fn seal(picture: &Picture) -> Option<Sealed> {
    let mut spool = Spool::new();
    spool.push(picture.bytes.expose()).ok()?;
    spool.seal().ok()
}

fn unread(view: View, cause: Cause) -> Unread {
    Unread { part: view.part, file: view.file, cause }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::text::{PartPath, Source};

    fn picture(number: u32, bytes: &[u8]) -> Picture {
        let part = PartPath::root().child(number);
        let view =
            View { group: part.clone(), part, file: None, source: Source::Image, page: None };
        Picture { view, pages: Vec::new(), bytes: Secret::new(serde_bytes::ByteBuf::from(bytes)) }
    }

    #[test]
    fn a_picture_that_is_there_twice_is_looked_at_once() {
        let pictures = vec![picture(1, b"a"), picture(2, b"b"), picture(3, b"a")];
        let kept: Vec<String> =
            once_each(pictures).iter().map(|picture| picture.view.part.to_string()).collect();
        assert_eq!(kept, ["1", "2"]);
    }
}
