//! What a sequence of OpenPGP packets is (RFC 9580 section 4), by its packet headers alone.

use std::ops::Range;

use super::sniff;

/// What the packets say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packets {
    /// Session keys, then encrypted data.
    Encrypted,
    /// Signatures, keys or certificates: nothing to read.
    KeysOrSignatures,
    /// Data in the clear, signed or not; the bytes that hold it.
    Literal(Range<usize>),
    /// Compressed data: what is in it is not known.
    Compressed,
    /// They begin as OpenPGP does and do not hold together.
    Damaged,
    /// No OpenPGP at all.
    Foreign,
}

/// Packet tags, RFC 9580 section 5.
mod tag {
    pub(super) const PUBLIC_KEY_SESSION_KEY: u8 = 1;
    pub(super) const SIGNATURE: u8 = 2;
    pub(super) const PASSPHRASE_SESSION_KEY: u8 = 3;
    pub(super) const ONE_PASS_SIGNATURE: u8 = 4;
    pub(super) const SECRET_KEY: u8 = 5;
    pub(super) const PUBLIC_KEY: u8 = 6;
    pub(super) const SECRET_SUBKEY: u8 = 7;
    pub(super) const COMPRESSED: u8 = 8;
    pub(super) const ENCRYPTED: u8 = 9;
    pub(super) const MARKER: u8 = 10;
    pub(super) const LITERAL: u8 = 11;
    pub(super) const TRUST: u8 = 12;
    pub(super) const USER_ID: u8 = 13;
    pub(super) const PUBLIC_SUBKEY: u8 = 14;
    pub(super) const USER_ATTRIBUTE: u8 = 17;
    pub(super) const ENCRYPTED_WITH_INTEGRITY: u8 = 18;
    pub(super) const AUTHENTICATED_ENCRYPTED: u8 = 20;
    pub(super) const PADDING: u8 = 21;
}

/// Walks the packet headers.
#[must_use]
pub fn classify(bytes: &[u8]) -> Packets {
    let mut at = 0;
    let mut session_keys = 0_u32;
    let mut signatures = 0_u32;
    while at < bytes.len() {
        let Some(packet) = Packet::at(bytes, at) else {
            return if at == 0 { Packets::Foreign } else { Packets::Damaged };
        };
        let body = bytes.get(packet.body.clone()).unwrap_or_default();
        let version = body.first().copied().unwrap_or_default();
        match packet.tag {
            tag::PUBLIC_KEY_SESSION_KEY if matches!(version, 2 | 3 | 6) => session_keys += 1,
            tag::PASSPHRASE_SESSION_KEY if matches!(version, 4..=6) => session_keys += 1,
            tag::ENCRYPTED | tag::ENCRYPTED_WITH_INTEGRITY | tag::AUTHENTICATED_ENCRYPTED => {
                return encrypted(&packet, body, session_keys);
            }
            tag::SIGNATURE | tag::ONE_PASS_SIGNATURE if (3..=6).contains(&version) => {
                signatures += 1;
            }
            tag::PUBLIC_KEY | tag::SECRET_KEY if (2..=6).contains(&version) => {
                return if packet.complete { Packets::KeysOrSignatures } else { Packets::Damaged };
            }
            tag::COMPRESSED if version <= 3 => return Packets::Compressed,
            tag::LITERAL => {
                return literal(&packet, body).map_or(Packets::Damaged, Packets::Literal);
            }
            tag::MARKER if body == b"PGP" => {}
            tag::PADDING if at > 0 => {}
            tag::USER_ID | tag::USER_ATTRIBUTE | tag::TRUST if at > 0 => {}
            tag::SECRET_SUBKEY | tag::PUBLIC_SUBKEY if at > 0 => {}
            _ if at == 0 => return Packets::Foreign,
            _ => return Packets::Damaged,
        }
        if !packet.complete {
            return Packets::Damaged;
        }
        at = packet.end;
    }
    match (session_keys, signatures) {
        (0, 1..) => Packets::KeysOrSignatures,
        (0, 0) => Packets::Foreign,
        _ => Packets::Damaged,
    }
}

/// What one layer of packets holds: the data of a literal packet, or packets under compression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Layer {
    /// The data, and the name that its sender gave it.
    Literal { name: String, data: Vec<u8> },
    /// RFC 9580 section 9.4: 0 is nothing, 1 raw deflate, 2 zlib, 3 bzip2.
    Compressed { algorithm: u8, data: Vec<u8> },
}

