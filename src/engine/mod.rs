//! Texts to findings.
//!
//! ```text
//! Text --fold--> folded --words--> hits of word lists ----+
//!                   |                  | where to look    |
//!                   |                  v                  v
//!                   +----candidates--> pattern matches -> evidence --> Finding
//! ```
//!
//! Every rule means what its plain regular expressions and word lists say, each run alone over
//! the folded text; what makes it fast may not change that, and a test compares the two.

mod about;
mod anatomy;
mod automaton;
mod beginnings;
mod candidates;
mod characters;
mod distinct;
mod evidence;
mod exceptions;
mod explain;
mod facts;
mod first_words;
mod fold;
mod harvest;
mod hyphens;
mod images;
mod known_words;
mod leading;
mod letters;
mod lists;
mod mask;
mod near;
mod overlaps;
mod patients;
mod places;
mod relaxed;
mod search;
pub mod selftest;
mod signs;
mod sites;
mod slices;
mod spares;
mod starts;
mod surroundings;
mod tables;
mod tokens;
mod triples;
mod words;
mod zones;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Instant;

use crate::diagnostic::Diagnostics;
use crate::finding::{About, Finding, Hipaa, NameWords};
use crate::rules::{Day, Pattern, Rule, RuleSet, Stand, Terms};
use crate::text::{Reading, Unread};

pub use explain::{NearMiss, Tried, WhyNot};
pub use leading::Leading;
pub use mask::mask;
pub use patients::patients;
pub use spares::Spares;

use about::{Records, Roles, Sender};
use candidates::{Group, Needs, Origin, PatternId, User, Windows};
use exceptions::Excepting;
use leading::{Turn, Turns};
use lists::Lists;
use near::Lookups;
use words::{Dictionary, Hit, ListId, SetId};
use zones::Phrase;

/// Rules ready to run, immutable and shared by all scans.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Rule>,
    /// Which of them lead.
    turns: Turns,
    /// The lists that are looked for in texts.
    dictionary: Dictionary,
    /// The lists that are looked for in values.
    values: Dictionary,
    /// The number of each list of each rule in the dictionary.
    list_ids: Vec<Vec<ListId>>,
    /// Which rules match on the terms of a set of lists, and what such a term is the origin of.
    set_users: Vec<Vec<User>>,
    /// What these need, and how many bytes they can match.
    begun_needs: Vec<(Needs, usize)>,
    /// Where any of that can be met.
    begun_windows: Windows,
    /// What a set of lists tells about zones.
    set_phrases: Vec<Vec<Phrase>>,
    /// The sets with labels as readers of images misread them.
    misread: Vec<SetId>,
    /// Which rule and which of its patterns each pattern is.
    patterns: Vec<PatternId>,
    /// What each of these patterns needs to be of use.
    needs: Vec<Needs>,
    /// The same patterns in their order, as they are looked for together.
    groups: Vec<Group>,
    /// What is excepted by patterns, rule by rule.
    excepting: Vec<Excepting>,
    /// What the terms of each set of lists tell of whom a value is about.
    roles: Vec<Roles>,
    /// The key of digests.
    key: RandomState,
}

/// What the rules found in a message.
#[must_use]
#[derive(Debug, Clone, Default)]
pub struct Detection {
    /// Those of facts first, then in order of the texts.
    pub findings: Vec<Finding>,
    /// What counts people of the findings in rows beyond those.
    pub spares: Spares,
    /// Texts, or rests of them, that there was no time for, and texts with more findings than are
    /// kept.
    pub unread: Vec<Unread>,
}

/// What a scan is to do.
#[derive(Debug, Clone, Copy)]
struct Errand {
    /// The last turn whose rules are looked for.
    last: Turn,
    today: Day,
    deadline: Instant,
}

impl Engine {
    /// Makes an engine of rules whose embedded tests hold, some of which lead.
    ///
    /// # Errors
    /// A diagnostic for each embedded test that fails.
    pub fn new(set: RuleSet, leading: &Leading) -> Result<Self, Diagnostics> {
        let mut engine = Self::led(set, leading);
        let failed = selftest::diagnostics(&selftest::run(&engine));
        if failed.has_errors() {
            return Err(failed);
        }
        engine.forget();
        Ok(engine)
    }

    /// Drops what searches have built so far: the tests of the rules reach states that texts do not.
    fn forget(&mut self) {
        self.groups.iter_mut().for_each(Group::forget);
        self.rules.iter_mut().flat_map(|rule| &mut rule.patterns).for_each(Pattern::forget);
    }

    /// Makes an engine without running the rules' tests, for who runs them himself or scans for
    /// everything alone.
    #[must_use]
    pub fn untested(set: RuleSet) -> Self {
        let leading = Leading::all(&set.rules);
        Self::led(set, &leading)
    }

