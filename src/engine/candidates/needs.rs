//! What has to stand near a match, or above it, so that it can come to anything.

use std::ops::Range;

use super::Origin;
use crate::engine::evidence::takes;
use crate::engine::places::Places;
use crate::engine::words::{ListId, ListSet};
use crate::rules::Rule;

/// The most bytes of a character.
const WIDEST: usize = 4;

/// The lists of which a candidate has to have a word near, in any match that it takes part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Needs {
    /// It makes a match without any.
    Nothing,
    OneOf(Vec<Need>),
}

/// One of the lists, and where a word of it may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) struct Need {
    pub list: ListId,
    pub stands: Stands,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Stands {
    /// Within so many characters, or in the label.
    Near(usize),
    /// In the label.
    Above,
}

/// The lists that have a word in a text, and those that have one in a label of it.
#[derive(Debug)]
pub(in crate::engine) struct There {
    pub words: ListSet,
    pub labels: ListSet,
}

impl Needs {
    /// What a candidate of that origin needs in the rule, whose lists have these numbers.
    pub fn of(rule: &Rule, lists: &[ListId], origin: Origin) -> Self {
        let mut needed = Vec::new();
        for entry in rule.matches.iter().filter(|entry| takes(entry, origin)) {
            let (wanted, stands) = match (entry.near.as_slice(), entry.under.as_slice()) {
                ([], []) => return Self::Nothing,
                ([], under) => (under, Stands::Above),
                (near, _) => (near, Stands::Near(entry.within)),
            };
            let wanted = wanted.iter().filter_map(|&list| lists.get(list));
            needed.extend(wanted.map(|&list| Need { list, stands }));
        }
        Self::OneOf(needed)
    }

    /// Whether they can be met anywhere in a text that has words of these lists.
    pub fn are_met(&self, there: &There) -> bool {
        self.any(|need| {
            there.labels.contains(need.list)
                || matches!(need.stands, Stands::Near(_)) && there.words.contains(need.list)
        })
    }

    /// Whether they can be met by a match that begins a span and stands in it.
    pub fn are_met_by(&self, span: Range<usize>, there: &There, places: &Places<'_>) -> bool {
        self.any(|need| {
            there.labels.contains(need.list)
                || matches!(need.stands, Stands::Near(within)
                    if places.has(need.list, around(&span, within)))
        })
    }

    /// Whether labels alone can meet them.
    pub fn are_above(&self) -> bool {
        matches!(self, Self::OneOf(needs) if needs.iter().all(|need| need.stands == Stands::Above))
    }

    fn any(&self, is_met: impl FnMut(&Need) -> bool) -> bool {
        match self {
            Self::Nothing => true,
            Self::OneOf(needs) => needs.iter().any(is_met),
        }
    }
}

/// The bytes up to so many characters before and behind a span, and maybe some more.
fn around(span: &Range<usize>, within: usize) -> Range<usize> {
    let bytes = within * WIDEST;
    span.start.saturating_sub(bytes)..span.end + bytes
}
