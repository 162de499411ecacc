//! Numbers that a sheet measures and counts, rounded as it shows them (ECMA-376 part 1 section
//! 18.8.31).

/// How a sheet rounds what it measures and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rounded {
    decimals: u8,
    /// Whether thousands are set apart.
    grouped: bool,
    percent: bool,
}

impl Rounded {
    /// `0.00`
    pub(super) const TWO_PLACES: Self = Self { decimals: 2, grouped: false, percent: false };
    /// `#,##0`
    pub(super) const THOUSANDS: Self = Self { decimals: 0, grouped: true, percent: false };
    /// `#,##0.00`
    pub(super) const MONEY: Self = Self { decimals: 2, grouped: true, percent: false };
    /// `0%`
    pub(super) const PERCENT: Self = Self { decimals: 0, grouped: false, percent: true };
    /// `0.00%`
    pub(super) const EXACT_PERCENT: Self = Self { decimals: 2, grouped: false, percent: true };

    /// Reads a format without its literals; `None` for one that does more than round.
    pub(super) fn of(letters: &str) -> Option<Self> {
        let letters = letters.trim_matches(|c: char| !matches!(c, '0' | '#' | '?' | '.' | '%'));
        let (number, percent) = match letters.strip_suffix('%') {
            Some(number) => (number.trim_end(), true),
            None => (letters, false),
        };
        let (whole, behind) = number.split_once('.').unwrap_or((number, ""));
        let is_place = |c: char| matches!(c, '0' | '#' | '?');
        let rounds = whole.chars().all(|c| is_place(c) || c == ',') && behind.chars().all(is_place);
        let decimals = u8::try_from(behind.len()).ok().filter(|decimals| *decimals <= 15)?;
        let grouped = whole.contains(',');
        (rounds && !number.is_empty()).then_some(Self { decimals, grouped, percent })
    }

    /// A number as it is shown. A whole one may be the name of something, and stays as it is.
    pub(super) fn shown(self, number: f64) -> Option<String> {
        if number.fract() == 0.0 && !self.percent || number.abs() >= 1e15 {
            return None;
        }
        let number = if self.percent { number * 100.0 } else { number };
        let rounded = format!("{number:.*}", usize::from(self.decimals));
        let (whole, behind) = rounded.split_once('.').unwrap_or((&rounded, ""));
        let mut out = String::with_capacity(rounded.len() * 2);
        for (index, digit) in whole.char_indices() {
            let left = whole.len() - index;
            if self.grouped && left.is_multiple_of(3) && out.ends_with(|c: char| c.is_ascii_digit())
            {
                out.push(',');
            }
            out.push(digit);
        }
        if !behind.is_empty() {
            out.push('.');
            out.push_str(behind);
        }
        if self.percent {
            out.push('%');
        }
        Some(out)
    }
}