    /// As [`Engine::untested`], some of the rules leading.
    #[must_use]
    pub fn led(set: RuleSet, leading: &Leading) -> Self {
        let rules = set.rules;
        let turns = Turns::of(&rules, leading);
        let mut lists = Lists::of(&rules, &turns);
        let told: Vec<(ListId, About, Stand)> = set
            .about
            .iter()
            .map(|list| (lists.also(&list.words), list.about, list.stand))
            .collect();
        let first_phrases = lists.count();
        let phrases: Vec<Terms> =
            Phrase::ALL.iter().map(|(_, terms)| terms.iter().copied().collect()).collect();
        let leads = |list| first_phrases <= list as usize || lists.turn(list) == Turn::Leading;
        let in_texts = lists.in_texts().chain(&phrases).map(Terms::iter);
        let dictionary = Dictionary::led(in_texts, |list| leads(list.0));
        let values = Dictionary::new(lists.in_values().map(Terms::iter));
        let sets = (0..dictionary.sets())
            .map(|set| dictionary.members(SetId(u32::try_from(set).unwrap_or(u32::MAX))));
        let roles = sets.clone().map(|set| Roles::of(set, &told)).collect();
        let set_phrases = sets.clone().map(|set| {
            let number = |list: &ListId| (list.0 as usize).checked_sub(first_phrases);
            let phrase = |list| Phrase::ALL.get(number(list)?).map(|(phrase, _)| *phrase);
            set.iter().filter_map(phrase).collect()
        });
        let set_phrases: Vec<Vec<Phrase>> = set_phrases.collect();
        let misread = (0..).map(SetId).zip(&set_phrases);
        let misread = misread.filter(|(_, phrases)| phrases.contains(&Phrase::Misread));
        let misread = misread.map(|(set, _)| set).collect();
        let (set_users, begun_needs) = users(&rules, &lists, sets);
        let of_begun = begun_needs.iter().map(|(needs, longest)| (needs, *longest));
        let begun_windows = Windows::of(of_begun, &dictionary);
        let (patterns, needs): (Vec<PatternId>, Vec<Needs>) =
            candidates::number(&rules, &turns, &lists.ids).into_iter().unzip();
        let groups = candidates::groups(&rules, &turns, &patterns, &needs, &dictionary);
        let excepting = rules.iter().map(Excepting::of).collect();
        let key = RandomState::new();
        Self {
            rules,
            turns,
            dictionary,
            values,
            list_ids: lists.ids,
            set_users,
            begun_needs,
            begun_windows,
            set_phrases,
            misread,
            patterns,
            needs,
            groups,
            excepting,
            roles,
            key,
        }
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

    /// What words are looked up in.
    fn lookups(&self) -> Lookups<'_> {
        Lookups { texts: &self.dictionary, roles: &self.roles, values: &self.values }
    }

    /// The words of the lists in a folded text, in order of their ends.
    fn hits(&self, last: Turn, text: &str) -> Vec<Hit> {
        hits(&self.dictionary, last, text)
    }

    /// Finds what the rules find in a message. Past the deadline the rest of its texts is unread;
    /// what was found until then counts.
    pub fn scan(&self, reading: &Reading, deadline: Instant) -> Detection {
        self.scan_up_to(Turn::Rest, reading, deadline)
    }

    /// Finds what the rules that lead find, as [`Engine::scan`] does, but that whom a finding is
    /// about may be settled by others.
    pub fn scan_leading(&self, reading: &Reading, deadline: Instant) -> Detection {
        self.scan_up_to(Turn::Leading, reading, deadline)
    }

    fn scan_up_to(&self, last: Turn, reading: &Reading, deadline: Instant) -> Detection {
        let errand = Errand { last, today: Day::today(), deadline };
        let mut harvest = harvest::Harvest::new(reading);
        let mut records = Records::behind(reading);
        self.scan_facts(last, reading, &mut harvest);
        for (index, text) in reading.texts.iter().enumerate() {
            if Instant::now() >= deadline {
                harvest.out_of_time(text);
                continue;
            }
            self.scan_text(index, text, errand, &mut records, &mut harvest);
        }
        let mut detection = harvest.done();
        if !detection.findings.is_empty() {
            let sender =
                Sender::of(reading, |hipaa, value| self.digest(Some(hipaa), value, errand.today));
            about::settle(&mut detection.findings, &mut detection.spares, sender);
        }
        detection
    }

    /// The keyed hash of a value, by what tells it from others of its kind.
    fn digest(&self, hipaa: Option<Hipaa>, value: &str, today: Day) -> u64 {
        self.key.hash_one(distinct::distinct(hipaa, value, today))
    }

    /// Keyed hashes of the words that a name is known by.
    fn name_words(&self, value: &str) -> NameWords {
        let hash = |word: String| (self.key.hash_one(word) as u32).max(1);
        let Some((first, last)) = distinct::name_words(value) else { return NameWords::default() };
        let (first, last) = (hash(first), last.map_or(0, hash));
        NameWords(first.min(last), first.max(last))
    }
}

/// Who matches on the terms of each set of lists, and, numbered, what those need and how many bytes
/// they can match.
fn users<'a>(
    rules: &[Rule],
    lists: &Lists,
    sets: impl Iterator<Item = &'a [ListId]>,
) -> (Vec<Vec<User>>, Vec<(Needs, usize)>) {
    let mut numbers: HashMap<(usize, Origin), usize> = HashMap::new();
    let mut all = Vec::new();
    let mut user = |&(rule, origin): &(usize, Origin)| {
        let needs = *numbers.entry((rule, origin)).or_insert_with(|| {
            let ids = lists.ids.get(rule).map(Vec::as_slice).unwrap_or_default();
            let needed = |rule: &Rule| (Needs::of(rule, ids, origin), origin.longest(rule));
            all.push(rules.get(rule).map_or((Needs::Nothing, 0), needed));
            all.len() - 1
        });
        User { rule, origin, needs }
    };
    let of_set = |set: &[ListId]| {
        set.iter().flat_map(|&list| lists.matched_by(list)).map(&mut user).collect()
    };
    let by_set = sets.map(of_set).collect();
    (by_set, all)
}

/// The words of a dictionary in a folded text, in order of their ends.
fn hits(dictionary: &Dictionary, last: Turn, text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    dictionary.find_up_to(last, text, &mut hits);
    hyphens::join(dictionary, last, text, &mut hits);
    hits
}
