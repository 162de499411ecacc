//! The MIME structure of a message. Runs only in a worker.
//!
//! Bytes in, pieces of the same bytes out: a [`Header`] and its fields, the body split at its
//! boundaries so that every byte of it belongs to exactly one piece, transfer encodings undone,
//! character sets turned into UTF-8. Whoever walks the tree recurses; nothing here does.
//!
//! mail-parser reads address lists and clean base64. Its tree is not used: it gives up on
//! messages that are base64-encoded several levels deep, recurses without a limit, and leaves
//! bytes between boundaries that belong to no part.

pub mod addresses;
pub mod charset;
pub mod content;
pub mod encoded_word;
pub mod header;
pub mod multipart;
pub mod parameters;
mod shifted;
pub mod transfer;
mod utf7;

pub use content::{Content, Disposition};
pub use header::{Field, Header};
