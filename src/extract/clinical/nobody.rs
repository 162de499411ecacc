//! What stands for a name or a number where there is none.

/// Words that systems write for a name that they do not have. A name is nobody's where it has no
/// other words: a person can be called Test.
const WORDS: &[&str] = &[
    "ABSENT",
    "ANON",
    "ANONYMISED",
    "ANONYMIZED",
    "ANONYMOUS",
    "ASKED",
    "AVAILABLE",
    "BABY",
    "BABYBOY",
    "BABYGIRL",
    "BOY",
    "CENSORED",
    "CONFIDENTIAL",
    "DEIDENTIFIED",
    "DEMO",
    "DEPENDENT",
    "DOE",
    "DUMMY",
    "EMPTY",
    "EXAMPLE",
    "FAKE",
    "FAMILY",
    "FAMILYNAME",
    "FEMALE",
    "FIRST",
    "FIRSTNAME",
    "GIRL",
    "GIVEN",
    "GIVENNAME",
    "HIDDEN",
    "IDENTIFIED",
    "INFANT",
    "LAST",
    "LASTNAME",
    "MALE",
    "MASKED",
    "MEMBER",
    "MI",
    "MIDDLE",
    "MIDDLENAME",
    "MISSING",
    "NA",
    "NAME",
    "NIL",
    "NO",
    "NOBODY",
    "NONE",
    "NOT",
    "NOTGIVEN",
    "NOTPROVIDED",
    "NULL",
    "OF",
    "PATIENT",
    "PLACEHOLDER",
    "PROVIDED",
    "REDACTED",
    "REMOVED",
    "SAMPLE",
    "STRING",
    "SUBSCRIBER",
    "SURNAME",
    "TEST",
    "TESTING",
    "TESTPATIENT",
    "THE",
    "TRAUMA",
    "UNK",
    "UNKNOWN",
    "UNNAMED",
    "UNSPECIFIED",
    "WITHHELD",
    "X",
    "XXX",
];

/// Whether a name names somebody.
pub(super) fn is_name(name: &str) -> bool {
    let mut words =
        name.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty());
    words.any(|word| {
        let upper = word.to_uppercase();
        let stripped = upper.trim_matches(|c: char| c.is_ascii_digit());
        let letters = stripped.chars().any(char::is_alphabetic);
        letters && !one_sign(stripped) && WORDS.binary_search(&stripped).is_err()
    })
}

/// Whether a number is somebody's.
pub(super) fn is_number(number: &str) -> bool {
    let plain: String =
        number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let template = number.trim_start().starts_with(['$', '{', '<']);
    plain.chars().any(|c| c.is_ascii_digit()) && plain.len() > 1 && !one_sign(&plain) && !template
}

/// `XXXX`, `0000`.
fn one_sign(word: &str) -> bool {
    let mut signs = word.chars();
    let first = signs.next();
    word.chars().nth(1).is_some() && signs.all(|sign| Some(sign) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_order_for_the_search() {
        assert!(WORDS.is_sorted());
    }

    #[test]
    fn placeholders_are_nobody_and_odd_names_somebody() {
        for nobody in
            ["", "UNKNOWN", "Test Patient", "BABY DOE", "XXX XXXX", "Test1 Patient2", "---"]
        {
            assert!(!is_name(nobody), "{nobody}");
        }
        for somebody in ["Anna Test", "Jane Doe", "Baby Roe", "Müller", "O'Roe"] {
            assert!(is_name(somebody), "{somebody}");
        }
    }

    #[test]
    fn numbers_of_one_sign_are_nobodys() {
        for nobody in ["", "0000", "XXX-XX-XXXX", "999999999", "UNKNOWN", "\"\"", "1", "${mrn1}"] {
            assert!(!is_number(nobody), "{nobody}");
        }
        assert!(is_number("773014") && is_number("PATID1234"));
    }
}
