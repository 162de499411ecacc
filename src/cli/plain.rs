//! What `scan` prints for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::arguments::Reveal;
use super::json::value;
use super::parts::parts;
use super::source::Item;
use crate::engine::mask;
use crate::pipeline::Examination;

/// A line for the verdict, then one for each kind of finding, fact and part.
pub(crate) fn lines(item: &Item, examination: &Examination, reveal: Reveal) -> String {
    let decision = &examination.judgement.decision;
    let mut lines = item.path.display().to_string();
    if let Some(number) = item.number {
        let _ = write!(lines, "#{number}");
    }
    let _ = writeln!(
        lines,
        ": {} (policy {}, severity {})",
        decision.verdict.name(),
        decision.policy,
        decision.severity.name()
    );
    if let Some(would) = &examination.judgement.would {
        let (verdict, policy) = (would.verdict.name(), &would.policy);
        let _ =
            writeln!(lines, "  would={verdict} (policy {policy}) if all that is on trial counted");
    }
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for finding in &examination.findings {
        let value = value(examination, finding);
        let shown = if reveal == Reveal::Values { value.to_owned() } else { mask(value) };
        let place = format!("{:?}", finding.place).to_lowercase();
        let line = format!(
            "  {:<20} {:<7} {:<9} {place} of part {}: {shown}",
            finding.rule,
            format!("{:?}", finding.confidence).to_lowercase(),
            finding.about.name(),
            finding.part,
        );
        *counted.entry(line).or_default() += 1;
    }
    for (line, count) in &counted {
        let times = if *count > 1 { format!(" ({count} times)") } else { String::new() };
        let _ = writeln!(lines, "{line}{times}");
    }
    for fact in &examination.reading.facts {
        let _ = write!(lines, "  fact: {} (part {})", fact.fact.name(), fact.part);
        let _ = match (fact.looks, &fact.outline) {
            (Some(looks), _) => writeln!(lines, ": {looks}"),
            (None, Some(outline)) => writeln!(lines, ": {outline}"),
            (None, None) => writeln!(lines),
        };
    }
    let parts = parts(examination, reveal);
    // Plain mail has one part, and it was read.
    if parts.len() > 1 || !examination.unread.is_empty() {
        parts.iter().for_each(|part| lines.push_str(&format!("  {}\n", part.line())));
    }
    lines
}
