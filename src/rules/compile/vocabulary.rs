//! What a rule can look for: its patterns and its word lists.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;

use super::Compiler;
use crate::rules::file::{RuleFile, WordsEntry};
use crate::rules::load::{MissingList, read_list};
use crate::rules::pattern::{BadPattern, Pattern};
use crate::rules::rule::List;
use crate::rules::words::{WordList, check_term};

impl Compiler<'_> {
    pub(super) fn patterns(&mut self, file: &RuleFile) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for (name, written) in &file.patterns {
            match Pattern::new(name.get_ref(), written.get_ref()) {
                Ok(pattern) => patterns.push(pattern),
                Err(BadPattern::Syntax { at, message }) => {
                    let span = self.inside(written, at);
                    self.fault(
                        "R013",
                        span,
                        format!("the pattern is no regular expression: {message}"),
                    );
                }
                Err(BadPattern::Empty) => self.fault(
                    "R014",
                    written.span(),
                    "the pattern matches the empty string, so it would match everywhere",
                ),
                Err(BadPattern::TooLarge) => self.fault_with_help(
                    "R015",
                    written.span(),
                    "the pattern compiles to more than 1 MiB",
                    "make its counts smaller, or list its words under [words]",
                ),
                Err(BadPattern::Group { name }) => self.fault_with_help(
                    "R039",
                    written.span(),
                    format!("a group with the name `{name}`"),
                    "the one name that means something is (?<value>...)",
                ),
            }
        }
        patterns
    }

    /// Where a part of a pattern stands in the file, when it is written there as it is read.
    fn inside(&self, written: &Spanned<String>, at: Range<usize>) -> Range<usize> {
        let span = written.span();
        let raw = self.source.text.get(span.clone()).unwrap_or_default();
        match raw.strip_prefix('\'').and_then(|raw| raw.strip_suffix('\'')) {
            Some(raw) if raw == written.get_ref() => {
                span.start + 1 + at.start..span.start + 1 + at.end.max(at.start + 1)
            }
            _ => span,
        }
    }

    pub(super) fn word_lists(&mut self, file: &RuleFile) -> Vec<List> {
        let mut lists = Vec::new();
        for (name, entry) in &file.words {
            let words = match entry.get_ref() {
                WordsEntry::Inline(terms) => self.inline(entry.span(), terms),
                WordsEntry::File(path) => self.beside(path),
                WordsEntry::Shared(name) => self.shared(name),
            };
            lists.extend(words.map(|words| List { name: name.get_ref().as_str().into(), words }));
        }
        lists
    }

    fn inline(&mut self, span: Range<usize>, terms: &[Spanned<String>]) -> Option<Arc<WordList>> {
        if terms.is_empty() {
            self.fault("R028", span, "the word list is empty");
            return None;
        }
        for term in terms {
            if let Err(fault) = check_term(term.get_ref().trim()) {
                self.fault("R029", term.span(), fault.message(term.get_ref()));
            }
        }
        let terms = terms.iter().map(|term| term.get_ref().trim().into()).collect();
        Some(Arc::new(WordList { terms }))
    }

    fn beside(&mut self, file: &Spanned<String>) -> Option<Arc<WordList>> {
        let name = file.get_ref();
        if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
            self.fault("R026", file.span(), "`file` names a file that stands beside the rule");
            return None;
        }
        let path = self.source.path.with_file_name(name);
        self.missing(file.span(), read_list(&path))
    }

    fn shared(&mut self, name: &Spanned<String>) -> Option<Arc<WordList>> {
        let list = self.lists.shared(name.get_ref());
        self.missing(name.span(), list)
    }

    fn missing(
        &mut self,
        span: Range<usize>,
        list: Result<Arc<WordList>, MissingList>,
    ) -> Option<Arc<WordList>> {
        match list {
            Ok(list) => return Some(list),
            Err(MissingList::Unknown(there)) => self.fault_with_help(
                "R027",
                span,
                "no shared list has this name",
                match there.as_slice() {
                    [] => "there are none: they stand in the folder words".to_owned(),
                    names => format!("there are {}", names.join(", ")),
                },
            ),
            Err(MissingList::Unreadable { path, why }) => {
                let message = format!("the word list {} can't be read: {why}", path.display());
                self.fault("R026", span, message);
            }
            Err(MissingList::Faulty(faults)) => {
                self.faulty = true;
                for fault in faults {
                    // Several rules can share the list; its fault is told once.
                    if !self.found.0.contains(&fault) {
                        self.found.push(fault);
                    }
                }
            }
        }
        None
    }
}
