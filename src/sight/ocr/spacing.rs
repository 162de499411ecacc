//! Blanks that the network lost: `1977SSN` was `1977 SSN` where a gap says so.

use super::recognizer::{Letter, Spelling};
use super::strip::HEIGHT;

/// A gap between two letters, in columns, that can be a blank: a sixth of the height.
const BLANK: usize = HEIGHT / 6;
/// How much wider than others on its line such a gap is.
const WIDER: f32 = 1.6;

/// The text of a line, with a blank wherever the kind of character changes across a wide gap.
/// Within a number or a word gaps say nothing: the digit 1 has as much air as a blank.
pub(super) fn text(spelling: &Spelling) -> String {
    let gaps: Vec<usize> =
        spelling.letters.windows(2).map(|pair| gap(pair, &spelling.ink)).collect();
    let mut sorted = gaps.clone();
    sorted.sort_unstable();
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let mut text = String::new();
    for (index, letter) in spelling.letters.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).and_then(|before| spelling.letters.get(before)) {
            let gap = gaps.get(index - 1).copied().unwrap_or_default();
            if changes_kind(before, letter) && gap >= BLANK && gap as f32 >= WIDER * usual as f32 {
                text.push(' ');
            }
        }
        text.push_str(&letter.text);
    }
    text
}

/// The widest stretch without ink between two letters, in columns.
fn gap(pair: &[Letter], ink: &[bool]) -> usize {
    let [before, after] = pair else { return 0 };
    let between = before.columns.start..after.columns.end.min(ink.len());
    let between = ink.get(between).unwrap_or_default();
    between.split(|ink| *ink).map(<[bool]>::len).max().unwrap_or_default()
}

/// Whether a new word or value can begin here without a blank being seen.
fn changes_kind(before: &Letter, after: &Letter) -> bool {
    let (Some(a), Some(b)) = (before.text.chars().next_back(), after.text.chars().next()) else {
        return false;
    };
    let behind_sign = match a {
        ',' | ';' | ':' | ')' => b.is_alphanumeric(),
        '.' => b.is_alphabetic(),
        _ => false,
    };
    a.is_numeric() && b.is_alphabetic()
        || a.is_lowercase() && b.is_uppercase()
        || a.is_alphanumeric() && b == '('
        || behind_sign
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters eight columns wide; before a `_`, sixteen columns of air that the network missed.
    fn spelled(word: &str) -> Spelling {
        let (mut letters, mut ink) = (Vec::new(), Vec::new());
        for c in word.chars() {
            if c == '_' {
                ink.extend([false; 16]);
                continue;
            }
            let start = ink.len();
            ink.extend([false, true, true, true, true, true, true, false]);
            letters.push(Letter { text: c.into(), confidence: 1.0, columns: start..ink.len() });
        }
        Spelling { letters, ink }
    }

    #[test]
    fn a_blank_is_put_where_the_kind_of_character_changes_across_a_gap() {
        assert_eq!(spelled("1977_SSN").text(), "1977 SSN");
        assert_eq!(spelled("Smith_MRN").text(), "Smith MRN");
        assert_eq!(spelled("DOB:_1977").text(), "DOB: 1977");
    }

    #[test]
    fn a_number_or_a_word_is_never_split() {
        assert_eq!(spelled("55_1").text(), "551");
        assert_eq!(spelled("UHC_18").text(), "UHC18");
        assert_eq!(spelled("1EG4TE5").text(), "1EG4TE5");
    }
}
