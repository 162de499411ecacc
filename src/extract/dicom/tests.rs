//! Whole files: what is told of them, and what is not.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;

use super::elements::Encoding;
use super::made::Made;
use crate::extract::{Input, read};
use crate::limits::{Budget, Cause, Limits};
use crate::text::{Fact, Format, Reading, Source};

const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const IMPLICIT: &str = "1.2.840.10008.1.2";
const DEFLATED: &str = "1.2.840.10008.1.2.1.99";

fn reading(bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let input = Input::Document { name: None };
    read(&input, bytes, &mut Budget::new(&Limits::default()), &mut reading);
    reading
}

/// The words of all texts.
fn words(reading: &Reading) -> String {
    reading.texts.iter().map(|text| text.content.expose().as_str()).collect()
}

fn facts(reading: &Reading) -> Vec<Fact> {
    reading.facts.iter().map(|fact| fact.fact).collect()
}

/// An image of an invented patient.
fn jane(encoding: Encoding) -> Made {
    Made::new(encoding)
        .text(tags::SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 192")
        .text(tags::SOP_INSTANCE_UID, "UI", "1.2.3.4.5")
        .text(tags::STUDY_DATE, "DA", "20240716")
        .text(tags::ACCESSION_NUMBER, "SH", "RAD447121")
        .text(tags::MODALITY, "CS", "CR")
        .text(tags::STUDY_DESCRIPTION, "LO", "CHEST PA AND LATERAL")
        .text(tags::PATIENT_NAME, "PN", "ROE^JANE^^")
        .text(tags::PATIENT_ID, "LO", "4471736")
        .text(tags::PATIENT_BIRTH_DATE, "DA", "19570412")
}

#[test]
fn attributes_are_named_values_of_one_record() {
    for (encoding, syntax) in [(Encoding::Explicit, EXPLICIT), (Encoding::Implicit, IMPLICIT)] {
        let reading = reading(&jane(encoding).file(syntax));
        assert_eq!(
            words(&reading),
            "Study Date: 2024-07-16\nAccession Number: RAD447121\nModality: CR\n\
             Study Description: CHEST PA AND LATERAL\nPatient Name: Jane Roe\n\
             Patient ID: 4471736\nPatient Birth Date: 1957-04-12\n"
        );
        assert_eq!(facts(&reading), [Fact::Dicom, Fact::DicomPatient]);
        assert_eq!(reading.formats[0].format, Format::Dicom);
        assert!(reading.unread.is_empty());
        let text = &reading.texts[0];
        assert!(text.fields.iter().all(|field| field.record == Some(1)));
        let label = text.field_at(words(&reading).find("4471736").unwrap());
        let label = label.and_then(|field| text.label(field)).unwrap();
        assert_eq!(label.expose(), "Patient ID");
    }
}

#[test]
fn a_deflated_data_set_is_inflated() {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&jane(Encoding::Explicit).bytes).unwrap();
    let mut file = Made::new(Encoding::Explicit).file(DEFLATED);
    file.extend(packed.finish().unwrap());
    assert!(words(&reading(&file)).contains("Patient Name: Jane Roe\n"));
    file.truncate(file.len() - 20);
    assert_eq!(reading(&file).unread[0].cause, Cause::Malformed);
}

#[test]
fn a_data_set_without_preamble_is_read_too() {
    let reading = reading(&jane(Encoding::Implicit).bytes);
    assert!(words(&reading).contains("Patient Name: Jane Roe\n"));
}

#[test]
fn private_and_unknown_attributes_are_read_where_they_are_words() {
    let file = jane(Encoding::Explicit)
        .text(Tag(0x0029, 0x0010), "LO", "EXAMPLE VENDOR")
        .bytes(Tag(0x0029, 0x1001), "UN", b"ordered by ROE JANE's daughter", 0)
        .bytes(Tag(0x0029, 0x1002), "OB", &[7; 40], 0)
        .file(EXPLICIT);
    let words = words(&reading(&file));
    assert!(words.ends_with("Private: EXAMPLE VENDOR\nPrivate: ordered by ROE JANE's daughter\n"));
}

