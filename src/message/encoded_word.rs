//! Decodes the values of header fields: encoded words (RFC 2047), raw UTF-8 (RFC 6532), raw bytes
//! of whatever character set.

use std::borrow::Cow;

use memchr::memmem;

use super::charset;
use super::transfer;

/// The text of a field's value: unfolded, encoded words decoded wherever they stand, those that
/// are broken left as they are.
#[must_use]
pub fn decode(value: &[u8]) -> String {
    let unfolded = unfold(value.trim_ascii());
    if memmem::find(&unfolded, b"=?").is_none() {
        return charset::decode(&unfolded, None).text.into_owned();
    }
    let mut text = String::with_capacity(unfolded.len());
    // Bytes of adjacent words in one character set are decoded together: a character may be cut
    // in two by the end of a word.
    let mut pending: Option<(&[u8], Vec<u8>)> = None;
    let mut rest = &unfolded[..];
    while let Some(at) = memmem::find(rest, b"=?") {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        let Some((word, after)) = Word::parse(from) else {
            flush(&mut pending, &mut text);
            let (marker, behind) = from.split_at_checked(2).unwrap_or((from, &[]));
            push_raw(before, &mut text);
            push_raw(marker, &mut text);
            rest = behind;
            continue;
        };
        let adjacent = pending.is_some() && before.trim_ascii().is_empty();
        if !adjacent {
            flush(&mut pending, &mut text);
            push_raw(before, &mut text);
        }
        match &mut pending {
            Some((charset, bytes)) if charset.eq_ignore_ascii_case(word.charset) => {
                bytes.extend_from_slice(&word.bytes);
            }
            _ => {
                flush(&mut pending, &mut text);
                pending = Some((word.charset, word.bytes));
            }
        }
        rest = after;
    }
    flush(&mut pending, &mut text);
    push_raw(rest, &mut text);
    text
}

/// Line breaks taken out, the white space behind them kept.
#[must_use]
pub fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    if value.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        Cow::Owned(value.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n' | 0)).collect())
    } else {
        Cow::Borrowed(value)
    }
}

fn push_raw(bytes: &[u8], text: &mut String) {
    text.push_str(&charset::decode(bytes, None).text);
}

fn flush(pending: &mut Option<(&[u8], Vec<u8>)>, text: &mut String) {
    if let Some((label, bytes)) = pending.take() {
        text.push_str(&charset::decode(&bytes, Some(label)).text);
    }
}

struct Word<'a> {
    charset: &'a [u8],
    bytes: Vec<u8>,
}

impl<'a> Word<'a> {
    /// The encoded word at the start of `from`, which begins with `=?`, and what follows it.
    fn parse(from: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let inside = from.get(2..)?;
        let (charset, rest) = split_at_byte(inside, b'?')?;
        let plain = charset.len() <= 64 && charset.iter().all(u8::is_ascii_graphic);
        if charset.is_empty() || !plain {
            return None;
        }
        // A language may follow the character set (RFC 2231 section 5).
        let charset = split_at_byte(charset, b'*').map_or(charset, |(name, _)| name);
        let (encoding, rest) = split_at_byte(rest, b'?')?;
        let end = memmem::find(rest, b"?=")?;
        let (encoded, after) = (rest.get(..end)?, rest.get(end + 2..)?);
        let bytes = match encoding {
            b"B" | b"b" => transfer::base64(encoded).bytes.into_owned(),
            b"Q" | b"q" => {
                let spaced: Vec<u8> =
                    encoded.iter().map(|&b| if b == b'_' { b' ' } else { b }).collect();
                transfer::quoted_printable_word(&spaced)
            }
            _ => return None,
        };
        Some((Self { charset, bytes }, after))
    }
}

fn split_at_byte(bytes: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(byte, bytes)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn encoded_words_are_decoded_in_any_character_set() {
        for (value, text) in [
            ("plain", "plain"),
            ("=?utf-8?q?M=C3=BCller_MRN?= 12", "Müller MRN 12"),
            ("=?ISO-8859-1?Q?M=FCller?=", "Müller"),
            ("=?gb2312?B?suLK1A==?=", "测试"),
            ("=?utf-8*en?B?U1NO?=: 1", "SSN: 1"),
            ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ] {
            assert_eq!(decode(value.as_bytes()), text, "{value}");
        }
    }

    #[test]
    fn adjacent_words_are_joined_even_inside_a_character() {
        assert_eq!(decode(b"=?utf-8?q?SS?=\r\n =?utf-8?q?N=C3?= =?UTF-8?b?vA==?="), "SSNü");
        assert_eq!(decode(b"a =?utf-8?q?b?= c =?utf-8?q?d?= e"), "a b c d e");
        assert_eq!(decode(b"SS=?utf-8?q?N?="), "SSN");
    }

    #[test]
    fn broken_words_stay_as_they_are() {
        for value in ["=?utf-8?q?open", "=?utf-8?x?a?=", "=??q?a?=", "a =? b", "=?a b?q?c?="] {
            assert_eq!(decode(value.as_bytes()), value);
        }
    }

    #[test]
    fn raw_bytes_are_utf8_or_guessed() {
        assert_eq!(decode("Jürgen".as_bytes()), "Jürgen");
        assert_eq!(decode(b"J\xFCrgen aus K\xF6ln"), "Jürgen aus Köln");
    }
}
