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

    /// Drops the states that were built so far.
    pub fn forget(&mut self) {
        self.memories.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
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

/// A pattern that matches from a place in the text up to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Walked {
    pub from: u32,
    pub pattern: u32,
    pub to: u32,
}

/// Walks that are made side by side: each step waits for memory, and so they wait together.
const LANES: usize = 16;

/// One of these walks.
#[derive(Clone, Copy)]
struct Lane {
    from: usize,
    at: usize,
    state: LazyStateID,
}

impl Walker<'_> {
    /// Walks from each of some places as far as any pattern goes on, and adds to `found` each
    /// pattern that matches from there and each end of such a match: the places in their order,
    /// the ends of each ascending.
    pub fn walk(&mut self, places: &[u32], found: &mut Vec<Walked>) -> Result<(), GaveUp> {
        for wave in places.chunks(LANES) {
            let before = found.len();
            match self.walk_together(wave, found) {
                Ok(()) => {}
                // What the lanes knew of states is gone: one by one there is nothing to lose.
                Err(Lost::Emptied) => {
                    found.truncate(before);
                    for &place in wave {
                        self.walk_alone(place as usize, found)?;
                    }
                }
                Err(Lost::GaveUp) => return Err(GaveUp),
            }
            // Those that went a longer way come in later.
            if let Some(of_wave) = found.get_mut(before..) {
                of_wave.sort_by_key(|one| one.from);
            }
        }
        Ok(())
    }

    fn walk_together(&mut self, wave: &[u32], found: &mut Vec<Walked>) -> Result<(), Lost> {
        let text = self.text;
        let longest = self.automaton.longest;
        let mut lanes = [Lane { from: 0, at: 0, state: LazyStateID::default() }; LANES];
        let mut count = 0;
        for (lane, &place) in lanes.iter_mut().zip(wave) {
            let at = place as usize;
            *lane = Lane { from: at, at, state: self.start(at)? };
            count += 1;
        }
        let Some(memory) = &mut self.memory else { return Err(Lost::GaveUp) };
        let (dfa, cache) = (&self.automaton.dfa, &mut memory.cache);
        while count > 0 {
            let mut number = 0;
            while let Some(lane) = lanes.get_mut(..count).and_then(|lanes| lanes.get_mut(number)) {
                let Lane { from, at, mut state } = *lane;
                // The last byte of a match is followed by the one at which the match is reported.
                let next = text.get(at).filter(|_| at <= from + longest);
                let Some(&byte) = next else {
                    if at == text.len() {
                        state = dfa.next_eoi_state(cache, state).map_err(|_| Lost::GaveUp)?;
                        if cache.clear_count() != memory.emptied {
                            return Err(Lost::Emptied);
                        }
                        report(dfa, cache, state, (from, at), found);
                    }
                    count -= 1;
                    lanes.swap(number, count);
                    continue;
                };
                let next = match state.is_tagged() {
                    true => None,
                    false => Some(dfa.next_state_untagged(cache, state, byte)),
                };
                state = match next {
                    Some(next) if !next.is_unknown() => next,
                    _ => {
                        let next = dfa.next_state(cache, state, byte);
                        let next = next.map_err(|_| Lost::GaveUp)?;
                        if cache.clear_count() != memory.emptied {
                            return Err(Lost::Emptied);
                        }
                        next
                    }
                };
                if state.is_tagged() {
                    if state.is_dead() {
                        count -= 1;
                        lanes.swap(number, count);
                        continue;
                    }
                    report(dfa, cache, state, (from, at), found);
                }
                (lane.at, lane.state) = (at + 1, state);
                number += 1;
            }
        }
        Ok(())
    }

    /// As [`Walker::walk`], from one place.
    fn walk_alone(&mut self, place: usize, found: &mut Vec<Walked>) -> Result<(), GaveUp> {
        let mut state = self.start(place).map_err(|_| GaveUp)?;
        let Some(memory) = &mut self.memory else { return Err(GaveUp) };
        let (dfa, cache) = (&self.automaton.dfa, &mut memory.cache);
        let reach = self.text.len().min(place + self.automaton.longest + 1);
        let walked = self.text.get(place..reach).unwrap_or_default();
        for (at, &byte) in (place..).zip(walked) {
            state = dfa.next_state(cache, state, byte).map_err(|_| GaveUp)?;
            if state.is_dead() {
                return Ok(());
            }
            report(dfa, cache, state, (place, at), found);
        }
        if reach == self.text.len() {
            let state = dfa.next_eoi_state(cache, state).map_err(|_| GaveUp)?;
            report(dfa, cache, state, (place, reach), found);
        }
        Ok(())
    }

    /// The state to begin with at a place.
    #[inline]
    fn start(&mut self, place: usize) -> Result<LazyStateID, Lost> {
        let Some(memory) = &mut self.memory else { return Err(Lost::GaveUp) };
        let (dfa, cache) = (&self.automaton.dfa, &mut memory.cache);
        if cache.clear_count() != memory.emptied {
            if cache.clear_count() > self.most_emptied {
                return Err(Lost::GaveUp);
            }
            memory.emptied = cache.clear_count();
            memory.starts.fill(None);
        }
        let before = place.checked_sub(1).and_then(|before| self.text.get(before)).copied();
        let slot = before.map_or(256, usize::from);
        if let Some(state) = memory.starts.get(slot).copied().flatten() {
            return Ok(state);
        }
        let config = start::Config::new().anchored(Anchored::Yes).look_behind(before);
        let state = dfa.start_state(cache, &config).map_err(|_| Lost::GaveUp)?;
        if cache.clear_count() != memory.emptied {
            return Err(Lost::Emptied);
        }
        if let Some(slot) = memory.starts.get_mut(slot) {
            *slot = Some(state);
        }
        Ok(state)
    }
}

/// Why walks side by side ended.
enum Lost {
    GaveUp,
    /// The cache was emptied, and with it the states that the walks had come to.
    Emptied,
}

/// Tells the matches of a state. A state says that a match ended before the byte that led to it.
fn report(
    dfa: &DFA,
    cache: &Cache,
    state: LazyStateID,
    (from, to): (usize, usize),
    found: &mut Vec<Walked>,
) {
    if !state.is_match() {
        return;
    }
    // Texts are cut into slices of which no place is beyond the bounds of `u32`.
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let (from, to) = (place(from), place(to));
    for index in 0..dfa.match_len(cache, state) {
        let pattern = dfa.match_pattern(cache, state, index).as_u32();
        found.push(Walked { from, pattern, to });
    }
}
