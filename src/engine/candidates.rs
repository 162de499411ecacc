//! What may be a finding: each place in a text where a pattern matches or a term stands.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};
use std::time::Instant;

use regex_syntax::hir::Hir;

use super::Engine;
use super::anatomy::Anatomy;
use super::automaton::Automaton;
use super::beginnings::{Beginning, beginnings};
use super::evidence::takes;
use super::search::{Search, match_from};
use super::sites::Sites;
use super::words::Hit;
use crate::rules::{MatchSource, Pattern, Rule};
use crate::text::Place;

/// A pattern's rule, and its number among the rule's patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PatternId {
    pub rule: usize,
    pub pattern: usize,
}

/// What made a candidate, by its number in the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    Pattern(usize),
    List(usize),
    Begun { list: usize, pattern: usize },
}

/// A place in the folded text that a rule has to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub rule: usize,
    pub origin: Origin,
    /// All that matched.
    pub whole: Range<usize>,
    /// What of it is the value.
    pub value: Range<usize>,
}

/// The time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutOfTime;

/// How a pattern is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// With others, from each place where a match of one of them can begin.
    Led,
    /// Alone, over the whole text.
    Alone,
}

impl Way {
    fn of(pattern: &Pattern) -> Self {
        let short = pattern.longest.is_some_and(|longest| longest <= SHORT);
        if short && beginnings(&pattern.hir).is_some() { Self::Led } else { Self::Alone }
    }
}

/// Bytes of the longest match of a pattern that is led, since that much of a text is walked from
/// each place where one can begin.
const SHORT: usize = 1024;

/// Numbers the patterns that matches of the rules look for, those looked for in one way together.
pub(super) fn number(rules: &[Rule]) -> Vec<PatternId> {
    let mut ids = Vec::new();
    for (rule, compiled) in rules.iter().enumerate() {
        let wanted = compiled.matches.iter().filter_map(|entry| match &entry.source {
            MatchSource::Patterns(patterns) => Some(patterns),
            _ => None,
        });
        let wanted: BTreeSet<usize> = wanted.flatten().copied().collect();
        ids.extend(wanted.into_iter().map(|pattern| PatternId { rule, pattern }));
    }
    ids.sort_by_cached_key(|&id| pattern(rules, id).map(Way::of));
    ids
}

fn pattern(rules: &[Rule], id: PatternId) -> Option<&Pattern> {
    rules.get(id.rule)?.patterns.get(id.pattern)
}

/// What the rule makes of the terms of its lists: the list, and what a term of it is the origin of.
pub(super) fn lists_matched(rule: &Rule) -> BTreeSet<(usize, Origin)> {
    let mut matched = BTreeSet::new();
    for entry in &rule.matches {
        match &entry.source {
            MatchSource::Words(lists) => {
                matched.extend(lists.iter().map(|&list| (list, Origin::List(list))));
            }
            MatchSource::Begun { words, patterns } => {
                let pairs = words.iter().flat_map(|&list| {
                    patterns.iter().map(move |&pattern| (list, Origin::Begun { list, pattern }))
                });
                matched.extend(pairs);
            }
            MatchSource::Patterns(_) | MatchSource::Facts(_) => {}
        }
    }
    matched
}

impl Engine {
    /// All candidates of a folded text that stands in that place, rule by rule.
    pub(super) fn candidates(
        &self,
        text: &str,
        place: Place,
        hits: &[Hit],
        deadline: Instant,
    ) -> Result<Vec<Candidate>, OutOfTime> {
        let mut candidates = self.pattern_candidates(text, deadline)?;
        for hit in hits {
            for &(rule, origin) in self.set_users.get(hit.set.0 as usize).into_iter().flatten() {
                let spans = match origin {
                    Origin::Begun { .. } if !self.wants(rule, origin, place) => None,
                    Origin::Begun { pattern, .. } => self
                        .pattern(PatternId { rule, pattern })
                        .and_then(|pattern| match_from(pattern, text, hit.span().start)),
                    Origin::List(_) | Origin::Pattern(_) => Some((hit.span(), hit.span())),
                };
                candidates.extend(spans.map(|(whole, value)| Candidate {
                    rule,
                    origin,
                    whole,
                    value,
                }));
            }
        }
        candidates.sort_by_key(|candidate| candidate.rule);
        Ok(candidates)
    }

