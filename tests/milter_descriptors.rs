//! Out of descriptors: in a process of its own, since the limit holds for all of it.

#![allow(clippy::unwrap_used)]

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use phi_milter::action::Fault;
use phi_milter::config::Config;
use phi_milter::milter::{self, Ending, Judge, Judged, Listener, Received};
use phi_milter::worker::Sealed;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

struct Idle(Arc<Config>);

impl Judge for Idle {
    type Snapshot = Config;
    type Record = ();
    fn snapshot(&self) -> Arc<Config> {
        Arc::clone(&self.0)
    }
    fn config(snapshot: &Config) -> &Config {
        snapshot
    }
    async fn judge(&self, _: &Arc<Config>, _: &Received, _: Sealed) -> Judged<()> {
        Judged { actions: Vec::new(), record: () }
    }
    fn own_fault(&self, _: &Arc<Config>, _: &Received, _: Fault) -> Judged<()> {
        Judged { actions: Vec::new(), record: () }
    }
    fn record(&self, (): (), _: Ending) {}
}

#[test]
fn running_out_of_descriptors_costs_waiting_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.sock");
    let mut config = Config::default();
    config.milter.socket = format!("unix:{}", path.display());
    config.milter.socket_group = String::new();
    let listener = Listener::bind(&config.milter).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();

    // They wait in the kernel's queue until there are descriptors for our end of them.
    let clients: Vec<UnixStream> = (0..20).map(|_| UnixStream::connect(&path).unwrap()).collect();
    let open = std::fs::read_dir("/proc/self/fd").unwrap().count() as u64;
    let before = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(open + 2), ..before }).unwrap();
    let judge = Arc::new(Idle(Arc::new(config)));
    let daemon = runtime.spawn(milter::run(listener, judge, std::future::pending()));
    std::thread::sleep(Duration::from_millis(500));
    assert!(!daemon.is_finished(), "the daemon ended when a descriptor was missing");

    let mut served = 0;
    // Who leaves makes room for the one that waited longest.
    for mut client in clients {
        served += usize::from(negotiates(&mut client));
    }
    assert_eq!(served, 20);
    setrlimit(Resource::Nofile, before).unwrap();
    daemon.abort();
}

/// Offers nothing and waits for the milter to agree.
fn negotiates(client: &mut UnixStream) -> bool {
    use std::io::Write;
    client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut offer = vec![0, 0, 0, 13, b'O', 0, 0, 0, 6];
    offer.extend([0, 0, 1, 0xff, 0, 0x1f, 0xff, 0xff]);
    let mut start = [0; 5];
    client.write_all(&offer).is_ok() && client.read_exact(&mut start).is_ok() && start[4] == b'O'
}
