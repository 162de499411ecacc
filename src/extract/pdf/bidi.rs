//! Words that are written from right to left: files draw their letters in either order, and a text
//! has them in the order in which they are read (Unicode Standard Annex 9).

use super::glyphs::Glyph;

/// Bytes of letters that are put in order; longer ones are no words.
const LONGEST: usize = 256;
/// A step, in ems, that is kerning.
const KERNING: f32 = 0.15;

/// Whether the letters are Hebrew, Arabic or of their kin, all of them.
pub(super) fn is_right_to_left(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| !c.is_whitespace()).peekable();
    letters.peek().is_some() && letters.all(|c| is_letter(c) || is_mark(c))
}

const fn is_letter(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
        && !matches!(c, '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}')
}

/// Points and vowels that stand on the letter before them.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

/// The gap, in ems, between two glyphs of which the second stands to the left of the first, as it is
/// read.
pub(super) fn gap(before: &Glyph, glyph: &Glyph) -> Option<f32> {
    let size = before.size.max(glyph.size).max(0.01);
    let is_level = (before.y - glyph.y).abs() < KERNING * size && glyph.x < before.x;
    is_level.then_some((before.x - glyph.end_x) / size)
}

/// Adds a letter to a word whose letters from `start` on are written from right to left; where it is
/// drawn to their right, it is read before them.
pub(super) fn add(characters: &mut String, start: usize, letter: &str) {
    let run = characters.get(start..).unwrap_or_default();
    let at = match run.chars().next() {
        _ if run.len() > LONGEST => characters.len(),
        Some(first) if letter.chars().all(is_mark) => start + first.len_utf8(),
        _ => start,
    };
    if characters.is_char_boundary(at) {
        characters.insert_str(at, letter);
    }
}

/// Where the letters at the end of a text begin that are written from right to left.
pub(super) fn run_start(text: &str) -> usize {
    let run = text.chars().rev().take_while(|c| is_letter(*c) || is_mark(*c)).take(LONGEST);
    text.len() - run.map(char::len_utf8).sum::<usize>()
}
