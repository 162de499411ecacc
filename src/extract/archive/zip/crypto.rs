//! Members under a password: the traditional cipher (APPNOTE 6.1) and WinZip's AES.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::member::Member;

/// Bytes before the cipher text of the traditional cipher; the last is a check.
const HEADER: usize = 12;

/// The plain packed bytes, to be read; `None` for a password that is surely wrong.
pub(super) fn decrypt<'a>(
    member: &Member,
    packed: &'a [u8],
    password: &[u8],
) -> Option<Box<dyn Read + 'a>> {
    if let Some(aes) = member.aes {
        return decrypt_aes(aes, packed, password);
    }
    let (header, rest) = packed.split_at_checked(HEADER)?;
    let mut keys = Keys::of(password);
    let check = header.iter().map(|&byte| keys.decrypt(byte)).last()?;
    let by_sum = member.crc.map(|crc| (crc >> 24) as u8);
    let by_time = (member.time >> 8) as u8;
    (Some(check) == by_sum || check == by_time).then(|| Box::new(Traditional { keys, rest }) as _)
}

struct Traditional<'a> {
    keys: Keys,
    rest: &'a [u8],
}

impl Read for Traditional<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.rest.read(buffer)?;
        for byte in buffer.iter_mut().take(count) {
            *byte = self.keys.decrypt(*byte);
        }
        Ok(count)
    }
}

/// The three keys (APPNOTE 6.1.5).
struct Keys(u32, u32, u32);

impl Keys {
    fn of(password: &[u8]) -> Self {
        let mut keys = Self(0x1234_5678, 0x2345_6789, 0x3456_7890);
        password.iter().for_each(|&byte| keys.update(byte));
        keys
    }

    fn update(&mut self, byte: u8) {
        self.0 = sum(self.0, byte);
        self.1 = self.1.wrapping_add(self.0 & 0xFF).wrapping_mul(134_775_813).wrapping_add(1);
        self.2 = sum(self.2, (self.1 >> 24) as u8);
    }

    fn decrypt(&mut self, byte: u8) -> u8 {
        let word = (self.2 | 2) & 0xFFFF;
        let plain = byte ^ (word.wrapping_mul(word ^ 1) >> 8) as u8;
        self.update(plain);
        plain
    }
}

/// One byte more in a sum of CRC-32.
fn sum(crc: u32, byte: u8) -> u32 {
    (0..8).fold(crc ^ u32::from(byte), |crc, _| match crc & 1 {
        0 => crc >> 1,
        _ => crc >> 1 ^ 0xEDB8_8320,
    })
}

/// AES is the crate's: it is given an archive of this one member, said to be stored.
fn decrypt_aes<'a>(
    (_, strength): (u16, u8),
    packed: &'a [u8],
    password: &[u8],
) -> Option<Box<dyn Read + 'a>> {
    let archive = one_member(strength, packed)?;
    let mut archive = ZipArchive::new(Cursor::new(archive)).ok()?;
    let mut plain = Vec::new();
    let mut member = archive.by_index_decrypt(0, password).ok()?;
    // Its end is wrong where its authentication code is.
    member.read_to_end(&mut plain).ok()?;
    Some(Box::new(Cursor::new(plain)))
}

fn one_member(strength: u8, packed: &[u8]) -> Option<Vec<u8>> {
    let packed_size = u32::try_from(packed.len()).ok()?.to_le_bytes();
    // Salt, a check of two bytes, the cipher text, an authentication code of ten bytes.
    let salt = 4 * (usize::from(strength) + 1);
    let size = u32::try_from(packed.len().checked_sub(salt + 12)?).ok()?.to_le_bytes();
    // Vendor version 2 carries no sum of the plain bytes, and these are packed still.
    let extra = [&[0x01, 0x99, 7, 0, 2, 0, b'A', b'E', strength, 0, 0][..]].concat();
    let shared =
        [&[51, 0, 1, 0, 99, 0, 0, 0, 0x21, 0, 0, 0, 0, 0][..], &packed_size, &size, &[1, 0, 11, 0]]
            .concat();
    let local = [&b"PK\x03\x04"[..], &shared, b"m", &extra].concat();
    let directory = [&b"PK\x01\x02\x33\0"[..], &shared, &[0; 14], b"m", &extra].concat();
    let start = u32::try_from(local.len().checked_add(packed.len())?).ok()?.to_le_bytes();
    let length = u32::try_from(directory.len()).ok()?.to_le_bytes();
    let end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &length, &start, &[0, 0]].concat();
    Some([&local, packed, &directory, &end].concat())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Encrypts with the traditional cipher; the check is the highest byte of the sum.
    pub(in super::super) fn encrypt(plain: &[u8], crc: u32, password: &[u8]) -> Vec<u8> {
        let mut keys = Keys::of(password);
        let header = [7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (crc >> 24) as u8];
        let encrypt = |&byte: &u8| {
            let word = (keys.2 | 2) & 0xFFFF;
            let cipher = byte ^ (word.wrapping_mul(word ^ 1) >> 8) as u8;
            keys.update(byte);
            cipher
        };
        header.iter().chain(plain).map(encrypt).collect()
    }

    #[test]
    fn the_traditional_cipher_is_undone_with_the_password_alone() {
        let cipher = encrypt(b"Patient Jane Roe", 0xAB00_0000, b"Sesame7");
        let member = Member { crc: Some(0xAB00_0000), time: 0xCD00, ..Member::default() };
        let mut plain = Vec::new();
        decrypt(&member, &cipher, b"Sesame7").unwrap().read_to_end(&mut plain).unwrap();
        assert_eq!(plain, b"Patient Jane Roe");
        assert!(decrypt(&member, &cipher, b"sesame7").is_none());
        assert!(decrypt(&member, &cipher[..11], b"Sesame7").is_none());
    }
}
