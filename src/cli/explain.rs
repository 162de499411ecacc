//! `scan --explain`: what the decision rests on, what would have changed it, and why each rule that
//! nearly held did not. Shapes only, no values.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::alternatives::{self, Alternative, Change, Reasons};
use crate::engine::NearMiss;
use crate::finding::{Basis, Confidence, Kind};
use crate::pipeline::{Examination, Snapshot};
use crate::text::Zone;

/// Some lines on one message of `size` bytes.
pub(crate) fn lines(snapshot: &Snapshot, examination: &Examination, size: u64) -> String {
    let misses = snapshot.engine.explain(&examination.reading);
    let reasons = alternatives::reasons(snapshot, examination, size, &misses);
    let mut lines = String::new();
    describe_reasons(&mut lines, &reasons);
    describe_whom(&mut lines, examination);
    for miss in &misses {
        describe_miss(&mut lines, miss);
    }
    lines
}

/// Whom the findings are about whose rules leave that open, and what tells.
fn describe_whom(lines: &mut String, examination: &Examination) {
    let open = examination.findings.iter().filter(|finding| finding.basis != Basis::Rule);
    let told: BTreeSet<(&str, &str, Basis)> =
        open.map(|finding| (&*finding.rule, finding.about.name(), finding.basis)).collect();
    for (rule, about, basis) in told {
        let _ = writeln!(lines, "  {rule} is about {about}: {basis}");
    }
}

fn describe_reasons(lines: &mut String, reasons: &Reasons) {
    if !reasons.rests_on.is_empty() {
        let named: Vec<_> = reasons
            .rests_on
            .iter()
            .map(|(rule, confidence)| format!("{rule} ({})", name(*confidence)))
            .collect();
        let _ = writeln!(lines, "  rests on: {}", named.join(", "));
    }
    for Alternative { change, decision } in &reasons.alternatives {
        let verdict = decision.verdict.name();
        let _ = writeln!(lines, "  {}: {verdict} (policy {})", words(change), decision.policy);
    }
}

fn words(change: &Change) -> String {
    match change {
        Change::Without(rule) => format!("without {rule}"),
        Change::WithoutAny(kind) => format!("without any {} finding", kind_name(*kind)),
        Change::Readable(cause) => format!("had nothing been {cause}"),
        Change::WithoutFact(fact) => format!("without the fact {fact}"),
        Change::Fresh(Zone::Disclaimer) => "did disclaimers count".to_owned(),
        Change::Fresh(_) => "did signatures count".to_owned(),
        Change::With(rule, confidence) => format!("had {rule} held ({})", name(*confidence)),
    }
}

fn describe_miss(lines: &mut String, miss: &NearMiss) {
    let times = if miss.count > 1 { format!(" ({} times)", miss.count) } else { String::new() };
    let place = format!("{:?}", miss.place).to_lowercase();
    let _ = writeln!(
        lines,
        "  not {}: {} in {place} of part {}{times}",
        miss.rule, miss.masked, miss.part
    );
    for tried in &miss.tried {
        let _ = writeln!(lines, "      {}: {}", name(tried.confidence), tried.why);
    }
}

fn name(confidence: Confidence) -> String {
    format!("{confidence:?}").to_lowercase()
}

fn kind_name(kind: Kind) -> String {
    format!("{kind:?}").to_lowercase()
}
