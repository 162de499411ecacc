//! What a line looks like to who asks whether it may stand in a signature.

use memchr::memchr_iter;

use super::numbers::{Numbers, numbers};
use super::words::Words;

/// Words of the longest line that is a name, a title or an address.
const WORDS: usize = 11;
/// Bytes of the longest line of a signature.
const BYTES: usize = 160;
/// Letters of a word that a title writes with a capital.
const CAPITAL_FROM: usize = 5;

/// What a line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trait {
    /// Telephone, page, mail or postal address.
    Contact,
    /// A name, a position, an organization.
    Title,
    /// A value with a name that signatures do not have, a number that is no telephone number.
    Record,
    /// A sentence or a piece of one.
    Prose,
}

/// What a line looks like by itself.
pub(super) fn trait_of(words: &str) -> Trait {
    if words.len() > BYTES {
        return Trait::Prose;
    }
    let label = label(words);
    let told = numbers(words);
    match (label, told) {
        (Label::Foreign, _) => return Trait::Record,
        (Label::Contact, Numbers::Plain | Numbers::Telephone) => return Trait::Contact,
        // Numbers of the sender's own, such as those of a licence.
        (Label::Contact, Numbers::Identifier) if !is_grouped(words) => return Trait::Contact,
        (_, Numbers::Identifier) => return Trait::Record,
        _ => {}
    }
    let page = words.contains("://") || words.contains("www.") || words.contains('@');
    let contact = page || told == Numbers::Telephone || is_address(words);
    // Most lines are prose, which words in small letters tell soonest.
    if !contact && !is_capital(words) {
        return Trait::Prose;
    }
    let parts = words.split_whitespace().take(WORDS + 1).count();
    if parts > WORDS {
        return Trait::Prose;
    }
    if contact {
        return Trait::Contact;
    }
    if !ends_sentence(words, parts) {
        return Trait::Title;
    }
    Trait::Prose
}

/// Whether a line names a position, a degree or an organization: senders do, the people that they
/// write about rarely have one.
pub(super) fn is_evident(words: &str) -> bool {
    let says = |word: &str| DEGREES.have_exactly(word) || POSITIONS.have(word);
    words.split(|c: char| !c.is_alphanumeric() && c != '.').any(|word| match word.contains('.') {
        true => says(&word.replace('.', "")),
        false => says(word),
    })
}

