//! What is being written of a structured text: the text, its labelled values, and files in it.

use crate::extract::labelled::Labelled;
use crate::extract::normal::normal;
use crate::extract::{clinical, sniff};
use crate::message::transfer;

/// Values that are labelled; what stands behind is text without labels.
const MOST: usize = 1 << 19;
/// Characters of the shortest value that can be a file in base64.
const SHORTEST_FILE: usize = 256;

/// The text, and files that were written into it.
#[derive(Default)]
pub(super) struct Values {
    pub(super) text: Labelled,
    /// Files in base64, undone.
    pub(super) files: Vec<Vec<u8>>,
    /// Clinical messages that were values, one behind the other.
    pub(super) messages: String,
    count: usize,
}

impl Values {
    /// Writes what is no value.
    pub(super) fn words(&mut self, words: &str) {
        self.text.words(words);
    }

    /// Writes a value. A file in base64 and a clinical message are taken out and leave nothing behind.
    pub(super) fn value(
        &mut self,
        label: impl FnOnce() -> Option<String>,
        value: &str,
        record: Option<u32>,
    ) {
        if let Some(file) = file(value) {
            self.files.push(file);
            return;
        }
        if self.takes_message(value) {
            return;
        }
        let value = normal(value);
        self.count += 1;
        if self.count > MOST {
            self.text.words(&value);
        } else {
            self.text.value(label().as_deref(), &value, record);
        }
    }

    /// Takes a value out that is a clinical message; false where it is none.
    pub(super) fn takes_message(&mut self, value: &str) -> bool {
        let is_message = clinical::is_message(value);
        if is_message {
            self.messages.push_str(value);
            self.messages.push_str("\n\n");
        }
        is_message
    }

    /// Bytes of text written.
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }
}

/// The file that a value is in base64: bytes of a known format, or text.
fn file(value: &str) -> Option<Vec<u8>> {
    let bytes = value.as_bytes();
    if bytes.len() < SHORTEST_FILE || !transfer::looks_like_base64(bytes) {
        return None;
    }
    let decoded = transfer::base64(bytes).bytes.into_owned();
    let is_file = sniff::is_known_binary(&decoded) || sniff::is_text(&decoded);
    is_file.then_some(decoded)
}
