//! The words of a text that tell whom what stands around them is about.

use super::super::words::{Hit, ListId};
use crate::finding::About;
use crate::rules::Stand;

/// Bytes of the longest letters of a profession behind a name, and what stands between.
const BEHIND: usize = 48;

/// What a term says in each of the places where it can stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::engine) struct Roles([Option<About>; Stand::ALL.len()]);

impl Roles {
    /// The roles of the terms of a set of lists, `told` being those lists that tell. Of two that
    /// contradict each other, the later counts.
    pub fn of(set: &[ListId], told: &[(ListId, About, Stand)]) -> Self {
        let mut roles = Self::default();
        for (_, about, stand) in told.iter().filter(|(list, ..)| set.contains(list)) {
            if let Some(role) = roles.0.get_mut(stand.number()) {
                *role = Some(*about);
            }
        }
        roles
    }

    /// What the term says where it stands so.
    pub fn says(self, stand: Stand) -> Option<About> {
        self.0.get(stand.number()).copied().flatten()
    }
}

/// A term that tells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    hit: Hit,
    roles: Roles,
}

impl Mark {
    pub fn start(&self) -> usize {
        self.hit.start as usize
    }

    pub fn end(&self) -> usize {
        self.hit.end as usize
    }

    /// What it says where it stands so.
    pub fn says(&self, stand: Stand) -> Option<About> {
        self.roles.says(stand)
    }
}

/// The terms of a text that tell, in order of their ends.
#[derive(Debug)]
pub(super) struct Marks(Vec<Mark>);

impl Marks {
    pub fn of(hits: &[Hit], roles: &[Roles]) -> Self {
        let mark = |hit: &Hit| {
            let roles = *roles.get(hit.set.0 as usize)?;
            (roles != Roles::default()).then_some(Mark { hit: *hit, roles })
        };
        Self(hits.iter().filter_map(mark).collect())
    }

    /// Those that end at most `within` bytes before `at`, the nearest first.
    pub fn before(&self, at: usize, within: usize) -> impl Iterator<Item = &Mark> {
        let until = self.0.partition_point(|mark| mark.end() <= at);
        let marks = self.0.get(..until).unwrap_or_default();
        marks.iter().rev().take_while(move |mark| mark.end() + within >= at)
    }

    /// Those that begin at `at` or soon behind it.
    pub fn behind(&self, at: usize) -> impl Iterator<Item = &Mark> {
        let from = self.0.partition_point(|mark| mark.end() <= at);
        let marks = self.0.get(from..).unwrap_or_default();
        marks
            .iter()
            .take_while(move |mark| mark.end() <= at + BEHIND)
            .filter(move |mark| mark.start() >= at)
    }

    /// What the last term in a span says as a label.
    pub fn label(&self, span: std::ops::Range<usize>) -> Option<About> {
        let within = span.end - span.start;
        self.before(span.end, within)
            .filter(|mark| mark.start() >= span.start)
            .find_map(|mark| mark.says(Stand::Label))
    }
}
