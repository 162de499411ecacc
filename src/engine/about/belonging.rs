//! What the findings of a message tell about each other: whose record they stand in, and which of
//! their values are the sender's own.

use std::collections::{HashMap, HashSet};

use super::super::spares::{Spares, told};
use crate::finding::{About, Basis, Finding, Hipaa};
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

/// Records of patients, by their parts.
#[derive(Debug, Default)]
pub(in crate::engine) struct Patients(HashMap<PartPath, HashSet<u32>>);

impl Patients {
    pub fn add(&mut self, part: &PartPath, record: u32) {
        match self.0.get_mut(part) {
            Some(records) => _ = records.insert(record),
            None => _ = self.0.insert(part.clone(), HashSet::from([record])),
        }
    }

    fn has(&self, part: &PartPath, record: u32) -> bool {
        self.0.get(part).is_some_and(|records| records.contains(&record))
    }
}

/// What all findings of a message together say of whose each is.
pub(in crate::engine) struct Ownership<'a> {
    sender: &'a Sender,
    patients: &'a Patients,
}

impl Ownership<'_> {
    /// Whose a value in a record is, given what it was by itself.
    pub fn of(
        &self,
        value: Option<(Hipaa, u64)>,
        (about, basis): (About, Basis),
        part: &PartPath,
        record: u32,
    ) -> (About, Basis) {
        if basis < Basis::Header && value.is_some_and(|value| self.sender.0.contains(&value)) {
            (About::Sender, Basis::Header)
        } else if basis < Basis::Record && self.patients.has(part, record) {
            (About::Patient, Basis::Record)
        } else {
            (about, basis)
        }
    }
}

/// Settles what each finding alone left open.
pub(in crate::engine) fn settle(findings: &mut [Finding], spares: &mut Spares, mut sender: Sender) {
    let value = |finding: &Finding| finding.hipaa.map(|hipaa| (hipaa, finding.digest));
    let signed = findings.iter().filter(|f| f.about == About::Sender && f.basis == Basis::Zone);
    sender.0.extend(signed.filter_map(value));
    for finding in findings.iter_mut().filter(|finding| finding.basis < Basis::Header) {
        if value(finding).is_some_and(|value| sender.0.contains(&value)) {
            (finding.about, finding.basis) = (About::Sender, Basis::Header);
        }
    }

    let mut patients = Patients::default();
    for finding in findings.iter() {
        if let Some(record) = finding.record
            && told(finding.kind, finding.about, finding.basis, finding.confidence)
        {
            patients.add(&finding.part, record);
        }
    }
    spares.tell(&mut patients);
    for finding in findings.iter_mut().filter(|finding| finding.basis < Basis::Record) {
        let Some(record) = finding.record else { continue };
        let signed = matches!(finding.zone, Some(Zone::Signature | Zone::Disclaimer));
        if !signed && patients.has(&finding.part, record) {
            (finding.about, finding.basis) = (About::Patient, Basis::Record);
        }
    }
    spares.settle(&Ownership { sender: &sender, patients: &patients });
}
