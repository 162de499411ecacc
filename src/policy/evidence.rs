//! What was found in a message, and whether what a policy asks for is among it.

use std::collections::HashMap;
use std::ops::Range;

use super::condition::{Condition, Join, Selector};
use super::unless::Cover;
use crate::engine::{self, Spares};
use crate::finding::{Confidence, Finding, Kind, Standing};
use crate::text::{PartFact, PartPath, Place, Text, Unread};

/// All that reading and detection say of one message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// What the rules found.
    pub findings: &'a [Finding],
    /// What counts people of the findings beyond those.
    pub spares: Option<&'a Spares>,
    /// What structure proves.
    pub facts: &'a [PartFact],
    /// What could not be read, by the worker or by the engine.
    pub unread: &'a [Unread],
    /// The texts that findings point into; the message's own Subjects are among them.
    pub texts: &'a [Text],
    /// Bytes of the message.
    pub size: u64,
}

/// Which findings take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Those of rules that count.
    Enforced,
    /// Those of rules on trial too.
    Supposed,
}

impl View {
    pub(super) fn counts(self, finding: &Finding) -> bool {
        self == Self::Supposed || finding.standing == Standing::Counts
    }
}

impl Evidence<'_> {
    /// How many different patients it is about, at the least, by the rules that count.
    #[must_use]
    pub fn patients(&self) -> u32 {
        engine::patients(self.counting(View::Enforced), self.spares)
    }

    /// Whether all holds that a condition says about the message itself.
    pub(super) fn meets(&self, when: &Condition, view: View) -> bool {
        self.meets_but_for_findings(when)
            && self.lacks(&when.none, view)
            && self.holds_counted(when, view)
    }

    /// The same, what it says about findings aside.
    pub(super) fn meets_but_for_findings(&self, when: &Condition) -> bool {
        when.size.is_none_or(|least| self.size >= least.0)
            && (when.facts.is_empty() || self.facts.iter().any(|f| when.facts.contains(&f.fact)))
            && (when.unread.is_empty()
                || self.unread.iter().any(|u| when.unread.contains(&u.cause)))
            && (when.subject.is_empty() || self.subject_bears(&when.subject))
    }

    /// Whether a finding stands in the message's own Subject that would disclose PHI there: an
    /// identifier or something clinical, of medium confidence or more.
    pub(super) fn subject_holds_phi(&self, view: View) -> bool {
        self.findings.iter().any(|finding| {
            finding.place == Place::Subject
                && finding.part == PartPath::root()
                && finding.kind != Kind::Document
                && finding.confidence >= Confidence::Medium
                && view.counts(finding)
        })
    }

    fn subject_bears(&self, words: &[String]) -> bool {
        self.texts
            .iter()
            .filter(|text| text.place == Place::Subject && text.part == PartPath::root())
            .map(|text| text.content.expose().to_lowercase())
            .any(|subject| words.iter().any(|word| subject.contains(word.as_str())))
    }

    /// `none` holds over the whole message, wherever a finding stands.
    fn lacks(&self, none: &[Selector], view: View) -> bool {
        none.iter().all(|selector| {
            let alone = std::slice::from_ref(selector);
            let mut tally = Tally::new(alone, &[]);
            self.counting(view).for_each(|finding| tally.add(finding));
            !tally.holds()
        })
    }

    /// What is asked of the findings that count, those aside that `unless` takes out.
    fn holds_counted(&self, when: &Condition, view: View) -> bool {
        if when.unless.is_empty() {
            return self.holds_joined(when, || self.counting(view));
        }
        let cover = Cover::new(&when.unless, self.counting(view));
        self.holds_joined(when, || self.counting(view).filter(|finding| !cover.covers(finding)))
    }

    fn holds_joined<'e, I>(&self, when: &Condition, counting: impl Fn() -> I) -> bool
    where
        I: Iterator<Item = &'e Finding>,
    {
        if when.patients.is_some_and(|least| engine::patients(counting(), self.spares) < least) {
            return false;
        }
        if when.all.is_empty() && when.any.is_empty() {
            return true;
        }
        let tally = Tally::new(&when.all, &when.any);
        let selected: Vec<&Finding> = counting().filter(|finding| tally.selects(finding)).collect();
        match when.join {
            Join::Message => in_message(tally, &selected),
            Join::Part => in_one_part(tally, &selected),
            Join::Record => in_one_record(tally, selected),
            Join::Within(characters) => self.within(tally, selected, characters),
        }
    }

    fn counting(&self, view: View) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| view.counts(finding))
    }

    /// Moves over each text a window that begins where a finding ends and is `characters` wide.
    fn within(&self, mut tally: Tally<'_>, mut selected: Vec<&Finding>, characters: u32) -> bool {
        // A finding that a fact alone gave stands nowhere in a text.
        selected.retain(|finding| !finding.span.is_empty());
        selected.sort_by_key(|finding| (finding.text, finding.span.start));
        for findings in selected.chunk_by(|a, b| a.text == b.text) {
            let spans = self.in_characters(findings);
            let mut by_end: Vec<usize> = (0..findings.len()).collect();
            by_end.sort_by_key(|i| spans.get(*i).map(|span| span.end));
            tally.clear();
            let (mut entered, mut left) = (0, 0);
            for pivot in &by_end {
                let Some(end) = spans.get(*pivot).map(|span| span.end) else { continue };
                while spans.get(entered).is_some_and(|s| s.start <= end + characters as usize) {
                    findings.get(entered).into_iter().for_each(|finding| tally.add(finding));
                    entered += 1;
                }
                while let Some(first) = by_end.get(left)
                    && spans.get(*first).is_some_and(|span| span.end < end)
                {
                    findings.get(*first).into_iter().for_each(|finding| tally.remove(finding));
                    left += 1;
                }
                if tally.holds() {
                    return true;
                }
            }
        }
        false
    }

    /// The spans of findings of one text, sorted by start, counted in characters. Where the text
    /// is not at hand, in bytes.
    fn in_characters(&self, findings: &[&Finding]) -> Vec<Range<usize>> {
        let bytes = || findings.iter().map(|finding| finding.span.clone()).collect();
        let Some(text) = findings.first().and_then(|finding| self.texts.get(finding.text)) else {
            return bytes();
        };
        let content = text.content.expose().as_str();
        if content.is_ascii() {
            return bytes();
        }
        let mut edges: Vec<usize> =
            findings.iter().flat_map(|f| [f.span.start, f.span.end]).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut counted = HashMap::with_capacity(edges.len());
        let (mut at, mut characters) = (0, 0);
        for edge in edges {
            characters += content.get(at..edge).map_or(edge - at, |piece| piece.chars().count());
            at = edge;
            counted.insert(edge, characters);
        }
        let character = |byte: &usize| counted.get(byte).copied().unwrap_or(*byte);
        findings.iter().map(|f| character(&f.span.start)..character(&f.span.end)).collect()
    }
}

