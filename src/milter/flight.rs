//! Bytes of messages in flight, counted over all connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What all messages together hold. Cloning shares the count.
#[derive(Debug, Clone, Default)]
pub(super) struct BytesInFlight(Arc<AtomicU64>);

/// The share of one message, given back when this is dropped.
#[derive(Debug)]
pub(super) struct Share {
    total: BytesInFlight,
    bytes: u64,
}

impl BytesInFlight {
    /// A share of nothing yet.
    pub(super) fn share(&self) -> Share {
        Share { total: self.clone(), bytes: 0 }
    }

    /// Whether `bytes` more would stay within `limit` now. Nothing is set aside: who declares much
    /// and sends little must not keep others out.
    pub(super) fn has_room(&self, bytes: u64, limit: u64) -> bool {
        self.0.load(Ordering::Relaxed).saturating_add(bytes) <= limit
    }
}

impl Share {
    /// Takes `bytes` more, unless all messages together would then hold more than `limit`.
    pub(super) fn grow(&mut self, bytes: u64, limit: u64) -> bool {
        let before = self.total.0.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > limit {
            self.total.0.fetch_sub(bytes, Ordering::Relaxed);
            return false;
        }
        self.bytes += bytes;
        true
    }

    /// Gives all of it back.
    pub(super) fn release(&mut self) {
        self.total.0.fetch_sub(std::mem::take(&mut self.bytes), Ordering::Relaxed);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_come_back() {
        let total = BytesInFlight::default();
        let (mut one, mut two) = (total.share(), total.share());
        assert!(one.grow(60, 100) && two.grow(40, 100));
        assert!(!two.grow(1, 100) && !total.has_room(1, 100));
        one.release();
        assert!(two.grow(60, 100) && total.has_room(0, 100));
        drop((one, two));
        assert!(total.has_room(100, 100));
    }
}
