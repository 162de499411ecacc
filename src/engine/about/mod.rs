//! Whom a finding is about, where its rule leaves that open.
//!
//! What stands around a value tells, the strongest first: its label; a title or possessive before
//! it, or a profession's letters behind it; who the block of labelled lines is about that it
//! stands in; the zone; the nearest word before it in its sentence that tells. What the other
//! findings of a message tell comes last, see [`belonging`].
//!
//! ```text
//! hits of word lists --marks--> who and where ----+
//!                                                 v
//! folded text ------------------blocks--> labels, records, subjects --> (About, Basis)
//! ```

mod belonging;
mod blocks;
mod marks;
mod records;

use std::ops::Range;

pub(super) use belonging::{Sender, settle};
use blocks::Blocks;
use marks::Marks;
pub(super) use marks::Roles;
pub(super) use records::Records;

use super::words::Hit;
use crate::finding::{About, Basis};
use crate::rules::Stand;

/// Bytes between a title or possessive and what it stands before: two or three words.
const BEFORE: usize = 24;
/// Bytes before a value in which a word of its sentence tells.
const SENTENCE: usize = 120;

/// What a folded text says about whom its values are about.
pub(super) struct Whom<'a> {
    text: &'a str,
    marks: Marks,
    blocks: Blocks,
}

impl<'a> Whom<'a> {
    /// Reads a text once; `roles` are those of each set of lists.
    pub fn of(text: &'a str, hits: &[Hit], roles: &[Roles]) -> Self {
        let marks = Marks::of(hits, roles);
        let blocks = Blocks::of(text, &marks);
        Self { text, marks, blocks }
    }

    /// Whom the value at `value` is about. `label` is what the label says that the structure
    /// gives it.
    pub fn value_at(&self, value: &Range<usize>, label: Option<About>) -> (About, Basis) {
        let line = self.blocks.label_of(value.start);
        let directly = line.filter(|line| self.is_blank(line.value..value.start));
        let by_label = |about| (about, Basis::Label);
        label
            .or_else(|| directly.and_then(|line| line.about))
            .map(by_label)
            .or_else(|| self.beside(value).map(|about| (about, Basis::Beside)))
            .or_else(|| {
                let line = line.filter(|line| value.start < line.reach)?;
                line.about.map(by_label)
            })
            .or_else(|| line.and_then(|line| line.subject).map(|about| (about, Basis::Record)))
            .or_else(|| self.sentence(value).map(|about| (about, Basis::Cue)))
            .unwrap_or_default()
    }

    /// The number of the block of labelled lines that a byte stands in, when it stands in one.
    pub fn record_of(&self, at: usize) -> Option<usize> {
        self.blocks.label_of(at)?.record
    }

    /// What a title before or letters behind a value say.
    fn beside(&self, value: &Range<usize>) -> Option<About> {
        let behind = self.marks.behind(value.end).find_map(|mark| {
            let about = mark.says(Stand::Behind)?;
            let between = self.text.get(value.end..mark.start())?;
            matches!(between.trim_start_matches([' ', '(']), "" | "," | ", ").then_some(about)
        });
        behind.or_else(|| {
            self.marks.before(value.start, BEFORE).find_map(|mark| {
                let about = mark.says(Stand::Before)?;
                let between = self.text.get(mark.end()..value.start)?;
                // A point behind a title's letters ends no sentence; one behind `her` does.
                let between = match about {
                    About::Patient => between,
                    _ => between.strip_prefix('.').unwrap_or(between),
                };
                (!between.contains(['.', ',', ';', '?', '!', ':', '\n'])).then_some(about)
            })
        })
    }

    /// What the nearest word before a value says that tells in its sentence.
    fn sentence(&self, value: &Range<usize>) -> Option<About> {
        let (at, mark) = self
            .marks
            .before(value.start, SENTENCE)
            .find_map(|mark| Some((mark.end(), mark.says(Stand::Cue)?)))?;
        let between = self.text.get(at..value.start)?;
        (!ends_sentence(between)).then_some(mark)
    }

    fn is_blank(&self, span: Range<usize>) -> bool {
        let between = self.text.get(span).unwrap_or("x");
        between.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'*' | b'_' | b'>' | b'|'))
    }
}

/// Whether a sentence or a paragraph ends in a stretch of text.
fn ends_sentence(between: &str) -> bool {
    let bytes = between.as_bytes();
    let ends = |at: usize, sign: u8| match sign {
        b'.' | b'!' | b'?' => {
            let word =
                bytes.iter().take(at).rev().take_while(|b| b.is_ascii_alphanumeric()).count();
            // `Dr.`, `No.`, `ext.` and initials end none.
            word > 3 && bytes.get(at + 1).is_some_and(u8::is_ascii_whitespace)
        }
        b'\n' => bytes.get(at + 1) == Some(&b'\n'),
        _ => false,
    };
    bytes.iter().enumerate().any(|(at, &sign)| ends(at, sign))
}

