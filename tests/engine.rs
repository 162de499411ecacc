//! What an engine finds and keeps, with a small rule set that has every feature of the format.

#![allow(clippy::string_slice, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::{Duration, Instant};

use phi_milter::engine::{Detection, Engine, Leading};
use phi_milter::finding::{Confidence, Finding, Standing};
use phi_milter::rules;
use phi_milter::secret::Secret;
use phi_milter::text::{Cause, Fact, Field, PartFact, PartPath, Place, Reading, Text, Zone};

fn engine() -> Engine {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules");
    let (set, warnings) = rules::load(&[folder], &[]).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(warnings.0.is_empty(), "{warnings}");
    Engine::new(set, &Leading::default()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn body(text: &str) -> Reading {
    let part = PartPath::root().child(1);
    Reading { texts: vec![Text::plain(Place::Body, &part, text.into())], ..Reading::default() }
}

#[test]
fn the_rules_load_and_their_tests_hold() {
    let engine = engine();
    let ids: Vec<&str> = engine.rules().iter().map(|rule| &*rule.id).collect();
    assert_eq!(ids, ["circular", "diagnosis", "mrn", "sealed-mail", "us-ssn", "ward-name"]);
}

#[test]
fn a_rule_on_trial_is_marked_so() {
    let detection = engine().scan(&body("MRN: 1234567"), Instant::now() + Duration::from_secs(5));
    let found: Vec<_> = detection.findings.iter().map(|f| (&*f.rule, f.standing)).collect();
    assert_eq!(found, [("mrn", Standing::OnTrial)]);
}

#[test]
fn a_near_miss_is_told_with_its_shape_and_why() {
    let text = "Tracking 536-22-8471. SSN 000-12-3456. MRN: 1234567. Asthma walk.";
    let engine = engine();
    let told: Vec<String> = engine
        .explain(&body(text))
        .iter()
        .flat_map(|miss| {
            miss.tried.iter().map(|tried| format!("{} {}: {}", miss.rule, miss.masked, tried.why))
        })
        .collect();
    assert_eq!(
        told,
        [
            "mrn NNNNNNN: it holds, but the rule is on trial (test)",
            "us-ssn NNN-NN-NNNN: a word of against within 300 characters",
            "us-ssn NNN-NN-NNNN: it does not pass the check ssn",
        ]
    );
    let excepted = engine.explain(&body("SSN 511-22-3344"));
    assert_eq!(excepted[0].tried[0].why.to_string(), "excepted: The example on the form.");
    let none_near = engine.explain(&body("It was 536228471."));
    assert_eq!(none_near[0].tried[0].why.to_string(), "no word of label within 40 characters");
    let told = engine.explain(&body("Bed Linen Jane"));
    let told: Vec<String> = told[0].tried.iter().map(|tried| tried.why.to_string()).collect();
    assert_eq!(told, ["the value holds a word of words", "the value holds a word of words"]);
    let nameless = engine.explain(&body("a name: bed Rest, bed 7"));
    assert_eq!(nameless[0].tried[0].why.to_string(), "the value holds no word of given");
}

fn scan(reading: &Reading) -> Detection {
    engine().scan(reading, Instant::now() + Duration::from_secs(60))
}

/// Rule and value of each finding.
fn values(reading: &Reading) -> Vec<(String, String)> {
    let found = scan(reading).findings;
    let value = |finding: &Finding| {
        let text = reading.texts[finding.text].content.expose();
        (finding.rule.to_string(), text[finding.span.clone()].to_owned())
    };
    found.iter().map(value).collect()
}

#[test]
fn a_finding_points_at_the_original_bytes_also_where_the_text_was_folded() {
    let text = "Ünïcode • ＳＳＮ：\u{a0}536\u{2011}22\u{2011}8471\u{200b}; MRN: １２３４５６７";
    let expected = [
        ("mrn".to_owned(), "１２３４５６７".to_owned()),
        ("us-ssn".to_owned(), "536\u{2011}22\u{2011}8471".to_owned()),
    ];
    assert_eq!(values(&body(text)), expected);
}

#[test]
fn text_from_an_image_is_found_as_it_was_before_it_was_misread() {
    let read = |place: Place, text: &str| {
        let mut reading = body(text);
        reading.texts[0].place = place;
        values(&reading)
    };
    let ssn = |value: &str| vec![("us-ssn".to_owned(), value.to_owned())];
    assert_eq!(read(Place::Image, "5SN: S36-22- 847l"), ssn("S36-22- 847l"));
    assert_eq!(read(Place::Image, "SSN: 536-22-8471"), ssn("536-22-8471"));
    assert_eq!(read(Place::Image, "MRN: 77 3O142"), [("mrn".to_owned(), "77 3O142".to_owned())]);
    // What is typed is what it is, and a guess needs a label and a check.
    assert!(read(Place::Body, "SSN: S36-22-847l").is_empty());
    assert_eq!(read(Place::Body, "PATlENT\nSSN: S36-22-847l"), ssn("S36-22-847l"));
    assert!(read(Place::Image, "S36-22-847l").is_empty());
    assert!(read(Place::Image, "SSN: OOO-22-847l").is_empty());
}

#[test]
fn overlapping_matches_of_one_rule_are_one_finding_and_the_earlier_entry_decides() {
    let detection = scan(&body("The patient has type 2 diabetes mellitus."));
    let found: Vec<_> = detection.findings.iter().map(|f| (f.span.clone(), f.confidence)).collect();
    assert_eq!(found, [(16..40, Confidence::Medium)]);
}

#[test]
fn equal_values_in_other_clothes_have_one_digest() {
    let detection = scan(&body("SSN 536-22-8471, SSN 536228471, SSN 536-22-8472"));
    let digests: Vec<u64> = detection.findings.iter().map(|finding| finding.digest).collect();
    assert_eq!(digests.len(), 3);
    assert!(digests[0] == digests[1] && digests[1] != digests[2]);
}

#[test]
fn a_finding_knows_its_zone_label_record_page_and_file() {
    let part = PartPath::root().child(2);
    let mut text = Text::plain(Place::Attachment, &part, "536-22-8471\n511-22-3345".into());
    text.page = Some(3);
    text.file = Some(Secret::new("list.csv".into()));
    text.group = PartPath::root();
    text.labels = vec![Secret::new("SSN".into())];
    text.fields = vec![
        Field { span: 0..11, label: Some(0), record: Some(1) },
        Field { span: 12..23, label: Some(0), record: Some(2) },
    ];
    let reading = Reading { texts: vec![text], ..body("Hi\n> SSN 536-22-8471\n") };
    let found = scan(&reading).findings;
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].record, found[1].record), (Some(1), Some(2)));
    assert_eq!(
        (found[1].page, &found[1].part, &found[1].group),
        (Some(3), &part, &PartPath::root())
    );
    assert_eq!(&**found[1].label.as_ref().unwrap().expose(), "SSN");
    assert_eq!((&**found[1].file.as_ref().unwrap().expose(), found[1].zone), ("list.csv", None));
    let quoted = scan(&body("Hi\n> SSN 536-22-8471\n")).findings;
    assert_eq!(quoted[0].zone, Some(Zone::Quoted));
}

