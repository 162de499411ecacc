//! Keys of documents of before 2007: RC4 ([MS-OFFCRYPTO] 2.3.6) and RC4 CryptoAPI (2.3.5).

use md5::Digest as _;
use sha1::Digest as _;

use super::wide;
use crate::extract::archive::{u16_at, u32_at};
use crate::extract::rc4::Rc4;

/// What a document says of its encryption.
pub(in super::super) struct Header {
    scheme: Scheme,
    salt: [u8; 16],
    verifier: [u8; 16],
    hash: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Scheme {
    /// MD5 and 40 bits.
    Plain,
    /// SHA-1 and so many bytes of key.
    CryptoApi(usize),
}

impl Header {
    /// Reads it from its version number on.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (scheme, at) = match (u16_at(bytes, 0)?, u16_at(bytes, 2)?) {
            (1, 1) => (Scheme::Plain, 4),
            (2..=4, 2) => {
                // Flags, the size of the header, the header (2.3.2).
                let size = usize::try_from(u32_at(bytes, 8)?).ok()?;
                let (cipher, hash) = (u32_at(bytes, 20)?, u32_at(bytes, 24)?);
                let bits = match u32_at(bytes, 28)? {
                    0 => 40,
                    bits @ 40..=128 => bits,
                    _ => return None,
                };
                const RC4: u32 = 0x6801;
                const SHA_1: u32 = 0x8004;
                if cipher != RC4 || !matches!(hash, 0 | SHA_1) {
                    return None;
                }
                let verifier = size.checked_add(12)?;
                // The size of the salt stands before it.
                (Scheme::CryptoApi(usize::try_from(bits / 8).ok()?), verifier.checked_add(4)?)
            }
            _ => return None,
        };
        let rest = bytes.get(at..)?;
        let (salt, rest) = rest.split_first_chunk()?;
        let (verifier, rest) = rest.split_first_chunk()?;
        let hash = match scheme {
            Scheme::Plain => rest.get(..16)?,
            Scheme::CryptoApi(_) => rest.get(4..24)?,
        };
        Some(Self { scheme, salt: *salt, verifier: *verifier, hash: hash.to_vec() })
    }

    /// The keys that come from a password; `None` for the wrong one.
    pub(super) fn keys(&self, password: &str) -> Option<Keys> {
        let keys = self.derived(password);
        let mut stream = keys.block(0);
        let (mut verifier, mut hash) = (self.verifier, self.hash.clone());
        stream.apply(&mut verifier);
        stream.apply(&mut hash);
        let expected = match self.scheme {
            Scheme::Plain => md5::Md5::digest(verifier).to_vec(),
            Scheme::CryptoApi(_) => sha1::Sha1::digest(verifier).to_vec(),
        };
        (hash == expected).then_some(keys)
    }

    fn derived(&self, password: &str) -> Keys {
        let password = wide(password);
        let secret = match self.scheme {
            Scheme::Plain => {
                let hash = md5::Md5::digest(password);
                let start = hash.get(..5).unwrap_or_default();
                let hash = md5::Md5::digest([start, &self.salt].concat().repeat(16));
                hash.get(..5).unwrap_or_default().to_vec()
            }
            Scheme::CryptoApi(_) => {
                sha1::Sha1::digest([&self.salt, &password[..]].concat()).to_vec()
            }
        };
        Keys { scheme: self.scheme, secret }
    }
}

/// The keys of a document, one a block.
pub(super) struct Keys {
    scheme: Scheme,
    secret: Vec<u8>,
}

impl Keys {
    /// The stream of a block from its start.
    pub(super) fn block(&self, number: u32) -> Rc4 {
        let input = [&self.secret, &number.to_le_bytes()[..]].concat();
        match self.scheme {
            Scheme::Plain => Rc4::new(&md5::Md5::digest(input)),
            Scheme::CryptoApi(length) => {
                let mut key = sha1::Sha1::digest(input).to_vec();
                key.truncate(length);
                if length == 5 {
                    key.resize(16, 0);
                }
                Rc4::new(&key)
            }
        }
    }

    /// The key bytes of a stream that is encrypted in blocks of that size, each from its start.
    pub(super) fn stream(&self, length: usize, block: usize) -> Vec<u8> {
        let mut stream = vec![0; length];
        for (number, bytes) in (0..).zip(stream.chunks_mut(block)) {
            self.block(number).apply(bytes);
        }
        stream
    }
}

/// Undoes the encryption of what stands there.
pub(super) fn unmask(bytes: &mut [u8], stream: &[u8], span: std::ops::Range<usize>) {
    let keys = stream.get(span.clone()).unwrap_or_default();
    for (byte, key) in bytes.get_mut(span).unwrap_or_default().iter_mut().zip(keys) {
        *byte ^= key;
    }
}

#[cfg(test)]
impl Header {
    /// A header for a password, and its keys: `None` for the older scheme, else the bits.
    pub(super) fn written(password: &str, bits: Option<u32>) -> (Vec<u8>, Keys) {
        let (salt, verifier) = ([7; 16], [5; 16]);
        let scheme = bits.map_or(Scheme::Plain, |bits| Scheme::CryptoApi(bits as usize / 8));
        let keys = Self { scheme, salt, verifier, hash: Vec::new() }.derived(password);
        let hash = match scheme {
            Scheme::Plain => md5::Md5::digest(verifier).to_vec(),
            Scheme::CryptoApi(_) => sha1::Sha1::digest(verifier).to_vec(),
        };
        let (mut verifier, mut hash, mut stream) = (verifier, hash, keys.block(0));
        stream.apply(&mut verifier);
        stream.apply(&mut hash);
        let Some(bits) = bits else {
            return ([&b"\x01\0\x01\0"[..], &salt, &verifier, &hash].concat(), keys);
        };
        let name: Vec<u8> = wide("Microsoft Enhanced Cryptographic Provider v1.0\0");
        let head: Vec<u8> = [4, 0, 0x6801, 0x8004, bits, 1, 0, 0]
            .iter()
            .flat_map(|number: &u32| number.to_le_bytes())
            .chain(name)
            .collect();
        let size = (head.len() as u32).to_le_bytes();
        let start = [&b"\x02\0\x02\0\x04\0\0\0"[..], &size, &head].concat();
        let tail = [&16_u32.to_le_bytes()[..], &salt, &verifier, &20_u32.to_le_bytes(), &hash];
        ([start, tail.concat()].concat(), keys)
    }
}
