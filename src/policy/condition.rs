//! What a policy asks for.

use std::collections::HashSet;
use std::sync::Arc;

use super::envelope::{Address, Form, Mailbox};
use super::network::{Domains, Side};
use super::verdict::{Severity, SubjectPhi, Verdict};
use crate::config::Mode;
use crate::finding::{About, Class, Confidence, Finding, Hipaa, Kind};
use crate::limits::Bytes;
use crate::text::{Cause, Fact, Place, Zone};

/// One `[[policy]]`.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    pub(super) id: Arc<str>,
    pub(super) when: Condition,
    pub(super) then: Verdict,
    pub(super) phi: bool,
    pub(super) severity: Severity,
    pub(super) mode: Mode,
    pub(super) subject_phi: SubjectPhi,
    pub(super) reply: Option<Arc<str>>,
}

/// `when`: all that is said must hold. Empty lists say nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Condition {
    pub(super) to: Option<Addresses>,
    pub(super) from: Option<Addresses>,
    pub(super) login: Option<Login>,
    pub(super) tls: Option<bool>,
    pub(super) all: Vec<Selector>,
    pub(super) any: Vec<Selector>,
    pub(super) none: Vec<Selector>,
    /// What stands in one part with a finding of these is not counted.
    pub(super) unless: Vec<Selector>,
    pub(super) join: Join,
    pub(super) patients: Option<u32>,
    pub(super) facts: Vec<Fact>,
    pub(super) unread: Vec<Cause>,
    pub(super) size: Option<Bytes>,
    pub(super) subject: Vec<String>,
}

impl Condition {
    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.to.is_none()
            && self.from.is_none()
            && self.login.is_none()
            && self.tls.is_none()
            && self.size.is_none()
            && self.subject.is_empty()
            && !self.asks_for_evidence()
    }

    /// Whether it takes a finding, the lack of one, a fact or an unread part.
    pub(super) fn asks_for_evidence(&self) -> bool {
        !(self.all.is_empty()
            && self.any.is_empty()
            && self.none.is_empty()
            && self.patients.is_none()
            && self.facts.is_empty()
            && self.unread.is_empty())
    }
}

/// Who a condition is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Addresses {
    pub(super) inside: bool,
    pub(super) outside: bool,
    pub(super) null: bool,
    pub(super) domains: Domains,
    pub(super) mailboxes: HashSet<Mailbox>,
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailbox(..)")
    }
}

impl Addresses {
    /// Whether an address is meant. A domain or an address is met only by exactly `local@domain`:
    /// what could be sent on elsewhere is met by `outside` alone.
    pub(super) fn hold(&self, address: &Address, side: Side) -> bool {
        let by_side = match side {
            Side::Inside => self.inside,
            Side::Outside => self.outside,
        };
        by_side || self.names(address)
    }

    /// Whether an address is meant by name.
    pub(super) fn names(&self, address: &Address) -> bool {
        match address.form() {
            Form::Null => self.null,
            Form::Mailbox(mailbox) => {
                self.mailboxes.contains(mailbox) || self.domains.hold(&mailbox.domain)
            }
            Form::Unqualified(_) | Form::Routed => false,
        }
    }
}

/// Whether the client must have logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Login {
    /// With any name.
    Any,
    /// Not at all.
    Absent,
    /// With one of these names.
    As(HashSet<String>),
}

impl Login {
    pub(super) fn holds(&self, login: Option<&str>) -> bool {
        match self {
            Self::Any => login.is_some(),
            Self::Absent => login.is_none(),
            Self::As(names) => login.is_some_and(|login| names.contains(login)),
        }
    }
}

/// How near to each other the findings must stand that `all` and `any` ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Join {
    /// In one message.
    #[default]
    Message,
    /// In one part. Subject and headers belong to every part of their message, a file name to its
    /// part; alternatives are one part.
    Part,
    /// In one record of one part. A finding that has no record is in none.
    Record,
    /// In one text, with at most so many characters between the end of the one that ends first
    /// and the start of the one that starts last.
    Within(u32),
}

/// Which findings are meant, and how many distinct values there must be. A key that is not set
/// means any, except `zone`: findings in a signature or disclaimer are meant only by naming it,
/// those of document rules aside, which tell what the whole text is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Selector {
    pub(super) kind: Option<Vec<Kind>>,
    pub(super) rule: Option<Vec<String>>,
    pub(super) hipaa: Option<Vec<Hipaa>>,
    pub(super) class: Option<Vec<Class>>,
    pub(super) about: Option<Vec<About>>,
    pub(super) place: Option<Vec<Place>>,
    pub(super) zone: Option<Vec<Zone>>,
    pub(super) confidence: Option<Confidence>,
    pub(super) count: Option<u32>,
}

impl Selector {
    /// Whether a finding is meant.
    pub(super) fn selects(&self, finding: &Finding) -> bool {
        holds(&self.about, &finding.about) && self.selects_whoever(finding)
    }

    /// The same, whoever it is about.
    pub(super) fn selects_whoever(&self, finding: &Finding) -> bool {
        let zone = match &self.zone {
            Some(named) => finding.zone.is_some_and(|zone| named.contains(&zone)),
            None => {
                finding.kind == Kind::Document
                    || !matches!(finding.zone, Some(Zone::Signature | Zone::Disclaimer))
            }
        };
        zone && self.confidence.is_none_or(|least| finding.confidence >= least)
            && holds(&self.kind, &finding.kind)
            && holds(&self.place, &finding.place)
            && self.hipaa.as_ref().is_none_or(|h| finding.hipaa.is_some_and(|f| h.contains(&f)))
            && self.class.as_ref().is_none_or(|c| finding.class.is_some_and(|f| c.contains(&f)))
            && self.rule.as_ref().is_none_or(|r| r.iter().any(|id| **id == *finding.rule))
    }

    /// How many distinct values it takes.
    pub(super) fn least(&self) -> usize {
        self.count.map_or(1, |count| count as usize)
    }
}

fn holds<T: PartialEq>(named: &Option<Vec<T>>, value: &T) -> bool {
    named.as_ref().is_none_or(|named| named.contains(value))
}
