//! What a test expects a rule to find, in the rule's own file and in `expect.toml` beside samples.

use serde::Deserialize;

use crate::finding::{About, Confidence};

/// One entry of `finds`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ExpectedFile {
    pub value: Option<String>,
    pub confidence: Option<Confidence>,
    pub about: Option<About>,
}

/// Something that has to be found. What is left out may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The value as it stands in the text. Left out for what a fact alone gives.
    pub value: Option<String>,
    /// How sure.
    pub confidence: Option<Confidence>,
    /// Whom it concerns.
    pub about: Option<About>,
}

impl From<ExpectedFile> for Expected {
    fn from(file: ExpectedFile) -> Self {
        Self { value: file.value, confidence: file.confidence, about: file.about }
    }
}

/// A longer sample beside a rule: a message or document, and what the rule has to find in it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The file, in the folder named by the rule's id.
    pub path: std::path::PathBuf,
}

/// The samples of a rule.
pub fn samples(rule: &super::rule::Rule) -> Vec<Sample> {
    let _ = rule;
    Vec::new()
}
