//! Candidates weighed: checks, exceptions, words that stand near, and how sure all that makes.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::time::Instant;

use super::Engine;
use super::candidates::{Candidate, Origin, stands_inside};
use super::fold::Folded;
use super::harvest::Harvest;
use super::words::{Hit, ListId};
use super::zones::Zones;
use crate::finding::Finding;
use crate::rules::{Day, Match, MatchSource, Rule, normalized};
use crate::text::{Place, Reading, Text};

/// Bytes beyond a window within which the end of a phrase that begins inside it is looked for.
const LONGEST_HIT: usize = 2_048;

/// Why a match does not hold for a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    Check,
    NothingNear,
    /// A word of this list of the rule's.
    WordNear(usize),
}

impl Engine {
    /// Findings that facts alone give.
    pub(super) fn scan_facts(&self, reading: &Reading, harvest: &mut Harvest<'_>) {
        for (index, rule) in self.rules.iter().enumerate() {
            for part_fact in &reading.facts {
                let holds = |entry: &&Match| match &entry.source {
                    MatchSource::Facts(facts) => facts.contains(&part_fact.fact),
                    _ => false,
                };
                let Some(entry) = rule.matches.iter().find(holds) else { continue };
                // Any text of the part tells its group and file; a part without text is its own.
                let text = reading.texts.iter().find(|text| text.part == part_fact.part);
                harvest.add(
                    index,
                    Finding {
                        rule: rule.id.clone(),
                        kind: rule.kind,
                        hipaa: rule.hipaa,
                        class: rule.class,
                        confidence: entry.confidence,
                        about: entry.about,
                        standing: rule.status.standing(),
                        place: Place::Attachment,
                        part: part_fact.part.clone(),
                        group: text
                            .map_or_else(|| part_fact.part.clone(), |text| text.group.clone()),
                        zone: None,
                        page: None,
                        file: text.and_then(|text| text.file.clone()),
                        label: None,
                        record: None,
                        text: usize::MAX,
                        span: 0..0,
                        digest: self.key.hash_one((&part_fact.part, part_fact.fact)),
                    },
                );
            }
        }
    }

    /// Findings in one text.
    pub(super) fn scan_text(
        &self,
        index: usize,
        text: &Text,
        today: Day,
        deadline: Instant,
        harvest: &mut Harvest<'_>,
    ) {
        let folded = Folded::new(text.content.expose());
        let mut hits = Vec::new();
        self.dictionary.find(folded.text(), &mut hits);
        let Ok(candidates) = self.candidates(folded.text(), &hits, deadline) else {
            harvest.out_of_time(text);
            return;
        };
        let mut scene = Scene::new(self, text, &folded, &hits, today);
        for of_rule in candidates.chunk_by(|a, b| a.rule == b.rule) {
            let Some(rule) = of_rule.first().and_then(|first| self.rules.get(first.rule)) else {
                continue;
            };
            let mut held = Vec::new();
            for candidate in of_rule {
                if let Some(entry) = scene.first_match(rule, candidate) {
                    held.push((entry, candidate));
                }
            }
            for (entry, candidate) in one_for_each_place(held) {
                if Instant::now() >= deadline {
                    harvest.out_of_time(text);
                    return;
                }
                if let Some(entry) = rule.matches.get(entry) {
                    harvest.add(candidate.rule, scene.finding(index, rule, entry, candidate));
                }
            }
        }
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
    today: Day,
    zones: Option<Zones>,
    /// The word lists that have a word in a label, by the label's number.
    labels: HashMap<u32, Vec<ListId>>,
}

impl<'a> Scene<'a> {
    pub fn new(
        engine: &'a Engine,
        text: &'a Text,
        folded: &'a Folded<'a>,
        hits: &'a [Hit],
        today: Day,
    ) -> Self {
        Self { engine, text, folded, hits, today, zones: None, labels: HashMap::new() }
    }

    /// The value of a candidate, folded. Patterns see bytes: a value that begins or ends inside a
    /// character is widened to whole ones.
    pub fn value(&self, candidate: &Candidate) -> &'a str {
        let text = self.folded.text();
        let (mut start, mut end) = (candidate.value.start, candidate.value.end);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        text.get(start..end).unwrap_or_default()
    }

    /// The number of the first match that holds for a candidate.
    fn first_match(&mut self, rule: &Rule, candidate: &Candidate) -> Option<usize> {
        let entry = rule.matches.iter().position(|entry| {
            takes(entry, candidate.origin) && self.obstacle(entry, candidate).is_none()
        })?;
        self.exception(rule, candidate).is_none().then_some(entry)
    }

