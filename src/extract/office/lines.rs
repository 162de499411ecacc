//! Words that stand beside the running text of a document: a line each, each once.

use std::collections::HashSet;

use super::super::labelled::Labelled;
use super::super::normal::normal;

/// Lines of a document, each once.
#[derive(Debug, Default)]
pub(in crate::extract) struct Lines {
    text: Labelled,
    seen: HashSet<String>,
}

impl Lines {
    /// Adds `LABEL: VALUE`, or the value alone.
    pub(in crate::extract) fn add(&mut self, label: Option<&str>, value: &str) {
        let value = normal(value);
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let line = match label {
            Some(label) => format!("{label}: {value}"),
            None => value.to_owned(),
        };
        if !self.seen.insert(line) {
            return;
        }
        match label {
            Some(label) => self.text.named(label, value, None),
            None => self.text.line(value),
        }
    }

    /// What was added since it was taken last.
    pub(in crate::extract) fn take(&mut self) -> Labelled {
        std::mem::take(&mut self.text)
    }
}
