//! Bytes to texts, facts and what could not be read. Runs only in a worker.

use serde::{Deserialize, Serialize};

use crate::limits::Budget;
use crate::secret::Secret;
use crate::text::{PartPath, Place, Sink, Text};

/// What the bytes handed to a worker are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Input {
    /// A whole message, RFC 5322.
    Message,
    /// A bare document, with its file name when it has one.
    Document {
        /// The name, a hint to its type and a text of its own.
        name: Option<Secret<String>>,
    },
}

/// Reads a message or document to its end or to the end of its budget.
pub fn read(input: &Input, bytes: &[u8], budget: &mut Budget, out: &mut dyn Sink) {
    let whole = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let body = match input {
        Input::Message => whole.split_once("\n\n").map_or("", |(_, body)| body),
        Input::Document { .. } => &whole,
    };
    let root = PartPath::root();
    out.begin(&root);
    if budget.text(body.len()).is_ok() {
        out.text(Text::plain(Place::Body, &root.child(1), body.to_owned()));
    }
}
