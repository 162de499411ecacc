//! Text cut into words, each with a hash that does not see letter case.
//!
//! Eight bytes are looked at together: sums that overflow into the top bit of each byte tell
//! letters and digits from the rest.

use std::ops::Range;

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
const MULTIPLIER: u64 = 0xD6E8_FEB8_6659_FD93;

/// Bytes that are looked at together, one bit for each.
const BLOCK: usize = 64;

/// Calls `word` with start, end and hash of each word: a run of letters and digits.
#[inline]
pub(super) fn each(text: &str, mut word: impl FnMut(usize, usize, u64)) {
    let bytes = text.as_bytes();
    let mut base = 0;
    // Where the run begins that the last block ended in, if it did.
    let mut open = None;
    while base < bytes.len() {
        let runs = runs(bytes, base);
        // Bits at which a run begins or is over.
        let mut edges = runs ^ (runs << 1 | u64::from(open.is_some()));
        loop {
            let start = match open.take() {
                Some(start) => start,
                None if edges == 0 => break,
                None => base + next(&mut edges),
            };
            if edges == 0 {
                open = Some(start);
                break;
            }
            one(text, start..base + next(&mut edges), &mut word);
        }
        base += BLOCK;
    }
    if let Some(start) = open {
        one(text, start..bytes.len(), &mut word);
    }
}

/// Takes the lowest bit.
#[inline]
fn next(bits: &mut u64) -> usize {
    let at = bits.trailing_zeros() as usize;
    *bits &= *bits - 1;
    at
}

/// Which bytes of a block are letters, digits or outside ASCII.
#[inline]
fn runs(bytes: &[u8], base: usize) -> u64 {
    let mut block = [0; BLOCK];
    let block = match bytes.get(base..).and_then(|rest| rest.first_chunk::<BLOCK>()) {
        Some(block) => block,
        None => {
            let rest = bytes.get(base..).unwrap_or_default();
            block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            &block
        }
    };
    let (eights, _) = block.as_chunks::<8>();
    eights
        .iter()
        .rev()
        .fold(0, |runs, eight| runs << 8 | gathered(marks(u64::from_le_bytes(*eight))))
}

