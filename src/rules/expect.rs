//! What a test expects a rule to find: in the rule's own file, and in `expect.toml` beside longer
//! samples.
//!
//! Samples stand in a folder named by the rule's id. Its `expect.toml` names each of them:
//!
//! ```toml
//! [[sample]]
//! file  = "discharge-letter.eml"
//! finds = [{ value = "536-22-8471", confidence = "high", place = "body" }]
//! ```

use std::ops::Range;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use super::rule::Rule;
use super::source::Source;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::finding::{About, Confidence};
use crate::text::{Place, Zone};

/// The file that names the samples of a folder.
const EXPECT: &str = "expect.toml";
/// Bytes of the largest such file.
const LARGEST: u64 = 1 << 20;

/// Something that has to be found. What is left out may be anything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Expected {
    /// The value as it stands in the text. Left out for what a fact alone gives.
    pub value: Option<String>,
    /// How sure.
    pub confidence: Option<Confidence>,
    /// Whom it concerns.
    pub about: Option<About>,
    /// Where it stands.
    pub place: Option<Place>,
    /// In which zone of a body.
    pub zone: Option<Zone>,
}

/// A message or document beside a rule, and all that the rule has to find in it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The file.
    pub path: PathBuf,
    /// Its name in the folder.
    pub file: String,
    /// All that the rule has to find in it, no more and no less.
    pub finds: Vec<Expected>,
    pub(crate) source: Source,
    pub(crate) span: Range<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectFile {
    #[serde(default)]
    sample: Vec<SampleEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleEntry {
    file: Spanned<String>,
    finds: Vec<Expected>,
}

/// The samples of a rule; none when it has no folder.
///
/// # Errors
/// Faults of `expect.toml`: it is missing or malformed, names a file that is not there or leaves
/// one out that is.
pub fn samples(rule: &Rule) -> Result<Vec<Sample>, Diagnostics> {
    let folder = rule.path().with_extension("");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let path = folder.join(EXPECT);
    let source = Source::read(&path, LARGEST)
        .map_err(|why| Diagnostic::error("R036", &path, format!("it can't be read: {why}")))?;
    let file: ExpectFile = source.parse()?;
    let mut found = Diagnostics::default();
    let mut samples: Vec<Sample> = Vec::new();
    for entry in file.sample {
        let span = entry.file.span();
        let name = entry.file.into_inner();
        let path = folder.join(&name);
        if name.contains(['/', '\\']) || !path.is_file() {
            found.push(source.error("R036", span, "the folder has no sample of this name"));
        } else if samples.iter().any(|sample| sample.file == name) {
            found.push(source.error("R036", span, "this sample is named twice"));
        } else {
            let source = source.clone();
            samples.push(Sample { path, file: name, finds: entry.finds, source, span });
        }
    }
    for path in std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let named = samples.iter().any(|sample| sample.file == name);
        if !named && !found.has_errors() && name != EXPECT && !name.starts_with('.') {
            let message = format!("{EXPECT} does not name this sample");
            found.push(Diagnostic::error("R036", &path, message));
        }
    }
    if found.has_errors() { Err(found) } else { Ok(samples) }
}