#[test]
fn an_item_with_another_name_is_another_record() {
    let file = jane(Encoding::Explicit)
        .sequence(Tag(0x0040, 0xA370), |item| {
            item.text(tags::ACCESSION_NUMBER, "SH", "RAD99").text(
                tags::PATIENT_NAME,
                "PN",
                "POE^JOHN",
            )
        })
        .text(Tag(0x0040, 0x1400), "LT", "for Jane")
        .file(EXPLICIT);
    let reading = reading(&file);
    let text = &reading.texts[0];
    let record = |value: &str| {
        text.field_at(text.content.expose().find(value).unwrap()).and_then(|field| field.record)
    };
    assert_eq!(["Jane Roe", "RAD99", "John Poe", "for Jane"].map(record), [1, 2, 2, 1].map(Some));
}

#[test]
fn a_directory_has_a_record_for_each_patient() {
    let patient = |name: &str, number: &str| {
        Made::new(Encoding::Explicit)
            .text(tags::DIRECTORY_RECORD_TYPE, "CS", "PATIENT")
            .text(tags::PATIENT_NAME, "PN", name)
            .text(tags::PATIENT_ID, "LO", number)
    };
    let study = |words: &str| {
        Made::new(Encoding::Explicit).text(tags::DIRECTORY_RECORD_TYPE, "CS", "STUDY").text(
            tags::STUDY_DESCRIPTION,
            "LO",
            words,
        )
    };
    let items = vec![
        patient("ROE^JANE", "4471736"),
        study("CHEST"),
        patient("POE^JOHN", "4471737"),
        study("KNEE"),
        study("HAND"),
        patient("", "4471738"),
    ];
    let file = Made::new(Encoding::Explicit)
        .text(tags::FILE_SET_ID, "CS", "DISC")
        .items(tags::DIRECTORY_RECORD_SEQUENCE, items)
        .file(EXPLICIT);
    let reading = reading(&file);
    let text = &reading.texts[0];
    let record = |value: &str| {
        text.field_at(text.content.expose().find(value).unwrap()).and_then(|field| field.record)
    };
    let values = ["Jane Roe", "4471736", "CHEST", "John Poe", "4471737", "HAND", "4471738"];
    assert_eq!(values.map(record), [2, 2, 2, 3, 3, 3, 4].map(Some));
    assert_eq!(facts(&reading), [Fact::Dicom, Fact::DicomPatient]);
}

#[test]
fn items_of_a_report_are_named_by_their_concepts() {
    let file = Made::new(Encoding::Explicit)
        .text(tags::MODALITY, "CS", "SR")
        .sequence(tags::CONTENT_SEQUENCE, |item| {
            item.sequence(tags::CONCEPT_NAME_CODE_SEQUENCE, |code| {
                code.text(tags::CODE_MEANING, "LO", "Findings")
            })
            .text(tags::TEXT_VALUE, "UT", "a nodule in the left lung")
        })
        .file(EXPLICIT);
    assert_eq!(words(&reading(&file)), "Modality: SR\nFindings: a nodule in the left lung\n");
}

#[test]
fn a_document_inside_is_a_part_of_its_own() {
    let file = jane(Encoding::Explicit)
        .bytes(tags::ENCAPSULATED_DOCUMENT, "OB", b"Dear Ms Roe, your result", 0)
        .file(EXPLICIT);
    let reading = reading(&file);
    assert_eq!(reading.texts[1].content.expose(), "Dear Ms Roe, your result");
    assert_eq!(reading.texts[1].part.to_string(), "1.1");
}

#[test]
fn signs_in_the_place_of_a_patient_are_nobody() {
    let file = Made::new(Encoding::Explicit)
        .text(tags::STUDY_DESCRIPTION, "LO", "CHEST")
        .text(tags::PATIENT_NAME, "PN", "ANON^0012")
        .text(tags::PATIENT_ID, "LO", "S0012")
        .text(tags::PATIENT_IDENTITY_REMOVED, "CS", "YES")
        .text(tags::DEIDENTIFICATION_METHOD, "LO", "Basic profile")
        .file(EXPLICIT);
    let reading = reading(&file);
    assert_eq!(facts(&reading), [Fact::Dicom]);
    assert_eq!(
        words(&reading),
        "Study Description: CHEST\nIdentity Removed: YES\n\
         Deidentification Method: Basic profile\n"
    );
}

