//! The attributes of a data set that have words, each with its name and the patient that it is
//! about.

use dicom_core::dictionary::DataDictionaryEntry;
use dicom_core::header::VR;
use dicom_core::{DataDictionary, Tag};
use dicom_dictionary_std::{StandardDataDictionary, tags};

use super::characters::Characters;
use super::elements::{Elements, Event};
use super::patient::{Patient, Removal};
use super::{labels, values};
use crate::extract::sniff;

/// The sequence of a directory whose items are patients, studies and so on, in their order.
const DIRECTORY: Tag = tags::DIRECTORY_RECORD_SEQUENCE;
/// Patients of one file; a disc has some hundreds.
const MOST_PATIENTS: usize = 10_000;
/// Bytes of a value of which no representation is known, and which may yet be words.
const LONGEST_UNKNOWN: usize = 1 << 20;

/// A named value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) tag: Tag,
    /// Its name in words.
    pub(super) label: String,
    /// Its value in words.
    pub(super) value: String,
    /// Which of the patients it is about.
    pub(super) patient: usize,
}

/// A file inside, such as a report in PDF (PS3.3 section C.24.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Enclosed<'a>(pub(super) &'a [u8]);

/// What was found in a data set.
#[derive(Debug, Default)]
pub(super) struct Attributes<'a> {
    pub(super) all: Vec<Attribute>,
    pub(super) patients: Vec<Patient>,
    pub(super) removal: Removal,
    pub(super) enclosed: Vec<Enclosed<'a>>,
    characters: Characters,
    levels: Vec<Level>,
    /// The patient of the directory's latest record.
    latest: usize,
    bytes: usize,
}

/// A sequence that is open, or an item.
#[derive(Debug, Clone)]
struct Level {
    /// The sequence, or that of the item.
    sequence: Tag,
    /// The first of its attributes.
    first: usize,
    patient: usize,
    /// Whether it has said whom it is about.
    patient_met: bool,
    /// What the item of a report is called (PS3.3 section C.17.3).
    concept: Option<String>,
}

impl<'a> Attributes<'a> {
    pub(super) fn new() -> Self {
        Self { patients: vec![Patient::default()], ..Self::default() }
    }

    /// Bytes of words up to here.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes the next of a data set.
    pub(super) fn take(&mut self, event: Event<'a>) {
        match event {
            Event::Element { tag, vr, value } => self.element(tag, vr, value),
            Event::Sequence(sequence) => self.open(sequence),
            Event::Item => self.open(self.levels.last().map_or(Tag(0, 0), |level| level.sequence)),
            Event::ItemEnd | Event::SequenceEnd => {
                self.levels.pop();
            }
            Event::Fragment(_) => {}
        }
    }

    fn open(&mut self, sequence: Tag) {
        let patient = match sequence {
            DIRECTORY => self.latest,
            _ => self.current(),
        };
        self.levels.push(Level {
            sequence,
            first: self.all.len(),
            patient,
            patient_met: false,
            concept: None,
        });
    }

    /// The patient that what comes next is about.
    fn current(&self) -> usize {
        self.levels.last().map_or(0, |level| level.patient)
    }

    fn element(&mut self, tag: Tag, vr: VR, value: &'a [u8]) {
        if tag == tags::ENCAPSULATED_DOCUMENT {
            self.enclosed.push(Enclosed(value));
            return;
        }
        if tag == tags::SPECIFIC_CHARACTER_SET {
            self.characters = Characters::named(&String::from_utf8_lossy(value));
            return;
        }
        if is_technical(tag, vr) {
            return;
        }
        let Some(words) = self.words(vr, value) else { return };
        let values = values::several(vr, &words);
        let Some(first) = values.first() else { return };
        if matches!(vr, VR::DS | VR::IS) && tag.0 != 0x0010 && values.iter().all(|v| is_number(v)) {
            return;
        }
        self.meet_patient(tag, first);
        self.note(tag, &values);
        if self.is_concept(tag) {
            let concept = (*first).to_owned();
            // The item of the concept, its sequence, the item that it names.
            if let Some(named) = self.levels.iter_mut().rev().nth(2) {
                named.concept = Some(concept);
            }
            return;
        }
        let label = self.label(tag);
        if vr == VR::CS {
            self.push(tag, &label, values.join(" "));
            return;
        }
        for value in values {
            if vr == VR::PN {
                for group in values::name_groups(value) {
                    self.push(tag, &label, values::in_words(vr, group));
                }
            } else {
                self.push(tag, &label, values::in_words(vr, value));
            }
        }
    }

