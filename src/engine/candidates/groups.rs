//! Patterns looked for together: which of them, and what leads to their matches.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

use regex_syntax::hir::Hir;

use super::windows::{Windows, before_rare, before_signs, whole};
use super::{Needs, Origin, PatternId, There};
use crate::engine::anatomy::Anatomy;
use crate::engine::automaton::{Automaton, CACHE, Walked, Walker};
use crate::engine::beginnings::beginnings;
use crate::engine::leading::{Turn, Turns};
use crate::engine::relaxed::relaxed;
use crate::engine::search::{Search, Searches, Told};
use crate::engine::sites::Sites;
use crate::engine::words::{Dictionary, Hit, ListId};
use crate::rules::{MatchSource, Pattern, Rule};

/// How a pattern is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// With others, from each place where a match of one of them can begin.
    Led,
    /// The same, in windows around the words that they need near.
    Windowed,
    /// The same, in texts with labels that have the words that they need above.
    Labelled,
    /// The same, before signs that all their matches hold.
    Signed,
    /// Alone, over the whole text.
    Alone,
}

impl Way {
    fn of(pattern: &Pattern, needs: &Needs) -> Self {
        let short = pattern.longest.is_some_and(|longest| longest <= SHORT);
        let Some(beginnings) = beginnings(&pattern.hir).filter(|_| short) else {
            return Self::Alone;
        };
        // What begins like any name or number would be tried at every one.
        let common = beginnings.iter().any(|one| one.variety() > RARE);
        match needs {
            needs if needs.are_above() => Self::Labelled,
            Needs::OneOf(_) if common => Self::Windowed,
            _ if common && before_rare(&pattern.hir).is_some() => Self::Signed,
            _ => Self::Led,
        }
    }
}

/// Bytes of states that the automaton of labels keeps.
const LABEL_CACHE: usize = 8 << 20;
/// Patterns that are looked for together as they are.
const FEW: usize = 4;
/// Bytes that the first three can be of patterns that are looked for everywhere though they need
/// words near: no more than those of a short word in any case.
const RARE: usize = 500;
/// Bytes of the longest match of a pattern that is led, since that much of a text is walked from
/// each place where one can begin.
const SHORT: usize = 1024;

/// The patterns that matches of the rules look for, with what each needs, in the order in which
/// they are numbered: those of one turn together, and of these those looked for in one way.
pub(in crate::engine) fn number(
    rules: &[Rule],
    turns: &Turns,
    lists: &[Vec<ListId>],
) -> Vec<(PatternId, Needs)> {
    let mut all = Vec::new();
    for (rule, compiled) in rules.iter().enumerate() {
        let wanted = compiled.matches.iter().filter_map(|entry| match &entry.source {
            MatchSource::Patterns(patterns) => Some(patterns),
            _ => None,
        });
        let wanted: BTreeSet<usize> = wanted.flatten().copied().collect();
        let lists = lists.get(rule).map(Vec::as_slice).unwrap_or_default();
        all.extend(wanted.into_iter().map(|pattern| {
            let needs = Needs::of(compiled, lists, Origin::Pattern(pattern));
            (PatternId { rule, pattern }, needs)
        }));
    }
    all.sort_by_cached_key(|(id, needs)| {
        let way = pattern(rules, *id).map(|one| Way::of(one, needs));
        (turns.of_rule(id.rule), way)
    });
    all
}

pub(super) fn pattern(rules: &[Rule], id: PatternId) -> Option<&Pattern> {
    rules.get(id.rule)?.patterns.get(id.pattern)
}

/// Patterns that are looked for together.
#[derive(Debug)]
pub(in crate::engine) struct Group {
    /// When they are looked for.
    pub(super) turn: Turn,
    /// What leads the search; without it each pattern is looked for alone.
    pub(super) led: Option<Led>,
    /// Where matches of the patterns can begin that come to anything.
    pub(super) scope: Scope,
    /// Their numbers in the engine.
    pub(super) members: Range<usize>,
    /// How the matches of each are made.
    pub(super) anatomies: Vec<Anatomy>,
    /// What is told of the matches of each.
    pub(super) told: Vec<Told>,
}

impl Group {
    /// Drops the memory of searches made so far.
    pub fn forget(&mut self) {
        let Some(led) = &mut self.led else { return };
        led.automaton.forget();
        led.labels.iter_mut().for_each(Automaton::forget);
    }
}

/// Where in a text matches are looked for.
#[derive(Debug)]
pub(super) enum Scope {
    Everywhere,
    /// Near words, where it is known which stand there.
    Windows(Windows),
    /// So many bytes before a rare sign.
    Signs(usize),
}

