//! What a rule found, how sure it is, and whom it is about.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::secret::Secret;
use crate::text::{PartPath, Place, Zone};

/// What a rule's findings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Who: one of the 18 identifiers of 45 CFR 164.514(b)(2).
    Identifier,
    /// What about their health.
    Clinical,
    /// A whole document known by its form.
    Document,
}

/// How sure a match is. Ordered: `Low < Medium < High`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Weak evidence.
    Low,
    /// More likely than not.
    Medium,
    /// All but certain.
    High,
}

/// Whom a finding concerns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// A patient, or a relative or household member (45 CFR 164.514(b)(2)(i)).
    Patient,
    /// Someone who gives care.
    Provider,
    /// Who wrote the message.
    Sender,
    /// A company, an office, a payer.
    Organization,
    /// Nothing tells.
    #[default]
    Unknown,
}

impl About {
    /// The name used in rules, policies and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Provider => "provider",
            Self::Sender => "sender",
            Self::Organization => "organization",
            Self::Unknown => "unknown",
        }
    }
}

/// What tells whom a finding concerns. Ordered by how much it tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Nothing tells.
    #[default]
    Nothing,
    /// Its rule, since nothing around it tells.
    Presumed,
    /// The nearest word before it in its sentence that tells.
    Cue,
    /// It stands in the sender's signature, or in an organization's footer.
    Zone,
    /// What else stands in its record.
    Record,
    /// The message's own header names it as its sender's.
    Header,
    /// A title or possessive before it, or a profession's letters behind it.
    Beside,
    /// Its label.
    Label,
    /// Its rule.
    Rule,
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing tells",
            Self::Presumed => "its rule, since nothing around it tells",
            Self::Cue => "a word before it in its sentence",
            Self::Zone => "the zone it stands in",
            Self::Record => "what else stands in its record",
            Self::Header => "the message's own header",
            Self::Beside => "the words beside it",
            Self::Label => "its label",
            Self::Rule => "its rule",
        })
    }
}

/// The 18 Safe Harbor identifiers, 45 CFR 164.514(b)(2)(i)(A) to (R), in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hipaa {
    /// (A) Names.
    Name,
    /// (B) Geographic subdivisions smaller than a state.
    Address,
    /// (C) Dates directly related to an individual, and ages over 89.
    Date,
    /// (D) Telephone numbers.
    Phone,
    /// (E) Fax numbers.
    Fax,
    /// (F) Electronic mail addresses.
    Email,
    /// (G) Social security numbers.
    Ssn,
    /// (H) Medical record numbers.
    Mrn,
    /// (I) Health plan beneficiary numbers.
    HealthPlan,
    /// (J) Account numbers.
    Account,
    /// (K) Certificate and license numbers.
    License,
    /// (L) Vehicle identifiers and license plates.
    Vehicle,
    /// (M) Device identifiers and serial numbers.
    Device,
    /// (N) Web addresses.
    Url,
    /// (O) Internet addresses.
    IpAddress,
    /// (P) Biometric identifiers.
    Biometric,
    /// (Q) Full-face photographs.
    Photo,
    /// (R) Any other unique identifying number, characteristic or code.
    Other,
}

/// Law stricter than HIPAA's that covers what a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Substance use disorder records, 42 CFR Part 2.
    SubstanceUse,
    /// Psychotherapy notes, 45 CFR 164.508(a)(2).
    Psychotherapy,
    /// HIV and sexually transmitted infections, state law.
    Hiv,
    /// Reproductive health.
    Reproductive,
    /// Genetic information, 45 CFR 160.103.
    Genetic,
}

/// Keyed hashes of the first and the last word of a name, the smaller before the larger, so that a
/// name is known in whatever order it is written. The first is 0 where a name has one word alone,
/// both where a value is no name. As a digest, they are never written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct NameWords(pub u32, pub u32);

/// One match of one rule. Never the value: `span` says where it stands in the text.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's id.
    pub rule: Arc<str>,
    /// What it is.
    pub kind: Kind,
    /// Which identifier, for identifiers.
    pub hipaa: Option<Hipaa>,
    /// Law stricter than HIPAA's.
    pub class: Option<Class>,
    /// How sure.
    pub confidence: Confidence,
    /// Whom it concerns.
    pub about: About,
    /// What tells that.
    pub basis: Basis,
    /// Whether the rule counts, or is on trial (status experimental or test) and is named in
    /// `would=` alone.
    pub standing: Standing,
    /// Where it stands.
    pub place: Place,
    /// In which part.
    pub part: PartPath,
    /// The part it counts as for conditions over one part.
    pub group: PartPath,
    /// In which zone, for bodies.
    pub zone: Option<Zone>,
    /// On which page.
    pub page: Option<u32>,
    /// In which file. Shared by all findings of a text: the name can be megabytes long.
    pub file: Option<Secret<Arc<str>>>,
    /// Under which label. Shared by all findings under it.
    pub label: Option<Secret<Arc<str>>>,
    /// In which record of its part.
    pub record: Option<u32>,
    /// Index of the text in the reading. For a finding that a fact alone gave: that of no text.
    pub text: usize,
    /// Bytes of that text's content. For a finding that a fact alone gave: empty.
    pub span: Range<usize>,
    /// Keyed hash of the normalized value, to count distinct values. The key lives as long as the
    /// process; the digest is never written down.
    pub digest: u64,
    /// For a name: its words.
    pub words: NameWords,
}

/// Whether a finding takes part in the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Counts,
    /// Its rule is on trial.
    OnTrial,
}
