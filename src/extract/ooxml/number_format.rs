//! How a sheet shows a number: as a date, or with characters of the format between its digits
//! (ECMA-376 part 1 sections 18.8.30 and 18.8.31).

use super::super::office::xml::{Token, Tokens};
use super::rounded::Rounded;
use std::collections::HashMap;

/// Formats of cells that a workbook may have; programs take no more.
const MOST_FORMATS: usize = 65_536;
/// Bytes of a number with more digits than a sheet shows: the noise of its binary form.
const LONG: usize = 16;

/// What a format makes of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    /// The number as it is.
    Number,
    /// A date, or a date and a time.
    Date,
    /// A time of day.
    Time,
    /// Digits with other characters between them, such as `000-00-0000`.
    Mask(String),
    /// So many digits behind the point.
    Rounded(Rounded),
}

/// The first day that a workbook counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Epoch {
    /// Day 1 is 1 January 1900, and 1900 has a 29 February.
    #[default]
    Of1900,
    /// Day 0 is 1 January 1904.
    Of1904,
}

impl Epoch {
    /// What the main part of a workbook says.
    pub(super) fn of_workbook(xml: &str) -> Self {
        let mut tokens = Tokens::of(xml);
        while let Some(token) = tokens.next() {
            let Token::Start(element) = token else { continue };
            if element.name() == "workbookPr" {
                let says = element.attribute("date1904");
                let yes = says.is_some_and(|says| matches!(says.as_ref(), "1" | "true"));
                return if yes { Self::Of1904 } else { Self::Of1900 };
            }
        }
        Self::Of1900
    }
}

/// The formats of a workbook's cells, by the index that cells give.
#[derive(Debug, Default)]
pub(super) struct Formats {
    cells: Vec<u32>,
    codes: HashMap<u32, Format>,
}

impl Formats {
    /// Reads the styles of a workbook.
    pub(super) fn read(xml: &str) -> Self {
        let mut formats = Self::default();
        let mut tokens = Tokens::of(xml);
        let mut within = false;
        while let Some(token) = tokens.next() {
            let Token::Start(element) = token else { continue };
            let number = || element.attribute("numFmtId").and_then(|id| id.parse().ok());
            match element.name() {
                "numFmt" if formats.codes.len() < MOST_FORMATS => {
                    let code = element.attribute("formatCode");
                    if let (Some(id), Some(code)) = (number(), code) {
                        formats.codes.insert(id, Format::of(&code));
                    }
                }
                "cellXfs" => within = true,
                "cellStyles" | "dxfs" | "cellStyleXfs" => within = false,
                "xf" if within && formats.cells.len() < MOST_FORMATS => {
                    formats.cells.push(number().unwrap_or(0));
                }
                _ => {}
            }
        }
        formats
    }

    /// The format of cells with that index.
    fn of(&self, style: usize) -> Option<&Format> {
        let id = self.cells.get(style)?;
        match self.codes.get(id) {
            Some(format) => Some(format),
            None => built_in(*id),
        }
    }

    /// What a cell with that index shows of a number.
    pub(super) fn shown(&self, value: &str, style: Option<usize>, epoch: Epoch) -> Option<String> {
        let format = style.and_then(|style| self.of(style)).unwrap_or(&Format::Number);
        if *format == Format::Number && value.len() < LONG && !value.contains(['e', 'E']) {
            return None;
        }
        let number: f64 = value.trim().parse().ok()?;
        match format {
            Format::Date => date(number, epoch),
            Format::Time if number < 1.0 => Some(time(number)),
            Format::Time => date(number, epoch),
            Format::Mask(code) => masked(number, code),
            Format::Rounded(rounded) => rounded.shown(number).or_else(|| plain(number, value)),
            Format::Number => plain(number, value),
        }
    }
}

/// Formats that have a number and no code (section 18.8.30).
const fn built_in(id: u32) -> Option<&'static Format> {
    match id {
        14..=17 | 22 | 27..=31 | 34..=36 | 50..=54 | 57 | 58 => Some(&Format::Date),
        18..=21 | 32 | 33 | 45..=47 | 55 | 56 => Some(&Format::Time),
        2 => Some(&Format::Rounded(Rounded::TWO_PLACES)),
        3 | 37 | 38 | 41 | 42 => Some(&Format::Rounded(Rounded::THOUSANDS)),
        4 | 39 | 40 | 43 | 44 => Some(&Format::Rounded(Rounded::MONEY)),
        9 => Some(&Format::Rounded(Rounded::PERCENT)),
        10 => Some(&Format::Rounded(Rounded::EXACT_PERCENT)),
        _ => None,
    }
}

