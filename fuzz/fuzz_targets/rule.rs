//! A rule file and a text to scan with it: no panic, findings that are spans of the text.
//!
//! The input is the rule file, a NUL, and the text.
#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use phi_milter::engine::Engine;
use phi_milter::finding::Kind;
use phi_milter::rules;
use phi_milter::text::{PartPath, Place, Reading, Text};

fuzz_target!(|input: &str| {
    let (rule, text) = input.split_once('\0').unwrap_or((input, "MRN 1234567"));
    let Ok(set) = rules::from_text("fuzzed", Kind::Clinical, rule) else { return };
    let engine = Engine::untested(set);
    let texts = vec![Text::plain(Place::Body, &PartPath::root(), text.to_owned())];
    let reading = Reading { texts, ..Reading::default() };
    let found = engine.scan(&reading, Instant::now() + Duration::from_secs(5)).findings;
    for finding in found {
        assert!(text.get(finding.span).is_some_and(|value| !value.is_empty()));
    }
    let _ = engine.explain(&reading);
});
