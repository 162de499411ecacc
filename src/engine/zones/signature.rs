//! Signatures: behind their mark, behind the closing of a letter, as a block of contact data at
//! the end, as the line that a telephone adds.
//!
//! They are taken narrowly, since findings in them do not count: a line that names a value of a
//! record, or bears a number that is no telephone number, ends a signature, and what stands
//! together with it is none of it.

use std::ops::Range;

use super::lines::Lines;
use super::phrases::{Mark, Marks, Phrase};
use super::traits::{Trait, is_evident, trait_of};

/// Filled lines of the longest signature behind a mark (RFC 3676 section 4.3), behind a closing
/// or at the end.
const LINES: usize = 12;
/// Filled lines of the shortest signature that nothing sets off.
const BLOCK: usize = 3;
/// Bytes of the longest signature.
const BYTES: usize = 1_000;
/// Bytes of the longest line that closes a letter or that a telephone adds.
const LINE: usize = 60;

/// The signatures of one message: the lines of it, those that the structure says are a signature,
/// and where footers stand.
pub(super) struct Letter<'a> {
    pub lines: &'a Lines<'a>,
    pub marks: &'a Marks,
    pub footers: &'a [Range<usize>],
}

/// What begins a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// A mark, or the structure.
    Mark,
    Closing,
}

