//! HL7 version 2: segments of fields between pipes, one message after the other (HL7 v2.x chapter
//! 2).
//!
//! ```text
//!  text --stretch--> from MSH to the last segment --lines--> segments --reader--> Chart
//!                                                    fields: what a field is called
//!                                                    types:  how a data type is written
//! ```

mod codes;
mod fields;
mod lines;
mod person;
mod reader;
mod results;
mod segment;
mod stretch;
#[cfg(test)]
mod tests;
mod types;

pub(super) use reader::read;
pub(super) use stretch::find;
