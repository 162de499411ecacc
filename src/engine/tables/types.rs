//! What the columns of a table without a header hold, by the shape of their values.
//!
//! Only a table with a column that patients alone have (codes of diagnoses, Social Security numbers
//! beside names) is told so: a list of names and birth dates may be anybody's, and what else stands
//! in its rows tells.

/// Rows that are looked at, and how many a table has at the least.
const LOOKED_AT: usize = 50;
const LEAST: usize = 3;

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `Roe, Jane Q`
    Reversed,
    /// `Jane Roe`
    Full,
    /// `Roe`
    Word,
    /// A day.
    Day,
    /// `536-22-8471`
    Security,
    /// `E11.9`
    Diagnosis,
    /// A number that somebody was given.
    Number,
    Other,
}

/// The labels of the columns of rows, where they are plain; none where they are not.
pub(super) fn labels<'t>(
    columns: usize,
    rows: usize,
    cell: impl Fn(usize, usize) -> Option<&'t str>,
) -> Option<Vec<&'static str>> {
    if rows < LEAST {
        return None;
    }
    let shapes: Vec<Shape> = (0..columns)
        .map(|column| {
            let values = (0..rows.min(LOOKED_AT))
                .filter_map(|row| cell(row, column))
                .filter(|v| !v.is_empty());
            common(values)
        })
        .collect();
    // Rooms look like codes of few characters; among codes of diagnoses some have a point.
    let pointed = |column: usize| {
        (0..rows.min(LOOKED_AT)).filter_map(|row| cell(row, column)).any(|code| code.contains('.'))
    };
    let coded = shapes
        .iter()
        .enumerate()
        .any(|(column, shape)| *shape == Shape::Diagnosis && pointed(column));
    let has = |shape: Shape| shapes.contains(&shape);
    let pair = shapes.windows(2).position(|two| two == [Shape::Word, Shape::Word]);
    let name = shapes
        .iter()
        .position(|shape| *shape == Shape::Reversed)
        .or_else(|| shapes.iter().position(|shape| *shape == Shape::Full));
    let named = name.is_some() || pair.is_some();
    let of_patients = coded && (named || has(Shape::Number)) || (has(Shape::Security) && named);
    let birth = shapes.iter().enumerate().position(|(column, shape)| {
        *shape == Shape::Day && {
            let days = (0..rows.min(LOOKED_AT)).filter_map(|row| cell(row, column));
            is_birth(days)
        }
    });
    let of_somebody = named && birth.is_some();
    if !(of_patients || of_somebody) {
        return None;
    }
    let number = shapes.iter().position(|shape| of_patients && *shape == Shape::Number);
    let label = |(column, shape): (usize, &Shape)| match shape {
        _ if name == Some(column) && of_patients => "Patient Name",
        _ if name == Some(column) => "Name",
        _ if name.is_none() && pair == Some(column) => "Last Name",
        _ if name.is_none() && pair.is_some_and(|pair| pair + 1 == column) => "First Name",
        Shape::Security => "SSN",
        Shape::Diagnosis if coded => "Diagnosis",
        _ if birth == Some(column) => "DOB",
        _ if number == Some(column) => "MRN",
        _ => "",
    };
    Some(shapes.iter().enumerate().map(label).collect())
}