impl Format {
    fn of(code: &str) -> Self {
        let letters = bare(code.split(';').next().unwrap_or_default()).to_ascii_lowercase();
        let has = |letters: &str, any: &[char]| letters.contains(any);
        if has(&letters, &['y', 'd']) || letters.contains("mmm") {
            Self::Date
        } else if has(&letters, &['h', 's']) && !letters.contains("general") {
            Self::Time
        } else if is_mask(&letters) {
            Self::Mask(code.to_owned())
        } else {
            Rounded::of(&letters).map_or(Self::Number, Self::Rounded)
        }
    }
}

/// A format without its literals, conditions and colours.
fn bare(code: &str) -> String {
    let mut out = String::new();
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => drop(characters.by_ref().find(|&c| c == '"')),
            '[' => {
                let within: String = characters.by_ref().take_while(|&c| c != ']').collect();
                // An elapsed time stands in brackets.
                if within.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's')) {
                    out.push_str(&within);
                }
            }
            '\\' | '_' | '*' => drop(characters.next()),
            character => out.push(character),
        }
    }
    out
}

/// Five digits or more and nothing that calculates: numbers that are names, not counts.
fn is_mask(letters: &str) -> bool {
    let digits = letters.chars().filter(|c| matches!(c, '0' | '#' | '?')).count();
    digits >= 5
        && letters.chars().all(|c| matches!(c, '0' | '#' | '?' | '-' | '(' | ')' | ' ' | '/'))
        && !letters.contains("# ?")
}

/// The digits of a number in the places of a format's section.
fn masked(number: f64, code: &str) -> Option<String> {
    if !(0.0..=9e15).contains(&number) || number.fract() != 0.0 {
        return None;
    }
    let section = section(number, code);
    let mut digits: Vec<char> = format!("{number:.0}").chars().collect();
    let mut places: Vec<(char, bool)> = Vec::new();
    let mut characters = section.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => places.extend(characters.by_ref().take_while(|&c| c != '"').map(|c| (c, false))),
            '[' => drop(characters.by_ref().find(|&c| c == ']')),
            '\\' => places.extend(characters.next().map(|c| (c, false))),
            '_' | '*' => drop(characters.next()),
            '0' | '#' | '?' => places.push((character, true)),
            other => places.push((other, false)),
        }
    }
    let first = places.iter().position(|(_, digit)| *digit);
    let mut shown: Vec<char> = Vec::new();
    for (index, (character, digit)) in places.iter().enumerate().rev() {
        if !digit {
            shown.push(*character);
            continue;
        }
        match digits.pop() {
            Some(digit) => shown.push(digit),
            None if *character == '0' => shown.push('0'),
            None => {}
        }
        if Some(index) == first {
            shown.extend(std::mem::take(&mut digits).into_iter().rev());
        }
    }
    Some(shown.into_iter().rev().collect())
}

/// The section of a format for a number: `[<=9999999]###-####;(###) ###-####`.
fn section(number: f64, code: &str) -> &str {
    let mut sections = code.split(';');
    let first = sections.next().unwrap_or_default();
    let bound = first.strip_prefix("[<=").and_then(|rest| rest.split_once(']'));
    match bound.and_then(|(bound, _)| bound.parse::<f64>().ok()) {
        Some(bound) if number > bound => sections.next().unwrap_or(first),
        _ => first,
    }
}

/// `5.362284711E9` is a telephone number, `7.2999999999999998` is 7.3.
fn plain(number: f64, value: &str) -> Option<String> {
    let legible = number == 0.0 || (1e-6..1e15).contains(&number.abs());
    // Digits that a number cannot hold are those of a name.
    let is_name = !value.contains(['.', 'e', 'E']);
    (legible && !is_name).then(|| number.to_string())
}

/// `MM/DD/YYYY`, and the time where there is one.
fn date(number: f64, epoch: Epoch) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    let day = number.floor();
    let days = match epoch {
        Epoch::Of1904 => day - 24_107.0,
        Epoch::Of1900 if day < 60.0 => day - 25_568.0,
        Epoch::Of1900 => day - 25_569.0,
    };
    let (year, month, day_of_month) = civil(days as i64);
    let mut date = String::with_capacity("MM/DD/YYYY HH:MM:SS".len());
    push_digits(&mut date, month, 2);
    date.push('/');
    push_digits(&mut date, day_of_month, 2);
    date.push('/');
    push_digits(&mut date, year, 4);
    let rest = number - day;
    if rest > 1e-6 {
        date.push(' ');
        date.push_str(&time(rest));
    }
    Some(date)
}