#[cfg(test)]
mod tests {
    use super::super::words::{Dictionary, ListId, SetId};
    use super::*;

    const LISTS: [(About, Stand, &[&str]); 10] = [
        (About::Patient, Stand::Label, &["patient", "dob", "mrn"]),
        (About::Provider, Stand::Label, &["attending", "referring", "npi"]),
        (About::Organization, Stand::Label, &["clinic", "pharmacy"]),
        (About::Patient, Stand::Before, &["my mother's", "your", "her"]),
        (About::Provider, Stand::Before, &["dr"]),
        (About::Provider, Stand::Behind, &["md", "rn"]),
        (About::Patient, Stand::Cue, &["patient", "pt"]),
        (About::Provider, Stand::Cue, &["doctor", "nurse"]),
        (About::Organization, Stand::Cue, &["call", "our office"]),
        (About::Unknown, Stand::Cue, &["patients"]),
    ];

    /// Whom the first `7` of a text is about, and why.
    fn about(text: &str) -> (About, Basis) {
        let lists: Vec<Vec<Box<str>>> = LISTS
            .iter()
            .map(|(_, _, words)| words.iter().map(|word| (*word).into()).collect())
            .collect();
        let dictionary = Dictionary::new(lists.iter().map(Vec::as_slice));
        let told: Vec<(ListId, About, Stand)> = (0..)
            .zip(LISTS)
            .map(|(number, (about, stand, _))| (ListId(number), about, stand))
            .collect();
        let sets = 0..u32::try_from(dictionary.sets()).unwrap();
        let roles: Vec<Roles> =
            sets.map(|set| Roles::of(dictionary.members(SetId(set)), &told)).collect();
        let mut hits = Vec::new();
        dictionary.find(text, &mut hits);
        let at = text.find('7').unwrap();
        Whom::of(text, &hits, &roles).value_at(&(at..at + 1), None)
    }

    #[test]
    fn a_label_tells_most() {
        assert_eq!(about("Patient: 7"), (About::Patient, Basis::Label));
        assert_eq!(about("Attending physician: 7"), (About::Provider, Basis::Label));
        assert_eq!(about("Patient's attending: 7"), (About::Provider, Basis::Label));
        assert_eq!(about("Patient\n7"), (About::Patient, Basis::Label));
        assert_eq!(about("Patient   7"), (About::Patient, Basis::Label));
        assert_eq!(about("| Patient | 7 |"), (About::Patient, Basis::Label));
    }

    #[test]
    fn letters_behind_and_titles_before_tell_of_who_gives_care() {
        assert_eq!(about("Seen by 7, MD"), (About::Provider, Basis::Beside));
        assert_eq!(about("Notes: seen by 7, RN"), (About::Provider, Basis::Beside));
        assert_eq!(about("the patient saw Dr. 7"), (About::Provider, Basis::Beside));
        assert_eq!(about("her recent 7"), (About::Patient, Basis::Beside));
        assert_eq!(about("I saw her. Then 7"), (About::Unknown, Basis::Nothing));
    }

    #[test]
    fn a_block_of_labelled_lines_is_about_who_was_named_last() {
        let patient = (About::Patient, Basis::Record);
        assert_eq!(about("Patient: Jane\nDOB: 1/1\nPhone: 7"), patient);
        assert_eq!(about("Name: 7\nDOB: 1/1"), patient);
        assert_eq!(about("Patient: Jane, DOB: 1/1, phone: 7"), patient);
        assert_eq!(
            about("Patient: Jane\nAttending: Doe\nPhone: 7"),
            (About::Provider, Basis::Record)
        );
        assert_eq!(about("Patient: Jane\nDOB: 1/1\n\nKind regards\nPhone: 7").1, Basis::Nothing);
    }

    #[test]
    fn in_a_sentence_the_nearest_word_before_tells() {
        assert_eq!(about("please call the patient at 7"), (About::Patient, Basis::Cue));
        assert_eq!(about("ask the patient to call 7"), (About::Organization, Basis::Cue));
        assert_eq!(about("it helps patients with 7"), (About::Unknown, Basis::Cue));
        assert_eq!(about("the patient is well today. Bye 7").1, Basis::Nothing);
        assert_eq!(about("the patient\n\n7").1, Basis::Nothing);
        assert_eq!(about("the nurse of Mt. Airy 7"), (About::Provider, Basis::Cue));
    }

    #[test]
    fn long_texts_of_marks_take_linear_time() {
        for piece in
            ["patient ", "patient: ", "patient:\n", "7, md ", "dr. ", ": ", "| ", "\n\na: b\n"]
        {
            assert!(matches!(about(&format!("{}7", piece.repeat(100_000))), (_, _)));
        }
    }
}
