//! Phrases that tell zones. They are looked for together with the words of the rules, so that a
//! body is read once.

use std::ops::Range;

use super::super::fold::MISREAD;
use super::terms::{CLOSINGS, FOOTER_WORDS, FOOTERS, PROGRAMS, QUOTATIONS, RECORDS};

/// What a phrase tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phrase {
    /// A footer about confidentiality, or another that programs add.
    Footer,
    /// What such a footer says besides.
    FooterWord,
    /// A record: what stands beside it is no signature and no footer.
    Record,
    /// The end of a letter.
    Closing,
    /// A program that signs for its user.
    Program,
    /// The beginning of an earlier message.
    Quotation,
    /// No zone, but a text that was read from an image: a label as readers of images misread it.
    Misread,
}

impl Phrase {
    /// All kinds, each with its terms.
    pub const ALL: [(Self, &'static [&'static str]); 7] = [
        (Self::Footer, FOOTERS),
        (Self::FooterWord, FOOTER_WORDS),
        (Self::Record, RECORDS),
        (Self::Closing, CLOSINGS),
        (Self::Program, PROGRAMS),
        (Self::Quotation, QUOTATIONS),
        (Self::Misread, MISREAD),
    ];
}

/// A phrase and where it stands in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub bytes: Range<usize>,
    pub phrase: Phrase,
}

/// The phrases in a body, in order of their ends.
#[derive(Debug, Default)]
pub(crate) struct Marks(pub Vec<Mark>);

impl Marks {
    pub fn of(&self, phrase: Phrase) -> impl Iterator<Item = &Mark> {
        self.0.iter().filter(move |mark| mark.phrase == phrase)
    }

    /// The phrases that end within a stretch.
    pub fn within(&self, bytes: &Range<usize>) -> &[Mark] {
        let from = self.0.partition_point(|mark| mark.bytes.end <= bytes.start);
        let to = self.0.partition_point(|mark| mark.bytes.end <= bytes.end);
        self.0.get(from..to.max(from)).unwrap_or_default()
    }

    pub fn has(&self, phrase: Phrase, bytes: &Range<usize>) -> bool {
        self.within(bytes).iter().any(|mark| mark.phrase == phrase)
    }
}
