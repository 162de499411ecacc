//! Words that stand where a name or a number would, and are nobody's.

/// Words of which a name consists that is nobody's.
const WORDS: &[&str] = &[
    "anonymized",
    "anonymised",
    "anonymous",
    "deidentified",
    "de-identified",
    "example",
    "family",
    "firstname",
    "first",
    "given",
    "lastname",
    "last",
    "masked",
    "n/a",
    "na",
    "name",
    "nobody",
    "none",
    "not",
    "null",
    "patient",
    "redacted",
    "removed",
    "sample",
    "string",
    "unknown",
    "unspecified",
    "withheld",
    "xxx",
    "hidden",
    "placeholder",
    "available",
    "asked",
    "given-name",
    "surname",
    "absent",
    "no",
    "the",
    "of",
];
/// Names of which one word alone is said of nobody, though a person may be called so with another.
const ALONE: &[&str] = &["test", "testpatient", "dummy", "fake", "demo"];
/// Numbers that templates have.
const NUMBERS: &[&str] =
    &["example", "unknown", "none", "n/a", "na", "null", "xxx", "string", "id", "mrn"];

/// Whether a name is nobody's: each of its words says so, or has no two different letters. When
/// in doubt it is somebody's.
pub(super) fn is_nobodys_name(name: &str) -> bool {
    let cut = |c: char| c.is_whitespace() || matches!(c, ',' | '^' | '_' | '[' | ']');
    let mut words = name.split(cut).filter(|word| !word.is_empty());
    let nobody = words.all(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        WORDS.contains(&word.as_str()) || is_filler(&word)
    });
    nobody || ALONE.contains(&name.trim().to_lowercase().as_str())
}

/// Whether a number is nobody's.
pub(super) fn is_nobodys_number(number: &str) -> bool {
    let number = number.trim().to_lowercase();
    let filled = number.trim_matches(|c: char| !c.is_alphanumeric());
    filled.is_empty()
        || NUMBERS.contains(&filled)
        || is_filler(filled)
        || number.starts_with('$')
        || number.starts_with('{')
}

/// No sign in it differs from another, and they stand for something else: `XXXX`, `0000`, `****`.
fn is_filler(word: &str) -> bool {
    let Some(first) = word.chars().next() else { return true };
    matches!(first, 'x' | '0' | '*' | '-' | '9') && word.chars().all(|c| c == first || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_nobody() {
        for name in [
            "UNKNOWN",
            "Unknown Patient",
            "XXXXX XXX",
            "Example",
            "[Redacted]",
            "",
            "MASKED MASKED",
            "test",
        ] {
            assert!(is_nobodys_name(name), "{name}");
        }
        for number in ["", "XXX-XX-XXXX", "000000", "unknown", "${mrn}", "****"] {
            assert!(is_nobodys_number(number), "{number}");
        }
    }

    #[test]
    fn somebody_can_be_called_test() {
        for name in ["Jane Test", "Adam Everyman", "Data Export", "X Æ", "Unknown Smith"] {
            assert!(!is_nobodys_name(name), "{name}");
        }
        assert!(!is_nobodys_number("101646"));
    }
}
