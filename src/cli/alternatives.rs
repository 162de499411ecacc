//! What a decision rests on, and what would have changed it: the same policy asked again of other
//! evidence.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::engine::NearMiss;
use crate::finding::{About, Basis, Confidence, Finding, Kind, NameWords, Standing};
use crate::pipeline::{Examination, Snapshot};
use crate::policy::{Decision, Evidence};
use crate::rules::Rule;
use crate::text::{PartFact, Unread, Zone};

/// A decision explained.
pub(crate) struct Reasons {
    /// Findings that suffice for the decision, and none of whose rules can be spared: by rule, with
    /// the surest confidence.
    pub rests_on: Vec<(Arc<str>, Confidence)>,
    /// Changes that would have changed it.
    pub alternatives: Vec<Alternative>,
}

/// Something that could have been otherwise, and the decision that would have followed.
pub(crate) struct Alternative {
    pub change: Change,
    pub decision: Decision,
}

/// What could have been otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A rule had found nothing.
    Without(Arc<str>),
    /// No rule of a kind had found anything.
    WithoutAny(Kind),
    /// A part had been read, and had held nothing.
    Readable(&'static str),
    /// Structure had not proved this.
    WithoutFact(&'static str),
    /// Findings of a zone that does not count had stood in the text that the author wrote.
    Fresh(Zone),
    /// A rule that nearly held had held.
    With(Arc<str>, Confidence),
}

/// Explains the decision on a message. `misses` are what nearly was found.
pub(crate) fn reasons(
    snapshot: &Snapshot,
    examination: &Examination,
    size: u64,
    misses: &[NearMiss],
) -> Reasons {
    let case = Case { snapshot, examination, size };
    Reasons { rests_on: case.rests_on(), alternatives: case.alternatives(misses) }
}

struct Case<'a> {
    snapshot: &'a Snapshot,
    examination: &'a Examination,
    size: u64,
}

