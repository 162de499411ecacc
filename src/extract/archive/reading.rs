//! What the tests of archives share: documents read, and questions to a reading.

use crate::extract::{Input, read};
use crate::limits::{Budget, Bytes, Cause, Limits};
use crate::text::{Place, Reading};

/// Reads a bare document.
pub(in crate::extract) fn read_file(name: &str, bytes: &[u8]) -> Reading {
    let input = Input::Document { name: Some(name.to_owned().into()) };
    read_input(&input, bytes)
}

/// Reads a message: a text, an attachment, another text.
pub(in crate::extract) fn message_with(
    before: &str,
    name: &str,
    bytes: &[u8],
    after: &str,
) -> Reading {
    let text =
        |words: &str| format!("--b\r\nContent-Type: text/plain\r\n\r\n{words}\r\n").into_bytes();
    let head = format!(
        "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n"
    );
    let start = b"Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    let message =
        [&start[..], &text(before), head.as_bytes(), bytes, b"\r\n", &text(after), b"--b--\r\n"]
            .concat();
    read_input(&Input::Message, &message)
}

fn read_input(input: &Input, bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    read(input, bytes, &mut Budget::new(&Limits::default()), &mut reading);
    reading
}

/// Reads a bare document that may unpack to so many MiB.
pub(in crate::extract) fn read_within_mib(unpacked: u64, bytes: &[u8]) -> Reading {
    let limits = Limits { unpacked: Bytes::mib(unpacked), ..Limits::default() };
    let mut reading = Reading::default();
    read(&Input::Document { name: None }, bytes, &mut Budget::new(&limits), &mut reading);
    reading
}

/// Whether any text holds the words.
pub(in crate::extract) fn shows(reading: &Reading, words: &str) -> bool {
    reading.texts.iter().any(|text| text.content.expose().contains(words))
}

/// The file names, in order.
pub(in crate::extract) fn names(reading: &Reading) -> Vec<&str> {
    let named = reading.texts.iter().filter(|text| text.place == Place::FileName);
    named.map(|text| text.content.expose().as_str()).collect()
}

/// Why anything is unread.
pub(in crate::extract) fn causes(reading: &Reading) -> Vec<Cause> {
    reading.unread.iter().map(|unread| unread.cause).collect()
}
