//! Candidates weighed: checks, exceptions, words that stand near, and how sure all that makes.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Instant;

use foldhash::fast::FixedState;

use super::about::{Records, Sort, Whom};
use super::candidates::{Candidate, Origin, OutOfTime, Wanted};
use super::exceptions::Known;
use super::fold::Folded;
use super::harvest::Harvest;
use super::images::{self, Seen};
use super::near::Near;
use super::overlaps::one_for_each_place;
use super::places::Places;
use super::slices::{Slice, slices};
use super::surroundings::Surroundings;
use super::tables;
use super::words::{Hit, ListId};
use super::zones::{self, Mark, Marks};
use super::{Engine, Errand};
use crate::finding::{About, Basis, Finding, Hipaa, NameWords};
use crate::rules::{Day, Match, MatchSource, Rule, normalized};
use crate::text::{Place, Text};

/// Candidates weighed between two looks at the clock.
const STRIDE: usize = 1_024;

/// Why a match does not hold for a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    Check,
    /// The text stands elsewhere.
    Elsewhere,
    /// No word of the lists that the value has to hold one of.
    NothingInside,
    /// A word of this list of the rule's, which the value may not hold.
    WordInside(usize),
    /// No label, or none with a word of the lists.
    NothingAbove,
    NothingNear,
    /// A word of this list of the rule's.
    WordNear(usize),
}

/// A slice of a text as it was folded, and the words in it.
#[derive(Clone, Copy)]
struct View<'a> {
    text: &'a Text,
    slice: &'a Slice<'a>,
    folded: &'a Folded<'a>,
    hits: &'a [Hit],
}

impl Engine {
    /// Findings in one text.
    pub(super) fn scan_text(
        &self,
        index: usize,
        text: &Text,
        errand: Errand,
        records: &mut Records<'_>,
        harvest: &mut Harvest<'_>,
    ) {
        let text = &*tables::labelled(text, records);
        let mut surroundings = Surroundings::of(text);
        for slice in slices(text.content.expose()) {
            let folded = Folded::slice(&slice);
            let hits = self.hits(errand.last, folded.text());
            // What is typed is not misread, unless it is a text that somebody pasted.
            let misread = text.place == Place::Image
                || hits.iter().any(|hit| self.misread.contains(&hit.set));
            let mut seen = Vec::new();
            let mut held = |scene: &mut Scene<'_>, entry: usize, candidate: &Candidate| {
                let Some(rule) = self.rules.get(candidate.rule) else { return };
                let Some(of_rule) = rule.matches.get(entry) else { return };
                let mut finding = scene.finding(index, rule, of_rule, candidate);
                surroundings.complete(&mut finding, scene);
                if finding.record.is_none()
                    && let Some(block) = scene.block(candidate)
                {
                    finding.record = Some(records.number(index, slice.base, block));
                }
                if misread {
                    seen.push(Seen { rule: candidate.rule, entry, finding });
                } else {
                    harvest.add(candidate.rule, finding);
                }
            };
            let view = View { text, slice: &slice, folded: &folded, hits: &hits };
            let mut outcome = self.each_held(&view, errand, &mut held);
            if misread
                && outcome.is_ok()
                && let Some(reread) = folded.reread()
            {
                let hits = self.hits(errand.last, reread.text());
                let view = View { folded: &reread, hits: &hits, ..view };
                outcome = self.each_held(&view, errand, &mut held);
            }
            for seen in images::one_for_each_place(seen) {
                harvest.add(seen.rule, seen.finding);
            }
            if outcome == Err(OutOfTime) {
                harvest.out_of_time(text);
                return;
            }
        }
    }

    /// Calls `held` with each match that holds in a view, by its number, rule by rule.
    fn each_held(
        &self,
        view: &View<'_>,
        errand: Errand,
        mut held: impl FnMut(&mut Scene<'_>, usize, &Candidate),
    ) -> Result<(), OutOfTime> {
        let View { text, slice, folded, hits } = *view;
        let there = self.lists_there(text, hits);
        let places = Places::of(&self.dictionary, hits);
        let wanted = Wanted::Useful { there: there.as_ref(), places: &places, place: text.place };
        let candidates = self.candidates(folded.text(), hits, wanted, errand)?;
        let mut scene = Scene::new(self, text, folded, (hits, &places), errand.today);
        for (rule, of_rule) in self.rules.iter().zip(&candidates) {
            let mut holding = Vec::new();
            let mut outcome = Ok(());
            for some in of_rule.chunks(STRIDE) {
                if Instant::now() >= errand.deadline {
                    outcome = Err(OutOfTime);
                    break;
                }
                for candidate in some {
                    if let Some(entry) = scene.first_match(rule, candidate) {
                        holding.push((entry, candidate));
                    }
                }
            }
            for (entry, candidate) in one_for_each_place(holding) {
                if slice.own.contains(&scene.span(candidate).start) {
                    held(&mut scene, entry, candidate);
                }
            }
            outcome?;
        }
        Ok(())
    }
}

