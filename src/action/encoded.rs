//! The prefix inside the first encoded word of a Subject (RFC 2047), where mail programs put it
//! when they answer: taken out, so that it does not stand there twice.

use super::subject::{around_marker, without_answer_mark};

/// The value without the marker that its first encoded word begins with, answer marks aside.
/// `None` when it begins with none. All other bytes stay as they are.
pub(super) fn without_marker(value: &[u8], marker: &[u8]) -> Option<Vec<u8>> {
    let mut word = value.trim_ascii_start();
    while !word.starts_with(b"=?") {
        word = without_answer_mark(word)?;
    }
    let before = value.get(..value.len() - word.len())?;
    let (charset, rest) = split_at_mark(word.get(2..)?, b"?")?;
    let (encoding, rest) = split_at_mark(rest, b"?")?;
    let (encoded, after) = split_at_mark(rest, b"?=")?;
    if !holds_ascii(charset) {
        return None;
    }
    let kept = match encoding {
        b"Q" | b"q" => cut(&q_letters(encoded), encoded, marker)?,
        b"B" | b"b" => {
            let bytes = from_base64(encoded)?;
            let letters: Vec<_> = bytes.iter().copied().zip(0..).collect();
            to_base64(&cut(&letters, &bytes, marker)?)
        }
        _ => return None,
    };
    Some(if kept.is_empty() {
        [before, after.trim_ascii_start()].concat()
    } else {
        [before, b"=?", charset, b"?", encoding, b"?", &kept, b"?=", after].concat()
    })
}

/// What is left of `written` without the marker. Each letter comes with the place where it is
/// written.
fn cut(letters: &[(u8, usize)], written: &[u8], marker: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = letters.iter().map(|(letter, _)| *letter).collect();
    let (before, after) = around_marker(&text, marker)?;
    let after = after.strip_prefix(b" ").unwrap_or(after);
    let place = |letter: usize| letters.get(letter).map_or(written.len(), |(_, place)| *place);
    let (start, end) = (place(before.len()), place(text.len() - after.len()));
    Some([written.get(..start)?, written.get(end..)?].concat())
}

/// The letters of a word in the encoding Q, and where each is written.
fn q_letters(encoded: &[u8]) -> Vec<(u8, usize)> {
    let mut letters = Vec::with_capacity(encoded.len());
    let mut at = 0;
    while let Some(&byte) = encoded.get(at) {
        let hex = encoded.get(at + 1..at + 3).filter(|_| byte == b'=');
        let hex = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        let (letter, length) = match (byte, hex) {
            (_, Some(letter)) => (letter, 3),
            (b'_', None) => (b' ', 1),
            (byte, None) => (byte, 1),
        };
        letters.push((letter, at));
        at += length;
    }
    letters
}

/// Character sets in which the bytes of ASCII are ASCII, wherever they stand.
fn holds_ascii(charset: &[u8]) -> bool {
    let known: [&[u8]; 5] = [b"utf-8", b"us-ascii", b"iso-8859-", b"windows-125", b"koi8-"];
    known.iter().any(|known| {
        charset.get(..known.len()).is_some_and(|head| head.eq_ignore_ascii_case(known))
    })
}

fn split_at_mark<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + mark.len()..)?))
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `None` for what is not clean base64: then it is left alone.
fn from_base64(encoded: &[u8]) -> Option<Vec<u8>> {
    let end = encoded.iter().position(|&b| b == b'=').unwrap_or(encoded.len());
    let (digits, padding) = encoded.split_at_checked(end)?;
    if padding.len() > 2 || padding.iter().any(|&b| b != b'=') || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for digit in group {
            bits = bits << 6 | u32::try_from(DIGITS.iter().position(|d| d == digit)?).ok()?;
        }
        let [_, group_bytes @ ..] = (bits << (6 * (4 - group.len()))).to_be_bytes();
        bytes.extend(group_bytes.iter().take(group.len() - 1));
    }
    Some(bytes)
}

fn to_base64(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, i| bits << 8 | u32::from(*group.get(i).unwrap_or(&0)));
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit) & 63) as usize;
            let letter = DIGITS.get(value).filter(|_| digit <= group.len());
            encoded.push(letter.copied().unwrap_or(b'='));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_taken_out_of_the_first_encoded_word() {
        for (value, rest) in [
            ("=?utf-8?q?[SECURE]_r=C3=A9sum=C3=A9?=", "=?utf-8?q?r=C3=A9sum=C3=A9?="),
            (
                "=?UTF-8?Q?Re:_=5BSecure=5D_r=C3=A9?=\n =?utf-8?q?x?=",
                "=?UTF-8?Q?Re:_r=C3=A9?=\n =?utf-8?q?x?=",
            ),
            ("Re: =?iso-8859-1?Q?[SECURE]=20r=E9?=", "Re: =?iso-8859-1?Q?r=E9?="),
            ("=?utf-8?q?[SECURE]?= =?utf-8?q?r=C3=A9?=", "=?utf-8?q?r=C3=A9?="),
            ("=?utf-8?B?W1NFQ1VSRV0gcsOp?=", "=?utf-8?B?csOp?="),
            ("=?utf-8?B?UmU6IFtTRUNVUkVdIHLDqXM=?= x", "=?utf-8?B?UmU6IHLDqXM=?= x"),
        ] {
            let found = without_marker(value.as_bytes(), b"[SECURE]").unwrap();
            assert_eq!(String::from_utf8_lossy(&found), rest, "{value}");
        }
    }

    #[test]
    fn a_word_without_the_marker_or_broken_is_left_alone() {
        for value in [
            "",
            "=?",
            "=?utf-8",
            "=?utf-8?q?",
            "=?utf-8?q?r=C3=A9?=",
            "=?utf-8?q?about_[SECURE]?=",
            "=?utf-16?q?[SECURE]_x?=",
            "=?utf-8?b?W1NFQ1VSRV0gcsO*?=",
            "=?utf-8?b?W?=",
            "=?utf-8?x?[SECURE]?=",
            "about =?utf-8?q?[SECURE]?=",
            "plain",
        ] {
            assert_eq!(without_marker(value.as_bytes(), b"[SECURE]"), None, "{value}");
        }
    }

    #[test]
    fn base64_there_and_back_is_the_same() {
        for length in 0..70_u8 {
            let bytes: Vec<u8> = (0..length).map(|i| i.wrapping_mul(37)).collect();
            assert_eq!(from_base64(&to_base64(&bytes)), Some(bytes));
        }
    }
}
