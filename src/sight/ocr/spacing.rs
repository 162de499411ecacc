//! Blanks that the network lost: `1977SSN` was `1977 SSN` where a gap says so; and blanks that it saw
//! where a letter has a little more air than others: `Mar tin` was `Martin`.

use super::recognizer::{Letter, Spelling};
use super::strip::HEIGHT;

/// A gap between two letters, in columns, that can be a blank: a sixth of the height.
const BLANK: usize = HEIGHT / 6;
/// How much wider than others on its line such a gap is.
const WIDER: f32 = 1.6;
/// A blank has more air than so many usual gaps between letters.
const AIR: usize = 2;
/// How much wider than what is no blank one of its line is.
const TRUE: f32 = 2.0;

/// The text of a line, with a blank wherever the kind of character changes across a wide gap.
/// Within a number or a word gaps say nothing: the digit 1 has as much air as a blank.
pub(super) fn text(spelling: &Spelling) -> String {
    let gaps: Vec<usize> = spelling
        .letters
        .windows(2)
        .map(|pair| match pair {
            [before, after] => gap(before, after, &spelling.ink),
            _ => 0,
        })
        .collect();
    let mut sorted = gaps.clone();
    sorted.sort_unstable();
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let none = false_blanks(spelling, usual);
    let mut text = String::new();
    for (index, letter) in spelling.letters.iter().enumerate() {
        if none.contains(&index) {
            continue;
        }
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

/// The blanks inside words, by their numbers: narrow ones between small letters, in a line that has
/// wider ones.
fn false_blanks(spelling: &Spelling, usual: usize) -> Vec<usize> {
    let is_small = |letter: &Letter| letter.text.chars().all(char::is_lowercase);
    let mut narrow = Vec::new();
    let mut widest = 0;
    for (index, letters) in spelling.letters.windows(3).enumerate() {
        let [before, blank, after] = letters else { continue };
        if blank.text != " " {
            continue;
        }
        let air = gap(before, after, &spelling.ink);
        widest = widest.max(air);
        // A slanted f leans over the blank behind it.
        let is_inside = is_small(before) && before.text != "f" && is_small(after);
        if is_inside && air <= BLANK && air < AIR * usual {
            narrow.push((index + 1, air));
        }
    }
    narrow.retain(|(_, air)| *air as f32 * TRUE <= widest as f32);
    narrow.into_iter().map(|(index, _)| index).collect()
}

/// The widest stretch without ink between two letters, in columns.
fn gap(before: &Letter, after: &Letter, ink: &[bool]) -> usize {
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

    /// The letters of words, the blanks between them with so much air.
    fn written(words: &[(&str, usize)]) -> Spelling {
        let (mut letters, mut ink) = (Vec::new(), vec![]);
        for (word, air) in words {
            for c in word.chars() {
                let start = ink.len();
                ink.extend([false, false, true, true, true, true, false, false]);
                letters.push(Letter { text: c.into(), confidence: 1.0, columns: start..ink.len() });
            }
            let start = ink.len();
            ink.extend(vec![false; *air]);
            letters.push(Letter { text: " ".into(), confidence: 1.0, columns: start..ink.len() });
        }
        letters.pop();
        Spelling { letters, ink }
    }

    #[test]
    fn a_narrow_blank_between_small_letters_is_none_beside_wider_ones() {
        assert_eq!(written(&[("Mar", 2), ("tin", 9), ("Vasquez", 0)]).text(), "Martin Vasquez");
        // All blanks of a line can be narrow.
        assert_eq!(written(&[("is", 2), ("in", 2), ("pain", 0)]).text(), "is in pain");
        assert_eq!(written(&[("of", 2), ("pain", 9), ("now", 0)]).text(), "of pain now");
        // Numbers and capitals stand apart by less.
        assert_eq!(written(&[("A", 2), ("b", 2), ("7", 9), ("mg", 0)]).text(), "A b 7 mg");
    }

    #[test]
    fn a_number_or_a_word_is_never_split() {
        assert_eq!(spelled("55_1").text(), "551");
        assert_eq!(spelled("UHC_18").text(), "UHC18");
        assert_eq!(spelled("1EG4TE5").text(), "1EG4TE5");
    }
}
