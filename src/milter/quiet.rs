//! Lines that others can cause at will: one a minute, with a count.

use std::sync::Mutex;
use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_secs(60);

/// Says of one kind of event when to write a line about it.
#[derive(Debug, Default)]
pub(super) struct Quiet(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    events: u64,
    said: Option<Instant>,
}

impl Quiet {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Counted { events: 0, said: None }))
    }

    /// Counts one more event. When it is time for a line: the events since the last one.
    pub(super) fn count(&self) -> Option<u64> {
        self.count_at(Instant::now())
    }

    fn count_at(&self, now: Instant) -> Option<u64> {
        let mut counted = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        counted.events += 1;
        let due = counted.said.is_none_or(|said| now.duration_since(said) >= INTERVAL);
        due.then(|| {
            counted.said = Some(now);
            std::mem::take(&mut counted.events)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_event_is_said_at_once_and_the_rest_are_counted() {
        let (quiet, start) = (Quiet::new(), Instant::now());
        assert_eq!(quiet.count_at(start), Some(1));
        assert_eq!(quiet.count_at(start + INTERVAL / 2), None);
        assert_eq!(quiet.count_at(start + INTERVAL), Some(2));
    }
}
