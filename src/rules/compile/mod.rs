//! A rule file turned into a [`Rule`]: names resolved, patterns compiled, word lists read.

mod embedded;
mod matches;
mod parts;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;

use super::file::RuleFile;
use super::load::{FOLDERS, Lists};
use super::rule::Rule;
use super::source::Source;
use crate::diagnostic::Diagnostics;
use crate::finding::Kind;

/// Compiles the rule in `source`; `id` and `kind` are what its path says. A rule with any fault
/// gives `None`, so that no fault is reported twice in other words.
pub(super) fn compile(
    id: &str,
    kind: Kind,
    source: Source,
    lists: &mut Lists,
    found: &mut Diagnostics,
) -> Option<Rule> {
    let file: RuleFile = match source.parse() {
        Ok(file) => file,
        Err(faults) => {
            found.extend(faults);
            return None;
        }
    };
    let mut compiler = Compiler { source: &source, lists, found, faulty: false };
    compiler.identity(&file, id, kind);
    let mut parts = compiler.parts(&file);
    let patterns = compiler.patterns(&file, &mut parts);
    let word_lists = compiler.word_lists(&file);
    let mut names = Names::new(&file);
    let matches = compiler.matches(&file, &mut names);
    let exceptions = compiler.exceptions(&file, &mut names);
    let tests = compiler.tests(&file);
    // What a faulty match would have used is not known.
    if !compiler.faulty {
        compiler.unused(&file, &names);
        compiler.unused_parts(&file, &parts);
    }
    if compiler.faulty {
        return None;
    }
    let plain = |list: Vec<Spanned<String>>| list.into_iter().map(Spanned::into_inner).collect();
    Some(Rule {
        id: id.into(),
        title: file.title.into_inner(),
        description: file.description.into_inner(),
        status_span: file.status.span(),
        status: file.status.into_inner(),
        kind,
        hipaa: file.hipaa.map(Spanned::into_inner),
        class: file.class,
        references: plain(file.references),
        false_positives: plain(file.false_positives),
        tests,
        patterns,
        lists: word_lists,
        matches,
        exceptions,
        source,
    })
}

/// Where the names of a rule's patterns and lists stand, and which of them are used.
struct Names {
    patterns: BTreeMap<String, usize>,
    lists: BTreeMap<String, usize>,
    used_patterns: BTreeSet<usize>,
    used_lists: BTreeSet<usize>,
}

impl Names {
    fn new(file: &RuleFile) -> Self {
        fn numbered<T>(map: &BTreeMap<Spanned<String>, T>) -> BTreeMap<String, usize> {
            map.keys().enumerate().map(|(i, name)| (name.get_ref().clone(), i)).collect()
        }
        Self {
            patterns: numbered(&file.patterns),
            lists: numbered(&file.words),
            used_patterns: BTreeSet::new(),
            used_lists: BTreeSet::new(),
        }
    }
}

struct Compiler<'a> {
    source: &'a Source,
    lists: &'a mut Lists,
    found: &'a mut Diagnostics,
    faulty: bool,
}

impl Compiler<'_> {
    fn fault(&mut self, code: &'static str, span: Range<usize>, message: impl Into<String>) {
        self.faulty = true;
        self.found.push(self.source.error(code, span, message));
    }

    fn fault_with_help(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.faulty = true;
        self.found.push(self.source.error(code, span, message).help(help));
    }

    fn identity(&mut self, file: &RuleFile, id: &str, kind: Kind) {
        let written = file.id.get_ref();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if written.is_empty() || written.len() > 64 || !written.chars().all(fits) {
            self.fault_with_help(
                "R033",
                file.id.span(),
                "an id has up to 64 lower case letters, digits and dashes",
                "it stands in log lines and policies",
            );
        } else if written != id {
            self.fault_with_help(
                "R007",
                file.id.span(),
                format!("the id is `{written}`, the file is {id}.toml"),
                "the id is the file's name without .toml",
            );
        }
        if *file.kind.get_ref() != kind {
            let folder = FOLDERS.iter().find(|(k, _)| k == file.kind.get_ref()).map(|(_, f)| *f);
            self.fault_with_help(
                "R008",
                file.kind.span(),
                "a rule of this kind stands in another folder",
                format!("it belongs in the folder {}", folder.unwrap_or_default()),
            );
        }
        for (what, text) in [("title", &file.title), ("description", &file.description)] {
            self.filled(what, text);
        }
        for reference in &file.references {
            self.filled("reference", reference);
        }
        match (kind, &file.hipaa) {
            (Kind::Identifier, None) => self.fault_with_help(
                "R024",
                file.kind.span(),
                "an identifier without `hipaa`",
                "say which of the 18 identifiers of 45 CFR 164.514(b)(2) it is",
            ),
            (Kind::Clinical | Kind::Document, Some(hipaa)) => {
                self.fault("R025", hipaa.span(), "`hipaa` is for rules of kind identifier alone");
            }
            _ => {}
        }
    }

    fn filled(&mut self, what: &str, text: &Spanned<String>) {
        if text.get_ref().trim().is_empty() {
            self.fault("R032", text.span(), format!("an empty {what}"));
        }
    }

    /// The header line of an array's table: what a caret can point at.
    fn header(&self, span: Range<usize>) -> Range<usize> {
        let line = self.source.text.get(span.start..).and_then(|text| text.lines().next());
        span.start..span.start + line.map_or(0, str::len)
    }

    fn unused(&mut self, file: &RuleFile, names: &Names) {
        for (index, name) in file.patterns.keys().enumerate() {
            if !names.used_patterns.contains(&index) {
                self.fault("R012", name.span(), format!("no match uses `{}`", name.get_ref()));
            }
        }
        for (index, name) in file.words.keys().enumerate() {
            if !names.used_lists.contains(&index) {
                self.fault("R012", name.span(), format!("no match uses `{}`", name.get_ref()));
            }
        }
    }
}