/// A text and all that is known of it while its candidates are weighed.
pub(super) struct Scene<'a> {
    engine: &'a Engine,
    text: &'a Text,
    folded: &'a Folded<'a>,
    hits: &'a [Hit],
    near: Near<'a>,
    /// Read when the first finding asks.
    whom: Option<Whom<'a>>,
    /// What is known of matches of exceptions' patterns, by their rule and number.
    excepted: HashMap<(usize, usize), Known, FixedState>,
    today: Day,
}

impl<'a> Scene<'a> {
    pub fn new(
        engine: &'a Engine,
        text: &'a Text,
        folded: &'a Folded<'a>,
        (hits, places): (&'a [Hit], &'a Places<'a>),
        today: Day,
    ) -> Self {
        let near = Near::new(engine.lookups(), text, folded, places);
        Self { engine, text, folded, hits, near, whom: None, excepted: HashMap::default(), today }
    }

    /// The value of a candidate, folded.
    pub fn value(&self, candidate: &Candidate) -> &'a str {
        self.folded.text().get(self.whole_characters(candidate)).unwrap_or_default()
    }

    /// The bytes of the original text that are the value of a candidate.
    pub fn span(&self, candidate: &Candidate) -> Range<usize> {
        self.folded.original(self.whole_characters(candidate))
    }

    /// Patterns see bytes: a value that begins or ends inside a character is widened.
    fn whole_characters(&self, candidate: &Candidate) -> Range<usize> {
        let text = self.folded.text();
        let Range { mut start, mut end } = candidate.value;
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }

    /// The number of the first match that holds for a candidate.
    fn first_match(&mut self, rule: &Rule, candidate: &Candidate) -> Option<usize> {
        let entry = rule.matches.iter().position(|entry| {
            takes(entry, candidate.origin)
                && (!self.folded.is_reread() || images::bears_out(entry, candidate))
                && self.obstacle(entry, candidate).is_none()
        })?;
        self.exception(rule, candidate).is_none().then_some(entry)
    }

    /// What keeps a match from holding for a candidate that it takes.
    pub fn obstacle(&mut self, entry: &Match, candidate: &Candidate) -> Option<Obstacle> {
        if !entry.holds_in(self.text.place) {
            return Some(Obstacle::Elsewhere);
        }
        if let Some(check) = entry.check
            && !check.holds(self.value(candidate), self.today)
        {
            return Some(Obstacle::Check);
        }
        if !entry.with.is_empty() && !entry.with.iter().any(|&list| self.inside(list, candidate)) {
            return Some(Obstacle::NothingInside);
        }
        if let Some(&list) = entry.without.iter().find(|&&list| self.inside(list, candidate)) {
            return Some(Obstacle::WordInside(list));
        }
        if !entry.under.is_empty() && !entry.under.iter().any(|&list| self.under(list, candidate)) {
            return Some(Obstacle::NothingAbove);
        }
        if !entry.near.is_empty()
            && !entry.near.iter().any(|&list| self.near(list, entry.within, candidate))
        {
            return Some(Obstacle::NothingNear);
        }
        let against = entry.not_near.iter().find(|&&list| self.near(list, entry.within, candidate));
        against.map(|&list| Obstacle::WordNear(list))
    }

    /// The number of the exception that a candidate falls under.
    pub fn exception(&mut self, rule: &Rule, candidate: &Candidate) -> Option<usize> {
        if rule.exceptions.is_empty() {
            return None;
        }
        let value = normalized(self.value(candidate));
        let text = self.folded.text();
        let excepting = self.engine.excepting.get(candidate.rule)?;
        rule.exceptions.iter().position(|exception| {
            let covers = |&number| {
                let known = self.excepted.entry((candidate.rule, number)).or_default();
                excepting.covers(rule, number, text, &candidate.value, known)
            };
            exception.values.contains(value.as_str()) || exception.patterns.iter().any(covers)
        })
    }

