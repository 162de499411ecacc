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
    /// The set of each is that of the terms that end at it.
    nodes: Vec<Node>,
    /// Of each node the one before it, and the word between them.
    ways: Vec<(u32, u64)>,
    sets: Sets,
    affixed: HashMap<(u32, Box<str>, Box<str>), SetId, FixedState>,
}

impl Builder {
    /// Makes room for so many terms more.
    pub fn reserve(&mut self, terms: usize) {
        self.roots.reserve(terms / 2);
        self.edges.reserve(terms / 2);
        self.nodes.reserve(terms);
        self.ways.reserve(terms);
    }

    /// Adds a term of a list; all terms of one list come before those of the next.
    pub fn add(&mut self, term: &str, list: ListId) {
        if self.nodes.is_empty() {
            self.nodes.push(Node::numbered(ROOT));
            self.ways.push((ROOT, 0));
        }
        let folded = (!folds_to_itself(term)).then(|| Folded::new(term));
        let term = folded.as_ref().map_or(term, Folded::text);
        let mut node = ROOT;
        let mut ends: Option<(usize, usize)> = None;
        tokens::each(term, |start, end, hash| {
            let (fresh, parent) = (offset(self.nodes.len()), node);
            node = match ends {
                None => *self.roots.entry(hash).or_insert(fresh),
                Some((_, before)) => {
                    // A gap that no text can match makes a term that can't be found: it is read as
                    // the widest gap that can.
                    let gap = tokens::gap(term, before..start).unwrap_or(Gap::BLANK);
                    *self.edges.entry(edge(node, gap, hash)).or_insert(fresh)
                }
            };
            if node == fresh {
                self.nodes.push(Node::numbered(node));
                self.ways.push((parent, hash));
            }
            ends = Some((ends.map_or(start, |(first, _)| first), end));
        });
        let Some((first, last)) = ends else { return };
        let head = term.get(..first).unwrap_or_default().trim();
        let tail = term.get(last..).unwrap_or_default().trim();
        if head.is_empty() && tail.is_empty() {
            if let Some(node) = self.nodes.get_mut(node as usize) {
                node.set = self.sets.with(node.set, list).0;
            }
        } else {
            let set = self.affixed.entry((node, head.into(), tail.into())).or_insert(SetId(NONE));
            *set = self.sets.with(set.0, list);
        }
    }

    /// The table of so many lists, of which some lead.
    pub fn finish(mut self, count: usize, leads: impl Fn(ListId) -> bool) -> Dictionary {
        let mut affixed: Vec<Vec<Affixed>> = Vec::new();
        for ((node, before, behind), set) in self.affixed {
            if let Some(node) = self.nodes.get_mut(node as usize) {
                if node.affixed == NONE {
                    node.affixed = offset(affixed.len());
                    affixed.push(Vec::new());
                }
                if let Some(of_node) = affixed.get_mut(node.affixed as usize) {
                    of_node.push(Affixed { before, behind, set });
                }
            }
        }
        let empty = ListSet::none_of(count);
        let members = self.sets.members;
        let sets = members.iter().map(|lists| {
            let mut set = empty.clone();
            lists.iter().for_each(|&list| set.insert(list));
            set
        });
        let sets = sets.collect();
        let all_lead = (0..count).all(|list| leads(ListId(offset(list))));
        let leading: Vec<bool> =
            members.iter().map(|lists| lists.iter().any(|&list| leads(list))).collect();
        let tables = Tables { roots: &self.roots, ways: &self.ways };
        let leading_roots =
            (!all_lead).then(|| tables.leading(self.nodes.clone(), &leading, &affixed));
        tables.link(&mut self.nodes, |_| true);
        Dictionary {
            roots: Edges::new(&self.roots, &self.nodes, |_| true),
            leading_roots,
            edges: Edges::new(&self.edges, &self.nodes, |_| true),
            affixed,
            sets,
            members,
            count,
            empty,
        }
    }
}

/// The sets of lists that have a term in common, numbered.
#[derive(Default)]
struct Sets {
    /// The lists of each, ascending.
    members: Vec<Vec<ListId>>,
    /// The set that one becomes with a list more.
    larger: HashMap<(u32, ListId), SetId, FixedState>,
}

impl Sets {
    /// A set, or none, with a list that is the last of it or comes behind all of it.
    fn with(&mut self, set: u32, list: ListId) -> SetId {
        let lists = self.members.get(set as usize).map_or(&[][..], Vec::as_slice);
        if lists.last() == Some(&list) {
            return SetId(set);
        }
        let fresh = SetId(offset(self.members.len()));
        let larger = *self.larger.entry((set, list)).or_insert(fresh);
        if larger == fresh {
            let lists = lists.iter().copied().chain([list]).collect();
            self.members.push(lists);
        }
        larger
    }
}

/// Whether a term is of plain letters, digits and single signs between them, which folding leaves
/// as they are.
fn folds_to_itself(term: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b' ' || byte == b'-';
    term.bytes().all(plain) && !term.contains("  ")
}

/// What tells how words follow each other.
struct Tables<'a> {
    roots: &'a HashMap<u64, u32, FixedState>,
    ways: &'a [(u32, u64)],
}

impl Tables<'_> {
    /// Tells each node the words that go on from it to nodes that are wanted.
    fn link(&self, nodes: &mut [Node], is_wanted: impl Fn(u32) -> bool) {
        for (number, &(parent, word)) in (0..).zip(self.ways) {
            if let Some(parent) = nodes.get_mut(parent as usize).filter(|_| is_wanted(number)) {
                parent.next.add(word);
            }
        }
    }

    /// The words that the terms of some sets begin with.
    fn leading(&self, mut nodes: Vec<Node>, leading: &[bool], affixed: &[Vec<Affixed>]) -> Edges {
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
        let is_wanted = |number: u32| wanted.get(number as usize).is_some_and(|wanted| *wanted);
        self.link(&mut nodes, is_wanted);
        Edges::new(self.roots, &nodes, is_wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_that_is_not_folded_would_have_stayed_as_it_is() {
        let signs: Vec<char> = (' '..='~').chain(['\n', '\u{e9}']).collect();
        let mut plain = 0;
        for one in &signs {
            for other in &signs {
                let term = format!("a{one}{other}1");
                plain += usize::from(folds_to_itself(&term));
                assert!(!folds_to_itself(&term) || Folded::new(&term).text() == term, "{term:?}");
            }
        }
        assert!(plain > 2_000, "{plain}");
    }
}
