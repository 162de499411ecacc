//! A text with pieces of it replaced, and the way back to the text it was made from.

use std::ops::Range;

/// A piece of a text and what stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// Bytes of the text as it was, on boundaries of characters; may be empty.
    pub bytes: Range<usize>,
    pub put: Put,
}

/// What is put in the place of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    Nothing,
    Char(char),
    /// ASCII.
    Text(&'static str),
}

impl Edit {
    pub fn new(bytes: Range<usize>, put: Put) -> Self {
        Self { bytes, put }
    }
}

/// An edited text.
#[derive(Debug)]
pub(super) struct Layer {
    pub text: String,
    /// Where the two texts get out of step: (byte here, byte there), ascending by the first. Up to
    /// the next step both advance alike. Of several steps at one byte here the first says where
    /// a span ends that ends here, the last where one begins.
    steps: Vec<(u32, u32)>,
}

impl Layer {
    /// Edits a text. Edits stand in order; one that overlaps the one before it is left out.
    pub fn new(source: &str, edits: &[Edit]) -> Self {
        let mut layer = Self { text: String::with_capacity(source.len()), steps: Vec::new() };
        layer.steps.reserve(edits.len() * 2);
        let mut at = 0;
        for edit in edits {
            let Some(kept) = source.get(at..edit.bytes.start) else { continue };
            layer.text.push_str(kept);
            at = edit.bytes.end;
            layer.put(edit);
        }
        layer.text.push_str(source.get(at..).unwrap_or_default());
        layer
    }

    fn put(&mut self, edit: &Edit) {
        let here = self.text.len();
        match edit.put {
            Put::Nothing => {}
            Put::Char(c) => self.text.push(c),
            Put::Text(text) => self.text.push_str(text),
        }
        let (start, end) = (offset(edit.bytes.start), offset(edit.bytes.end));
        let length = self.text.len() - here;
        if length == 0 {
            let here = offset(here);
            if self.steps.last().is_none_or(|&(last, _)| last != here) {
                self.steps.push((here, start));
            }
            self.steps.push((here, end));
            return;
        }
        // Inside of what was put there is no way back but to the whole piece.
        for inside in 1..length {
            self.steps.push((offset(here + inside), end));
            self.steps.push((offset(here + inside), start));
        }
        if edit.bytes.len() != length || length > 1 {
            self.steps.push((offset(here + length), end));
        }
    }

    /// The bytes of the source that a span came from.
    pub fn source(&self, span: Range<usize>) -> Range<usize> {
        let until = |byte: usize| self.steps.partition_point(|&(here, _)| here as usize <= byte);
        let start = self.through(until(span.start), span.start);
        let before = self.steps.partition_point(|&(here, _)| (here as usize) < span.end);
        let at_end = self.steps.get(before).is_some_and(|&(here, _)| here as usize == span.end);
        let end = self.through(before + usize::from(at_end), span.end);
        start..end.max(start)
    }

    /// Where `here` lies in the source, `after` being the number of steps up to it.
    fn through(&self, after: usize, here: usize) -> usize {
        match after.checked_sub(1).and_then(|last| self.steps.get(last)) {
            None => here,
            Some(&(from, to)) => here - from as usize + to as usize,
        }
    }
}

/// Texts are bounded far below 4 GiB by the budget for text; past that, spans stick at the end.
fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back<'a>(source: &'a str, layer: &Layer, piece: &str) -> &'a str {
        let at = layer.text.find(piece).unwrap();
        source.get(layer.source(at..at + piece.len())).unwrap()
    }

    #[test]
    fn a_span_leads_back_to_all_of_what_each_of_its_bytes_came_from() {
        let source = "a\u{2116}  5\u{200b}3\u{200b}\u{ff16}b";
        let edits = [
            Edit::new(1..4, Put::Text("No")),
            Edit::new(4..6, Put::Char(' ')),
            Edit::new(7..10, Put::Nothing),
            Edit::new(11..14, Put::Nothing),
            Edit::new(14..17, Put::Char('6')),
            Edit::new(18..18, Put::Text("!")),
        ];
        let layer = Layer::new(source, &edits);
        assert_eq!(layer.text, "aNo 536b!");
        for (piece, came_from) in [
            ("a", "a"),
            ("N", "\u{2116}"),
            ("o", "\u{2116}"),
            ("aN", "a\u{2116}"),
            ("o 5", "\u{2116}  5"),
            (" ", "  "),
            ("5", "5"),
            ("53", "5\u{200b}3"),
            ("536", "5\u{200b}3\u{200b}\u{ff16}"),
            ("6b", "\u{ff16}b"),
            ("b!", "b"),
        ] {
            assert_eq!(back(source, &layer, piece), came_from, "{piece}");
        }
        assert_eq!(layer.source(0..layer.text.len()), 0..source.len());
    }

    #[test]
    fn an_edit_that_overlaps_another_is_left_out() {
        let edits = [Edit::new(1..3, Put::Char('x')), Edit::new(2..4, Put::Char('y'))];
        assert_eq!(Layer::new("abcde", &edits).text, "axde");
    }
}
