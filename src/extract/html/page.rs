//! Puts the text of a page together: white space collapsed, blocks and cells divided, quotations
//! and signatures marked.

use std::ops::Range;

use super::elements::Layout;
use crate::extract::normal::push_normal;
use crate::text::Zone;

/// What divides the next word from the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Tab,
    Line,
}

/// The text so far.
pub(super) struct Page {
    text: String,
    gap: Gap,
    /// Open elements in which line breaks count.
    preformatted: u32,
    /// Whether the current row of a table has words already; the same of the current cell.
    row: Filled,
    cell: Filled,
    zones: Zones,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filled {
    Empty,
    Words,
}

/// Quotations and signatures that are open, and where they were.
#[derive(Default)]
struct Zones {
    quotations: u32,
    signatures: u32,
    /// The zone of the last words and where they begin.
    current: Option<(Zone, usize)>,
    spans: Vec<(Range<u32>, Zone)>,
}

impl Zones {
    /// The zone of what comes next; a signature in a quotation is a signature.
    fn now(&self) -> Option<Zone> {
        match (self.signatures, self.quotations) {
            (0, 0) => None,
            (0, _) => Some(Zone::Quoted),
            _ => Some(Zone::Signature),
        }
    }

    fn count(&mut self, zone: Zone) -> Option<&mut u32> {
        match zone {
            Zone::Quoted => Some(&mut self.quotations),
            Zone::Signature => Some(&mut self.signatures),
            Zone::Fresh | Zone::Disclaimer => None,
        }
    }

    /// Ends the span of the last words where another zone has begun.
    fn divide(&mut self, end: usize) {
        let now = self.now();
        if let Some((zone, start)) = self.current.take_if(|(zone, _)| Some(*zone) != now)
            && let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end))
        {
            self.spans.push((start..end, zone));
        }
    }
}

impl Page {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            gap: Gap::None,
            preformatted: 0,
            row: Filled::Empty,
            cell: Filled::Words,
            zones: Zones::default(),
        }
    }

    /// The text and the zones in it, fresh ones aside.
    pub(super) fn finish(mut self) -> (String, Vec<(Range<u32>, Zone)>) {
        (self.zones.quotations, self.zones.signatures) = (0, 0);
        self.zones.divide(self.text.len());
        (self.text, self.zones.spans)
    }

    /// Characters between tags.
    pub(super) fn characters(&mut self, text: &str) {
        if self.preformatted > 0 {
            if !text.is_empty() {
                self.before_word();
                push_normal(text, &mut self.text);
            }
            return;
        }
        let mut rest = text;
        loop {
            let word = rest.trim_ascii_start();
            if word.len() < rest.len() {
                self.gap = self.gap.max(Gap::Space);
            }
            if word.is_empty() {
                return;
            }
            let end = end_of_words(word);
            let Some((words, after)) = word.split_at_checked(end) else { return };
            self.before_word();
            push_normal(words, &mut self.text);
            rest = after;
        }
    }

    /// Words that stand apart from those at their sides, such as the text of an image.
    pub(super) fn apart(&mut self, text: &str) {
        self.gap = self.gap.max(Gap::Space);
        self.characters(text);
        self.gap = self.gap.max(Gap::Space);
    }

    /// A line of its own.
    pub(super) fn line(&mut self, text: &str) {
        self.gap = Gap::Line;
        self.characters(text);
        self.gap = Gap::Line;
    }

    pub(super) fn open(&mut self, layout: Layout) {
        match layout {
            Layout::Inline | Layout::Unknown => {}
            Layout::Block => self.block(),
            Layout::Row => {
                self.gap = Gap::Line;
                self.row = Filled::Empty;
            }
            Layout::Cell => {
                self.gap = match self.row {
                    Filled::Words => Gap::Tab,
                    Filled::Empty => Gap::Line,
                };
                self.cell = Filled::Empty;
            }
            Layout::Preformatted => {
                self.block();
                self.preformatted = self.preformatted.saturating_add(1);
            }
        }
    }

    pub(super) fn close(&mut self, layout: Layout) {
        match layout {
            Layout::Inline | Layout::Unknown | Layout::Cell => {}
            Layout::Block | Layout::Row => self.block(),
            Layout::Preformatted => {
                self.block();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
        }
    }

    /// What comes next stands in this zone, until it is closed.
    pub(super) fn open_zone(&mut self, zone: Zone) {
        if let Some(count) = self.zones.count(zone) {
            *count = count.saturating_add(1);
        }
        self.zones.divide(self.text.len());
    }

    pub(super) fn close_zone(&mut self, zone: Zone) {
        if let Some(count) = self.zones.count(zone) {
            *count = count.saturating_sub(1);
        }
        self.zones.divide(self.text.len());
    }

    /// A block divides lines, but for the first in a cell.
    fn block(&mut self) {
        if self.cell == Filled::Words {
            self.gap = Gap::Line;
        }
    }

    fn before_word(&mut self) {
        if !self.text.is_empty() {
            match self.gap {
                Gap::None => {}
                Gap::Space => self.text.push(' '),
                Gap::Tab => self.text.push('\t'),
                Gap::Line => self.text.push('\n'),
            }
        }
        self.gap = Gap::None;
        (self.row, self.cell) = (Filled::Words, Filled::Words);
        if self.zones.current.is_none() {
            self.zones.current = self.zones.now().map(|zone| (zone, self.text.len()));
        }
    }
}

/// Where a run of words ends that are divided by single spaces.
fn end_of_words(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let rest = bytes.get(from..).unwrap_or_default();
        let Some(at) = rest.iter().position(u8::is_ascii_whitespace) else { return bytes.len() };
        let at = from + at;
        let single = bytes.get(at) == Some(&b' ')
            && bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace());
        if !single {
            return at;
        }
        from = at + 1;
    }
}
