//! Candidates weighed: checks, exceptions, words that stand near, and how sure all that makes.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use super::Engine;
use super::about::{Records, Sort, Whom};
use super::candidates::{Candidate, Origin, OutOfTime};
use super::fold::Folded;
use super::harvest::Harvest;
use super::images::{self, Seen};
use super::near::Near;
use super::search::stands_inside;
use super::slices::{Slice, slices};
use super::tables;
use super::words::{Hit, ListId};
use super::zones::{self, Mark, Marks, Zones};
use crate::finding::{About, Basis, Finding, Hipaa};
use crate::rules::{Day, Match, MatchSource, Rule, normalized};
use crate::secret::Secret;
use crate::text::{Place, Text, Zone};

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

impl Engine {
    /// Findings in one text.
    pub(super) fn scan_text(
        &self,
        index: usize,
        text: &Text,
        today: Day,
        deadline: Instant,
        records: &mut Records<'_>,
        harvest: &mut Harvest<'_>,
    ) {
        let text = &*tables::labelled(text, records);
        let mut surroundings = Surroundings::of(text);
        for slice in slices(text.content.expose()) {
            let folded = Folded::slice(&slice);
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
                match text.place {
                    Place::Image => seen.push(Seen { rule: candidate.rule, entry, finding }),
                    _ => harvest.add(candidate.rule, finding),
                }
            };
            let mut outcome = self.each_held(text, &slice, &folded, today, deadline, &mut held);
            if text.place == Place::Image
                && outcome.is_ok()
                && let Some(reread) = folded.reread()
            {
                outcome = self.each_held(text, &slice, &reread, today, deadline, &mut held);
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

    /// Calls `held` with each match that holds in a folded slice, by its number, rule by rule.
    fn each_held(
        &self,
        text: &Text,
        slice: &Slice<'_>,
        folded: &Folded<'_>,
        today: Day,
        deadline: Instant,
        mut held: impl FnMut(&mut Scene<'_>, usize, &Candidate),
    ) -> Result<(), OutOfTime> {
        let hits = self.hits(folded.text());
        let candidates = self.candidates(folded.text(), &hits, deadline)?;
        let mut scene = Scene::new(self, text, folded, &hits, today);
        for of_rule in candidates.chunk_by(|a, b| a.rule == b.rule) {
            let Some(rule) = of_rule.first().and_then(|first| self.rules.get(first.rule)) else {
                continue;
            };
            let mut holding = Vec::new();
            let mut outcome = Ok(());
            for some in of_rule.chunks(STRIDE) {
                if Instant::now() >= deadline {
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

/// Of matches that overlap, the one whose entry stands first in the rule is kept; of equal ones
/// the one that begins first, then the longest.
fn one_for_each_place(mut held: Vec<(usize, &Candidate)>) -> Vec<(usize, &Candidate)> {
    held.sort_by_key(|(entry, candidate)| {
        let value = &candidate.value;
        (*entry, value.start, std::cmp::Reverse(value.end))
    });
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    held.retain(|(_, candidate)| {
        let value = &candidate.value;
        let before = taken.range(..value.end).next_back();
        let free = before.is_none_or(|(_, &end)| end <= value.start);
        if free {
            taken.insert(value.start, value.end);
        }
        free
    });
    held.sort_by_key(|(_, candidate)| candidate.value.start);
    held
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
    today: Day,
}

impl<'a> Scene<'a> {
    pub fn new(
        engine: &'a Engine,
        text: &'a Text,
        folded: &'a Folded<'a>,
        hits: &'a [Hit],
        today: Day,
    ) -> Self {
        let near = Near::new(&engine.dictionary, &engine.roles, text, folded, hits);
        Self { engine, text, folded, hits, near, whom: None, today }
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
        if !entry.places.is_empty() && !entry.places.contains(&self.text.place) {
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
    pub fn exception(&self, rule: &Rule, candidate: &Candidate) -> Option<usize> {
        if rule.exceptions.is_empty() {
            return None;
        }
        let value = normalized(self.value(candidate));
        let text = self.folded.text();
        rule.exceptions.iter().position(|exception| {
            exception.values.contains(value.as_str())
                || exception.patterns.iter().any(|&index| {
                    let pattern = rule.patterns.get(index);
                    pattern.is_some_and(|pattern| stands_inside(pattern, text, &candidate.value))
                })
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
    fn marks(&self) -> Marks {
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

    fn whom(&mut self) -> &Whom<'a> {
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
        }
    }
}

/// What the findings in one text share. Found when the first needs it and held once, however many
/// they are and however long its names.
struct Surroundings<'a> {
    text: &'a Text,
    zones: Option<Zones>,
    file: Option<Secret<Arc<str>>>,
    /// By their numbers in the text.
    labels: HashMap<u32, Option<Secret<Arc<str>>>>,
}

impl<'a> Surroundings<'a> {
    fn of(text: &'a Text) -> Self {
        Self { text, zones: None, file: shared(text.file.as_ref()), labels: HashMap::new() }
    }

    /// Adds zone, file, label and record to a finding.
    fn complete(&mut self, finding: &mut Finding, scene: &Scene<'_>) {
        let (text, start) = (self.text, finding.span.start);
        if text.place == Place::Body {
            let zones = self.zones.get_or_insert_with(|| Zones::of(text, &scene.marks()));
            let zone = zones.at(start);
            finding.zone = Some(zone);
            if let Some(about) = whose(zone).filter(|_| finding.basis <= Basis::Record) {
                (finding.about, finding.basis) = (about, Basis::Zone);
            }
        }
        finding.file.clone_from(&self.file);
        let Some(field) = text.field_at(start) else { return };
        finding.record = field.record;
        finding.label = field.label.and_then(|number| {
            self.labels.entry(number).or_insert_with(|| shared(text.label(field))).clone()
        });
    }
}

/// Whom the contact data of a zone are, unless its labels tell otherwise.
const fn whose(zone: Zone) -> Option<About> {
    match zone {
        Zone::Signature => Some(About::Sender),
        Zone::Disclaimer => Some(About::Organization),
        Zone::Fresh | Zone::Quoted => None,
    }
}

/// A name that each of many findings holds.
pub(super) fn shared(name: Option<&Secret<String>>) -> Option<Secret<Arc<str>>> {
    name.map(|name| Secret::new(Arc::from(name.expose().as_str())))
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rules;
    use crate::text::{Field, PartPath, Reading};

    #[test]
    fn findings_share_a_file_name_and_a_label_however_long_they_are() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let (set, _) = rules::load(&[folder], &[]).unwrap();
        let engine = Engine::untested(set);
        let content = "SSN 536-22-8471, SSN 536-22-8472".to_owned();
        let span = 0..u32::try_from(content.len()).unwrap();
        let mut text = Text::plain(Place::Header, &PartPath::root(), content);
        text.file = Some(Secret::new("x".repeat(1 << 20)));
        text.labels = vec![Secret::new("y".repeat(1 << 20))];
        text.fields = vec![Field { span, label: Some(0), record: None }];
        let reading = Reading { texts: vec![text], ..Reading::default() };
        let found = engine.scan(&reading, Instant::now() + Duration::from_secs(10)).findings;
        let [first, second] = &found[..] else { panic!("{}", found.len()) };
        let same = |a: &Option<Secret<Arc<str>>>, b: &Option<Secret<Arc<str>>>| {
            Arc::ptr_eq(a.as_ref().unwrap().expose(), b.as_ref().unwrap().expose())
        };
        assert!(same(&first.file, &second.file) && same(&first.label, &second.label));
    }
}