impl Case<'_> {
    fn decision(&self) -> &Decision {
        &self.examination.judgement.decision
    }

    fn judge(&self, findings: &[Finding]) -> Decision {
        self.judge_all(findings, &self.examination.reading.facts, &self.examination.unread)
    }

    fn judge_all(&self, findings: &[Finding], facts: &[PartFact], unread: &[Unread]) -> Decision {
        let texts = &self.examination.reading.texts;
        let evidence = Evidence {
            findings,
            spares: Some(&self.examination.spares),
            facts,
            unread,
            texts,
            size: self.size,
        };
        let envelope = &self.examination.envelope;
        self.snapshot.policy.judge(&self.snapshot.network, envelope, &evidence).decision
    }

    /// Takes away what the decision does not need, the weakest first.
    fn rests_on(&self) -> Vec<(Arc<str>, Confidence)> {
        let mut rules = surest(&self.examination.findings);
        rules.sort_by_key(|(rule, confidence)| (*confidence, rule.clone()));
        let mut kept = self.examination.findings.clone();
        let mut needed = Vec::new();
        for (rule, confidence) in rules {
            let rest: Vec<Finding> = kept.iter().filter(|f| f.rule != rule).cloned().collect();
            if self.judge(&rest) == *self.decision() {
                kept = rest;
            } else {
                needed.push((rule, confidence));
            }
        }
        needed.reverse();
        needed
    }

    fn alternatives(&self, misses: &[NearMiss]) -> Vec<Alternative> {
        let removals = self.removals().chain(self.removals_of_kinds());
        let changes = removals.chain(self.moves()).chain(self.additions(misses));
        let changes = changes.chain(self.readings());
        changes
            .filter(|(_, decision)| differs(decision, self.decision()))
            .map(|(change, decision)| Alternative { change, decision })
            .collect()
    }

    fn removals(&self) -> impl Iterator<Item = (Change, Decision)> {
        let findings = &self.examination.findings;
        surest(findings).into_iter().map(|(rule, _)| {
            let rest: Vec<Finding> = findings.iter().filter(|f| f.rule != rule).cloned().collect();
            let decision = self.judge(&rest);
            (Change::Without(rule), decision)
        })
    }

    /// Of kinds that several rules found, where taking one rule away may change nothing.
    fn removals_of_kinds(&self) -> impl Iterator<Item = (Change, Decision)> {
        let findings = &self.examination.findings;
        let kinds = [Kind::Identifier, Kind::Clinical, Kind::Document].into_iter();
        let several = kinds.filter(|kind| {
            let of_kind: Vec<Finding> =
                findings.iter().filter(|f| f.kind == *kind).cloned().collect();
            surest(&of_kind).len() > 1
        });
        several.map(|kind| {
            let rest: Vec<Finding> = findings.iter().filter(|f| f.kind != kind).cloned().collect();
            (Change::WithoutAny(kind), self.judge(&rest))
        })
    }

    fn moves(&self) -> impl Iterator<Item = (Change, Decision)> {
        [Zone::Signature, Zone::Disclaimer].into_iter().map(|zone| {
            let mut findings = self.examination.findings.clone();
            for finding in findings.iter_mut().filter(|finding| finding.zone == Some(zone)) {
                finding.zone = Some(Zone::Fresh);
            }
            (Change::Fresh(zone), self.judge(&findings))
        })
    }

    /// One near miss a rule: the one that would have made surest.
    fn additions(&self, misses: &[NearMiss]) -> impl Iterator<Item = (Change, Decision)> {
        let mut surest: Vec<(&NearMiss, Confidence)> = Vec::new();
        for miss in misses {
            let Some(confidence) = miss.tried.iter().map(|tried| tried.confidence).max() else {
                continue;
            };
            match surest.iter_mut().find(|(other, _)| other.rule == miss.rule) {
                Some(known) if known.1 < confidence => *known = (miss, confidence),
                Some(_) => {}
                None => surest.push((miss, confidence)),
            }
        }
        surest.into_iter().filter_map(|(miss, confidence)| {
            let rule = self.snapshot.engine.rule(&miss.rule)?;
            let mut findings = self.examination.findings.clone();
            findings.push(supposed(rule, miss, confidence));
            Some((Change::With(miss.rule.clone(), confidence), self.judge(&findings)))
        })
    }

    fn readings(&self) -> impl Iterator<Item = (Change, Decision)> {
        let Examination { findings, reading, unread, .. } = self.examination;
        let causes: BTreeSet<&'static str> = unread.iter().map(|u| u.cause.name()).collect();
        let facts: BTreeSet<&'static str> = reading.facts.iter().map(|f| f.fact.name()).collect();
        let without_cause = causes.into_iter().map(|cause| {
            let rest: Vec<Unread> =
                unread.iter().filter(|u| u.cause.name() != cause).cloned().collect();
            (Change::Readable(cause), self.judge_all(findings, &reading.facts, &rest))
        });
        let without_fact = facts.into_iter().map(|fact| {
            let rest: Vec<PartFact> =
                reading.facts.iter().filter(|f| f.fact.name() != fact).cloned().collect();
            (Change::WithoutFact(fact), self.judge_all(findings, &rest, unread))
        });
        without_cause.chain(without_fact)
    }
}

fn differs(one: &Decision, other: &Decision) -> bool {
    one.verdict != other.verdict || one.policy != other.policy
}

/// The rules that count and found something, each with the surest of its findings.
fn surest(findings: &[Finding]) -> Vec<(Arc<str>, Confidence)> {
    let mut rules: Vec<(Arc<str>, Confidence)> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.standing == Standing::Counts) {
        match rules.iter_mut().find(|(rule, _)| *rule == finding.rule) {
            Some((_, confidence)) => *confidence = finding.confidence.max(*confidence),
            None => rules.push((finding.rule.clone(), finding.confidence)),
        }
    }
    rules
}

/// The finding that a near miss would have been. An identifier is taken for a patient's: whether it
/// would have been is what the rule could not tell.
fn supposed(rule: &Rule, miss: &NearMiss, confidence: Confidence) -> Finding {
    Finding {
        rule: rule.id.clone(),
        kind: rule.kind,
        hipaa: rule.hipaa,
        class: rule.class,
        confidence,
        about: if rule.kind == Kind::Identifier { About::Patient } else { About::Unknown },
        basis: Basis::Nothing,
        standing: Standing::Counts,
        place: miss.place,
        part: miss.part.clone(),
        group: miss.part.clone(),
        zone: None,
        page: None,
        file: None,
        label: None,
        record: None,
        // That of no text: what was nearly found has no span of its own.
        text: usize::MAX,
        span: 0..0,
        digest: 0,
        words: NameWords::default(),
    }
}
