//! Patterns looked for together: which of them, and what leads to their matches.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

use regex_syntax::hir::Hir;

use super::PatternId;
use crate::engine::anatomy::Anatomy;
use crate::engine::automaton::{Automaton, CACHE};
use crate::engine::beginnings::{Beginning, beginnings};
use crate::engine::search::Search;
use crate::engine::sites::Sites;
use crate::rules::{MatchSource, Pattern, Rule};

/// How a pattern is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// With others, from each place where a match of one of them can begin.
    Led,
    /// Alone, over the whole text.
    Alone,
}

impl Way {
    fn of(pattern: &Pattern) -> Self {
        let short = pattern.longest.is_some_and(|longest| longest <= SHORT);
        match beginnings(&pattern.hir) {
            Some(beginnings) if short => {
                // What begins like any word would be tried at every word.
                let like_any = beginnings.iter().any(Beginning::is_like_any_word);
                if like_any && pattern.regex.is_accelerated() { Self::Alone } else { Self::Led }
            }
            _ => Self::Alone,
        }
    }
}

/// Bytes of the longest match of a pattern that is led, since that much of a text is walked from
/// each place where one can begin.
const SHORT: usize = 1024;

/// Numbers the patterns that matches of the rules look for, those looked for in one way together.
pub(in crate::engine) fn number(rules: &[Rule]) -> Vec<PatternId> {
    let mut ids = Vec::new();
    for (rule, compiled) in rules.iter().enumerate() {
        let wanted = compiled.matches.iter().filter_map(|entry| match &entry.source {
            MatchSource::Patterns(patterns) => Some(patterns),
            _ => None,
        });
        let wanted: BTreeSet<usize> = wanted.flatten().copied().collect();
        ids.extend(wanted.into_iter().map(|pattern| PatternId { rule, pattern }));
    }
    ids.sort_by_cached_key(|&id| pattern(rules, id).map(Way::of));
    ids
}

pub(super) fn pattern(rules: &[Rule], id: PatternId) -> Option<&Pattern> {
    rules.get(id.rule)?.patterns.get(id.pattern)
}

/// Patterns that are looked for together.
#[derive(Debug)]
pub(in crate::engine) struct Group {
    /// What leads the search; without it each pattern is looked for alone.
    pub(super) led: Option<Led>,
    /// Their numbers in the engine.
    pub(super) members: Range<usize>,
    /// How the matches of each are made.
    pub(super) anatomies: Vec<Anatomy>,
}

/// What leads to the matches of a group's patterns.
#[derive(Debug)]
pub(super) struct Led {
    sites: Sites,
    /// The patterns in their order, then what stands before the values of some.
    pub automaton: Automaton,
    /// The patterns whose labels these are.
    labelled: Vec<usize>,
}

impl Led {
    /// Calls `found` with the matches of the patterns, whose searches stand in their order. Where
    /// it gives up it says from where on each pattern has to be searched for alone.
    pub fn search(
        &self,
        text: &str,
        searches: &mut [Search<'_>],
        mut found: impl FnMut(usize, Range<usize>, Range<usize>),
    ) -> Option<usize> {
        let mut walker = self.automaton.walker(text.as_bytes());
        let patterns = searches.len();
        let mut matching = Vec::new();
        let outcome = self.sites.each(text.as_bytes(), |site| {
            let walked = walker.walk(site, |number, end| {
                if let Some(search) = searches.get_mut(number) {
                    if search.note(site, end) {
                        matching.push(number);
                    }
                } else if let Some(&number) = self.labelled.get(number - patterns)
                    && let Some(search) = searches.get_mut(number)
                {
                    search.note_label(text, site, end);
                }
            });
            if walked.is_err() {
                return ControlFlow::Break(site);
            }
            for number in matching.drain(..) {
                if let Some((whole, value)) =
                    searches.get_mut(number).and_then(|search| search.settle(text))
                {
                    found(number, whole, value);
                }
            }
            ControlFlow::Continue(())
        });
        outcome.break_value()
    }
}

/// Puts the numbered patterns into groups: those that are led into as few automata as hold them.
pub(in crate::engine) fn groups(rules: &[Rule], ids: &[PatternId]) -> Vec<Group> {
    let patterns: Vec<&Pattern> = ids.iter().filter_map(|&id| pattern(rules, id)).collect();
    let led = patterns.partition_point(|pattern| Way::of(pattern) == Way::Led);
    let mut groups = Vec::new();
    together(&patterns, 0..led, &mut groups);
    groups.push(alone(&patterns, led..patterns.len()));
    groups
}

fn alone(patterns: &[&Pattern], members: Range<usize>) -> Group {
    let of_group = patterns.get(members.clone()).unwrap_or_default();
    let anatomies = of_group.iter().map(|pattern| Anatomy::of(pattern)).collect();
    Group { led: None, members, anatomies }
}

fn together(patterns: &[&Pattern], members: Range<usize>, groups: &mut Vec<Group>) {
    let of_group = patterns.get(members.clone()).unwrap_or_default();
    let anatomies: Vec<Anatomy> = of_group.iter().map(|pattern| Anatomy::of(pattern)).collect();
    let labels = anatomies.iter().enumerate();
    let labels = labels.filter_map(|(number, anatomy)| Some((number, anatomy.label()?)));
    let (labelled, labels): (Vec<usize>, Vec<&Hir>) = labels.unzip();
    let hirs: Vec<&Hir> = of_group.iter().map(|pattern| &pattern.hir).collect();
    let beginnings: Vec<Beginning> =
        hirs.iter().filter_map(|hir| beginnings(hir)).flatten().collect();
    if let Some(automaton) = Automaton::new(&[hirs, labels].concat(), CACHE) {
        let sites = Sites::new(&beginnings);
        groups.push(Group { led: Some(Led { sites, automaton, labelled }), members, anatomies });
    } else if members.len() < 2 {
        groups.push(alone(patterns, members));
    } else {
        let middle = members.start + members.len() / 2;
        together(patterns, members.start..middle, groups);
        together(patterns, middle..members.end, groups);
    }
}
