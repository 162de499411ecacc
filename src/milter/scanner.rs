//! What judges messages in the daemon: the pipeline, with the workers and the snapshot in force.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::judge::{Ending, Extent, Judge, Judged, Received};
use crate::action::Fault;
use crate::audit::{self, Event};
use crate::config::Config;
use crate::pipeline::{self, Handled, Message, Snapshot};
use crate::policy::{Address, Envelope};
use crate::text::{Cause, PartPath, Unread};
use crate::worker::{Crew, Sealed};

/// The pipeline, the workers, and what is in force.
pub struct Scanner {
    in_force: Arc<ArcSwap<Snapshot>>,
    crew: Crew,
}

impl Scanner {
    /// Judges by whatever `in_force` holds when a message begins.
    #[must_use]
    pub const fn new(in_force: Arc<ArcSwap<Snapshot>>, crew: Crew) -> Self {
        Self { in_force, crew }
    }
}

impl Judge for Scanner {
    type Snapshot = Snapshot;
    type Record = Event;

    fn snapshot(&self) -> Arc<Snapshot> {
        self.in_force.load_full()
    }

    fn config(snapshot: &Snapshot) -> &Config {
        &snapshot.config
    }

    async fn judge(
        &self,
        snapshot: &Arc<Snapshot>,
        received: &Received,
        bytes: Sealed,
    ) -> Judged<Event> {
        let unread = match received.extent {
            Extent::Whole => Vec::new(),
            Extent::CutOff => {
                vec![Unread { part: PartPath::root(), file: None, cause: Cause::TooLarge }]
            }
        };
        let message = Message {
            queue_id: received.queue_id.as_deref().unwrap_or_default(),
            bytes,
            size: received.size,
            header: &received.header,
            unread,
            envelope: envelope(received),
        };
        judged(pipeline::handle(snapshot, &self.crew, message).await)
    }

    fn own_fault(
        &self,
        snapshot: &Arc<Snapshot>,
        received: &Received,
        fault: Fault,
    ) -> Judged<Event> {
        judged(pipeline::own_fault(
            &snapshot.config,
            received.queue_id.as_deref().unwrap_or_default(),
            &envelope(received),
            &received.header,
            fault,
            fault.name().to_owned(),
        ))
    }

    fn record(&self, mut event: Event, ending: Ending) {
        if ending == Ending::NotDone {
            event = event.not_done();
        }
        audit::record(&event);
    }
}

fn judged(handled: Handled) -> Judged<Event> {
    Judged { actions: handled.actions, record: handled.event }
}

fn envelope(received: &Received) -> Envelope {
    Envelope {
        sender: Address::parse(&received.sender),
        recipients: received.recipients.iter().map(|raw| Address::parse(raw)).collect(),
        login: received.login.clone(),
        // No client at all is what `scan` has. One that the MTA does not name, or names "unknown",
        // is nobody whom an address could make believable.
        client: Some(received.client.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED))),
        tls: received.tls.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::policy::{Network, Side};

    #[test]
    fn a_client_that_the_mta_does_not_name_is_not_believed() {
        let network = Network::new(&config::Network {
            inside: vec!["hospital.example".into()],
            ..config::Network::default()
        });
        let mut received =
            Received { sender: b"jane@hospital.example".to_vec(), ..Received::default() };
        assert_eq!(network.sender_side(&envelope(&received)), Side::Outside);
        received.client = "127.0.0.1".parse().ok();
        assert_eq!(network.sender_side(&envelope(&received)), Side::Inside);
    }
}