impl Scope {
    /// What of a text is told of by searching a stretch: before signs there is no other match.
    pub fn told(&self, stretch: &Range<usize>) -> Range<usize> {
        match self {
            Self::Signs(_) => 0..stretch.end,
            Self::Everywhere | Self::Windows(_) => stretch.clone(),
        }
    }

    /// The stretches of a text in which a match can begin, ascending, with gaps between.
    pub fn stretches(&self, text: &str, hits: &[Hit], there: Option<&There>) -> Vec<Range<usize>> {
        match (self, there) {
            (Self::Windows(windows), Some(there)) => windows.stretches(text, hits, there),
            (Self::Signs(before), _) => before_signs(text, *before),
            (Self::Windows(_), None) | (Self::Everywhere, _) => whole(text),
        }
    }
}

/// What leads to the matches of a group's patterns.
#[derive(Debug)]
pub(super) struct Led {
    sites: Sites,
    /// The patterns in their order, then what stands before the values of some.
    pub automaton: Automaton,
    /// What stands before the values of some of the patterns.
    labels: Option<Automaton>,
    /// The number of each pattern's label among these.
    label_numbers: Vec<Option<u32>>,
}

/// Where in a text the labels end that begin at the place asked for last.
struct LabelEnds<'a> {
    text: &'a str,
    walker: Walker<'a>,
    ends: Vec<Walked>,
    site: Option<usize>,
}

impl<'a> LabelEnds<'a> {
    fn new(labels: &'a Automaton, text: &'a str) -> Self {
        Self { text, walker: labels.walker(text.as_bytes()), ends: Vec::new(), site: None }
    }

    /// Where the value of a match can begin that begins at a place with a label of that number, if
    /// that is one place alone.
    fn opening(&mut self, site: usize, label: u32, anatomy: &Anatomy) -> Option<usize> {
        if self.site.replace(site) != Some(site) {
            self.ends.clear();
            let place = u32::try_from(site).ok()?;
            if self.walker.walk(&[place], &mut self.ends).is_err() {
                self.ends.clear();
            }
        }
        let ends = self.ends.iter().filter(|end| end.pattern == label).map(|end| end.to as usize);
        let mut openings = ends.filter(|end| anatomy.opens(self.text.as_bytes(), *end));
        openings.next().filter(|_| openings.next().is_none())
    }
}

impl Led {
    /// Calls `found` with the matches of the patterns, whose searches stand in their order, that
    /// begin in a stretch of the text and are of use, as `is_useful` says of the number of a pattern
    /// and the place where its match begins. Where it gives up it says from where on each pattern
    /// has to be searched for alone.
    pub fn search<'a, B: Fn() -> Vec<Search<'a>>>(
        &self,
        text: &str,
        stretch: &Range<usize>,
        told: &Range<usize>,
        searches: &mut Searches<'a, B>,
        is_useful: impl Fn(usize, usize) -> bool,
        mut found: impl FnMut(usize, Range<usize>, Range<usize>),
    ) -> Option<usize> {
        let mut walker = self.automaton.walker(text.as_bytes());
        let mut walked = Vec::new();
        let mut matching = Vec::new();
        let mut labels = self.labels.as_ref().map(|labels| LabelEnds::new(labels, text));
        let outcome = self.sites.each(text.as_bytes(), stretch.clone(), |places| {
            walked.clear();
            if walker.walk(places, &mut walked).is_err() {
                return ControlFlow::Break(places.first().map_or(stretch.end, |at| *at as usize));
            }
            if walked.is_empty() {
                return ControlFlow::Continue(());
            }
            let searches = searches.all();
            for of_site in walked.chunk_by(|one, other| one.from == other.from) {
                let site = of_site.first().map_or(0, |walked| walked.from as usize);
                for &Walked { from, pattern, to } in of_site {
                    let search = searches.get_mut(pattern as usize);
                    if search.is_some_and(|search| search.note(from as usize, to as usize)) {
                        matching.push(pattern as usize);
                    }
                }
                for number in matching.drain(..) {
                    let Some(search) = searches.get_mut(number) else { continue };
                    if !is_useful(number, site) {
                        search.pass(told);
                        continue;
                    }
                    let label = self.label_numbers.get(number).copied().flatten();
                    let opening =
                        |anatomy: &Anatomy| labels.as_mut()?.opening(site, label?, anatomy);
                    if let Some((whole, value)) = search.settle(text, told, opening) {
                        found(number, whole, value);
                    }
                }
            }
            ControlFlow::Continue(())
        });
        outcome.break_value()
    }
}

