//! How a worker locks itself in, before it reads the first byte of a message.

use std::io;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus,
    Scope,
};
use rustix::process::{
    DumpableBehavior, Pid, Resource, Rlimit, Signal, getppid, set_dumpable_behavior,
    set_parent_process_death_signal, setrlimit,
};
use serde::{Deserialize, Serialize};

use super::filter;

/// One piece of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Piece {
    /// The worker ends with the process that started it.
    DiesWithParent,
    /// Nobody but root can look into its memory, and it leaves no core file.
    NotDumpable,
    /// It can gain no rights by running a program (`no_new_privs`).
    NoNewPrivileges,
    /// It can open no file and no network connection (Landlock, Linux 5.13 or later).
    Landlock,
    /// Memory, processor time, descriptors, files and processes are limited.
    ResourceLimits,
    /// It can make only the system calls that reading a message takes (seccomp).
    Seccomp,
}

impl Piece {
    /// All pieces, in the order in which they are put in place.
    pub const ALL: &'static [Piece] = &[
        Piece::DiesWithParent,
        Piece::NotDumpable,
        Piece::NoNewPrivileges,
        Piece::Landlock,
        Piece::ResourceLimits,
        Piece::Seccomp,
    ];

    /// The name used in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DiesWithParent => "parent-death signal",
            Self::NotDumpable => "no core dumps",
            Self::NoNewPrivileges => "no_new_privs",
            Self::ResourceLimits => "resource limits",
            Self::Landlock => "landlock",
            Self::Seccomp => "seccomp",
        }
    }

    /// The names of some pieces, for a line of output.
    #[must_use]
    pub fn list(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| piece.name()).collect::<Vec<_>>().join(", ")
    }
}

/// What a worker may use over its whole life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ceiling {
    /// Bytes of address space.
    pub(super) memory: u64,
    /// Seconds of processor time. The daemon replaces a worker before it comes near: this ends
    /// one that nobody watches any more.
    pub(super) processor: u64,
}

/// Descriptors: the socket twice (standard input is the same), null twice, a memfd.
const DESCRIPTORS: u64 = 8;

/// Puts the sandbox in place and names the pieces that hold. `start_threads` is called when files
/// and network are closed, which each thread inherits, and threads can still be started; the filter
/// of system calls then covers them all.
pub(super) fn enter(ceiling: Ceiling, parent: i32, start_threads: impl FnOnce()) -> Vec<Piece> {
    let put_in_place = |piece: &Piece| match piece {
        Piece::DiesWithParent => die_with(parent).is_ok(),
        Piece::NotDumpable => set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok(),
        Piece::NoNewPrivileges => rustix::thread::set_no_new_privs(true).is_ok(),
        Piece::ResourceLimits => limit(ceiling).is_ok(),
        Piece::Landlock => forbid_files_and_network().unwrap_or(false),
        Piece::Seccomp => {
            #[cfg(feature = "failpoints")]
            if super::faults::leaves_out_seccomp() {
                return false;
            }
            filter::install().is_ok()
        }
    };
    let (before, after): (Vec<Piece>, Vec<Piece>) =
        Piece::ALL.iter().partition(|piece| **piece <= Piece::Landlock);
    let mut in_force: Vec<Piece> = before.into_iter().filter(put_in_place).collect();
    start_threads();
    in_force.extend(after.into_iter().filter(put_in_place));
    in_force
}

fn die_with(parent: i32) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // It may have died before we asked.
    if getppid().map(Pid::as_raw_pid) == Some(parent) {
        Ok(())
    } else {
        Err(io::ErrorKind::NotFound.into())
    }
}

fn limit(ceiling: Ceiling) -> io::Result<()> {
    for (resource, most) in [
        (Resource::As, ceiling.memory),
        (Resource::Cpu, ceiling.processor),
        (Resource::Nofile, DESCRIPTORS),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nproc, 0),
        (Resource::Memlock, 0),
        (Resource::Msgqueue, 0),
    ] {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Denies all of what this kernel's Landlock knows. What an older one does not know (Debian 12's
/// has no network rules) is closed by the system call filter.
fn forbid_files_and_network() -> Result<bool, landlock::RulesetError> {
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V9))?
        .handle_access(AccessNet::from_all(ABI::V9))?
        .scope(Scope::from_all(ABI::V9))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}
