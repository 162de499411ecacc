//! Archives and compressed files: what is in them goes back into the walk.

pub(super) mod apple;
pub(super) mod ar;
pub(super) mod arj;
pub(super) mod cabinet;
pub(super) mod compressed;
pub(super) mod cpio;
pub(super) mod disc;
pub(super) mod foreign;
pub(super) mod lha;
mod listed;
mod lzw;
mod member_names;
mod number;
pub(super) mod rar;
#[cfg(test)]
pub(super) mod reading;
pub(super) mod sevenz;
mod sevenz_header;
pub(super) mod tar;
pub(super) mod zip;

pub(super) use number::{size_at, u16_at, u32_at, u64_at};
