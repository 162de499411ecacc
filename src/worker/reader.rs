//! The worker process: locks itself in, greets, and reads one message after the other.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use super::outbox::Outbox;
use super::reply::Greeting;
use super::request::{Head, Incoming};
use super::sandbox::{self, Ceiling};
use super::{EXIT_PANIC, EXIT_PROTOCOL, EXIT_SOCKET, EXIT_USAGE, complain, frame};
use crate::extract;
use crate::limits::Budget;

/// Runs `phi-milter worker read MEMORY PROCESSOR PARENT` with a socket as standard input.
pub(super) fn main(words: impl Iterator<Item = OsString>) -> ExitCode {
    let Some((ceiling, parent)) = parse(words) else { return ExitCode::from(EXIT_USAGE) };
    crate::panics::install(complain);
    // A name for ps; nothing depends on it.
    let _ = rustix::thread::set_name(c"phi-worker");
    #[cfg(feature = "failpoints")]
    let _faults = super::faults::arm();
    #[cfg(feature = "failpoints")]
    super::faults::strike_at_start();
    let Ok(socket) = io::stdin().as_fd().try_clone_to_owned() else {
        return ExitCode::from(EXIT_SOCKET);
    };
    if outlive_signals().is_err() {
        return ExitCode::from(EXIT_SOCKET);
    }
    let in_force = sandbox::enter(ceiling, parent);
    match serve(&File::from(socket), Greeting { in_force }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(End::Panic) => ExitCode::from(EXIT_PANIC),
        Err(End::Socket(fault)) if fault.kind() == io::ErrorKind::InvalidData => {
            ExitCode::from(EXIT_PROTOCOL)
        }
        Err(End::Socket(_)) => ExitCode::from(EXIT_SOCKET),
    }
}

enum End {
    Panic,
    Socket(io::Error),
}

impl From<io::Error> for End {
    fn from(fault: io::Error) -> Self {
        Self::Socket(fault)
    }
}

fn parse(mut words: impl Iterator<Item = OsString>) -> Option<(Ceiling, i32)> {
    let mut number = || words.next()?.to_str()?.parse::<u64>().ok();
    let ceiling = Ceiling { memory: number()?, processor: number()? };
    Some((ceiling, i32::try_from(number()?).ok()?))
}

/// Signals meant for the daemon reach its whole control group or terminal; a message in work is
/// not cut off by them. A write past the file size limit (standard error may be a file) is an
/// error and not the end.
pub(super) fn outlive_signals() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    for signal in [SIGTERM, SIGINT, SIGHUP, SIGXFSZ] {
        signal_hook::flag::register(signal, std::sync::Arc::default())?;
    }
    Ok(())
}

/// The socket is handled as a file: plain reads and writes, which the filter knows.
fn serve(mut socket: &File, greeting: Greeting) -> Result<(), End> {
    let mut hello = Vec::new();
    frame::append(&mut hello, &greeting).map_err(io::Error::other)?;
    socket.write_all(&hello)?;
    let mut incoming = Incoming::new();
    while let Some((head, message)) = incoming.next(socket)? {
        answer(socket, &head, message)?;
    }
    Ok(())
}

fn answer(socket: &File, head: &Head, message: &[u8]) -> Result<(), End> {
    let mut outbox = Outbox::new(socket, &head.limits, head.care, message.len());
    let mut budget = Budget::new(&head.limits);
    let reading = catch_unwind(AssertUnwindSafe(|| {
        extract::read_knowing(&head.passwords, &head.input, message, &mut budget, &mut outbox);
        #[cfg(feature = "failpoints")]
        super::faults::strike(message, &mut outbox, socket);
    }));
    if reading.is_err() {
        // What was read before still counts, and the daemon learns which part did it. The memory
        // that the panic left behind is not trusted any further.
        outbox.flush();
        return Err(End::Panic);
    }
    Ok(outbox.done()?)
}
