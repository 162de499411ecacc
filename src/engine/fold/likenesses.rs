//! Letters of other scripts that look like Latin ones or like digits, as in Unicode's table of
//! confusables (UTS 39).
//!
//! They are folded only where they pretend: in a word with Latin letters or digits in it, or a
//! word that is nothing but such letters between Latin words. Words of Russian or Greek stay.

use super::characters::digit_value;
use super::layer::Put;

/// Characters of the longest word that is judged; longer ones are no words.
const LONGEST: usize = 64;

/// What a letter looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Like {
    letter: Option<char>,
    digit: Option<char>,
}

/// What a word makes of the letters in it that look like others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// It is a word of another script.
    Foreign,
    Latin,
    Number,
}

impl Word {
    /// Judges the word around byte `at`, where a character outside ASCII begins; says where it ends.
    pub fn around(text: &str, at: usize) -> (Self, usize) {
        let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
        let head = before.char_indices().rev().take(LONGEST).take_while(|(_, c)| is_part(*c));
        let start = head.last().map_or(at, |(start, _)| start);
        let tail = behind.char_indices().take(LONGEST).take_while(|(_, c)| is_part(*c));
        let end = tail.last().map_or(at, |(last, c)| at + last + c.len_utf8());
        let word = text.get(start..end).unwrap_or_default();

        let (mut latin, mut digits, mut letters, mut numerals, mut likes) = (0, 0, 0, 0, 0);
        for c in word.chars() {
            if let Some(like) = like(c) {
                likes += 1;
                letters += usize::from(like.letter.is_some());
                numerals += usize::from(like.digit.is_some());
            } else if digit_value(c).is_some() {
                digits += 1;
            } else if c.is_ascii_alphabetic() || is_latin(c) {
                latin += 1;
            } else if c.is_alphabetic() {
                return (Self::Foreign, end);
            }
        }
        let told = match (latin, digits) {
            (1.., _) => Self::Latin,
            (0, 2..) if numerals == likes => Self::Number,
            (0, 1..) if letters == likes => Self::Latin,
            (0, 0) if letters == likes && likes > 1 && stands_between(text, start, end) => {
                Self::Latin
            }
            _ => Self::Foreign,
        };
        (told, end)
    }

    /// What stands for a letter in such a word.
    pub fn put(self, c: char) -> Option<Put> {
        let like = like(c)?;
        match self {
            Self::Foreign => None,
            Self::Latin => like.letter,
            Self::Number => like.digit,
        }
        .map(Put::Char)
    }
}

/// Whether the words before and behind are Latin ones or numbers, one of them at least there.
fn stands_between(text: &str, start: usize, end: usize) -> bool {
    let mut before = text.get(..start).unwrap_or_default().chars().rev().take(LONGEST);
    let mut behind = text.get(end..).unwrap_or_default().chars().take(LONGEST);
    match (before.find(|c| c.is_alphanumeric()), behind.find(|c| c.is_alphanumeric())) {
        (Some(before), Some(behind)) => before.is_ascii() && behind.is_ascii(),
        (Some(beside), None) | (None, Some(beside)) => beside.is_ascii(),
        (None, None) => false,
    }
}

/// Whether a character is part of a word: a letter, a digit, or nothing that is seen.
fn is_part(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{300}'..='\u{36f}')
}

fn is_latin(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d6a3}')
}

/// What a character outside ASCII looks like, if that is something else.
pub(super) fn like(c: char) -> Option<Like> {
    if let '\u{1d6a8}'..='\u{1d7cb}' = c {
        // Mathematical Greek: five styles of 58 signs, which begin with the capitals.
        return like(greek((c as u32 - 0x1D6A8) % 58)?);
    }
    let (_, letter, digit) = LIKES.get(LIKES.binary_search_by_key(&c, |(of, ..)| *of).ok()?)?;
    let some = |ascii: u8| (ascii != b' ').then_some(char::from(ascii));
    Some(Like { letter: some(*letter), digit: some(*digit) })
}

/// The letter at a place of the mathematical Greek alphabet.
fn greek(place: u32) -> Option<char> {
    match place {
        0..=16 => char::from_u32(0x391 + place),
        18..=24 => char::from_u32(0x391 + place),
        26..=50 => char::from_u32(0x3B1 + place - 26),
        _ => None,
    }
}

