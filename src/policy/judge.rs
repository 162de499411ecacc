//! The decision on one message: for each recipient the first policy that holds, over the
//! recipients the strictest verdict.

use std::cmp::Reverse;

use super::condition::{Addresses, Clause, Condition};
use super::envelope::{Address, Envelope};
use super::evidence::{Evidence, View};
use super::leading::Stake;
use super::network::Network;
use super::verdict::{Decision, Judgement, SubjectPhi, SubjectTreatment, Verdict};
use crate::config::Mode;
use crate::finding::Standing;

/// A policy file, loaded. The last of its policies has no condition.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(super) clauses: Vec<Clause>,
    /// What rules that lead tell of each, once they are known.
    pub(super) stakes: Vec<Stake>,
}

impl Policy {
    pub(super) fn new(clauses: Vec<Clause>) -> Self {
        Self { clauses, stakes: Vec::new() }
    }

    /// Judges one message. Pure: the same message and envelope give the same judgement.
    ///
    /// What is done leaves out policies in monitor mode and findings of rules on trial; what would
    /// be done counts them as well.
    pub fn judge(
        &self,
        network: &Network,
        envelope: &Envelope,
        evidence: &Evidence<'_>,
    ) -> Judgement {
        let decide = |view| Judge::new(self, network, envelope, evidence, view).decide();
        let decision = decide(View::Enforced);
        let suppositions = self.clauses.iter().any(|clause| clause.mode == Mode::Monitor)
            || evidence.findings.iter().any(|finding| finding.standing == Standing::OnTrial);
        let would = suppositions.then(|| decide(View::Supposed)).filter(|would| *would != decision);
        Judgement { decision, would }
    }

    /// Whether the policy of that id asks for findings, facts or unread parts, not for sender and
    /// recipients alone. That is what tells exit code 1 of `scan` from 0.
    #[must_use]
    pub fn asks_for_evidence(&self, id: &str) -> bool {
        self.clauses.iter().any(|clause| *clause.id == *id && clause.when.asks_for_evidence())
    }

    /// The ids of all policies, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.clauses.iter().map(|clause| &*clause.id)
    }
}

/// One view of one message. What a clause says about the message itself is the same for every
/// recipient, so it is asked once.
struct Judge<'a> {
    clauses: &'a [Clause],
    network: &'a Network,
    envelope: &'a Envelope,
    evidence: &'a Evidence<'a>,
    view: View,
    asked: Vec<Option<bool>>,
}

impl<'a> Judge<'a> {
    fn new(
        policy: &'a Policy,
        network: &'a Network,
        envelope: &'a Envelope,
        evidence: &'a Evidence<'a>,
        view: View,
    ) -> Self {
        let asked = vec![None; policy.clauses.len()];
        Self { clauses: &policy.clauses, network, envelope, evidence, view, asked }
    }

    fn decide(mut self) -> Decision {
        let unnamed = [Address::unnamed()];
        let recipients = match self.envelope.recipients.as_slice() {
            [] => unnamed.as_slice(),
            named => named,
        };
        let mut matched: Vec<usize> = recipients.iter().map(|to| self.first_match(to)).collect();
        matched.sort_unstable();
        matched.dedup();
        let subject_holds_phi = self.evidence.subject_holds_phi(self.view);
        let verdict = |clause: &Clause| match clause.then {
            Verdict::Encrypt if subject_holds_phi && clause.subject_phi == SubjectPhi::Reject => {
                Verdict::Reject
            }
            then => then,
        };
        let matched: Vec<(usize, &Clause)> =
            matched.iter().filter_map(|i| Some((*i, self.clauses.get(*i)?))).collect();
        let strictest = matched
            .iter()
            .max_by_key(|(place, clause)| (verdict(clause), clause.severity, Reverse(*place)));
        let Some((place, clause)) = strictest else {
            return nothing_decides();
        };
        let verdict = verdict(clause);
        Decision {
            verdict,
            policy: clause.id.clone(),
            severity: clause.severity,
            phi: matched.iter().any(|(_, clause)| clause.phi),
            last: place + 1 == self.clauses.len(),
            subject: if verdict == Verdict::Encrypt && subject_holds_phi {
                SubjectTreatment::Neutral
            } else {
                SubjectTreatment::Prefix
            },
            reply: clause.reply.clone(),
        }
    }

    /// The place of the first clause that holds for a recipient. The last holds for everyone.
    fn first_match(&mut self, to: &Address) -> usize {
        let last = self.clauses.len().saturating_sub(1);
        (0..last).find(|place| self.holds(*place, to)).unwrap_or(last)
    }

    fn holds(&mut self, place: usize, to: &Address) -> bool {
        let Some(clause) = self.clauses.get(place) else { return false };
        if self.view == View::Enforced && clause.mode == Mode::Monitor {
            return false;
        }
        if !clause.when.is_to(to, self.network) {
            return false;
        }
        if let Some(Some(known)) = self.asked.get(place) {
            return *known;
        }
        let holds = clause.when.is_from(self.network, self.envelope)
            && self.evidence.meets(&clause.when, self.view);
        if let Some(known) = self.asked.get_mut(place) {
            *known = Some(holds);
        }
        holds
    }
}

impl Condition {
    /// Whether it is about mail to a recipient.
    pub(super) fn is_to(&self, to: &Address, network: &Network) -> bool {
        self.to.as_ref().is_none_or(|named| named.hold(to, network.side(to)))
    }

    /// Whether it is about mail of a sender and the client that hands it in.
    fn is_from(&self, network: &Network, envelope: &Envelope) -> bool {
        self.from.as_ref().is_none_or(|from| sender_is(from, network, envelope))
            && self.login.as_ref().is_none_or(|login| login.holds(envelope.login.as_deref()))
            && self.tls.is_none_or(|tls| tls == envelope.tls.is_some())
    }

    /// Whether all of it holds of a message but for its recipients and the findings.
    pub(super) fn suits(
        &self,
        network: &Network,
        envelope: &Envelope,
        evidence: &Evidence<'_>,
    ) -> bool {
        self.is_from(network, envelope) && evidence.meets_but_for_findings(self)
    }
}

/// Anybody can write our addresses into MAIL FROM: without a client that is believed, an inside
/// sender meets `outside` alone, named or not.
fn sender_is(from: &Addresses, network: &Network, envelope: &Envelope) -> bool {
    let sender = &envelope.sender;
    if network.claims_to_be_inside(sender) && !network.believes(envelope) {
        return from.outside;
    }
    from.hold(sender, network.sender_side(envelope))
}

/// A policy without a last clause cannot be loaded; were there one, nothing would leave.
fn nothing_decides() -> Decision {
    Decision {
        verdict: Verdict::Defer,
        policy: "none".into(),
        severity: super::Severity::Critical,
        phi: false,
        last: true,
        subject: SubjectTreatment::Prefix,
        reply: None,
    }
}
