//! A rule, compiled and checked: what to find, and how sure a match is.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::about::AboutList;
use super::check::Check;
use super::pattern::Pattern;
use super::source::Source;
use super::words::WordList;
use crate::finding::{About, Class, Confidence, Hipaa, Kind, Standing};
use crate::text::{Fact, Place, Zone};

/// How far a rule is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// On trial: an idea. Counts only for `would=`.
    Experimental,
    /// On trial: believed ready. Counts only for `would=`.
    Test,
    /// Counts.
    Stable,
    /// Counts, and will be taken out.
    Deprecated,
}

impl Status {
    /// The name used in rule files and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Experimental => "experimental",
            Self::Test => "test",
            Self::Stable => "stable",
            Self::Deprecated => "deprecated",
        }
    }

    /// Whether findings of such a rule take part in the verdict.
    #[must_use]
    pub const fn standing(self) -> Standing {
        match self {
            Self::Experimental | Self::Test => Standing::OnTrial,
            Self::Stable | Self::Deprecated => Standing::Counts,
        }
    }
}

/// All rules in force, each id once, in order of their ids.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) about: Vec<AboutList>,
}

impl RuleSet {
    /// The rules, in order of their ids.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

impl From<Rule> for RuleSet {
    fn from(rule: Rule) -> Self {
        Self { rules: vec![rule], about: Vec::new() }
    }
}

/// One detector.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The file's stem.
    pub id: Arc<str>,
    /// A name for people.
    pub title: String,
    /// What it detects, in a sentence.
    pub description: String,
    /// How far it is trusted.
    pub status: Status,
    /// What its findings are.
    pub kind: Kind,
    /// Which identifier, for identifiers.
    pub hipaa: Option<Hipaa>,
    /// Law stricter than HIPAA's.
    pub class: Option<Class>,
    /// Where its facts come from.
    pub references: Vec<String>,
    /// What it is known to take wrongly.
    pub false_positives: Vec<String>,
    /// Its embedded tests.
    pub tests: Vec<RuleTest>,
    /// Its compiled patterns.
    pub patterns: Vec<Pattern>,
    pub(crate) lists: Vec<List>,
    pub(crate) matches: Vec<Match>,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) source: Source,
    pub(crate) status_span: Range<usize>,
}

impl Rule {
    /// The file it was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.source.path
    }

    /// The file as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.source.text
    }
}

/// A word list under the name a rule gives it.
#[derive(Debug, Clone)]
pub struct List {
    /// The rule's name for it.
    pub name: Arc<str>,
    /// Its terms; rules that name the same shared list share them.
    pub words: Arc<WordList>,
}

/// One way to match. Indices point into the rule's patterns and lists.
#[derive(Debug, Clone)]
pub struct Match {
    /// How sure it makes.
    pub confidence: Confidence,
    /// What has to occur.
    pub source: MatchSource,
    /// What the value has to pass.
    pub check: Option<Check>,
    /// Where it holds; everywhere when empty.
    pub places: Vec<Place>,
    /// Lists of which one must have a word inside the value.
    pub with: Vec<usize>,
    /// Lists of which none may have a word inside the value.
    pub without: Vec<usize>,
    /// Lists of which one must have a word in the value's label.
    pub under: Vec<usize>,
    /// Lists of which one must have a word near.
    pub near: Vec<usize>,
    /// Lists of which none may have a word near.
    pub not_near: Vec<usize>,
    /// How many characters away near is.
    pub within: usize,
    /// Whom its findings concern; left open, the engine asks what stands around each of them.
    pub about: Option<About>,
    /// Whom they concern where that is left open and nothing around them tells.
    pub presumed: About,
    pub(crate) span: Range<usize>,
}

impl Match {
    /// Whether it holds for texts of that place.
    pub(crate) fn holds_in(&self, place: Place) -> bool {
        self.places.is_empty() || self.places.contains(&place)
    }
}

/// What has to occur for a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchSource {
    /// One of these patterns.
    Patterns(Vec<usize>),
    /// A term of one of these lists.
    Words(Vec<usize>),
    /// One of these patterns, from the beginning of a term of one of these lists.
    Begun {
        /// The lists.
        words: Vec<usize>,
        /// The patterns.
        patterns: Vec<usize>,
    },
    /// One of these facts.
    Facts(Vec<Fact>),
}

/// Values that are none although they match.
#[derive(Debug, Clone)]
pub struct Exception {
    /// Why.
    pub reason: Arc<str>,
    /// The values, reduced to letters and digits in lower case.
    pub values: HashSet<Box<str>>,
    /// Patterns: a value inside a match of one of them is excepted.
    pub patterns: Vec<usize>,
}

/// A test that stands in the rule's own file.
#[derive(Debug, Clone)]
pub struct RuleTest {
    /// What it shows, as a sentence.
    pub name: String,
    /// The text to scan.
    pub text: String,
    /// The label under which the whole text stands, when one is given.
    pub label: Option<String>,
    /// Where the text stands. Default: body.
    pub place: Place,
    /// In which zone, when the structure is to tell it.
    pub zone: Option<Zone>,
    /// Facts of the text's part.
    pub facts: Vec<Fact>,
    /// All that the rule has to find, no more and no less.
    pub finds: Vec<super::expect::Expected>,
    pub(crate) span: Range<usize>,
}

/// A value reduced to what tells it from others: letters and digits, in lower case.
#[must_use]
pub(crate) fn normalized(value: &str) -> String {
    if value.is_ascii() {
        let kept = value.bytes().filter(u8::is_ascii_alphanumeric);
        return kept.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
