//! The table of words, built from lists of terms.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::edges::{Edges, edge};
use super::{Affixed, Dictionary, ListId, ListSet, NONE, Node, ROOT, SetId, offset};
use crate::engine::fold::Folded;
use crate::engine::tokens::{self, Gap};

#[derive(Default)]
pub(super) struct Builder {
    roots: HashMap<u64, u32, FixedState>,
    edges: HashMap<u64, u32, FixedState>,
    nodes: Vec<Node>,
    lists: Vec<Vec<ListId>>,
    exact: HashMap<u32, usize, FixedState>,
    affixed: HashMap<(u32, Box<str>, Box<str>), usize, FixedState>,
}

impl Builder {
    /// Makes room for so many terms more.
    pub fn reserve(&mut self, terms: usize) {
        self.roots.reserve(terms / 2);
        self.edges.reserve(terms / 2);
        self.nodes.reserve(terms);
        self.lists.reserve(terms);
        self.exact.reserve(terms);
    }

    pub fn add(&mut self, term: &str, list: ListId) {
        if self.nodes.is_empty() {
            self.nodes.push(Node::numbered(ROOT));
        }
        let folded = Folded::new(term);
        let term = folded.text();
        let mut words = Vec::new();
        tokens::each(term, |start, end, hash| words.push((start, end, hash)));
        let (Some(&(first, ..)), Some(&(_, last, _))) = (words.first(), words.last()) else {
            return;
        };
        let mut node = ROOT;
        let mut before = first;
        for &(start, end, hash) in &words {
            if let Some(parent) = self.nodes.get_mut(node as usize).filter(|_| node != ROOT) {
                parent.next.add(hash);
            }
            let fresh = offset(self.nodes.len());
            node = if node == ROOT {
                *self.roots.entry(hash).or_insert(fresh)
            } else {
                // A gap that no text can match makes a term that can't be found: it is read as the
                // widest gap that can.
                let gap = tokens::gap(term, before..start).unwrap_or(Gap::BLANK);
                *self.edges.entry(edge(node, gap, hash)).or_insert(fresh)
            };
            if node == fresh {
                self.nodes.push(Node::numbered(node));
            }
            before = end;
        }
        let head = term.get(..first).unwrap_or_default().trim();
        let tail = term.get(last..).unwrap_or_default().trim();
        let fresh = self.lists.len();
        let slot = if head.is_empty() && tail.is_empty() {
            *self.exact.entry(node).or_insert(fresh)
        } else {
            *self.affixed.entry((node, head.into(), tail.into())).or_insert(fresh)
        };
        match self.lists.get_mut(slot) {
            None => self.lists.push(vec![list]),
            Some(lists) if lists.last() != Some(&list) => lists.push(list),
            Some(_) => {}
        }
    }

    pub fn finish(mut self, count: usize) -> Dictionary {
        let empty = ListSet::none_of(count);
        let mut known: HashMap<Vec<ListId>, SetId> = HashMap::new();
        let mut sets = Vec::new();
        let mut members = Vec::new();
        let mut ids = Vec::with_capacity(self.lists.len());
        for lists in self.lists {
            let fresh = SetId(offset(sets.len()));
            let mut set = empty.clone();
            lists.iter().for_each(|&list| set.insert(list));
            let id = *known.entry(lists.clone()).or_insert(fresh);
            if id == fresh {
                sets.push(set);
                members.push(lists);
            }
            ids.push(id);
        }
        for (node, slot) in self.exact {
            if let (Some(node), Some(set)) = (self.nodes.get_mut(node as usize), ids.get(slot)) {
                node.set = set.0;
            }
        }
        let mut all: Vec<Vec<Affixed>> = Vec::new();
        for ((node, before, behind), slot) in self.affixed {
            if let (Some(node), Some(&set)) = (self.nodes.get_mut(node as usize), ids.get(slot)) {
                if node.affixed == NONE {
                    node.affixed = offset(all.len());
                    all.push(Vec::new());
                }
                if let Some(of_node) = all.get_mut(node.affixed as usize) {
                    of_node.push(Affixed { before, behind, set });
                }
            }
        }
        let roots = Edges::new(&self.roots, &self.nodes);
        let edges = Edges::new(&self.edges, &self.nodes);
        Dictionary { roots, edges, affixed: all, sets, members, count, empty }
    }
}
