//! The system calls that reading a message takes; any other ends the worker.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp,
    SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

/// Installs the filter for all threads of this process.
pub(super) fn install() -> Result<(), Error> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let filter: BpfProgram =
        SeccompFilter::new(rules()?, SeccompAction::KillProcess, SeccompAction::Allow, arch)?
            .try_into()?;
    seccompiler::apply_filter_all_threads(&filter)
}

/// Calls that are allowed whatever their arguments.
const ALWAYS: &[i64] = &[
    // The socket, and standard error for the place of a panic where that is shown.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_recvmsg,
    libc::SYS_close,
    // The memfd of a large message.
    libc::SYS_pread64,
    libc::SYS_fstat,
    // The allocator.
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    // Time, random seeds of hash tables, locks that nobody contends.
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    libc::SYS_futex,
    // Threads of networks that wait for each other.
    libc::SYS_sched_yield,
    // The end, also by abort, and signals on the way.
    libc::SYS_exit_group,
    libc::SYS_exit,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigaction,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_getpid,
    libc::SYS_gettid,
];

fn rules() -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
    let mut rules: BTreeMap<_, _> = ALWAYS.iter().map(|call| (*call, Vec::new())).collect();
    // Memory, never executable.
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        rules.insert(call, vec![SeccompRule::new(vec![without(2, libc::PROT_EXEC)?])?]);
    }
    // To see a memfd's seals, and whether a descriptor is open, which debug builds ask before
    // they close one.
    let seals = SeccompRule::new(vec![is(1, libc::F_GET_SEALS)?])?;
    let open = SeccompRule::new(vec![is(1, libc::F_GETFD)?])?;
    rules.insert(libc::SYS_fcntl, vec![seals, open]);
    // A signal, to itself alone: how abort ends a process.
    let own = i32::try_from(std::process::id()).unwrap_or(i32::MAX);
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![is(0, own)?])?]);
    Ok(rules)
}

fn is(argument: u8, value: i32) -> Result<SeccompCondition, BackendError> {
    compare(argument, SeccompCmpOp::Eq, value as u64)
}

fn without(argument: u8, bits: i32) -> Result<SeccompCondition, BackendError> {
    let bits = bits as u64;
    compare(argument, SeccompCmpOp::MaskedEq(bits), 0)
}

fn compare(argument: u8, how: SeccompCmpOp, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, how, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_compiles_for_every_processor_we_build_for() {
        for arch in [TargetArch::x86_64, TargetArch::aarch64] {
            let filter = SeccompFilter::new(
                rules().unwrap(),
                SeccompAction::KillProcess,
                SeccompAction::Allow,
                arch,
            );
            assert!(BpfProgram::try_from(filter.unwrap()).is_ok());
        }
    }

    #[test]
    fn no_call_that_reaches_out_is_allowed() {
        let rules = rules().unwrap();
        for call in [
            libc::SYS_openat,
            libc::SYS_socket,
            libc::SYS_connect,
            libc::SYS_sendmsg,
            libc::SYS_accept4,
            libc::SYS_clone,
            libc::SYS_execve,
            libc::SYS_ptrace,
            libc::SYS_kill,
            libc::SYS_prctl,
            libc::SYS_ioctl,
        ] {
            assert!(!rules.contains_key(&call), "{call}");
        }
    }
}
