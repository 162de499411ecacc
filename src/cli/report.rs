//! Words to standard output and standard error.

use std::io::{self, Write};

use super::Exit;

/// Prints text to standard output. A reader that went away (`| head`) is no fault.
pub(crate) fn out(text: &str) -> Exit {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| match text.ends_with('\n') {
        true => Ok(()),
        false => stdout.write_all(b"\n"),
    });
    match written.and_then(|()| stdout.flush()) {
        Ok(()) => Exit::Clean,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(_) => Exit::System,
    }
}

/// Prints a line to standard error.
pub(crate) fn error(text: &str) {
    // When standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr().lock(), "phi-milter: {text}");
}

/// Prints text to standard error as it stands.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
