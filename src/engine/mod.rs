//! Texts to findings.
//!
//! ```text
//! Text --fold--> folded --words--> hits of word lists ----+
//!                   |                                     v
//!                   +----candidates--> pattern matches -> evidence --> Finding
//! ```
//!
//! Every rule means what its plain regular expressions and word lists say, each run alone over
//! the folded text; what makes it fast may not change that, and a test compares the two.

mod automaton;
mod beginnings;
mod candidates;
mod evidence;
mod explain;
mod facts;
mod fold;
mod harvest;
mod hyphens;
mod images;
mod mask;
mod near;
mod patients;
mod search;
pub mod selftest;
mod sites;
mod slices;
mod tokens;
mod words;
mod zones;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::sync::Arc;
use std::time::Instant;

use crate::diagnostic::Diagnostics;
use crate::finding::Finding;
use crate::rules::{Day, Rule, RuleSet, WordList};
use crate::text::{Reading, Unread};

pub use explain::{NearMiss, Tried, WhyNot};
pub use mask::mask;
pub use patients::patients;

use candidates::{Group, PatternId};
use words::{Dictionary, Hit, ListId, SetId};
use zones::Phrase;

/// Rules ready to run, immutable and shared by all scans.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Rule>,
    dictionary: Dictionary,
    /// The number of each list of each rule in the dictionary.
    list_ids: Vec<Vec<ListId>>,
    /// Which rules match on the terms of a set of lists, and on which of the rule's lists.
    set_users: Vec<Vec<(usize, usize)>>,
    /// What a set of lists tells about zones.
    set_phrases: Vec<Vec<Phrase>>,
    /// Which rule and which of its patterns each pattern is.
    patterns: Vec<PatternId>,
    /// The same patterns in their order, as they are looked for together.
    groups: Vec<Group>,
    /// The key of digests.
    key: RandomState,
}

/// What the rules found in a message.
#[must_use]
#[derive(Debug, Clone, Default)]
pub struct Detection {
    /// Those of facts first, then in order of the texts.
    pub findings: Vec<Finding>,
    /// Texts, or rests of them, that there was no time for, and texts with more findings than are
    /// kept.
    pub unread: Vec<Unread>,
}

impl Engine {
    /// Makes an engine of rules whose embedded tests hold.
    ///
    /// # Errors
    /// A diagnostic for each embedded test that fails.
    pub fn new(set: RuleSet) -> Result<Self, Diagnostics> {
        let engine = Self::untested(set);
        let failed = selftest::diagnostics(&selftest::run(&engine));
        if failed.has_errors() { Err(failed) } else { Ok(engine) }
    }

    /// Makes an engine without running the rules' tests, for who runs them himself.
    #[must_use]
    pub fn untested(set: RuleSet) -> Self {
        let rules = set.rules;
        let mut numbers: HashMap<*const WordList, u32> = HashMap::new();
        let mut lists: Vec<Arc<WordList>> = Vec::new();
        let mut list_ids = Vec::with_capacity(rules.len());
        let mut list_users: Vec<Vec<(usize, usize)>> = Vec::new();
        for (rule_index, rule) in rules.iter().enumerate() {
            let mut ids = Vec::with_capacity(rule.lists.len());
            for list in &rule.lists {
                let fresh = u32::try_from(lists.len()).unwrap_or(u32::MAX);
                let number = *numbers.entry(Arc::as_ptr(&list.words)).or_insert(fresh);
                if number == fresh {
                    lists.push(Arc::clone(&list.words));
                    list_users.push(Vec::new());
                }
                ids.push(ListId(number));
            }
            for local in candidates::lists_matched(rule) {
                if let Some(users) = ids.get(local).and_then(|id| list_users.get_mut(id.0 as usize))
                {
                    users.push((rule_index, local));
                }
            }
            list_ids.push(ids);
        }
        let first_phrases = lists.len();
        let phrases: Vec<Vec<Box<str>>> = Phrase::ALL
            .iter()
            .map(|(_, terms)| terms.iter().map(|&t| t.into()).collect())
            .collect();
        let of_rules = lists.iter().map(|list| list.terms.as_slice());
        let dictionary = Dictionary::new(of_rules.chain(phrases.iter().map(Vec::as_slice)));
        let set_phrases = (0..dictionary.sets()).map(|set| {
            let lists = dictionary.lists(SetId(u32::try_from(set).unwrap_or(u32::MAX)));
            let number = |list: ListId| (list.0 as usize).checked_sub(first_phrases);
            let phrase = |list| Phrase::ALL.get(number(list)?).map(|(phrase, _)| *phrase);
            lists.iter().filter_map(phrase).collect()
        });
        let set_phrases = set_phrases.collect();
        let set_users = (0..dictionary.sets()).map(|set| {
            let lists = dictionary.lists(SetId(u32::try_from(set).unwrap_or(u32::MAX)));
            lists.iter().filter_map(|list| list_users.get(list.0 as usize)).flatten().copied()
        });
        let set_users = set_users.map(Iterator::collect).collect();
        let patterns = candidates::number(&rules);
        let groups = candidates::groups(&rules, &patterns);
        let key = RandomState::new();
        Self { rules, dictionary, list_ids, set_users, set_phrases, patterns, groups, key }
    }

    /// The rules, in order of their ids.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        let at = self.rules.binary_search_by(|rule| (*rule.id).cmp(id)).ok()?;
        self.rules.get(at)
    }

    /// The words of all lists in a folded text, in order of their ends.
    fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.dictionary.find(text, &mut hits);
        hyphens::join(&self.dictionary, text, &mut hits);
        hits
    }

    /// Finds what the rules find in a message. Past the deadline the rest of its texts is unread;
    /// what was found until then counts.
    pub fn scan(&self, reading: &Reading, deadline: Instant) -> Detection {
        let today = Day::today();
        let mut harvest = harvest::Harvest::new(reading);
        self.scan_facts(reading, &mut harvest);
        for (index, text) in reading.texts.iter().enumerate() {
            if Instant::now() >= deadline {
                harvest.out_of_time(text);
                continue;
            }
            self.scan_text(index, text, today, deadline, &mut harvest);
        }
        harvest.done()
    }
}
