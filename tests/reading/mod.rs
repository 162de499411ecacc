//! What the tests of reading share: messages made in code, and questions to a reading.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
#![allow(dead_code, reason = "each test binary uses its own share of this")]

use phi_milter::extract::{self, Input};
use phi_milter::limits::{Budget, Limits};
use phi_milter::text::{Cause, Fact, Place, Reading, Text};

/// Reads a message with the default limits.
pub fn read(message: impl AsRef<[u8]>) -> Reading {
    read_within(&Limits::default(), message)
}

/// Reads a message with other limits.
pub fn read_within(limits: &Limits, message: impl AsRef<[u8]>) -> Reading {
    let mut reading = Reading::default();
    let mut budget = Budget::new(limits);
    extract::read(&Input::Message, message.as_ref(), &mut budget, &mut reading);
    reading
}

/// Reads a bare document.
pub fn read_document(name: &str, bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let mut budget = Budget::new(&Limits::default());
    let input = Input::Document { name: Some(name.to_owned().into()) };
    extract::read(&input, bytes, &mut budget, &mut reading);
    reading
}

/// All texts of a place, in order.
pub fn texts(reading: &Reading, place: Place) -> Vec<&str> {
    let texts = reading.texts.iter().filter(|text| text.place == place);
    texts.map(|text| text.content.expose().as_str()).collect()
}

/// Whether any text of a place holds the words.
pub fn holds(reading: &Reading, place: Place, words: &str) -> bool {
    texts(reading, place).iter().any(|text| text.contains(words))
}

/// Whether any text at all holds the words.
pub fn shows(reading: &Reading, words: &str) -> bool {
    reading.texts.iter().any(|text| text.content.expose().contains(words))
}

/// The first text that holds the words.
pub fn text_with<'r>(reading: &'r Reading, words: &str) -> &'r Text {
    let mut texts = reading.texts.iter();
    texts.find(|text| text.content.expose().contains(words)).expect("no text holds the words")
}

/// What is unread, as `PART CAUSE`.
pub fn unread(reading: &Reading) -> Vec<String> {
    let one =
        |unread: &phi_milter::text::Unread| format!("{} {}", unread.part, unread.cause.name());
    reading.unread.iter().map(one).collect()
}

/// Whether anything is unread for that cause.
pub fn is_unread(reading: &Reading, cause: Cause) -> bool {
    reading.unread.iter().any(|unread| unread.cause == cause)
}

/// The facts, as `PART FACT`.
pub fn facts(reading: &Reading) -> Vec<String> {
    reading.facts.iter().map(|fact| format!("{} {}", fact.part, Fact::name(fact.fact))).collect()
}

/// Base64 in lines of 76.
pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (index, chunk) in bytes.as_ref().chunks(3).enumerate() {
        if index > 0 && index % 19 == 0 {
            out.push_str("\r\n");
        }
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let number = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for digit in 0..4 {
            if digit > chunk.len() {
                out.push('=');
            } else {
                out.push(DIGITS[(number >> (18 - 6 * digit) & 63) as usize] as char);
            }
        }
    }
    out
}

/// Bytes that no reader takes for text.
pub fn cipher_text(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 167 + i / 7 * 31 + 129) as u8).collect()
}

fn fields_lines(fields: &str) -> String {
    if fields.is_empty() { String::new() } else { format!("{fields}\r\n") }
}

/// A message of one part with these MIME fields.
pub fn single(fields: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let fields = fields_lines(fields);
    let head = format!("From: a@x.example\r\nSubject: s\r\n{fields}\r\n");
    [head.as_bytes(), body.as_ref()].concat()
}

/// A multipart message; each part is its fields and its body.
pub fn multipart(subtype: &str, parts: &[(&str, &str)]) -> String {
    let mut out = format!(
        "From: a@x.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/{subtype}; boundary=\"b42\"\r\n\r\n"
    );
    for (fields, body) in parts {
        out += &format!("--b42\r\n{}\r\n{body}\r\n", fields_lines(fields));
    }
    out + "--b42--\r\n"
}
