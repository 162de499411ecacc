//! What may be a finding: each place in a text where a pattern matches or a term stands.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Instant;

use super::Engine;
use super::automaton::Automaton;
use super::search::{Search, match_from};
use super::words::Hit;
use crate::rules::{MatchSource, Pattern, Rule};

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
    /// Led by the automaton of patterns whose matches are short, which walks in lanes.
    Short,
    /// Led by the automaton of the others.
    Long,
    /// Alone, from one place to the next where something rare in the pattern stands.
    Alone,
}

impl Way {
    fn of(pattern: &Pattern) -> Self {
        match pattern.longest {
            Some(longest) if longest <= SHORT => Self::Short,
            _ if pattern.regex.is_accelerated() => Self::Alone,
            _ => Self::Long,
        }
    }
}

/// Bytes of the longest match of a pattern that counts as short.
const SHORT: usize = 200;

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
    ids.sort_by_key(|&id| pattern(rules, id).map(Way::of));
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
    /// All candidates of a folded text, rule by rule.
    pub(super) fn candidates(
        &self,
        text: &str,
        hits: &[Hit],
        deadline: Instant,
    ) -> Result<Vec<Candidate>, OutOfTime> {
        let mut candidates = self.pattern_candidates(text, deadline)?;
        for hit in hits {
            for &(rule, origin) in self.set_users.get(hit.set.0 as usize).into_iter().flatten() {
                let spans = match origin {
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

    fn pattern_candidates(
        &self,
        text: &str,
        deadline: Instant,
    ) -> Result<Vec<Candidate>, OutOfTime> {
        let patterns = self.patterns.iter().filter_map(|id| self.pattern(*id));
        let mut searches: Vec<Search<'_>> = patterns.map(Search::new).collect();
        let mut candidates = Vec::new();
        let mut push = |id: PatternId, whole, value| {
            let origin = Origin::Pattern(id.pattern);
            candidates.push(Candidate { rule: id.rule, origin, whole, value });
        };
        for group in &self.groups {
            let sweep_all = group.automaton.as_ref().is_none_or(|automaton| {
                let outcome = automaton.ends(text, |local, end| {
                    let number = group.first + local;
                    if let (Some(search), Some(&id)) =
                        (searches.get_mut(number), self.patterns.get(number))
                    {
                        search.ends_at(text, end, |whole, value| push(id, whole, value));
                    }
                });
                outcome.is_err()
            });
            for number in group.first..group.first + group.count {
                if sweep_all && Instant::now() >= deadline {
                    return Err(OutOfTime);
                }
                if let (Some(search), Some(&id)) =
                    (searches.get_mut(number), self.patterns.get(number))
                {
                    search.finish(text, sweep_all, |whole, value| push(id, whole, value));
                }
            }
        }
        Ok(candidates)
    }

    fn pattern(&self, id: PatternId) -> Option<&Pattern> {
        pattern(&self.rules, id)
    }
}

/// Patterns that are looked for together, by their numbers in the engine.
#[derive(Debug)]
pub(super) struct Group {
    /// What leads the search; without it each pattern is looked for alone.
    automaton: Option<Automaton>,
    first: usize,
    count: usize,
}

/// Puts the numbered patterns into groups: those of one way into as few automata as hold them.
pub(super) fn groups(rules: &[Rule], ids: &[PatternId]) -> Vec<Group> {
    let patterns: Vec<&Pattern> = ids.iter().filter_map(|&id| pattern(rules, id)).collect();
    let mut groups = Vec::new();
    let mut first = 0;
    for of_way in patterns.chunk_by(|a, b| Way::of(a) == Way::of(b)) {
        match of_way.first().map(|pattern| Way::of(pattern)) {
            Some(Way::Alone) | None => {
                groups.push(Group { automaton: None, first, count: of_way.len() });
            }
            Some(Way::Short | Way::Long) => together(of_way, first, &mut groups),
        }
        first += of_way.len();
    }
    groups
}

fn together(patterns: &[&Pattern], first: usize, groups: &mut Vec<Group>) {
    let hirs: Vec<_> = patterns.iter().map(|pattern| &pattern.hir).collect();
    let automaton = Automaton::new(&hirs);
    if automaton.is_some() || patterns.len() < 2 {
        groups.push(Group { automaton, first, count: patterns.len() });
    } else {
        let (left, right) = patterns.split_at(patterns.len() / 2);
        together(left, first, groups);
        together(right, first + left.len(), groups);
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
            each_match(engine.pattern(*id).unwrap(), text, 0, |whole, value| {
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

    #[test]
    fn a_pass_that_ends_early_loses_nothing() {
        let engine = engine();
        let text = "aba 536-22-8471 abc x z\n".repeat(50);
        let mut found = Vec::new();
        for group in &engine.groups {
            let ids = &engine.patterns[group.first..group.first + group.count];
            let patterns = ids.iter().map(|id| engine.pattern(*id).unwrap());
            let mut searches: Vec<Search<'_>> = patterns.map(Search::new).collect();
            // The reports of the first half, and then none.
            if let Some(automaton) = &group.automaton {
                let _ = automaton.ends(&text, |number, end| {
                    if end < text.len() / 2 {
                        let id = ids[number];
                        let found = |w, v| found.push((id.rule, id.pattern, w, v));
                        searches[number].ends_at(&text, end, found);
                    }
                });
            }
            for (search, id) in searches.iter_mut().zip(ids) {
                search.finish(&text, true, |w, v| found.push((id.rule, id.pattern, w, v)));
            }
        }
        found.sort_by_key(|(rule, pattern, whole, _)| (*rule, *pattern, whole.start));
        assert_eq!(found, plain(&engine, &text));
    }
}
