//! A body or a text from an image, cut into zones by its structure, under a few rules: no panic,
//! findings that are spans of the text, in a time that the text's length bounds.
//!
//! The first byte says the place, the second and third where a zone of the structure begins and
//! how long it is, in eights of the text.
#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use phi_milter::engine::Engine;
use phi_milter::finding::Kind;
use phi_milter::rules;
use phi_milter::text::{PartPath, Place, Reading, Text, Zone};

const RULE: &str = r#"
id = "any"
title = "Any"
description = "Finds words, numbers and labelled numbers, so that every line has a finding."
status = "test"
kind = "clinical"
[patterns]
word = '\b[A-Za-z]{3,8}\b'
number = '\b[0-9]{4,9}\b'
labelled = '(?:MRN|SSN):? (?<value>[0-9-]{5,11})\b'
[words]
list = ["diabetes", "date of birth", "confidential"]
[[match]]
confidence = "high"
pattern = ["labelled", "number"]
near = ["list"]
[[match]]
confidence = "low"
pattern = ["word", "number", "labelled"]
"#;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let set = rules::from_text("any", Kind::Clinical, RULE);
    Engine::untested(set.unwrap_or_else(|faults| panic!("{faults}")))
});

/// A megabyte of text takes a fraction of a second, also in a build for fuzzing.
const TIME: Duration = Duration::from_secs(10);

fuzz_target!(|input: (u8, u8, u8, &str)| {
    let (place, start, length, content) = input;
    let place = if place & 1 == 0 { Place::Body } else { Place::Image };
    let mut text = Text::plain(place, &PartPath::root(), content.to_owned());
    if place == Place::Body && start & 1 == 1 {
        let eighth = content.len() / 8;
        let start = content.floor_char_boundary(usize::from(start >> 5) * eighth);
        let end = content.floor_char_boundary(start + usize::from(length >> 5) * eighth);
        let zone = if length & 1 == 0 { Zone::Quoted } else { Zone::Signature };
        if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) {
            text.zones = vec![(start..end.max(start), zone)];
        }
    }
    let reading = Reading { texts: vec![text], ..Reading::default() };
    let began = Instant::now();
    let found = ENGINE.scan(&reading, began + 2 * TIME).findings;
    assert!(began.elapsed() < TIME, "{} bytes took {:?}", content.len(), began.elapsed());
    for finding in found {
        assert!(content.get(finding.span).is_some_and(|value| !value.is_empty()));
        assert_eq!(finding.zone.is_some(), place == Place::Body);
    }
});
