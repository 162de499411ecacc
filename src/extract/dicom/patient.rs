//! Whether attributes name a real patient, or nobody any more: what anonymizers write in place of a
//! person, and what they left (PS3.15 annex E).

/// What a data set, or one record of a directory, says about whom it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Patient {
    /// Names, as they are kept.
    pub(super) names: Vec<String>,
    /// Numbers of the person.
    pub(super) numbers: Vec<String>,
    /// The number of the study, by which the person is found.
    pub(super) accession: Option<String>,
    /// The birth date, eight digits.
    pub(super) birth: Option<String>,
    /// Whether an address or a telephone number is there.
    pub(super) contact: bool,
}

/// What the data set says was done to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Removal {
    /// Identities were removed, or a method of it is named.
    pub(super) identity: bool,
    /// Dates were changed or removed.
    pub(super) dates: bool,
}

impl Patient {
    /// Whether a person can be told by this. What says that identities are removed is believed as
    /// far as nothing in it shows the opposite.
    pub(super) fn is_real(&self, removal: Removal) -> bool {
        let named = self.names.iter().map(|name| name_words(name)).max().unwrap_or_default();
        let born = self.birth.as_deref().is_some_and(is_day);
        if removal.identity {
            return named >= 2 || self.contact || born && !removal.dates;
        }
        let numbered = self.numbers.iter().any(|number| !is_placeholder_number(number));
        let traced = self.accession.as_deref().is_some_and(|n| !is_placeholder_number(n));
        // Who writes "Anonymous" for a name gives a number of his own making.
        let renamed = !self.names.is_empty() && named == 0;
        named >= 1 || self.contact || numbered && (!renamed || born || traced)
    }
}

/// Words in place of a person's name, in small letters without signs.
const PLACEHOLDERS: &[&str] = &[
    "anonymous",
    "anonym",
    "anonymized",
    "anonymised",
    "anonymize",
    "anonymise",
    "anonymisiert",
    "anonyme",
    "anonimo",
    "anonimizado",
    "anon",
    "anonpat",
    "pseudonym",
    "pseudonymized",
    "removed",
    "redacted",
    "deidentified",
    "deid",
    "deleted",
    "blank",
    "empty",
    "none",
    "null",
    "unknown",
    "unnamed",
    "noname",
    "no",
    "name",
    "nn",
    "na",
    "withheld",
    "hidden",
    "masked",
    "cleared",
    "confidential",
    "test",
    "testing",
    "phantom",
    "qa",
    "qc",
    "demo",
    "dummy",
    "sample",
    "example",
    "patient",
    "pat",
    "pt",
    "subject",
    "subj",
    "sub",
    "research",
    "study",
    "case",
    "volunteer",
    "participant",
    "control",
    "id",
    "yes",
    "not",
    "available",
    "unspecified",
    "de",
    "identified",
];

/// Words that leave no doubt, whatever stands beside them: `PHANTOM^ACR`.
const NOBODY: &[&str] = &["phantom", "anonymous", "anonymized", "anonymised", "deidentified"];

/// Words of a name that are a person's.
fn name_words(name: &str) -> usize {
    let words = name.split(|c: char| matches!(c, '^' | '=' | ',' | '_' | '.') || c.is_whitespace());
    let words = words.filter(|word| !word.chars().any(|c| c.is_ascii_digit()));
    let words: Vec<String> = words.map(letters).collect();
    if words.iter().any(|word| NOBODY.contains(&word.as_str())) {
        return 0;
    }
    words
        .into_iter()
        .filter(|word| is_long_enough(word) && !is_placeholder(word))
        .map(|word| if word.is_ascii() { 1 } else { word.chars().count().min(2) })
        .sum()
}

/// Letters of a word, small.
fn letters(word: &str) -> String {
    word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// An initial is no name in Latin letters; an ideograph is one.
fn is_long_enough(word: &str) -> bool {
    !word.is_empty() && (!word.is_ascii() || word.len() >= 2)
}

fn is_placeholder(word: &str) -> bool {
    PLACEHOLDERS.contains(&word) || word.starts_with("anonym") || is_one_letter(word)
}

fn is_one_letter(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|first| letters.all(|letter| letter == first))
}

