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
