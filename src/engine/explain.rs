//! Why a rule that nearly held did not: for people who tune rules.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::about::Records;
use super::candidates::{Candidate, Wanted};
use super::evidence::{Obstacle, Scene, takes};
use super::fold::Folded;
use super::leading::Turn;
use super::mask::mask;
use super::places::Places;
use super::slices::slices;
use super::tables;
use super::{Engine, Errand};
use crate::finding::{Confidence, Standing};
use crate::rules::{Day, Match, Rule, Status};
use crate::text::{PartPath, Place, Reading, Text};

/// Near misses of one rule that are told apart; there is little use in more.
const MOST: usize = 50;
/// Time to explain one message.
const TIME: Duration = Duration::from_secs(60);

/// A value that a rule looked at and did not take for a finding that counts. Never the value
/// itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NearMiss {
    /// The rule's id.
    pub rule: Arc<str>,
    /// Where the value stands.
    pub place: Place,
    /// In which part.
    pub part: PartPath,
    /// Its shape, see [`mask`].
    pub masked: String,
    /// Each match that was tried, and why it does not count.
    pub tried: Vec<Tried>,
    /// How many values of this shape there are for which all this is the same.
    pub count: usize,
}

/// A match that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tried {
    /// How sure it would have made.
    pub confidence: Confidence,
    /// Why it does not count.
    pub why: WhyNot,
}

/// Why a match does not count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WhyNot {
    /// The value does not pass this check.
    Check(&'static str),
    /// The match is for other places than the text's.
    Elsewhere,
    /// The value holds no word of these lists, by the rule's names for them.
    NothingInside(Vec<Arc<str>>),
    /// The value holds a word of this list.
    WordInside(Arc<str>),
    /// The value's label has no word of these lists, or it has no label.
    NothingAbove(Vec<Arc<str>>),
    /// No word of these lists stands near.
    NothingNear {
        /// The rule's names for the lists.
        lists: Vec<Arc<str>>,
        /// How many characters away near is.
        within: usize,
    },
    /// A word of this list stands near.
    WordNear {
        /// The rule's name for the list.
        list: Arc<str>,
        /// How many characters away near is.
        within: usize,
    },
    /// The rule excepts the value, for this reason.
    Excepted(Arc<str>),
    /// It holds, and the rule is on trial.
    OnTrial(Status),
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check(check) => write!(f, "it does not pass the check {check}"),
            Self::Elsewhere => f.write_str("it counts in other places alone"),
            Self::NothingInside(lists) => {
                write!(f, "the value holds no word of {}", lists.join(", "))
            }
            Self::NothingAbove(lists) => {
                write!(f, "its label has no word of {}", lists.join(", "))
            }
            Self::WordInside(list) => write!(f, "the value holds a word of {list}"),
            Self::NothingNear { lists, within } => {
                write!(f, "no word of {} within {within} characters", lists.join(", "))
            }
            Self::WordNear { list, within } => {
                write!(f, "a word of {list} within {within} characters")
            }
            Self::Excepted(reason) => write!(f, "excepted: {reason}"),
            Self::OnTrial(status) => {
                write!(f, "it holds, but the rule is on trial ({})", status.name())
            }
        }
    }
}

