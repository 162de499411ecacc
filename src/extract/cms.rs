//! What a CMS message is (RFC 5652), by its content type and its outer structure, in DER or BER.

use super::openpgp::is_cipher_text;

/// What the structure proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cms {
    /// Enveloped, authenticated-enveloped or encrypted data, with recipients and cipher text.
    Encrypted,
    /// Signed data that holds the content it signs.
    SignedContent,
    /// A signature or certificates without content.
    Detached,
    /// Compressed data (RFC 3274), or another content type.
    Other,
    /// Begins as CMS and does not hold together.
    Damaged,
    /// No CMS at all.
    Foreign,
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const OID: u8 = 0x06;
const OCTETS: u8 = 0x04;
const CONSTRUCTED_OCTETS: u8 = 0x24;
const CONTEXT_0: u8 = 0xA0;
const CONTEXT_0_PRIMITIVE: u8 = 0x80;

/// 1.2.840.113549.1.7, the content types of PKCS #7.
const PKCS7: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07];
/// 1.2.840.113549.1.9.16.1, those of S/MIME.
const SMIME: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01];

/// Looks at a ContentInfo (RFC 5652 section 3).
#[must_use]
pub fn classify(bytes: &[u8]) -> Cms {
    let Some(outer) = Value::first(bytes).filter(|value| value.tag == SEQUENCE) else {
        return Cms::Foreign;
    };
    let Some(kind) = Value::first(outer.content).filter(|value| value.tag == OID) else {
        return Cms::Foreign;
    };
    let content_type = ContentType::of(kind.content);
    let Some(content_type) = content_type else { return Cms::Foreign };
    if !outer.complete {
        return Cms::Damaged;
    }
    let content = Value::first(kind.rest)
        .filter(|value| value.tag == CONTEXT_0)
        .and_then(|explicit| Value::first(explicit.content))
        .filter(|value| value.tag == SEQUENCE);
    let Some(content) = content else { return Cms::Damaged };
    let proved = match content_type {
        ContentType::Enveloped => enveloped(content.content),
        ContentType::Encrypted => encrypted(content.content),
        ContentType::Signed => signed(content.content),
        ContentType::Other => Some(Cms::Other),
    };
    proved.unwrap_or(Cms::Damaged)
}

/// What a CMS message carries in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Carried {
    /// The content that is signed.
    Plain(Vec<u8>),
    /// Content under zlib (RFC 3274).
    Compressed(Vec<u8>),
}

/// The content of signed or compressed data, its octet strings put together.
pub(super) fn carried(bytes: &[u8]) -> Option<Carried> {
    let outer = Value::first(bytes)?;
    let kind = Value::first(outer.content)?;
    let inner = Value::first(Value::first(kind.rest)?.content)?;
    // Version, algorithms (a set) or an algorithm (a sequence), then the content.
    let version = Value::first(inner.content)?;
    let algorithms = Value::first(version.rest)?;
    let info = Value::first(algorithms.rest).filter(|value| value.tag == SEQUENCE)?;
    let content = Value::first(Value::first(info.content)?.rest)?;
    let mut data = Vec::new();
    octets(content.content, &mut data);
    match algorithms.tag {
        SET => Some(Carried::Plain(data)),
        _ if kind.content.ends_with(&[9]) => Some(Carried::Compressed(data)),
        _ => None,
    }
}

/// The octets of strings that may be in pieces, pieces of pieces too; of a value of another kind,
/// all of its bytes.
fn octets(bytes: &[u8], into: &mut Vec<u8>) {
    let mut open = vec![bytes];
    while let Some(rest) = open.pop() {
        let Some(value) = Value::first(rest) else { continue };
        open.push(value.rest);
        match value.tag {
            CONSTRUCTED_OCTETS if open.len() < DEEPEST => open.push(value.content),
            OCTETS => into.extend_from_slice(value.content),
            _ => into.extend_from_slice(rest.get(..rest.len() - value.rest.len()).unwrap_or(rest)),
        }
    }
}

enum ContentType {
    Signed,
    Enveloped,
    Encrypted,
    Other,
}

impl ContentType {
    fn of(oid: &[u8]) -> Option<Self> {
        if let Some(number) = oid.strip_prefix(PKCS7) {
            return Some(match number {
                [2] => Self::Signed,
                [3] => Self::Enveloped,
                [6] => Self::Encrypted,
                _ => Self::Other,
            });
        }
        // 23 is authenticated-enveloped data (RFC 5083), 9 compressed data.
        oid.strip_prefix(SMIME).map(|number| match number {
            [23] => Self::Enveloped,
            _ => Self::Other,
        })
    }
}