/// Dates and Social Security numbers, in groups, are nobody's licence.
fn is_grouped(words: &str) -> bool {
    words.split_whitespace().any(|word| {
        word.bytes().filter(|byte| matches!(byte, b'-' | b'/')).count() == 2
            && word.bytes().filter(u8::is_ascii_digit).count() >= 6
            && numbers(word) == Numbers::Identifier
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    None,
    Contact,
    Foreign,
}

/// What stands before a colon, or the letter before a telephone number.
fn label(words: &str) -> Label {
    let bytes = words.as_bytes();
    let ends = |&at: &usize| matches!(bytes.get(at + 1), None | Some(b' '));
    let Some(colon) = memchr_iter(b':', bytes).find(ends) else {
        // `P 555-555-0142` and `Phone 555-555-0142`.
        let first = words.split([' ', '.', ':']).next().unwrap_or_default();
        return if is_contact(first) && words.bytes().any(|byte| byte.is_ascii_digit()) {
            Label::Contact
        } else {
            Label::None
        };
    };
    let name = words.get(..colon).unwrap_or_default();
    let mut parts = name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    if parts.clone().count() <= 5 && parts.any(is_contact) {
        Label::Contact
    } else {
        Label::Foreign
    }
}

fn is_contact(word: &str) -> bool {
    CONTACTS.have(word)
}

/// A post-office box, or a state and its ZIP code at the end.
fn is_address(words: &str) -> bool {
    let mut last = words.split_whitespace().rev();
    let (Some(zip), Some(state)) = (last.next(), last.next()) else { return false };
    let digits = zip.len() >= 5 && zip.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let state = state.trim_end_matches('.');
    let named = state.len() == 2 && state.bytes().all(|byte| byte.is_ascii_uppercase());
    digits && named
        || words.starts_with("P.O. Box")
        || words.starts_with("PO Box")
        || is_street(words)
}

/// A number first and the kind of a street behind: `12 Main St, Suite 4`.
fn is_street(words: &str) -> bool {
    words.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        && words.split(|c: char| !c.is_alphanumeric()).skip(1).any(|word| STREETS.have(word))
}

/// Whether all longer words begin with a capital, as in names and titles.
fn is_capital(words: &str) -> bool {
    let mut letters = false;
    for word in words.split(|c: char| !c.is_alphabetic() && c != '\'') {
        let Some(first) = word.chars().next() else { continue };
        letters = true;
        if word.chars().count() >= CAPITAL_FROM && first.is_lowercase() {
            return false;
        }
    }
    letters && words.chars().find(|c| c.is_alphabetic()).is_some_and(|first| !first.is_lowercase())
}

/// Whether a line ends as sentences do, and not as `Springfield Clinic, Inc.` does.
fn ends_sentence(words: &str, parts: usize) -> bool {
    let Some(rest) = words.strip_suffix(['.', '?', '!']) else { return false };
    let last = rest.split(|c: char| !c.is_alphanumeric()).next_back().unwrap_or_default();
    parts > 2 && last.len() > 4
}

/// Names of a sender's own values.
static CONTACTS: Words = Words::new(&[
    "p",
    "ph",
    "phone",
    "telephone",
    "tel",
    "t",
    "o",
    "office",
    "main",
    "direct",
    "d",
    "desk",
    "f",
    "fx",
    "fax",
    "m",
    "mobile",
    "mob",
    "cell",
    "cellular",
    "c",
    "home",
    "h",
    "work",
    "w",
    "pager",
    "beeper",
    "e",
    "email",
    "mail",
    "web",
    "website",
    "url",
    "http",
    "https",
    "ext",
    "extension",
    "toll",
    "tollfree",
    "address",
    "addr",
    "location",
    "hours",
    "npi",
    "lic",
    "license",
    "licence",
    "skype",
    "zoom",
    "teams",
    "twitter",
    "linkedin",
    "facebook",
    "instagram",
    "pronouns",
    "voice",
    "tty",
    "tdd",
    "scheduling",
    "appointments",
    "portal",
    "switchboard",
    "reception",
    "assistant",
    "telefon",
    "fon",
    "mobil",
    "t\u{e9}l",
    "portable",
    "correo",
    "cel",
]);

/// Kinds of streets and of what is inside of houses.
static STREETS: Words = Words::new(&[
    "st",
    "street",
    "ave",
    "avenue",
    "rd",
    "road",
    "blvd",
    "boulevard",
    "dr",
    "drive",
    "ln",
    "lane",
    "way",
    "ct",
    "court",
    "pkwy",
    "parkway",
    "hwy",
    "highway",
    "pl",
    "place",
    "plaza",
    "sq",
    "square",
    "ste",
    "suite",
    "floor",
    "fl",
    "room",
    "bldg",
    "building",
]);

/// Degrees and licences, their stops left out.
static DEGREES: Words = Words::new(&[
    "MD", "DO", "RN", "BSN", "MSN", "LPN", "LVN", "CNA", "NP", "FNP", "ARNP", "APRN", "CRNP",
    "CNM", "PA", "PAC", "DDS", "DMD", "DPM", "DC", "OD", "PharmD", "RPh", "PhD", "PsyD", "EdD",
    "DNP", "DPT", "PT", "OT", "OTR", "SLP", "LCSW", "LMSW", "LICSW", "MSW", "LMFT", "LPC", "LMHC",
    "RD", "RDN", "LD", "CDE", "MPH", "MHA", "MBA", "MS", "MA", "BS", "BA", "CPC", "RHIA", "RHIT",
    "FACS", "FACP", "FACC", "FAAP", "MBBS", "RRT", "CPHQ", "JD", "CPA", "CISSP", "PMP", "EMT",
    "CMA", "RMA", "Esq",
]);

/// Positions and kinds of organizations.
static POSITIONS: Words = Words::new(&[
    "director",
    "manager",
    "coordinator",
    "administrator",
    "assistant",
    "specialist",
    "supervisor",
    "analyst",
    "engineer",
    "president",
    "vice",
    "chief",
    "officer",
    "chair",
    "chairman",
    "professor",
    "fellow",
    "resident",
    "physician",
    "surgeon",
    "nurse",
    "therapist",
    "pharmacist",
    "counselor",
    "psychologist",
    "psychiatrist",
    "dentist",
    "technician",
    "technologist",
    "secretary",
    "receptionist",
    "scheduler",
    "biller",
    "consultant",
    "representative",
    "associate",
    "attorney",
    "paralegal",
    "editor",
    "scientist",
    "librarian",
    "liaison",
    "navigator",
    "recruiter",
    "owner",
    "partner",
    "founder",
    "ceo",
    "cfo",
    "cio",
    "cto",
    "coo",
    "vp",
    "dept",
    "department",
    "division",
    "office",
    "hospital",
    "clinic",
    "center",
    "centre",
    "medical",
    "healthcare",
    "health",
    "university",
    "college",
    "school",
    "institute",
    "laboratory",
    "foundation",
    "associates",
    "group",
    "company",
    "corporation",
    "corp",
    "inc",
    "llc",
    "llp",
    "ltd",
    "pllc",
    "pc",
    "gmbh",
    "practice",
    "pharmacy",
    "services",
    "systems",
    "bank",
    "agency",
    "team",
    "desk",
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_signatures_are_told_from_sentences_and_records() {
        for (line, expected) in [
            ("Pat Example, RN, BSN", Trait::Title),
            ("Director of Patient Access", Trait::Title),
            ("SPRINGFIELD MEDICAL CENTER, INC.", Trait::Title),
            ("pat@mail.example", Trait::Contact),
            ("P: 555.555.0142 | F: 555.555.0143", Trait::Contact),
            ("Phone 555-0142", Trait::Contact),
            ("12 Main St, Suite 4", Trait::Contact),
            ("Springfield, IL 62704", Trait::Contact),
            ("License #A7730142", Trait::Contact),
            ("Hours: Mon-Fri 8:00-4:30", Trait::Contact),
            ("Jane Roe HIV positive", Trait::Prose),
            ("The biopsy came back.", Trait::Prose),
            ("Allergies: penicillin", Trait::Record),
            ("Here is the list:", Trait::Record),
            ("Jane Roe 03/14/1950", Trait::Record),
            ("Phone 536-22-8471", Trait::Record),
            ("Roe 7730142", Trait::Record),
        ] {
            assert_eq!(trait_of(line), expected, "{line}");
        }
    }

    #[test]
    fn positions_degrees_and_organizations_are_those_of_senders() {
        assert!(is_evident("Pat Example, M.D.") && is_evident("Springfield clinic"));
        assert!(!is_evident("Jane Roe") && !is_evident("Pat md"));
    }
}
