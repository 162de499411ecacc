//! Sets of three bytes, made so that asking is three lookups and a bit.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::beginnings::Bytes;

/// The most kinds of bytes that are told apart at each of the three places.
const MOST: [u32; 3] = [128, 64, 64];

/// A set of triples of bytes. Where they are many it has more than it was given.
#[derive(Debug)]
pub(super) struct Triples {
    /// The kind of each byte at each place, shifted to its place in the key.
    kinds: [[u32; 256]; 3],
    /// Which keys are in the set, one bit each.
    known: Box<[u64]>,
}

impl Triples {
    /// All triples with a byte of each of three sets.
    pub fn new(all: &[[Bytes; 3]]) -> Self {
        let [mut firsts, mut seconds, thirds] =
            std::array::from_fn(|place| Kinds::of(all.iter().map(|one| one[place]), MOST[place]));
        seconds.shift(thirds.bits);
        firsts.shift(seconds.bits);
        let keys = 1_usize << firsts.bits;
        let mut known = vec![0; keys.div_ceil(64)];
        let mut seen: HashSet<&[Bytes; 3], FixedState> = HashSet::default();
        for one in all.iter().filter(|one| seen.insert(one)) {
            let [one_of_firsts, one_of_seconds, one_of_thirds] = one;
            for first in firsts.has(*one_of_firsts) {
                for second in seconds.has(*one_of_seconds) {
                    for third in thirds.has(*one_of_thirds) {
                        let key = (first | second | third) as usize;
                        known[key / 64] |= 1 << (key % 64);
                    }
                }
            }
        }
        Self { kinds: [firsts.of, seconds.of, thirds.of], known: known.into() }
    }

    pub fn is_empty(&self) -> bool {
        self.known.iter().all(|bits| *bits == 0)
    }

    #[inline]
    pub fn has(&self, [first, second, third]: [u8; 3]) -> bool {
        let [firsts, seconds, thirds] = &self.kinds;
        let key =
            firsts[usize::from(first)] | seconds[usize::from(second)] | thirds[usize::from(third)];
        let key = key as usize;
        self.known.get(key / 64).is_some_and(|word| word >> (key % 64) & 1 == 1)
    }
}

/// The kinds of bytes at a place: bytes that the same sets have are of one kind.
struct Kinds {
    of: [u32; 256],
    /// Bits of a key up to and with those of the kind.
    bits: u32,
    /// The kinds that each set has.
    sets: HashMap<Bytes, Vec<u32>, FixedState>,
}

impl Kinds {
    /// Where there are more kinds than `most` some have to share one.
    fn of(all: impl Iterator<Item = Bytes>, most: u32) -> Self {
        let mut of = [0; 256];
        let mut count = 1;
        let mut sets: HashMap<Bytes, Vec<u32>, FixedState> = HashMap::default();
        sets.extend(all.map(|set| (set, Vec::new())));
        let mut ordered: Vec<Bytes> = sets.keys().copied().collect();
        ordered.sort_unstable();
        for set in ordered {
            // A kind that the set cuts in two keeps its number for the bytes that the set has not.
            let mut inside = [false; MOST[0] as usize];
            let mut parts = [None; MOST[0] as usize];
            set.iter().for_each(|byte| inside[of[usize::from(byte)] as usize] = true);
            for byte in (0..=u8::MAX).filter(|byte| !set.contains(*byte)) {
                let kind = of[usize::from(byte)] as usize;
                if inside[kind] && parts[kind].is_none() && count < most {
                    parts[kind] = Some(count);
                    count += 1;
                }
            }
            for byte in set.iter() {
                let kind = &mut of[usize::from(byte)];
                *kind = parts[*kind as usize].unwrap_or(*kind);
            }
        }
        for (set, kinds) in &mut sets {
            kinds.extend(set.iter().map(|byte| of[usize::from(byte)]));
            kinds.sort_unstable();
            kinds.dedup();
        }
        Self { of, bits: count.next_power_of_two().trailing_zeros(), sets }
    }

    /// Moves the kinds behind the bits of others in a key.
    fn shift(&mut self, bits: u32) {
        self.of.iter_mut().for_each(|kind| *kind <<= bits);
        self.sets.values_mut().flatten().for_each(|kind| *kind <<= bits);
        self.bits += bits;
    }

    /// The kinds that the bytes of a set are of.
    fn has(&self, set: Bytes) -> &[u32] {
        self.sets.get(&set).map_or(&[], Vec::as_slice)
    }
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