/// The top bits of eight bytes side by side.
#[inline]
fn gathered(tops: u64) -> u64 {
    // Each bit is shifted to a place of its own in the top byte.
    (tops >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Calls `word` with the words in a run of bytes: itself, if all of it is ASCII.
#[inline]
fn one(text: &str, run: Range<usize>, word: &mut impl FnMut(usize, usize, u64)) {
    let eight = text.as_bytes().get(run.start..).and_then(|rest| rest.first_chunk::<8>());
    if let Some(eight) = eight.filter(|_| run.len() < 8) {
        let others = u64::MAX << (8 * run.len());
        let kept = u64::from_le_bytes(*eight) & !others;
        if kept & TOPS == 0 {
            word(run.start, run.end, mix(SEED ^ run.len() as u64, kept | CASE & !others));
            return;
        }
    }
    long_or_foreign(text, run, word);
}

/// The same for a run of eight bytes or more, or with characters outside ASCII, of which some are
/// no letters.
#[inline(never)]
fn long_or_foreign(text: &str, run: Range<usize>, word: &mut impl FnMut(usize, usize, u64)) {
    let bytes = text.as_bytes();
    let mut hash = SEED;
    let mut at = run.start;
    let mut tops = 0;
    while run.end - at >= 8 {
        let eight = load(bytes, at);
        tops |= eight;
        hash = mix(hash, eight | CASE);
        at += 8;
    }
    let others = u64::MAX << (8 * (run.end - at));
    let kept = load(bytes, at) & !others;
    if (tops | kept) & TOPS == 0 {
        word(run.start, run.end, mix(hash ^ run.len() as u64, kept | CASE & !others));
        return;
    }
    let mut at = run.start;
    while at < run.end {
        let (end, hash) = beyond_ascii(text, at);
        if let Some(hash) = hash {
            word(at, end, hash);
        }
        at = end;
    }
}

/// The top bit of each byte.
pub(super) const TOPS: u64 = 0x8080_8080_8080_8080;
/// The bit of each byte that tells a lower case letter from its capital.
const CASE: u64 = 0x2020_2020_2020_2020;
/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// Eight bytes from `at` on, zeros behind the end.
#[inline]
pub(super) fn load(bytes: &[u8], at: usize) -> u64 {
    if let Some(eight) = bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()) {
        return u64::from_le_bytes(eight);
    }
    let mut eight = [0; 8];
    for (to, from) in eight.iter_mut().zip(bytes.get(at..).unwrap_or_default()) {
        *to = *from;
    }
    u64::from_le_bytes(eight)
}

/// The top bit of each byte that is a letter, a digit or outside ASCII.
#[inline]
fn marks(eight: u64) -> u64 {
    (letters_and_digits(eight) | eight) & TOPS
}

/// The top bit of each byte that is a letter or a digit of ASCII.
#[inline]
pub(super) fn ascii_words(eight: u64) -> u64 {
    letters_and_digits(eight) & !eight & TOPS
}

/// In the top bits whether bytes of ASCII are letters or digits; what else there is means nothing.
#[inline]
fn letters_and_digits(eight: u64) -> u64 {
    let low = eight & !TOPS;
    // In a byte below 128, adding 128 - n sets the top bit from n on.
    let from = |bytes: u64, n: u8| bytes + ONES * u64::from(128 - n);
    let lower = low | CASE;
    let letters = from(lower, b'a') & !from(lower, b'z' + 1);
    let digits = from(low, b'0') & !from(low, b'9' + 1);
    letters | digits
}

/// The end and hash of a word in which a character outside ASCII may stand; without a hash, the end
/// of such a character that is in no word.
#[inline(never)]
fn beyond_ascii(text: &str, start: usize) -> (usize, Option<u64>) {
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    match rest.get(..length) {
        Some("") | None => (start + rest.chars().next().map_or(1, char::len_utf8), None),
        Some(word) => (start + length, Some(hash(&word.to_lowercase()))),
    }
}

/// Letters and digits stay what they are when bit 5 is set, and letters lose their case.
fn hash(word: &str) -> u64 {
    let (eights, rest) = word.as_bytes().as_chunks::<8>();
    let hash = eights.iter().fold(SEED, |hash, eight| mix(hash, u64::from_le_bytes(*eight) | CASE));
    let case = CASE & !(u64::MAX << (8 * rest.len()));
    mix(hash ^ word.len() as u64, load(rest, 0) | case)
}

/// One round of a hash.
#[inline]
pub(super) fn mix(state: u64, word: u64) -> u64 {
    let product = u128::from(state ^ word) * u128::from(MULTIPLIER);
    (product as u64) ^ ((product >> 64) as u64)
}

/// A span with the characters on either side of it, so that a word that it cuts is not taken for
/// the part that it has of it.
pub(super) fn widened(text: &str, span: Range<usize>) -> Range<usize> {
    let mut start = span.start.saturating_sub(1);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = text.len().min(span.end + 1);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// What stands between two words of a phrase: 0 for blanks, hyphens, underscores and at most one
/// line break, else the signs themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap(pub u32);

impl Gap {
    pub const BLANK: Gap = Gap(0);
}

/// Bytes of the widest gap.
const WIDEST_GAP: usize = 64;

/// The gap at `span`, or `None` where no phrase goes on: over a paragraph's end or more than three
/// signs.
pub(super) fn gap(text: &str, span: Range<usize>) -> Option<Gap> {
    let between = text.as_bytes().get(span)?;
    if let [single] = between {
        return Some(match single {
            b' ' | b'-' | b'_' | b'\t' | b'\n' => Gap::BLANK,
            sign => Gap(u32::from(*sign)),
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(&str, u64)> {
        let mut words = Vec::new();
        each(text, |start, end, hash| words.push((text.get(start..end).unwrap(), hash)));
        words
    }

    /// What a word is, said simply.
    fn plainly(text: &str) -> Vec<&str> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        let pieces = [
            "a",
            "Word",
            "eightlet",
            "ninelette",
            "seventeenletters1",
            " ",
            "  ",
            "-",
            "_",
            "\n",
            "\u{e9}",
            "caf\u{e9}",
            "\u{2022}",
            "\u{65e5}\u{672c}",
            "1",
            "\0",
            "@",
            "[",
            "`",
            "{",
            "/",
            ":",
            "z",
            "A",
        ];
        for (i, first) in pieces.iter().enumerate() {
            for second in &pieces {
                for third in &pieces {
                    let text = format!("{}{first}{second}{third}", "x ".repeat(i % 5));
                    let found: Vec<&str> = words(&text).into_iter().map(|(word, _)| word).collect();
                    assert_eq!(found, plainly(&text), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn a_span_is_widened_by_a_character() {
        let text = "x caf\u{e9}s, b";
        let widened = [2..5, 3..4, 7..8, 0..11].map(|span| widened(text, span));
        assert_eq!(widened, [1..7, 2..5, 5..9, 0..11]);
    }

    #[test]
    fn the_hash_sees_no_case_and_nothing_else_is_alike() {
        let hash = |word: &str| words(word)[0].1;
        assert_eq!(hash("DiaBetes"), hash("diabetes"));
        assert_eq!(hash("\u{c9}COLE"), hash("\u{e9}cole"));
        assert_eq!(hash("ninelettersand9"), hash("NineLettersAnd9"));
        assert_eq!(hash("mrn"), words("the MRN, and")[1].1);
        let different = ["a", "aa", "b", "a0", "0a", "eightlet", "eightlett", "0", "00", "P", "1q"];
        let hashes: std::collections::BTreeSet<u64> = different.iter().map(|w| hash(w)).collect();
        assert_eq!(hashes.len(), different.len());
    }
}
