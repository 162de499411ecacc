//! RC4, with which documents of before 2007 are encrypted. (The crate in the tree knows only keys
//! whose length is known when it is compiled.)

/// A stream of key bytes.
pub(super) struct Rc4 {
    state: [u8; 256],
    first: u8,
    second: u8,
}

impl Rc4 {
    /// A stream from its start. An empty key counts as one of a zero.
    pub(super) fn new(key: &[u8]) -> Self {
        let key = if key.is_empty() { &[0] } else { key };
        let mut state: [u8; 256] = std::array::from_fn(|index| (index & 0xFF) as u8);
        let mut second = 0_u8;
        for (index, byte) in (0..=255_u8).zip(key.iter().cycle()) {
            let here = state[usize::from(index)];
            second = second.wrapping_add(here).wrapping_add(*byte);
            state.swap(usize::from(index), usize::from(second));
        }
        Self { state, first: 0, second: 0 }
    }

    /// Encrypts or decrypts, which is the same.
    pub(super) fn apply(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.first = self.first.wrapping_add(1);
            let one = self.state[usize::from(self.first)];
            self.second = self.second.wrapping_add(one);
            let two = self.state[usize::from(self.second)];
            self.state.swap(usize::from(self.first), usize::from(self.second));
            *byte ^= self.state[usize::from(one.wrapping_add(two))];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_key_gives_its_known_stream() {
        // RFC 6229, key 0x0102030405.
        let mut stream = [0; 8];
        Rc4::new(&[1, 2, 3, 4, 5]).apply(&mut stream);
        assert_eq!(stream, [0xB2, 0x39, 0x63, 0x05, 0xF0, 0x3D, 0xC0, 0x27]);
        Rc4::new(&[]).apply(&mut stream);
    }
}
