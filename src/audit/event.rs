//! What is known of one message when its way ends, and the line that says so.

use std::fmt::Write;
use std::time::Duration;

use super::escape;
use super::incident::Incident;
use super::tally::{RuleTally, UnreadTally, tally_rules, tally_unread};
use crate::config::{LogAddresses, LogLevel, Mode};
use crate::finding::{Confidence, Standing};
use crate::policy::{Address, Decision, Envelope, Evidence, Judgement, Verdict};
use crate::text::Fact;

/// One message, for the log. It holds envelope addresses, ids, names and numbers, and nothing
/// else of the message.
#[derive(Debug, Clone)]
pub struct Event {
    /// The MTA's queue id (macro `i`); empty when it has none.
    pub queue_id: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What the rules found.
    pub rules: Vec<RuleTally>,
    /// What structure proves, each once.
    pub facts: Vec<Fact>,
    /// What could not be read.
    pub unread: Vec<UnreadTally>,
    /// MAIL FROM.
    pub sender: Address,
    /// RCPT TO.
    pub recipients: Vec<Address>,
    /// The id that header and reply bear too.
    pub incident: Option<Incident>,
    /// Bytes of the message.
    pub size: u64,
    /// How many parts it has.
    pub parts: u32,
    /// From the end of the message to the verdict.
    pub elapsed: Duration,
}

/// What came of a message.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Policy judged it.
    Judged {
        /// In monitor mode the verdict acted on is accept, and the one judged is `would=`.
        mode: Mode,
        /// What policy says.
        judgement: Judgement,
    },
    /// A fault of our own kept it from being judged.
    Failed {
        /// What was done instead.
        verdict: Verdict,
        /// What failed, in plain words, with nothing of the message.
        fault: String,
    },
}

/// How many rules a line names.
const RULES: usize = 10;
/// How many recipients a line names.
const RECIPIENTS: usize = 2;
/// The longest address of RFC 5321 section 4.5.3.1: 64 octets, `@`, 255 octets.
const LONGEST_ADDRESS: usize = 320;
/// Queue ids of MTAs in use have at most 20 characters.
const LONGEST_QUEUE_ID: usize = 32;
/// A fault is one sentence.
const LONGEST_FAULT: usize = 300;

impl Event {
    /// A message about which nothing but its envelope and outcome is known.
    #[must_use]
    pub fn new(queue_id: impl Into<String>, envelope: &Envelope, outcome: Outcome) -> Self {
        Self {
            queue_id: queue_id.into(),
            outcome,
            rules: Vec::new(),
            facts: Vec::new(),
            unread: Vec::new(),
            sender: envelope.sender.clone(),
            recipients: envelope.recipients.clone(),
            incident: None,
            size: 0,
            parts: 0,
            elapsed: Duration::ZERO,
        }
    }

    /// Adds what was found in it.
    #[must_use]
    pub fn with_evidence(mut self, evidence: &Evidence<'_>) -> Self {
        self.rules = tally_rules(evidence.findings);
        self.facts = evidence.facts.iter().map(|proved| proved.fact).collect();
        self.facts.sort_unstable();
        self.facts.dedup();
        self.unread = tally_unread(evidence.unread);
        self.size = evidence.size;
        self
    }

    /// The same message, when the MTA did not take what was to be done to it and 451 was answered.
    #[must_use]
    pub fn not_done(mut self) -> Self {
        let fault = "the MTA did not take an action".to_owned();
        self.outcome = Outcome::Failed { verdict: Verdict::Defer, fault };
        self
    }

    /// What is done to the message.
    pub const fn verdict(&self) -> Verdict {
        match &self.outcome {
            Outcome::Judged { mode: Mode::Enforce, judgement } => judgement.decision.verdict,
            Outcome::Judged { mode: Mode::Monitor, .. } => Verdict::Accept,
            Outcome::Failed { verdict, .. } => *verdict,
        }
    }

    /// What would be done, where that differs: without monitor mode, of the config or of a policy,
    /// and with rules on trial counting.
    #[must_use]
    pub fn would(&self) -> Option<&Decision> {
        match &self.outcome {
            Outcome::Failed { .. } => None,
            Outcome::Judged { mode: Mode::Enforce, judgement } => judgement.would.as_ref(),
            Outcome::Judged { mode: Mode::Monitor, judgement } => {
                let would = judgement.would.as_ref().unwrap_or(&judgement.decision);
                Some(would).filter(|would| would.verdict != Verdict::Accept)
            }
        }
    }

