//! Mail that discloses nothing, scanned to see what each rule finds in it, what that costs, and what
//! policy would have done.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::environment::Environment;
use super::{Exit, report, source};
use crate::engine::{Engine, mask};
use crate::finding::{Confidence, Finding};
use crate::limits::Bytes;
use crate::pipeline::{self, Examination, Known, Parties, Sought};
use crate::rules::RuleSet;
use crate::text::Reading;

/// Bytes of text that are kept to time each rule on.
const SAMPLE: Bytes = Bytes(8 << 20);
/// Times that each rule scans the sample; the fastest counts.
const ROUNDS: usize = 3;
/// Rules named as the slowest.
const SLOWEST: usize = 10;

/// `rules test --baseline`: counts what each rule finds in a folder, and times each.
pub(crate) async fn measure(environment: &Environment, folder: &Path) -> Exit {
    let mut survey = Survey::default();
    let exit = examine_all(environment, folder, |_, examination| survey.add(examination)).await;
    let costs = costs(&environment.snapshot.engine, &survey.sample);
    let disclosures = if survey.disclosures > 0 { Exit::Found } else { Exit::Clean };
    exit.and(disclosures).and(report::out(&survey.table(&costs)))
}

/// `rules show --baseline`: the messages of a folder in which a rule finds something.
pub(crate) async fn history(environment: &Environment, folder: &Path, rule: &str) -> Exit {
    let mut lines = String::new();
    let (mut messages, mut hit) = (0_usize, 0_usize);
    let exit = examine_all(environment, folder, |name, examination| {
        messages += 1;
        let found: Vec<&Finding> =
            examination.findings.iter().filter(|finding| &*finding.rule == rule).collect();
        if !found.is_empty() {
            hit += 1;
            describe_hits(&mut lines, name, examination, &found);
        }
    });
    let exit = exit.await;
    let summary = format!("\n# finds something in {hit} of {messages} messages\n{lines}");
    exit.and(report::out(&summary))
}

fn describe_hits(lines: &mut String, name: &str, examination: &Examination, found: &[&Finding]) {
    let _ = writeln!(lines, "{name}");
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for finding in found {
        let text = examination.reading.texts.get(finding.text);
        let value = text.and_then(|t| t.content.expose().get(finding.span.clone()));
        let line = format!(
            "  {:<7} {:<9} {}: {}",
            format!("{:?}", finding.confidence).to_lowercase(),
            finding.about.name(),
            format!("{:?}", finding.place).to_lowercase(),
            mask(value.unwrap_or_default()),
        );
        *counted.entry(line).or_default() += 1;
    }
    for (line, count) in counted {
        let times = if count > 1 { format!(" ({count} times)") } else { String::new() };
        let _ = writeln!(lines, "{line}{times}");
    }
}

/// Examines the messages of a folder one by one.
async fn examine_all(
    environment: &Environment,
    folder: &Path,
    mut each: impl FnMut(&str, &Examination),
) -> Exit {
    let (files, errors) = source::files(&[PathBuf::from(folder)]);
    errors.iter().for_each(|error| report::error(&error.to_string()));
    let mut exit = if errors.is_empty() { Exit::Clean } else { Exit::Usage };
    for file in &files {
        let items = match source::open(file) {
            Ok(items) => items,
            Err(error) => {
                report::error(&error.to_string());
                exit = exit.and(Exit::Usage);
                continue;
            }
        };
        for item in items {
            let item = match item {
                Ok(item) => item,
                Err(error) => {
                    report::error(&error.to_string());
                    exit = exit.and(Exit::Usage);
                    continue;
                }
            };
            let number = item.number.map_or_else(String::new, |number| format!("#{number}"));
            let name = format!("{}{number}", item.path.display());
            let parties = Parties::Header { from: None, to: Vec::new() };
            let (snapshot, crew, bytes) = (&environment.snapshot, &environment.crew, &item.bytes);
            let known = Known::whole(bytes, parties);
            let examined =
                pipeline::examine(snapshot, crew, &item.input, bytes, known, Sought::All);
            match examined.await {
                Ok(examination) => each(&name, &examination),
                Err(fault) => {
                    report::error(&format!("{name}: {fault}"));
                    return Exit::System;
                }
            }
        }
    }
    exit
}