impl Engine {
    /// Each value in a message that nearly was a finding that counts, and why it is none, in order
    /// of the rules' ids, and for one rule in order of the message.
    #[must_use]
    pub fn explain(&self, reading: &Reading) -> Vec<NearMiss> {
        let (today, deadline) = (Day::today(), Instant::now() + TIME);
        let errand = Errand { last: Turn::Rest, today, deadline };
        let mut misses: Vec<NearMiss> = Vec::new();
        let mut places: HashMap<NearMiss, usize> = HashMap::new();
        let mut of_rule: HashMap<usize, usize> = HashMap::new();
        let mut records = Records::behind(reading);
        let texts: Vec<Cow<'_, Text>> =
            reading.texts.iter().map(|text| tables::labelled(text, &mut records)).collect();
        let of_text = |text| slices(content(text)).map(move |slice| (text, slice));
        for (text, slice) in texts.iter().map(Cow::as_ref).flat_map(of_text) {
            let folded = Folded::slice(&slice);
            let hits = self.hits(Turn::Rest, folded.text());
            let Ok(candidates) = self.candidates(folded.text(), &hits, Wanted::All, errand) else {
                break;
            };
            let at = Places::of(&self.dictionary, &hits);
            let mut scene = Scene::new(self, text, &folded, (&hits, &at), today);
            for (number, (rule, candidates)) in self.rules.iter().zip(&candidates).enumerate() {
                for (candidate, tried) in missed(rule, candidates, &mut scene) {
                    if !slice.own.contains(&scene.span(candidate).start) {
                        continue;
                    }
                    let miss = NearMiss {
                        rule: rule.id.clone(),
                        place: text.place,
                        part: text.part.clone(),
                        masked: mask(scene.value(candidate)),
                        tried,
                        count: 0,
                    };
                    let told = of_rule.entry(number).or_default();
                    if let Some(known) = places.get(&miss).and_then(|&at| misses.get_mut(at)) {
                        known.count += 1;
                    } else if *told < MOST {
                        *told += 1;
                        places.insert(miss.clone(), misses.len());
                        misses.push(NearMiss { count: 1, ..miss });
                    }
                }
            }
        }
        misses.sort_by(|a, b| a.rule.cmp(&b.rule));
        misses
    }
}

fn content(text: &Text) -> &str {
    text.content.expose()
}

/// Candidates that became no finding and do not overlap one, with what was tried for them.
fn missed<'c>(
    rule: &Rule,
    candidates: &'c [Candidate],
    scene: &mut Scene<'_>,
) -> Vec<(&'c Candidate, Vec<Tried>)> {
    let mut found = Vec::new();
    let mut missed: Vec<(&Candidate, Vec<Tried>)> = Vec::new();
    for candidate in candidates {
        match tried(rule, candidate, scene) {
            None => found.push(candidate.value.clone()),
            // What stands under no such label was not nearly found: it was not looked for there.
            Some(tried) if tried.iter().all(|t| matches!(t.why, WhyNot::NothingAbove(_))) => {}
            Some(tried) => missed.push((candidate, tried)),
        }
    }
    found.sort_by_key(|value| value.start);
    missed.retain(|(candidate, _)| {
        let before = found.partition_point(|value| value.start < candidate.value.end);
        let last = before.checked_sub(1).and_then(|last| found.get(last));
        last.is_none_or(|value| candidate.value.start >= value.end)
    });
    missed
}

/// Why each match of the rule does not count for a candidate; `None` where one does.
fn tried(rule: &Rule, candidate: &Candidate, scene: &mut Scene<'_>) -> Option<Vec<Tried>> {
    let mut tried = Vec::new();
    for entry in rule.matches.iter().filter(|entry| takes(entry, candidate.origin)) {
        let confidence = entry.confidence;
        if let Some(obstacle) = scene.obstacle(entry, candidate) {
            tried.push(Tried { confidence, why: in_words(rule, entry, obstacle) });
            continue;
        }
        let why = match scene.exception(rule, candidate).and_then(|at| rule.exceptions.get(at)) {
            Some(exception) => WhyNot::Excepted(exception.reason.clone()),
            None if rule.status.standing() == Standing::OnTrial => WhyNot::OnTrial(rule.status),
            None => return None,
        };
        tried.push(Tried { confidence, why });
        break;
    }
    Some(tried)
}

fn in_words(rule: &Rule, entry: &Match, obstacle: Obstacle) -> WhyNot {
    let name = |list: usize| rule.lists.get(list).map_or_else(|| "".into(), |l| l.name.clone());
    let names = |lists: &[usize]| lists.iter().map(|&list| name(list)).collect();
    match obstacle {
        Obstacle::Check => WhyNot::Check(entry.check.map_or("", |check| check.name())),
        Obstacle::Elsewhere => WhyNot::Elsewhere,
        Obstacle::NothingInside => WhyNot::NothingInside(names(&entry.with)),
        Obstacle::WordInside(list) => WhyNot::WordInside(name(list)),
        Obstacle::NothingAbove => WhyNot::NothingAbove(names(&entry.under)),
        Obstacle::NothingNear => {
            WhyNot::NothingNear { lists: names(&entry.near), within: entry.within }
        }
        Obstacle::WordNear(list) => WhyNot::WordNear { list: name(list), within: entry.within },
    }
}
