//! The rule file as written: a mirror for serde, nothing else.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

use super::expect::Expected;
use super::rule::Status;
use crate::finding::{About, Class, Confidence, Hipaa, Kind};
use crate::text::{Place, Zone};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RuleFile {
    pub id: Spanned<String>,
    pub title: Spanned<String>,
    pub description: Spanned<String>,
    pub status: Spanned<Status>,
    pub kind: Spanned<Kind>,
    pub hipaa: Option<Spanned<Hipaa>>,
    pub class: Option<Class>,
    #[serde(default)]
    pub references: Vec<Spanned<String>>,
    #[serde(default)]
    pub false_positives: Vec<Spanned<String>>,
    #[serde(default)]
    pub parts: BTreeMap<Spanned<String>, Spanned<PartEntry>>,
    #[serde(default)]
    pub patterns: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    pub words: BTreeMap<Spanned<String>, Spanned<WordsEntry>>,
    #[serde(default, rename = "match")]
    pub matches: Vec<Spanned<MatchEntry>>,
    #[serde(default, rename = "except")]
    pub exceptions: Vec<Spanned<ExceptEntry>>,
    #[serde(default, rename = "test")]
    pub tests: Vec<Spanned<TestEntry>>,
}

/// A piece of patterns, or where it comes from.
#[derive(Debug)]
pub(crate) enum PartEntry {
    Inline(String),
    Shared(Spanned<String>),
}

/// Where a word list comes from.
#[derive(Debug)]
pub(crate) enum WordsEntry {
    Inline(Vec<Spanned<String>>),
    File(Spanned<String>),
    Shared(Spanned<String>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct MatchEntry {
    pub confidence: Confidence,
    pub pattern: Option<Spanned<Vec<Spanned<String>>>>,
    pub words: Option<Spanned<Vec<Spanned<String>>>>,
    pub facts: Option<Spanned<Vec<Spanned<String>>>>,
    pub check: Option<Spanned<String>>,
    pub place: Option<Spanned<Vec<Place>>>,
    #[serde(default)]
    pub with: Vec<Spanned<String>>,
    #[serde(default)]
    pub without: Vec<Spanned<String>>,
    #[serde(default)]
    pub under: Vec<Spanned<String>>,
    #[serde(default)]
    pub near: Vec<Spanned<String>>,
    #[serde(default)]
    pub not_near: Vec<Spanned<String>>,
    pub within: Option<Spanned<u32>>,
    pub about: Option<Spanned<About>>,
    pub presume: Option<Spanned<About>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ExceptEntry {
    pub reason: Option<Spanned<String>>,
    #[serde(default)]
    pub values: Vec<Spanned<String>>,
    #[serde(default)]
    pub pattern: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct TestEntry {
    pub name: Spanned<String>,
    pub text: Option<String>,
    pub label: Option<String>,
    pub place: Option<Spanned<Place>>,
    pub zone: Option<Spanned<Zone>>,
    #[serde(default)]
    pub facts: Vec<Spanned<String>>,
    pub finds: Vec<Expected>,
}

impl<'de> Deserialize<'de> for PartEntry {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entry;

        impl<'de> Visitor<'de> for Entry {
            type Value = PartEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a regular expression or { shared = \"...\" }")
            }

            fn visit_str<E: de::Error>(self, written: &str) -> Result<PartEntry, E> {
                Ok(PartEntry::Inline(written.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PartEntry, A::Error> {
                let entry = match map.next_key::<String>()?.as_deref() {
                    Some("shared") => PartEntry::Shared(map.next_value()?),
                    Some(other) => return Err(de::Error::unknown_field(other, &["shared"])),
                    None => return Err(de::Error::missing_field("shared")),
                };
                match map.next_key::<String>()? {
                    None => Ok(entry),
                    Some(_) => Err(de::Error::custom("a part has one source, not two")),
                }
            }
        }

        deserializer.deserialize_any(Entry)
    }
}

impl<'de> Deserialize<'de> for WordsEntry {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entry;

        impl<'de> Visitor<'de> for Entry {
            type Value = WordsEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of words, { file = \"...\" } or { shared = \"...\" }")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<WordsEntry, A::Error> {
                let mut terms = Vec::new();
                while let Some(term) = seq.next_element()? {
                    terms.push(term);
                }
                Ok(WordsEntry::Inline(terms))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WordsEntry, A::Error> {
                let entry = match map.next_key::<String>()?.as_deref() {
                    Some("file") => WordsEntry::File(map.next_value()?),
                    Some("shared") => WordsEntry::Shared(map.next_value()?),
                    Some(other) => {
                        return Err(de::Error::unknown_field(other, &["file", "shared"]));
                    }
                    None => return Err(de::Error::missing_field("file")),
                };
                match map.next_key::<String>()? {
                    None => Ok(entry),
                    Some(_) => Err(de::Error::custom("a list has one source, not two")),
                }
            }
        }

        deserializer.deserialize_any(Entry)
    }
}
