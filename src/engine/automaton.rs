//! Many patterns as one automaton: one pass over a text says which pattern matches, and where a
//! match ends.
//!
//! Its states are built as texts need them and kept for the next text. A text that makes more of
//! them than fit ends the pass early; then each pattern has to be searched for alone.
//!
//! A step waits for the memory that holds the next state. So a text is walked in several lanes at
//! once, each from its own place to a little beyond where the next one began: so far that a match
//! that begins in a lane ends in it.

use std::sync::{Mutex, PoisonError};

use regex_automata::hybrid::LazyStateID;
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
/// How many lanes walk a text.
const LANES: usize = 4;
/// How often the longest match must fit into a lane, since that much is walked twice.
const WORTH: usize = 5;

/// The automaton.
pub(super) struct Automaton {
    dfa: DFA,
    /// Bytes of the longest match of any of its patterns, when there is a longest.
    longest: Option<usize>,
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
        let lengths = patterns.iter().map(|hir| hir.properties().maximum_len());
        let longest = lengths.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max());
        Some(Self { dfa, longest, caches: Mutex::new(Vec::new()) })
    }

    /// Calls `found` with each pattern and end of a match. Of one pattern the ends come in
    /// ascending order, save that some can come again.
    pub fn ends(&self, text: &str, mut found: impl FnMut(usize, usize)) -> Result<(), GaveUp> {
        let kept = self.caches.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut cache = kept.unwrap_or_else(|| self.dfa.create_cache());
        let lane = text.len() / LANES;
        let outcome = match self.longest {
            Some(longest) if lane >= WORTH * longest => {
                match self.in_lanes(&mut cache, text.as_bytes(), longest, &mut found) {
                    Ok(()) => Ok(()),
                    Err(Interrupted) => self.in_one(&mut cache, text, &mut found),
                }
            }
            _ => self.in_one(&mut cache, text, &mut found),
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

    fn in_one(
        &self,
        cache: &mut Cache,
        text: &str,
        found: &mut impl FnMut(usize, usize),
    ) -> Result<(), GaveUp> {
        let input = Input::new(text);
        let mut state = OverlappingState::start();
        loop {
            match self.dfa.try_search_overlapping_fwd(cache, &input, &mut state) {
                Err(_) => return Err(GaveUp),
                Ok(()) => match state.get_match() {
                    None => return Ok(()),
                    Some(half) => found(half.pattern().as_usize(), half.offset()),
                },
            }
        }
    }

    fn in_lanes(
        &self,
        cache: &mut Cache,
        text: &[u8],
        longest: usize,
        found: &mut impl FnMut(usize, usize),
    ) -> Result<(), Interrupted> {
        let emptied = cache.clear_count();
        let length = text.len() / LANES;
        let mut lanes = Vec::with_capacity(LANES);
        for number in 0..LANES {
            let start = number * length;
            let last = number + 1 == LANES;
            let end = if last { text.len() } else { start + length + longest };
            let input = Input::new(text).range(start..);
            let state = self.dfa.start_state_forward(cache, &input).map_err(|_| Interrupted)?;
            lanes.push(Lane { at: start, end, state, reports: Vec::new() });
        }
        let Ok(mut lanes) = <[Lane; LANES]>::try_from(lanes) else { return Err(Interrupted) };
        // The last lane is the shortest: when it is through, each of the others goes on alone.
        self.abreast(cache, text, &mut lanes)?;
        for lane in &mut lanes {
            self.abreast(cache, text, std::array::from_mut(lane))?;
        }
        if let Some(last) = lanes.last_mut() {
            let input = Input::new(text);
            let state = self.dfa.next_eoi_state(cache, last.state).map_err(|_| Interrupted)?;
            last.report(&self.dfa, cache, state, input.end());
        }
        // What an emptying of the cache has done to the states of other lanes is not known.
        if cache.clear_count() != emptied {
            return Err(Interrupted);
        }
        for lane in &lanes {
            lane.reports.iter().for_each(|&(pattern, end)| found(pattern as usize, end as usize));
        }
        Ok(())
    }

    /// Walks lanes side by side until one of them is at its end.
    fn abreast<const N: usize>(
        &self,
        cache: &mut Cache,
        text: &[u8],
        lanes: &mut [Lane; N],
    ) -> Result<(), Interrupted> {
        let emptied = cache.clear_count();
        let steps = lanes.iter().map(|lane| lane.end - lane.at).min().unwrap_or(0);
        let stretches = lanes.each_ref().map(|lane| text.get(lane.at..lane.at + steps));
        let mut bytes = [&[][..]; N];
        for (to, from) in bytes.iter_mut().zip(stretches) {
            *to = from.ok_or(Interrupted)?;
        }
        let mut states = lanes.each_ref().map(|lane| lane.state);
        for step in 0..steps {
            let mut next = states;
            let mut tagged = false;
            for ((next, state), bytes) in next.iter_mut().zip(states).zip(bytes) {
                if !state.is_tagged() {
                    *next = self.dfa.next_state_untagged(cache, state, bytes[step]);
                }
                tagged |= next.is_tagged();
            }
            if tagged {
                for (((next, state), bytes), lane) in
                    next.iter_mut().zip(states).zip(bytes).zip(&mut *lanes)
                {
                    if next.is_tagged() {
                        let stepped = self.dfa.next_state(cache, state, bytes[step]);
                        *next = stepped.map_err(|_| Interrupted)?;
                        if next.is_quit() {
                            return Err(Interrupted);
                        }
                        lane.report(&self.dfa, cache, *next, lane.at + step);
                    }
                }
                if cache.clear_count() != emptied {
                    return Err(Interrupted);
                }
            }
            states = next;
        }
        for (lane, state) in lanes.iter_mut().zip(states) {
            lane.state = state;
            lane.at += steps;
        }
        Ok(())
    }
}

/// The lanes can't go on.
struct Interrupted;

/// A walk from one place of a text to another.
struct Lane {
    at: usize,
    end: usize,
    state: LazyStateID,
    /// Pattern and end of each match.
    reports: Vec<(u32, u32)>,
}

impl Lane {
    /// Notes the matches of a state. A state says that a match ended before the byte that led to
    /// it.
    fn report(&mut self, dfa: &DFA, cache: &Cache, state: LazyStateID, end: usize) {
        if !state.is_match() {
            return;
        }
        for index in 0..dfa.match_len(cache, state) {
            let pattern = dfa.match_pattern(cache, state, index).as_u32();
            self.reports.push((pattern, u32::try_from(end).unwrap_or(u32::MAX)));
        }
    }
}
