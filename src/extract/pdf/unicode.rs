//! What characters a glyph is where the font's own tables do not say.

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;

/// The fonts of a document, looked at when a glyph has no Unicode.
#[derive(Default)]
pub(super) struct Fonts<'a>(std::marker::PhantomData<&'a ()>);

impl Fonts<'_> {
    /// The characters of a glyph.
    pub(super) fn unicode(&self, _: &Glyph<'_>) -> Option<String> {
        None
    }
}

/// Whether a font's table says anything with this.
pub(super) fn is_said(text: &BfString) -> bool {
    match text {
        BfString::Char(c) => !is_private(*c),
        BfString::String(text) => !text.is_empty() && !text.chars().all(is_private),
    }
}

const fn is_private(c: char) -> bool {
    matches!(c, '\0' | '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '\u{F0000}'..)
}

/// The character that a code would be in Latin-1: most fonts that say nothing are encoded so.
pub(super) fn as_written(code: u32) -> Option<char> {
    match code {
        0x20..=0x7E | 0xA0..=0xFF => char::from_u32(code),
        _ => None,
    }
}
