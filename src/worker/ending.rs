//! How a process ended, in words for the log.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use serde::{Deserialize, Serialize};

use super::{EXIT_MODELS, EXIT_PANIC, EXIT_PROTOCOL, EXIT_SOCKET};

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Ending {
    /// By itself, with this code.
    Exit(i32),
    /// By this signal.
    Signal(i32),
}

impl Ending {
    /// Its models are not as they should be.
    pub(super) const MODELS: Self = Self::Exit(EXIT_MODELS as i32);
}

impl From<ExitStatus> for Ending {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Exit(code),
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, number) = match self {
            Self::Exit(code) => ("exit code", *code),
            Self::Signal(signal) => ("signal", *signal),
        };
        write!(f, "{kind} {number}")?;
        let words = match self {
            Self::Signal(libc::SIGSYS) => "a system call that the sandbox forbids",
            Self::Signal(libc::SIGABRT) => "out of memory, stack overflow or abort",
            Self::Signal(libc::SIGSEGV | libc::SIGBUS) => "a memory fault",
            Self::Signal(libc::SIGKILL) => "killed, by the system for want of memory or by someone",
            Self::Signal(libc::SIGXCPU) => "its processor time was used up",
            Self::Exit(code) if *code == i32::from(EXIT_PANIC) => "a panic",
            Self::Exit(code) if *code == i32::from(EXIT_SOCKET) => "its socket failed",
            Self::Exit(code) if *code == i32::from(EXIT_PROTOCOL) => "a request made no sense",
            &Self::MODELS => "its models are missing or none that it knows",
            _ => return Ok(()),
        };
        write!(f, ": {words}")
    }
}
