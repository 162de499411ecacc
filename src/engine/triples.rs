//! Sets of three bytes, made so that asking is three lookups and a bit.

use std::collections::{HashMap, HashSet};

use super::beginnings::Bytes;

/// Kinds of bytes at each of the three places, as powers of two.
const KINDS: [u32; 3] = [7, 6, 6];
const KEYS: usize = 1 << (KINDS[0] + KINDS[1] + KINDS[2]);

/// A set of triples of bytes. Where they are many it has more than it was given.
#[derive(Debug)]
pub(super) struct Triples {
    /// The kind of each byte at each place, shifted to its place in the key.
    kinds: [[u32; 256]; 3],
    /// Which keys are in the set, one bit each.
    known: Box<[u64; KEYS / 64]>,
}

impl Triples {
    /// All triples with a byte of each of three sets.
    pub fn new(all: &[[Bytes; 3]]) -> Self {
        let shifts = [KINDS[1] + KINDS[2], KINDS[2], 0];
        let kinds = std::array::from_fn(|place| {
            let sets = all.iter().map(|one| one[place]);
            kinds(sets, 1 << KINDS[place]).map(|kind| (kind << shifts[place]) as u32)
        });
        let mut triples = Self { kinds, known: Box::new([0; KEYS / 64]) };
        let mut seen = HashSet::new();
        for one in all.iter().filter(|one| seen.insert(**one)) {
            triples.add(one);
        }
        triples
    }

    fn add(&mut self, one: &[Bytes; 3]) {
        let [firsts, seconds, thirds] = self.kinds_of(one);
        for first in &firsts {
            for second in &seconds {
                for third in &thirds {
                    let key = (first | second | third) as usize % KEYS;
                    self.known[key / 64] |= 1 << (key % 64);
                }
            }
        }
    }

    /// The kinds that the bytes of three sets are of.
    fn kinds_of(&self, sets: &[Bytes; 3]) -> [Vec<u32>; 3] {
        std::array::from_fn(|place| {
            let mut kinds: Vec<u32> =
                sets[place].iter().map(|byte| self.kinds[place][usize::from(byte)]).collect();
            kinds.sort_unstable();
            kinds.dedup();
            kinds
        })
    }

    pub fn is_empty(&self) -> bool {
        self.known.iter().all(|bits| *bits == 0)
    }

    /// Whether the set has a triple with that byte first.
    pub fn has_first(&self, byte: u8) -> bool {
        let first = self.kinds[0][usize::from(byte)] as usize;
        let keys = first..first + (1 << (KINDS[1] + KINDS[2]));
        keys.into_iter().any(|key| self.known[key / 64] >> (key % 64) & 1 == 1)
    }

    #[inline]
    pub fn has(&self, [first, second, third]: [u8; 3]) -> bool {
        let [firsts, seconds, thirds] = &self.kinds;
        let key =
            firsts[usize::from(first)] | seconds[usize::from(second)] | thirds[usize::from(third)];
        let key = key as usize % KEYS;
        self.known[key / 64] >> (key % 64) & 1 == 1
    }
}

/// The kind of each byte: bytes that the same sets have are of one kind. Where there are more kinds
/// than `most` some have to share one.
fn kinds(sets: impl Iterator<Item = Bytes>, most: u32) -> [u32; 256] {
    let mut kinds = [0; 256];
    let mut count = 1;
    let mut seen: HashSet<Bytes> = HashSet::new();
    for set in sets.filter(|set| seen.insert(*set)) {
        // A kind that the set cuts in two leaves its number to the bytes that the set has not.
        let mut parts: HashMap<u32, Option<u32>> = HashMap::new();
        for byte in set.iter() {
            let kind = &mut kinds[usize::from(byte)];
            parts.entry(*kind).or_default();
        }
        for byte in (0..=u8::MAX).filter(|byte| !set.contains(*byte)) {
            if let Some(part) = parts.get_mut(&kinds[usize::from(byte)])
                && part.is_none()
                && count < most
            {
                *part = Some(count);
                count += 1;
            }
        }
        for byte in set.iter() {
            let kind = &mut kinds[usize::from(byte)];
            if let Some(Some(part)) = parts.get(kind) {
                *kind = *part;
            }
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &str) -> Bytes {
        bytes.bytes().map(|byte| (byte, byte)).collect()
    }

    #[test]
    fn a_set_has_the_triples_that_it_was_given_and_no_others() {
        let triples = Triples::new(&[[of("ab"), of("c"), of("d")], [of("a"), of("x"), of("yz")]]);
        let has = |three: &[u8; 3]| triples.has(*three);
        assert!(has(b"acd") && has(b"bcd") && has(b"axy") && has(b"axz"));
        assert!(!has(b"bxy") && !has(b"acy") && !has(b"cca") && !Triples::new(&[]).has(*b"abc"));
    }
}
