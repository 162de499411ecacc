//! The id that joins a verdict's log line, header and reply.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Twelve characters that tell one incident from all others and say nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Incident([u8; LENGTH]);

const LENGTH: usize = 12;

/// Read over a telephone without a mistake: no I, L, O or U (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Incident {
    /// A new id, 60 bits of the system's randomness.
    #[must_use]
    pub fn new() -> Self {
        let mut random = [0; LENGTH];
        if getrandom::fill(&mut random).is_err() {
            random = from_clock();
        }
        Self(random.map(|byte| ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0')))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Default for Incident {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Incident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Mail must flow without the system's randomness too: the time and a counter are unique enough.
fn from_clock() -> [u8; LENGTH] {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let mut bits = now.as_micros() ^ (u128::from(count) << 40);
    std::array::from_fn(|_| {
        let digit = u8::try_from(bits % 32).unwrap_or(0);
        bits /= 32;
        digit
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_twelve_clear_characters_and_differ() {
        let ids: HashSet<Incident> = (0..1000).map(|_| Incident::new()).collect();
        assert_eq!(ids.len(), 1000);
        for id in ids {
            assert_eq!(id.as_str().len(), LENGTH);
            assert!(id.as_str().bytes().all(|b| ALPHABET.contains(&b)), "{id}");
        }
    }

    #[test]
    fn ids_differ_even_without_randomness() {
        let ids: HashSet<_> = (0..1000).map(|_| from_clock()).collect();
        assert_eq!(ids.len(), 1000);
    }
}
