//! What the findings of a message tell about each other: whose record they stand in, and which of
//! their values are the sender's own.

use std::collections::HashSet;

use crate::finding::{About, Basis, Confidence, Finding, Hipaa, Kind};
use crate::text::{PartPath, Place, Reading, Zone};

/// Fields of a header that name who sends (RFC 5322 section 3.6.2).
const SENDER_FIELDS: [&str; 3] = ["from", "reply-to", "sender"];

/// Names and addresses of who sends a message, each as it is told apart from others.
#[derive(Debug, Default)]
pub(in crate::engine) struct Sender(HashSet<(Hipaa, u64)>);

impl Sender {
    /// Those that the header of a message names; `digest` is that of findings.
    pub fn of(reading: &Reading, digest: impl Fn(Hipaa, &str) -> u64) -> Self {
        let mut values = HashSet::new();
        let mut add = |hipaa, value: &str| {
            values.insert((hipaa, digest(hipaa, value)));
        };
        if let Some(address) = &reading.addresses.from {
            add(Hipaa::Email, address.expose());
        }
        let is_sender = |label: &str| SENDER_FIELDS.iter().any(|f| label.eq_ignore_ascii_case(f));
        for text in reading.texts.iter().filter(|text| text.place == Place::Header) {
            let label = text.fields.first().and_then(|field| text.label(field));
            if text.part != PartPath::root() || !label.is_some_and(|l| is_sender(l.expose())) {
                continue;
            }
            for words in text.content.expose().split(['\n', '<', '>', '"', '(', ')']) {
                let hipaa = if words.contains('@') { Hipaa::Email } else { Hipaa::Name };
                let words = words.trim();
                if !words.is_empty() {
                    add(hipaa, words);
                }
            }
        }
        Self(values)
    }
}

/// Settles what each finding alone left open.
pub(in crate::engine) fn settle(findings: &mut [Finding], mut sender: Sender) {
    let value = |finding: &Finding| finding.hipaa.map(|hipaa| (hipaa, finding.digest));
    let signed = findings.iter().filter(|f| f.about == About::Sender && f.basis == Basis::Zone);
    sender.0.extend(signed.filter_map(value));
    for finding in findings.iter_mut().filter(|finding| finding.basis < Basis::Header) {
        if value(finding).is_some_and(|value| sender.0.contains(&value)) {
            (finding.about, finding.basis) = (About::Sender, Basis::Header);
        }
    }

    // A record is a patient's by an identifier that is, or by what it says of someone's health.
    let told = |f: &&Finding| match f.kind {
        Kind::Identifier => f.about == About::Patient && f.basis > Basis::Record,
        Kind::Clinical => f.confidence >= Confidence::Medium,
        Kind::Document => false,
    };
    let of_patients: HashSet<(PartPath, u32)> = findings
        .iter()
        .filter(told)
        .filter_map(|finding| Some((finding.part.clone(), finding.record?)))
        .collect();
    if of_patients.is_empty() {
        return;
    }
    for finding in findings.iter_mut().filter(|finding| finding.basis < Basis::Record) {
        let Some(record) = finding.record else { continue };
        let signed = matches!(finding.zone, Some(Zone::Signature | Zone::Disclaimer));
        if !signed && of_patients.contains(&(finding.part.clone(), record)) {
            (finding.about, finding.basis) = (About::Patient, Basis::Record);
        }
    }
}
