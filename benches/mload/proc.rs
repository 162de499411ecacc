//! CPU time and memory of a process and its children, from /proc (proc(5)).

use std::fs;
use std::time::Duration;

/// Clock ticks a second in /proc/PID/stat: 100 on every Linux that Rust's std runs on.
const TICKS: u64 = 100;

/// User and system time of `pid`, of what it waited for, and of all its living descendants.
pub fn cpu(pid: u32) -> Duration {
    let ticks: u64 = family(pid).into_iter().filter_map(stat).map(|stat| stat.ticks).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

/// Resident and proportional memory of `pid` and its descendants, in KiB.
pub fn memory(pid: u32) -> (u64, u64) {
    let field = |pid: u32, name: &str| -> u64 {
        let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    };
    let sum = |name| family(pid).into_iter().map(|pid| field(pid, name)).sum();
    (sum("Rss:"), sum("Pss:"))
}

/// How many processes `pid` and its descendants are.
pub fn processes(pid: u32) -> usize {
    family(pid).len()
}

struct Stat {
    parent: u32,
    ticks: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold anything; fields are counted behind it.
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let ticks = (11..=14).map(|index| number(index).unwrap_or(0)).sum();
    Some(Stat { parent: number(1)?.try_into().ok()?, ticks })
}

fn family(pid: u32) -> Vec<u32> {
    let all: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, stat(pid)?.parent)))
        .collect();
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        family.extend(all.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    family
}
