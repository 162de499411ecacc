//! What a rule can look for: its patterns and its word lists.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;

use super::Compiler;
use super::parts::Parts;
use crate::rules::file::{RuleFile, WordsEntry};
use crate::rules::load::{MissingFile, read_list};
use crate::rules::pattern::{BadPattern, Pattern};
use crate::rules::rule::List;
use crate::rules::words::{WordList, check_term};

impl Compiler<'_> {
    pub(super) fn patterns(&mut self, file: &RuleFile, parts: &mut Parts) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for (name, written) in &file.patterns {
            let Some(whole) = self.put_in(written, parts) else { continue };
            match Pattern::new(name.get_ref(), &whole) {
                Ok(pattern) => patterns.push(pattern),
                Err(BadPattern::Syntax { at, message }) => {
                    let as_written = *written.get_ref() == whole;
                    let span = if as_written { self.inside(written, at) } else { written.span() };
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
                Err(BadPattern::TooLarge) => self.too_large(written.span()),
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

    pub(super) fn too_large(&mut self, span: Range<usize>) {
        self.fault_with_help(
            "R015",
            span,
            "the pattern compiles to more than 1 MiB",
            "make its counts smaller, or list its words under [words]",
        );
    }

    /// Where a part of a pattern stands in the file, when it is written there as it is read.
    pub(super) fn inside(&self, written: &Spanned<String>, at: Range<usize>) -> Range<usize> {
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
        let terms = terms.iter().map(|term| term.get_ref().trim()).collect();
        Some(Arc::new(WordList { terms }))
    }

    fn beside(&mut self, file: &Spanned<String>) -> Option<Arc<WordList>> {
        let name = file.get_ref();
        if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
            self.fault("R026", file.span(), "`file` names a file that stands beside the rule");
            return None;
        }
        let path = self.source.path.with_file_name(name);
        self.missing(file.span(), "word list", read_list(&path))
    }

    fn shared(&mut self, name: &Spanned<String>) -> Option<Arc<WordList>> {
        let list = self.lists.shared(name.get_ref());
        self.missing(name.span(), "word list", list)
    }

    /// What a file of the given sort has, or the fault that it is not to be had.
    pub(super) fn missing<T>(
        &mut self,
        span: Range<usize>,
        sort: &str,
        content: Result<T, MissingFile>,
    ) -> Option<T> {
        match content {
            Ok(content) => return Some(content),
            Err(MissingFile::Unknown { folder, there }) => self.fault_with_help(
                "R027",
                span,
                format!("no shared {sort} has this name"),
                match there.as_slice() {
                    [] => format!("there are none: they stand in the folder {folder}"),
                    names => format!("there are {}", names.join(", ")),
                },
            ),
            Err(MissingFile::Unreadable { path, why }) => {
                let message = format!("the {sort} {} can't be read: {why}", path.display());
                self.fault("R026", span, message);
            }
            Err(MissingFile::Faulty(faults)) => {
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
