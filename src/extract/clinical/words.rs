//! Names of elements as words, and values that say nothing of anybody.

/// Characters of the longest name that becomes a label.
const LONGEST: usize = 40;

/// The words of a name: `dosageInstruction` is `Dosage instruction`.
pub(super) fn label(name: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for c in name.chars().take(LONGEST) {
        let c = if c.is_alphanumeric() { c } else { ' ' };
        if c.is_uppercase() && before.is_lowercase() {
            words.push(' ');
        }
        // Two words with capitals would look like somebody's name.
        if words.is_empty() {
            words.extend(c.to_uppercase());
        } else if before.is_uppercase() {
            words.push(c);
        } else {
            words.extend(c.to_lowercase());
        }
        before = c;
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { "Value".to_owned() } else { words }
}

/// Whether a value names a place in a standard and nobody: an object identifier, the address of a
/// code system, a code of structure in capitals, a word of the standard's.
pub(super) fn is_of_the_standard(value: &str) -> bool {
    let value = value.trim();
    let is_oid = value.contains('.')
        && value.len() > 12
        && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_place = ["http://", "https://", "urn:oid:", "urn:hl7", "urn:iso", "urn:ietf"]
        .iter()
        .any(|start| value.starts_with(start));
    is_oid || is_place && !value.contains(['?', '@', '=']) || matches!(value, "true" | "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        assert_eq!(label("dosageInstruction"), "Dosage instruction");
        assert_eq!(label("us-core-race"), "Us core race");
        assert_eq!(label("ID"), "ID");
        assert_eq!(label("___"), "Value");
    }

    #[test]
    fn what_the_standard_says_is_nobodys() {
        assert!(is_of_the_standard("2.16.840.1.113883.10.20.22.2.5"));
        assert!(is_of_the_standard("http://loinc.org"));
        assert!(!is_of_the_standard("https://portal.example/?patient=773014"));
        assert!(!is_of_the_standard("12.5"));
    }
}
