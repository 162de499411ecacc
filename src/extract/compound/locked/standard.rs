//! Standard encryption of packages, as Office 2007 writes it ([MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9).

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use sha1::{Digest, Sha1};

use super::wide;
use crate::extract::archive::{u16_at, u32_at};

/// Rounds of hashing (2.3.4.7).
pub(super) const ROUNDS: u32 = 50_000;
/// Bytes of a block of AES.
const BLOCK: usize = 16;

/// How a package is encrypted.
pub(in super::super) struct Standard {
    key_length: usize,
    salt: [u8; 16],
    verifier: [u8; 16],
    hash: [u8; 32],
}

impl Standard {
    /// Reads the stream `EncryptionInfo`.
    pub(super) fn parse(info: &[u8]) -> Option<Self> {
        if !matches!((u16_at(info, 0)?, u16_at(info, 2)?), (2..=4, 2)) {
            return None;
        }
        let size = usize::try_from(u32_at(info, 8)?).ok()?;
        const SHA_1: u32 = 0x8004;
        // Cipher and hash may both be left to the flags (2.3.2).
        let key_length = match (u32_at(info, 20)?, u32_at(info, 28)?) {
            (0 | 0x660E, 0 | 128) => 16,
            (0x660F, 192) => 24,
            (0x6610, 256) => 32,
            _ => return None,
        };
        if !matches!(u32_at(info, 24)?, 0 | SHA_1) {
            return None;
        }
        let rest = info.get(size.checked_add(16)?..)?;
        let (salt, rest) = rest.split_first_chunk()?;
        let (verifier, rest) = rest.split_first_chunk()?;
        let hash = rest.get(4..)?.first_chunk()?;
        Some(Self { key_length, salt: *salt, verifier: *verifier, hash: *hash })
    }

    /// The key that comes from a password; `None` for the wrong one.
    pub(super) fn key(&self, password: &str, go_on: &dyn Fn() -> bool) -> Option<Vec<u8>> {
        if !go_on() {
            return None;
        }
        let key = self.derived(password)?;
        let verifier = blocks(&key, &self.verifier)?;
        let hash = blocks(&key, &self.hash)?;
        hash.starts_with(&Sha1::digest(verifier)).then_some(key)
    }

    fn derived(&self, password: &str) -> Option<Vec<u8>> {
        let mut hash = Sha1::digest([&self.salt, &wide(password)[..]].concat());
        for round in 0..ROUNDS {
            let mut digest = Sha1::new();
            digest.update(round.to_le_bytes());
            digest.update(hash);
            hash = digest.finalize();
        }
        let mut digest = Sha1::new();
        digest.update(hash);
        digest.update([0; 4]);
        let hash = digest.finalize();
        let half = |fill: u8| {
            let mut bytes = [fill; 64];
            for (byte, mask) in bytes.iter_mut().zip(hash) {
                *byte ^= mask;
            }
            Sha1::digest(bytes)
        };
        let key: Vec<u8> = half(0x36).into_iter().chain(half(0x5C)).take(self.key_length).collect();
        (key.len() == self.key_length).then_some(key)
    }
}

/// The package; `None` where it is none.
pub(super) fn decrypted(key: &[u8], package: &[u8]) -> Option<Vec<u8>> {
    let (size, encrypted) = package.split_first_chunk::<8>()?;
    let mut bytes = blocks(key, encrypted)?;
    bytes.truncate(usize::try_from(u64::from_le_bytes(*size)).unwrap_or(usize::MAX));
    bytes.starts_with(b"PK").then_some(bytes)
}

/// AES block by block; what is no whole block at the end is left out.
fn blocks(key: &[u8], encrypted: &[u8]) -> Option<Vec<u8>> {
    fn all<C>(cipher: &C, encrypted: &[u8]) -> Vec<u8>
    where
        C: BlockCipherDecrypt + aes::cipher::BlockSizeUser<BlockSize = aes::cipher::consts::U16>,
    {
        let (blocks, _) = encrypted.as_chunks::<BLOCK>();
        let mut out = Vec::with_capacity(encrypted.len());
        for block in blocks {
            let mut plain = (*block).into();
            cipher.decrypt_block(&mut plain);
            out.extend(plain);
        }
        out
    }
    match key.len() {
        16 => Some(all(&Aes128::new_from_slice(key).ok()?, encrypted)),
        24 => Some(all(&Aes192::new_from_slice(key).ok()?, encrypted)),
        32 => Some(all(&Aes256::new_from_slice(key).ok()?, encrypted)),
        _ => None,
    }
}

#[cfg(test)]
impl Standard {
    /// The streams of a package under a password, AES-128.
    pub(super) fn written(package: &[u8], password: &str) -> (Vec<u8>, Vec<u8>) {
        use aes::cipher::BlockCipherEncrypt;
        let (salt, verifier) = ([7; 16], [5; 16]);
        let lock = Self { key_length: 16, salt, verifier, hash: [0; 32] };
        let cipher = Aes128::new_from_slice(&lock.derived(password).unwrap()).unwrap();
        let encrypted = |plain: &[u8]| -> Vec<u8> {
            let mut out = Vec::new();
            for chunk in plain.chunks(BLOCK) {
                let mut block = [0; BLOCK];
                block[..chunk.len()].copy_from_slice(chunk);
                let mut block = block.into();
                cipher.encrypt_block(&mut block);
                out.extend(block);
            }
            out
        };
        let mut hash = Sha1::digest(verifier).to_vec();
        hash.resize(32, 0);
        let mut info = b"\x03\0\x02\0\x24\0\0\0".to_vec();
        let name = wide("Microsoft Enhanced RSA and AES Cryptographic Provider\0");
        info.extend((32 + name.len() as u32).to_le_bytes());
        for number in [0x24_u32, 0, 0x660E, 0x8004, 128, 0x18, 0, 0] {
            info.extend(number.to_le_bytes());
        }
        info.extend(name);
        info.extend(16_u32.to_le_bytes());
        info.extend(salt);
        info.extend(encrypted(&verifier));
        info.extend(20_u32.to_le_bytes());
        info.extend(encrypted(&hash));
        let mut stream = (package.len() as u64).to_le_bytes().to_vec();
        stream.extend(encrypted(package));
        (info, stream)
    }
}