    /// What keeps a match from holding for a candidate that it takes.
    pub fn obstacle(&mut self, entry: &Match, candidate: &Candidate) -> Option<Obstacle> {
        if let Some(check) = entry.check
            && !check.holds(self.value(candidate), self.today)
        {
            return Some(Obstacle::Check);
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

    /// Whether a word of a list of the candidate's rule stands within so many characters of the
    /// match, outside the value, or in the value's label.
    fn near(&mut self, list: usize, within: usize, candidate: &Candidate) -> bool {
        let ids = self.engine.list_ids.get(candidate.rule);
        let Some(&list) = ids.and_then(|ids| ids.get(list)) else { return false };
        self.in_label(list, candidate) || self.in_window(list, within, candidate)
    }

    fn in_window(&self, list: ListId, within: usize, candidate: &Candidate) -> bool {
        let text = self.folded.text();
        let window = characters_before(text, candidate.whole.start, within)
            ..characters_after(text, candidate.whole.end, within);
        let first = self.hits.partition_point(|hit| (hit.end as usize) < window.start);
        self.hits
            .iter()
            .skip(first)
            .take_while(|hit| (hit.end as usize) <= window.end + LONGEST_HIT)
            .filter(|hit| {
                let span = hit.span();
                let overlaps = span.start < candidate.value.end && candidate.value.start < span.end;
                span.start <= window.end && !overlaps
            })
            .any(|hit| self.engine.dictionary.lists(hit.set).contains(&list))
    }

    fn in_label(&mut self, list: ListId, candidate: &Candidate) -> bool {
        let at = self.folded.original(candidate.value.clone()).start;
        let Some(field) = self.text.field_at(at) else { return false };
        let (Some(number), Some(label)) = (field.label, self.text.label(field)) else {
            return false;
        };
        let dictionary = &self.engine.dictionary;
        let lists = self.labels.entry(number).or_insert_with(|| {
            let apart = words_apart(label.expose());
            let mut hits = Vec::new();
            dictionary.find(Folded::new(&apart).text(), &mut hits);
            hits.iter().flat_map(|hit| dictionary.lists(hit.set)).copied().collect()
        });
        lists.contains(&list)
    }

    /// The finding that a candidate has become.
    fn finding(
        &mut self,
        index: usize,
        rule: &Rule,
        entry: &Match,
        candidate: &Candidate,
    ) -> Finding {
        let text = self.text;
        let span = self.folded.original(candidate.value.clone());
        let field = text.field_at(span.start);
        let zone = (text.place == Place::Body)
            .then(|| self.zones.get_or_insert_with(|| Zones::of(text)).at(span.start));
        Finding {
            rule: rule.id.clone(),
            kind: rule.kind,
            hipaa: rule.hipaa,
            class: rule.class,
            confidence: entry.confidence,
            about: entry.about,
            standing: rule.status.standing(),
            place: text.place,
            part: text.part.clone(),
            group: text.group.clone(),
            zone,
            page: text.page,
            file: text.file.clone(),
            label: field.and_then(|field| text.label(field)).cloned(),
            record: field.and_then(|field| field.record),
            text: index,
            span,
            digest: self.engine.key.hash_one(normalized(self.value(candidate))),
        }
    }
}

/// Whether a match is about candidates of that origin.
pub(super) fn takes(entry: &Match, origin: Origin) -> bool {
    match (&entry.source, origin) {
        (MatchSource::Patterns(patterns), Origin::Pattern(index)) => patterns.contains(&index),
        (MatchSource::Words(lists), Origin::List(index)) => lists.contains(&index),
        _ => false,
    }
}

/// The byte `count` characters before byte `at`.
fn characters_before(text: &str, at: usize, count: usize) -> usize {
    let bytes = text.as_bytes();
    let from = at.saturating_sub(count);
    if bytes.get(from..at).is_some_and(<[u8]>::is_ascii) {
        return from;
    }
    let mut left = count;
    let mut at = at;
    while at > 0 && left > 0 {
        at -= 1;
        while at > 0 && !text.is_char_boundary(at) {
            at -= 1;
        }
        left -= 1;
    }
    at
}

/// The byte `count` characters after byte `at`.
fn characters_after(text: &str, at: usize, count: usize) -> usize {
    let bytes = text.as_bytes();
    let to = at.saturating_add(count).min(bytes.len());
    if bytes.get(at..to).is_some_and(<[u8]>::is_ascii) {
        return to;
    }
    let mut left = count;
    let mut at = at;
    while at < bytes.len() && left > 0 {
        at += 1;
        while at < bytes.len() && !text.is_char_boundary(at) {
            at += 1;
        }
        left -= 1;
    }
    at
}

/// A label with a blank where letter case tells that a word begins: `patientSSN`, `birthDate`.
fn words_apart(label: &str) -> String {
    let mut apart = String::with_capacity(label.len() + 8);
    let mut before = ' ';
    let mut chars = label.chars().peekable();
    while let Some(c) = chars.next() {
        let next_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase()
            && (before.is_lowercase()
                || before.is_ascii_digit()
                || (before.is_uppercase() && next_lower));
        if begins {
            apart.push(' ');
        }
        apart.push(c);
        before = c;
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_read_word_by_word() {
        assert_eq!(words_apart("patientSSN"), "patient SSN");
        assert_eq!(words_apart("MRNNumber"), "MRN Number");
        assert_eq!(words_apart("birthDate"), "birth Date");
        assert_eq!(words_apart("DOB"), "DOB");
    }

    #[test]
    fn windows_count_characters_not_bytes() {
        let text = "\u{e9}\u{e9}\u{e9}ab";
        assert_eq!(characters_before(text, 6, 2), 2);
        assert_eq!(characters_after(text, 0, 4), 7);
        assert_eq!((characters_before("abc", 2, 9), characters_after("abc", 2, 9)), (0, 3));
    }
}
