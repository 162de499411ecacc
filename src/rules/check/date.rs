//! Checks of dates: a day of the calendar in the ways Americans and standards write it.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// All four digits.
    pub year: u32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl Day {
    /// Today, by the system's clock, in UTC.
    #[must_use]
    pub fn today() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        Self::of_unix(seconds / 86_400)
    }

    /// Days since 1970-01-01 to a day, by the eras of 400 years that begin in March.
    fn of_unix(days: u64) -> Self {
        let days = days + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year + era * 400 + u64::from(month <= 2);
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        Self { year: small(year), month: small(month), day: small(day) }
    }

    /// The day that a value means; of two that it can mean, the one with the month first.
    pub(crate) fn read(value: &str, today: Self) -> Option<Self> {
        read(value, today).first().copied()
    }

    /// The day, if the calendar has it.
    fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=last).contains(&day).then_some(Self { year, month, day })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The first year of which anyone alive can have a date.
const FIRST_YEAR: u32 = 1880;

pub(super) fn date(value: &str, today: Day) -> bool {
    read(value, today).iter().any(|day| (FIRST_YEAR..=today.year + 1).contains(&day.year))
}

pub(super) fn date_of_birth(value: &str, today: Day) -> bool {
    // The clock is UTC: a child born on the other side of the date line is born by tomorrow.
    read(value, today).iter().any(|day| {
        day.year >= FIRST_YEAR && (*day <= today || (day.year == today.year && next(*day, today)))
    })
}

fn next(day: Day, today: Day) -> bool {
    day.month == today.month && day.day == today.day + 1
}

enum Token {
    Number { value: u32, digits: usize },
    Month(u32),
}

/// The days that a value can mean: month first and day first where both are possible.
fn read(value: &str, today: Day) -> Vec<Day> {
    let Some(tokens) = tokens(value) else { return Vec::new() };
    let year = |value: u32, digits: usize| match digits {
        4 => Some(value),
        2 if value <= (today.year + 1) % 100 => Some(today.year / 100 * 100 + value),
        2 => Some((today.year / 100 - 1) * 100 + value),
        _ => None,
    };
    let mut days = Vec::new();
    let mut add = |written: Option<u32>, month: u32, day: u32| {
        days.extend(written.and_then(|year| Day::new(year, month, day)));
    };
    match tokens.as_slice() {
        [Token::Number { value, digits: 8 }] => {
            let (head, tail) = (value / 10_000, value % 10_000);
            add(Some(head), tail / 100, tail % 100);
            add(Some(tail), head / 100, head % 100);
        }
        [Token::Number { value, digits: 6 }] => {
            add(year(value % 100, 2), value / 10_000, value / 100 % 100);
        }
        [
            Token::Number { value: a, digits: 4 },
            Token::Number { value: b, digits: 1 | 2 },
            Token::Number { value: c, digits: 1 | 2 },
        ] => add(Some(*a), *b, *c),
        [
            Token::Number { value: a, digits: 1 | 2 },
            Token::Number { value: b, digits: 1 | 2 },
            Token::Number { value: c, digits },
        ] => {
            add(year(*c, *digits), *a, *b);
            add(year(*c, *digits), *b, *a);
        }
        [
            Token::Month(month),
            Token::Number { value: day, digits: 1 | 2 },
            Token::Number { value: c, digits },
        ]
        | [
            Token::Number { value: day, digits: 1 | 2 },
            Token::Month(month),
            Token::Number { value: c, digits },
        ] => add(year(*c, *digits), *month, *day),
        [
            Token::Number { value: c, digits: 4 },
            Token::Month(month),
            Token::Number { value: day, digits: 1 | 2 },
        ] => add(Some(*c), *month, *day),
        _ => {}
    }
    days
}

