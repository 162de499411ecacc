//! Which rules are looked for first: those without whose findings no other can matter.

use std::collections::HashSet;
use std::sync::Arc;

use crate::rules::Rule;

/// The ids of the rules that lead.
///
/// Most mail has nothing of what a policy asks for. Who knows what it asks can name a few rules of
/// which one has to find something before the rest is worth a look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leading(HashSet<Arc<str>>);

impl Leading {
    /// All of some rules.
    #[must_use]
    pub fn all(rules: &[Rule]) -> Self {
        rules.iter().map(|rule| rule.id.clone()).collect()
    }

    /// Whether a rule leads.
    #[must_use]
    pub fn has(&self, rule: &Rule) -> bool {
        self.0.contains(&rule.id)
    }
}

impl FromIterator<Arc<str>> for Leading {
    fn from_iter<I: IntoIterator<Item = Arc<str>>>(ids: I) -> Self {
        Self(ids.into_iter().collect())
    }
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// The rules that lead.
    Leading,
    /// The others too.
    Rest,
}

/// The turn of each rule.
#[derive(Debug)]
pub(super) struct Turns(Vec<Turn>);

impl Turns {
    pub fn of(rules: &[Rule], leading: &Leading) -> Self {
        let turn = |rule| if leading.has(rule) { Turn::Leading } else { Turn::Rest };
        Self(rules.iter().map(turn).collect())
    }

    /// That of the rule of a number.
    pub fn of_rule(&self, rule: usize) -> Turn {
        self.0.get(rule).copied().unwrap_or(Turn::Rest)
    }
}
