//! The spawner: a small process that starts workers, and the daemon's hold on it.
//!
//! It is started before anything large is loaded and does nothing else, so that starting a worker
//! stays cheap however much the daemon holds. It ends when its socket closes, and its workers end
//! with it.

use std::ffi::OsString;
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use serde::{Deserialize, Serialize};

use super::descriptors::{receive, send};
use super::ending::Ending;
use super::{EXIT_SOCKET, Role, WorkerError, complain, service};

/// What a process runs to become this program again, also after the file was replaced.
const SELF: &str = "/proc/self/exe";

/// The word that tells the spawner of [`WorkerErrors::Shown`].
const SHOWN: &str = "shown";

/// A worker keeps up to 8 MiB of freed memory: the C library would give it back after each message
/// and pay for every page again with the next, which doubled the cost of a 100 KB message. Other C
/// libraries than glibc ignore it. All threads take from one pool: where a second has a pool of its
/// own, glibc opens files (malloc/arena.c) to learn how many there may be and how to make it smaller,
/// and the sandbox ends the worker.
const MEMORY_IS_KEPT: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.malloc.trim_threshold=8388608:glibc.malloc.mmap_threshold=8388608:\
     glibc.malloc.top_pad=1048576:glibc.malloc.arena_max=1",
);

/// Networks run on one thread: the workers are as many as the cores.
const ONE_THREAD: (&str, &str) = ("RTEN_NUM_THREADS", "1");

/// What the daemon asks of the spawner: to start a worker that may use so much over its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Order {
    /// What it is to do.
    pub(super) role: Role,
    /// Bytes of address space.
    pub(super) memory: u64,
    /// Seconds of processor time.
    pub(super) processor: u64,
}

/// What the spawner tells the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Report {
    /// A worker runs; its socket and its pidfd come along.
    Started {
        /// Its process id.
        id: u32,
    },
    /// A worker could not be started.
    Failed {
        /// The system's error number.
        errno: i32,
    },
    /// A worker ended.
    Ended {
        /// Its process id.
        id: u32,
        /// How.
        ending: Ending,
    },
}

/// Room for one order or report, the path of a folder included.
pub(super) const MOST: usize = 8 << 10;

/// What becomes of what a worker writes to its standard error. Its words can quote the message that
/// it reads: those of an allocator, of a library, or of whoever took it over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerErrors {
    /// It goes nowhere: for the daemon, whose standard error is a log.
    Withheld,
    /// It goes where the caller's goes: for whoever has the message at hand and looks for a fault.
    Shown,
}

/// The daemon's hold on the spawner process. Dropping it ends the spawner and its workers.
#[derive(Debug)]
pub struct Spawner {
    program: Option<PathBuf>,
    errors: WorkerErrors,
    process: Child,
    socket: OwnedFd,
}