/// Whether a number is none: blank, a word, a hash, an identifier that a program made.
pub(super) fn is_placeholder_number(number: &str) -> bool {
    let number = number.trim();
    let signs: String = number.chars().filter(|c| c.is_alphanumeric()).collect();
    let word = letters(&signs);
    let hexadecimal = signs.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = signs.bytes().filter(u8::is_ascii_digit).count();
    signs.len() < 3
        || is_one_letter(&signs)
        || !word.is_empty() && is_placeholder(&word)
        || number.split(['^', '_', '-', ' ']).all(|part| {
            let part = letters(part);
            part.is_empty() || part.starts_with("anon") || is_placeholder(&part)
        }) && !word.is_empty()
        || hexadecimal && signs.len() >= 16 && digits < signs.len()
        || number.starts_with("1.2.")
        || number.starts_with("2.25.")
}

/// Whether a value of an anonymized set is a sign and no words: what stands in the place of a name
/// or number and tells nobody.
pub(super) fn is_sign(value: &str) -> bool {
    let social = value.len() == 11 && value.bytes().filter(|b| *b == b'-').count() == 2;
    !social && name_words(value) < 2
}

/// Whether a birth date is a day that a person may have been born: the first of January is what is
/// left of a year.
fn is_day(date: &str) -> bool {
    let digits = date.bytes().take(8).filter(u8::is_ascii_digit).count() == 8;
    let (year, day) = (date.get(..4), date.get(4..8));
    digits
        && year.is_some_and(|year| year > "1900")
        && day.is_some_and(|day| day != "0101" && day > "0000" && day <= "1231")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: Removal = Removal { identity: false, dates: false };
    const REMOVED: Removal = Removal { identity: true, dates: false };

    fn patient(name: &str, number: &str, birth: &str) -> Patient {
        let some = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        Patient {
            names: some(name).into_iter().collect(),
            numbers: some(number).into_iter().collect(),
            birth: some(birth),
            ..Patient::default()
        }
    }

    #[test]
    fn a_name_or_number_is_a_patient() {
        for (name, number) in [
            ("DOE^JANE", "4471736"),
            ("DOE^JANE", ""),
            ("", "4471736"),
            ("山田^太郎", ""),
            ("OB^^^^", "11-05-25-142825"),
            ("Tester^Sample^Q", ""),
        ] {
            assert!(patient(name, number, "").is_real(KEPT), "{name} {number}");
        }
    }

    #[test]
    fn what_anonymizers_write_is_nobody() {
        for (name, number) in [
            ("", ""),
            ("Anonymous", "12345"),
            ("ANON^0012", "ANON0012"),
            ("REMOVED", "0"),
            ("TEST^PATIENT", "TEST01"),
            ("XXXX", "000000"),
            ("7f3ac9d2e1", "7f3ac9d2e17f3ac9d2e1"),
            ("LIDC-IDRI-0001", "LIDC-IDRI-0001"),
            ("^^^^", "1"),
            ("No Name", "2.25.3298"),
            ("PHANTOM^ACR", "QA PHANTOM"),
        ] {
            assert!(!patient(name, number, "").is_real(KEPT), "{name} {number}");
        }
    }

    #[test]
    fn identities_that_were_removed_are_judged_by_what_is_left() {
        assert!(!patient("Brebix", "K27", "").is_real(REMOVED));
        assert!(!patient("S0012", "4471736", "19570101").is_real(REMOVED));
        assert!(patient("DOE^JANE", "", "").is_real(REMOVED));
        assert!(patient("", "S0012", "19570412").is_real(REMOVED));
        let shifted = Removal { identity: true, dates: true };
        assert!(!patient("", "S0012", "19570412").is_real(shifted));
        let called = Patient { contact: true, ..patient("", "S0012", "") };
        assert!(called.is_real(shifted));
    }

    #[test]
    fn a_number_under_another_name_counts_beside_what_traces_it() {
        assert!(patient("Anonymous", "4471736", "19570412").is_real(KEPT));
        let traced =
            Patient { accession: Some("RAD-447121".into()), ..patient("Anon", "4471736", "") };
        assert!(traced.is_real(KEPT));
    }
}