/// The shape of four in five values.
fn common<'t>(values: impl Iterator<Item = &'t str>) -> Shape {
    let mut counts: Vec<(Shape, usize)> = Vec::new();
    let mut all = 0;
    for value in values {
        all += 1;
        let shape = shape(value);
        match counts.iter_mut().find(|(known, _)| *known == shape) {
            Some((_, count)) => *count += 1,
            None => counts.push((shape, 1)),
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    match most {
        Some((shape, count)) if all >= LEAST && count * 5 >= all * 4 => shape,
        _ => Shape::Other,
    }
}

fn shape(value: &str) -> Shape {
    let bytes = value.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return named(value);
    }
    let signs = |sign: u8| bytes.iter().filter(|byte| **byte == sign).count();
    let figures = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.');
    if bytes.iter().all(figures) {
        let groups: Vec<usize> = value.split(['-', '/', '.']).map(str::len).collect();
        return match groups.as_slice() {
            [3, 2, 4] if signs(b'-') == 2 => Shape::Security,
            [4, 1..=2, 1..=2] | [1..=2, 1..=2, 2 | 4] => Shape::Day,
            [8] if value.starts_with("19") || value.starts_with("20") => Shape::Day,
            [5..=10] => Shape::Number,
            _ => Shape::Other,
        };
    }
    let [first, second, rest @ ..] = bytes else { return Shape::Other };
    let is_code = first.is_ascii_uppercase()
        && second.is_ascii_digit()
        && rest.first().is_some_and(u8::is_ascii_alphanumeric)
        && (rest.len() == 1 || rest.get(1) == Some(&b'.'))
        && rest.len() <= 6;
    if is_code {
        return Shape::Diagnosis;
    }
    let parts: Vec<&str> = value.split(['-', ' ']).collect();
    match parts.as_slice() {
        [day, month, year]
            if month.len() == 3
                && month.bytes().all(|byte| byte.is_ascii_alphabetic())
                && day.parse::<u8>().is_ok()
                && year.parse::<u16>().is_ok() =>
        {
            Shape::Day
        }
        [only] if (6..=12).contains(&only.len()) && digits * 2 > only.len() => Shape::Number,
        _ => Shape::Other,
    }
}

fn named(value: &str) -> Shape {
    let is_word = |word: &str| {
        word.starts_with(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-' | '.'))
    };
    if value.len() > 40 || value.starts_with("Dr") {
        return Shape::Other;
    }
    let (before, behind) = value.split_once(',').unwrap_or((value, ""));
    let words: Vec<&str> = before.split(' ').collect();
    let given: Vec<&str> = behind.split_ascii_whitespace().collect();
    if !words.iter().chain(&given).all(|word| is_word(word)) {
        return Shape::Other;
    }
    match (words.len(), given.len()) {
        (1..=3, 1..=3) => Shape::Reversed,
        (2..=3, 0) => Shape::Full,
        (1, 0) if (2..=24).contains(&value.len()) && value.chars().nth(1).is_some() => Shape::Word,
        _ => Shape::Other,
    }
}

/// Whether days are those on which people were born: years apart from each other.
fn is_birth<'t>(days: impl Iterator<Item = &'t str>) -> bool {
    const APART: u16 = 15;
    let year = |day: &str| {
        let groups: Vec<&str> = day.split(['-', '/', '.', ' ']).collect();
        match groups.as_slice() {
            [year, _, _] if year.len() == 4 => year.parse::<u16>().ok(),
            [_, _, year] => year.parse().ok(),
            [day] => day.get(..4)?.parse().ok(),
            _ => None,
        }
    };
    let years: Vec<u16> = days.filter_map(year).collect();
    let (first, last) = (years.iter().min(), years.iter().max());
    first.zip(last).is_some_and(|(first, last)| last - first >= APART)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rows: &[&[&str]]) -> Option<Vec<&'static str>> {
        let columns = rows.first().map_or(0, |row| row.len());
        labels(columns, rows.len(), |row, column| rows.get(row)?.get(column).copied())
    }

    #[test]
    fn columns_of_patients_are_known_by_their_values() {
        let rows: &[&[&str]] = &[
            &["1048221", "Doe, Jane", "1951-06-02", "E11.9"],
            &["1048222", "Roe, John Q", "1987-01-12", "I10"],
            &["1048223", "Poe, Ann", "2001-11-30", "J45.909"],
        ];
        assert_eq!(told(rows), Some(vec!["MRN", "Patient Name", "DOB", "Diagnosis"]));
        let rows: &[&[&str]] = &[
            &["Doe", "Jane", "6/2/51", "536-22-8471"],
            &["Roe", "John", "1/12/87", "536-22-8472"],
            &["Poe", "Ann", "11/30/01", "536-22-8473"],
        ];
        assert_eq!(told(rows), Some(vec!["Last Name", "First Name", "DOB", "SSN"]));
    }

    #[test]
    fn names_beside_birth_dates_are_names_of_somebody() {
        let rows: &[&[&str]] =
            &[&["Doe", "Jane", "6/2/51"], &["Roe", "John", "1/12/87"], &["Poe", "Ann", "11/30/01"]];
        assert_eq!(told(rows), Some(vec!["Last Name", "First Name", "DOB"]));
    }

    #[test]
    fn columns_of_others_are_not() {
        let staff: &[&[&str]] = &[
            &["Doe, Jane", "Sales", "1048221"],
            &["Roe, John", "Payroll", "1048222"],
            &["Poe, Ann", "Sales", "1048223"],
        ];
        assert_eq!(told(staff), None);
        let codes: &[&[&str]] = &[
            &["E11.9", "Type 2 diabetes", "1"],
            &["I10", "Hypertension", "2"],
            &["J45.909", "Asthma", "3"],
        ];
        assert_eq!(told(codes), None);
        assert_eq!(told(&[&["Doe, Jane", "E11.9", "1"]]), None);
    }
}