/// RFC 5652 section 6.1: version, originator, recipients, encrypted content.
fn enveloped(content: &[u8]) -> Option<Cms> {
    let version = Value::first(content).filter(|value| value.tag == INTEGER)?;
    let mut next = Value::first(version.rest)?;
    if next.tag == CONTEXT_0 {
        next = Value::first(next.rest)?;
    }
    let recipients = Some(next).filter(|value| value.tag == SET && !value.content.is_empty())?;
    encrypted_content(recipients.rest)
}

/// RFC 5652 section 8: version, encrypted content.
fn encrypted(content: &[u8]) -> Option<Cms> {
    let version = Value::first(content).filter(|value| value.tag == INTEGER)?;
    encrypted_content(version.rest)
}

/// Content type, algorithm, and cipher text in one piece or in several.
fn encrypted_content(bytes: &[u8]) -> Option<Cms> {
    let info = Value::first(bytes).filter(|value| value.tag == SEQUENCE)?;
    let kind = Value::first(info.content).filter(|value| value.tag == OID)?;
    let algorithm = Value::first(kind.rest).filter(|value| value.tag == SEQUENCE)?;
    let cipher_text = Value::first(algorithm.rest)
        .filter(|value| matches!(value.tag, CONTEXT_0 | CONTEXT_0_PRIMITIVE))?;
    (cipher_text.complete && is_cipher_text(cipher_text.content)).then_some(Cms::Encrypted)
}

/// RFC 5652 section 5.1: version, digest algorithms, content. Without content it is detached.
fn signed(content: &[u8]) -> Option<Cms> {
    let version = Value::first(content).filter(|value| value.tag == INTEGER)?;
    let algorithms = Value::first(version.rest).filter(|value| value.tag == SET)?;
    let info = Value::first(algorithms.rest).filter(|value| value.tag == SEQUENCE)?;
    let kind = Value::first(info.content).filter(|value| value.tag == OID)?;
    let holds = Value::first(kind.rest).is_some_and(|value| value.tag == CONTEXT_0);
    Some(if holds { Cms::SignedContent } else { Cms::Detached })
}

/// A tag, a length and what they enclose.
struct Value<'a> {
    tag: u8,
    content: &'a [u8],
    rest: &'a [u8],
    /// Whether all of its content is there.
    complete: bool,
}

/// Levels of indefinite length that are followed. Real messages have five.
const DEEPEST: usize = 64;

impl<'a> Value<'a> {
    /// The first value of `bytes`; `None` at their end, and at the mark that ends an indefinite
    /// length.
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let head = Head::of(bytes)?;
        if head.tag == 0 {
            return None;
        }
        let body = bytes.get(head.length..)?;
        if let Some(length) = head.content {
            let complete = length <= body.len();
            let (content, rest) = body.split_at(length.min(body.len()));
            return Some(Self { tag: head.tag, content, rest, complete });
        }
        let length = indefinite_length(body);
        let content = body.get(..length.unwrap_or(body.len()))?;
        let rest = length.and_then(|length| body.get(length + 2..)).unwrap_or_default();
        Some(Self { tag: head.tag, content, rest, complete: length.is_some() })
    }
}

struct Head {
    tag: u8,
    /// Bytes of tag and length.
    length: usize,
    /// Bytes of content; `None` when it ends at a mark.
    content: Option<usize>,
}

impl Head {
    fn of(bytes: &[u8]) -> Option<Self> {
        let (&tag, &first) = (bytes.first()?, bytes.get(1)?);
        // Tags of more than one byte do not occur in what is looked at here.
        if tag & 0x1F == 0x1F {
            return None;
        }
        match first {
            0..=0x7F => Some(Self { tag, length: 2, content: Some(usize::from(first)) }),
            0x80 if tag & 0x20 != 0 => Some(Self { tag, length: 2, content: None }),
            0x81..=0x84 => {
                let octets = usize::from(first & 0x7F);
                let number = bytes.get(2..2 + octets)?;
                let content = number.iter().fold(0, |sum, &b| sum << 8 | usize::from(b));
                Some(Self { tag, length: 2 + octets, content: Some(content) })
            }
            _ => None,
        }
    }
}

