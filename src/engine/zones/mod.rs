//! Zones of a body: which of it the sender wrote now, which is an earlier message, which is a
//! signature, which a footer.
//!
//! Policies do not count findings in signatures and footers, so these are taken narrowly: what
//! fits neither is fresh, whatever frames it.

mod footer;
mod lines;
mod numbers;
mod phrases;
mod quoted;
mod signature;
mod terms;
mod traits;
mod words;

use std::ops::Range;

use crate::text::{Text, Zone};
use lines::Lines;
pub(crate) use phrases::{Mark, Marks, Phrase};
use quoted::Beginning;
use signature::Letter;

/// Bytes at the beginning of a body that are looked at; nobody writes more by hand.
pub(super) const LOOKED_AT: usize = 512 << 10;

/// The zones of a body. What is in none is fresh.
#[derive(Debug, Default)]
pub(super) struct Zones {
    footers: Vec<Range<usize>>,
    signatures: Vec<Range<usize>>,
    /// What the structure tells, signatures aside.
    told: Vec<(Range<usize>, Zone)>,
    quoted: Vec<Range<usize>>,
}

impl Zones {
    /// The zones of a text of place body, in which such phrases stand.
    pub fn of(text: &Text, marks: &Marks) -> Self {
        let content = text.content.expose();
        let mut end = content.len().min(LOOKED_AT);
        while !content.is_char_boundary(end) {
            end -= 1;
        }
        let content = content.get(..end).unwrap_or_default();
        let lines = Lines::of(content);
        let all = text.zones.iter().map(|(at, zone)| (at.start as usize..at.end as usize, *zone));
        // Whoever marks up a page can call all of it a signature: the words have to agree.
        let (signed, told): (Vec<_>, Vec<_>) = all.partition(|(_, zone)| *zone == Zone::Signature);
        let signed: Vec<Range<usize>> = signed.into_iter().map(|(bytes, _)| bytes).collect();

        let footers = footer::footers(content, &lines, marks);
        let (messages, quoted) = messages(&lines, marks, &told);
        let letter = Letter { lines: &lines, marks, footers: &footers };
        let openings = letter.openings(&signed);
        let mut signatures = Vec::new();
        for message in messages {
            letter.signatures(message, &openings, &signed, &mut signatures);
        }
        signatures.sort_by_key(|bytes| bytes.start);
        Self { footers, signatures, told, quoted }
    }

    /// The zone of a byte.
    pub fn at(&self, byte: usize) -> Zone {
        let in_any = |spans: &[Range<usize>]| {
            let after = spans.partition_point(|span| span.start <= byte);
            after.checked_sub(1).and_then(|last| spans.get(last)).is_some_and(|s| s.contains(&byte))
        };
        if in_any(&self.footers) {
            return Zone::Disclaimer;
        }
        if in_any(&self.signatures) {
            return Zone::Signature;
        }
        let after = self.told.partition_point(|(span, _)| span.start <= byte);
        let told = after.checked_sub(1).and_then(|last| self.told.get(last));
        match told.filter(|(span, _)| span.contains(&byte)) {
            Some((_, zone)) => *zone,
            None if in_any(&self.quoted) => Zone::Quoted,
            None => Zone::Fresh,
        }
    }
}

/// The messages of a body, each as its lines, and what of the body is quoted.
fn messages(
    lines: &Lines<'_>,
    marks: &Marks,
    told: &[(Range<usize>, Zone)],
) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let mut starts: Vec<usize> = told.iter().map(|(span, _)| lines.at(span.start)).collect();
    starts.extend(told.iter().map(|(span, _)| lines.at(span.end) + 1));
    let mut quoted: Vec<Range<usize>> = Vec::new();
    let mut from = None;
    let mut behind = 0;
    for mark in marks.of(Phrase::Quotation) {
        let line = lines.at(mark.bytes.start);
        // What introduces may have begun a line or two before the word that tells it.
        let Some((first, beginning)) = (line.saturating_sub(2).max(behind)..=line)
            .find_map(|first| Some((first, quoted::beginning(lines, first)?)))
        else {
            continue;
        };
        starts.push(first);
        behind = line + 1;
        match beginning {
            Beginning::Introduction(count) => quoted.push(lines.bytes(first..first + count)),
            Beginning::Message => from = from.or(Some(first)),
        }
    }
    let mut depth = 0;
    for line in 0..lines.count() {
        if lines.is_blank(line) && lines.depth(line) == 0 {
            continue;
        }
        if lines.depth(line) > depth
            && let Some(first) = unworded(lines, line)
        {
            quoted.push(lines.bytes(first..line));
            starts.push(first);
        }
        if lines.depth(line) != depth {
            depth = lines.depth(line);
            starts.push(line);
        }
        if depth > 0 {
            quoted.push(lines.bytes(line..line + 1));
        }
    }
    if let Some(first) = from {
        let bytes = lines.bytes(first..lines.count());
        quoted.retain(|span| span.start < bytes.start);
        quoted.push(bytes);
    }
    quoted.sort_by_key(|span| span.start);
    starts.push(0);
    starts.push(lines.count());
    starts.sort_unstable();
    starts.dedup();
    let pairs = starts.iter().zip(starts.iter().skip(1));
    let messages = pairs.map(|(&start, &end)| start..end.min(lines.count()));
    (messages.filter(|message| !message.is_empty()).collect(), quoted)
}

/// The first line of an introduction in front of marked lines that no known word tells, such as
/// `2026-05-01 10:00 Pat Example <pat@mail.example>:`.
fn unworded(lines: &Lines<'_>, line: usize) -> Option<usize> {
    let last = (line.saturating_sub(2)..line).rev().find(|&before| !lines.is_blank(before))?;
    (last.saturating_sub(1)..=last).find(|&first| quoted::beginning(lines, first).is_some())
}

#[cfg(test)]
mod tests;