    /// How urgent the line is: by what was done, and `Err` for faults of our own.
    #[must_use]
    pub const fn level(&self) -> LogLevel {
        match (&self.outcome, self.verdict()) {
            (Outcome::Failed { .. }, _) => LogLevel::Err,
            (_, Verdict::Accept) => LogLevel::Info,
            (_, Verdict::Tag | Verdict::Encrypt) => LogLevel::Notice,
            (_, Verdict::Quarantine | Verdict::Defer | Verdict::Reject) => LogLevel::Warning,
        }
    }

    /// The line, without the tag that syslog puts before it.
    ///
    /// `policy` and `severity` explain `would` where it stands, else `verdict`; where `would`
    /// stands beside a verdict that was acted on, `verdict-policy` explains that one. `rules` are
    /// those that count, `trial` those on trial, each as `id:confidence:distinct values`, the
    /// surest first, at most ten; `to` names two recipients. `+N` says how many more there are.
    /// What is empty is left out.
    #[must_use]
    pub fn line(&self, addresses: LogAddresses) -> String {
        let mut line = Line::default();
        if self.queue_id.is_empty() {
            line.0.push_str("NOQUEUE");
        } else {
            escape::item(&mut line.0, &self.queue_id, LONGEST_QUEUE_ID);
        }
        line.0.push(':');
        line.field("verdict", self.verdict().name());
        match &self.outcome {
            Outcome::Failed { fault, .. } => {
                line.field("fault", &format!("\"{}\"", quoted(fault)));
            }
            Outcome::Judged { judgement, .. } => self.explain(&mut line, judgement),
        }
        line.list("rules", RULES, self.rules_of(Standing::Counts));
        line.list("trial", RULES, self.rules_of(Standing::OnTrial));
        line.list("facts", Fact::ALL.len(), self.facts.iter().map(|fact| fact.name().to_owned()));
        let unread = self.unread.iter().map(|part| format!("{}:{}", part.cause.name(), part.count));
        line.list("unread", usize::MAX, unread);
        if addresses != LogAddresses::None {
            line.field("from", &shown(&self.sender, addresses));
            line.list("to", RECIPIENTS, self.recipients.iter().map(|to| shown(to, addresses)));
        }
        if let Some(incident) = &self.incident {
            line.field("incident", incident.as_str());
        }
        line.field("size", &self.size.to_string());
        line.field("parts", &self.parts.to_string());
        line.field("ms", &self.elapsed.as_millis().to_string());
        line.0
    }

    fn explain(&self, line: &mut Line, judgement: &Judgement) {
        let would = self.would();
        if let Some(would) = would {
            line.field("would", would.verdict.name());
        }
        let explained = would.unwrap_or(&judgement.decision);
        line.field("policy", &explained.policy);
        line.field("severity", explained.severity.name());
        if would.is_some() && self.verdict() != Verdict::Accept {
            line.field("verdict-policy", &judgement.decision.policy);
        }
    }

    fn rules_of(&self, standing: Standing) -> impl ExactSizeIterator<Item = String> {
        let rules: Vec<&RuleTally> =
            self.rules.iter().filter(|rule| rule.standing == standing).collect();
        rules
            .into_iter()
            .map(|tally| format!("{}:{}:{}", tally.rule, confidence(tally.confidence), tally.count))
    }
}

#[derive(Default)]
struct Line(String);

impl Line {
    fn field(&mut self, key: &str, value: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.0, " {key}={value}");
    }

    fn list(&mut self, key: &str, most: usize, items: impl ExactSizeIterator<Item = String>) {
        let total = items.len();
        let mut shown: Vec<String> = items.take(most).collect();
        if total > most {
            shown.push(format!("+{}", total - most));
        }
        if !shown.is_empty() {
            self.field(key, &shown.join(","));
        }
    }
}

fn shown(address: &Address, addresses: LogAddresses) -> String {
    let mut out = String::from("<");
    match addresses {
        LogAddresses::Full => escape::item(&mut out, address.as_str(), LONGEST_ADDRESS),
        LogAddresses::Domain if address.as_str().is_empty() => {}
        LogAddresses::Domain => {
            out.push('@');
            escape::item(&mut out, address.domain().unwrap_or_default(), LONGEST_ADDRESS);
        }
        LogAddresses::None => {}
    }
    out.push('>');
    out
}

fn quoted(fault: &str) -> String {
    escape::message(fault, LONGEST_FAULT).replace('"', "'")
}

const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}
