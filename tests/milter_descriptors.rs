//! Out of descriptors: in a process of its own, since the limit holds for all of it.

#![allow(clippy::unwrap_used)]

#[path = "support/idle.rs"]
mod idle;

use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use phi_milter::milter::{self, Listener};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

#[test]
fn running_out_of_descriptors_costs_waiting_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.sock");
    let config = idle::config(&path);
    let listener = Listener::bind(&config.milter).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();

    // They wait in the kernel's queue until there are descriptors for our end of them.
    let clients: Vec<UnixStream> = (0..20).map(|_| UnixStream::connect(&path).unwrap()).collect();
    let open = std::fs::read_dir("/proc/self/fd").unwrap().count() as u64;
    let before = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(open + 2), ..before }).unwrap();
    let judge = Arc::new(idle::Idle(Arc::new(config)));
    let daemon = runtime.spawn(milter::run(listener, judge, std::future::pending()));
    std::thread::sleep(Duration::from_millis(500));
    assert!(!daemon.is_finished(), "the daemon ended when a descriptor was missing");

    // Who leaves makes room for the one that waited longest.
    for mut client in clients {
        idle::negotiate(&mut client);
        idle::say(&mut client, b'M', b"<a@inside.example>\0");
        assert_eq!(idle::hear(&mut client).0, b'c');
    }
    setrlimit(Resource::Nofile, before).unwrap();
    daemon.abort();
}
