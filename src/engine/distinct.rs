//! What tells a value from others, so that one value written in two ways counts once.

use crate::finding::Hipaa;
use crate::rules::{Day, normalized};

/// Words before a name that are none of it.
const TITLES: [&str; 8] = ["mr", "mrs", "ms", "miss", "mx", "dr", "jr", "sr"];

/// Words behind a name that tell a generation.
const SUFFIXES: [&str; 4] = ["ii", "iii", "iv", "esq"];
/// Words in the header of a table that stands for the people in it.
const HEADER_WORDS: [&str; 7] =
    ["name", "patientname", "firstname", "lastname", "fname", "lname", "surname"];

/// A value reduced to what tells it from others of its kind: `Doe, Jane A.` and `Jane Doe` are one
/// name, `7/19/1968` and `July 19, 1968` one day, `+1 312-555-0142` and `(312) 555-0142` one number.
pub(super) fn distinct(hipaa: Option<Hipaa>, value: &str, today: Day) -> String {
    let reduced = match hipaa {
        Some(Hipaa::Name) => name(value),
        Some(Hipaa::Date) => Day::read(value, today).map(|day| day.to_string()),
        Some(Hipaa::Phone | Hipaa::Fax) => number(value),
        _ => None,
    };
    reduced.unwrap_or_else(|| normalized(value))
}

/// The words of a name in order of the alphabet, without titles and initials.
fn name(value: &str) -> Option<String> {
    let lower = value.to_lowercase();
    let mut words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-')
        .filter(|word| word.chars().nth(1).is_some() && !TITLES.contains(word))
        .collect();
    words.sort_unstable();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The words that a name is known by, its first and its last; titles and suffixes are none of it,
/// and initials only where there is not more. `None` for what is no name.
pub(super) fn name_words(value: &str) -> Option<(String, Option<String>)> {
    let lower = value.to_lowercase();
    let (before, behind) = lower.split_once(',').unwrap_or(("", &lower));
    // `Roe, Jane` is Jane Roe, and `Jane Roe, Jr.` has nothing behind its comma.
    let words = words(behind).chain(words(before)).collect::<Vec<&str>>();
    if words.iter().any(|word| HEADER_WORDS.contains(word)) {
        return None;
    }
    let is_whole = |word: &&&str| word.chars().nth(1).is_some();
    let whole: Vec<&&str> = words.iter().filter(is_whole).collect();
    let (first, last) = match whole.as_slice() {
        [] => (*words.first()?, words.get(1..)?.last()),
        [only] => (**only, words.iter().find(|word| **word != **only)),
        [first, .., last] => (**first, Some(*last)),
    };
    Some((first.to_owned(), last.map(|last| (*last).to_owned())))
}

/// Words of a name without titles.
fn words(value: &str) -> impl Iterator<Item = &str> {
    value
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-')
        .filter(|word| !word.is_empty() && !TITLES.contains(word) && !SUFFIXES.contains(word))
}

/// The ten digits of a North American number.
fn number(value: &str) -> Option<String> {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let ten = digits.strip_prefix('1').filter(|rest| rest.len() == 10);
    Some(ten.map_or(digits.clone(), str::to_owned)).filter(|digits| digits.len() == 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(hipaa: Hipaa, one: &str, other: &str) -> bool {
        let today = Day { year: 2026, month: 1, day: 1 };
        distinct(Some(hipaa), one, today) == distinct(Some(hipaa), other, today)
    }

    #[test]
    fn a_name_is_one_in_either_order_and_with_or_without_an_initial() {
        assert!(same(Hipaa::Name, "Doe, Jane A.", "Mrs. Jane Doe"));
        assert!(same(Hipaa::Name, "JANE DOE", "Jane  Doe"));
        assert!(!same(Hipaa::Name, "Jane Doe", "John Doe"));
        assert!(!same(Hipaa::Name, "A. B.", "C. D."));
    }

    #[test]
    fn a_day_is_one_however_it_is_written() {
        assert!(same(Hipaa::Date, "7/19/1968", "July 19, 1968"));
        assert!(same(Hipaa::Date, "07/19/68", "1968-07-19"));
        assert!(!same(Hipaa::Date, "7/19/1968", "7/20/1968"));
        assert!(!same(Hipaa::Date, "no day", "another"));
    }

    #[test]
    fn a_telephone_number_is_one_with_its_country_and_without() {
        assert!(same(Hipaa::Phone, "+1 312-555-0142", "(312) 555-0142"));
        assert!(!same(Hipaa::Phone, "312-555-0142", "312-555-0143"));
    }

    #[test]
    fn other_values_differ_by_letters_and_digits_alone() {
        assert!(same(Hipaa::Ssn, "536-22-8471", "536 22 8471"));
        assert!(!same(Hipaa::Mrn, "A1", "A2"));
    }
}
