//! The tests that stand in rule files, run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Engine;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::finding::{Confidence, Finding};
use crate::rules::{Expected, Rule, RuleTest, Sample};
use crate::secret::Secret;
use crate::text::{Field, PartFact, PartPath, Reading, Text};

/// Time for one test.
const TIME: Duration = Duration::from_secs(10);

/// What became of one test.
#[derive(Debug, Clone)]
pub struct TestOutcome {
    /// The rule's id.
    pub rule: Arc<str>,
    /// The test's name.
    pub name: String,
    /// What is wrong; `None` when the test holds.
    pub failure: Option<Diagnostic>,
}

/// Runs the embedded tests of all rules.
#[must_use]
pub fn run(engine: &Engine) -> Vec<TestOutcome> {
    let tests = engine.rules().iter().flat_map(|rule| rule.tests.iter().map(move |t| (rule, t)));
    tests.map(|(rule, test)| run_one(engine, rule, test)).collect()
}

/// The failures among outcomes.
#[must_use]
pub fn diagnostics(outcomes: &[TestOutcome]) -> Diagnostics {
    Diagnostics(outcomes.iter().filter_map(|outcome| outcome.failure.clone()).collect())
}

fn run_one(engine: &Engine, rule: &Rule, test: &RuleTest) -> TestOutcome {
    let reading = reading(test);
    let detection = engine.scan(&reading, Instant::now() + TIME);
    let found: Vec<&Finding> =
        detection.findings.iter().filter(|finding| finding.rule == rule.id).collect();
    let failure = compare(&reading, &found, &test.finds).map(|why| {
        rule.source
            .error("R034", test.span.clone(), format!("the test \"{}\" fails", test.name))
            .help(why)
    });
    TestOutcome { rule: rule.id.clone(), name: test.name.clone(), failure }
}

/// Compares what a rule finds in a sample beside it, read by the caller, with what it has to find.
#[must_use]
pub fn sample(engine: &Engine, rule: &str, sample: &Sample, reading: &Reading) -> TestOutcome {
    let detection = engine.scan(reading, Instant::now() + TIME);
    let found: Vec<&Finding> =
        detection.findings.iter().filter(|finding| &*finding.rule == rule).collect();
    let failure = compare(reading, &found, &sample.finds).map(|why| {
        let message = format!("the sample {} fails", sample.file);
        sample.source.error("R034", sample.span.clone(), message).help(why)
    });
    TestOutcome { rule: rule.into(), name: sample.file.clone(), failure }
}

/// The reading that a test describes.
fn reading(test: &RuleTest) -> Reading {
    let part = PartPath::root().child(1);
    let mut text = Text::plain(test.place, &part, test.text.clone());
    let whole = 0..u32::try_from(test.text.len()).unwrap_or(u32::MAX);
    if let Some(label) = &test.label {
        text.labels = vec![Secret::new(label.clone())];
        text.fields = vec![Field { span: whole.clone(), label: Some(0), record: None }];
    }
    if let Some(zone) = test.zone {
        text.zones = vec![(whole, zone)];
    }
    let facts = test.facts.iter().map(|&fact| PartFact::plain(fact, part.clone()));
    Reading { texts: vec![text], facts: facts.collect(), parts: 1, ..Reading::default() }
}

/// What differs between what was found and what had to be, in words. The text is the rule
/// author's own, so values may be shown.
fn compare(reading: &Reading, found: &[&Finding], expected: &[Expected]) -> Option<String> {
    let mut left: Vec<&Finding> = found.to_vec();
    let mut missing = Vec::new();
    for wanted in expected {
        match left.iter().position(|finding| fits(reading, finding, wanted)) {
            Some(at) => {
                left.remove(at);
            }
            None => missing.push(wanted),
        }
    }
    if missing.is_empty() && left.is_empty() {
        return None;
    }
    let missing: Vec<String> = missing.into_iter().map(describe_expected).collect();
    let left: Vec<String> = left.into_iter().map(|f| describe_finding(reading, f)).collect();
    Some(match (missing.as_slice(), left.as_slice()) {
        (missing, []) => format!("not found: {}", missing.join(", ")),
        ([], left) => format!("found but not expected: {}", left.join(", ")),
        (missing, left) => format!("expected {}, found {}", missing.join(", "), left.join(", ")),
    })
}

fn fits(reading: &Reading, finding: &Finding, wanted: &Expected) -> bool {
    wanted.value.as_deref().is_none_or(|wanted| value(reading, finding) == wanted)
        && wanted.confidence.is_none_or(|wanted| finding.confidence == wanted)
        && wanted.about.is_none_or(|wanted| finding.about == wanted)
        && wanted.place.is_none_or(|wanted| finding.place == wanted)
        && wanted.zone.is_none_or(|wanted| finding.zone == Some(wanted))
}

fn value<'a>(reading: &'a Reading, finding: &Finding) -> &'a str {
    let text = reading.texts.get(finding.text);
    text.and_then(|text| text.content.expose().get(finding.span.clone())).unwrap_or_default()
}

fn describe_expected(wanted: &Expected) -> String {
    let value = wanted.value.as_deref().map_or("anything".to_owned(), |value| format!("{value:?}"));
    let about = wanted.about.map(|about| about.name());
    let told: Vec<&str> = wanted.confidence.map(name).into_iter().chain(about).collect();
    if told.is_empty() { value } else { format!("{value} ({})", told.join(", ")) }
}

fn describe_finding(reading: &Reading, finding: &Finding) -> String {
    let (value, about) = (value(reading, finding), finding.about.name());
    format!("{value:?} ({}, {about})", name(finding.confidence))
}

fn name(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}
