//! A rule file turned into a [`Rule`]: names resolved, patterns compiled, word lists read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;

use super::check::Check;
use super::file::{ExceptEntry, MatchEntry, RuleFile, TestEntry, WordsEntry};
use super::load::{FOLDERS, Lists, MissingList, read_list};
use super::pattern::{BadPattern, Pattern};
use super::rule::{Exception, List, Match, MatchSource, Rule, RuleTest, normalized};
use super::source::Source;
use super::words::{WordList, check_term};
use crate::diagnostic::Diagnostics;
use crate::finding::Kind;
use crate::text::{Fact, Place};

/// Characters that near is when a match does not say.
const WITHIN: usize = 300;
/// The most that `within` can be.
const MOST_WITHIN: u32 = 10_000;

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
    let patterns = compiler.patterns(&file);
    let word_lists = compiler.word_lists(&file);
    let mut names = Names::new(&file);
    let matches = compiler.matches(&file, &mut names);
    let exceptions = compiler.exceptions(&file, &mut names);
    let tests = compiler.tests(&file);
    // What a faulty match would have used is not known.
    if !compiler.faulty {
        compiler.unused(&file, &names);
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

    fn patterns(&mut self, file: &RuleFile) -> Vec<Pattern> {
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

    fn word_lists(&mut self, file: &RuleFile) -> Vec<List> {
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

    fn matches(&mut self, file: &RuleFile, names: &mut Names) -> Vec<Match> {
        if file.matches.is_empty() {
            self.fault("R018", file.id.span(), "the rule has no [[match]], so it finds nothing");
        }
        file.matches
            .iter()
            .filter_map(|entry| self.one_match(entry, *file.kind.get_ref(), names))
            .collect()
    }

    fn one_match(
        &mut self,
        entry: &Spanned<MatchEntry>,
        kind: Kind,
        names: &mut Names,
    ) -> Option<Match> {
        let header = self.header(entry.span());
        let entry = entry.get_ref();
        let source = self.match_source(entry, kind, header.clone(), names)?;
        let check = entry.check.as_ref().and_then(|check| self.check(check));
        let near = self.list_names(&entry.near, names);
        let not_near = self.list_names(&entry.not_near, names);
        if let Some(both) = entry.not_near.iter().find(|name| entry.near.contains(name)) {
            self.fault("R040", both.span(), "the same list is to be near and not near");
        }
        let within = match &entry.within {
            None => WITHIN,
            Some(within) => {
                if entry.near.is_empty() && entry.not_near.is_empty() {
                    self.fault("R040", within.span(), "`within` without `near` or `not-near`");
                } else if !(1..=MOST_WITHIN).contains(within.get_ref()) {
                    let message = format!("`within` is a number of characters, 1 to {MOST_WITHIN}");
                    self.fault("R040", within.span(), message);
                }
                *within.get_ref() as usize
            }
        };
        Some(Match {
            confidence: entry.confidence,
            source,
            check,
            near,
            not_near,
            within,
            about: entry.about,
            span: header,
        })
    }

    /// The header line of an array's table: what a caret can point at.
    fn header(&self, span: Range<usize>) -> Range<usize> {
        let line = self.source.text.get(span.start..).and_then(|text| text.lines().next());
        span.start..span.start + line.map_or(0, str::len)
    }

    fn match_source(
        &mut self,
        entry: &MatchEntry,
        kind: Kind,
        header: Range<usize>,
        names: &mut Names,
    ) -> Option<MatchSource> {
        let given = [&entry.pattern, &entry.words, &entry.facts];
        if given.iter().filter(|list| list.is_some()).count() != 1 {
            self.fault("R016", header, "a match has one of `pattern`, `words` and `facts`");
            return None;
        }
        if let Some(empty) = given.into_iter().flatten().find(|list| list.get_ref().is_empty()) {
            self.fault("R016", empty.span(), "a match on nothing");
            return None;
        }
        if let Some(facts) = &entry.facts {
            if kind != Kind::Document {
                self.fault("R031", facts.span(), "`facts` are for rules of kind document alone");
            } else if entry.check.is_some() || !entry.near.is_empty() || !entry.not_near.is_empty()
            {
                self.fault(
                    "R031",
                    facts.span(),
                    "a fact has no value to check and no words near it",
                );
            }
            return Some(MatchSource::Facts(self.facts(facts.get_ref())));
        }
        if kind == Kind::Document {
            self.fault("R031", header, "a rule of kind document matches `facts`");
            return None;
        }
        if let Some(words) = &entry.words {
            return Some(MatchSource::Words(self.list_names(words.get_ref(), names)));
        }
        let patterns = entry.pattern.as_ref().map(|list| self.pattern_names(list.get_ref(), names));
        Some(MatchSource::Patterns(patterns.unwrap_or_default()))
    }

    fn facts(&mut self, written: &[Spanned<String>]) -> Vec<Fact> {
        let mut facts = Vec::new();
        for name in written {
            match Fact::from_name(name.get_ref()) {
                Some(fact) => facts.push(fact),
                None => {
                    let there: Vec<_> = Fact::ALL.iter().map(|fact| fact.name()).collect();
                    self.fault_with_help(
                        "R031",
                        name.span(),
                        "no fact has this name",
                        format!("one of {}", there.join(", ")),
                    );
                }
            }
        }
        facts
    }

    fn check(&mut self, written: &Spanned<String>) -> Option<Check> {
        let check = Check::from_name(written.get_ref());
        if check.is_none() {
            let there: Vec<_> = Check::ALL.iter().map(|check| check.name()).collect();
            self.fault_with_help(
                "R030",
                written.span(),
                "no check has this name",
                format!("one of {}", there.join(", ")),
            );
        }
        check
    }

    fn list_names(&mut self, written: &[Spanned<String>], names: &mut Names) -> Vec<usize> {
        let mut indices = Vec::new();
        for name in written {
            match names.lists.get(name.get_ref()) {
                Some(&index) => {
                    names.used_lists.insert(index);
                    indices.push(index);
                }
                None => self.fault(
                    "R011",
                    name.span(),
                    format!("[words] has no list `{}`", name.get_ref()),
                ),
            }
        }
        indices
    }

    fn pattern_names(&mut self, written: &[Spanned<String>], names: &mut Names) -> Vec<usize> {
        let mut indices = Vec::new();
        for name in written {
            match names.patterns.get(name.get_ref()) {
                Some(&index) => {
                    names.used_patterns.insert(index);
                    indices.push(index);
                }
                None => self.fault(
                    "R011",
                    name.span(),
                    format!("[patterns] has no pattern `{}`", name.get_ref()),
                ),
            }
        }
        indices
    }

    fn exceptions(&mut self, file: &RuleFile, names: &mut Names) -> Vec<Exception> {
        file.exceptions.iter().map(|entry| self.exception(entry, names)).collect()
    }

    fn exception(&mut self, entry: &Spanned<ExceptEntry>, names: &mut Names) -> Exception {
        let header = self.header(entry.span());
        let entry = entry.get_ref();
        let reason = match &entry.reason {
            Some(reason) if !reason.get_ref().trim().is_empty() => reason.get_ref().as_str(),
            Some(empty) => {
                self.fault("R019", empty.span(), "an exception with an empty reason");
                ""
            }
            None => {
                self.fault("R019", header.clone(), "an exception without a reason");
                ""
            }
        };
        if entry.values.is_empty() && entry.pattern.is_empty() {
            self.fault("R020", header, "an exception with neither `values` nor `pattern`");
        }
        for value in &entry.values {
            if normalized(value.get_ref()).is_empty() {
                self.fault("R020", value.span(), "a value without letter or digit");
            }
        }
        Exception {
            reason: reason.into(),
            values: entry.values.iter().map(|value| normalized(value.get_ref()).into()).collect(),
            patterns: self.pattern_names(&entry.pattern, names),
        }
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

    fn tests(&mut self, file: &RuleFile) -> Vec<RuleTest> {
        let mut seen = BTreeSet::new();
        let mut tests = Vec::new();
        for entry in &file.tests {
            let header = self.header(entry.span());
            let entry = entry.get_ref();
            self.filled("test name", &entry.name);
            if !seen.insert(entry.name.get_ref().as_str()) {
                self.fault("R010", entry.name.span(), "another test has this name");
            }
            tests.push(self.test(entry, header));
        }
        tests
    }

    fn test(&mut self, entry: &TestEntry, header: Range<usize>) -> RuleTest {
        if entry.text.is_none() && entry.facts.is_empty() {
            self.fault("R038", header.clone(), "a test with neither `text` nor `facts`");
        }
        let place = entry.place.as_ref().map_or(Place::Body, |place| *place.get_ref());
        if let Some(zone) = &entry.zone
            && place != Place::Body
        {
            self.fault("R038", zone.span(), "only a body has zones");
        }
        RuleTest {
            name: entry.name.get_ref().clone(),
            text: entry.text.clone().unwrap_or_default(),
            label: entry.label.clone(),
            place,
            zone: entry.zone.as_ref().map(|zone| *zone.get_ref()),
            facts: self.facts(&entry.facts),
            finds: entry.finds.clone(),
            span: header,
        }
    }
}
