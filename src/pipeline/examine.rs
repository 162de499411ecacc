//! A message read, scanned and judged, with nothing done to it.

use std::future::pending;
use std::panic::resume_unwind;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tokio::time::timeout_at;

use super::{Snapshot, looking};
use crate::engine::{Detection, Spares};
use crate::extract::Input;
use crate::finding::Finding;
use crate::policy::{Address, Envelope, Evidence, Judgement};
use crate::text::{Reading, Unread};
use crate::worker::{self, Crew, Sealed};

/// Texts up to this many bytes are scanned on the thread that is at it; more on a thread of their
/// own, so that they hold up nobody else's conversation. At 100 MB/s this many take 0.3 ms, while a
/// hop to another thread and back costs 20 to 50 microseconds.
const SCAN_IN_PLACE: usize = 32 * 1024;

/// Turns for long scans, one a core: each takes a thread, and memory for the state of its search.
static LONG_SCANS: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(worker::cores())));

/// Who sends to whom.
pub enum Parties {
    /// As the MTA says.
    Envelope(Envelope),
    /// As the message's own header says, but for what is given.
    Header {
        /// The sender, instead of From.
        from: Option<String>,
        /// The recipients, instead of To, Cc and Bcc.
        to: Vec<String>,
    },
}

impl Parties {
    fn envelope(self, reading: &Reading) -> Envelope {
        let (from, to) = match self {
            Self::Envelope(envelope) => return envelope,
            Self::Header { from, to } => (from, to),
        };
        let named = &reading.addresses;
        let from = from.or_else(|| named.from.as_ref().map(|a| a.expose().clone()));
        let recipients = if to.is_empty() {
            named.to.iter().map(|a| Address::parse(a.expose().as_bytes())).collect()
        } else {
            to.iter().map(|a| Address::parse(a.as_bytes())).collect()
        };
        let sender = Address::parse(from.unwrap_or_default().as_bytes());
        Envelope { sender, recipients, ..Envelope::default() }
    }
}

/// What a message was found to be.
pub struct Examination {
    /// What the worker made of it, its `unread` aside.
    pub reading: Reading,
    /// What the rules found.
    pub findings: Vec<Finding>,
    /// What counts people of the findings beyond those.
    pub spares: Spares,
    /// What could not be read or scanned.
    pub unread: Vec<Unread>,
    /// Who sends to whom.
    pub envelope: Envelope,
    /// What policy says.
    pub judgement: Judgement,
}

impl Examination {
    /// What was found in it. `size` is how many bytes the message has.
    #[must_use]
    pub fn evidence(&self, size: u64) -> Evidence<'_> {
        Evidence {
            findings: &self.findings,
            spares: Some(&self.spares),
            facts: &self.reading.facts,
            unread: &self.unread,
            texts: &self.reading.texts,
            size,
        }
    }
}

/// What is known of a message or document besides its bytes.
pub struct Known {
    /// How many bytes it has in all.
    pub size: u64,
    /// What of them is missing.
    pub unread: Vec<Unread>,
    /// Who sends to whom.
    pub parties: Parties,
}

impl Known {
    /// Nothing is missing.
    #[must_use]
    pub fn whole(bytes: &Sealed, parties: Parties) -> Self {
        Self { size: bytes.len(), unread: Vec::new(), parties }
    }
}

/// Which findings are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sought {
    /// All that can be had.
    All,
    /// As many as are needed to know what is to be done.
    Deciding,
}

/// Reads, scans and judges a message or document, without doing anything to it.
///
/// # Errors
/// When no worker could be had: a fault of our own.
pub async fn examine(
    snapshot: &Arc<Snapshot>,
    crew: &Crew,
    input: &Input,
    bytes: &Sealed,
    known: Known,
    sought: Sought,
) -> Result<Examination, worker::Fault> {
    let Known { size, mut unread, parties } = known;
    let limits = &snapshot.config.limits;
    let deadline = Instant::now() + limits.time.0;
    let passwords = &snapshot.passwords;
    let mut reading = crew.readers.read(bytes, input, passwords, limits.message, deadline).await?;
    looking::look(&mut reading, crew, limits.time.0, deadline).await;
    if !snapshot.config.images.radiographs {
        reading.facts.retain(|fact| fact.looks.is_none());
    }
    fail::fail_point!("pipeline-panic", |_| quote_in_panic(&reading));
    unread.append(&mut reading.unread);
    let envelope = parties.envelope(&reading);
    let case = Case { reading, unread, envelope, size };
    let (case, found) = detect(snapshot, case, sought, deadline).await;
    let judgement =
        snapshot.policy.judge(&snapshot.network, &case.envelope, &case.evidence(&found));
    let Case { reading, unread, envelope, .. } = case;
    let Found { findings, spares } = found;
    Ok(Examination { reading, findings, spares, unread, envelope, judgement })
}

