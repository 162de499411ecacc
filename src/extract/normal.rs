//! Brings text to one form: line breaks are `\n`, what cannot be seen is gone, what looks like an
//! ASCII letter, digit, space or dash of its own accord is one.
//!
//! Rules match what a reader of the mail sees. A zero-width space in the middle of a number, a
//! number in full-width digits or with typographic dashes is the same number to the reader.

use memchr::memchr2;

/// The normal form of a text.
#[must_use]
pub fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_normal(text, &mut out);
    out
}

/// Adds the normal form of `text` to `out`.
pub fn push_normal(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr2(b'\r', 0, rest.as_bytes()) {
        let Some((before, from)) = rest.split_at_checked(at) else { return };
        push_folded(before, out);
        rest = from.get(1..).unwrap_or_default();
        if from.starts_with('\r') && !rest.starts_with('\n') {
            out.push('\n');
        }
    }
    push_folded(rest, out);
}

fn push_folded(text: &str, out: &mut String) {
    let mut rest = text;
    while !rest.is_ascii() {
        let at = rest.bytes().position(|b| b >= 0x80).unwrap_or(rest.len());
        let Some((ascii, from)) = rest.split_at_checked(at) else { return };
        out.push_str(ascii);
        let mut chars = from.chars();
        if let Some(c) = chars.next() {
            push_char(c, out);
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

fn push_char(c: char, out: &mut String) {
    match c {
        // Soft hyphen, joiners, zero-width spaces, direction marks, variation selectors, tags.
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{E0000}'..='\u{E01EF}' => {}
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
            out.push(' ');
        }
        '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => out.push('-'),
        '\u{2018}' | '\u{2019}' | '\u{201B}' => out.push('\''),
        '\u{201C}'..='\u{201F}' => out.push('"'),
        '\u{FF01}'..='\u{FF5E}' => push_offset(c, 0xFF01, u32::from('!'), out),
        '\u{660}'..='\u{669}' => push_offset(c, 0x660, u32::from('0'), out),
        '\u{6F0}'..='\u{6F9}' => push_offset(c, 0x6F0, u32::from('0'), out),
        '\u{966}'..='\u{96F}' => push_offset(c, 0x966, u32::from('0'), out),
        '\u{1D7CE}'..='\u{1D7FF}' => push_offset(c, 0x1D7CE, u32::from('0'), out),
        '\u{1D400}'..='\u{1D6A3}' => push_offset(c, 0x1D400, u32::from('A'), out),
        '\u{FB00}' => out.push_str("ff"),
        '\u{FB01}' => out.push_str("fi"),
        '\u{FB02}' => out.push_str("fl"),
        '\u{FB03}' => out.push_str("ffi"),
        '\u{FB04}' => out.push_str("ffl"),
        _ => out.push(c),
    }
}

/// The ASCII character as far from `base` as `c` is from `first`. Alphabets and digits in several
/// styles follow each other: they are taken modulo their length.
fn push_offset(c: char, first: u32, base: u32, out: &mut String) {
    let offset = u32::from(c) - first;
    let offset = match (first, offset) {
        (0x1D7CE, digit) => digit % 10,
        (0x1D400, letter) => match letter % 52 {
            // Between Z and a stand six other characters.
            small @ 26.. => small + 6,
            capital => capital,
        },
        (_, offset) => offset,
    };
    out.extend(char::from_u32(base + offset));
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn line_breaks_are_one_and_nulls_are_gone() {
        assert_eq!(normal("a\r\nb\rc\nd\0e\u{2028}f"), "a\nb\nc\nde\nf");
        assert_eq!(normal("a\r\r\nb"), "a\n\nb");
    }

    #[test]
    fn a_number_is_the_same_number_however_it_is_dressed_up() {
        for dressed in [
            "536\u{2011}22\u{2013}8471",
            "536-2\u{200B}2-84\u{AD}71",
            "５３６-２２-８４７１",
            "\u{1D7D3}\u{1D7D1}\u{1D7D4}-22-8471",
            "\u{202D}536-22-8471\u{202C}",
        ] {
            assert_eq!(normal(dressed), "536-22-8471", "{dressed}");
        }
    }

    #[test]
    fn words_keep_their_letters() {
        assert_eq!(normal("Müller’s “ﬁle”\u{A0}患者"), "Müller's \"file\" 患者");
        assert_eq!(normal("\u{1D400}\u{1D41A}\u{1D433}\u{1D434}"), "AazA");
    }
}
