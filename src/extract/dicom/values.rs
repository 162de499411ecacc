//! Values as people write them: names in their order, dates with dashes, several of one attribute
//! one by one (PS3.5 section 6.2).

use dicom_core::header::VR;

/// The values of an attribute; those of free text are one.
pub(super) fn several(vr: VR, words: &str) -> Vec<&str> {
    let whole = matches!(vr, VR::LT | VR::ST | VR::UT | VR::UR | VR::UN | VR::OB | VR::OW);
    let parts = words.split(if whole { '\0' } else { '\\' });
    parts.map(trim).filter(|value| !value.is_empty()).collect()
}

fn trim(value: &str) -> &str {
    value.trim_matches(|c: char| c == '\0' || c.is_whitespace())
}

/// A value in words.
pub(super) fn in_words(vr: VR, value: &str) -> String {
    let written = match vr {
        VR::PN => name(value),
        VR::DA | VR::DT => date(value),
        VR::TM => time(value),
        VR::AS => age(value),
        _ => None,
    };
    written.unwrap_or_else(|| value.to_owned())
}

/// The ways of writing of a name: Latin letters, ideographs, sounds (PS3.5 section 6.2.1.1).
pub(super) fn name_groups(value: &str) -> impl Iterator<Item = &str> {
    value.split('=').map(str::trim).filter(|group| group.chars().any(char::is_alphanumeric))
}

/// `DOE^JANE^Q^^MD` as `Jane Q Doe MD`.
fn name(value: &str) -> Option<String> {
    if !value.contains('^') {
        return Some(capitalized(value));
    }
    let mut parts = value.split('^').map(trim);
    let family = parts.next()?;
    let [given, middle, prefix, suffix] = std::array::from_fn(|_| parts.next().unwrap_or(""));
    let ordered = [prefix, given, middle, family, suffix];
    let words: Vec<String> =
        ordered.iter().filter(|part| !part.is_empty()).map(|part| capitalized(part)).collect();
    Some(words.join(" "))
}

/// Words that are all capitals, with one each.
fn capitalized(words: &str) -> String {
    if words.chars().any(char::is_lowercase) || words.chars().any(|c| c.is_ascii_digit()) {
        return words.to_owned();
    }
    let mut out = String::with_capacity(words.len());
    let mut inside = false;
    for letter in words.chars() {
        if inside {
            out.extend(letter.to_lowercase());
        } else {
            out.push(letter);
        }
        inside = letter.is_alphabetic();
    }
    // Degrees and generations stay as they are.
    if words.len() <= 3
        && !words.contains(' ')
        && matches!(words, "MD" | "II" | "III" | "IV" | "RN" | "DO")
    {
        return words.to_owned();
    }
    out
}

/// `19570412` as `1957-04-12`, a time behind it as such; of the forms with dots too.
fn date(value: &str) -> Option<String> {
    let (day, rest) = value.split_at_checked(8)?;
    if !day.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut written = format!("{}-{}-{}", day.get(..4)?, day.get(4..6)?, day.get(6..)?);
    if let Some(time) = time(rest) {
        written.push(' ');
        written.push_str(&time);
    } else if rest.starts_with('-') {
        // A range, as a query has it.
        written.push_str(" - ");
        written.push_str(&date(rest.get(1..)?)?);
    }
    Some(written)
}

/// `082251.000` as `08:22:51`.
fn time(value: &str) -> Option<String> {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (hour, minute) = (value.get(..2)?, value.get(2..4)?);
    match digits {
        4 | 5 => Some(format!("{hour}:{minute}")),
        6.. => Some(format!("{hour}:{minute}:{}", value.get(4..6)?)),
        _ => None,
    }
}

/// `067Y` as `67 years`.
fn age(value: &str) -> Option<String> {
    let (number, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    let number: u16 = number.parse().ok()?;
    let unit = match unit {
        "Y" => "years",
        "M" => "months",
        "W" => "weeks",
        "D" => "days",
        _ => return None,
    };
    Some(format!("{number} {unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_in_the_order_of_speech() {
        for (value, words) in [
            ("ROE^JANE^^", "Jane Roe"),
            ("Doe^John^Q^Dr.^MD", "Dr. John Q Doe MD"),
            ("O'NEIL^MARY-ANN", "Mary-Ann O'Neil"),
            ("JANE ROE", "Jane Roe"),
            ("山田^太郎", "太郎 山田"),
        ] {
            assert_eq!(in_words(VR::PN, value), words);
        }
    }

    #[test]
    fn dates_times_and_ages_are_written_as_people_do() {
        assert_eq!(in_words(VR::DA, "19570412"), "1957-04-12");
        assert_eq!(in_words(VR::DT, "20110525145628.350000+0100"), "2011-05-25 14:56:28");
        assert_eq!(in_words(VR::TM, "142825.000"), "14:28:25");
        assert_eq!(in_words(VR::AS, "067Y"), "67 years");
        for (vr, other) in [(VR::DA, "1957.04.12"), (VR::TM, "14"), (VR::AS, "Y"), (VR::DA, "")] {
            assert_eq!(in_words(vr, other), other);
        }
    }
}