/// What was found in all messages so far.
#[derive(Default)]
struct Survey {
    messages: usize,
    text_bytes: usize,
    /// Messages that a policy about PHI takes.
    disclosures: usize,
    policies: BTreeMap<Arc<str>, usize>,
    rules: BTreeMap<Arc<str>, Hits>,
    sample: Vec<Reading>,
}

/// What one rule found.
#[derive(Default)]
struct Hits {
    messages: usize,
    values: HashSet<u64>,
    low: usize,
    medium: usize,
    high: usize,
}

impl Survey {
    fn add(&mut self, examination: &Examination) {
        let decision = &examination.judgement.decision;
        self.messages += 1;
        self.disclosures += usize::from(decision.phi);
        *self.policies.entry(decision.policy.clone()).or_default() += 1;
        for finding in &examination.findings {
            let hits = self.rules.entry(finding.rule.clone()).or_default();
            hits.values.insert(finding.digest);
            match finding.confidence {
                Confidence::Low => hits.low += 1,
                Confidence::Medium => hits.medium += 1,
                Confidence::High => hits.high += 1,
            }
        }
        let found: BTreeSet<_> = examination.findings.iter().map(|f| &f.rule).collect();
        for rule in found {
            if let Some(hits) = self.rules.get_mut(rule) {
                hits.messages += 1;
            }
        }
        let before = self.text_bytes;
        self.text_bytes += examination.reading.text_bytes();
        if before < SAMPLE.0 as usize {
            self.sample.push(examination.reading.clone());
        }
    }

    fn table(&self, costs: &[(Arc<str>, f64)]) -> String {
        let megabytes = self.text_bytes as f64 / 1e6;
        let mut lines =
            format!("baseline: {} messages, {megabytes:.1} MB of text\n", self.messages);
        for (policy, count) in &self.policies {
            let _ = writeln!(lines, "  policy {policy}: {count}");
        }
        let mut noisiest: Vec<_> = self.rules.iter().collect();
        noisiest.sort_by_key(|(rule, hits)| (std::cmp::Reverse(hits.messages), *rule));
        let _ = writeln!(
            lines,
            "\n{:<26} {:>8} {:>8} {:>8} {:>8} {:>8}",
            "noisiest rules", "messages", "values", "high", "medium", "low"
        );
        for (rule, hits) in noisiest {
            let Hits { messages, values, high, medium, low } = hits;
            let values = values.len();
            let _ = writeln!(
                lines,
                "{rule:<26} {messages:>8} {values:>8} {high:>8} {medium:>8} {low:>8}"
            );
        }
        let _ = writeln!(lines, "\n{:<26} {:>8}", "slowest rules", "ns/byte");
        for (rule, cost) in costs.iter().take(SLOWEST) {
            let _ = writeln!(lines, "{rule:<26} {cost:>8.2}");
        }
        lines
    }
}

/// Nanoseconds a byte of text that each rule takes alone, the slowest first. What all rules share
/// (folding, telling words apart) is in every figure.
fn costs(engine: &Engine, sample: &[Reading]) -> Vec<(Arc<str>, f64)> {
    let bytes: usize = sample.iter().map(Reading::text_bytes).sum();
    if bytes == 0 {
        return Vec::new();
    }
    let mut costs: Vec<_> = engine
        .rules()
        .iter()
        .map(|rule| {
            let alone = Engine::untested(RuleSet::from(rule.clone()));
            (rule.id.clone(), fastest(&alone, sample).as_nanos() as f64 / bytes as f64)
        })
        .collect();
    costs.sort_by(|a, b| b.1.total_cmp(&a.1));
    costs
}

fn fastest(engine: &Engine, sample: &[Reading]) -> Duration {
    let round = || {
        let start = Instant::now();
        for reading in sample {
            let deadline = Instant::now() + Duration::from_secs(60);
            let _ = engine.scan(reading, deadline);
        }
        start.elapsed()
    };
    (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
}
