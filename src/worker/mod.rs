//! Hostile bytes, in another process.

mod spool;

pub use spool::{Sealed, Spool};
