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
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks<'a> {
    /// All terms: which of them tell is seen when one is asked for, since few are.
    hits: &'a [Hit],
    /// Those of each set of lists.
    roles: &'a [Roles],
}

impl<'a> Marks<'a> {
    pub fn of(hits: &'a [Hit], roles: &'a [Roles]) -> Self {
        Self { hits, roles }
    }

    fn mark(self, hit: &Hit) -> Option<Mark> {
        let roles = *self.roles.get(hit.set.0 as usize)?;
        (roles != Roles::default()).then_some(Mark { hit: *hit, roles })
    }

    /// Those that end at most `within` bytes before `at`, the nearest first.
    pub fn before(self, at: usize, within: usize) -> impl Iterator<Item = Mark> + 'a {
        let until = self.hits.partition_point(|hit| hit.end as usize <= at);
        let hits = self.hits.get(..until).unwrap_or_default();
        let near = move |hit: &&Hit| hit.end as usize + within >= at;
        hits.iter().rev().take_while(near).filter_map(move |hit| self.mark(hit))
    }

    /// Those that begin at `at` or soon behind it.
    pub fn behind(self, at: usize) -> impl Iterator<Item = Mark> + 'a {
        let from = self.hits.partition_point(|hit| hit.end as usize <= at);
        let hits = self.hits.get(from..).unwrap_or_default();
        hits.iter()
            .take_while(move |hit| hit.end as usize <= at + BEHIND)
            .filter(move |hit| hit.start as usize >= at)
            .filter_map(move |hit| self.mark(hit))
    }

    /// What the last term in a span says as a label.
    pub fn label(self, span: std::ops::Range<usize>) -> Option<About> {
        let within = span.end - span.start;
        self.before(span.end, within)
            .filter(|mark| mark.start() >= span.start)
            .find_map(|mark| mark.says(Stand::Label))
    }
}
