//! Text from images is looked at twice: as it was read, and as it may have been before letters
//! and digits were confused.
//!
//! A match in the second view alone has to be borne out by more than its look: by a check
//! digit, by a word nearby, or by a label that is part of its pattern.

use std::collections::BTreeMap;

use super::candidates::Candidate;
use crate::finding::Finding;
use crate::rules::{Check, Match};

/// Whether a match counts where the text is a guess.
pub(super) fn bears_out(entry: &Match, candidate: &Candidate) -> bool {
    entry.check.is_some_and(has_check_digit)
        || !entry.near.is_empty()
        || candidate.whole != candidate.value
}

/// Whether a check seldom holds for a number that was read wrongly: it has a check digit, or knows
/// what each position may hold. Most guesses at a date or a Social Security number are one.
const fn has_check_digit(check: Check) -> bool {
    match check {
        Check::Luhn
        | Check::Npi
        | Check::Dea
        | Check::Mbi
        | Check::Vin
        | Check::Udi
        | Check::NhsNumber
        | Check::CanadianHealth
        | Check::AustralianMedicare => true,
        Check::Number
        | Check::Ssn
        | Check::Date
        | Check::DateOfBirth
        | Check::Phone
        | Check::Icd10Cm
        | Check::Email
        | Check::Zip
        | Check::IpAddress => false,
    }
}

/// A finding of one of the views.
pub(super) struct Seen {
    /// The rule's number.
    pub rule: usize,
    /// The number of the match that held.
    pub entry: usize,
    pub finding: Finding,
}

/// Of findings of one rule that overlap, the one whose match stands first in the rule; of equal
/// ones that of the text as it was read, which comes first.
pub(super) fn one_for_each_place(mut seen: Vec<Seen>) -> Vec<Seen> {
    seen.sort_by_key(|seen| (seen.rule, seen.entry));
    // The ends of what is kept, by rule and beginning.
    let mut taken: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut kept = seen;
    kept.retain(|seen| {
        let span = &seen.finding.span;
        let before = taken.range((seen.rule, 0)..(seen.rule, span.end)).next_back();
        let free = before.is_none_or(|(_, &end)| end <= span.start);
        if free {
            taken.insert((seen.rule, span.start), span.end);
        }
        free
    });
    kept.sort_by_key(|seen| (seen.rule, seen.finding.span.start));
    kept
}
