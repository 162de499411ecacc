//! Characters that are ASCII in other clothes, and those that nobody sees.

use super::layer::{Edit, Put};
use super::likenesses::{Word, like};

/// The edits that bring a text's characters to ASCII where that can be done.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    // Up to here words with likenesses have been judged.
    let mut judged = 0;
    let mut word = Word::Foreign;
    let mut at = 0;
    loop {
        at += ascii_run(text.as_bytes().get(at..).unwrap_or_default());
        let rest = text.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { return edits };
        let end = at + c.len_utf8();
        let put = match fold(c) {
            Fold::Same => None,
            Fold::To(put) => Some(put),
            Fold::Hyphen if beside_digits(text, at, end) => Some(Put::Char('-')),
            Fold::Hyphen => Some(Put::Nothing),
            Fold::Raised(_) if is_note(text, at, end) => None,
            Fold::Raised(digit) => Some(Put::Char(digit)),
            Fold::Like => {
                if at >= judged {
                    (word, judged) = Word::around(text, at);
                }
                word.put(c)
            }
        };
        edits.extend(put.map(|put| Edit::new(at..end, put)));
        at = end;
    }
}

/// How many bytes at the beginning are ASCII.
fn ascii_run(bytes: &[u8]) -> usize {
    let eights = bytes.chunks_exact(8).take_while(|eight| eight.is_ascii()).count() * 8;
    let rest = bytes.get(eights..).unwrap_or_default();
    eights + rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len())
}

/// What becomes of a character.
pub(super) enum Fold {
    Same,
    To(Put),
    /// A soft hyphen: writers of PDF put them where a number has its dashes.
    Hyphen,
    /// A raised digit, which may be the number of a footnote.
    Raised(char),
    /// A letter that looks like another, or like a digit; its word decides.
    Like,
}

pub(super) fn fold(c: char) -> Fold {
    const GONE: Fold = Fold::To(Put::Nothing);
    match c {
        '\u{ad}' => Fold::Hyphen,
        '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{2800}'
        | '\u{3000}' => Fold::To(Put::Char(' ')),
        '\u{85}' | '\u{2028}' | '\u{2029}' => Fold::To(Put::Char('\n')),
        // Controls, joiners, marks of direction, fillers, variation selectors, tags.
        '\u{80}'..='\u{9f}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => GONE,
        // Marks that stand on, under or around another character.
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' => GONE,
        '\u{2d7}'
        | '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{207b}'
        | '\u{208b}'
        | '\u{2212}'
        | '\u{2796}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{30fc}' => Fold::To(Put::Char('-')),
        '\u{b4}' | '\u{2b9}' | '\u{2bb}'..='\u{2bd}' | '\u{2018}'..='\u{201b}' | '\u{2032}' => {
            Fold::To(Put::Char('\''))
        }
        '\u{ab}' | '\u{bb}' | '\u{201c}'..='\u{201f}' | '\u{2033}' => Fold::To(Put::Char('"')),
        '\u{2d0}' | '\u{589}' | '\u{5c3}' | '\u{2236}' | '\u{a789}' | '\u{fe13}' | '\u{fe55}' => {
            Fold::To(Put::Char(':'))
        }
        '\u{2024}' | '\u{fe52}' => Fold::To(Put::Char('.')),
        '\u{fe50}' => Fold::To(Put::Char(',')),
        '\u{2044}' | '\u{2215}' | '\u{29f8}' => Fold::To(Put::Char('/')),
        '\u{fe5f}' | '\u{266f}' => Fold::To(Put::Char('#')),
        '\u{2116}' => Fold::To(Put::Text("No")),
        '\u{fb00}' => Fold::To(Put::Text("ff")),
        '\u{fb01}' => Fold::To(Put::Text("fi")),
        '\u{fb02}' => Fold::To(Put::Text("fl")),
        '\u{fb03}' => Fold::To(Put::Text("ffi")),
        '\u{fb04}' => Fold::To(Put::Text("ffl")),
        '\u{fb05}' | '\u{fb06}' => Fold::To(Put::Text("st")),
        '\u{339c}' => Fold::To(Put::Text("mm")),
        '\u{339d}' => Fold::To(Put::Text("cm")),
        '\u{338e}' => Fold::To(Put::Text("mg")),
        '\u{338f}' => Fold::To(Put::Text("kg")),
        '\u{3396}' => Fold::To(Put::Text("ml")),
        '\u{33c4}' => Fold::To(Put::Text("cc")),
        '\u{2121}' => Fold::To(Put::Text("TEL")),
        '\u{213b}' => Fold::To(Put::Text("FAX")),
        '\u{b9}' => Fold::Raised('1'),
        '\u{b2}' => Fold::Raised('2'),
        '\u{b3}' => Fold::Raised('3'),
        '\u{2070}' | '\u{2074}'..='\u{2079}' => raised(c as u32 - 0x2070),
        '\u{2080}'..='\u{2089}' => raised(c as u32 - 0x2080),
        '\u{ff01}'..='\u{ff5e}' => ascii(c as u32 - 0xFF01 + 0x21),
        '\u{1d400}'..='\u{1d6a3}' => letter((c as u32 - 0x1D400) % 52),
        _ if is_like(c) => Fold::Like,
        _ => enclosed(c).or_else(|| digit(c)).unwrap_or(Fold::Same),
    }
}

