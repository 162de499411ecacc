//! Bytes to texts, facts and what could not be read. Runs only in a worker.
//!
//! [`read`] walks the tree of a message. Each part goes to the first of the `readers` that knows
//! it by its bytes; the declared type and the name are only hints. What no reader knows is
//! `unread`, never silence.

mod archive;
mod armor;
mod binary_workbook;
mod boilerplate;
pub mod cards;
mod clinical;
pub mod cms;
mod compound;
mod debris;
pub(crate) mod dicom;
mod encoded;
mod epub;
mod file_names;
mod flat_office;
mod headers;
pub mod html;
mod inline;
mod labelled;
mod leaf;
mod mailing_list;
mod mbox;
pub mod normal;
mod office;
mod ooxml;
mod opendocument;
pub mod openpgp;
mod outlook;
mod output;
mod package;
mod passwords;
mod pdf;
mod picture;
mod plain;
mod rc4;
mod readers;
mod rtf;
mod sheet;
mod sniff;
mod strings;
pub mod structured;
mod unpack;
mod waiting;
mod walk;

pub use armor::{Armored, armored_blocks};

use serde::{Deserialize, Serialize};

use crate::limits::Budget;
use crate::secret::Secret;
use crate::text::Sink;

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
    read_knowing(&[], input, bytes, budget, out);
}

/// The same with passwords that may open what is encrypted, beside those in the message itself.
pub fn read_knowing(
    passwords: &[Secret<String>],
    input: &Input,
    bytes: &[u8],
    budget: &mut Budget,
    out: &mut dyn Sink,
) {
    let mut walk = walk::Walk::new(budget, out);
    walk.out.know_passwords(passwords);
    // When the walk stops early, it has said so as an unread part.
    let _ = match input {
        Input::Message => walk.root(bytes),
        Input::Document { name } => {
            walk.document(name.as_ref().map(|name| name.expose().as_str()), bytes)
        }
    };
}
