//! UTF-7 (RFC 2152).

use super::transfer::base64_digit;

/// Decodes UTF-7; what is no valid shift sequence stays as it is.
pub(super) fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'+', rest) {
        push_direct(rest.get(..at).unwrap_or_default(), &mut text);
        rest = rest.get(at + 1..).unwrap_or_default();
        let length = rest.iter().take_while(|b| base64_digit(**b).is_some()).count();
        let (digits, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        if digits.is_empty() {
            text.push('+');
            rest = after.strip_prefix(b"-").unwrap_or(after);
            continue;
        }
        push_units(digits, &mut text);
        rest = after.strip_prefix(b"-").unwrap_or(after);
    }
    push_direct(rest, &mut text);
    text
}

fn push_direct(bytes: &[u8], text: &mut String) {
    text.push_str(&String::from_utf8_lossy(bytes));
}

fn push_units(digits: &[u8], text: &mut String) {
    let mut units = Vec::with_capacity(digits.len() * 6 / 16);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for value in digits.iter().filter_map(|&b| base64_digit(b)) {
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count & 0xFFFF) as u16);
        }
    }
    let chars = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    text.extend(chars);
}