impl Letter<'_> {
    /// The lines that a signature can begin at, ascending.
    pub fn openings(&self, told: &[Range<usize>]) -> Vec<usize> {
        let opens = |mark: &&Mark| matches!(mark.phrase, Phrase::Closing | Phrase::Program);
        let phrases = self.marks.0.iter().filter(opens).map(|mark| mark.bytes.start);
        let told = told.iter().map(|told| told.start);
        let mut lines: Vec<usize> = phrases.chain(told).map(|byte| self.lines.at(byte)).collect();
        lines.extend((0..self.lines.count()).filter(|&line| self.is_short_dash(line)));
        lines.sort_unstable();
        lines
    }

    /// The signatures among the lines of one message, as bytes; `openings` are those of all lines.
    pub fn signatures(
        &self,
        message: Range<usize>,
        openings: &[usize],
        told: &[Range<usize>],
        found: &mut Vec<Range<usize>>,
    ) {
        let mut end = message.start;
        let mut line = message.start;
        let next = |line| openings.get(openings.partition_point(|&opening| opening < line));
        while let Some(&opening) = next(line).filter(|&&opening| opening < message.end) {
            let taken = self.at(opening, message.end, told, found);
            line = opening + taken.max(1);
            end = if taken > 0 { line } else { end };
        }
        self.block(end..message.end, found);
    }

    /// How many lines from this one on are a signature that begins here.
    fn at(
        &self,
        line: usize,
        end: usize,
        told: &[Range<usize>],
        found: &mut Vec<Range<usize>>,
    ) -> usize {
        let bytes = self.lines.bytes(line..line + 1);
        if let Some(told) = told.iter().find(|told| bytes.contains(&told.start)) {
            let last = self.lines.at(told.end.saturating_sub(1).max(told.start));
            return self.extent(Start::Mark, line, line, end.min(last + 1), found);
        }
        if self.is_mark(line) {
            return self.extent(Start::Mark, line, line + 1, end, found);
        }
        if self.is_program(line) {
            found.push(bytes);
            return 1;
        }
        if self.is_closing(line) {
            // Of several closings the last is followed by the name.
            if line + 1 < end && self.is_closing(line + 1) {
                found.push(bytes);
                return 1;
            }
            return self.extent(Start::Closing, line, line + 1, end, found);
        }
        0
    }

    /// `-- ` on a line of its own, under no heading and between no rows of a table.
    fn is_mark(&self, line: usize) -> bool {
        let bytes = self.lines.bytes(line..line + 1);
        let indented = self.lines.depth(line) == 0 && bytes.len() > self.lines.width(line);
        if !self.is_short_dash(line)
            || indented
            || !matches!(self.lines.words(line), "--" | "\u{2014}")
        {
            return false;
        }
        line.checked_sub(1).is_none_or(|before| {
            let before = self.lines.words(before);
            !before.starts_with("--") && !before.contains('|')
        })
    }

    /// Whether a line begins as a mark does and is no longer than one with blanks behind it.
    fn is_short_dash(&self, line: usize) -> bool {
        self.lines.width(line) <= 4 && matches!(self.lines.lead(line), Some(b'-' | 0xE2))
    }

    /// Whether a line is nothing but the closing of a letter, perhaps with a name.
    fn is_closing(&self, line: usize) -> bool {
        let bytes = self.lines.bytes(line..line + 1);
        if self.lines.width(line) > LINE || !self.marks.has(Phrase::Closing, &bytes) {
            return false;
        }
        let words = self.lines.words(line);
        let start = bytes.end - self.lines.width(line);
        let closings = self.marks.within(&bytes).iter();
        let closing = closings
            .filter(|mark| mark.phrase == Phrase::Closing && mark.bytes.start == start)
            .map(|mark| mark.bytes.end)
            .max();
        let Some(rest) = closing.and_then(|end| words.get(end - start..)) else { return false };
        let name = rest.trim_matches(|c: char| !c.is_alphanumeric());
        // `Thanks, Pat`, but not `Thanks for the chart`.
        let divided = rest.starts_with([',', '!', '.', '-']) || rest.starts_with(" -");
        name.is_empty()
            || divided
                && name.split_whitespace().count() <= 3
                && matches!(trait_of(name), Trait::Title)
    }

    fn is_program(&self, line: usize) -> bool {
        let bytes = self.lines.bytes(line..line + 1);
        let start = bytes.end - self.lines.width(line);
        let programs = self.marks.within(&bytes);
        programs.iter().any(|mark| mark.phrase == Phrase::Program && mark.bytes.start == start)
            && self.lines.width(line) <= LINE
            && !self.marks.has(Phrase::Record, &bytes)
            && self.lines.words(line).bytes().filter(u8::is_ascii_digit).count() <= 3
    }

    /// Notes the signature whose mark or closing, if it has one, stands at `line` and whose words
    /// begin at `first`; says how many lines it takes.
    fn extent(
        &self,
        start: Start,
        line: usize,
        first: usize,
        end: usize,
        found: &mut Vec<Range<usize>>,
    ) -> usize {
        let mut taken: Vec<usize> = (line..first).collect();
        let (mut filled, mut bytes, mut at) = (0, 0, first);
        while let Some(paragraph) = self.paragraph(at, end) {
            let of_paragraph = self.of_signature(start, paragraph.start == first, &paragraph);
            filled += of_paragraph.lines.len();
            bytes += of_paragraph.lines.iter().map(|&line| self.lines.width(line)).sum::<usize>();
            if filled > LINES || bytes > BYTES {
                break;
            }
            taken.extend(of_paragraph.lines);
            at = paragraph.end;
            if of_paragraph.ends {
                break;
            }
        }
        for run in taken.chunk_by(|&a, &b| (a + 1..b).all(|between| self.lines.is_blank(between))) {
            if let (Some(&first), Some(&last)) = (run.first(), run.last()) {
                found.push(self.lines.bytes(first..last + 1));
            }
        }
        taken.last().map_or(0, |last| last + 1 - line)
    }

    /// The next lines that are filled and in no footer, up to a blank one or one too many.
    fn paragraph(&self, from: usize, end: usize) -> Option<Range<usize>> {
        let start = self.lines.next_filled(from).filter(|&start| start < end)?;
        let ends = |&line: &usize| self.lines.is_blank(line) || self.in_footer(line);
        let end = end.min(start + LINES + 1);
        let behind = (start..end).find(ends).unwrap_or(end);
        (behind > start).then_some(start..behind)
    }

    /// Which lines of a paragraph are of a signature.
    fn of_signature(&self, start: Start, is_first: bool, paragraph: &Range<usize>) -> OfSignature {
        let mut traits: Vec<Trait> = paragraph.clone().map(|line| self.trait_at(line)).collect();
        // Whoever writes without capitals signs without them.
        if let (true, Some(name @ Trait::Prose)) = (is_first, traits.first_mut())
            && is_short_name(self.lines.words(paragraph.start))
        {
            *name = Trait::Title;
        }
        let fitting = traits.iter().take_while(|of| matches!(of, Trait::Title | Trait::Contact));
        let fitting = fitting.count();
        if traits.contains(&Trait::Record) && (start == Start::Mark || fits_but_record(&traits)) {
            // The name under a closing; further lines may be the record's.
            let name = start == Start::Closing && is_first && fitting > 0;
            return OfSignature {
                lines: paragraph.clone().take(usize::from(name)).collect(),
                ends: true,
            };
        }
        if start == Start::Mark {
            let fits = |(_, of): &(usize, &Trait)| **of != Trait::Prose;
            let lines = paragraph.clone().zip(&traits).filter(fits).map(|(line, _)| line).collect();
            return OfSignature { lines, ends: false };
        }
        let evident = || paragraph.clone().any(|line| is_evident(self.lines.words(line)));
        let is_whole = fitting == traits.len();
        let belongs = is_first || is_whole && (traits.contains(&Trait::Contact) || evident());
        let count = if belongs { fitting } else { 0 };
        OfSignature { lines: paragraph.clone().take(count).collect(), ends: !(is_whole && belongs) }
    }

    /// What a line looks like, phrases in it included.
    fn trait_at(&self, line: usize) -> Trait {
        if self.marks.has(Phrase::Record, &self.lines.bytes(line..line + 1)) {
            return Trait::Record;
        }
        trait_of(self.lines.words(line))
    }

    fn in_footer(&self, line: usize) -> bool {
        let bytes = self.lines.bytes(line..line + 1);
        let before = self.footers.partition_point(|footer| footer.start < bytes.end);
        let last = before.checked_sub(1).and_then(|last| self.footers.get(last));
        last.is_some_and(|footer| bytes.start < footer.end)
    }

    /// Notes a block of contact data at the end of a message that no mark and no closing sets off.
    fn block(&self, message: Range<usize>, found: &mut Vec<Range<usize>>) {
        // It takes so many lines, and one before them that is none of it.
        if message.len() <= BLOCK {
            return;
        }
        let mut first = None;
        let mut last = None;
        let (mut filled, mut contacts, mut evident) = (0, 0, false);
        for line in message.rev() {
            if self.lines.is_blank(line) || self.in_footer(line) {
                continue;
            }
            let of = self.trait_at(line);
            if filled == LINES || !matches!(of, Trait::Title | Trait::Contact) {
                // Whose data it is, the line before may say.
                let says = of == Trait::Record || self.lines.words(line).ends_with(':');
                let tells = !says && filled >= BLOCK && contacts >= 2 && evident;
                if let (true, Some(first), Some(last)) = (tells, first, last) {
                    found.push(self.lines.bytes(first..last + 1));
                }
                return;
            }
            filled += 1;
            contacts += usize::from(of == Trait::Contact);
            evident |= is_evident(self.lines.words(line));
            first = Some(line);
            last = last.or(first);
        }
    }
}

/// One or two words of nothing but letters.
fn is_short_name(words: &str) -> bool {
    words.split_whitespace().count() <= 2
        && words.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | ','))
}

/// The lines of a paragraph that are of a signature, and whether it ends with them.
struct OfSignature {
    lines: Vec<usize>,
    ends: bool,
}

/// Whether the first line that fits no signature is one of a record.
fn fits_but_record(traits: &[Trait]) -> bool {
    let misfit = traits.iter().find(|of| matches!(of, Trait::Prose | Trait::Record));
    misfit == Some(&Trait::Record)
}
