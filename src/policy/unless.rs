//! `unless`: findings that do not count, because what they stand in is no disclosure by its kind.
//!
//! A name that is likely a patient's is one in a letter, and hardly ever in a newsletter. That the
//! text is a newsletter is itself a finding. It speaks for its own part alone: a newsletter
//! attached to a letter says nothing about the letter.

use std::collections::HashMap;

use super::condition::Selector;
use crate::finding::{Finding, Kind};
use crate::text::{PartPath, Place, Zone};

/// What the findings that `unless` selects speak for.
pub(super) struct Cover<'f> {
    /// Parts with such a finding, and how much of each is covered.
    parts: HashMap<&'f PartPath, Extent>,
    /// Parts of which a fact is such a finding: all below them is covered.
    whole: Vec<&'f PartPath>,
    /// Covered bodies: Subject and header fields of their messages are covered too.
    bodies: Vec<&'f PartPath>,
}

/// How much of a part a finding speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    /// What it quotes. A newsletter that is quoted says nothing about the words above it.
    Quoted,
    /// All of it.
    All,
}

impl<'f> Cover<'f> {
    pub(super) fn new(unless: &[Selector], findings: impl Iterator<Item = &'f Finding>) -> Self {
        let mut cover = Self { parts: HashMap::new(), whole: Vec::new(), bodies: Vec::new() };
        for finding in findings.filter(|finding| unless.iter().any(|s| s.selects(finding))) {
            cover.add(finding);
        }
        cover
    }

    fn add(&mut self, finding: &'f Finding) {
        if finding.kind == Kind::Document && finding.span.is_empty() {
            self.whole.push(&finding.part);
            return;
        }
        let extent = match finding.zone {
            Some(Zone::Quoted) => Extent::Quoted,
            _ => Extent::All,
        };
        if finding.place == Place::Body && extent == Extent::All {
            self.bodies.push(&finding.part);
        }
        let known = self.parts.entry(&finding.group).or_insert(extent);
        *known = extent.max(*known);
    }

    /// Whether the finding does not count.
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        let in_part = match self.parts.get(&finding.group) {
            Some(Extent::All) => true,
            Some(Extent::Quoted) => finding.zone == Some(Zone::Quoted),
            None => false,
        };
        in_part
            || self.whole.iter().any(|part| part.holds(&finding.part))
            || (matches!(finding.place, Place::Subject | Place::Header)
                && self.bodies.iter().any(|body| is_body_of(body, &finding.part)))
    }
}

/// Whether a body stands directly in the message at that path. One further down may be that of a
/// message inside it.
fn is_body_of(body: &PartPath, message: &PartPath) -> bool {
    message.holds(body) && body.depth() == message.depth() + 1
}
