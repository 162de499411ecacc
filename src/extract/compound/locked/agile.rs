//! Agile encryption of packages, as Office has written it since 2010 ([MS-OFFCRYPTO] 2.3.4.10 to
//! 2.3.4.15).

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::wide;
use crate::message::transfer;

/// Rounds between two looks at the clock.
const BETWEEN_LOOKS: u32 = 1 << 15;
/// Bytes that are encrypted with one initialization vector.
const SEGMENT: usize = 4096;
/// Bytes of a block of AES.
const BLOCK: usize = 16;

/// What the keys are for that come from a password (2.3.4.13).
const INPUT: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const EXPECTED: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const KEY: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];

/// How a package is encrypted, and how its key is.
pub(in super::super) struct Agile {
    data: Parameters,
    password: Parameters,
}

impl Agile {
    /// Reads the stream `EncryptionInfo`.
    pub(super) fn parse(info: &[u8]) -> Option<Self> {
        let (data, password) = parameters(info)?;
        Some(Self { data, password })
    }

    /// Rounds of hashing that one password takes.
    pub(super) const fn rounds(&self) -> u32 {
        self.password.rounds
    }

    /// The key of the package; `None` for the wrong password.
    pub(super) fn key(&self, password: &str, go_on: &dyn Fn() -> bool) -> Option<Vec<u8>> {
        let lock = &self.password;
        let hash = lock.derived(password, go_on)?;
        let vector = sized(lock.salt.clone(), BLOCK);
        let opened = |purpose: [u8; 8], encrypted: &[u8]| {
            let key = sized(lock.hash.of(&[&hash, &purpose]), lock.key_length);
            decrypted(&key, &vector, encrypted)
        };
        let input = opened(INPUT, &lock.input)?;
        let expected = opened(EXPECTED, &lock.expected)?;
        let found = lock.hash.of(&[input.get(..lock.salt.len())?]);
        if !expected.starts_with(&found) {
            return None;
        }
        Some(opened(KEY, &lock.key)?.get(..self.data.key_length)?.to_vec())
    }

    /// The package; `None` where it is none.
    pub(super) fn decrypted(&self, key: &[u8], package: &[u8]) -> Option<Vec<u8>> {
        let (size, encrypted) = package.split_first_chunk::<8>()?;
        let mut bytes = Vec::with_capacity(encrypted.len());
        for (number, segment) in encrypted.chunks(SEGMENT).enumerate() {
            let number = u32::try_from(number).ok()?.to_le_bytes();
            let vector = sized(self.data.hash.of(&[&self.data.salt, &number]), BLOCK);
            bytes.extend(decrypted(key, &vector, segment)?);
        }
        bytes.truncate(usize::try_from(u64::from_le_bytes(*size)).unwrap_or(usize::MAX));
        bytes.starts_with(b"PK").then_some(bytes)
    }
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            for part in parts {
                digest.update(part);
            }
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }
}

/// How the package, or its key, is encrypted.
struct Parameters {
    hash: Hash,
    salt: Vec<u8>,
    key_length: usize,
    rounds: u32,
    input: Vec<u8>,
    expected: Vec<u8>,
    key: Vec<u8>,
}

impl Parameters {
    fn of(tag: &BytesStart<'_>) -> Option<Self> {
        let value = |name: &str| {
            let mut attributes = tag.html_attributes();
            let mut found = attributes.with_checks(false).flatten();
            found.find(|attribute| attribute.key.0 == name).map(|a| a.value.into_owned())
        };
        let bytes = |name: &str| {
            let encoded = value(name).unwrap_or_default();
            transfer::base64(encoded.as_bytes()).bytes.into_owned()
        };
        let hash = match value("hashAlgorithm")?.as_str() {
            "SHA1" | "SHA-1" => Hash::Sha1,
            "SHA256" | "SHA-256" => Hash::Sha256,
            "SHA384" | "SHA-384" => Hash::Sha384,
            "SHA512" | "SHA-512" => Hash::Sha512,
            _ => return None,
        };
        let is_known =
            value("cipherAlgorithm")? == "AES" && value("cipherChaining")? == "ChainingModeCBC";
        let key_length = value("keyBits")?.parse::<usize>().ok()? / 8;
        let rounds = value("spinCount").map_or(Some(0), |count| count.parse().ok())?;
        (is_known && matches!(key_length, 16 | 24 | 32)).then(|| Self {
            hash,
            salt: bytes("saltValue"),
            key_length,
            rounds,
            input: bytes("encryptedVerifierHashInput"),
            expected: bytes("encryptedVerifierHashValue"),
            key: bytes("encryptedKeyValue"),
        })
    }

    /// The hash of a password, unless time is up.
    fn derived(&self, password: &str, go_on: &dyn Fn() -> bool) -> Option<Vec<u8>> {
        let mut hash = self.hash.of(&[&self.salt, &wide(password)]);
        for round in 0..self.rounds {
            if round.is_multiple_of(BETWEEN_LOOKS) && !go_on() {
                return None;
            }
            hash = self.hash.of(&[&round.to_le_bytes(), &hash]);
        }
        Some(hash)
    }
}

