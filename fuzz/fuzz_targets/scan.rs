//! A text under the shipped rules: no panic, findings that are spans of the text, and the same
//! ones each time.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use phi_milter::engine::Engine;
use phi_milter::rules;
use phi_milter::text::{PartPath, Place, Reading, Text};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules");
    let (set, _) = rules::load(&[folder], &[]).unwrap_or_else(|faults| panic!("{faults}"));
    Engine::untested(set)
});

fuzz_target!(|text: &str| {
    let texts = vec![Text::plain(Place::Body, &PartPath::root(), text.to_owned())];
    let reading = Reading { texts, ..Reading::default() };
    let scan = || ENGINE.scan(&reading, Instant::now() + Duration::from_secs(30)).findings;
    let (first, again) = (scan(), scan());
    assert_eq!(first.len(), again.len());
    for (finding, same) in first.iter().zip(&again) {
        assert_eq!((&finding.rule, &finding.span), (&same.rule, &same.span));
        assert!(text.get(finding.span.clone()).is_some_and(|value| !value.is_empty()));
    }
});
