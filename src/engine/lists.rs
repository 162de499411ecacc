//! The word lists of all rules, numbered: those that rules share count once.

use std::collections::HashMap;
use std::sync::Arc;

use super::candidates::lists_matched;
use super::words::ListId;
use crate::rules::{Rule, WordList};

/// The lists of some rules.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// The number of each list of each rule.
    pub ids: Vec<Vec<ListId>>,
    lists: Vec<Used>,
}

/// A list and what it is used for.
#[derive(Debug)]
struct Used {
    list: Arc<WordList>,
    /// The rules that match on its terms, and its number in each.
    matched_by: Vec<(usize, usize)>,
    in_texts: bool,
    in_values: bool,
}

impl Lists {
    pub fn of(rules: &[Rule]) -> Self {
        let mut numbers: HashMap<*const WordList, u32> = HashMap::new();
        let mut all = Self::default();
        for (number, rule) in rules.iter().enumerate() {
            let mut ids = Vec::with_capacity(rule.lists.len());
            for list in &rule.lists {
                let fresh = u32::try_from(all.lists.len()).unwrap_or(u32::MAX);
                let id = *numbers.entry(Arc::as_ptr(&list.words)).or_insert(fresh);
                if id == fresh {
                    let list = Arc::clone(&list.words);
                    let matched_by = Vec::new();
                    all.lists.push(Used { list, matched_by, in_texts: false, in_values: false });
                }
                ids.push(ListId(id));
            }
            let near =
                rule.matches.iter().flat_map(|entry| entry.near.iter().chain(&entry.not_near));
            near.for_each(|&list| all.change(&ids, list, |used| used.in_texts = true));
            let inside =
                rule.matches.iter().flat_map(|entry| entry.with.iter().chain(&entry.without));
            inside.for_each(|&list| all.change(&ids, list, |used| used.in_values = true));
            for list in lists_matched(rule) {
                all.change(&ids, list, |used| {
                    used.in_texts = true;
                    used.matched_by.push((number, list));
                });
            }
            all.ids.push(ids);
        }
        all
    }

    fn change(&mut self, ids: &[ListId], list: usize, change: impl FnOnce(&mut Used)) {
        if let Some(used) = ids.get(list).and_then(|id| self.lists.get_mut(id.0 as usize)) {
            change(used);
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lists.len()
    }

    /// The terms of each list that are looked for in texts; none of a list that no rule wants to
    /// find there, so that a hundred thousand names cost nothing where no name is asked about.
    pub fn in_texts(&self) -> impl Iterator<Item = &[Box<str>]> {
        self.lists.iter().map(|used| if used.in_texts { &*used.list.terms } else { &[] })
    }

    /// The terms of each list that are looked for in values.
    pub fn in_values(&self) -> impl Iterator<Item = &[Box<str>]> {
        self.lists.iter().map(|used| if used.in_values { &*used.list.terms } else { &[] })
    }

    /// The rules that match on the terms of a list, and its number in each.
    pub fn matched_by(&self, list: ListId) -> &[(usize, usize)] {
        self.lists.get(list.0 as usize).map_or(&[], |used| &used.matched_by)
    }
}
