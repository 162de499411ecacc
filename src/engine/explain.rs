//! Why a rule that nearly held did not.

use std::sync::Arc;

use crate::finding::Confidence;
use crate::text::{PartPath, Place, Reading};

use super::Engine;

/// A value that a rule looked at and did not take for a finding that counts. Never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The rule's id.
    pub rule: Arc<str>,
    /// Where the value stands.
    pub place: Place,
    /// In which part.
    pub part: PartPath,
    /// Its shape.
    pub masked: String,
    /// Each match that was tried, and why it did not hold.
    pub tried: Vec<Tried>,
    /// How many such values there are.
    pub count: usize,
}

/// A match that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// How sure it would have made.
    pub confidence: Confidence,
    /// Why it did not hold.
    pub why: WhyNot,
}

/// Why a match does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNot {
    /// The value does not pass the check.
    Check(&'static str),
}

impl Engine {
    /// Each value that nearly was a finding, and why it is none.
    #[must_use]
    pub fn explain(&self, reading: &Reading) -> Vec<NearMiss> {
        let _ = reading;
        Vec::new()
    }
}

impl std::fmt::Display for WhyNot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Check(name) => write!(f, "it does not pass the check `{name}`"),
        }
    }
}
