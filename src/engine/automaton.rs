//! All patterns of all rules as one automaton: one pass over a text says which pattern matches,
//! and where a match ends.
//!
//! Its states are built as texts need them and kept for the next text. A text that makes more of
//! them than fit ends the pass early; then each pattern has to be searched for alone.

use std::sync::{Mutex, PoisonError};

use regex_automata::hybrid::dfa::{self, Cache, DFA, OverlappingState};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Input, MatchKind};
use regex_syntax::hir::Hir;

/// Bytes of states that one automaton keeps for one thread.
const CACHE: usize = 16 << 20;
/// How often a full cache may be emptied in a text before the pace decides.
const CLEARS: usize = 2;
/// Bytes that a state must have served on average, or the pass ends.
const BYTES_PER_STATE: usize = 8;
/// Caches kept for the next scan; more are dropped.
const KEPT: usize = 8;

/// The automaton.
pub(super) struct Automaton {
    dfa: DFA,
    caches: Mutex<Vec<Cache>>,
}

/// The pass ended before the text did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GaveUp;

impl std::fmt::Debug for Automaton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Automaton")
    }
}

impl Automaton {
    /// The automaton of some patterns, or `None` where they are too many for one.
    pub fn new(patterns: &[&Hir]) -> Option<Self> {
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
            .cache_capacity(CACHE)
            .minimum_cache_clear_count(Some(CLEARS))
            .minimum_bytes_per_state(Some(BYTES_PER_STATE));
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        Some(Self { dfa, caches: Mutex::new(Vec::new()) })
    }

    /// Calls `found` with each pattern and end of a match, in order of the ends.
    pub fn ends(&self, text: &str, mut found: impl FnMut(usize, usize)) -> Result<(), GaveUp> {
        let kept = self.caches.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut cache = kept.unwrap_or_else(|| self.dfa.create_cache());
        let input = Input::new(text);
        let mut state = OverlappingState::start();
        let outcome = loop {
            match self.dfa.try_search_overlapping_fwd(&mut cache, &input, &mut state) {
                Err(_) => break Err(GaveUp),
                Ok(()) => match state.get_match() {
                    None => break Ok(()),
                    Some(half) => found(half.pattern().as_usize(), half.offset()),
                },
            }
        };
        if outcome.is_err() {
            // The count of emptyings is the text's, not the next one's.
            cache.reset(&self.dfa);
        }
        let mut caches = self.caches.lock().unwrap_or_else(PoisonError::into_inner);
        if caches.len() < KEPT {
            caches.push(cache);
        }
        outcome
    }
}
