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
mod labels;
mod lines;
mod marks;
mod records;

use std::ops::Range;

pub(super) use belonging::{Ownership, Patients, Sender, settle};
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

/// What sort of value it is whose owner is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A name: the words directly beside it tell.
    Name,
    /// A number, a date, an illness: its whole sentence tells.
    Other,
}

/// What a folded text says about whom its values are about.
pub(super) struct Whom<'a> {
    text: &'a str,
    marks: Marks<'a>,
    blocks: Blocks<'a>,
}

impl<'a> Whom<'a> {
    /// Nothing is read yet; `roles` are those of each set of lists.
    pub fn of(text: &'a str, hits: &'a [Hit], roles: &'a [Roles]) -> Self {
        let marks = Marks::of(hits, roles);
        let blocks = Blocks::of(text, marks);
        Self { text, marks, blocks }
    }

    /// Whom the value at `value` is about. `label` is what the label says that the structure
    /// gives it.
    pub fn value_at(
        &mut self,
        value: &Range<usize>,
        sort: Sort,
        label: Option<About>,
    ) -> (About, Basis) {
        let line = self.blocks.label_of(value.start);
        let directly = line.filter(|line| self.is_blank(line.value..value.start));
        let by_label = |about| (about, Basis::Label);
        label
            .or_else(|| directly.and_then(|line| line.about))
            .map(by_label)
            .or_else(|| self.beside(value, sort).map(|about| (about, Basis::Beside)))
            .or_else(|| {
                let line = line.filter(|line| value.start < line.reach)?;
                line.about.map(by_label)
            })
            .or_else(|| {
                // An office named in a block owns its telephones, not the names under them.
                let subject = line.and_then(|line| line.subject)?;
                let owned = sort == Sort::Other || subject == About::Patient;
                owned.then_some((subject, Basis::Record))
            })
            .or_else(|| {
                let cue = match sort {
                    Sort::Name => self.contact(value),
                    Sort::Other => self.sentence(value),
                };
                cue.map(|about| (about, Basis::Cue))
            })
            .unwrap_or_default()
    }

    /// The number of the block of labelled lines that a byte stands in, when it stands in one.
    pub fn record_of(&mut self, at: usize) -> Option<usize> {
        self.blocks.label_of(at)?.record
    }

    /// What a title before or letters behind a value say.
    fn beside(&self, value: &Range<usize>, sort: Sort) -> Option<About> {
        // A name can be taken with its letters: `Roe, PharmD`.
        let behind = self.marks.behind(value.start).find_map(|mark| {
            let about = mark.says(Stand::Behind)?;
            let between = self.text.get(value.end.min(mark.start())..mark.start())?;
            let follows = matches!(between.trim_start_matches([' ', '(']), "" | "," | ", ");
            let letters = self.text.get(mark.start()..mark.end())?;
            (mark.start() > value.start && follows && is_degree(letters)).then_some(about)
        });
        behind.or_else(|| match sort {
            Sort::Name => self.titled(value),
            Sort::Other => self.possessed(value),
        })
    }

    /// What the word says that stands directly before a name.
    fn titled(&self, name: &Range<usize>) -> Option<About> {
        self.marks.before(name.start, BEFORE).find_map(|mark| {
            let between = self.text.get(mark.end()..name.start)?;
            if !between.bytes().all(|byte| b" .,:(\"'".contains(&byte)) {
                return None;
            }
            // `Nurse, Jane Doe is here`: with a comma the title is another's.
            let title = mark.says(Stand::Before).filter(|_| !between.contains(','));
            title.or_else(|| match mark.says(Stand::Cue)? {
                // `Call Jane Doe`: who is called is no office by that.
                About::Patient => Some(About::Patient),
                About::Provider | About::Sender if !between.contains(',') => mark.says(Stand::Cue),
                _ => None,
            })
        })
    }

