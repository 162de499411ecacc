//! The letters that a word begins with, as one number.

use super::beginnings::Bytes;

/// The bit that tells a small letter from its capital. Digits have it.
const CASE: u8 = 0x20;
/// Bytes of a word that are known.
const KNOWN: usize = 8;

/// The first eight letters or digits of a word, small, zeros behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Letters(pub(super) u64);

impl Letters {
    /// Those that begin eight bytes, so many of them.
    #[inline]
    pub fn of(eight: u64, length: usize) -> Self {
        let all = u64::from_le_bytes([CASE; KNOWN]);
        Self(eight | all).cut(length)
    }

    /// The first so many of them.
    #[inline]
    pub fn cut(self, length: usize) -> Self {
        Self(self.0 & !u64::MAX.checked_shl(8 * length as u32).unwrap_or(0))
    }

    pub fn length(self) -> usize {
        KNOWN - self.0.leading_zeros() as usize / 8
    }

    /// With one letter more, if it is one of the first.
    pub(super) fn push(self, letter: u8) -> Self {
        match self.length() {
            KNOWN => self,
            length => Self(self.0 | u64::from(letter | CASE) << (8 * length)),
        }
    }

    /// A number that differs from word to word.
    #[inline]
    pub fn hash(self) -> u64 {
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    /// The first letter, small and large.
    pub(super) fn first(self) -> Bytes {
        let [first, ..] = self.0.to_le_bytes();
        let mut both = Bytes::one(first);
        both.join(Bytes::one(first.to_ascii_uppercase()));
        both
    }
}