fn time(number: f64) -> String {
    let seconds = (number.fract() * 86_400.0).round() as i64 % 86_400;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut time = String::with_capacity("HH:MM:SS".len());
    push_digits(&mut time, hours, 2);
    time.push(':');
    push_digits(&mut time, minutes, 2);
    if seconds != 0 {
        time.push(':');
        push_digits(&mut time, seconds, 2);
    }
    time
}

/// The last digits of a number. Columns are full of dates: this is a tenth of what `format!` costs.
fn push_digits(out: &mut String, number: i64, digits: u32) {
    for place in (0..digits).rev() {
        let digit = number / 10_i64.pow(place) % 10;
        out.extend(u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 10)));
    }
}

/// Year, month and day of a count of days from 1 January 1970 in the Gregorian calendar.
const fn civil(days: i64) -> (i64, i64, i64) {
    // Counted from 1 March of year 0, leap days come last in a year and in an era of 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let leap = day_of_era / 1460 + day_of_era / 146_096 - day_of_era / 36_524;
    let year_of_era = (day_of_era - leap) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, value: &str) -> Option<String> {
        let styles = format!(
            "<styleSheet><numFmts><numFmt numFmtId='200' formatCode='{code}'/></numFmts>\
             <cellXfs><xf numFmtId='0'/><xf numFmtId='200'/></cellXfs></styleSheet>"
        );
        Formats::read(&styles).shown(value, Some(1), Epoch::Of1900)
    }

    #[test]
    fn dates_are_known_by_their_formats_in_both_systems() {
        for code in ["m/d/yy", "dd\\-mmm\\-yyyy", "[$-409]mmmm d, yyyy;@", "yyyy/mm/dd hh:mm"] {
            assert_eq!(shown(code, "26000").as_deref(), Some("03/08/1971"), "{code}");
        }
        let styles = "<s><cellXfs><xf numFmtId='14'/></cellXfs></s>";
        let formats = Formats::read(styles);
        let date = |value, epoch| formats.shown(value, Some(0), epoch);
        assert_eq!(date("1", Epoch::Of1900).as_deref(), Some("01/01/1900"));
        assert_eq!(date("61", Epoch::Of1900).as_deref(), Some("03/01/1900"));
        assert_eq!(date("45292", Epoch::Of1900).as_deref(), Some("01/01/2024"));
        assert_eq!(date("43830", Epoch::Of1904).as_deref(), Some("01/01/2024"));
        assert_eq!(date("45292.75", Epoch::Of1900).as_deref(), Some("01/01/2024 18:00"));
        assert_eq!(date("-1", Epoch::Of1900), None);
        assert_eq!(date("1e300", Epoch::Of1900), None);
    }

    #[test]
    fn digits_stand_where_the_format_puts_them() {
        for (code, value, expected) in [
            ("000\\-00\\-0000", "12345678", "012-34-5678"),
            ("000-00-0000", "536228471", "536-22-8471"),
            ("00000", "501", "00501"),
            ("00000000", "12345", "00012345"),
            ("[&lt;=9999999]###\\-####;\\(###\\)\\ ###\\-####", "2125550143", "(212) 555-0143"),
            ("[&lt;=9999999]###\\-####;\\(###\\)\\ ###\\-####", "5550143", "555-0143"),
            ("&quot;MRN-&quot;0000000", "12345", "MRN-0012345"),
        ] {
            assert_eq!(shown(code, value).as_deref(), Some(expected), "{code}");
        }
    }

    #[test]
    fn counts_and_sums_stay_as_they_are() {
        for code in ["0.00", "#,##0", "&quot;days&quot; 0", "General", "[Red]0", "# ?/?"] {
            assert_eq!(shown(code, "26000"), None, "{code}");
        }
        for (value, expected) in [
            ("5.362284711E9", Some("5362284711")),
            ("7.2999999999999998", Some("7.3")),
            ("1.4999999999999999E-2", Some("0.015")),
            ("-0.10000000000000001", Some("-0.1")),
            ("7.25", None),
            ("12345678901234567890", None),
            ("1E300", None),
        ] {
            assert_eq!(shown("General", value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn what_has_a_fraction_is_rounded_as_the_sheet_rounds_it() {
        for (code, value, expected) in [
            ("0.00", "7.2999999999999998", "7.30"),
            ("0%", "0.97", "97%"),
            ("0.0 %", "1", "100.0%"),
            ("#,##0.00", "-1234567.891", "-1,234,567.89"),
            ("#,##0", "123456.4", "123,456"),
            ("[$$-409]#,##0.00;[Red]-0", "999.5", "999.50"),
            ("0.0#,", "12.25", "12.25"),
        ] {
            let shown = shown(code, value).unwrap_or_else(|| value.to_owned());
            assert_eq!(shown, expected, "{code}");
        }
    }
}
