//! Names of keys and elements as words: `birthDate` is `birth date`.

/// Bytes of the longest name that is a label.
const LONGEST: usize = 64;

/// The words of the last two names of a path.
pub(super) fn label(outer: &str, inner: &str) -> Option<String> {
    let mut words = String::new();
    for name in [outer, inner] {
        if name.len() > LONGEST {
            continue;
        }
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
    }
}
