//! Fields of a form: what was filled in, under the name of the field (ISO 32000-2, 12.7.4).

use hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Object, String as PdfString};

use super::strings;

/// Fields above a field from which it inherits.
const MOST_PARENTS: usize = 32;
/// Choices of a field; more are a list that nobody reads.
const MOST_CHOICES: usize = 1 << 12;

/// What one field says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) label: String,
    /// Its value, and what a reset would make it.
    pub(super) values: Vec<String>,
    /// What could be chosen.
    pub(super) choices: Vec<String>,
}

/// The field that a dictionary is; of a signature, nothing.
pub(super) fn field(dictionary: &Dict<'_>) -> Option<Field> {
    let keys: [&[u8]; 4] = [b"V", b"DV", b"Opt", b"RV"];
    if !keys.iter().any(|key| dictionary.contains_key(key)) {
        return None;
    }
    let kind = inherited(dictionary, b"FT")?;
    let Object::Name(kind) = kind else { return None };
    if &*kind == b"Sig" {
        return None;
    }
    let choices = choices(dictionary);
    let mut field = Field { label: label(dictionary), ..Field::default() };
    for key in [&b"V"[..], b"DV"] {
        for value in dictionary.get::<Object<'_>>(key).map(written).unwrap_or_default() {
            let chosen = choices.iter().find(|(export, _)| *export == value);
            let value = chosen.map_or(value, |(_, shown)| shown.clone());
            if !field.values.contains(&value) {
                field.values.push(value);
            }
        }
    }
    if &*kind == b"Btn" {
        field.values.retain(|value| value != "Off");
    }
    field.choices = choices.into_iter().map(|(_, shown)| shown).collect();
    Some(field)
}

/// The value of a key here or in the nearest field above.
fn inherited<'a>(dictionary: &Dict<'a>, key: &[u8]) -> Option<Object<'a>> {
    let mut dictionary = dictionary.clone();
    for _ in 0..MOST_PARENTS {
        if let Some(object) = dictionary.get::<Object<'_>>(key) {
            return Some(object);
        }
        dictionary = dictionary.get::<Dict<'_>>(b"Parent")?;
    }
    None
}

/// What people are shown as the name of a field, or else its name among fields.
fn label(dictionary: &Dict<'_>) -> String {
    if let Some(Object::String(text)) = inherited(dictionary, b"TU") {
        let label = strings::decode(&text);
        if !label.trim().is_empty() {
            return label;
        }
    }
    match inherited(dictionary, b"T") {
        Some(Object::String(name)) => words_of_name(&strings::decode(&name)),
        _ => String::new(),
    }
}

/// `PatientName[0]` and `patient_name` are two words.
fn words_of_name(name: &str) -> String {
    let name = name.split('[').next().unwrap_or_default();
    let mut words = String::with_capacity(name.len() + 8);
    let mut before: Option<char> = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let begins = c.is_uppercase()
            && (before.is_some_and(char::is_lowercase)
                || before.is_some_and(char::is_uppercase)
                    && rest.peek().is_some_and(|next| next.is_lowercase()));
        if begins {
            words.push(' ');
        }
        words.push(if matches!(c, '_' | '.') { ' ' } else { c });
        before = Some(c);
    }
    words
}

/// The texts of a value.
fn written(value: Object<'_>) -> Vec<String> {
    match value {
        Object::String(text) => vec![strings::decode(&text)],
        Object::Name(name) => vec![strings::decode(&name)],
        Object::Stream(stream) => {
            stream.decoded_data().map(|text| vec![strings::decode(&text)]).unwrap_or_default()
        }
        Object::Array(values) => values
            .iter::<PdfString<'_>>()
            .take(MOST_CHOICES)
            .map(|text| strings::decode(&text))
            .collect(),
        _ => Vec::new(),
    }
}

/// What can be chosen: how it is sent, and how it is shown.
fn choices(dictionary: &Dict<'_>) -> Vec<(String, String)> {
    let Some(options) = dictionary.get::<Array<'_>>(b"Opt") else { return Vec::new() };
    let choice = |option| match option {
        Object::String(text) => {
            let text = strings::decode(&text);
            Some((text.clone(), text))
        }
        Object::Array(pair) => {
            let mut pair = pair.iter::<PdfString<'_>>().map(|text| strings::decode(&text));
            Some((pair.next()?, pair.next()?))
        }
        _ => None,
    };
    options.iter::<Object<'_>>().take(MOST_CHOICES).filter_map(choice).collect()
}

/// The rich text of a field, as XHTML (ISO 32000-2, annex K).
pub(super) fn rich(dictionary: &Dict<'_>, key: &[u8]) -> Option<String> {
    match dictionary.get::<Object<'_>>(key)? {
        Object::String(text) => Some(strings::decode(&text)),
        Object::Stream(stream) => Some(strings::decode(&stream.decoded_data().ok()?)),
        _ => None,
    }
}

/// Whether a dictionary has a name for this key.
pub(super) fn is_named(dictionary: &Dict<'_>, key: &[u8], name: &[u8]) -> bool {
    dictionary.get::<Name<'_>>(key).is_some_and(|found| &*found == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_among_fields_is_cut_into_words() {
        assert_eq!(words_of_name("PatientName[0]"), "Patient Name");
        assert_eq!(words_of_name("patient_ssn"), "patient ssn");
        assert_eq!(words_of_name("SSNNumber"), "SSN Number");
        assert_eq!(words_of_name("DOB"), "DOB");
    }
}