/// Bytes up to the mark that ends the indefinite length that has just begun.
fn indefinite_length(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut open) = (0_usize, 1_usize);
    loop {
        let head = Head::of(bytes.get(at..)?)?;
        if head.tag == 0 {
            if head.content != Some(0) {
                return None;
            }
            open -= 1;
            if open == 0 {
                return Some(at);
            }
            at += 2;
            continue;
        }
        match head.content {
            Some(length) => at = at.checked_add(head.length)?.checked_add(length)?,
            None => {
                open += 1;
                if open > DEEPEST {
                    return None;
                }
                at += head.length;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * 167 + i / 7 * 31 + 129) as u8).collect()
    }

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x82][..], &(content.len() as u16).to_be_bytes(), content].concat()
    }

    fn ber(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80][..], content, &[0, 0]].concat()
    }

    type Encode = fn(u8, &[u8]) -> Vec<u8>;

    fn oid(prefix: &[u8], number: u8) -> Vec<u8> {
        [&[OID, prefix.len() as u8 + 1][..], prefix, &[number]].concat()
    }

    fn content_info(encode: Encode, oid: &[u8], content: &[u8]) -> Vec<u8> {
        let explicit = encode(CONTEXT_0, &encode(SEQUENCE, content));
        encode(SEQUENCE, &[oid, &explicit].concat())
    }

    fn encrypted_info(encode: Encode, cipher_text: &[u8]) -> Vec<u8> {
        let algorithm = der(SEQUENCE, &[OID, 1, 0x2A]);
        let data = der(CONTEXT_0_PRIMITIVE, cipher_text);
        encode(SEQUENCE, &[oid(PKCS7, 1), algorithm, data].concat())
    }

    fn enveloped_content(encode: Encode, cipher_text: &[u8]) -> Vec<u8> {
        let recipients = der(SET, &der(SEQUENCE, &[INTEGER, 1, 0]));
        [vec![INTEGER, 1, 0], recipients, encrypted_info(encode, cipher_text)].concat()
    }

    #[test]
    fn enveloped_data_is_proved_in_der_and_in_ber() {
        for encode in [der as Encode, ber] {
            let content = enveloped_content(encode, &cipher(200));
            for kind in [oid(PKCS7, 3), oid(SMIME, 23)] {
                assert_eq!(classify(&content_info(encode, &kind, &content)), Cms::Encrypted);
            }
            let bare = [vec![INTEGER, 1, 0], encrypted_info(encode, &cipher(200))].concat();
            assert_eq!(classify(&content_info(encode, &oid(PKCS7, 6), &bare)), Cms::Encrypted);
        }
    }

    #[test]
    fn a_content_type_alone_proves_nothing() {
        let plain = content_info(der, &oid(PKCS7, 3), b"Patient Jane Roe, SSN 536-22-8471");
        assert_eq!(classify(&plain), Cms::Damaged);
        let readable = enveloped_content(der, &b"Patient Jane Roe. ".repeat(20));
        assert_eq!(classify(&content_info(der, &oid(PKCS7, 3), &readable)), Cms::Damaged);
        assert_eq!(classify(b"0 patients"), Cms::Foreign);
        assert_eq!(classify(b""), Cms::Foreign);
    }

    #[test]
    fn what_is_cut_off_is_damaged() {
        for encode in [der as Encode, ber] {
            let whole =
                content_info(encode, &oid(PKCS7, 3), &enveloped_content(encode, &cipher(200)));
            for length in 16..whole.len() {
                assert_eq!(classify(&whole[..length]), Cms::Damaged, "{length}");
            }
        }
    }

    #[test]
    fn the_content_of_signed_data_is_put_together() {
        let pieces = [der(OCTETS, b"Patient "), ber(CONSTRUCTED_OCTETS, &der(OCTETS, b"Jane "))];
        let pieces = ber(CONSTRUCTED_OCTETS, &[pieces.concat(), der(OCTETS, b"Roe")].concat());
        for octets in [der(OCTETS, b"Patient Jane Roe"), pieces] {
            for encode in [der as Encode, ber] {
                let explicit = encode(CONTEXT_0, &octets);
                let info = encode(SEQUENCE, &[oid(PKCS7, 1), explicit].concat());
                let signed = [vec![INTEGER, 1, 1], der(SET, &[]), info].concat();
                let message = content_info(encode, &oid(PKCS7, 2), &signed);
                assert_eq!(classify(&message), Cms::SignedContent);
                assert_eq!(carried(&message), Some(Carried::Plain(b"Patient Jane Roe".to_vec())));
                for length in 0..message.len() {
                    let _ = carried(&message[..length]);
                }
            }
        }
    }

    #[test]
    fn signed_data_is_told_with_and_without_its_content() {
        for (content, found) in
            [(der(CONTEXT_0, &der(0x04, b"text")), Cms::SignedContent), (Vec::new(), Cms::Detached)]
        {
            let info = der(SEQUENCE, &[oid(PKCS7, 1), content].concat());
            let signed = [vec![INTEGER, 1, 1], der(SET, &[]), info].concat();
            assert_eq!(classify(&content_info(der, &oid(PKCS7, 2), &signed)), found);
        }
        assert_eq!(classify(&content_info(der, &oid(SMIME, 9), &[])), Cms::Other);
    }
}
