//! Whose record a segment begins, and whether that is anybody's.

use super::super::nobody;
use super::segment::{Components, Delimiters, Segment};
use super::types;

/// Types of identifiers by which a site knows a patient, the unsaid one among them.
const OWN: &[&str] = &["", "EPI", "MR", "MRN", "PE", "PI", "PT", "PNT", "SS", "SSN", "U"];

/// Who a patient is, as far as it tells whether two segments are about one.
#[derive(Debug, Default)]
pub(super) struct Person {
    /// Numbers, and name with date of birth: who has one of them in common is one person.
    pub keys: Vec<String>,
    /// Whether a name or a number is no placeholder.
    pub somebody: bool,
}

impl Person {
    /// The patient of a PID segment.
    pub(super) fn of(segment: &Segment<'_>) -> Self {
        let mut person = Self::default();
        let mut names = Vec::new();
        let mut birth = String::new();
        for (number, raw) in segment.fields() {
            match number {
                2..=4 => person.numbers(raw, &segment.delimiters),
                5 => names = all(raw, &segment.delimiters, |parts| types::name(parts, 1)),
                7 => birth = first(raw, &segment.delimiters, |parts| types::day(&parts.take(1))),
                18..=20 => {
                    let numbers = all(raw, &segment.delimiters, |parts| parts.take(1));
                    person.somebody |= numbers.iter().any(|number| nobody::is_number(number));
                }
                _ => {}
            }
        }
        person.named(&names, &birth);
        person
    }

    /// Takes the numbers of a field of identifiers.
    pub(super) fn numbers(&mut self, raw: &str, delimiters: &Delimiters) {
        for (number, kind) in all(raw, delimiters, |parts| (parts.take(1), parts.take(5))) {
            if nobody::is_number(&number) {
                self.somebody = true;
                if OWN.contains(&kind.to_ascii_uppercase().as_str()) {
                    self.keys.push(format!("#{}", number.to_uppercase()));
                }
            }
        }
    }

    /// Takes names, and the date of birth that goes with the first of them.
    pub(super) fn named(&mut self, names: &[String], birth: &str) {
        self.somebody |= names.iter().any(|name| nobody::is_name(name));
        if let Some(name) = names.first().filter(|name| nobody::is_name(name))
            && !birth.is_empty()
        {
            let day = birth.get(..10).unwrap_or(birth);
            self.keys.push(format!("{} {day}", name.to_uppercase()));
        }
    }
}

/// Something of each repetition.
pub(super) fn all<T>(
    raw: &str,
    delimiters: &Delimiters,
    of: impl Fn(&mut Components) -> T,
) -> Vec<T> {
    let repetitions = raw.split(delimiters.repetition);
    repetitions.map(|repetition| of(&mut Components::of(repetition, delimiters))).collect()
}

fn first(raw: &str, delimiters: &Delimiters, of: impl Fn(&mut Components) -> String) -> String {
    all(raw, delimiters, of).into_iter().next().unwrap_or_default()
}
