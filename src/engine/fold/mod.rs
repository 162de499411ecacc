//! Text folded to ASCII where that can be done, with the way back to the original bytes.
//!
//! Letters and digits in other styles, digits of other scripts, letters that pretend to be Latin
//! ones, typographic dashes, quotes and blanks become their ASCII likes; what is invisible goes;
//! numbers that a line break divides are joined. Everything else stays.

mod characters;
mod layer;
mod likenesses;
mod lines;
mod misread;

use std::ops::Range;

use super::slices::Slice;
use layer::{Edit, Layer};
pub(super) use misread::MISREAD;

/// A text as patterns and words see it.
#[derive(Debug)]
pub(crate) struct Folded<'a> {
    original: &'a str,
    /// Each made from the one before it, the first from the original.
    layers: Vec<Layer>,
    /// Where the original begins in what it is a slice of.
    base: usize,
    /// What the original was folded from, where it is no text by itself.
    under: Option<&'a Folded<'a>>,
}

impl<'a> Folded<'a> {
    /// Folds a text. One that there is nothing to fold in is borrowed.
    pub fn new(original: &'a str) -> Self {
        let mut folded = Self { original, layers: Vec::new(), base: 0, under: None };
        if !original.is_ascii() {
            folded.edit(&characters::edits(original));
        }
        let edits = lines::edits(folded.text());
        folded.edit(&edits);
        folded
    }

    /// Folds a slice of a text; the way back leads into the whole text.
    pub fn slice(slice: &Slice<'a>) -> Self {
        Self { base: slice.base, ..Self::new(slice.text) }
    }

    /// A text from an image as it may have been before it was misread; `None` where nothing in it
    /// looks so.
    pub fn reread(&self) -> Option<Folded<'_>> {
        let edits = misread::edits(self.text());
        let layer = (!edits.is_empty()).then(|| Layer::new(self.text(), &edits))?;
        Some(Folded { original: self.text(), layers: vec![layer], base: 0, under: Some(self) })
    }

    /// Whether this is a guess at what was misread.
    pub fn is_reread(&self) -> bool {
        self.under.is_some()
    }

    fn edit(&mut self, edits: &[Edit]) {
        if !edits.is_empty() {
            self.layers.push(Layer::new(self.text(), edits));
        }
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        self.layers.last().map_or(self.original, |layer| &layer.text)
    }

    /// The bytes of the original that a span of the folded text came from.
    pub fn original(&self, span: Range<usize>) -> Range<usize> {
        let span = self.layers.iter().rev().fold(span, |span, layer| layer.source(span));
        match self.under {
            Some(under) => under.original(span),
            None => self.base + span.start..self.base + span.end,
        }
    }
}

#[cfg(test)]
mod tests;
