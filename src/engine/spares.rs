//! What is kept of the findings in rows beyond those that are kept whole: as much as counts people.
//!
//! A table of 50,000 patients has some hundred thousand findings. The first thousands of each rule
//! decide; of the others it matters alone how many people they are.

use super::about::{Ownership, Patients};
use crate::finding::{About, Basis, Confidence, Finding, Hipaa, Kind, NameWords, Standing};
use crate::text::PartPath;

/// Findings of one message that are kept so.
const MOST: usize = 1 << 19;

/// Findings in records of which little is kept.
#[derive(Debug, Clone, Default)]
pub struct Spares {
    parts: Vec<PartPath>,
    all: Vec<Spare>,
}

/// What is kept of a finding.
#[derive(Debug, Clone)]
pub(super) struct Spare {
    part: u32,
    pub record: u32,
    pub labelled: bool,
    pub hipaa: Option<Hipaa>,
    pub digest: u64,
    pub words: NameWords,
    pub is_birth: bool,
    pub confidence: Confidence,
    pub about: About,
    basis: Basis,
    kind: Kind,
    pub standing: Standing,
}

/// The rule whose dates tell people of one name apart.
pub(super) const BIRTH: &str = "date-of-birth";

impl Spares {
    /// Keeps what counts of a finding; `false` where it stands in no record or there are too many.
    pub(super) fn add(&mut self, finding: &Finding) -> bool {
        let Some(record) = finding.record else { return false };
        if self.all.len() >= MOST {
            return false;
        }
        if self.parts.last() != Some(&finding.part) {
            self.parts.push(finding.part.clone());
        }
        self.all.push(Spare {
            part: u32::try_from(self.parts.len() - 1).unwrap_or(u32::MAX),
            record,
            labelled: finding.label.is_some(),
            hipaa: finding.hipaa,
            digest: finding.digest,
            words: finding.words,
            is_birth: &*finding.rule == BIRTH,
            confidence: finding.confidence,
            about: finding.about,
            basis: finding.basis,
            kind: finding.kind,
            standing: finding.standing,
        });
        true
    }

    /// Adds the records that a spare finding shows to be a patient's.
    pub(super) fn tell(&self, patients: &mut Patients) {
        for spare in &self.all {
            let Some(part) = self.part(spare) else { continue };
            if told(spare.kind, spare.about, spare.basis, spare.confidence) {
                patients.add(part, spare.record);
            }
        }
    }

    /// Settles whose spare findings are, as is done with the others.
    pub(super) fn settle(&mut self, ownership: &Ownership<'_>) {
        let Self { parts, all } = self;
        for spare in all {
            let Some(part) = parts.get(spare.part as usize) else { continue };
            let value = spare.hipaa.map(|hipaa| (hipaa, spare.digest));
            (spare.about, spare.basis) =
                ownership.of(value, (spare.about, spare.basis), part, spare.record);
        }
    }

    /// Those that are likely somebody's identifiers, with their parts.
    pub(super) fn identifiers(&self) -> impl Iterator<Item = (&PartPath, &Spare)> {
        let likely = |spare: &&Spare| {
            spare.kind == Kind::Identifier
                && spare.about == About::Patient
                && spare.confidence >= Confidence::Medium
        };
        self.all.iter().filter(likely).filter_map(|spare| Some((self.part(spare)?, spare)))
    }

    fn part(&self, spare: &Spare) -> Option<&PartPath> {
        self.parts.get(spare.part as usize)
    }
}

/// Whether a finding in a record shows that it is a patient's: by an identifier that is, or by what
/// it says of someone's health.
pub(super) fn told(kind: Kind, about: About, basis: Basis, confidence: Confidence) -> bool {
    match kind {
        Kind::Identifier => about == About::Patient && basis > Basis::Record,
        Kind::Clinical => confidence >= Confidence::Medium,
        Kind::Document => false,
    }
}