/// What groups are made of.
struct Grouping<'a> {
    patterns: Vec<&'a Pattern>,
    /// What each of them needs.
    needs: &'a [Needs],
    dictionary: &'a Dictionary,
    groups: Vec<Group>,
}

/// Puts the numbered patterns into groups: those that are led into as few automata as hold them.
pub(in crate::engine) fn groups(
    rules: &[Rule],
    turns: &Turns,
    ids: &[PatternId],
    needs: &[Needs],
    dictionary: &Dictionary,
) -> Vec<Group> {
    let patterns: Vec<&Pattern> = ids.iter().filter_map(|&id| pattern(rules, id)).collect();
    let ways = patterns.iter().zip(needs).map(|(one, needs)| Way::of(one, needs));
    let keys: Vec<(Turn, Way)> = ids.iter().map(|id| turns.of_rule(id.rule)).zip(ways).collect();
    let mut grouping = Grouping { patterns, needs, dictionary, groups: Vec::new() };
    let mut start = 0;
    for alike in keys.chunk_by(|one, other| one == other) {
        let members = start..start + alike.len();
        start = members.end;
        match alike.first() {
            Some(&(turn, Way::Alone)) => grouping.alone(members, turn),
            Some(&(turn, way)) => grouping.together(members, turn, way),
            None => {}
        }
    }
    grouping.groups
}

impl Grouping<'_> {
    fn alone(&mut self, members: Range<usize>, turn: Turn) {
        let of_group = self.patterns.get(members.clone()).unwrap_or_default();
        let anatomies = of_group.iter().map(|pattern| Anatomy::of(pattern)).collect();
        let told = vec![Told::Exactly; members.len()];
        let scope = Scope::Everywhere;
        self.groups.push(Group { turn, led: None, scope, members, anatomies, told });
    }

    fn together(&mut self, members: Range<usize>, turn: Turn, way: Way) {
        let of_group = self.patterns.get(members.clone()).unwrap_or_default();
        let anatomies: Vec<Anatomy> = of_group.iter().map(|pattern| Anatomy::of(pattern)).collect();
        let mut labels: Vec<Hir> = Vec::new();
        let numbers = anatomies.iter().map(|anatomy| {
            labels.push(anatomy.label()?.clone());
            u32::try_from(labels.len() - 1).ok()
        });
        let label_numbers = numbers.collect();
        let hirs: Vec<&Hir> = of_group.iter().map(|pattern| &pattern.hir).collect();
        let sites = Sites::of(&hirs);
        let longest = of_group.iter().filter_map(|pattern| pattern.longest).max();
        // Few patterns have few states.
        let simpler =
            |hir: &Hir| if hirs.len() > FEW { relaxed(hir) } else { (hir.clone(), false) };
        let (simple, is_relaxed): (Vec<Hir>, Vec<bool>) =
            hirs.iter().map(|hir| simpler(hir)).unzip();
        let told = is_relaxed.iter();
        let told = told.map(|is| if *is { Told::Maybe } else { Told::Exactly }).collect();
        if let Some(automaton) = Automaton::new(&simple, longest.unwrap_or(SHORT), CACHE) {
            let labels = Automaton::new(&labels, SHORT, LABEL_CACHE).filter(|_| !labels.is_empty());
            let led = Some(Led { sites, automaton, labels, label_numbers });
            let scope = self.scope(members.clone(), way);
            self.groups.push(Group { turn, led, scope, members, anatomies, told });
        } else if members.len() < 2 {
            self.alone(members, turn);
        } else {
            let middle = members.start + members.len() / 2;
            self.together(members.start..middle, turn, way);
            self.together(middle..members.end, turn, way);
        }
    }

    fn scope(&self, members: Range<usize>, way: Way) -> Scope {
        let patterns = self.patterns.get(members.clone()).unwrap_or_default();
        let needs = self.needs.get(members).unwrap_or_default();
        let longest = patterns.iter().map(|pattern| pattern.longest.unwrap_or(SHORT));
        match way {
            Way::Led | Way::Alone => Scope::Everywhere,
            Way::Windowed | Way::Labelled => {
                Scope::Windows(Windows::of(needs.iter().zip(longest), self.dictionary))
            }
            Way::Signed => {
                let before = patterns.iter().filter_map(|pattern| before_rare(&pattern.hir));
                Scope::Signs(before.max().unwrap_or(SHORT))
            }
        }
    }
}