/// The first layer that is not encrypted, put together where it came in chunks.
pub(super) fn layer(bytes: &[u8]) -> Option<Layer> {
    let mut at = 0;
    loop {
        let packet = Packet::at(bytes, at)?;
        if packet.tag == tag::COMPRESSED || packet.tag == tag::LITERAL {
            let body = unchunked(bytes, at, &packet);
            let (&first, rest) = body.split_first()?;
            if packet.tag == tag::COMPRESSED {
                return Some(Layer::Compressed { algorithm: first, data: rest.to_vec() });
            }
            let name = rest.get(1..1 + usize::from(*rest.first()?))?;
            let data = rest.get(1 + name.len() + 4..)?.to_vec();
            return Some(Layer::Literal { name: String::from_utf8_lossy(name).into_owned(), data });
        }
        at = packet.end.max(at + 1);
    }
}

/// The body of a packet without the lengths of its chunks.
fn unchunked(bytes: &[u8], at: usize, packet: &Packet) -> Vec<u8> {
    let is_new = bytes.get(at).is_some_and(|first| first & 0x40 != 0);
    let mut body = Vec::new();
    let mut next = at + 1;
    while is_new && let Some((length, partial, start)) = new_length(bytes, next) {
        next = start.saturating_add(length);
        body.extend_from_slice(bytes.get(start..next.min(bytes.len())).unwrap_or_default());
        if !partial {
            break;
        }
    }
    match is_new {
        true => body,
        false => bytes.get(packet.body.clone()).unwrap_or_default().to_vec(),
    }
}

/// Encrypted data counts only behind a session key, and not when it can be read.
fn encrypted(packet: &Packet, body: &[u8], session_keys: u32) -> Packets {
    let version = body.first().copied().unwrap_or_default();
    let known = match packet.tag {
        tag::ENCRYPTED_WITH_INTEGRITY => matches!(version, 1 | 2),
        tag::AUTHENTICATED_ENCRYPTED => version == 1,
        _ => true,
    };
    let cipher_text = body.get(1..).unwrap_or_default();
    if session_keys > 0 && known && packet.complete && is_cipher_text(cipher_text) {
        Packets::Encrypted
    } else if session_keys > 0 || packet.tag == tag::ENCRYPTED_WITH_INTEGRITY && known {
        Packets::Damaged
    } else {
        Packets::Foreign
    }
}

/// Whether bytes can be the output of a cipher: long enough for its prefix, and no text.
pub(super) fn is_cipher_text(bytes: &[u8]) -> bool {
    bytes.len() >= 16 && std::str::from_utf8(bytes).is_err() && !sniff::is_text(bytes)
        || (16..64).contains(&bytes.len()) && !bytes.is_ascii()
}

/// The data of a literal packet, behind its format, name and date (RFC 9580 section 5.9).
fn literal(packet: &Packet, body: &[u8]) -> Option<Range<usize>> {
    let format = *body.first()?;
    let name = usize::from(*body.get(1)?);
    let start = 2 + name + 4;
    let known = matches!(format, b'b' | b't' | b'u' | b'l' | b'1' | b'm');
    (known && start <= body.len()).then(|| packet.body.start + start..packet.body.end)
}

struct Packet {
    tag: u8,
    /// The body; of one in chunks, from its first chunk to its last.
    body: Range<usize>,
    end: usize,
    /// Whether all of it is there.
    complete: bool,
}

impl Packet {
    fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let first = *bytes.get(at)?;
        if first & 0x80 == 0 {
            return None;
        }
        if first & 0x40 == 0 { Self::old(bytes, at, first) } else { Self::new(bytes, at, first) }
    }

    /// RFC 9580 section 4.2.2.
    fn old(bytes: &[u8], at: usize, first: u8) -> Option<Self> {
        let tag = first >> 2 & 0x0F;
        let octets = match first & 3 {
            0 => 1,
            1 => 2,
            2 => 4,
            _ => return Some(Self::with_length(bytes, tag, at + 1, bytes.len() - at - 1)),
        };
        let length = big_endian(bytes.get(at + 1..at + 1 + octets)?);
        Some(Self::with_length(bytes, tag, at + 1 + octets, length))
    }

    /// RFC 9580 section 4.2.1.
    fn new(bytes: &[u8], at: usize, first: u8) -> Option<Self> {
        let tag = first & 0x3F;
        let (mut length, mut partial, mut start) = new_length(bytes, at + 1)?;
        let body_start = start;
        while partial {
            let next = start.checked_add(length)?;
            let Some((more, again, after)) = new_length(bytes, next) else {
                let end = bytes.len();
                return Some(Self { tag, body: body_start.min(end)..end, end, complete: false });
            };
            (length, partial, start) = (more, again, after);
        }
        let last = Self::with_length(bytes, tag, start, length);
        Some(Self { body: body_start..last.body.end.max(body_start), ..last })
    }

    fn with_length(bytes: &[u8], tag: u8, start: usize, length: usize) -> Self {
        let wanted = start.saturating_add(length);
        let end = wanted.min(bytes.len());
        Self { tag, body: start.min(end)..end, end, complete: wanted <= bytes.len() }
    }
}

