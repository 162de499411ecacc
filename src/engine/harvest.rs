//! What a scan keeps: findings within bounds, and what it could not look at.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::Detection;
use crate::finding::{Confidence, Finding};
use crate::text::{Cause, Reading, Text, Unread, Zone};

/// Findings of one rule in one message that are kept whatever they are.
const KEPT: usize = 1_000;
/// Findings of one rule in one message that are kept when each says something new. Of those behind
/// them in rows as much is kept as counts people.
const KEPT_IF_NEW: usize = 20_000;

pub(super) struct Harvest<'a> {
    reading: &'a Reading,
    detection: Detection,
    rules: HashMap<usize, Kept, RandomState>,
}

#[derive(Default)]
struct Kept {
    count: usize,
    /// Digests are keyed, so nobody can choose values that collide.
    seen: HashSet<Seen, RandomState>,
    /// The last text of which it was said that not all was kept. Asked for each finding too many,
    /// while the text's file name can be megabytes long.
    told: Option<usize>,
}

/// What tells a finding from another of the same rule, its place in the text aside.
#[derive(PartialEq, Eq, Hash)]
struct Seen {
    text: usize,
    digest: u64,
    record: Option<u32>,
    zone: Option<Zone>,
    confidence: u8,
}

impl<'a> Harvest<'a> {
    pub fn new(reading: &'a Reading) -> Self {
        Self { reading, detection: Detection::default(), rules: HashMap::default() }
    }

    /// Keeps a finding of a rule, unless the rule has more than enough.
    pub fn add(&mut self, rule: usize, finding: Finding) {
        let kept = self.rules.entry(rule).or_default();
        kept.count += 1;
        let seen = Seen {
            text: finding.text,
            digest: finding.digest,
            record: finding.record,
            zone: finding.zone,
            confidence: match finding.confidence {
                Confidence::Low => 0,
                Confidence::Medium => 1,
                Confidence::High => 2,
            },
        };
        if kept.seen.len() >= KEPT_IF_NEW {
            if !kept.seen.contains(&seen)
                && !self.detection.spares.add(&finding)
                && kept.told.replace(finding.text) != Some(finding.text)
                && let Some(text) = self.reading.texts.get(finding.text)
            {
                self.unread(text, Cause::TooLarge);
            }
            return;
        }
        let new = kept.seen.insert(seen);
        if new || kept.count <= KEPT {
            self.detection.findings.push(finding);
        }
    }

    pub fn out_of_time(&mut self, text: &Text) {
        self.unread(text, Cause::TimedOut);
    }

    fn unread(&mut self, text: &Text, cause: Cause) {
        let unread = Unread { part: text.part.clone(), file: text.file.clone(), cause };
        if self.detection.unread.last() != Some(&unread) {
            self.detection.unread.push(unread);
        }
    }

    pub fn done(self) -> Detection {
        self.detection
    }
}
