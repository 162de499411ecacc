//! The edges of the tree of terms: an open hash table behind a filter.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::{NONE, NextWords, Node};
use crate::engine::tokens::{self, Gap};

/// The edges of the tree: an open table behind a filter that turns most words away with one look
/// at memory that stays in the cache.
#[derive(Debug)]
pub(super) struct Edges {
    filter: Vec<u64>,
    filter_mask: u64,
    table: Vec<Edge>,
    mask: u64,
    is_empty: bool,
}

/// An edge and where it leads to; no node has the number [`NONE`], which a place in the table has
/// that holds nothing.
#[derive(Debug, Clone, Copy)]
struct Edge {
    key: u64,
    node: Node,
}

const EMPTY: Edge = Edge { key: 0, node: Node::numbered(NONE) };

impl Edges {
    /// The edges that lead to nodes that are wanted, each with the number of its node.
    pub fn new(
        edges: &HashMap<u64, u32, FixedState>,
        nodes: &[Node],
        is_wanted: impl Fn(u32) -> bool,
    ) -> Self {
        let wanted = || edges.iter().filter(|(_, number)| is_wanted(**number));
        let count = wanted().count();
        let size = (count + count / 2).next_power_of_two().max(16);
        let bits = (count * 16).next_power_of_two().max(1024);
        let mut built = Self {
            filter: vec![0; bits / 64],
            filter_mask: (bits - 1) as u64,
            table: vec![EMPTY; size],
            mask: (size - 1) as u64,
            is_empty: count == 0,
        };
        for (&key, &number) in wanted() {
            let Some(&node) = nodes.get(number as usize) else { continue };
            let bit = (key >> 32) & built.filter_mask;
            if let Some(word) = built.filter.get_mut((bit / 64) as usize) {
                *word |= 1 << (bit % 64);
            }
            let mut at = key & built.mask;
            while let Some(place) = built.table.get_mut(at as usize) {
                if place.node.number == NONE {
                    *place = Edge { key, node };
                    break;
                }
                at = (at + 1) & built.mask;
            }
        }
        built
    }

    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Whether there may be an edge with that key: says yes to few that are none.
    #[inline]
    pub fn may_have(&self, key: u64) -> bool {
        let bit = (key >> 32) & self.filter_mask;
        self.filter.get((bit / 64) as usize).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    /// Whether an edge with that key may lead to where a term ends or goes on with one of some
    /// words, from what stands in its place in the table.
    #[inline]
    pub fn may_lead(&self, key: u64, words: NextWords) -> bool {
        let Some(edge) = self.table.get((key & self.mask) as usize) else { return false };
        let node = &edge.node;
        // Without branches, which nothing could foresee.
        let ends = node.set & node.affixed != NONE;
        let is_other = edge.key != key;
        (node.number != NONE) & (ends | is_other | node.next.may_have_any(words))
    }

    #[inline]
    pub fn get(&self, key: u64) -> Option<&Node> {
        if !self.may_have(key) {
            return None;
        }
        let mut at = key & self.mask;
        loop {
            let edge = self.table.get(at as usize)?;
            if edge.node.number == NONE {
                return None;
            }
            if edge.key == key {
                return Some(&edge.node);
            }
            at = (at + 1) & self.mask;
        }
    }
}

/// The key of an edge that leaves a node other than the root; from the root it is the word's hash.
pub(super) fn edge(node: u32, gap: Gap, word: u64) -> u64 {
    tokens::mix(word.rotate_left(17), (u64::from(node) << 32) | u64::from(gap.0))
}
