//! Files that are encoded into the lines of a text, outside of MIME.

mod binhex;
mod uuencode;
mod yenc;

use std::ops::Range;

/// An encoded file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Bytes of the text that are proved to be encoded and no words.
    pub(super) spans: Vec<Range<usize>>,
    /// The name that it gives.
    pub(super) name: String,
    /// The file.
    pub(super) data: Vec<u8>,
    /// Whether all of it is there.
    pub(super) complete: bool,
}

/// All blocks of a text. `bytes` is the text before its character set was undone.
pub(super) fn blocks(text: &str, bytes: &[u8]) -> Vec<Block> {
    let mut found = uuencode::blocks(text);
    found.extend(yenc::blocks(text, bytes));
    found.extend(binhex::blocks(text));
    found
}

/// Where lines begin with a word.
fn lines_that_begin<'t>(text: &'t [u8], word: &'t [u8]) -> impl Iterator<Item = usize> + 't {
    let found = memchr::memmem::find_iter(text, word);
    found.filter(|&at| at == 0 || text.get(at - 1) == Some(&b'\n'))
}
