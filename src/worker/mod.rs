//! Hostile bytes, in another process.
//!
//! ```text
//!  daemon                                spawner                      worker (one a core)
//!  Pool ── supervisor ── seqpacket ──▶   worker spawn ── exec ──▶     worker read | look
//!    └────────────── stream socket: request ▶ ◀ reply ──────────────────┘
//! ```
//! The spawner is a small process, started before anything large is loaded, because starting a
//! process from a large one is slow. A worker locks itself in before it reads its first request,
//! says in its greeting which pieces of the sandbox hold, and then reads one message at a time.
//! Its reply comes in frames, so that what was read before a crash or a deadline still counts.
//! The daemon trusts no byte of a reply: one that makes no sense costs the worker its life.
//!
//! There are two pools: one reads messages, the other the pixels that the first came upon, so that
//! a page that takes seconds holds up no mail that is text.

mod checkout;
mod crew;
mod descriptors;
mod ending;
#[cfg(feature = "failpoints")]
mod faults;
mod filter;
mod frame;
mod greeted;
mod intake;
mod looker;
mod lookers;
mod outbox;
mod pool;
mod reader;
mod reply;
mod request;
mod role;
mod roster;
mod sandbox;
mod service;
mod spawner;
mod spool;
mod supervisor;

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

pub use crew::Crew;
pub use greeted::Counts;
pub use intake::{Intake, Nonsense};
pub use lookers::{Fingerprint, Lookers};
pub use pool::{Pool, Staffing, cores};
pub use role::Role;
pub use sandbox::Piece;
pub use spawner::{Spawner, WorkerErrors};
pub use spool::{Sealed, Spool};

/// Runs the process behind `phi-milter worker`: `spawn`, `read` or `look`, with the words
/// that follow it.
/// Internal: only the daemon starts it.
pub fn main(mut words: impl Iterator<Item = OsString>) -> ExitCode {
    match words.next() {
        Some(verb) if verb == "spawn" => spawner::main(words),
        Some(verb) if verb == role::READ => reader::main(words),
        Some(verb) if verb == role::LOOK => looker::main(words),
        _ => {
            complain("phi-milter worker: internal; it is started by phi-milter run");
            ExitCode::from(EXIT_USAGE)
        }
    }
}

/// Exit codes of sysexits.h, by which the log tells why a worker ended.
const EXIT_USAGE: u8 = 64;
/// The models are not as they should be.
const EXIT_MODELS: u8 = 66;
/// A panic.
const EXIT_PANIC: u8 = 70;
/// The socket failed.
const EXIT_SOCKET: u8 = 74;
/// The daemon asked for something that makes no sense.
const EXIT_PROTOCOL: u8 = 76;

/// Writes one line to standard error, which the spawner shares with the daemon. A worker's leads
/// nowhere unless its words are to be [shown](WorkerErrors::Shown).
fn complain(line: &str) {
    use io::Write as _;
    // There is nobody else to tell.
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// Why a message could not be read at all. Both are faults of our own: `on-failure` decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Its time ran out before any worker was free.
    Busy,
    /// No worker can be started.
    NoWorker,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "no worker was free before the message's time ran out",
            Self::NoWorker => "no worker can be started",
        })
    }
}

impl std::error::Error for Fault {}

/// Why workers cannot be started.
#[derive(Debug, Clone)]
pub enum WorkerError {
    /// The spawner does not start.
    Spawner {
        /// What was to be run.
        program: PathBuf,
        /// What the system says.
        cause: Arc<io::Error>,
    },
    /// The spawner is gone or does not answer.
    SpawnerGone,
    /// The spawner could not start a worker.
    Refused(Arc<io::Error>),
    /// The worker ended, or stayed silent, before it had greeted.
    NoGreeting,
    /// The models in this folder are not as they should be.
    Models(PathBuf),
    /// The kernel lacks pieces of the sandbox and the config requires all of it.
    Sandbox(Vec<Piece>),
    /// The pool is being shut down.
    Stopped,
}

impl fmt::Display for WorkerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spawner { program, cause } => {
                write!(f, "cannot start the spawner of workers ({}): {cause}", program.display())
            }
            Self::SpawnerGone => f.write_str("the spawner of workers is gone"),
            Self::Refused(cause) => write!(f, "cannot start a worker: {cause}"),
            Self::NoGreeting => f.write_str("a worker ended or stayed silent while it started"),
            Self::Models(folder) => write!(
                f,
                "the models in {} cannot be used: a file is missing, or none that this version \
                 knows; packaging/get-models fetches them",
                folder.display()
            ),
            Self::Sandbox(lacking) => write!(
                f,
                "this system lacks a piece of the worker sandbox: {}; with workers.sandbox = \
                 \"best-effort\" in the config, workers run without it",
                Piece::list(lacking)
            ),
            Self::Stopped => f.write_str("the workers are being shut down"),
        }
    }
}

impl std::error::Error for WorkerError {}
