//! Puts the text of a page together: white space collapsed, blocks and cells divided, quotations
//! marked.

use std::ops::Range;

use super::elements::Layout;
use crate::extract::normal::push_normal;

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
    quotes: Quotes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filled {
    Empty,
    Words,
}

/// Quotations that are open.
#[derive(Default)]
struct Quotes {
    open: u32,
    start: Option<usize>,
    spans: Vec<Range<u32>>,
}

impl Page {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            gap: Gap::None,
            preformatted: 0,
            row: Filled::Empty,
            cell: Filled::Words,
            quotes: Quotes::default(),
        }
    }

    /// The text and the quotations in it.
    pub(super) fn finish(mut self) -> (String, Vec<Range<u32>>) {
        self.quotes.open = 0;
        self.close_quotation();
        (self.text, self.quotes.spans)
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

    pub(super) fn open_quotation(&mut self) {
        self.quotes.open = self.quotes.open.saturating_add(1);
    }

    pub(super) fn close_quotation(&mut self) {
        self.quotes.open = self.quotes.open.saturating_sub(1);
        if self.quotes.open == 0
            && let Some(start) = self.quotes.start.take()
            && let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(self.text.len()))
        {
            self.quotes.spans.push(start..end);
        }
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
        if self.quotes.open > 0 && self.quotes.start.is_none() {
            self.quotes.start = Some(self.text.len());
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
