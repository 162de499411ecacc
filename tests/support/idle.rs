//! A judge that accepts everything, and an MTA's first words, for tests in a process of their own.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use phi_milter::action::{self, Fault};
use phi_milter::config::Config;
use phi_milter::milter::{Ending, Judge, Judged, Received};
use phi_milter::worker::Sealed;

pub struct Idle(pub Arc<Config>);

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
    fn own_fault(&self, config: &Arc<Config>, _: &Received, fault: Fault) -> Judged<()> {
        Judged { actions: action::own_fault(config.on_failure, fault, "id", &[]), record: () }
    }
    fn record(&self, (): (), _: Ending) {}
}

/// A config whose socket is `path`.
pub fn config(path: &Path) -> Config {
    let mut config = Config::default();
    config.milter.socket = format!("unix:{}", path.display());
    config.milter.socket_group = String::new();
    config
}

/// Says one thing in the milter protocol.
pub fn say(mta: &mut UnixStream, kind: u8, payload: &[u8]) {
    let mut packet = (payload.len() as u32 + 1).to_be_bytes().to_vec();
    packet.push(kind);
    packet.extend_from_slice(payload);
    mta.write_all(&packet).unwrap();
}

/// The kind and text of the milter's next answer.
pub fn hear(mta: &mut UnixStream) -> (u8, Vec<u8>) {
    mta.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut start = [0; 5];
    mta.read_exact(&mut start).unwrap();
    let length = u32::from_be_bytes([start[0], start[1], start[2], start[3]]) - 1;
    let mut payload = vec![0; length as usize];
    mta.read_exact(&mut payload).unwrap();
    (start[4], payload)
}

/// Offers everything of protocol 6, and hears that the milter agrees.
pub fn negotiate(mta: &mut UnixStream) {
    say(mta, b'O', &[0, 0, 0, 6, 0, 0, 1, 0xff, 0, 0x1f, 0xff, 0xff]);
    assert_eq!(hear(mta).0, b'O');
}
