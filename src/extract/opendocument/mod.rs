//! OpenDocument (ISO/IEC 26300): texts, sheets and presentations, as packages and as flat XML.

mod document;
#[cfg(test)]
mod tests;
mod vocabulary;

pub(super) use document::{knows, read};
