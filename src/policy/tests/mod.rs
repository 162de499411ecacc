//! What policies mean, said as sentences, through the same file that an administrator writes.

mod conditions;
mod joins;
mod leading;
mod monitoring;
mod radiographs;
mod recipients;
mod subjects;
mod unless;

use std::net::IpAddr;

use super::{Address, Envelope, Evidence, Judgement, Network, Policy, Verdict, load};
use crate::config;
use crate::finding::{About, Basis, Confidence, Finding, Kind, NameWords, Standing};
use crate::limits::Cause;
use crate::secret::Secret;
use crate::text::{Fact, PartFact, PartPath, Place, Text, Unread, Zone};

/// The policies of DESIGN, without the last.
const DEFAULT: &str = r#"
[[policy]]
id   = "inside"
when = { to = "inside" }
then = "accept"

[[policy]]
id       = "phi-outside"
phi      = true
severity = "high"
when     = { to = "outside", same = "message", all = [
    { kind = "identifier", about = "patient", confidence = "medium" },
    { kind = "clinical", confidence = "medium" } ] }
then     = "encrypt"

[[policy]]
id   = "unreadable-outside"
when = { to = "outside", unread = ["malformed", "too-deep", "too-large", "timed-out", "crashed"] }
then = "encrypt"

[[policy]]
id   = "unread-outside"
when = { to = "outside", unread = ["encrypted", "unsupported"] }
then = "tag"
"#;

const IN: &str = "<jane@hospital.example>";
const OUT: &str = "<bob@elsewhere.example>";

/// Loads policies, with a last one behind them that accepts.
fn policy(policies: &str) -> Policy {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    let text = format!("{policies}\n[[policy]]\nid = \"otherwise\"\nthen = \"accept\"\n");
    std::fs::write(&path, text).unwrap();
    load(&path, &|_| true).map(|(policy, _)| policy).unwrap_or_else(|found| panic!("{found}"))
}

/// One policy that encrypts on a condition.
fn when(condition: &str) -> Policy {
    policy(&format!("[[policy]]\nid = \"it\"\nthen = \"encrypt\"\nwhen = {{ {condition} }}\n"))
}

fn network() -> Network {
    Network::new(&config::Network {
        inside: vec!["hospital.example".into(), ".hospital.example".into()],
        ..config::Network::default()
    })
}

/// A message on its way to somebody, from a stranger unless said otherwise.
struct Mail {
    envelope: Envelope,
    findings: Vec<Finding>,
    facts: Vec<PartFact>,
    unread: Vec<Unread>,
    texts: Vec<Text>,
    size: u64,
}

fn mail(recipients: &[&str]) -> Mail {
    let envelope = Envelope {
        sender: "<alice@stranger.example>".into(),
        recipients: recipients.iter().copied().map(Address::from).collect(),
        client: Some("203.0.113.7".parse::<IpAddr>().unwrap()),
        ..Envelope::default()
    };
    Mail {
        envelope,
        findings: Vec::new(),
        facts: Vec::new(),
        unread: Vec::new(),
        texts: Vec::new(),
        size: 1000,
    }
}

impl Mail {
    fn with(mut self, findings: impl IntoIterator<Item = Finding>) -> Self {
        self.findings.extend(findings);
        self
    }

    fn unread(mut self, cause: Cause) -> Self {
        self.unread.push(Unread { part: path(&[2]), file: None, cause });
        self
    }

    fn fact(mut self, fact: Fact) -> Self {
        self.facts.push(PartFact::plain(fact, path(&[1])));
        self
    }

    fn subject(mut self, subject: &str) -> Self {
        self.texts.push(Text::plain(Place::Subject, &PartPath::root(), subject.into()));
        self
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            findings: &self.findings,
            spares: None,
            facts: &self.facts,
            unread: &self.unread,
            texts: &self.texts,
            size: self.size,
        }
    }

    fn judged_by(&self, policy: &Policy) -> Judgement {
        policy.judge(&network(), &self.envelope, &self.evidence())
    }

    /// Which policy decides, and how.
    fn meets(&self, policy: &Policy) -> (String, Verdict) {
        let decision = self.judged_by(policy).decision;
        (decision.policy.to_string(), decision.verdict)
    }

    /// Whether the one policy of `when` holds.
    fn meets_it(&self, policy: &Policy) -> bool {
        self.meets(policy).0 == "it"
    }
}

fn path(numbers: &[u32]) -> PartPath {
    numbers.iter().fold(PartPath::root(), |path, number| path.child(*number))
}

/// A finding of high confidence about a patient, in the body of part 1, with a value of its own
/// for each rule.
fn found(rule: &str, kind: Kind) -> Finding {
    Finding {
        rule: rule.into(),
        kind,
        hipaa: None,
        class: None,
        confidence: Confidence::High,
        about: About::Patient,
        basis: Basis::Rule,
        standing: Standing::Counts,
        place: Place::Body,
        part: path(&[1]),
        group: path(&[1]),
        zone: None,
        page: None,
        file: None,
        label: None,
        record: None,
        text: 0,
        span: 0..1,
        digest: rule.bytes().fold(7, |digest, byte| digest.wrapping_mul(31) + u64::from(byte)),
        words: NameWords::default(),
    }
}

fn identifier() -> Finding {
    found("us-ssn", Kind::Identifier)
}

fn clinical() -> Finding {
    found("icd-10-cm", Kind::Clinical)
}

trait Placed {
    fn at(self, place: Place, part: &[u32]) -> Self;
    fn grouped(self, group: &[u32]) -> Self;
    fn zoned(self, zone: Zone) -> Self;
    fn sure(self, confidence: Confidence) -> Self;
    fn of(self, about: About) -> Self;
    fn valued(self, digest: u64) -> Self;
    fn recorded(self, record: u32) -> Self;
    fn standing_at(self, text: usize, span: std::ops::Range<usize>) -> Self;
    fn on_trial(self) -> Self;
}

impl Placed for Finding {
    fn at(self, place: Place, part: &[u32]) -> Self {
        Self { place, part: path(part), group: path(part), ..self }
    }
    fn grouped(self, group: &[u32]) -> Self {
        Self { group: path(group), ..self }
    }
    fn zoned(self, zone: Zone) -> Self {
        Self { zone: Some(zone), ..self }
    }
    fn sure(self, confidence: Confidence) -> Self {
        Self { confidence, ..self }
    }
    fn of(self, about: About) -> Self {
        Self { about, ..self }
    }
    fn valued(self, digest: u64) -> Self {
        let words = NameWords(u32::try_from(digest).unwrap() + 1, u32::MAX);
        Self { digest, words, ..self }
    }
    fn recorded(self, record: u32) -> Self {
        Self { record: Some(record), ..self }
    }
    fn standing_at(self, text: usize, span: std::ops::Range<usize>) -> Self {
        Self { text, span, ..self }
    }
    fn on_trial(self) -> Self {
        Self { standing: Standing::OnTrial, ..self }
    }
}

fn body(content: &str) -> Text {
    let mut text = Text::plain(Place::Body, &path(&[1]), String::new());
    text.content = Secret::new(content.to_owned());
    text
}
