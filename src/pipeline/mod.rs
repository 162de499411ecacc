//! One message's way through everything below: read, detect, judge, plan, write down.

mod examine;
mod looking;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::action::{self, Action, HeaderField, Occasion};
use crate::audit::{Event, Incident, Outcome};
use crate::config::{self, Config, LogFindings, Mode, OnFailure};
use crate::diagnostic::Diagnostics;
use crate::engine::{Engine, Leading};
use crate::extract::Input;
use crate::finding::Finding;
use crate::policy::{self, Envelope, Network, Policy, Verdict};
use crate::rules;
use crate::secret::Secret;
use crate::text::Unread;
use crate::worker::{Crew, Sealed};

pub use examine::{Examination, Known, Parties, Sought, examine};

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
    /// The passwords of the config's list.
    pub passwords: Vec<Secret<String>>,
}

impl Snapshot {
    /// Loads config, rules and policy, and runs the rules' own tests. With them come warnings.
    ///
    /// # Errors
    /// Everything that is wrong with the files; then none of them may come into force.
    pub fn load(config: Option<&Path>) -> Result<(Self, Diagnostics), Diagnostics> {
        let (config, mut warnings) = config::load(config)?;
        let passwords = config.read.passwords()?;
        let folders = config.rules.folders()?;
        let (set, found) = rules::load(&folders, &config.rules.disable)?;
        warnings.extend(found);
        let known = |id: &str| set.rules().iter().any(|rule| &*rule.id == id);
        let mut loaded = policy::load(&config.rules.policy_file()?, &known);
        let leading = match &mut loaded {
            Ok((policy, _)) => policy.led_by(set.rules()),
            Err(_) => Leading::all(set.rules()),
        };
        // What is wrong with rules comes before what is wrong with a policy that names them.
        let engine = Engine::new(set, &leading)?;
        let (policy, found) = loaded?;
        warnings.extend(found);
        let network = Network::new(&config.network);
        Ok((Self { config, engine, policy, network, passwords }, warnings))
    }
}

/// A message as it came.
pub struct Message<'a> {
    /// The MTA's name for it; empty when it has none.
    pub queue_id: &'a str,
    /// Header and body, as far as they were kept.
    pub bytes: Sealed,
    /// Bytes in all.
    pub size: u64,
    /// The fields that [`action::concerns`] names.
    pub header: &'a [HeaderField],
    /// What of it never came as far as a worker.
    pub unread: Vec<Unread>,
    /// Who sends to whom.
    pub envelope: Envelope,
}

/// What is to be done to a message, and what is to be written down of it.
pub struct Handled {
    /// In this order.
    pub actions: Vec<Action>,
    /// One line.
    pub event: Event,
}

/// Judges a message in the daemon. A fault of our own is handled as `on-failure` says.
pub async fn handle(snapshot: &Arc<Snapshot>, crew: &Crew, mut message: Message<'_>) -> Handled {
    let started = Instant::now();
    let parties = Parties::Envelope(message.envelope.clone());
    let unread = std::mem::take(&mut message.unread);
    let sought = match snapshot.config.log.findings {
        LogFindings::All => Sought::All,
        LogFindings::Deciding => Sought::Deciding,
    };
    let known = Known { size: message.size, unread, parties };
    let examined = examine(snapshot, crew, &Input::Message, &message.bytes, known, sought).await;
    match examined {
        Ok(examination) => conclude(snapshot, &message, &examination, started.elapsed()),
        Err(fault) => own_fault(
            &snapshot.config,
            message.queue_id,
            &message.envelope,
            message.header,
            action::Fault::NoWorker,
            fault.to_string(),
        ),
    }
}

/// What is done with a message that a fault of our own keeps from being judged. In monitor mode
/// that is nothing, as with any verdict; the line is an error all the same.
#[must_use]
pub fn own_fault(
    config: &Config,
    queue_id: &str,
    envelope: &Envelope,
    header: &[HeaderField],
    fault: action::Fault,
    words: String,
) -> Handled {
    let incident = Incident::new();
    let verdict = match (config.mode, config.on_failure) {
        (Mode::Monitor, _) => Verdict::Accept,
        (Mode::Enforce, OnFailure::Defer) => Verdict::Defer,
        (Mode::Enforce, OnFailure::Quarantine) => Verdict::Quarantine,
        (Mode::Enforce, OnFailure::Tag) => Verdict::Tag,
    };
    let outcome = Outcome::Failed { verdict, fault: words };
    let mut event = Event::new(queue_id, envelope, outcome);
    event.incident = Some(incident);
    let actions = match config.mode {
        Mode::Monitor => Vec::new(),
        Mode::Enforce => action::own_fault(config.on_failure, fault, incident.as_str(), header),
    };
    Handled { actions, event }
}

fn conclude(
    snapshot: &Snapshot,
    message: &Message<'_>,
    examination: &Examination,
    elapsed: Duration,
) -> Handled {
    let config = &snapshot.config;
    let incident = Incident::new();
    let judgement = examination.judgement.clone();
    let actions = match config.mode {
        Mode::Monitor => Vec::new(),
        Mode::Enforce => {
            let occasion = Occasion {
                incident: incident.as_str(),
                titles: &titles(snapshot, &examination.findings),
                header: message.header,
                subject: &config.subject,
                scan_header: config.milter.scan_header,
            };
            action::plan(&judgement.decision, &occasion)
        }
    };
    let outcome = Outcome::Judged { mode: config.mode, judgement };
    let mut event = Event::new(message.queue_id, &message.envelope, outcome)
        .with_evidence(&examination.evidence(message.size));
    event.incident = Some(incident);
    event.parts = examination.reading.parts;
    event.elapsed = elapsed;
    Handled { actions, event }
}

/// The titles of the rules that found something, each once, for replies that ask for them.
fn titles<'s>(snapshot: &'s Snapshot, findings: &[Finding]) -> Vec<&'s str> {
    let mut ids: Vec<&str> = findings.iter().map(|finding| &*finding.rule).collect();
    ids.sort_unstable();
    ids.dedup();
    let rules = snapshot.engine.rules().iter();
    rules.filter(|rule| ids.binary_search(&&*rule.id).is_ok()).map(|rule| &*rule.title).collect()
}
