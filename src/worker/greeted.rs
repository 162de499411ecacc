//! A worker process that has greeted, and what became of all of them.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::net::{RecvFlags, recv};
use tokio::net::UnixStream;

/// A worker process that has greeted.
pub(super) struct Worker {
    /// Its process id.
    pub(super) id: u32,
    pub(super) socket: UnixStream,
    pub(super) pidfd: OwnedFd,
    /// Bytes of its reply that are not decoded yet.
    pub(super) inbox: Vec<u8>,
    /// Messages so far.
    pub(super) served: u32,
    /// Time it spent on them.
    pub(super) spent: Duration,
    /// Whether the one that takes its place is on its way already.
    pub(super) successor: Successor,
    /// Since when it has been ready.
    pub(super) idle_since: Instant,
}

/// Whether the worker that takes another's place was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Successor {
    Wanted,
    Ordered,
}

/// What has happened since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Workers started.
    pub started: u64,
    /// Workers that died, or were killed because they talked nonsense.
    pub died: u64,
    /// Workers killed at a deadline.
    pub timed_out: u64,
    /// Workers replaced after enough messages, or after one they could not read.
    pub recycled: u64,
}

/// Whether the other side is still there. Costs one system call, and spares a message the attempt
/// on a worker that died while it was idle.
pub(super) fn is_open(socket: &UnixStream) -> bool {
    let peeked = recv(socket, &mut [0_u8; 1], RecvFlags::PEEK | RecvFlags::DONTWAIT);
    matches!(peeked, Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR))
}
