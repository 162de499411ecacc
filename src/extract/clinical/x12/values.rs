//! How values are written: names in the order of speech, days as ISO 8601 has them, codes with the
//! point that X12 leaves out.

/// A name: given, middle and family name, suffix.
pub(super) fn name(parts: [&str; 4]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// A date or a period in one of the formats of data element 1250.
pub(super) fn date(format: &str, value: &str) -> String {
    if let Some((from, to)) = value.split_once('-').filter(|_| format != "D8") {
        return format!("{} to {}", day(from), day(to));
    }
    day(value)
}

/// A day, with the time that may stand behind it, as ISO 8601 has it.
pub(super) fn day(value: &str) -> String {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let part = |from: usize, to: usize| value.get(from..to).unwrap_or_default();
    let (month, of_month) = (part(4, 6), part(6, 8));
    let fits = ("01"..="12").contains(&month) && ("01"..="31").contains(&of_month);
    match value.len() {
        8 if digits && fits => format!("{}-{month}-{of_month}", part(0, 4)),
        12 | 14 if digits && fits => {
            format!("{}-{month}-{of_month} {}:{}", part(0, 4), part(8, 10), part(10, 12))
        }
        _ => value.to_owned(),
    }
}

/// A telephone number of ten digits, with its dashes.
pub(super) fn phone(value: &str) -> String {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match (value.get(..3), value.get(3..6), value.get(6..)) {
        (Some(area), Some(exchange), Some(line)) if digits && line.len() == 4 => {
            format!("{area}-{exchange}-{line}")
        }
        _ => value.to_owned(),
    }
}

/// A social security number, with its dashes.
pub(super) fn ssn(value: &str) -> String {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match (value.get(..3), value.get(3..5), value.get(5..)) {
        (Some(area), Some(group), Some(serial)) if digits && serial.len() == 4 => {
            format!("{area}-{group}-{serial}")
        }
        _ => value.to_owned(),
    }
}

/// A postal code; nine digits get their dash.
pub(super) fn postal(value: &str) -> String {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match (value.get(..5), value.get(5..)) {
        (Some(zone), Some(more)) if digits && more.len() == 4 => format!("{zone}-{more}"),
        _ => value.to_owned(),
    }
}

/// A code of ICD-10-CM, with the point behind its category.
pub(super) fn icd10(code: &str) -> String {
    with_point(code, 3)
}

/// A code of ICD-9-CM: the category of external causes has four characters.
pub(super) fn icd9(code: &str) -> String {
    with_point(code, if code.starts_with(['E', 'e']) { 4 } else { 3 })
}

fn with_point(code: &str, category: usize) -> String {
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match code.split_at_checked(category) {
        Some((category, more)) if plain && !more.is_empty() && more.len() <= 4 => {
            format!("{category}.{more}")
        }
        _ => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_periods_are_written_as_iso_has_them() {
        assert_eq!(date("D8", "19800203"), "1980-02-03");
        assert_eq!(date("RD8", "20240105-20240107"), "2024-01-05 to 2024-01-07");
        assert_eq!(date("DT", "202401051230"), "2024-01-05 12:30");
        assert_eq!(date("D8", "00000000"), "00000000");
        assert_eq!(date("D8", "1980"), "1980");
    }

    #[test]
    fn codes_have_their_points() {
        let codes = ["E119", "Z00129", "I10"].map(icd10);
        assert_eq!(codes, ["E11.9", "Z00.129", "I10"]);
        assert_eq!(
            ["25000", "V5789", "E8120", "496"].map(icd9),
            ["250.00", "V57.89", "E812.0", "496"]
        );
        assert_eq!(icd10("E11.9"), "E11.9");
    }

    #[test]
    fn numbers_have_their_dashes() {
        assert_eq!(phone("3125550142"), "312-555-0142");
        assert_eq!(phone("5550142"), "5550142");
        assert_eq!(postal("623010001"), "62301-0001");
        assert_eq!(ssn("987654320"), "987-65-4320");
    }
}
