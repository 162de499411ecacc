//! A small rule set with every feature of the format loads, and its embedded tests hold.

use std::path::Path;
use std::time::{Duration, Instant};

use phi_milter::engine::Engine;
use phi_milter::finding::Standing;
use phi_milter::rules;
use phi_milter::text::{PartPath, Place, Reading, Text};

fn engine() -> Engine {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules");
    let (set, warnings) = rules::load(&[folder], &[]).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(warnings.0.is_empty(), "{warnings}");
    Engine::new(set).unwrap_or_else(|faults| panic!("{faults}"))
}

fn body(text: &str) -> Reading {
    let part = PartPath::root().child(1);
    Reading { texts: vec![Text::plain(Place::Body, &part, text.into())], ..Reading::default() }
}

#[test]
fn the_rules_load_and_their_tests_hold() {
    let engine = engine();
    let ids: Vec<&str> = engine.rules().iter().map(|rule| &*rule.id).collect();
    assert_eq!(ids, ["diagnosis", "mrn", "sealed-mail", "us-ssn"]);
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
}
