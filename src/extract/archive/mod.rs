//! Archives and compressed files: what is in them goes back into the walk.

pub(super) mod apple;
pub(super) mod compressed;
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
