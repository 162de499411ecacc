//! Whole conversations with an MTA, played by indymilter-test, in one process.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod double;
mod drain;
mod faults;
mod headers;
mod independent;
#[path = "../support/lines.rs"]
mod lines;
mod sessions;
