//! Messages as Outlook and Exchange keep them: `.msg` files and `winmail.dat`. Both are lists of
//! MAPI properties, which are read the same way.

mod code_page;
mod compressed_rtf;
mod message;
pub(super) mod msg;
mod properties;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
pub(super) mod tnef;
