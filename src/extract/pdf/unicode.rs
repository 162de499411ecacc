//! What characters a glyph is where the font's own tables do not say (ISO 32000-2, 9.10.2).

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Object, String as PdfString};
use skrifa::MetadataProvider;
use skrifa::raw::FontRef;

use super::forms::is_named;
use super::objects::{self, Next};

/// Composite fonts of a file that are looked at.
const MOST_FONTS: usize = 256;
/// Characters of one font program.
const MOST_CHARACTERS: usize = 1 << 17;
/// Font programs whose tables are kept.
const MOST_PROGRAMS: usize = 64;
/// Glyphs whose characters are kept.
const MOST_KNOWN: usize = 1 << 16;

/// The fonts of a document, looked at when a glyph has no Unicode.
pub(super) struct Fonts<'a> {
    pdf: &'a Pdf,
    /// By PostScript name; names are not unique.
    composite: OnceCell<HashMap<String, Vec<Composite>>>,
    /// The character of each glyph of a font program, by its key.
    programs: RefCell<HashMap<u128, HashMap<u32, char>>>,
    known: RefCell<HashMap<(u128, u32), Option<String>>>,
}

/// A composite font whose characters are of a known collection.
struct Composite {
    /// Codes to CIDs.
    encoding: CMap,
    /// CIDs to Unicode.
    collection: CMap,
}

impl<'a> Fonts<'a> {
    pub(super) fn of(pdf: &'a Pdf) -> Self {
        Self {
            pdf,
            composite: OnceCell::new(),
            programs: RefCell::default(),
            known: RefCell::default(),
        }
    }

    /// The characters of a glyph, by its collection or by the table of its font program.
    pub(super) fn unicode(&self, glyph: &Glyph<'_>) -> Option<String> {
        let Glyph::Outline(glyph) = glyph else { return None };
        let font = glyph.font_data()?;
        let key = (font.cache_key, glyph.char_code());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let name = font.postscript_name.as_deref().unwrap_or_default();
        let found = self.by_collection(name, glyph.char_code()).or_else(|| {
            let program = AsRef::<[u8]>::as_ref(&*font.data);
            self.by_program(font.cache_key, program, glyph.glyph_id().to_u32())
        });
        let mut known = self.known.borrow_mut();
        if known.len() < MOST_KNOWN {
            known.insert(key, found.clone());
        }
        found
    }

    fn by_collection(&self, name: &str, code: u32) -> Option<String> {
        let fonts = self.composite.get_or_init(|| composite_fonts(self.pdf));
        fonts.get(name)?.iter().find_map(|font| font.unicode(code))
    }

    fn by_program(&self, key: u128, program: &[u8], glyph: u32) -> Option<String> {
        let mut programs = self.programs.borrow_mut();
        if programs.len() >= MOST_PROGRAMS && !programs.contains_key(&key) {
            return None;
        }
        let characters = programs.entry(key).or_insert_with(|| characters(program));
        characters.get(&glyph).map(char::to_string)
    }
}

impl Composite {
    fn of(dictionary: &Dict<'_>) -> Option<Self> {
        let descendants = dictionary.get::<Array<'_>>(b"DescendantFonts")?;
        let descendant = descendants.iter::<Dict<'_>>().next()?;
        let encoding = match dictionary.get::<Object<'_>>(b"Encoding")? {
            Object::Name(name) => match &*name {
                b"Identity-H" => CMap::identity_h(),
                b"Identity-V" => CMap::identity_v(),
                name => CMap::parse(load_embedded(CMapName::from_bytes(name))?, load_embedded)?,
            },
            Object::Stream(stream) => CMap::parse(&stream.decoded_data().ok()?, load_embedded)?,
            _ => return None,
        };
        let family = descendant.get::<Dict<'_>>(b"CIDSystemInfo").and_then(|info| {
            let registry = info.get::<PdfString<'_>>(b"Registry")?;
            let ordering = info.get::<PdfString<'_>>(b"Ordering")?;
            Some(CidFamily::from_registry_ordering(&registry, &ordering))
        });
        let encoded = encoding.metadata().character_collection.as_ref();
        let table =
            family.and_then(|family| family.ucs2_cmap()).or_else(|| encoded?.family.ucs2_cmap())?;
        Some(Self { encoding, collection: CMap::parse(load_embedded(table)?, load_embedded)? })
    }

    fn unicode(&self, code: u32) -> Option<String> {
        let cid = (1..=4).find_map(|length| self.encoding.lookup_cid_code(code, length))?;
        let said = self.collection.lookup_bf_string(cid).filter(is_said)?;
        Some(match said {
            BfString::Char(c) => c.to_string(),
            BfString::String(text) => text,
        })
    }
}

