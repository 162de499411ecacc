//! Facts to findings: rules of kind document.

use std::collections::HashMap;
use std::hash::BuildHasher;

use super::Engine;
use super::harvest::Harvest;
use super::leading::Turn;
use super::surroundings::shared;
use crate::finding::{Basis, Finding, NameWords};
use crate::rules::{Match, MatchSource, Rule};
use crate::text::{Fact, PartFact, PartPath, Place, Reading, Text};

/// The index of the text of a finding that has none.
const NO_TEXT: usize = usize::MAX;

impl Engine {
    /// Findings that facts alone give.
    pub(super) fn scan_facts(&self, last: Turn, reading: &Reading, harvest: &mut Harvest<'_>) {
        if reading.facts.is_empty() {
            return;
        }
        // Any text of the part tells its group and file; a part without text is its own.
        let texts: HashMap<&PartPath, &Text> =
            reading.texts.iter().rev().map(|text| (&text.part, text)).collect();
        for (index, rule) in self.rules.iter().enumerate() {
            if self.turns.of_rule(index) > last {
                continue;
            }
            for part_fact in &reading.facts {
                if let Some(entry) = rule.matches.iter().find(|entry| takes(entry, part_fact.fact))
                {
                    let text = texts.get(&part_fact.part).copied();
                    harvest.add(index, self.fact_finding(rule, entry, part_fact, text));
                }
            }
        }
    }

    fn fact_finding(
        &self,
        rule: &Rule,
        entry: &Match,
        part_fact: &PartFact,
        text: Option<&Text>,
    ) -> Finding {
        let part = &part_fact.part;
        Finding {
            rule: rule.id.clone(),
            kind: rule.kind,
            hipaa: rule.hipaa,
            class: rule.class,
            confidence: entry.confidence,
            about: entry.about.unwrap_or_default(),
            basis: Basis::Rule,
            standing: rule.status.standing(),
            place: Place::Attachment,
            part: part.clone(),
            group: text.map_or(part, |text| &text.group).clone(),
            zone: None,
            page: None,
            file: text.and_then(|text| shared(text.file.as_ref())),
            label: None,
            record: None,
            text: NO_TEXT,
            span: 0..0,
            digest: self.key.hash_one((part, part_fact.fact)),
            words: NameWords::default(),
        }
    }
}

fn takes(entry: &Match, fact: Fact) -> bool {
    matches!(&entry.source, MatchSource::Facts(facts) if facts.contains(&fact))
}
