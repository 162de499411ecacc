//! Rich Text Format (specification 1.9.1) as a flat row of tokens.

mod characters;
mod destinations;
mod endings;
mod fonts;
mod page;
mod reader;
#[cfg(test)]
mod tests;
mod tokens;

pub(super) use reader::{knows, read};
