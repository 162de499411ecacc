//! Packages that are encrypted with the password that Excel tries by itself ([MS-OFFCRYPTO] 2.3.4.10
//! to 2.3.4.14, agile encryption): everybody opens them without being asked.

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::message::transfer;

/// The password ([MS-XLS] 2.2.10).
const PASSWORD: &str = "VelvetSweatshop";
/// Rounds of hashing; Office writes 100,000.
const MOST_ROUNDS: u32 = 1_000_000;
/// Bytes that are encrypted with one initialization vector.
const SEGMENT: usize = 4096;
/// Bytes of a block of AES.
const BLOCK: usize = 16;

/// The package, where it is encrypted with that password.
pub(super) fn opened(info: &[u8], package: &[u8]) -> Option<Vec<u8>> {
    let (data, password) = parameters(info)?;
    let mut hash = password.hash.of(&[&password.salt, &wide(PASSWORD)]);
    for round in 0..password.rounds {
        hash = password.hash.of(&[&round.to_le_bytes(), &hash]);
    }
    let vector = sized(password.salt.clone(), BLOCK);
    let opened = |purpose: [u8; 8], encrypted: &[u8]| {
        let key = sized(password.hash.of(&[&hash, &purpose]), password.key_length);
        decrypted(&key, &vector, encrypted)
    };
    let input = opened([0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79], &password.input)?;
    let expected = opened([0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E], &password.expected)?;
    let found = password.hash.of(&[input.get(..password.salt.len())?]);
    if !expected.starts_with(&found) {
        return None;
    }
    let key = opened([0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6], &password.key)?;
    let key = key.get(..data.key_length)?;
    let (size, encrypted) = package.split_first_chunk::<8>()?;
    let mut bytes = Vec::with_capacity(encrypted.len());
    for (number, segment) in encrypted.chunks(SEGMENT).enumerate() {
        let number = u32::try_from(number).ok()?.to_le_bytes();
        let vector = sized(data.hash.of(&[&data.salt, &number]), BLOCK);
        bytes.extend(decrypted(key, &vector, segment)?);
    }
    bytes.truncate(usize::try_from(u64::from_le_bytes(*size)).unwrap_or(usize::MAX));
    bytes.starts_with(b"PK").then_some(bytes)
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
        let rounds = value("spinCount").and_then(|count| count.parse().ok()).unwrap_or(0);
        (is_known && rounds <= MOST_ROUNDS && matches!(key_length, 16 | 24 | 32)).then(|| Self {
            hash,
            salt: bytes("saltValue"),
            key_length,
            rounds,
            input: bytes("encryptedVerifierHashInput"),
            expected: bytes("encryptedVerifierHashValue"),
            key: bytes("encryptedKeyValue"),
        })
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

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
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
mod tests {
    use std::io::{Cursor, Write};

    use aes::cipher::BlockCipherEncrypt;
    use office_oxide::{Document, DocumentFormat};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::extract::compound::tests::{base64, compound, reading};
    use crate::limits::Cause;
    use crate::text::Text;

    fn encrypted(key: &[u8], vector: &[u8], plain: &[u8]) -> Vec<u8> {
        let cipher = Aes256::new_from_slice(key).unwrap();
        let mut before: [u8; BLOCK] = vector.try_into().unwrap();
        let mut out = Vec::new();
        for chunk in plain.chunks(BLOCK) {
            let padded = sized(chunk.to_vec(), BLOCK);
            let mut block = [0; BLOCK];
            for (at, byte) in block.iter_mut().enumerate() {
                *byte = padded[at] ^ before[at];
            }
            let mut block = block.into();
            cipher.encrypt_block(&mut block);
            before = block.into();
            out.extend(before);
        }
        out
    }

    /// A document, encrypted with a password.
    fn locked(package: &[u8], password: &str) -> Vec<u8> {
        let (salt, key, hash) = ([7; 16], [9; 32], Hash::Sha512);
        let mut derived = hash.of(&[&salt, &wide(password)]);
        for round in 0..10_u32 {
            derived = hash.of(&[&round.to_le_bytes(), &derived]);
        }
        let lock = |purpose: [u8; 8], plain: &[u8]| {
            let key = sized(hash.of(&[&derived, &purpose]), 32);
            base64(&encrypted(&key, &salt, plain))
        };
        let input = lock([0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79], &[5; 16]);
        let expected = hash.of(&[&[5; 16]]);
        let expected = lock([0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E], &expected);
        let value = lock([0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6], &key);
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
             <p:encryptedKey spinCount='10' {common} encryptedVerifierHashInput='{input}' \
             encryptedVerifierHashValue='{expected}' encryptedKeyValue='{value}'/>\
             </keyEncryptor></keyEncryptors></encryption>"
        );
        let info = [b"\x04\0\x04\0\x40\0\0\0", xml.as_bytes()].concat();
        let mut stream = (package.len() as u64).to_le_bytes().to_vec();
        for (number, segment) in package.chunks(SEGMENT).enumerate() {
            let vector = sized(hash.of(&[&salt, &(number as u32).to_le_bytes()]), BLOCK);
            stream.extend(encrypted(&key, &vector, segment));
        }
        compound(&[("EncryptionInfo", &info), ("EncryptedPackage", &stream)])
    }

    fn package() -> Vec<u8> {
        let mut file = ZipWriter::new(Cursor::new(Vec::new()));
        let document = "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/\
                        2006/main'><w:body><w:p><w:r><w:t>Jane Roe</w:t></w:r></w:p></w:body>\
                        </w:document>";
        let types = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>\
                     <Override PartName='/word/document.xml' ContentType='application/vnd.\
                     openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>";
        let relations = "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/\
                         relationships'><Relationship Id='r1' Target='word/document.xml' Type='http\
                         ://schemas.openxmlformats.org/officeDocument/2006/relationships/\
                         officeDocument'/></Relationships>";
        for (name, text) in [
            ("[Content_Types].xml", types),
            ("_rels/.rels", relations),
            ("word/document.xml", document),
            ("xl/workbook.bin", "no workbook"),
        ] {
            file.start_file(name, SimpleFileOptions::default()).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        }
        file.finish().unwrap().into_inner()
    }

    #[test]
    fn what_opens_without_being_asked_is_opened_and_nothing_else() {
        // Another reader says that what the test makes is what the standard says.
        let file = locked(&package(), PASSWORD);
        let document = Document::from_reader(Cursor::new(file.clone()), DocumentFormat::Docx);
        assert!(document.unwrap().plain_text().contains("Jane Roe"));
        let opened = reading(&file);
        let words = |text: &Text| text.content.expose().contains("Jane Roe");
        assert!(opened.texts.iter().any(words), "{:?}", opened.unread);
        let closed = reading(&locked(&package(), "another"));
        assert_eq!(closed.unread[0].cause, Cause::Encrypted);
        assert!(closed.texts.is_empty());
    }
}
