//! Words on the command line.

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program.
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let mut words = args.skip(1);
    match words.next() {
        Some(verb) if verb == "worker" => crate::worker::main(words),
        _ => ExitCode::SUCCESS,
    }
}