fn in_message(mut tally: Tally<'_>, selected: &[&Finding]) -> bool {
    selected.iter().for_each(|finding| tally.add(finding));
    tally.holds()
}

/// Walks the parts in the order of the tree. On the way down, header findings of every message
/// that holds the part are in the tally; each enters and leaves it once.
fn in_one_part(mut tally: Tally<'_>, selected: &[&Finding]) -> bool {
    let (headers, mut parts): (Vec<&Finding>, Vec<&Finding>) =
        selected.iter().partition(|f| matches!(f.place, Place::Subject | Place::Header));
    let mut headers: Vec<(&PartPath, &Finding)> = headers.iter().map(|f| (&f.part, *f)).collect();
    headers.sort_by_key(|(path, _)| *path);
    parts.sort_by(|a, b| a.group.cmp(&b.group));
    let mut units: Vec<&PartPath> = headers.iter().map(|(path, _)| *path).collect();
    units.extend(parts.iter().map(|finding| &finding.group));
    units.sort();
    units.dedup();

    let mut above: Vec<&[(&PartPath, &Finding)]> = Vec::new();
    let mut headers = headers.as_slice();
    let mut parts = parts.as_slice();
    for unit in units {
        while let Some(message) = above.pop_if(|m| m.first().is_some_and(|(p, _)| !p.holds(unit))) {
            message.iter().for_each(|(_, finding)| tally.remove(finding));
        }
        let (message, rest) = headers.split_at(headers.partition_point(|(path, _)| *path <= unit));
        headers = rest;
        message.iter().for_each(|(_, finding)| tally.add(finding));
        above.extend(Some(message).filter(|message| !message.is_empty()));
        let (own, rest) = parts.split_at(parts.partition_point(|finding| finding.group <= *unit));
        parts = rest;
        own.iter().for_each(|finding| tally.add(finding));
        if tally.holds() {
            return true;
        }
        own.iter().for_each(|finding| tally.remove(finding));
    }
    false
}

fn in_one_record(mut tally: Tally<'_>, mut selected: Vec<&Finding>) -> bool {
    selected.retain(|finding| finding.record.is_some());
    selected.sort_by(|a, b| (&a.part, a.record).cmp(&(&b.part, b.record)));
    selected.chunk_by(|a, b| a.part == b.part && a.record == b.record).any(|record| {
        tally.clear();
        record.iter().for_each(|finding| tally.add(finding));
        tally.holds()
    })
}

/// Distinct values of the findings that each selector means, with findings coming and going.
struct Tally<'c> {
    selectors: Vec<(&'c Selector, HashMap<u64, u32, foldhash::fast::FixedState>)>,
    /// How many of the selectors, from the front, must all be met.
    all: usize,
}

impl<'c> Tally<'c> {
    fn new(all: &'c [Selector], any: &'c [Selector]) -> Self {
        let selectors = all.iter().chain(any).map(|s| (s, HashMap::default())).collect();
        Self { selectors, all: all.len() }
    }

    fn selects(&self, finding: &Finding) -> bool {
        self.selectors.iter().any(|(selector, _)| selector.selects(finding))
    }

    fn add(&mut self, finding: &Finding) {
        for (selector, values) in &mut self.selectors {
            if selector.selects(finding) {
                *values.entry(finding.digest).or_insert(0) += 1;
            }
        }
    }

    fn remove(&mut self, finding: &Finding) {
        for (selector, values) in &mut self.selectors {
            if selector.selects(finding)
                && let Some(times) = values.get_mut(&finding.digest)
            {
                *times -= 1;
                if *times == 0 {
                    values.remove(&finding.digest);
                }
            }
        }
    }

    fn clear(&mut self) {
        self.selectors.iter_mut().for_each(|(_, values)| values.clear());
    }

    fn holds(&self) -> bool {
        let met = |(selector, values): &(&Selector, HashMap<u64, u32, _>)| {
            values.len() >= selector.least()
        };
        let (all, any) = self.selectors.split_at(self.all);
        all.iter().all(met) && (any.is_empty() || any.iter().any(met))
    }
}
