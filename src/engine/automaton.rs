//! Many patterns as one automaton: a walk from a place in a text says which of them match there,
//! and where their matches end.
//!
//! Its states are built as texts need them and kept for the next text. A text that makes more of
//! them than fit is given up; then each pattern has to be searched for alone.

use std::sync::{Mutex, PoisonError};

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{self, Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::Hir;

/// Bytes of states that an automaton keeps for one thread.
pub(super) const CACHE: usize = 48 << 20;
/// How often a full cache may be emptied in one text.
const CLEARS: usize = 2;
/// Caches kept for the next text; more are dropped.
const KEPT: usize = 8;

/// The automaton.
pub(super) struct Automaton {
    dfa: DFA,
    /// Bytes from a place that are walked at most.
    longest: usize,
    memories: Mutex<Vec<Memory>>,
}

/// The text made more states than fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GaveUp;

impl std::fmt::Debug for Automaton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Automaton")
    }
}

/// The states that one thread has built.
struct Memory {
    cache: Cache,
    /// The states to begin with, by the byte before; they hold until the cache is emptied.
    starts: Box<[Option<LazyStateID>; 257]>,
    /// How often the cache had been emptied when they were found.
    emptied: usize,
}

impl Automaton {
    /// The automaton of some patterns with so many bytes for its states, of whose matches none is of
    /// interest that is longer than so many bytes; `None` where the patterns are too many for one.
    pub fn new(patterns: &[Hir], longest: usize, cache: usize) -> Option<Self> {
        let nfa = thompson::Compiler::new()
            .configure(
                thompson::Config::new()
                    .utf8(false)
                    .shrink(false)
                    .which_captures(WhichCaptures::None),
            )
            .build_many_from_hir(patterns)
            .ok()?;
        let config = dfa::Config::new()
            .match_kind(MatchKind::All)
            .cache_capacity(cache)
            .minimum_cache_clear_count(None);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        Some(Self { dfa, longest, memories: Mutex::new(Vec::new()) })
    }

    /// Begins to walk in a text.
    pub fn walker<'a>(&'a self, text: &'a [u8]) -> Walker<'a> {
        let kept = self.memories.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let memory = kept.unwrap_or_else(|| {
            let cache = self.dfa.create_cache();
            let emptied = cache.clear_count();
            Memory { cache, starts: Box::new([None; 257]), emptied }
        });
        let most_emptied = memory.cache.clear_count() + CLEARS;
        Walker { automaton: self, text, memory: Some(memory), most_emptied }
    }
}

/// Walks in one text.
pub(super) struct Walker<'a> {
    automaton: &'a Automaton,
    text: &'a [u8],
    /// There until the walker is dropped.
    memory: Option<Memory>,
    most_emptied: usize,
}

impl Drop for Walker<'_> {
    fn drop(&mut self) {
        let mut memories = self.automaton.memories.lock().unwrap_or_else(PoisonError::into_inner);
        if memories.len() < KEPT {
            memories.extend(self.memory.take());
        }
    }
}

impl Walker<'_> {
    /// Walks from byte `at` as far as any pattern goes on, and calls `found` with each pattern
    /// that matches from there and each end of such a match, ascending.
    #[inline]
    pub fn walk(&mut self, at: usize, mut found: impl FnMut(usize, usize)) -> Result<(), GaveUp> {
        let Some(memory) = &mut self.memory else { return Err(GaveUp) };
        let (dfa, cache) = (&self.automaton.dfa, &mut memory.cache);
        if cache.clear_count() != memory.emptied {
            if cache.clear_count() > self.most_emptied {
                return Err(GaveUp);
            }
            memory.emptied = cache.clear_count();
            memory.starts.fill(None);
        }
        let before = at.checked_sub(1).and_then(|before| self.text.get(before)).copied();
        let slot = before.map_or(256, usize::from);
        let mut state = match memory.starts.get(slot).copied().flatten() {
            Some(state) => state,
            None => {
                let config = start::Config::new().anchored(Anchored::Yes).look_behind(before);
                let state = dfa.start_state(cache, &config).map_err(|_| GaveUp)?;
                if let Some(slot) = memory.starts.get_mut(slot)
                    && cache.clear_count() == memory.emptied
                {
                    *slot = Some(state);
                }
                state
            }
        };
        // The last byte of a match is followed by the one at which the match is reported.
        let reach = self.text.len().min(at + self.automaton.longest + 1);
        let walked = self.text.get(at..reach).unwrap_or_default();
        for (end, &byte) in (at..).zip(walked) {
            state = if state.is_tagged() {
                dfa.next_state(cache, state, byte).map_err(|_| GaveUp)?
            } else {
                let next = dfa.next_state_untagged(cache, state, byte);
                if next.is_unknown() {
                    dfa.next_state(cache, state, byte).map_err(|_| GaveUp)?
                } else {
                    next
                }
            };
            if state.is_tagged() {
                if state.is_dead() {
                    return Ok(());
                }
                report(dfa, cache, state, end, &mut found);
            }
        }
        if reach < self.text.len() {
            return Ok(());
        }
        let state = dfa.next_eoi_state(cache, state).map_err(|_| GaveUp)?;
        report(dfa, cache, state, self.text.len(), &mut found);
        Ok(())
    }
}

/// Tells the matches of a state. A state says that a match ended before the byte that led to it.
fn report(
    dfa: &DFA,
    cache: &Cache,
    state: LazyStateID,
    end: usize,
    found: &mut impl FnMut(usize, usize),
) {
    if !state.is_match() {
        return;
    }
    for index in 0..dfa.match_len(cache, state) {
        found(dfa.match_pattern(cache, state, index).as_usize(), end);
    }
}
