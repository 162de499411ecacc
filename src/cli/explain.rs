//! `scan --explain`: why each rule that nearly held did not.

use std::fmt::Write;

use crate::engine::{Engine, NearMiss};
use crate::text::Reading;

/// A line or two for each near miss; shapes only, no values.
pub(crate) fn lines(engine: &Engine, reading: &Reading) -> String {
    let mut lines = String::new();
    for miss in engine.explain(reading) {
        describe(&mut lines, &miss);
    }
    lines
}

fn describe(lines: &mut String, miss: &NearMiss) {
    let times = if miss.count > 1 { format!(" ({} times)", miss.count) } else { String::new() };
    let place = format!("{:?}", miss.place).to_lowercase();
    let _ = writeln!(
        lines,
        "  not {}: {} in {place} of part {}{times}",
        miss.rule, miss.masked, miss.part
    );
    for tried in &miss.tried {
        let confidence = format!("{:?}", tried.confidence).to_lowercase();
        let _ = writeln!(lines, "      {confidence}: {}", tried.why);
    }
}