fn composite_fonts(pdf: &Pdf) -> HashMap<String, Vec<Composite>> {
    let mut fonts: HashMap<String, Vec<Composite>> = HashMap::new();
    let mut count = 0;
    objects::visit(pdf, &mut |dictionary, _| {
        if is_named(dictionary, b"Subtype", b"Type0") {
            count += 1;
            if let Some(name) = dictionary.get::<Name<'_>>(b"BaseFont")
                && let Some(font) = Composite::of(dictionary)
            {
                fonts.entry(without_tag(name.as_str()).to_owned()).or_default().push(font);
            }
        }
        if count < MOST_FONTS { Next::More } else { Next::Enough }
    });
    fonts
}

/// The name of a subset has six letters and a sign before it (ISO 32000-2, 9.9.2).
fn without_tag(name: &str) -> &str {
    match name.split_once('+') {
        Some((tag, name)) if tag.len() == 6 => name,
        _ => name,
    }
}

/// The first character of each glyph of a TrueType or OpenType program.
fn characters(program: &[u8]) -> HashMap<u32, char> {
    let mut characters = HashMap::new();
    if let Ok(font) = FontRef::new(program) {
        for (code, glyph) in font.charmap().mappings().take(MOST_CHARACTERS) {
            if let Some(c) = char::from_u32(code).filter(|&c| !is_private(c)) {
                characters.entry(glyph.to_u32()).or_insert(c);
            }
        }
    }
    characters
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::pdf::sample::Sample;

    #[test]
    fn a_font_of_a_known_collection_has_its_characters() {
        let mut sample = Sample::of_page("", "", "");
        sample.object(
            30,
            "<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Gothic/Encoding/90ms-RKSJ-H\
             /DescendantFonts[<</CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)>>>>]>>",
        );
        let pdf = Pdf::new(sample.bytes()).unwrap();
        let fonts = Fonts::of(&pdf);
        assert_eq!(fonts.by_collection("Gothic", 0x82A0).as_deref(), Some("あ"));
        assert_eq!(fonts.by_collection("Mincho", 0x82A0), None);
    }

    #[test]
    fn a_glyph_is_the_character_that_its_program_shows_with_it() {
        // A font with nothing but a table of two characters (OpenType, cmap format 12).
        let numbers = [0x0001_0000, 0x0001_0010, 0, 0x636D_6170, 0, 28, 40];
        let mut program: Vec<u8> = numbers.into_iter().flat_map(u32::to_be_bytes).collect();
        let table = [1, 0x0003_000A, 12, 0x000C_0000, 28, 0, 1, 65, 66, 7];
        program.extend(table.into_iter().flat_map(u32::to_be_bytes));
        assert_eq!(characters(&program), HashMap::from([(7, 'A'), (8, 'B')]));
        assert_eq!(characters(b"no font"), HashMap::new());
    }

    #[test]
    fn the_tag_of_a_subset_is_no_part_of_its_name() {
        assert_eq!(without_tag("ABCDEF+Gothic"), "Gothic");
        assert_eq!(without_tag("C+"), "C+");
    }

    #[test]
    fn private_characters_say_nothing() {
        assert!(is_said(&BfString::Char('A')));
        assert!(!is_said(&BfString::Char('\u{F0B7}')));
        assert!(!is_said(&BfString::String(String::new())));
    }
}