/// Letter, the Latin letter and the digit that it looks like; a blank where there is none.
const LIKES: &[(char, u8, u8)] = &[
    ('\u{131}', b'i', b' '), // dotless i
    ('\u{251}', b'a', b' '), // script a
    ('\u{261}', b'g', b' '), // script g
    ('\u{269}', b'i', b' '), // iota
    ('\u{26a}', b'i', b' '), // small capital i
    ('\u{28f}', b'y', b' '), // small capital y
    ('\u{299}', b'b', b' '), // small capital b
    ('\u{29c}', b'h', b' '), // small capital h
    ('\u{29f}', b'l', b' '), // small capital l
    ('\u{37f}', b'J', b' '), // Greek yot
    ('\u{391}', b'A', b' '),
    ('\u{392}', b'B', b' '),
    ('\u{395}', b'E', b' '),
    ('\u{396}', b'Z', b' '),
    ('\u{397}', b'H', b' '),
    ('\u{399}', b'I', b'1'),
    ('\u{39a}', b'K', b' '),
    ('\u{39c}', b'M', b' '),
    ('\u{39d}', b'N', b' '),
    ('\u{39f}', b'O', b'0'),
    ('\u{3a1}', b'P', b' '),
    ('\u{3a4}', b'T', b' '),
    ('\u{3a5}', b'Y', b' '),
    ('\u{3a7}', b'X', b' '),
    ('\u{3b1}', b'a', b' '),
    ('\u{3b9}', b'i', b'1'),
    ('\u{3bd}', b'v', b' '),
    ('\u{3bf}', b'o', b'0'),
    ('\u{3c1}', b'p', b' '),
    ('\u{3c5}', b'u', b' '),
    ('\u{3f2}', b'c', b' '),
    ('\u{3f3}', b'j', b' '),
    ('\u{3f9}', b'C', b' '),
    ('\u{405}', b'S', b'5'),
    ('\u{406}', b'I', b'1'),
    ('\u{408}', b'J', b' '),
    ('\u{410}', b'A', b' '),
    ('\u{412}', b'B', b'8'),
    ('\u{415}', b'E', b' '),
    ('\u{417}', b' ', b'3'),
    ('\u{41a}', b'K', b' '),
    ('\u{41c}', b'M', b' '),
    ('\u{41d}', b'H', b' '),
    ('\u{41e}', b'O', b'0'),
    ('\u{420}', b'P', b' '),
    ('\u{421}', b'C', b' '),
    ('\u{422}', b'T', b' '),
    ('\u{423}', b'Y', b' '),
    ('\u{425}', b'X', b' '),
    ('\u{430}', b'a', b' '),
    ('\u{431}', b' ', b'6'),
    ('\u{435}', b'e', b' '),
    ('\u{437}', b' ', b'3'),
    ('\u{43e}', b'o', b'0'),
    ('\u{440}', b'p', b' '),
    ('\u{441}', b'c', b' '),
    ('\u{443}', b'y', b' '),
    ('\u{445}', b'x', b' '),
    ('\u{455}', b's', b'5'),
    ('\u{456}', b'i', b'1'),
    ('\u{458}', b'j', b' '),
    ('\u{4ae}', b'Y', b' '),
    ('\u{4bb}', b'h', b' '),
    ('\u{4c0}', b'I', b'1'),
    ('\u{4cf}', b'l', b'1'),
    ('\u{501}', b'd', b' '),
    ('\u{51b}', b'q', b' '),
    ('\u{51c}', b'W', b' '),
    ('\u{51d}', b'w', b' '),
    ('\u{54d}', b'U', b' '), // Armenian
    ('\u{54f}', b'S', b' '),
    ('\u{555}', b'O', b'0'),
    ('\u{570}', b'h', b' '),
    ('\u{578}', b'n', b' '),
    ('\u{57d}', b'u', b' '),
    ('\u{585}', b'o', b'0'),
    // Letter-like signs, which fill gaps among the mathematical letters.
    ('\u{2102}', b'C', b' '),
    ('\u{210a}', b'g', b' '),
    ('\u{210b}', b'H', b' '),
    ('\u{210c}', b'H', b' '),
    ('\u{210d}', b'H', b' '),
    ('\u{210e}', b'h', b' '),
    ('\u{2110}', b'I', b' '),
    ('\u{2111}', b'I', b' '),
    ('\u{2112}', b'L', b' '),
    ('\u{2113}', b'l', b'1'),
    ('\u{2115}', b'N', b' '),
    ('\u{2119}', b'P', b' '),
    ('\u{211a}', b'Q', b' '),
    ('\u{211b}', b'R', b' '),
    ('\u{211c}', b'R', b' '),
    ('\u{211d}', b'R', b' '),
    ('\u{2124}', b'Z', b' '),
    ('\u{2128}', b'Z', b' '),
    ('\u{212a}', b'K', b' '),
    ('\u{212c}', b'B', b' '),
    ('\u{212d}', b'C', b' '),
    ('\u{212f}', b'e', b' '),
    ('\u{2130}', b'E', b' '),
    ('\u{2131}', b'F', b' '),
    ('\u{2133}', b'M', b' '),
    ('\u{2134}', b'o', b' '),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(LIKES.is_sorted_by_key(|(of, ..)| *of));
    }

    #[test]
    fn mathematical_greek_is_greek() {
        let letter = |c| like(c).and_then(|like| like.letter);
        assert_eq!((letter('\u{1d6a8}'), letter('\u{1d6bb}')), (Some('A'), Some('T')));
        assert_eq!((letter('\u{1d6d0}'), letter('\u{1d7bc}')), (Some('o'), None));
    }
}