/// Numbers and month names of a value; `None` when anything else stands in it but a weekday, the
/// ending of an ordinal, `of`, or a time of day behind the date.
fn tokens(value: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(3);
    let mut rest = value.trim();
    while let Some(first) = rest.chars().next() {
        let class = |c: char| (c.is_ascii_digit(), c.is_ascii_alphabetic());
        let end = rest.find(|c| class(c) != class(first)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        match class(first) {
            (true, _) => {
                if piece.len() > 8 {
                    return None;
                }
                tokens.push(Token::Number { value: piece.parse().ok()?, digits: piece.len() });
            }
            (_, true) => match word(piece)? {
                Word::Month(month) => tokens.push(Token::Month(month)),
                Word::Nothing => {}
                Word::Time if tokens.len() == 3 => break,
                Word::Time => return None,
            },
            _ => {
                // Behind a whole date, `:` belongs to a time of day.
                if tokens.len() > 3 && piece.starts_with(':') {
                    tokens.truncate(3);
                    break;
                }
                if piece
                    .chars()
                    .any(|c| !matches!(c, ' ' | '\t' | '\n' | '/' | '-' | '.' | ',' | '(' | ')'))
                {
                    return None;
                }
            }
        }
    }
    Some(tokens)
}

enum Word {
    Month(u32),
    Nothing,
    /// The `T` of ISO 8601 between date and time.
    Time,
}

fn word(written: &str) -> Option<Word> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const WEEKDAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    if written.len() > 9 {
        return None;
    }
    let lower = written.to_ascii_lowercase();
    match lower.as_str() {
        "st" | "nd" | "rd" | "th" | "of" | "the" => return Some(Word::Nothing),
        "t" => return Some(Word::Time),
        _ => {}
    }
    if lower.len() < 3 {
        return None;
    }
    if let Some(at) = MONTHS.iter().position(|month| abbreviates(&lower, month)) {
        return u32::try_from(at + 1).ok().map(Word::Month);
    }
    WEEKDAYS.iter().any(|day| abbreviates(&lower, day)).then_some(Word::Nothing)
}

/// Three letters, four (`sept`, `thur`), five (`thurs`) or all of them.
fn abbreviates(written: &str, name: &str) -> bool {
    name.starts_with(written) && (written.len() <= 5 || written.len() == name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Day = Day { year: 2026, month: 3, day: 15 };

    #[test]
    fn dates_are_read_in_the_forms_people_write() {
        for right in [
            "03/14/1962",
            "3/4/62",
            "3-14-1962",
            "03.14.1962",
            "14/03/1962",
            "1962-03-14",
            "1962/3/14",
            "19620314",
            "03141962",
            "031462",
            "March 14, 1962",
            "Mar 14 1962",
            "Mar. 14, 1962",
            "Sept 9th, 1962",
            "14 March 1962",
            "14-MAR-1962",
            "14-Mar-62",
            "1962 March 14",
            "Wednesday, March 14th, 1962",
            "14th of March 1962",
            "1962-03-14T08:30:00Z",
            "1962-03-14 08:30",
            "02/29/2024",
            "12/31/2027",
        ] {
            assert!(date(right, TODAY), "{right}");
        }
    }

    #[test]
    fn what_no_calendar_has_is_no_date() {
        for wrong in [
            "13/32/1962",
            "02/30/1962",
            "02/29/2023",
            "1962-13-01",
            "0/1/1962",
            "3/14/1879",
            "3/14/2028",
            "3/14",
            "March 1962",
            "1.2.3.4",
            "3/14/962",
            "Smarch 14, 1962",
            "",
            "3 apples 1962",
            "20261399",
        ] {
            assert!(!date(wrong, TODAY), "{wrong}");
        }
    }

    #[test]
    fn nobody_was_born_in_the_future() {
        assert!(date_of_birth("03/15/2026", TODAY) && date_of_birth("01/02/1931", TODAY));
        assert!(!date_of_birth("03/20/2026", TODAY) && !date_of_birth("01/02/2027", TODAY));
    }

    #[test]
    fn a_year_of_two_digits_is_the_last_such_year() {
        assert_eq!(read("1/2/31", TODAY).first().map(|d| d.year), Some(1931));
        assert_eq!(read("1/2/26", TODAY).first().map(|d| d.year), Some(2026));
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(Day::of_unix(0), Day { year: 1970, month: 1, day: 1 });
        assert_eq!(Day::of_unix(11_016), Day { year: 2000, month: 2, day: 29 });
        assert_eq!(Day::of_unix(20_454), Day { year: 2026, month: 1, day: 1 });
    }
}