    fn push(&mut self, tag: Tag, label: &str, value: String) {
        self.bytes += label.len() + value.len() + 3;
        let patient = self.current();
        self.all.push(Attribute { tag, label: label.to_owned(), value, patient });
    }

    /// Words of a value; `None` for what is numbers or noise.
    fn words(&self, vr: VR, value: &[u8]) -> Option<String> {
        let end = value.iter().rposition(|b| !matches!(b, 0 | b' ')).map_or(0, |last| last + 1);
        let value = value.get(..end)?;
        match vr {
            VR::AE
            | VR::AS
            | VR::CS
            | VR::DA
            | VR::DS
            | VR::DT
            | VR::IS
            | VR::LO
            | VR::LT
            | VR::PN
            | VR::SH
            | VR::ST
            | VR::TM
            | VR::UC
            | VR::UR
            | VR::UT => Some(self.characters.decode(value)).filter(|words| sniff::has_words(words)),
            VR::UN | VR::OB => {
                let words = (4..=LONGEST_UNKNOWN).contains(&value.len()) && is_printable(value);
                words.then(|| self.characters.decode(value)).filter(|words| sniff::has_words(words))
            }
            _ => None,
        }
    }

    fn label(&self, tag: Tag) -> String {
        let named = tags_of_content(tag)
            .then(|| self.levels.last().and_then(|level| level.concept.clone()))
            .flatten();
        if let Some(concept) = named {
            return concept;
        }
        let known = StandardDataDictionary.by_tag(tag).filter(|_| tag.0.is_multiple_of(2));
        known.map_or_else(|| "Private".to_owned(), |entry| labels::of(tag, entry.alias()))
    }

    /// Whether this is the meaning of the code that names an item of a report.
    fn is_concept(&self, tag: Tag) -> bool {
        tag == tags::CODE_MEANING
            && self.levels.last().is_some_and(|l| l.sequence == tags::CONCEPT_NAME_CODE_SEQUENCE)
    }

    /// An item with another name is about another patient, and so is a record of a directory.
    fn meet_patient(&mut self, tag: Tag, value: &str) {
        let current = self.current();
        let Some(level) = self.levels.last_mut() else { return };
        let record = level.sequence == DIRECTORY;
        if tag != tags::PATIENT_NAME && !(record && tag == tags::PATIENT_ID) {
            return;
        }
        let known = self.patients.get(current);
        let same = known.is_some_and(|patient| match tag {
            tags::PATIENT_NAME => patient.names.iter().any(|name| name == value),
            _ => patient.numbers.iter().any(|number| number == value),
        });
        let met = std::mem::replace(&mut level.patient_met, true);
        if same || met || self.patients.len() >= MOST_PATIENTS {
            return;
        }
        let number = self.patients.len();
        self.patients.push(Patient::default());
        level.patient = number;
        let first = level.first;
        for attribute in self.all.iter_mut().skip(first) {
            attribute.patient = number;
        }
        if record {
            self.latest = number;
        }
    }

