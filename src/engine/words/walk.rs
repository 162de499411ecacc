//! The walk over a text's words that finds the terms in it.
//!
//! Words are taken many at a time. Which of them can begin a term is asked for all together, so
//! that the looks into memory do not wait for each other; the others are passed over but where a
//! term has begun.

use std::ops::Range;

use super::super::tokens;
use super::edges::{Edges, edge};
use super::{Begun, Dictionary, Hit, NextWords, offset};

/// Words that are taken together, one bit for each.
const WORDS: usize = 64;

/// A word of the text.
#[derive(Debug, Default, Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    hash: u64,
}

pub(super) struct Walk<'a> {
    pub dictionary: &'a Dictionary,
    /// The words that the terms begin with that are looked for.
    pub roots: &'a Edges,
    pub text: &'a str,
    /// The terms that have begun.
    pub begun: Vec<Begun>,
    /// Where the word before those at hand ends.
    pub last_end: usize,
    pub hits: &'a mut Vec<Hit>,
}

impl Walk<'_> {
    pub fn all(&mut self) {
        let mut words = [Word::default(); WORDS];
        let mut count = 0;
        tokens::each(self.text, |start, end, hash| {
            if let Some(word) = words.get_mut(count) {
                *word = Word { start, end, hash };
            }
            count += 1;
            if count == WORDS {
                self.take(&words);
                count = 0;
            }
        });
        self.take(words.get(..count).unwrap_or_default());
    }

    fn take(&mut self, words: &[Word]) {
        let dictionary = self.dictionary;
        let may_begin = self.beginnings(words);
        let mut at = 0;
        while let Some(rest) = may_begin.checked_shr(at as u32) {
            if self.begun.is_empty() {
                if rest == 0 {
                    break;
                }
                at += rest.trailing_zeros() as usize;
            }
            let Some(word) = words.get(at) else { break };
            if !self.begun.is_empty() {
                self.begun.retain(|term| term.next.may_have(word.hash));
                if !self.begun.is_empty() {
                    let before = at.checked_sub(1).and_then(|before| words.get(before));
                    let gap = before.map_or(self.last_end, |before| before.end)..word.start;
                    self.go_on(gap, word);
                }
            }
            if may_begin >> at & 1 == 1
                && let Some(node) = self.roots.get(word.hash)
            {
                let next = dictionary.reached(self.text, node, word.start..word.end, self.hits);
                if words.get(at + 1).map_or(!next.is_empty(), |word| next.may_have(word.hash)) {
                    self.begun.push(Begun { node: node.number, start: offset(word.start), next });
                }
            }
            at += 1;
        }
        if let Some(last) = words.last() {
            self.last_end = last.end;
        }
    }

    /// One bit for each word that may begin a term.
    #[inline]
    fn beginnings(&self, words: &[Word]) -> u64 {
        let roots = self.roots;
        let ahead = |bits: u64, word: &Word| bits << 1 | u64::from(roots.may_have(word.hash));
        let mut rest = words.iter().rev().fold(0, ahead);
        // Most beginnings are words such as `of`, which are no term and here are followed by none
        // that terms go on with. The looks into the table do not depend on each other, so that the
        // processor has many under way.
        let mut leading = 0;
        while rest != 0 {
            let at = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            let next = words.get(at + 1).map_or(NextWords::ALL, |next| NextWords::of(next.hash));
            let leads = words.get(at).is_some_and(|word| roots.may_lead(word.hash, next));
            leading |= u64::from(leads) << at;
        }
        leading
    }

    /// Takes the terms that have begun one word on, over the gap before it; those that the word is
    /// none of end.
    #[inline(never)]
    fn go_on(&mut self, gap: Range<usize>, word: &Word) {
        let Some(gap) = tokens::gap(self.text, gap) else {
            self.begun.clear();
            return;
        };
        let (dictionary, text) = (self.dictionary, self.text);
        self.begun.retain_mut(|term| {
            let Some(node) = dictionary.edges.get(edge(term.node, gap, word.hash)) else {
                return false;
            };
            let next = dictionary.reached(text, node, term.start as usize..word.end, self.hits);
            (term.node, term.next) = (node.number, next);
            !next.is_empty()
        });
    }
}
