//! One message's way through everything below: read, detect, judge, plan, write down.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::action::{self, Action, HeaderField};
use crate::audit::{self, Event};
use crate::config::{Config, Mode};
use crate::diagnostic::Diagnostics;
use crate::engine::Engine;
use crate::extract::Input;
use crate::finding::Finding;
use crate::policy::{Envelope, Evidence, Judgement, Network, Policy};
use crate::text::{Reading, Unread};
use crate::worker::{Fault, Pool, Sealed};
use crate::{engine, policy, rules};

/// Texts up to this size are scanned on the thread that is at it; larger ones on a thread of their
/// own, so that they hold up nobody else's conversation. At 100 MB/s this many bytes take 1 ms,
/// while a hop to another thread and back costs 20 to 50 microseconds.
const SCAN_IN_PLACE: usize = 128 * 1024;

/// Config, rules and policy as one immutable whole. A message is judged by one snapshot from its
/// MAIL command to its verdict.
pub struct Snapshot {
    /// The config as loaded.
    pub config: Config,
    /// The compiled rules.
    pub engine: Engine,
    /// The compiled policy.
    pub policy: Policy,
    /// Which addresses are ours.
    pub network: Network,
}

/// A message as it came.
pub struct Message {
    /// Header and body.
    pub bytes: Sealed,
    /// The header fields as the MTA handed them over.
    pub header: Vec<HeaderField>,
    /// What of it never reached a worker: the rest of a message past its size limit.
    pub unread: Vec<Unread>,
}

/// What a message was found to be.
pub struct Examination {
    /// What the worker made of it.
    pub reading: Reading,
    /// What the rules found.
    pub findings: Vec<Finding>,
    /// What could not be read or scanned.
    pub unread: Vec<Unread>,
    /// Who sends to whom.
    pub envelope: Envelope,
    /// What policy says.
    pub judgement: Judgement,
}
