//! The pictures of a message: each is looked at once, all of them within the message's time.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;

use crate::limits::Cause;
use crate::text::{Picture, Place, Reading, Unread, View};
use crate::worker::{Crew, Fault, Fingerprint, Lookers, Sealed, Spool};

/// Of the time of a message, this part is kept for what comes after looking: one in so many.
const KEPT: u32 = 10;

/// Looks at what a reading found to look at, and adds what is seen to it. What nobody could look at
/// is unread.
pub(super) async fn look(reading: &mut Reading, crew: &Crew, time: Duration, deadline: Instant) {
    let pictures = std::mem::take(&mut reading.pictures);
    let Some(lookers) = &crew.lookers else {
        let views = pictures.into_iter().map(|picture| picture.view);
        reading.unread.extend(views.map(|view| unread(view, Cause::Unsupported)));
        return;
    };
    let until = deadline.checked_sub(time / KEPT).unwrap_or(deadline);
    let mut seen: Vec<(View, Reading)> = Vec::new();
    let mut views = JoinSet::new();
    for waiting in admit(pictures, lookers, &mut reading.unread) {
        let Waiting { picture, fingerprint, room } = waiting;
        if Instant::now() >= until {
            reading.unread.push(unread(picture.view, Cause::TimedOut));
            continue;
        }
        let Some(bytes) = seal(&picture) else {
            reading.unread.push(unread(picture.view, Cause::TooLarge));
            continue;
        };
        let all: Vec<View> = picture.views().collect();
        // From here on the bytes are in the sealed file alone.
        drop(picture);
        let bytes = Arc::new((bytes, room));
        for view in all {
            if lookers.is_blank(fingerprint, view.page) {
                continue;
            }
            // In their order, and no more than there are workers: a message with a hundred
            // photographs does not stand before one with a single page.
            while views.len() >= lookers.pool.count() {
                seen.extend(next(&mut views).await);
            }
            let (lookers, bytes) = (Arc::clone(lookers), Arc::clone(&bytes));
            views.spawn(look_at(lookers, bytes, fingerprint, view, until));
        }
    }
    while let Some(last) = next(&mut views).await {
        seen.push(last);
    }
    seen.sort_by(|(a, _), (b, _)| (&a.part, a.page).cmp(&(&b.part, b.page)));
    for (_, seen) in seen {
        reading.texts.extend(seen.texts);
        reading.facts.extend(seen.facts);
        reading.sketches.extend(seen.sketches);
        for unread in seen.unread {
            // Once for all pages that there was no time for.
            if reading.unread.last() != Some(&unread) {
                reading.unread.push(unread);
            }
        }
    }
}

/// A picture that has its place in memory.
struct Waiting {
    picture: Picture,
    fingerprint: Fingerprint,
    room: OwnedSemaphorePermit,
}

/// The pictures that are looked at: the same bytes once, however often a message has them, and as
/// many as there is room for.
fn admit(pictures: Vec<Picture>, lookers: &Lookers, without: &mut Vec<Unread>) -> Vec<Waiting> {
    let mut known = HashSet::new();
    let mut admitted = Vec::new();
    for picture in pictures {
        let fingerprint = lookers.fingerprint(&picture);
        if !known.insert((fingerprint, picture.pages.clone())) {
            continue;
        }
        match lookers.room_for(&picture) {
            Some(room) => admitted.push(Waiting { picture, fingerprint, room }),
            None => without.push(unread(picture.view, Cause::TimedOut)),
        }
    }
    admitted
}

/// Waits for one of the views.
async fn next(views: &mut JoinSet<(View, Reading)>) -> Option<(View, Reading)> {
    match views.join_next().await? {
        Ok(outcome) => Some(outcome),
        Err(fault) if fault.is_panic() => std::panic::resume_unwind(fault.into_panic()),
        // The daemon is at its end, and nobody waits for an answer.
        Err(_) => std::future::pending().await,
    }
}

/// One view. Workers that are busy until the end are a matter of time; where none can be started,
/// what is seen elsewhere still counts.
async fn look_at(
    lookers: Arc<Lookers>,
    picture: Arc<(Sealed, OwnedSemaphorePermit)>,
    fingerprint: Fingerprint,
    view: View,
    until: Instant,
) -> (View, Reading) {
    let (bytes, _) = &*picture;
    let seen = lookers.pool.look(bytes, &view, until).await.unwrap_or_else(|fault| {
        let cause = match fault {
            Fault::Busy => Cause::TimedOut,
            Fault::NoWorker => Cause::Crashed,
        };
        Reading { unread: vec![unread(view.clone(), cause)], ..Reading::default() }
    });
    if seen.texts.is_empty() && seen.facts.is_empty() && seen.unread.is_empty() {
        lookers.remember_blank(fingerprint, view.page);
    }
    let seen = assign(&view, seen);
    (view, seen)
}

/// What a worker says counts for the view that it was given, whatever it says: one in other hands
/// could name another, and one that was killed names nothing.
fn assign(view: &View, mut seen: Reading) -> Reading {
    for text in &mut seen.texts {
        text.place = Place::Image;
        text.part.clone_from(&view.part);
        text.group.clone_from(&view.group);
        text.file.clone_from(&view.file);
        text.page = view.page;
    }
    for fact in &mut seen.facts {
        fact.part.clone_from(&view.part);
    }
    for sketch in &mut seen.sketches {
        sketch.part.clone_from(&view.part);
        sketch.page = view.page;
    }
    for unread in &mut seen.unread {
        unread.part.clone_from(&view.part);
        unread.file.clone_from(&view.file);
    }
    seen
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
    use crate::text::{Fact, PartFact, PartPath, Source, Text};

    fn view(number: u32) -> View {
        let part = PartPath::root().child(number);
        View { group: part.clone(), part, file: None, source: Source::Image, page: Some(2) }
    }

    #[test]
    fn what_a_worker_says_counts_for_the_view_that_it_was_given() {
        let elsewhere = PartPath::root().child(7);
        let said = Reading {
            texts: vec![Text::plain(Place::Subject, &elsewhere, "words".into())],
            facts: vec![PartFact::plain(Fact::PgpEncrypted, elsewhere.clone())],
            unread: vec![Unread { part: elsewhere, file: None, cause: Cause::Malformed }],
            ..Reading::default()
        };
        let view = view(3);
        let seen = assign(&view, said);
        let text = &seen.texts[0];
        assert_eq!((&text.part, text.place, text.page), (&view.part, Place::Image, Some(2)));
        assert_eq!((&seen.facts[0].part, &seen.unread[0].part), (&view.part, &view.part));
    }
}
