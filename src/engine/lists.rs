//! The word lists of all rules, numbered: those that rules share count once.

use std::collections::HashMap;
use std::sync::Arc;

use super::candidates::{Origin, lists_matched};
use super::leading::{Turn, Turns};
use super::words::ListId;
use crate::rules::{Rule, Terms, WordList};

/// The lists of some rules.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// The number of each list of each rule.
    pub ids: Vec<Vec<ListId>>,
    numbers: HashMap<*const WordList, ListId>,
    lists: Vec<Used>,
    none: Terms,
}

/// A list and what it is used for.
#[derive(Debug)]
struct Used {
    list: Arc<WordList>,
    /// The rules that match on its terms, and what a term is the origin of in each.
    matched_by: Vec<(usize, Origin)>,
    in_texts: bool,
    in_values: bool,
    /// When the first rule is looked for that uses it.
    turn: Turn,
}

impl Lists {
    pub fn of(rules: &[Rule], turns: &Turns) -> Self {
        let mut all = Self::default();
        for (number, rule) in rules.iter().enumerate() {
            let turn = turns.of_rule(number);
            let ids: Vec<ListId> = rule.lists.iter().map(|list| all.number(&list.words)).collect();
            for id in &ids {
                all.change(Some(id), |used| used.turn = used.turn.min(turn));
            }
            for entry in &rule.matches {
                for &list in [&entry.near, &entry.not_near, &entry.under].into_iter().flatten() {
                    all.change(ids.get(list), |used| used.in_texts = true);
                }
                for &list in [&entry.with, &entry.without].into_iter().flatten() {
                    all.change(ids.get(list), |used| used.in_values = true);
                }
            }
            for (list, origin) in lists_matched(rule) {
                all.change(ids.get(list), |used| {
                    used.in_texts = true;
                    used.matched_by.push((number, origin));
                });
            }
            all.ids.push(ids);
        }
        all
    }

    /// The number of a list that is looked for in texts though no rule names it.
    pub fn also(&mut self, list: &Arc<WordList>) -> ListId {
        let id = self.number(list);
        self.change(Some(&id), |used| (used.in_texts, used.turn) = (true, Turn::Leading));
        id
    }

    fn number(&mut self, list: &Arc<WordList>) -> ListId {
        let fresh = ListId(u32::try_from(self.lists.len()).unwrap_or(u32::MAX));
        let id = *self.numbers.entry(Arc::as_ptr(list)).or_insert(fresh);
        if id == fresh {
            let (list, matched_by) = (Arc::clone(list), Vec::new());
            let turn = Turn::Rest;
            self.lists.push(Used { list, matched_by, in_texts: false, in_values: false, turn });
        }
        id
    }

    fn change(&mut self, id: Option<&ListId>, change: impl FnOnce(&mut Used)) {
        if let Some(used) = id.and_then(|id| self.lists.get_mut(id.0 as usize)) {
            change(used);
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lists.len()
    }

    /// The terms of each list that are looked for in texts; none of a list that no rule wants to
    /// find there, so that a hundred thousand names cost nothing where no name is asked about.
    pub fn in_texts(&self) -> impl Iterator<Item = &Terms> {
        self.lists.iter().map(|used| if used.in_texts { &used.list.terms } else { &self.none })
    }

    /// The terms of each list that are looked for in values.
    pub fn in_values(&self) -> impl Iterator<Item = &Terms> {
        self.lists.iter().map(|used| if used.in_values { &used.list.terms } else { &self.none })
    }

    /// When the words of a list are looked for first.
    pub fn turn(&self, list: u32) -> Turn {
        self.lists.get(list as usize).map_or(Turn::Rest, |used| used.turn)
    }

    /// The rules that match on the terms of a list, and what a term is the origin of in each.
    pub fn matched_by(&self, list: ListId) -> &[(usize, Origin)] {
        self.lists.get(list.0 as usize).map_or(&[], |used| &used.matched_by)
    }
}