#[test]
fn a_fact_is_a_finding_of_its_part_with_no_text() {
    let part = PartPath::root().child(4);
    let facts = vec![PartFact::plain(Fact::PgpEncrypted, part.clone())];
    let reading = Reading { facts, ..body("nothing") };
    let found = scan(&reading).findings;
    assert_eq!(
        (&*found[0].rule, &found[0].part, found[0].span.clone()),
        ("sealed-mail", &part, 0..0)
    );
    assert!(reading.texts.get(found[0].text).is_none());
}

#[test]
fn past_the_deadline_texts_are_unread_and_what_was_found_counts() {
    let mut reading = body("SSN 536-22-8471");
    reading.facts = vec![PartFact::plain(Fact::PgpEncrypted, PartPath::root())];
    let detection = engine().scan(&reading, Instant::now());
    let causes: Vec<_> = detection.unread.iter().map(|unread| unread.cause).collect();
    assert_eq!((detection.findings.len(), causes), (1, vec![Cause::TimedOut]));
}

#[test]
fn a_message_of_nothing_but_findings_is_bounded_and_says_so() {
    let many: String =
        (0..30_000).map(|i| format!("SSN 5{:02}-22-{:04}\n", i / 9_999, 1 + i % 9_999)).collect();
    let detection = scan(&body(&many));
    assert_eq!(detection.findings.len(), 20_000);
    assert_eq!(detection.unread.first().map(|unread| unread.cause), Some(Cause::TooLarge));
    // Many findings of few values say nothing new.
    let detection = scan(&body(&"SSN 536-22-8471\n".repeat(30_000)));
    assert_eq!((detection.findings.len(), detection.unread.len()), (1_000, 0));
}

#[test]
fn in_a_long_text_everything_is_found_once_wherever_it_stands() {
    // Lines of odd length put values at many distances from the seams.
    let line = |i: usize| format!("SSN 536-22-{:04}{}\n", 1 + i, " and so on".repeat(301));
    let text: String = (0..1_200).map(line).collect();
    assert!(text.len() > 3 << 20);
    let engine = engine();
    let found = engine.scan(&body(&text), Instant::now() + Duration::from_secs(60)).findings;
    let expected: Vec<usize> = text.match_indices("536-22-").map(|(at, _)| at).collect();
    let spans: Vec<usize> = found.iter().map(|finding| finding.span.start).collect();
    assert_eq!((spans.len(), spans), (expected.len(), expected));
    // A lone value near each seam of a long text is found, with the word that has to be near it.
    for at in [(1 << 20) - 30, (1 << 20) - 8, 1 << 20, (2 << 20) - 14, (2 << 20) - 3] {
        let mut text = ". ".repeat(3 << 19);
        text.replace_range(at..at + 16, " SSN 536-22-8471");
        let found = engine.scan(&body(&text), Instant::now() + Duration::from_secs(60)).findings;
        let spans: Vec<_> = found.iter().map(|f| (f.span.start, f.span.end)).collect();
        assert_eq!(spans, [(at + 5, at + 16)]);
    }
}