/// A length of the new format at `at`: the length, whether it is a partial one, and where the body
/// begins.
fn new_length(bytes: &[u8], at: usize) -> Option<(usize, bool, usize)> {
    let first = *bytes.get(at)?;
    Some(match first {
        0..=191 => (usize::from(first), false, at + 1),
        192..=223 => {
            let second = usize::from(*bytes.get(at + 1)?);
            ((usize::from(first) - 192) * 256 + second + 192, false, at + 2)
        }
        224..=254 => (1 << (first & 0x1F), true, at + 1),
        255 => (big_endian(bytes.get(at + 1..at + 5)?), false, at + 5),
    })
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, &byte| number << 8 | usize::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * 167 + i / 7 * 31 + 129) as u8).collect()
    }

    fn packet(tag: u8, body: &[u8]) -> Vec<u8> {
        [&[0xC0 | tag, 0xFF][..], &(body.len() as u32).to_be_bytes(), body].concat()
    }

    fn old_packet(tag: u8, body: &[u8]) -> Vec<u8> {
        [&[0x80 | tag << 2 | 1][..], &(body.len() as u16).to_be_bytes(), body].concat()
    }

    #[test]
    fn a_session_key_and_encrypted_data_prove_encryption() {
        let key = [&[3][..], &cipher(200)].concat();
        let data = [&[1][..], &cipher(500)].concat();
        assert_eq!(classify(&[packet(1, &key), packet(18, &data)].concat()), Packets::Encrypted);
        assert_eq!(
            classify(&[old_packet(1, &key), old_packet(9, &data)].concat()),
            Packets::Encrypted
        );
        let passphrase = packet(3, &[4, 9, 3, 8, 1, 2, 3, 4, 5, 6, 7, 8, 96]);
        assert_eq!(classify(&[passphrase, packet(20, &data)].concat()), Packets::Encrypted);
        let chunked = [&[0xD2, 0xE9][..], &[1], &cipher(511), &[10], &cipher(10)].concat();
        assert_eq!(classify(&[packet(1, &key), chunked].concat()), Packets::Encrypted);
    }

    #[test]
    fn nothing_less_proves_it() {
        let key = packet(1, &[&[3][..], &cipher(200)].concat());
        let data = packet(18, &[&[1][..], &cipher(500)].concat());
        assert_eq!(classify(&data), Packets::Damaged);
        assert_eq!(classify(&key), Packets::Damaged);
        let cut = [key.clone(), data].concat();
        assert_eq!(classify(&cut[..cut.len() - 1]), Packets::Damaged);
        let readable =
            packet(18, &[&[1][..], &b"Patient Jane Roe, SSN 536-22-8471. ".repeat(9)].concat());
        assert_eq!(classify(&[key, readable].concat()), Packets::Damaged);
        assert_eq!(classify(b"Patient"), Packets::Foreign);
        assert_eq!(classify(b""), Packets::Foreign);
    }

    #[test]
    fn data_in_chunks_is_put_together() {
        let literal = [&b"b\x05a.txt\0\0\0\0"[..], &[b'x'; 600]].concat();
        let mut chunked = vec![0xCB, 0xE9];
        chunked.extend_from_slice(&literal[..512]);
        chunked.push((literal.len() - 512) as u8);
        chunked.extend_from_slice(&literal[512..]);
        let found = Layer::Literal { name: "a.txt".into(), data: vec![b'x'; 600] };
        assert_eq!(layer(&chunked), Some(found.clone()));
        assert_eq!(layer(&[packet(2, &[4, 0, 1]), packet(11, &literal)].concat()), Some(found));
        let compressed = Layer::Compressed { algorithm: 2, data: vec![120] };
        assert_eq!(layer(&packet(8, &[2, 120])), Some(compressed));
        assert_eq!(layer(&packet(2, &[4, 0, 1])), None);
    }

    #[test]
    fn data_in_the_clear_is_found() {
        let bytes = packet(11, b"b\x01x\0\0\0\0SSN 536-22-8471");
        let Packets::Literal(range) = classify(&bytes) else { panic!("not literal") };
        assert_eq!(&bytes[range], b"SSN 536-22-8471");
        assert_eq!(classify(&packet(8, &[2, 120])), Packets::Compressed);
        assert_eq!(classify(&packet(2, &[4, 0, 1])), Packets::KeysOrSignatures);
        assert_eq!(classify(&packet(6, &[4, 0, 1])), Packets::KeysOrSignatures);
    }
}
