//! What is known of one message when its way ends, and the line that says so.

use std::time::Duration;

use super::escape;
use super::incident::Incident;
use super::line::{Line, quoted, shown};
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
    /// How many different patients it is about, at the least; 0 where it is about none.
    pub patients: u32,
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
/// Queue ids of MTAs in use have at most 20 characters.
const LONGEST_QUEUE_ID: usize = 32;

impl Event {
    /// A message about which nothing but its envelope and outcome is known.
    #[must_use]
    pub fn new(queue_id: impl Into<String>, envelope: &Envelope, outcome: Outcome) -> Self {
        Self {
            queue_id: queue_id.into(),
            outcome,
            patients: 0,
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
        self.patients = evidence.patients();
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
        if self.patients > 0 {
            line.field("patients", &self.patients.to_string());
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

const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Cause;
    use crate::policy::{Severity, SubjectTreatment};

    fn decision(verdict: Verdict, policy: &str, severity: Severity) -> Decision {
        Decision {
            verdict,
            policy: policy.into(),
            severity,
            phi: true,
            last: false,
            subject: SubjectTreatment::Prefix,
            reply: None,
        }
    }

    fn judged(mode: Mode, verdict: Verdict, would: Option<Verdict>) -> Event {
        let envelope = Envelope {
            sender: "<a@b.example>".into(),
            recipients: ["<c@d.example>", "<e@f.example>", "<g@h.example>", "i", "<>"]
                .map(Address::from)
                .into(),
            ..Envelope::default()
        };
        let judgement = Judgement {
            decision: decision(verdict, "phi-outside", Severity::High),
            would: would.map(|verdict| decision(verdict, "tried", Severity::Low)),
        };
        let mut event = Event::new("4XyZ", &envelope, Outcome::Judged { mode, judgement });
        event.size = 120_394;
        event.parts = 7;
        event.elapsed = Duration::from_micros(12_500);
        event
    }

    fn tallied(rule: &str, confidence: Confidence, count: u32) -> RuleTally {
        RuleTally { rule: rule.into(), confidence, count, standing: Standing::Counts }
    }

    fn head(event: &Event) -> String {
        let line = event.line(LogAddresses::None);
        line.split(" size=").next().unwrap_or_default().to_owned()
    }

    #[test]
    fn the_line_is_the_one_of_the_contract() {
        let mut event = judged(Mode::Enforce, Verdict::Encrypt, None);
        event.patients = 3;
        event.rules = vec![
            tallied("us-ssn", Confidence::High, 2),
            tallied("icd-10-cm", Confidence::Medium, 4),
        ];
        event.unread = vec![UnreadTally { cause: Cause::Encrypted, count: 1 }];
        let incident = Incident::new();
        event.incident = Some(incident);
        let expected = format!(
            "4XyZ: verdict=encrypt policy=phi-outside severity=high \
             patients=3 rules=us-ssn:high:2,icd-10-cm:medium:4 unread=encrypted:1 from=<a@b.example> \
             to=<c@d.example>,<e@f.example>,+3 incident={incident} size=120394 parts=7 ms=12"
        );
        assert_eq!(event.line(LogAddresses::Full), expected);
    }

    #[test]
    fn in_monitor_mode_the_verdict_is_accept_and_what_would_be_done_is_explained() {
        let event = judged(Mode::Monitor, Verdict::Encrypt, None);
        let expected = "4XyZ: verdict=accept would=encrypt policy=phi-outside severity=high";
        assert_eq!((head(&event).as_str(), event.level()), (expected, LogLevel::Info));
        let harmless = judged(Mode::Monitor, Verdict::Accept, None);
        assert_eq!(head(&harmless), "4XyZ: verdict=accept policy=phi-outside severity=high");
    }

    #[test]
    fn a_policy_in_monitor_mode_is_explained_and_so_is_the_verdict_acted_on() {
        let accepted = judged(Mode::Enforce, Verdict::Accept, Some(Verdict::Reject));
        assert_eq!(head(&accepted), "4XyZ: verdict=accept would=reject policy=tried severity=low");
        let tagged = judged(Mode::Enforce, Verdict::Tag, Some(Verdict::Reject));
        let expected =
            "4XyZ: verdict=tag would=reject policy=tried severity=low verdict-policy=phi-outside";
        assert_eq!(head(&tagged), expected);
    }

    #[test]
    fn the_level_says_how_urgent_it_is() {
        for (verdict, level) in [
            (Verdict::Accept, LogLevel::Info),
            (Verdict::Tag, LogLevel::Notice),
            (Verdict::Encrypt, LogLevel::Notice),
            (Verdict::Quarantine, LogLevel::Warning),
            (Verdict::Reject, LogLevel::Warning),
            (Verdict::Defer, LogLevel::Warning),
        ] {
            assert_eq!(judged(Mode::Enforce, verdict, None).level(), level, "{verdict:?}");
        }
    }

    #[test]
    fn a_fault_of_our_own_is_an_error_and_says_what_failed() {
        let outcome = Outcome::Failed {
            verdict: Verdict::Defer,
            fault: "no worker \"parser\" can start:\nout of memory".into(),
        };
        let event = Event::new("", &Envelope::default(), outcome);
        let expected = "NOQUEUE: verdict=defer \
                        fault=\"no worker 'parser' can start:\\nout of memory\" \
                        from=<> size=0 parts=0 ms=0";
        assert_eq!(event.line(LogAddresses::Full), expected);
        assert_eq!(event.level(), LogLevel::Err);
    }

    #[test]
    fn addresses_can_be_kept_to_their_domains_or_out() {
        let event = judged(Mode::Enforce, Verdict::Accept, None);
        let line = event.line(LogAddresses::Domain);
        assert!(line.contains(" from=<@b.example> to=<@d.example>,<@f.example>,+3 "), "{line}");
        let line = event.line(LogAddresses::None);
        assert!(!line.contains('@') && !line.contains(" to="), "{line}");
        let mut routed = event;
        for hidden in ["@a.example:jane", "\"x@jane\"", "x@jane roe"] {
            routed.sender = Address::from(hidden);
            let line = routed.line(LogAddresses::Domain);
            assert!(!line.contains("jane"), "{line}");
        }
    }

    #[test]
    fn an_address_cannot_forge_a_field_or_a_line() {
        let mut event = judged(Mode::Enforce, Verdict::Accept, None);
        event.queue_id = "A\nB: verdict=accept".into();
        event.sender = Address::parse(b"<x\r\ny> size=1 \"z,\xff\"@b>");
        event.recipients = vec![Address::from(format!("<{}@b>", "x".repeat(5000)).as_str())];
        for addresses in [LogAddresses::Full, LogAddresses::Domain, LogAddresses::None] {
            let line = event.line(addresses);
            assert!(line.chars().all(|c| !c.is_control()), "{line}");
            assert_eq!(line.matches(" size=").count(), 1, "{line}");
            assert_eq!(line.matches(" verdict=").count(), 1, "{line}");
            assert!(line.len() < 1500, "{line}");
        }
    }

    #[test]
    fn lists_are_capped_and_say_how_many_more_there_are() {
        let mut event = judged(Mode::Enforce, Verdict::Accept, None);
        event.rules = (0..13).map(|i| tallied(&format!("r{i}"), Confidence::Low, 1)).collect();
        assert!(head(&event).ends_with("r8:low:1,r9:low:1,+3"), "{}", head(&event));
    }

    #[test]
    fn rules_on_trial_stand_apart() {
        let mut event = judged(Mode::Enforce, Verdict::Accept, None);
        event.rules = vec![
            tallied("us-ssn", Confidence::High, 1),
            RuleTally { standing: Standing::OnTrial, ..tallied("new", Confidence::Low, 2) },
        ];
        assert!(head(&event).ends_with(" rules=us-ssn:high:1 trial=new:low:2"), "{}", head(&event));
    }
}