/// A message that was read.
struct Case {
    reading: Reading,
    unread: Vec<Unread>,
    envelope: Envelope,
    size: u64,
}

/// What was found in a message that was read.
struct Found {
    findings: Vec<Finding>,
    spares: Spares,
}

impl Case {
    fn evidence<'a>(&'a self, found: &'a Found) -> Evidence<'a> {
        Evidence {
            findings: &found.findings,
            spares: Some(&found.spares),
            facts: &self.reading.facts,
            unread: &self.unread,
            texts: &self.reading.texts,
            size: self.size,
        }
    }

    /// Findings in the message. What there was no time for joins its unread.
    fn findings(&mut self, snapshot: &Snapshot, sought: Sought, deadline: Instant) -> Found {
        let Snapshot { engine, policy, network, .. } = snapshot;
        if sought == Sought::Deciding {
            let Detection { findings, spares, unread } =
                engine.scan_leading(&self.reading, deadline);
            let found = Found { findings, spares };
            let evidence = self.evidence(&found);
            if unread.is_empty() && !policy.wants_more(network, &self.envelope, &evidence) {
                return found;
            }
        }
        let Detection { findings, spares, unread } = engine.scan(&self.reading, deadline);
        self.unread.extend(unread);
        Found { findings, spares }
    }
}

/// Scans a short text here, and a long one on a thread of its own: who waits for it can go on with
/// other things, such as telling the MTA that we are at work.
async fn detect(
    snapshot: &Arc<Snapshot>,
    mut case: Case,
    sought: Sought,
    deadline: Instant,
) -> (Case, Found) {
    if case.reading.text_bytes() <= SCAN_IN_PLACE {
        let found = case.findings(snapshot, sought, deadline);
        return (case, found);
    }
    // Who gets no turn in time scans all the same, and finds at once that its time is up.
    let turn = timeout_at(deadline.into(), Arc::clone(&LONG_SCANS).acquire_owned()).await;
    let snapshot = Arc::clone(snapshot);
    let scanned = tokio::task::spawn_blocking(move || {
        fail::fail_point!("long-scan");
        let found = case.findings(&snapshot, sought, deadline);
        drop(turn);
        (case, found)
    });
    match scanned.await.map_err(JoinError::try_into_panic) {
        Ok(scanned) => scanned,
        Err(Ok(panic)) => resume_unwind(panic),
        // The daemon is at its end, and nobody waits for an answer.
        Err(Err(_)) => pending().await,
    }
}

/// The worst that a panic could do: its message is the text of the mail.
#[cfg(feature = "failpoints")]
fn quote_in_panic(reading: &Reading) -> Result<Examination, worker::Fault> {
    let texts: Vec<_> = reading.texts.iter().map(|text| text.content.expose().as_str()).collect();
    panic!("{}", texts.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::text::HeaderAddresses;

    fn reading() -> Reading {
        let addresses = HeaderAddresses {
            from: Some(Secret::new("a@one.test".into())),
            to: vec![Secret::new("b@two.test".into()), Secret::new("c@three.test".into())],
            message_id: None,
        };
        Reading { addresses, ..Reading::default() }
    }

    #[test]
    fn without_an_envelope_the_header_names_sender_and_recipients() {
        let parties = Parties::Header { from: None, to: Vec::new() };
        let envelope = parties.envelope(&reading());
        assert_eq!(envelope.sender.as_str(), "a@one.test");
        assert_eq!(envelope.recipients.len(), 2);
    }

    #[test]
    fn what_is_given_goes_before_what_the_header_names() {
        let to = vec!["x@four.test".to_owned()];
        let parties = Parties::Header { from: Some("y@five.test".into()), to };
        let envelope = parties.envelope(&reading());
        assert_eq!(envelope.sender.as_str(), "y@five.test");
        let recipients: Vec<_> = envelope.recipients.iter().map(Address::as_str).collect();
        assert_eq!(recipients, ["x@four.test"]);
    }
}
