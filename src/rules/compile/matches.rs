//! A rule's matches and exceptions, with the names in them resolved.

use std::ops::Range;

use toml::Spanned;

use super::{Compiler, Names};
use crate::finding::Kind;
use crate::rules::check::Check;
use crate::rules::file::{ExceptEntry, MatchEntry, RuleFile};
use crate::rules::rule::{Exception, Match, MatchSource, normalized};
use crate::text::Fact;

/// Characters that near is when a match does not say.
const WITHIN: usize = 300;
/// The most that `within` can be.
const MOST_WITHIN: u32 = 10_000;

impl MatchEntry {
    /// Whether it has a condition that only a value can meet.
    fn weighs_a_value(&self) -> bool {
        let lists = [&self.with, &self.without, &self.under, &self.near, &self.not_near];
        self.check.is_some() || self.place.is_some() || lists.iter().any(|list| !list.is_empty())
    }
}

impl Compiler<'_> {
    pub(super) fn matches(&mut self, file: &RuleFile, names: &mut Names) -> Vec<Match> {
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
        if let Some(nowhere) = entry.place.as_ref().filter(|list| list.get_ref().is_empty()) {
            self.fault("R016", nowhere.span(), "a match in no place");
        }
        let with = self.list_names(&entry.with, names);
        let without = self.list_names(&entry.without, names);
        self.value_words(entry);
        let under = self.list_names(&entry.under, names);
        let near = self.list_names(&entry.near, names);
        let not_near = self.list_names(&entry.not_near, names);
        if let Some(both) = entry.not_near.iter().find(|name| entry.near.contains(name)) {
            self.fault("R040", both.span(), "the same list is to be near and not near");
        }
        if let (Some(_), Some(presume)) = (&entry.about, &entry.presume) {
            self.fault("R046", presume.span(), "`about` leaves nothing to presume");
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
            places: entry.place.as_ref().map_or_else(Vec::new, |list| list.get_ref().clone()),
            with,
            without,
            under,
            near,
            not_near,
            within,
            about: entry.about.as_ref().map(|about| *about.get_ref()),
            presumed: entry.presume.as_ref().map(|about| *about.get_ref()).unwrap_or_default(),
            span: header,
        })
    }

    /// What `with` and `without` ask of the value has to be something that can hold, and that can
    /// fail to.
    fn value_words(&mut self, entry: &MatchEntry) {
        if let Some(both) = entry.without.iter().find(|name| entry.with.contains(name)) {
            self.fault("R042", both.span(), "the value is to hold a word of this list and none");
        }
        let matched = entry.words.as_ref().map_or(&[][..], |words| words.get_ref().as_slice());
        if matched.iter().all(|name| entry.with.contains(name))
            && let Some(itself) = entry.with.iter().find(|name| matched.contains(name))
        {
            let message = "the value has a term of this list, so it always holds one";
            self.fault("R042", itself.span(), message);
        }
        if let Some(itself) = entry.without.iter().find(|name| matched.contains(name)) {
            let message = "the value has a term of this list, so it never holds none";
            self.fault("R042", itself.span(), message);
        }
    }

    fn match_source(
        &mut self,
        entry: &MatchEntry,
        kind: Kind,
        header: Range<usize>,
        names: &mut Names,
    ) -> Option<MatchSource> {
        let given = [&entry.pattern, &entry.words, &entry.facts];
        let of_text = entry.pattern.is_some() || entry.words.is_some();
        if entry.facts.is_some() == of_text {
            self.fault("R016", header, "a match has `pattern`, `words`, or both, or else `facts`");
            return None;
        }
        if let Some(empty) = given.into_iter().flatten().find(|list| list.get_ref().is_empty()) {
            self.fault("R016", empty.span(), "a match on nothing");
            return None;
        }
        if let Some(facts) = &entry.facts {
            if kind != Kind::Document {
                self.fault("R031", facts.span(), "`facts` are for rules of kind document alone");
            } else if entry.weighs_a_value() {
                self.fault(
                    "R031",
                    facts.span(),
                    "a fact has no value to check, no place and no words in it or near it",
                );
            }
            return Some(MatchSource::Facts(self.facts(facts.get_ref())));
        }
        let words = entry.words.as_ref().map(|list| self.list_names(list.get_ref(), names));
        let patterns = entry.pattern.as_ref().map(|list| self.pattern_names(list.get_ref(), names));
        Some(match (words, patterns) {
            (Some(words), Some(patterns)) => MatchSource::Begun { words, patterns },
            (Some(words), None) => MatchSource::Words(words),
            (None, patterns) => MatchSource::Patterns(patterns.unwrap_or_default()),
        })
    }

    pub(super) fn facts(&mut self, written: &[Spanned<String>]) -> Vec<Fact> {
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

    pub(super) fn exceptions(&mut self, file: &RuleFile, names: &mut Names) -> Vec<Exception> {
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
}
