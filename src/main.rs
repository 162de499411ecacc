//! Hands the words of the command line to [`phi_milter::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    phi_milter::cli::main(std::env::args_os())
}
