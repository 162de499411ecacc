//! Which rules have to find something before a policy can hold, so that in most mail the others
//! need not be looked for.
//!
//! A policy that asks for a patient and for something about health cannot hold where nothing is
//! about health. Of what each policy asks, the rules that can give one thing are looked for first;
//! only where they leave it open what is to be done are the others. What is done is the same: what
//! is left out could not have changed it.

use std::collections::HashSet;

use super::condition::{Clause, Condition, Selector};
use super::envelope::{Address, Envelope};
use super::evidence::Evidence;
use super::judge::Policy;
use super::network::Network;
use super::verdict::Verdict;
use crate::config::Mode;
use crate::engine::Leading;
use crate::finding::{Confidence, Kind, Standing};
use crate::rules::Rule;

/// What rules that lead tell of a policy.
#[derive(Debug, Clone)]
pub(super) enum Stake {
    /// It asks for no findings.
    None,
    /// It cannot hold unless one selector of each list is met, all of whose rules lead.
    Each(Vec<Vec<Selector>>),
}

/// What is known of a policy when the rules that lead have been looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outlook {
    Holds,
    Fails,
    Open,
}

impl Policy {
    /// Which of the rules lead: those without whose findings no policy can hold that asks for any,
    /// and those on trial, of which the log is to tell all.
    pub fn led_by(&mut self, rules: &[Rule]) -> Leading {
        let of = |ask: &[Selector]| -> HashSet<usize> {
            let can = |(_, rule): &(usize, &Rule)| ask.iter().any(|one| can_be_met(one, rule));
            rules.iter().enumerate().filter(can).map(|(number, _)| number).collect()
        };
        let trial = rules.iter().enumerate();
        let mut leading: HashSet<usize> = trial
            .filter(|(_, rule)| rule.status.standing() == Standing::OnTrial)
            .map(|(number, _)| number)
            .collect();
        // Facts are known before any rule is looked for: a policy that asks for one has nobody lead.
        for clause in self.clauses.iter().filter(|clause| clause.when.facts.is_empty()) {
            let givers = asks(&clause.when).into_iter().map(|ask| of(&ask));
            let fewest = givers.min_by_key(|rules| rules.difference(&leading).count());
            leading.extend(fewest.into_iter().flatten());
        }
        self.stakes = self.clauses.iter().map(|clause| stake(clause, &of, &leading)).collect();
        let ids = leading.iter().filter_map(|&number| rules.get(number));
        ids.map(|rule| rule.id.clone()).collect()
    }

    /// Whether what other rules than those that lead would find in a message may change what is
    /// done to it.
    #[must_use]
    pub fn wants_more(
        &self,
        network: &Network,
        envelope: &Envelope,
        evidence: &Evidence<'_>,
    ) -> bool {
        let outlooks: Vec<Outlook> = self
            .clauses
            .iter()
            .enumerate()
            .map(|(place, clause)| match self.stakes.get(place) {
                _ if !clause.when.suits(network, envelope, evidence) => Outlook::Fails,
                Some(Stake::None) => Outlook::Holds,
                Some(Stake::Each(asks)) if !asks.iter().all(|ask| is_met(ask, evidence)) => {
                    Outlook::Fails
                }
                Some(Stake::Each(_)) | None => Outlook::Open,
            })
            .collect();
        let unnamed = [Address::unnamed()];
        let recipients = match envelope.recipients.as_slice() {
            [] => unnamed.as_slice(),
            named => named,
        };
        recipients.iter().any(|to| self.wants_more_for(to, network, &outlooks))
    }

    /// The same of one recipient, for whom the first policy decides that holds.
    fn wants_more_for(&self, to: &Address, network: &Network, outlooks: &[Outlook]) -> bool {
        for (clause, outlook) in self.clauses.iter().zip(outlooks) {
            match outlook {
                Outlook::Fails => {}
                _ if !clause.when.is_to(to, network) => {}
                // How a Subject is written, and what a reply tells, hangs on all that was found.
                _ if clause.then > Verdict::Tag => return true,
                Outlook::Open => return true,
                Outlook::Holds if clause.mode == Mode::Monitor => {}
                Outlook::Holds => return false,
            }
        }
        true
    }
}

/// What a condition asks findings for: of each list one selector has to be met.
fn asks(when: &Condition) -> Vec<Vec<Selector>> {
    let mut asks: Vec<Vec<Selector>> = when.all.iter().map(|one| vec![one.clone()]).collect();
    if !when.any.is_empty() {
        asks.push(when.any.clone());
    }
    if when.patients.is_some_and(|least| least > 0) {
        asks.push(vec![Selector {
            kind: Some(vec![Kind::Identifier]),
            confidence: Some(Confidence::Medium),
            ..Selector::default()
        }]);
    }
    asks
}

fn stake(
    clause: &Clause,
    of: &impl Fn(&[Selector]) -> HashSet<usize>,
    leading: &HashSet<usize>,
) -> Stake {
    let asks = asks(&clause.when);
    if asks.is_empty() && clause.when.none.is_empty() {
        return Stake::None;
    }
    Stake::Each(asks.into_iter().filter(|ask| of(ask).is_subset(leading)).collect())
}

/// Whether findings of a rule can be among those that a selector means.
fn can_be_met(selector: &Selector, rule: &Rule) -> bool {
    rule.matches.iter().any(|entry| {
        selector.kind.as_ref().is_none_or(|kinds| kinds.contains(&rule.kind))
            && selector.rule.as_ref().is_none_or(|ids| ids.iter().any(|id| **id == *rule.id))
            && selector.confidence.is_none_or(|least| entry.confidence >= least)
            && names_one(&selector.hipaa, rule.hipaa.as_ref())
            && names_one(&selector.class, rule.class.as_ref())
    })
}

fn names_one<T: PartialEq>(named: &Option<Vec<T>>, value: Option<&T>) -> bool {
    named.as_ref().is_none_or(|named| value.is_some_and(|value| named.contains(value)))
}

/// Whether findings are enough for one of some selectors, whoever they are about: other findings
/// may tell that.
fn is_met(ask: &[Selector], evidence: &Evidence<'_>) -> bool {
    ask.iter().any(|selector| {
        let selected = evidence.findings.iter().filter(|one| selector.selects_whoever(one));
        let different: HashSet<u64> = selected.map(|finding| finding.digest).collect();
        different.len() >= selector.least()
    })
}