    /// What a title or possessive says that stands before a value but for a few words.
    fn possessed(&self, value: &Range<usize>) -> Option<About> {
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

    /// Whose a name is that a telephone number follows: who is to be called for an office, or who
    /// signs.
    fn contact(&self, name: &Range<usize>) -> Option<About> {
        let behind = number_behind(self.text.get(name.end..)?)?;
        match self.sentence(name) {
            Some(about @ (About::Organization | About::Sender | About::Provider)) => Some(about),
            Some(About::Patient) => None,
            Some(About::Unknown) | None => {
                let ends = behind.lines().next().is_none_or(|rest| rest.trim().is_empty());
                let before = self.text.get(..name.start)?.trim_end_matches(' ');
                let begins = before.is_empty() || before.ends_with(['.', '\n', '-']);
                (ends && begins).then_some(About::Sender)
            }
        }
    }

    fn is_blank(&self, span: Range<usize>) -> bool {
        let between = self.text.get(span).unwrap_or("x");
        between.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'*' | b'_' | b'>' | b'|'))
    }
}

/// What stands behind a telephone number that follows a name directly.
fn number_behind(text: &str) -> Option<&str> {
    const LEAST_DIGITS: usize = 7;
    let number = text.trim_start_matches([' ', ',', ':', '(', '-', '+']);
    let end = number.find(|c: char| !c.is_ascii_digit() && !" ()-./".contains(c));
    let (number, rest) = number.split_at_checked(end.unwrap_or(number.len()))?;
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (text.len() - number.len() - rest.len() <= 4 && digits >= LEAST_DIGITS).then_some(rest)
}

/// Letters of a profession are capitals where they are few: `MD`, and not the name `Do`.
fn is_degree(letters: &str) -> bool {
    letters.len() > 3 || !letters.bytes().any(|byte| byte.is_ascii_lowercase())
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
        let at = text.find('7').unwrap();
        about_span(text, at..at + 1, Sort::Other)
    }

    /// Whom the name `Jane Roe` in a text is about, and why.
    fn about_name(text: &str) -> (About, Basis) {
        let at = text.find("Jane Roe").unwrap();
        about_span(text, at..at + "Jane Roe".len(), Sort::Name)
    }

    fn about_span(text: &str, span: Range<usize>, sort: Sort) -> (About, Basis) {
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
        Whom::of(text, &hits, &roles).value_at(&span, sort, None)
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
    fn of_a_name_the_words_directly_beside_it_tell() {
        let provider = (About::Provider, Basis::Beside);
        assert_eq!(about_name("the patient saw Dr. Jane Roe"), provider);
        assert_eq!(about_name("asked nurse Jane Roe"), provider);
        assert_eq!(about_name("(Jane Roe, MD)"), provider);
        assert_eq!(about_name("pt Jane Roe"), (About::Patient, Basis::Beside));
        assert_eq!(about_name("the patient, Jane Roe,"), (About::Patient, Basis::Beside));
        assert_eq!(about_name("Nurse, Jane Roe is here").1, Basis::Nothing);
        assert_eq!(about_name("the doctor told Jane Roe").1, Basis::Nothing);
        assert_eq!(about_name("her friend Jane Roe").1, Basis::Nothing);
        assert_eq!(about_name("Jane Roe, do come").1, Basis::Nothing);
    }

    #[test]
    fn a_name_that_a_telephone_number_follows_can_be_a_contact() {
        assert_eq!(about_name("Call Jane Roe 555-0117."), (About::Organization, Basis::Cue));
        assert_eq!(about_name("Bye for now. Jane Roe, 555-0117\n"), (About::Sender, Basis::Cue));
        assert_eq!(about_name("call Jane Roe today").1, Basis::Nothing);
        assert_eq!(about_name("Jane Roe 555-0117 wants a refill").1, Basis::Nothing);
        assert_eq!(about_name("call the patient, Ms. Jane Roe, 555-0117").1, Basis::Nothing);
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
