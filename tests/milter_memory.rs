//! A thousand large messages at a time: in a process of its own, since its memory is measured.

#![allow(clippy::unwrap_used)]

#[path = "support/idle.rs"]
mod idle;

use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use phi_milter::milter::{self, Listener};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

const CONNECTIONS: usize = 1000;
const CHUNK: usize = 65_535;
const MIB: u64 = 1 << 20;

/// Enough that all messages together would be of 2 GiB.
const ROUNDS: usize = 32;

#[test]
fn a_thousand_large_messages_stay_within_the_memory_that_is_set_for_all() {
    // For each message both ends of its connection and the file that it is kept in.
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.sock");
    let config = idle::config(&path);
    let allowed = config.limits.in_flight.0;
    let listener = Listener::bind(&config.milter).unwrap();
    let judge = Arc::new(idle::Idle(Arc::new(config)));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let daemon = runtime.spawn(milter::run(listener, judge, std::future::pending()));

    let mut sending: Vec<UnixStream> = (0..CONNECTIONS)
        .map(|_| {
            let mut mta = UnixStream::connect(&path).unwrap();
            idle::negotiate(&mut mta);
            idle::say(&mut mta, b'M', b"<a@inside.example>\0");
            assert_eq!(idle::hear(&mut mta).0, b'c');
            idle::say(&mut mta, b'R', b"<b@outside.example>\0");
            idle::say(&mut mta, b'N', b"");
            mta
        })
        .collect();
    let chunk = vec![b'x'; CHUNK];
    let mut refused = Vec::new();
    let mut most = 0;
    for _ in 0..ROUNDS {
        let mut still = Vec::with_capacity(sending.len());
        for mut mta in sending {
            idle::say(&mut mta, b'B', &chunk);
            match idle::hear(&mut mta) {
                (b'c', _) => still.push(mta),
                (kind, text) => {
                    assert_eq!((kind, text.starts_with(b"451 4.3.2 ")), (b'y', true));
                    refused.push(mta);
                }
            }
        }
        sending = still;
        most = most.max(message_files());
    }
    assert!(most > allowed / 2 && most <= allowed, "{} MiB in message files", most / MIB);
    let resident = peak_resident();
    assert!(resident + most < 1024 * MIB, "{} MiB resident beside them", resident / MIB);
    assert!(sending.len() + refused.len() == CONNECTIONS && !sending.is_empty());

    // What was taken is finished, and who was refused may try again.
    let (taken, again) = (sending.len(), refused.len().min(50));
    for mut mta in sending {
        idle::say(&mut mta, b'E', b"");
        assert_eq!(idle::hear(&mut mta).0, b'c');
    }
    for mta in refused.iter_mut().take(again) {
        idle::say(mta, b'M', b"<a@inside.example>\0");
        assert_eq!(idle::hear(mta).0, b'c');
    }
    assert!(taken * ROUNDS * CHUNK <= allowed as usize && again > 0);
    daemon.abort();
}

/// Bytes of the files in memory that hold messages: they count as nobody's resident memory.
fn message_files() -> u64 {
    let files = std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| {
        let path = entry.ok()?.path();
        let target = std::fs::read_link(&path).ok()?;
        let is_message = target.to_string_lossy().starts_with("/memfd:message");
        is_message.then(|| std::fs::metadata(&path).map_or(0, |file| file.blocks() * 512))
    });
    files.sum()
}

fn peak_resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}
