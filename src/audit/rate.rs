//! How many lines an outsider can cause.

use std::time::{Duration, Instant};

/// Lines that outsiders may cause in one interval.
const LINES: u32 = 20;

/// The interval.
const INTERVAL: Duration = Duration::from_secs(10);

/// Counts lines in fixed intervals.
#[derive(Debug, Default)]
pub(super) struct Rate {
    began: Option<Instant>,
    admitted: u32,
    /// Left out in this interval.
    suppressed: u64,
    /// Left out in intervals that are over, and not said yet.
    owed: u64,
}

impl Rate {
    /// Whether one more line may be written now.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        self.close(now);
        self.began.get_or_insert(now);
        if self.admitted < LINES {
            self.admitted += 1;
            return true;
        }
        self.suppressed = self.suppressed.saturating_add(1);
        false
    }

    /// How many lines were left out, said once, when the interval in which it happened is over.
    pub(super) fn owed(&mut self, now: Instant) -> Option<u64> {
        self.close(now);
        Some(std::mem::take(&mut self.owed)).filter(|owed| *owed > 0)
    }

    fn close(&mut self, now: Instant) {
        if self.began.is_some_and(|began| now.duration_since(began) >= INTERVAL) {
            self.owed = self.owed.saturating_add(std::mem::take(&mut self.suppressed));
            self.admitted = 0;
            self.began = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(rate: &mut Rate, lines: u32, now: Instant) -> u32 {
        (0..lines).filter(|_| rate.admits(now)).count().try_into().unwrap()
    }

    #[test]
    fn what_passes_the_rate_is_counted_and_said_once_when_the_interval_ends() {
        let start = Instant::now();
        let mut rate = Rate::default();
        assert_eq!(admitted(&mut rate, LINES + 7, start), LINES);
        assert_eq!(rate.owed(start), None);
        let later = start + INTERVAL;
        assert_eq!((rate.owed(later), rate.owed(later)), (Some(7), None));
    }

    #[test]
    fn the_next_line_of_the_same_kind_says_it_too() {
        let start = Instant::now();
        let mut rate = Rate::default();
        admitted(&mut rate, LINES + 3, start);
        let later = start + INTERVAL;
        assert!(rate.admits(later));
        assert_eq!(rate.owed(later), Some(3));
        assert_eq!(admitted(&mut rate, LINES, later), LINES - 1);
    }
}
