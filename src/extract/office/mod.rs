//! What the readers of Office documents share: XML as flat tokens, running text out of them, cells
//! with labels, and objects in wrappers.

pub(super) mod cells;
pub(super) mod lines;
pub(super) mod object;
mod open_tables;
pub(super) mod packed;
pub(super) mod properties;
#[cfg(test)]
pub(super) mod sample;
pub(super) mod story;
pub(super) mod vocabulary;
pub(super) mod xml;
