//! What a session asks of the layers below: the pipeline in the daemon, a double in tests.

use std::net::IpAddr;
use std::sync::Arc;

use crate::action::{Action, Fault, HeaderField};
use crate::config::Config;
use crate::worker::Sealed;

/// Judges messages.
pub trait Judge: Send + Sync + 'static {
    /// Config, rules and policy at one time. A session takes it once a message, so that each
    /// message sees one of them and a reload is taken at the next.
    type Snapshot: Send + Sync + 'static;

    /// What is to be written down of a message.
    type Record: Send;

    /// What is in force now.
    fn snapshot(&self) -> Arc<Self::Snapshot>;

    /// The config in a snapshot.
    fn config(snapshot: &Self::Snapshot) -> &Config;

    /// Judges a message. May be dropped before it ends: when the MTA is gone.
    fn judge(
        &self,
        snapshot: &Arc<Self::Snapshot>,
        received: &Received,
        message: Sealed,
    ) -> impl Future<Output = Judged<Self::Record>> + Send;

    /// What is done to a message that a fault of our own keeps from being judged. When that is a
    /// reply and nothing else, it may be given before the message is at its end.
    fn own_fault(
        &self,
        snapshot: &Arc<Self::Snapshot>,
        received: &Received,
        fault: Fault,
    ) -> Judged<Self::Record>;

    /// Writes down what became of a message, after it was done.
    fn record(&self, record: Self::Record, ending: Ending);
}

/// A message as the MTA handed it over, its text aside.
#[derive(Default)]
pub struct Received {
    /// The MTA's name for the message, which its log lines bear; `None` when it has none yet.
    pub queue_id: Option<String>,
    /// The client's address, `None` when the MTA does not say.
    pub client: Option<IpAddr>,
    /// The name that the client logged in with (RFC 4954).
    pub login: Option<String>,
    /// The version of TLS on the client's connection.
    pub tls: Option<String>,
    /// The MTA's name for the service that took the message.
    pub daemon: Option<String>,
    /// The envelope sender without its angle brackets; empty for the null sender.
    pub sender: Vec<u8>,
    /// The envelope recipients without their angle brackets.
    pub recipients: Vec<Vec<u8>>,
    /// The header fields that [`action::concerns`](crate::action::concerns) names.
    pub header: Vec<HeaderField>,
    /// Bytes that the MTA handed over, those included that were not kept.
    pub size: u64,
    /// Whether all of it was kept.
    pub extent: Extent,
}

/// How much of a message was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// All of it.
    #[default]
    Whole,
    /// Its beginning: it is larger than `limits.message`, and the rest is unread.
    CutOff,
}

/// What is to be done to a message and written down of it.
pub struct Judged<R> {
    /// In this order.
    pub actions: Vec<Action>,
    /// Afterwards.
    pub record: R,
}

/// How a message ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything was done.
    Done,
    /// The MTA did not take an action: the message was answered 451.
    NotDone,
}
