//! Text cut into words, each with a hash that does not see letter case.

use std::ops::Range;

pub(crate) const WORD_SEED: u64 = 0x9E37_79B9_7F4A_7C15;
const MULTIPLIER: u64 = 0xD6E8_FEB8_6659_FD93;

/// What stands between two words of a phrase: 0 for blanks, hyphens, underscores and at most one
/// line break, else the signs themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap(pub u32);

impl Gap {
    pub const BLANK: Gap = Gap(0);
}

/// Bytes of the widest gap.
const WIDEST_GAP: usize = 64;

/// The gap at `span`, or `None` where no phrase goes on: over a paragraph's end or more than three
/// signs.
pub(crate) fn gap(text: &str, span: Range<usize>) -> Option<Gap> {
    let between = text.as_bytes().get(span)?;
    if between.len() == 1 {
        return match between {
            [b' ' | b'-' | b'_' | b'\t' | b'\n'] => Some(Gap::BLANK),
            [sign] => Some(Gap(u32::from(*sign))),
            _ => None,
        };
    }
    if between.len() > WIDEST_GAP {
        return None;
    }
    let mut signs = 0_u32;
    let mut broken = false;
    for &byte in between {
        match byte {
            b'\n' if broken => return None,
            b'\n' => broken = true,
            b' ' | b'\t' | b'\r' | b'-' | b'_' => {}
            // The mark of a quoted line.
            b'>' if broken && signs == 0 => {}
            _ if signs > 0xFFFF => return None,
            sign => signs = signs << 8 | u32::from(sign),
        }
    }
    Some(Gap(signs))
}

/// One round of the hash.
#[inline]
pub(crate) fn mix(state: u64, word: u64) -> u64 {
    let product = u128::from(state ^ word) * u128::from(MULTIPLIER);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Calls `word` with start, end and hash of each word: a run of letters and digits.
#[inline]
pub(crate) fn each(text: &str, mut word: impl FnMut(usize, usize, u64)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x80 && !byte.is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        let mut ascii = true;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_alphanumeric() {
                at += 1;
            } else if byte >= 0x80 {
                match text.get(at..).and_then(|rest| rest.chars().next()) {
                    Some(c) if c.is_alphanumeric() => {
                        ascii = false;
                        at += c.len_utf8();
                    }
                    _ => break,
                }
            } else {
                break;
            }
        }
        if at == start {
            // A sign outside ASCII.
            at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            continue;
        }
        let hash = if ascii {
            hash_ascii(bytes.get(start..at).unwrap_or_default())
        } else {
            let lower = text.get(start..at).unwrap_or_default().to_lowercase();
            hash_ascii(lower.as_bytes())
        };
        word(start, at, hash);
    }
}

/// Letters and digits keep their meaning when bit 5 is set, and letters lose their case.
fn hash_ascii(word: &[u8]) -> u64 {
    let mut hash = WORD_SEED ^ word.len() as u64;
    for chunk in word.chunks(8) {
        let mut eight = [0; 8];
        for (to, from) in eight.iter_mut().zip(chunk) {
            *to = from | 0x20;
        }
        hash = mix(hash, u64::from_le_bytes(eight));
    }
    hash
}
