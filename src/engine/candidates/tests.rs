//! What is led to is what each pattern finds alone.

use std::time::Duration;

use super::*;
use crate::engine::anatomy::Anatomy;
use crate::engine::automaton::Automaton;
use crate::engine::evidence::{Scene, takes};
use crate::engine::fold::Folded;
use crate::engine::leading::Turn;
use crate::engine::search::each_match;
use crate::rules::{self, Day};
use crate::text::{PartPath, Place, Reading, Text};

type Found = Vec<(usize, usize, Range<usize>, Range<usize>)>;

fn errand() -> Errand {
    let deadline = Instant::now() + Duration::from_secs(600);
    Errand { last: Turn::Rest, today: Day::today(), deadline }
}

fn led(engine: &Engine, text: &str) -> Found {
    let candidates = engine.pattern_candidates(text, &[], Wanted::All, errand()).unwrap();
    let mut found: Found = candidates
        .into_iter()
        .flatten()
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
    let (set, _) = rules::load(&[folder.path().to_owned()], &[]).unwrap_or_else(|f| panic!("{f}"));
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
    for piece in ["a", "ab", "1", "12 ", "x", "x\n", "a@", "1-", "mrn 1", "\u{e9}a", "123-45-"] {
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
fn a_text_that_is_given_up_loses_nothing() {
    let mut engine = engine();
    let text = "aba 536-22-8471 mrn ab123 abc x z a1 b22 cc333-44 12 ddd9\n".repeat(50);
    let expected = plain(&engine, &text);
    let hirs: Vec<_> = engine
        .groups
        .iter()
        .filter(|group| group.led.is_some())
        .flat_map(|group| &engine.patterns[group.members.clone()])
        .map(|id| engine.pattern(*id).unwrap().hir.clone())
        .collect();
    // So little memory that it is emptied at every other step.
    let small = (4..).find_map(|kilobytes| Automaton::new(&hirs, 1_024, kilobytes << 10)).unwrap();
    for group in &mut engine.groups {
        if let Some(led) = &mut group.led {
            led.automaton = small;
            break;
        }
    }
    assert_eq!(led(&engine, &text), expected);
}

fn shipped() -> Engine {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (set, _) = rules::load(&[folder], &[]).unwrap_or_else(|faults| panic!("{faults}"));
    Engine::untested(set)
}

/// Texts of the rules' own tests, whole or cut where their shape still holds or just does not, with
/// noise between.
fn fragments(engine: &Engine, dice: &mut Dice) -> String {
    const NOISE: [&str; 20] = [
        " ",
        "\n",
        "\t",
        ", ",
        ": ",
        "-",
        "_",
        "1",
        "12345678901",
        "a",
        "Ab",
        "\u{e9}",
        "\u{a0}",
        "\u{ff11}",
        "\u{2011}",
        "\u{201c}",
        "(",
        "@x.co",
        ">",
        "\r\n",
    ];
    let tests: Vec<_> = engine.rules().iter().flat_map(|rule| &rule.tests).collect();
    let mut text = String::new();
    while text.len() < 3_000 {
        let sample = tests[dice.roll(tests.len())].text.as_str();
        let chars: Vec<char> = sample.chars().collect();
        let from = if dice.roll(2) == 0 { 0 } else { dice.roll(chars.len().max(1)) };
        text.extend(chars.iter().skip(from).take(1 + dice.roll(80)));
        text.push_str(NOISE[dice.roll(NOISE.len())]);
    }
    text
}

#[test]
fn the_shipped_rules_find_what_each_of_their_patterns_finds_alone() {
    let engine = shipped();
    let mut dice = Dice(0x7654_3210_FEDC_BA98);
    for round in 0..40 {
        let text = fragments(&engine, &mut dice);
        let folded = Folded::new(&text);
        assert_eq!(led(&engine, folded.text()), plain(&engine, folded.text()), "round {round}");
    }
}

const RUNS: [&str; 6] = [
    "Jane Doe and Kim Roe, ",
    "Doe, Jane K 54F 03/14/1950\n",
    "Roe Jane Kim Doe Ana ",
    "dear all, the bus leaves at 9. ",
    "12 345 6789 ",
    "Dear Jane,\n\n",
];

#[test]
fn a_candidate_that_is_not_wanted_would_come_to_nothing() {
    let engine = shipped();
    let mut dice = Dice(0x0123_4567_89AB_CDEF);

    for round in 0..40 {
        // Few words that patterns want near, between long runs of what they could match.
        let mut content = String::new();
        for _ in 0..1 + dice.roll(4) {
            let whole = fragments(&engine, &mut dice);
            content.extend(whole.chars().skip(dice.roll(900)).take(20 + dice.roll(200)));
            let run = RUNS[dice.roll(RUNS.len())];
            content.push_str(&run.repeat(dice.roll(1 + 2_000 / run.len())));
        }
        let text = Text::plain(Place::Body, &PartPath::root(), content.clone());
        let folded = Folded::new(&content);
        let hits = engine.hits(Turn::Rest, folded.text());
        let there = engine.lists_there(&text, &hits).unwrap();
        let candidates =
            |wanted| engine.candidates(folded.text(), &hits, wanted, errand()).unwrap();
        let places = Places::of(&engine.dictionary, &hits);
        let useful = Wanted::Useful { there: Some(&there), places: &places, place: Place::Body };
        let (all, wanted) = (candidates(Wanted::All), candidates(useful));
        let mut scene = Scene::new(&engine, &text, &folded, (&hits, &places), Day::today());
        for (rule, (all, wanted)) in engine.rules().iter().zip(all.iter().zip(&wanted)) {
            let only_wanted = wanted.iter().find(|candidate| !all.contains(candidate));
            assert_eq!(only_wanted, None, "{}, round {round}", rule.id);
            for candidate in all.iter().filter(|candidate| !wanted.contains(candidate)) {
                for entry in rule.matches.iter().filter(|entry| takes(entry, candidate.origin)) {
                    assert!(
                        scene.obstacle(entry, candidate).is_some(),
                        "{}, round {round}",
                        rule.id
                    );
                }
            }
        }
    }
}