/// What the stream `EncryptionInfo` says of the package and of its key.
fn parameters(info: &[u8]) -> Option<(Parameters, Parameters)> {
    let xml = std::str::from_utf8(info.strip_prefix(b"\x04\0\x04\0")?.get(4..)?).ok()?;
    let mut reader = Reader::from_str(xml.trim_end_matches('\0'));
    let (mut data, mut password) = (None, None);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) => match tag.name().local_name().into_inner() {
                "keyData" => data = Parameters::of(&tag),
                "encryptedKey" => password = Parameters::of(&tag),
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    data.zip(password)
}

/// As many bytes as are wanted, filled up as the standard says.
fn sized(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.resize(length, 0x36);
    bytes
}

/// AES with chained blocks; what is no whole block at the end is left out.
fn decrypted(key: &[u8], vector: &[u8], encrypted: &[u8]) -> Option<Vec<u8>> {
    match key.len() {
        16 => chained(&Aes128::new_from_slice(key).ok()?, vector, encrypted),
        24 => chained(&Aes192::new_from_slice(key).ok()?, vector, encrypted),
        32 => chained(&Aes256::new_from_slice(key).ok()?, vector, encrypted),
        _ => None,
    }
}

fn chained<C>(cipher: &C, vector: &[u8], encrypted: &[u8]) -> Option<Vec<u8>>
where
    C: BlockCipherDecrypt + aes::cipher::BlockSizeUser<BlockSize = aes::cipher::consts::U16>,
{
    let mut before: [u8; BLOCK] = vector.try_into().ok()?;
    let mut out = Vec::with_capacity(encrypted.len());
    let (blocks, _) = encrypted.as_chunks::<BLOCK>();
    for block in blocks {
        let mut plain = (*block).into();
        cipher.decrypt_block(&mut plain);
        out.extend(plain.iter().zip(before).map(|(byte, mask)| byte ^ mask));
        before = *block;
    }
    Some(out)
}

#[cfg(test)]
impl Agile {
    /// The streams of a package under a password, AES-256 and SHA-512.
    pub(super) fn written(package: &[u8], password: &str, rounds: u32) -> (Vec<u8>, Vec<u8>) {
        use aes::cipher::BlockCipherEncrypt;

        use crate::extract::compound::tests::base64;
        let encrypted = |key: &[u8], vector: &[u8], plain: &[u8]| {
            let cipher = Aes256::new_from_slice(key).unwrap();
            let mut before: [u8; BLOCK] = vector.try_into().unwrap();
            let mut out = Vec::new();
            for chunk in plain.chunks(BLOCK) {
                let padded = sized(chunk.to_vec(), BLOCK);
                let block: [u8; BLOCK] = std::array::from_fn(|at| padded[at] ^ before[at]);
                let mut block = block.into();
                cipher.encrypt_block(&mut block);
                before = block.into();
                out.extend(before);
            }
            out
        };
        let (salt, key, hash) = (vec![7; 16], [9; 32], Hash::Sha512);
        let lock = Parameters {
            hash,
            salt: salt.clone(),
            key_length: 32,
            // A count that nobody waits for is written and not worked off.
            rounds: rounds.min(1000),
            input: Vec::new(),
            expected: Vec::new(),
            key: Vec::new(),
        };
        let derived = lock.derived(password, &|| true).unwrap();
        let lock = |purpose: [u8; 8], plain: &[u8]| {
            let key = sized(hash.of(&[&derived, &purpose]), 32);
            base64(&encrypted(&key, &salt, plain))
        };
        let (input, value) = (lock(INPUT, &[5; 16]), lock(KEY, &key));
        let expected = lock(EXPECTED, &hash.of(&[&[5; 16]]));
        let common = format!(
            "saltSize='16' blockSize='16' keyBits='256' hashSize='64' cipherAlgorithm='AES' \
             cipherChaining='ChainingModeCBC' hashAlgorithm='SHA512' saltValue='{}'",
            base64(&salt)
        );
        let xml = format!(
            "<encryption xmlns='http://schemas.microsoft.com/office/2006/encryption' \
             xmlns:p='http://schemas.microsoft.com/office/2006/keyEncryptor/password'>\
             <keyData {common}/><keyEncryptors>\
             <keyEncryptor uri='http://schemas.microsoft.com/office/2006/keyEncryptor/password'>\
             <p:encryptedKey spinCount='{rounds}' {common} encryptedVerifierHashInput='{input}' \
             encryptedVerifierHashValue='{expected}' encryptedKeyValue='{value}'/>\
             </keyEncryptor></keyEncryptors></encryption>"
        );
        let info = [b"\x04\0\x04\0\x40\0\0\0", xml.as_bytes()].concat();
        let mut stream = (package.len() as u64).to_le_bytes().to_vec();
        for (number, segment) in package.chunks(SEGMENT).enumerate() {
            let vector = sized(hash.of(&[&salt, &(number as u32).to_le_bytes()]), BLOCK);
            stream.extend(encrypted(&key, &vector, segment));
        }
        (info, stream)
    }
}
