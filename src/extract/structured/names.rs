//! Names of keys and elements as words: `birthDate` is `birth date`.

/// Bytes of the longest name that is a label.
const LONGEST: usize = 64;

/// Names of what a code means and where codes come from (HL7 data types CD and II, FHIR Coding):
/// a name under them is nobody's.
const OF_CODES: &[&str] = &[
    "assigningAuthorityName",
    "classCode",
    "code",
    "codeSystem",
    "codeSystemName",
    "codeSystemVersion",
    "coding",
    "display",
    "displayName",
    "moodCode",
    "nullFlavor",
    "root",
    "schemaLocation",
    "system",
    "typeCode",
    "unit",
    "url",
    "use",
    "version",
];

/// The words of the last two names of a path.
pub(super) fn label(outer: &str, inner: &str) -> Option<String> {
    // Each value of an element would pay for its name.
    let [outer, inner] = [outer, inner].map(|name| if name.len() > LONGEST { "" } else { name });
    if OF_CODES.contains(&inner.rsplit_once(':').map_or(inner, |(_, name)| name)) {
        return None;
    }
    let mut words = String::new();
    for name in [outer, inner] {
        push_words(name, &mut words);
    }
    (!words.is_empty()).then_some(words)
}

fn push_words(name: &str, out: &mut String) {
    // A prefix of a namespace says nothing.
    let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
    let mut before = ' ';
    if !out.is_empty() && !name.is_empty() {
        out.push(' ');
    }
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            out.push(' ');
        }
        before = c;
        match c {
            '_' | '-' | '.' => out.push(' '),
            c => out.extend(c.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn names_are_words() {
        assert_eq!(label("patient", "birthDate").unwrap(), "patient birth date");
        assert_eq!(label("", "hl7:MRN").unwrap(), "mrn");
        assert_eq!(label("home_phone", "").unwrap(), "home phone");
        assert_eq!(label("", ""), None);
        assert_eq!(label("code", "displayName"), None);
    }
}