    /// Whether a match of the rule takes candidates of that origin, in a text of that place.
    fn wants(&self, rule: usize, origin: Origin, place: Place) -> bool {
        let matches = self.rules.get(rule).map_or(&[][..], |rule| &rule.matches);
        matches.iter().any(|entry| entry.holds_in(place) && takes(entry, origin))
    }

    fn pattern_candidates(
        &self,
        text: &str,
        deadline: Instant,
    ) -> Result<Vec<Candidate>, OutOfTime> {
        let mut candidates = Vec::new();
        let mut push = |id: PatternId, whole, value| {
            let origin = Origin::Pattern(id.pattern);
            candidates.push(Candidate { rule: id.rule, origin, whole, value });
        };
        for group in &self.groups {
            let ids = self.patterns.get(group.members.clone()).unwrap_or_default();
            let patterns = ids.iter().filter_map(|id| self.pattern(*id)).zip(&group.anatomies);
            let mut searches: Vec<Search<'_>> =
                patterns.map(|(pattern, anatomy)| Search::new(pattern, anatomy)).collect();
            let led_to = match &group.led {
                None => Some(0),
                Some(led) => led.search(text, &mut searches, |number, whole, value| {
                    ids.get(number)
                        .into_iter()
                        .for_each(|&id| push(id, whole.clone(), value.clone()));
                }),
            };
            let Some(from) = led_to else { continue };
            for (search, &id) in searches.iter().zip(ids) {
                if Instant::now() >= deadline {
                    return Err(OutOfTime);
                }
                search.sweep(text, from, |whole, value| push(id, whole, value));
            }
        }
        Ok(candidates)
    }

    fn pattern(&self, id: PatternId) -> Option<&Pattern> {
        pattern(&self.rules, id)
    }
}

/// Patterns that are looked for together.
#[derive(Debug)]
pub(super) struct Group {
    /// What leads the search; without it each pattern is looked for alone.
    led: Option<Led>,
    /// Their numbers in the engine.
    members: Range<usize>,
    /// How the matches of each are made.
    anatomies: Vec<Anatomy>,
}

/// What leads to the matches of a group's patterns.
#[derive(Debug)]
struct Led {
    sites: Sites,
    /// The patterns in their order, then what stands before the values of some.
    automaton: Automaton,
    /// The patterns whose labels these are.
    labelled: Vec<usize>,
}

