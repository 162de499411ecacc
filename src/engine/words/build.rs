//! The table of words, built from lists of terms.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::edges::{Edges, edge};
use super::{Affixed, Dictionary, ListId, ListSet, NONE, Node, ROOT, SetId, Tree, offset};
use crate::engine::fold::Folded;
use crate::engine::tokens::{self, Gap};

#[derive(Default)]
pub(super) struct Builder {
    roots: HashMap<u64, u32, FixedState>,
    edges: HashMap<u64, u32, FixedState>,
    nodes: Vec<Node>,
    /// Of each node the one before it, and the word between them.
    ways: Vec<(u32, u64)>,
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
        self.ways.reserve(terms);
        self.lists.reserve(terms);
        self.exact.reserve(terms);
    }

    pub fn add(&mut self, term: &str, list: ListId) {
        if self.nodes.is_empty() {
            self.nodes.push(Node::numbered(ROOT));
            self.ways.push((ROOT, 0));
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
            let (fresh, parent) = (offset(self.nodes.len()), node);
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
                self.ways.push((parent, hash));
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

    /// The table of so many lists, of which some lead.
    pub fn finish(mut self, count: usize, leads: impl Fn(ListId) -> bool) -> Dictionary {
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
        let mut affixed: Vec<Vec<Affixed>> = Vec::new();
        for ((node, before, behind), slot) in self.affixed {
            if let (Some(node), Some(&set)) = (self.nodes.get_mut(node as usize), ids.get(slot)) {
                if node.affixed == NONE {
                    node.affixed = offset(affixed.len());
                    affixed.push(Vec::new());
                }
                if let Some(of_node) = affixed.get_mut(node.affixed as usize) {
                    of_node.push(Affixed { before, behind, set });
                }
            }
        }
        let all_lead = (0..count).all(|list| leads(ListId(offset(list))));
        let leading: Vec<bool> =
            members.iter().map(|lists| lists.iter().any(|&list| leads(list))).collect();
        let tables = Tables { roots: &self.roots, edges: &self.edges, ways: &self.ways };
        Dictionary {
            all: tables.tree(self.nodes.clone(), |_| true),
            leading: (!all_lead).then(|| tables.leading(self.nodes, &leading, &affixed)),
            affixed,
            sets,
            members,
            count,
            empty,
        }
    }
}

/// What trees are made of.
struct Tables<'a> {
    roots: &'a HashMap<u64, u32, FixedState>,
    edges: &'a HashMap<u64, u32, FixedState>,
    ways: &'a [(u32, u64)],
}

impl Tables<'_> {
    /// The tree of the nodes that are wanted, each with the words that go on from it.
    fn tree(&self, mut nodes: Vec<Node>, is_wanted: impl Fn(u32) -> bool) -> Tree {
        for (number, &(parent, word)) in (0..).zip(self.ways) {
            if let Some(parent) = nodes.get_mut(parent as usize).filter(|_| is_wanted(number)) {
                parent.next.add(word);
            }
        }
        Tree {
            roots: Edges::new(self.roots, &nodes, &is_wanted),
            edges: Edges::new(self.edges, &nodes, &is_wanted),
        }
    }

    /// The tree of the terms of some sets.
    fn leading(&self, mut nodes: Vec<Node>, leading: &[bool], affixed: &[Vec<Affixed>]) -> Tree {
        let leads = |set: u32| leading.get(set as usize).is_some_and(|leads| *leads);
        let mut wanted = vec![false; nodes.len()];
        // What leads somewhere comes before where it leads.
        for number in (0..nodes.len()).rev() {
            let Some(node) = nodes.get_mut(number) else { continue };
            if !leads(node.set) {
                node.set = NONE;
            }
            let signed = affixed.get(node.affixed as usize);
            if !signed.is_some_and(|all| all.iter().any(|one| leads(one.set.0))) {
                node.affixed = NONE;
            }
            let ends = node.set != NONE || node.affixed != NONE;
            if !ends && !wanted.get(number).is_some_and(|wanted| *wanted) {
                continue;
            }
            let parent = self.ways.get(number).map_or(0, |&(parent, _)| parent as usize);
            for number in [number, parent] {
                wanted.get_mut(number).into_iter().for_each(|wanted| *wanted = true);
            }
        }
        self.tree(nodes, |number| wanted.get(number as usize).is_some_and(|wanted| *wanted))
    }
}