impl Spawner {
    /// Starts the process. `program` is this program; `None` runs the file of the calling process
    /// again. To be called early: before anything large is loaded.
    ///
    /// All descriptors that the calling process has open are marked close-on-exec, so that no
    /// inherited one (a listening socket of systemd's) reaches a worker.
    ///
    /// # Errors
    /// [`WorkerError::Spawner`] when the system refuses.
    pub fn start(program: Option<PathBuf>, errors: WorkerErrors) -> Result<Self, WorkerError> {
        let file = program.clone().unwrap_or_else(|| PathBuf::from(SELF));
        let start = || -> io::Result<(Child, OwnedFd)> {
            let (ours, theirs) =
                socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
            close_fds::set_fds_cloexec_threadsafe(3, &[]);
            let mut command = clean_command(&file);
            command.args(["worker", "spawn"]);
            if errors == WorkerErrors::Shown {
                command.arg(SHOWN);
            }
            Ok((command.stdin(Stdio::from(theirs)).spawn()?, ours))
        };
        match start() {
            Ok((process, socket)) => Ok(Self { program, errors, process, socket }),
            Err(cause) => Err(WorkerError::Spawner { program: file, cause: Arc::new(cause) }),
        }
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// What was given to [`start`](Self::start).
    pub(super) fn origin(&self) -> (Option<PathBuf>, WorkerErrors) {
        (self.program.clone(), self.errors)
    }
}

impl AsFd for Spawner {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Drop for Spawner {
    fn drop(&mut self) {
        // It may be dead already; then this only clears its entry from the process table.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command with no environment but what arms failpoints, in builds that have them.
fn clean_command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.arg0("phi-milter").env_clear().stdout(Stdio::null()).stderr(Stdio::inherit());
    #[cfg(feature = "failpoints")]
    if let Some(points) = std::env::var_os("FAILPOINTS") {
        command.env("FAILPOINTS", points);
    }
    command
}

/// Runs `phi-milter worker spawn [shown]` with a socket as standard input.
pub(super) fn main(mut words: impl Iterator<Item = OsString>) -> ExitCode {
    let errors = match words.next() {
        Some(word) if word == SHOWN => WorkerErrors::Shown,
        _ => WorkerErrors::Withheld,
    };
    crate::panics::install(complain);
    // A name for ps; nothing depends on it.
    let _ = rustix::thread::set_name(c"phi-spawner");
    // Out of the daemon's process group: Ctrl-C is for the daemon, which drains first. Fails only
    // where we lead a group already.
    let _ = rustix::process::setsid();
    // So that no file system is kept from being unmounted.
    let _ = std::env::set_current_dir("/");
    match serve(errors) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            complain(&format!("the spawner of workers ends: {fault}"));
            ExitCode::from(EXIT_SOCKET)
        }
    }
}

/// A worker that runs.
struct Running {
    process: Child,
    pidfd: OwnedFd,
}

fn serve(errors: WorkerErrors) -> io::Result<()> {
    service::outlive_signals()?;
    rustix::thread::set_no_new_privs(true)?;
    let socket = io::stdin().as_fd().try_clone_to_owned()?;
    let mut running: Vec<Running> = Vec::new();
    loop {
        let watched = running.iter().map(|worker| &worker.pidfd);
        let mut polls: Vec<PollFd<'_>> = std::iter::once(&socket)
            .chain(watched)
            .map(|descriptor| PollFd::new(descriptor, PollFlags::IN))
            .collect();
        match poll(&mut polls, None) {
            Err(rustix::io::Errno::INTR) => continue,
            other => other?,
        };
        let ready: Vec<bool> = polls.iter().map(|poll| !poll.revents().is_empty()).collect();
        reap(&socket, &mut running)?;
        if ready.first() == Some(&true) {
            let mut buffer = [0; MOST];
            let bytes = receive(&socket, &mut buffer)?.bytes;
            let order = buffer.get(..bytes).unwrap_or_default();
            if order.is_empty() {
                return Ok(());
            }
            let order = postcard::from_bytes(order).map_err(|_| io::ErrorKind::InvalidData)?;
            match start_worker(&order, errors) {
                Ok((worker, theirs)) => {
                    let report = Report::Started { id: worker.process.id() };
                    tell(&socket, report, &[theirs.as_fd(), worker.pidfd.as_fd()])?;
                    running.push(worker);
                }
                Err(fault) => {
                    let errno = fault.raw_os_error().unwrap_or_default();
                    tell(&socket, Report::Failed { errno }, &[])?;
                }
            }
        }
    }
}

/// Clears away the workers that ended, and tells the daemon.
fn reap(socket: &OwnedFd, running: &mut Vec<Running>) -> io::Result<()> {
    let mut ended = Vec::new();
    running.retain_mut(|worker| match worker.process.try_wait() {
        Ok(Some(status)) => {
            let report = Report::Ended { id: worker.process.id(), ending: status.into() };
            ended.push(report);
            false
        }
        _ => true,
    });
    ended.into_iter().try_for_each(|report| tell(socket, report, &[]))
}

/// Starts one worker: it, and the daemon's end of its socket.
fn start_worker(order: &Order, errors: WorkerErrors) -> io::Result<(Running, OwnedFd)> {
    let (daemons, workers) =
        socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    let numbers = [order.memory, order.processor, u64::from(std::process::id())];
    let mut command = clean_command(SELF);
    command.args(["worker", order.role.word()]).args(numbers.map(|number| number.to_string()));
    if let Role::Look { models } = &order.role {
        command.arg(models).env(ONE_THREAD.0, ONE_THREAD.1);
    }
    let mut process = command
        .envs([MEMORY_IS_KEPT])
        .stdin(Stdio::from(workers))
        // Opened here: in its sandbox a worker opens nothing.
        .stderr(match errors {
            WorkerErrors::Withheld => Stdio::null(),
            WorkerErrors::Shown => Stdio::inherit(),
        })
        .spawn()?;
    match pidfd_open(Pid::from_child(&process), PidfdFlags::empty()) {
        Ok(pidfd) => Ok((Running { process, pidfd }, daemons)),
        Err(errno) => {
            process.kill()?;
            process.wait()?;
            Err(errno.into())
        }
    }
}

fn tell(
    socket: &OwnedFd,
    report: Report,
    descriptors: &[std::os::fd::BorrowedFd<'_>],
) -> io::Result<()> {
    let bytes = postcard::to_stdvec(&report).map_err(io::Error::other)?;
    send(socket, &[IoSlice::new(&bytes)], descriptors).map(drop)
}