impl Led {
    /// Calls `found` with the matches of the patterns, whose searches stand in their order. Where
    /// it gives up it says from where on each pattern has to be searched for alone.
    fn search(
        &self,
        text: &str,
        searches: &mut [Search<'_>],
        mut found: impl FnMut(usize, Range<usize>, Range<usize>),
    ) -> Option<usize> {
        let mut walker = self.automaton.walker(text.as_bytes());
        let patterns = searches.len();
        let mut matching = Vec::new();
        let outcome = self.sites.each(text.as_bytes(), |site| {
            let walked = walker.walk(site, |number, end| {
                if let Some(search) = searches.get_mut(number) {
                    if search.note(site, end) {
                        matching.push(number);
                    }
                } else if let Some(&number) = self.labelled.get(number - patterns)
                    && let Some(search) = searches.get_mut(number)
                {
                    search.note_label(text, site, end);
                }
            });
            if walked.is_err() {
                return ControlFlow::Break(site);
            }
            for number in matching.drain(..) {
                if let Some((whole, value)) =
                    searches.get_mut(number).and_then(|search| search.settle(text))
                {
                    found(number, whole, value);
                }
            }
            ControlFlow::Continue(())
        });
        outcome.break_value()
    }
}

/// Puts the numbered patterns into groups: those that are led into as few automata as hold them.
pub(super) fn groups(rules: &[Rule], ids: &[PatternId]) -> Vec<Group> {
    let patterns: Vec<&Pattern> = ids.iter().filter_map(|&id| pattern(rules, id)).collect();
    let led = patterns.partition_point(|pattern| Way::of(pattern) == Way::Led);
    let mut groups = Vec::new();
    together(&patterns, 0..led, &mut groups);
    groups.push(alone(&patterns, led..patterns.len()));
    groups
}

fn alone(patterns: &[&Pattern], members: Range<usize>) -> Group {
    let of_group = patterns.get(members.clone()).unwrap_or_default();
    let anatomies = of_group.iter().map(|pattern| Anatomy::of(pattern)).collect();
    Group { led: None, members, anatomies }
}

fn together(patterns: &[&Pattern], members: Range<usize>, groups: &mut Vec<Group>) {
    let of_group = patterns.get(members.clone()).unwrap_or_default();
    let anatomies: Vec<Anatomy> = of_group.iter().map(|pattern| Anatomy::of(pattern)).collect();
    let labels = anatomies.iter().enumerate();
    let labels = labels.filter_map(|(number, anatomy)| Some((number, anatomy.label()?)));
    let (labelled, labels): (Vec<usize>, Vec<&Hir>) = labels.unzip();
    let hirs: Vec<&Hir> = of_group.iter().map(|pattern| &pattern.hir).collect();
    let beginnings: Vec<Beginning> =
        hirs.iter().filter_map(|hir| beginnings(hir)).flatten().collect();
    if let Some(automaton) = Automaton::new(&[hirs, labels].concat()) {
        let sites = Sites::new(beginnings.iter());
        groups.push(Group { led: Some(Led { sites, automaton, labelled }), members, anatomies });
    } else if members.len() < 2 {
        groups.push(alone(patterns, members));
    } else {
        let middle = members.start + members.len() / 2;
        together(patterns, members.start..middle, groups);
        together(patterns, middle..members.end, groups);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::search::each_match;
    use super::*;
    use crate::rules;
    use crate::text::{PartPath, Place, Reading, Text};

    type Found = Vec<(usize, usize, Range<usize>, Range<usize>)>;

    fn led(engine: &Engine, text: &str) -> Found {
        let deadline = Instant::now() + Duration::from_secs(600);
        let candidates = engine.pattern_candidates(text, deadline).unwrap();
        let mut found: Found = candidates
            .into_iter()
            .map(|c| match c.origin {
                Origin::Pattern(pattern) => (c.rule, pattern, c.whole, c.value),
                Origin::List(_) | Origin::Begun { .. } => unreachable!(),
            })
            .collect();
        found.sort_by_key(|(rule, pattern, whole, _)| (*rule, *pattern, whole.start));
        found
    }

    fn plain(engine: &Engine, text: &str) -> Found {
        let mut found = Vec::new();
        for id in &engine.patterns {
            each_match(engine.pattern(*id).unwrap(), &Anatomy::Opaque, text, 0, |whole, value| {
                found.push((id.rule, id.pattern, whole, value));
            });
        }
        found.sort_by_key(|(rule, pattern, whole, _)| (*rule, *pattern, whole.start));
        found
    }

    /// Patterns with every trait that the search has to respect.
    const PATTERNS: [&str; 15] = [
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"\b\d{9}\b",
        r"(?i)\bmrn[#: ]{1,3}(?<value>[a-z]{0,2}\d{2,5})\b",
        // Overlaps with itself: of `ababa` the first two thirds are a match, the last is none.
        "aba",
        "ab{0,3}?",
        "(?:a|ab)(?:c|bcd)(?:d{0,2})",
        // Alternatives whose order decides.
        "a|ab|abc",
        "abc|ab|a",
        // No longest match.
        r"[a-z0-9.]+@[a-z0-9]+(?:\.[a-z]{2,})+",
        "x(?:.*z)?",
        "[a-d]{3,}[1-9]",
        // Looks around.
        r"(?m)^\d{1,4}$",
        r"\B\d{2}\B",
        // Bytes of characters outside ASCII.
        r".{2}\d",
        "\u{e9}{1,2}a",
    ];

    fn engine() -> Engine {
        let mut file = String::from(
            "id = 't'\ntitle = 't'\ndescription = 't'\nstatus = 'test'\nkind = 'clinical'\n",
        );
        let names: Vec<String> = (0..PATTERNS.len()).map(|i| format!("p{i}")).collect();
        file.push_str("[patterns]\n");
        for (name, pattern) in names.iter().zip(PATTERNS) {
            file.push_str(&format!("{name} = '{pattern}'\n"));
        }
        file.push_str(&format!("[[match]]\nconfidence = 'low'\npattern = {names:?}\n"));
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("clinical")).unwrap();
        std::fs::write(folder.path().join("clinical/t.toml"), file).unwrap();
        let (set, _) =
            rules::load(&[folder.path().to_owned()], &[]).unwrap_or_else(|f| panic!("{f}"));
        Engine::untested(set)
    }

    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 33) as usize % sides
        }
    }

    #[test]
    fn the_automaton_leads_to_what_each_pattern_alone_finds() {
        const PIECES: [&str; 24] = [
            "a",
            "b",
            "ab",
            "aba",
            "abc",
            "abcd",
            "c",
            "d",
            "x",
            "z",
            "1",
            "12",
            "123",
            "-",
            "@",
            ".",
            " ",
            "\n",
            "\u{e9}",
            "536-22-8471",
            "MRN: ab123",
            "a@b.co",
            "987654321",
            "\u{ff11}",
        ];
        let engine = engine();
        let mut dice = Dice(0x1234_5678_9ABC_DEF1);
        for round in 0..3_000 {
            // Few different pieces a text make long runs of the same matches.
            let variety = 1 + dice.roll(PIECES.len());
            let first = dice.roll(PIECES.len());
            let length = dice.roll(60);
            let text: String =
                (0..length).map(|_| PIECES[(first + dice.roll(variety)) % PIECES.len()]).collect();
            assert_eq!(led(&engine, &text), plain(&engine, &text), "round {round}: {text:?}");
            assert_spans_are_whole_characters(&engine, text);
        }
    }

    fn assert_spans_are_whole_characters(engine: &Engine, text: String) {
        let part = PartPath::root();
        let texts = vec![Text::plain(Place::Body, &part, text)];
        let reading = Reading { texts, ..Reading::default() };
        let deadline = Instant::now() + Duration::from_secs(600);
        for finding in engine.scan(&reading, deadline).findings {
            let value = reading.texts[0].content.expose().get(finding.span.clone());
            assert!(value.is_some_and(|value| !value.is_empty()), "{:?}", finding.span);
        }
    }

    #[test]
    fn long_runs_of_overlapping_matches_are_found_alike() {
        let engine = engine();
        for piece in ["a", "ab", "1", "12 ", "x", "x\n", "a@", "1-", "mrn 1", "\u{e9}a", "123-45-"]
        {
            let text = piece.repeat(20_000 / piece.len());
            assert_eq!(led(&engine, &text), plain(&engine, &text), "{piece:?}");
        }
    }

    #[test]
    fn lanes_lead_to_matches_wherever_they_stand() {
        let engine = engine();
        let mut dice = Dice(0x0F0F_1234_5678_9ABC);
        for round in 0..200 {
            let mut text = String::new();
            let length = 2_000 + dice.roll(4_000);
            while text.len() < length {
                text.push_str(&". ".repeat(dice.roll(12)));
                text.push_str(
                    ["536-22-8471 ", "987654321 ", "mrn 12345", "aba", "x", " 77", "z", "ab"]
                        [dice.roll(8)],
                );
            }
            assert_eq!(led(&engine, &text), plain(&engine, &text), "round {round}");
        }
    }
}