    /// Keeps what tells the patient, or that nobody does.
    fn note(&mut self, tag: Tag, values: &[&str]) {
        let Some(first) = values.first() else { return };
        let current = self.current();
        let Some(patient) = self.patients.get_mut(current) else { return };
        let all = values.iter().map(|value| (*value).to_owned());
        match tag {
            tags::PATIENT_NAME
            | tags::OTHER_PATIENT_NAMES
            | tags::PATIENT_BIRTH_NAME
            | tags::PATIENT_MOTHER_BIRTH_NAME => patient.names.extend(all),
            tags::PATIENT_ID | OTHER_PATIENT_IDS => patient.numbers.extend(all),
            tags::PATIENT_BIRTH_DATE => patient.birth = Some((*first).to_owned()),
            tags::ACCESSION_NUMBER => patient.accession = Some((*first).to_owned()),
            tags::PATIENT_ADDRESS
            | tags::PATIENT_TELEPHONE_NUMBERS
            | tags::PATIENT_TELECOM_INFORMATION => {
                patient.contact |= values.iter().any(|v| v.chars().any(|c| c.is_ascii_digit()));
            }
            tags::PATIENT_IDENTITY_REMOVED => {
                self.removal.identity |= first.eq_ignore_ascii_case("yes");
            }
            tags::DEIDENTIFICATION_METHOD => self.removal.identity = true,
            tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED => {
                let changed = first.eq_ignore_ascii_case("modified");
                self.removal.dates |= changed || first.eq_ignore_ascii_case("removed");
            }
            _ => {}
        }
    }
}

/// Other Patient IDs, before there was a sequence for them.
const OTHER_PATIENT_IDS: Tag = Tag(0x0010, 0x1000);

/// Values of a report's items, which their concept names.
fn tags_of_content(tag: Tag) -> bool {
    matches!(tag, tags::TEXT_VALUE | tags::PERSON_NAME | tags::DATE | tags::DATE_TIME)
}

/// What says nothing of anybody: identifiers of instances, which only their archive can follow,
/// times of day, codes of geometry, how the file was written. Numbers are passed over with them.
fn is_technical(tag: Tag, vr: VR) -> bool {
    let file = tag.0 == 0x0002 && tag != tags::PRIVATE_INFORMATION;
    let image = tag.0 == 0x0028 && vr == VR::CS && tag != tags::BURNED_IN_ANNOTATION;
    let link = tag.0 == 0x0004;
    let code = matches!(
        tag,
        tags::IMAGE_TYPE
            | tags::PATIENT_ORIENTATION
            | tags::PATIENT_POSITION
            | tags::TIMEZONE_OFFSET_FROM_UTC
            | tags::CODING_SCHEME_DESIGNATOR
            | tags::CODE_VALUE
            | tags::VALUE_TYPE
            | tags::RELATIONSHIP_TYPE
            | tags::CONTINUITY_OF_CONTENT
    );
    let clock = vr == VR::TM && tag.0 != 0x0010;
    file || image || link || code || clock || vr == VR::UI
}

fn is_number(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E' | ' '))
}

/// Whether bytes of no known representation are words.
fn is_printable(value: &[u8]) -> bool {
    let signs = value.iter().filter(|b| **b >= 0x20 || matches!(b, b'\t' | b'\n' | b'\r')).count();
    let letters = value.iter().filter(|b| b.is_ascii_alphanumeric() || **b == b' ').count();
    signs == value.len()
        && (letters * 2 >= value.len() || !value.is_ascii() && std::str::from_utf8(value).is_ok())
}

/// Reads a data set to its end, or until there are more words than wanted.
pub(super) fn read_into<'a>(
    attributes: &mut Attributes<'a>,
    elements: &mut Elements<'a>,
    most: usize,
    mut goes_on: impl FnMut() -> bool,
) -> End {
    let mut steps = 0_u32;
    for event in elements.by_ref() {
        attributes.take(event);
        steps = steps.wrapping_add(1);
        if attributes.bytes() > most {
            return End::TooLong;
        }
        if steps.is_multiple_of(1 << 12) && !goes_on() {
            return End::Late;
        }
    }
    End::Whole
}

/// Why reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The data set did.
    Whole,
    /// There were more words than wanted.
    TooLong,
    /// There was no time left.
    Late,
}