#[test]
fn a_name_that_was_left_is_told_whatever_the_file_claims() {
    let file = jane(Encoding::Explicit).text(tags::PATIENT_IDENTITY_REMOVED, "CS", "YES");
    let reading = reading(&file.file(EXPLICIT));
    assert_eq!(facts(&reading), [Fact::Dicom, Fact::DicomPatient]);
    assert!(words(&reading).contains("Jane Roe") && words(&reading).contains("4471736"));
}

#[test]
fn pixels_are_handed_on_with_frames_to_look_at() {
    let image = |frames: &str, rows: u16| {
        jane(Encoding::Explicit)
            .number(tags::SAMPLES_PER_PIXEL, 1)
            .text(tags::PHOTOMETRIC_INTERPRETATION, "CS", "MONOCHROME2")
            .text(tags::NUMBER_OF_FRAMES, "IS", frames)
            .number(tags::ROWS, rows)
            .number(tags::COLUMNS, 64)
            .number(tags::BITS_ALLOCATED, 8)
    };
    let pixels = |made: Made, count| made.bytes(tags::PIXEL_DATA, "OB", &vec![1; count], 0);
    let reading_of = |frames, count| reading(&pixels(image(frames, 64), count).file(EXPLICIT));
    let five = reading_of("5", 5 * 64 * 64);
    assert_eq!(five.pictures[0].view.source, Source::Dicom);
    assert_eq!(five.pictures[0].pages, [1, 3, 5]);
    assert_eq!(reading_of("1", 64 * 64).pictures[0].pages, [1]);
    // More frames claimed than there are.
    assert_eq!(reading_of("4000000000", 2 * 64 * 64).pictures[0].pages, [1, 2]);
    let icon = pixels(image("1", 8), 8 * 64).file(EXPLICIT);
    assert!(reading(&icon).pictures.is_empty());
    let lossless = image("1", 64).encapsulated(&[&[1; 40]]).file("1.2.840.10008.1.2.4.80");
    let reading = reading(&lossless);
    assert_eq!((reading.pictures.len(), reading.unread[0].cause), (0, Cause::Unsupported));
}

#[test]
fn what_was_before_a_cut_counts_and_no_cut_panics() {
    let whole = jane(Encoding::Explicit)
        .undefined(Tag(0x0040, 0x0275), |item| item.text(Tag(0x0032, 0x1060), "LO", "CHEST PA"))
        .encapsulated(&[&[1, 2], &[3, 4]])
        .file(EXPLICIT);
    for end in 0..whole.len() {
        let _ = reading(&whole[..end]);
    }
    let cut = reading(&whole[..whole.len() - 60]);
    assert!(words(&cut).contains("Jane Roe") && cut.facts.len() == 2);
}

#[test]
fn any_byte_may_be_wrong() {
    let whole = jane(Encoding::Explicit)
        .sequence(Tag(0x0040, 0x0275), |item| item.text(Tag(0x0032, 0x1060), "LO", "CHEST PA"))
        .file(EXPLICIT);
    for at in 128..whole.len() {
        for byte in [0, 0xFF, 0x7F] {
            let mut broken = whole.clone();
            broken[at] = byte;
            let _ = reading(&broken);
        }
    }
}

#[test]
fn a_file_that_begins_as_another_format_is_read_as_both() {
    let mut file = jane(Encoding::Explicit).file(EXPLICIT);
    file[..8].copy_from_slice(b"%PDF-1.4");
    let reading = reading(&file);
    assert!(words(&reading).contains("Jane Roe"));
    let formats: Vec<Format> = reading.formats.iter().map(|part| part.format).collect();
    assert_eq!(formats, [Format::Dicom, Format::Pdf]);
}

#[test]
fn ten_thousand_sequences_in_each_other_are_too_deep() {
    let mut file = jane(Encoding::Explicit).file(EXPLICIT);
    for _ in 0..10_000 {
        file.extend(b"\x40\0\x75\x02SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\0\xE0\xFF\xFF\xFF\xFF");
    }
    let reading = reading(&file);
    assert!(words(&reading).contains("Jane Roe"));
    assert_eq!(reading.unread[0].cause, Cause::TooDeep);
}
