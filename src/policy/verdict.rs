//! What is to happen to a message, and which policy says so.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What is to happen to a message. Ordered by strictness.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It goes as it is.
    Accept,
    /// It goes with our header.
    Tag,
    /// It goes with our header and the Subject prefix that orders encryption.
    Encrypt,
    /// It waits in the MTA's quarantine.
    Quarantine,
    /// The client is told to try again.
    Defer,
    /// The client is told that it will not be taken.
    Reject,
}

impl Verdict {
    /// The name used in policies, headers and log lines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Tag => "tag",
            Self::Encrypt => "encrypt",
            Self::Quarantine => "quarantine",
            Self::Defer => "defer",
            Self::Reject => "reject",
        }
    }
}

/// How grave a policy's match is. Ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// For the record.
    #[default]
    Low,
    /// Worth a look.
    Medium,
    /// A disclosure, if it had left.
    High,
    /// A disclosure of many people's data, or of data under extra law.
    Critical,
}

impl Severity {
    /// The name used in policies, headers and log lines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What a policy does with a Subject that itself holds PHI when the verdict is encrypt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectPhi {
    /// The prefix and a neutral Subject.
    #[default]
    Neutral,
    /// The message is rejected.
    Reject,
}

/// How the Subject is written when the verdict is encrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectTreatment {
    /// The prefix before what stands there.
    Prefix,
    /// The prefix and a neutral Subject, since what stands there holds PHI.
    Neutral,
}

/// A verdict and what led to it.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What is to happen.
    pub verdict: Verdict,
    /// The id of the policy that decided.
    pub policy: Arc<str>,
    /// How grave.
    pub severity: Severity,
    /// Whether the policy is about a disclosure of PHI.
    pub phi: bool,
    /// Whether the policy that decided is the last, which has no condition.
    pub last: bool,
    /// How the Subject is to be written.
    pub subject: SubjectTreatment,
    /// The policy's own text for the reply; `{incident}` and `{titles}` are not yet filled in.
    pub reply: Option<Arc<str>>,
}

/// What policy says of a message over all its recipients.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What is done, as far as policies that enforce say.
    pub decision: Decision,
    /// What would be done if policies in monitor mode enforced and rules on trial counted, where
    /// that differs.
    pub would: Option<Decision>,
}
