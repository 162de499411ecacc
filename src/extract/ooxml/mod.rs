//! Office Open XML (ECMA-376, ISO/IEC 29500): documents, workbooks and presentations, with macros
//! or without, templates or not, transitional or strict.

mod document;
mod number_format;
mod parts;
mod pivot;
mod rounded;
mod sheet;
mod strings;
#[cfg(test)]
mod tests;
mod vocabulary;

pub(super) use document::{knows, read};
pub(super) use vocabulary::VOCABULARY;
