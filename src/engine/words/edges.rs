//! The edges of the tree of terms: an open hash table behind a filter.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::engine::tokens::{self, Gap};

/// The edges of the tree: an open table behind a filter that turns most words away with one look
/// at memory that stays in the cache.
#[derive(Debug)]
pub(super) struct Edges {
    filter: Vec<u64>,
    filter_mask: u64,
    table: Vec<(u64, u32)>,
    mask: u64,
}

/// Marks a place in the table that holds nothing; no node has this number.
const EMPTY: u32 = u32::MAX;

impl Edges {
    pub fn new(edges: &HashMap<u64, u32, FixedState>) -> Self {
        let size = (edges.len() * 2).next_power_of_two().max(16);
        let bits = (edges.len() * 16).next_power_of_two().max(1024);
        let mut built = Self {
            filter: vec![0; bits / 64],
            filter_mask: (bits - 1) as u64,
            table: vec![(0, EMPTY); size],
            mask: (size - 1) as u64,
        };
        for (&key, &node) in edges {
            let bit = (key >> 32) & built.filter_mask;
            if let Some(word) = built.filter.get_mut((bit / 64) as usize) {
                *word |= 1 << (bit % 64);
            }
            let mut at = key & built.mask;
            while let Some(place) = built.table.get_mut(at as usize) {
                if place.1 == EMPTY {
                    *place = (key, node);
                    break;
                }
                at = (at + 1) & built.mask;
            }
        }
        built
    }

    #[inline]
    pub fn get(&self, key: u64) -> Option<u32> {
        let bit = (key >> 32) & self.filter_mask;
        if self.filter.get((bit / 64) as usize)? >> (bit % 64) & 1 == 0 {
            return None;
        }
        let mut at = key & self.mask;
        loop {
            let &(found, node) = self.table.get(at as usize)?;
            if node == EMPTY {
                return None;
            }
            if found == key {
                return Some(node);
            }
            at = (at + 1) & self.mask;
        }
    }
}

/// The key of an edge that leaves a node other than the root; from the root it is the word's hash.
pub(super) fn edge(node: u32, gap: Gap, word: u64) -> u64 {
    tokens::mix(word.rotate_left(17), (u64::from(node) << 32) | u64::from(gap.0))
}
