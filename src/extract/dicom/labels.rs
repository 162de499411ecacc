//! What an attribute is called: the dictionary's keyword in words, or the word that forms have for
//! it where that is another.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

/// Those who give care, by the labels that people give them.
const STAFF: &[(Tag, &str)] = &[
    (tags::PHYSICIANS_OF_RECORD, "Physician"),
    (tags::NAME_OF_PHYSICIANS_READING_STUDY, "Read By"),
    (tags::OPERATORS_NAME, "Technologist"),
    (tags::REQUESTING_PHYSICIAN, "Ordering Physician"),
    (tags::SCHEDULED_PERFORMING_PHYSICIAN_NAME, "Performing Physician"),
    (tags::VERIFYING_OBSERVER_NAME, "Verified By"),
    (tags::ORDER_ENTERED_BY, "Entered By"),
    (tags::CONTENT_CREATOR_NAME, "Authored By"),
    (tags::REVIEWER_NAME, "Reviewed By"),
];

/// What is a patient's own beside the name. Of any other attribute the word is left out: what says
/// that identities are removed is no patient's.
const OWN: &[&str] = &[
    "Name",
    "ID",
    "Birth",
    "Address",
    "Telephone",
    "Telecom",
    "Mother",
    "Age",
    "Sex",
    "Weight",
    "Size",
    "Comments",
];

/// The label of an attribute.
pub(super) fn of(tag: Tag, alias: &str) -> String {
    if let Some((_, label)) = STAFF.iter().find(|(staff, _)| *staff == tag) {
        return (*label).to_owned();
    }
    let label = in_words(alias);
    if let Some(physician) = label.strip_suffix("Physician Name") {
        return format!("{physician}Physician");
    }
    match label.strip_prefix("Patient ") {
        Some(rest) if !OWN.iter().any(|own| rest.starts_with(own)) => rest.to_owned(),
        _ => label,
    }
}

/// `PatientBirthDate` as `Patient Birth Date`.
fn in_words(alias: &str) -> String {
    let mut out = String::with_capacity(alias.len() + 8);
    let mut letters = alias.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let next_is_small = letters.peek().is_some_and(|next| next.is_ascii_lowercase());
        let begins = letter.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || before.is_ascii_uppercase() && next_is_small)
            || letter.is_ascii_digit() && before.is_ascii_lowercase();
        if begins {
            out.push(' ');
        }
        out.push(letter);
        before = letter;
    }
    out.replace(" I Ds", " IDs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_words() {
        for (alias, words) in [
            ("PatientBirthDate", "Patient Birth Date"),
            ("PatientID", "Patient ID"),
            ("OtherPatientIDs", "Other Patient IDs"),
            ("IssuerOfPatientID", "Issuer Of Patient ID"),
            ("KVP", "KVP"),
            ("PatientIdentityRemoved", "Identity Removed"),
            ("ReferringPhysicianName", "Referring Physician"),
        ] {
            assert_eq!(of(Tag(0, 0), alias), words);
        }
        assert_eq!(of(tags::OPERATORS_NAME, "OperatorsName"), "Technologist");
    }
}
