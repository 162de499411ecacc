//! Findings and unread parts, counted by name.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::finding::{Confidence, Finding, Standing};
use crate::text::{Cause, Unread};

/// What one rule found in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTally {
    /// The rule's id.
    pub rule: Arc<str>,
    /// The best of its findings.
    pub confidence: Confidence,
    /// Distinct values.
    pub count: u32,
    /// Whether the rule counts or is on trial.
    pub standing: Standing,
}

/// How many parts could not be read for one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnreadTally {
    /// Why.
    pub cause: Cause,
    /// How many parts.
    pub count: u32,
}

/// Counts the distinct values of each rule: the surest rules first, then by id.
#[must_use]
pub fn tally_rules(findings: &[Finding]) -> Vec<RuleTally> {
    let mut rules: BTreeMap<&str, (&Finding, Confidence, HashSet<u64>)> = BTreeMap::new();
    for finding in findings {
        let (_, best, values) = rules
            .entry(&finding.rule)
            .or_insert_with(|| (finding, finding.confidence, HashSet::new()));
        *best = finding.confidence.max(*best);
        values.insert(finding.digest);
    }
    let mut tallies: Vec<RuleTally> = rules
        .into_values()
        .map(|(finding, confidence, values)| RuleTally {
            rule: finding.rule.clone(),
            confidence,
            count: u32::try_from(values.len()).unwrap_or(u32::MAX),
            standing: finding.standing,
        })
        .collect();
    tallies.sort_by_key(|tally| std::cmp::Reverse(tally.confidence));
    tallies
}

/// Counts the parts of each cause.
#[must_use]
pub fn tally_unread(unread: &[Unread]) -> Vec<UnreadTally> {
    let mut causes: BTreeMap<Cause, u32> = BTreeMap::new();
    for part in unread {
        let count = causes.entry(part.cause).or_insert(0);
        *count = count.saturating_add(1);
    }
    causes.into_iter().map(|(cause, count)| UnreadTally { cause, count }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{About, Basis, Kind, NameWords};
    use crate::text::{PartPath, Place};

    fn finding(rule: &str, confidence: Confidence, digest: u64) -> Finding {
        Finding {
            rule: rule.into(),
            kind: Kind::Identifier,
            hipaa: None,
            class: None,
            confidence,
            about: About::Patient,
            basis: Basis::Rule,
            standing: Standing::Counts,
            place: Place::Body,
            part: PartPath::root(),
            group: PartPath::root(),
            zone: None,
            page: None,
            file: None,
            label: None,
            record: None,
            text: 0,
            span: 0..1,
            digest,
            words: NameWords::default(),
        }
    }

    #[test]
    fn a_rule_is_counted_by_distinct_values_with_the_best_of_its_confidences() {
        let tallies = tally_rules(&[
            finding("b", Confidence::Medium, 1),
            finding("a", Confidence::Low, 1),
            finding("b", Confidence::High, 2),
            finding("b", Confidence::Low, 2),
            finding("c", Confidence::High, 1),
        ]);
        let shown: Vec<_> = tallies.iter().map(|t| (&*t.rule, t.confidence, t.count)).collect();
        let expected =
            [("b", Confidence::High, 2), ("c", Confidence::High, 1), ("a", Confidence::Low, 1)];
        assert_eq!(shown, expected);
    }

    #[test]
    fn unread_parts_are_counted_by_cause() {
        let unread = |cause| Unread { part: PartPath::root(), file: None, cause };
        let tallies = tally_unread(&[Cause::Crashed, Cause::Encrypted, Cause::Crashed].map(unread));
        let shown: Vec<_> = tallies.iter().map(|t| (t.cause, t.count)).collect();
        assert_eq!(shown, [(Cause::Encrypted, 1), (Cause::Crashed, 2)]);
    }
}