    fn near(&mut self, list: usize, within: usize, candidate: &Candidate) -> bool {
        self.list_id(list, candidate).is_some_and(|id| self.near.has(id, within, candidate))
    }

    fn inside(&mut self, list: usize, candidate: &Candidate) -> bool {
        self.list_id(list, candidate).is_some_and(|id| self.near.value_has(id, candidate))
    }

    fn under(&mut self, list: usize, candidate: &Candidate) -> bool {
        self.list_id(list, candidate).is_some_and(|id| self.near.label_has(id, candidate))
    }

    /// The number in the dictionary of a list of the candidate's rule.
    fn list_id(&self, list: usize, candidate: &Candidate) -> Option<ListId> {
        self.engine.list_ids.get(candidate.rule)?.get(list).copied()
    }

    /// The phrases that tell zones, as far into the text as zones are looked for.
    pub fn marks(&self) -> Marks {
        let mut marks = Vec::new();
        for hit in self.hits {
            let Some(phrases) = self.engine.set_phrases.get(hit.set.0 as usize) else { continue };
            if phrases.is_empty() {
                continue;
            }
            let bytes = self.folded.original(hit.span());
            if bytes.end > zones::LOOKED_AT {
                break;
            }
            marks.extend(phrases.iter().map(|&phrase| Mark { bytes: bytes.clone(), phrase }));
        }
        Marks(marks)
    }

    fn whom(&mut self) -> &mut Whom<'a> {
        let (folded, hits, roles) = (self.folded, self.hits, &self.engine.roles);
        self.whom.get_or_insert_with(|| Whom::of(folded.text(), hits, roles))
    }

    /// The number of the block of labelled lines that a candidate stands in.
    fn block(&mut self, candidate: &Candidate) -> Option<usize> {
        self.whom().record_of(candidate.value.start)
    }

    /// Whom a candidate is about, and what tells that.
    fn about(&mut self, rule: &Rule, entry: &Match, candidate: &Candidate) -> (About, Basis) {
        if let Some(about) = entry.about {
            return (about, Basis::Rule);
        }
        let label = self.near.label_says(candidate);
        let sort = match rule.hipaa {
            Some(Hipaa::Name) => Sort::Name,
            _ => Sort::Other,
        };
        let (about, basis) = self.whom().value_at(&candidate.value, sort, label);
        if basis < Basis::Record && self.near.record_is_patients(candidate) {
            return (About::Patient, Basis::Record);
        }
        match (basis, entry.presumed) {
            (Basis::Nothing, presumed) if presumed != About::Unknown => (presumed, Basis::Presumed),
            _ => (about, basis),
        }
    }

    /// The finding that a candidate has become, but for what [`Surroundings`] knows.
    fn finding(
        &mut self,
        index: usize,
        rule: &Rule,
        entry: &Match,
        candidate: &Candidate,
    ) -> Finding {
        let text = self.text;
        let span = self.span(candidate);
        let (about, basis) = self.about(rule, entry, candidate);
        Finding {
            rule: rule.id.clone(),
            kind: rule.kind,
            hipaa: rule.hipaa,
            class: rule.class,
            confidence: entry.confidence,
            about,
            basis,
            standing: rule.status.standing(),
            place: text.place,
            part: text.part.clone(),
            group: text.group.clone(),
            zone: None,
            page: text.page,
            file: None,
            label: None,
            record: None,
            text: index,
            span,
            digest: self.engine.digest(rule.hipaa, self.value(candidate), self.today),
            words: match rule.hipaa {
                Some(Hipaa::Name) => self.engine.name_words(self.value(candidate)),
                _ => NameWords::default(),
            },
        }
    }
}

/// Whether a match is about candidates of that origin.
pub(super) fn takes(entry: &Match, origin: Origin) -> bool {
    match (&entry.source, origin) {
        (MatchSource::Patterns(patterns), Origin::Pattern(index)) => patterns.contains(&index),
        (MatchSource::Words(lists), Origin::List(index)) => lists.contains(&index),
        (MatchSource::Begun { words, patterns }, Origin::Begun { list, pattern }) => {
            words.contains(&list) && patterns.contains(&pattern)
        }
        _ => false,
    }
}