fn is_like(c: char) -> bool {
    // Greek, Coptic, Cyrillic and Armenian; letter-like signs and mathematical Greek.
    let close = ('\u{370}'..='\u{587}').contains(&c);
    (close
        || ('\u{2100}'..='\u{214f}').contains(&c)
        || c > '\u{1d6a3}'
        || ('\u{250}'..'\u{2b0}').contains(&c)
        || c == '\u{131}')
        && like(c).is_some()
}

/// Digits and letters in circles, squares and brackets; letters of flags.
fn enclosed(c: char) -> Option<Fold> {
    let code = c as u32;
    Some(match code {
        // 1 to 9 in circles, in brackets and with a stop; in black, sans and black sans circles.
        0x2460..=0x2468 => ascii(code - 0x2460 + 0x31),
        0x2474..=0x247C => ascii(code - 0x2474 + 0x31),
        0x2776..=0x277E => ascii(code - 0x2776 + 0x31),
        0x2780..=0x2788 => ascii(code - 0x2780 + 0x31),
        0x278A..=0x2792 => ascii(code - 0x278A + 0x31),
        0x24F5..=0x24FD => ascii(code - 0x24F5 + 0x31),
        0x24EA | 0x24FF | 0x1F10B | 0x1F10C => ascii(0x30),
        0x249C..=0x24B5 => letter(code - 0x249C + 26),
        0x24B6..=0x24E9 => letter(code - 0x24B6),
        0x1F110..=0x1F129 => letter(code - 0x1F110),
        0x1F130..=0x1F149 => letter(code - 0x1F130),
        0x1F150..=0x1F169 => letter(code - 0x1F150),
        0x1F170..=0x1F189 => letter(code - 0x1F170),
        0x1F1E6..=0x1F1FF => letter(code - 0x1F1E6),
        _ => return None,
    })
}

/// First of the ten digits of each script and style (Unicode 16, category Nd), ascending.
const ZEROS: [u32; 70] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650,
    0x116C0, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60,
    0x16AC0, 0x16B50, 0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0,
    0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

fn digit(c: char) -> Option<Fold> {
    let code = c as u32;
    let before = ZEROS.partition_point(|&zero| zero <= code).checked_sub(1)?;
    let value = code - ZEROS.get(before)?;
    (value < 10).then(|| ascii(value + 0x30))
}

/// The digit that a character is, in whatever script and style.
pub(super) fn digit_value(c: char) -> Option<char> {
    if c.is_ascii_digit() {
        return Some(c);
    }
    match digit(c)? {
        Fold::To(Put::Char(digit)) => Some(digit),
        _ => None,
    }
}

/// The `n`th letter of capitals and small letters in a row.
fn letter(n: u32) -> Fold {
    ascii(if n < 26 { 0x41 + n } else { 0x61 + n - 26 })
}

fn ascii(code: u32) -> Fold {
    char::from_u32(code).map_or(Fold::Same, |c| Fold::To(Put::Char(c)))
}

fn raised(n: u32) -> Fold {
    char::from_digit(n, 10).map_or(Fold::Same, Fold::Raised)
}

fn beside_digits(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).and_then(|before| bytes.get(before));
    before.is_some_and(u8::is_ascii_digit) && bytes.get(end).is_some_and(u8::is_ascii_digit)
}

/// Whether a raised digit stands behind a number with no digit of it following: the number of a
/// footnote, or an exponent.
fn is_note(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let raised = |c: char| matches!(fold(c), Fold::Raised(_));
    let goes_on = || {
        let mut behind = text.get(end..).unwrap_or_default().chars().take(16);
        behind.find(|&c| !raised(c)).is_some_and(|c| c.is_ascii_digit())
    };
    before.is_some_and(|c| c.is_ascii_digit()) && !goes_on()
}
