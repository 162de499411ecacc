//! Text as readers of images give it, under the shipped rules.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends here")]

use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use phi_milter::engine::Engine;
use phi_milter::rules;
use phi_milter::text::{PartPath, Place, Reading, Text};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (set, _) = rules::load(&[folder], &[]).unwrap_or_else(|faults| panic!("{faults}"));
    Engine::untested(set)
});

/// The values that one rule finds in a text from an image.
fn values(rule: &str, text: &str) -> Vec<String> {
    let part = PartPath::root().child(1);
    let texts = vec![Text::plain(Place::Image, &part, text.to_owned())];
    let reading = Reading { texts, ..Reading::default() };
    let found = ENGINE.scan(&reading, Instant::now() + Duration::from_secs(60)).findings;
    let found = found.iter().filter(|finding| &*finding.rule == rule);
    let value = |finding: &phi_milter::finding::Finding| {
        let text = reading.texts[finding.text].content.expose();
        text.get(finding.span.clone()).unwrap().to_owned()
    };
    found.map(value).collect()
}

#[test]
fn labelled_values_are_found_however_they_were_misread() {
    for (rule, text, value) in [
        ("us-ssn", "SSN: S36-22-847l", "S36-22-847l"),
        ("us-ssn", "5SN 536-22- 8471", "536-22- 8471"),
        ("mrn", "MRN: 77 3O142", "77 3O142"),
        ("mrn", "MRN7730l42", "7730l42"),
        ("date-of-birth", "D0B: O3/l4/l95O", "O3/l4/l95O"),
        ("date-of-birth", "DOB03/14/195O", "03/14/195O"),
        ("date-of-birth", "DOB: 03 / 14 / 1950", "03 / 14 / 1950"),
    ] {
        let found = values(rule, text);
        assert!(found.contains(&value.to_owned()), "{rule} in {text:?} found {found:?}");
    }
}

#[test]
fn numbers_without_a_label_stay_what_was_read() {
    for (rule, text) in [
        ("us-ssn", "Part S36-22-847l, box of 12"),
        ("mrn", "L 77 3O142"),
        ("date-of-birth", "Size O3/l4/l95O"),
    ] {
        assert!(values(rule, text).is_empty(), "{text}");
    }
}
