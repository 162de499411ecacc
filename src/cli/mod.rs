//! Words on the command line.

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program.
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let _ = args;
    ExitCode::SUCCESS
}
