//! How much the streams of a file unpack to, and how deep its dictionaries are nested: found out
//! before a parser without a limit does it.
//!
//! By the bytes alone: what a parser would do is not known before it is run. Pictures are left out,
//! since nobody unpacks them here.

use std::borrow::Cow;

use memchr::memmem;

use super::filters::{Filter, LARGEST};
use crate::limits::Cause;

/// Bytes that the streams of objects of one file may unpack to: the parser keeps them all.
const LARGEST_OBJECTS: usize = 4 * LARGEST;
/// Filters of one stream; honest files have one, or one in ASCII.
const MOST_LAYERS: usize = 4;
/// Dictionaries in each other. Parsers know some hundred, and look at what is nested deeper again on
/// every level.
const DEEPEST: usize = 400;
/// Numbers of columns that a row has: a parser makes room for one.
const MOST_COLUMNS: u64 = 1 << 24;

/// Looks at all objects.
///
/// Whether all streams of objects can be unpacked to their end, of which the parser says nothing.
///
/// # Errors
/// Something of it is too large or too deep, or there is no time to find out.
pub(super) fn check(bytes: &[u8], go_on: &dyn Fn() -> bool) -> Result<State, Cause> {
    let end = memmem::Finder::new(b"endstream");
    let mut objects = 0_usize;
    let mut state = State::Whole;
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        let stream = memmem::find(rest, b"stream").unwrap_or(rest.len());
        let before = rest.get(..stream).unwrap_or_default();
        check_nesting(behind_data(before))?;
        if !go_on() {
            return Err(Cause::TimedOut);
        }
        let Some(packed) = rest.get(stream + b"stream".len()..) else { break };
        at += stream + b"stream".len();
        if before.ends_with(b"end") {
            continue;
        }
        let packed = packed.strip_prefix(b"\r").unwrap_or(packed);
        let packed = packed.strip_prefix(b"\n").unwrap_or(packed);
        let length = end.find(packed).unwrap_or(packed.len());
        let dictionary = Dictionary::before(before);
        if let Some((unpacked, is_whole)) =
            check_stream(&dictionary, packed.get(..length).unwrap_or_default(), go_on)?
        {
            check_nesting(&unpacked)?;
            if !is_whole {
                state = State::Damaged;
            }
            objects = objects.saturating_add(unpacked.len());
            if objects > LARGEST_OBJECTS {
                return Err(Cause::TooLarge);
            }
        }
        // Damage can lie about where a stream ends: what looks like one inside counts as one.
    }
    Ok(state)
}

/// What was found of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Whole,
    Damaged,
}

/// What the dictionary of a stream says, as far as it counts here.
struct Dictionary {
    filters: Vec<Filter>,
    /// Whether it is a picture and nothing else, which nobody unpacks here.
    is_picture: bool,
    /// Whether other objects are in it (ISO 32000-2, 7.5.7).
    has_objects: bool,
    /// Numbers of columns.
    columns: u64,
}

impl Dictionary {
    /// That at the end of these bytes, behind the last `obj`.
    fn before(bytes: &[u8]) -> Self {
        let start = memmem::rfind(bytes, b"obj").unwrap_or(0);
        let bytes = unescaped(bytes.get(start..).unwrap_or_default());
        let mut dictionary =
            Self { filters: Vec::new(), is_picture: false, has_objects: false, columns: 0 };
        let (mut previous, mut other_subtypes) = (&b""[..], false);
        for from in bytes.split(|&byte| byte == b'/').skip(1) {
            let end = from.iter().position(|byte| !is_regular(*byte)).unwrap_or(from.len());
            let (name, behind) = from.split_at_checked(end).unwrap_or_default();
            dictionary.filters.extend(Filter::of_name(name));
            match name {
                b"Image" if previous == b"Subtype" => dictionary.is_picture = true,
                _ if previous == b"Subtype" => other_subtypes = true,
                b"ObjStm" => dictionary.has_objects = true,
                b"Columns" | b"Colors" => {
                    dictionary.columns = dictionary.columns.max(number(behind))
                }
                // Which filter that is stands elsewhere: most likely this one.
                b"Filter" if number(behind) > 0 => dictionary.filters.push(Filter::Flate),
                _ => {}
            }
            previous = name;
        }
        dictionary.is_picture &= !other_subtypes;
        dictionary
    }

    /// Bytes that so many can become at most.
    fn worst(&self, packed: usize) -> usize {
        self.filters.iter().fold(packed, |size, filter| size.saturating_mul(filter.ratio()))
    }
}

/// What a stream of objects unpacks to; of others nothing, where they are small enough.
fn check_stream(
    dictionary: &Dictionary,
    packed: &[u8],
    go_on: &dyn Fn() -> bool,
) -> Result<Option<(Vec<u8>, bool)>, Cause> {
    if dictionary.columns > MOST_COLUMNS {
        return Err(Cause::TooLarge);
    }
    let is_small = dictionary.worst(packed.len()) <= LARGEST;
    if !dictionary.has_objects && (dictionary.is_picture || is_small) {
        return Ok(None);
    }
    if dictionary.filters.len() > MOST_LAYERS {
        return Err(Cause::TooLarge);
    }
    let mut layer = Cow::Borrowed(packed);
    let mut is_whole = true;
    for filter in &dictionary.filters {
        let (inner, all) = filter.undo(&layer, go_on)?;
        is_whole &= all;
        // A name that only looks like a filter hides nothing behind it.
        if !inner.is_empty() {
            layer = Cow::Owned(inner);
        }
    }
    Ok(dictionary.has_objects.then(|| (layer.into_owned(), is_whole)))
}

/// From the first object or trailer on: what stands before is data of a stream.
fn behind_data(bytes: &[u8]) -> &[u8] {
    let object = memmem::find(bytes, b"obj").unwrap_or(bytes.len());
    let trailer = memmem::find(bytes, b"trailer").unwrap_or(bytes.len());
    bytes.get(object.min(trailer)..).unwrap_or_default()
}

/// Dictionaries that are open at once, outside of strings and comments.
fn check_nesting(bytes: &[u8]) -> Result<(), Cause> {
    // Most of what is not a stream is too short for it.
    if memmem::find_iter(bytes, b"<<").nth(DEEPEST).is_none() {
        return Ok(());
    }
    let mut depth = 0_usize;
    let mut strings = 0_usize;
    let mut rest = bytes;
    let mut behind_number = false;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let begins_object = behind_number && byte == b'o' && after.starts_with(b"bj");
        behind_number = byte.is_ascii_digit() || behind_number && byte.is_ascii_whitespace();
        match byte {
            // An object begins anew, whatever was left open before it.
            _ if begins_object => (depth, strings) = (0, 0),
            b'\\' if strings > 0 => rest = after.get(1..).unwrap_or_default(),
            b'(' => strings += 1,
            b')' => strings = strings.saturating_sub(1),
            b'%' if strings == 0 => {
                let end = memchr::memchr2(b'\r', b'\n', after).unwrap_or(after.len());
                rest = after.get(end..).unwrap_or_default();
            }
            b'<' if strings == 0 && after.first() == Some(&b'<') => {
                rest = after.get(1..).unwrap_or_default();
                depth += 1;
                if depth > DEEPEST {
                    return Err(Cause::TooDeep);
                }
            }
            b'>' if strings == 0 && after.first() == Some(&b'>') => {
                rest = after.get(1..).unwrap_or_default();
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Names with their escapes undone (ISO 32000-2, 7.3.5).
fn unescaped(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&b'#') {
        return Cow::Borrowed(bytes);
    }
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, digit(after.first()), digit(after.get(1))) {
            (b'#', Some(high), Some(low)) => {
                plain.push(u8::try_from(high << 4 | low).unwrap_or_default());
                rest = after.get(2..).unwrap_or_default();
            }
            _ => plain.push(byte),
        }
    }
    Cow::Owned(plain)
}

const fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && byte != 0
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// The number that stands here, or none.
fn number(bytes: &[u8]) -> u64 {
    let digits = bytes.trim_ascii_start().iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number: u64, &byte| {
        number.saturating_mul(10).saturating_add(u64::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, ZlibEncoder};
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn stream(filter: &str, data: &[u8]) -> Vec<u8> {
        let mut file = format!("1 0 obj <</Filter {filter}>>\nstream\r\n").into_bytes();
        file.extend_from_slice(data);
        file.extend_from_slice(b"\nendstream endobj");
        file
    }

    fn said(file: &[u8]) -> Result<State, Cause> {
        check(file, &|| true)
    }

    #[test]
    fn a_stream_that_unpacks_to_more_than_any_page_is_found_in_all_its_layers() {
        let bomb = packed(&vec![b' '; LARGEST + 1]);
        assert_eq!(said(&stream("/FlateDecode", &bomb)), Err(Cause::TooLarge));
        let twice = stream("[/FlateDecode/FlateDecode]", &packed(&bomb));
        assert!(twice.len() < LARGEST / Filter::Flate.ratio());
        assert_eq!(said(&twice), Err(Cause::TooLarge));
        let file = stream("/FlateDecode", &bomb);
        assert_eq!(check(&file, &|| false), Err(Cause::TimedOut));
    }

    #[test]
    fn names_that_are_written_otherwise_and_layers_that_are_none_hide_no_bomb() {
        let bomb = packed(&vec![b' '; LARGEST + 1]);
        for filter in [
            "/Fl#61teDecode",
            "[/Fl\n]",
            "9 0 R",
            "/FlateDecode/X/LZWDecode",
            "/FlateDecode/X/FlateDecode",
        ] {
            assert_eq!(said(&stream(filter, &bomb)), Err(Cause::TooLarge), "{filter}");
        }
        let padded = format!("/FlateDecode/X({})", "x".repeat(5000));
        assert_eq!(said(&stream(&padded, &bomb)), Err(Cause::TooLarge));
        let hex: String = bomb.iter().map(|byte| format!("{byte:02x}")).collect();
        let in_hex = stream("[/ASCIIHexDecode/FlateDecode]", hex.as_bytes());
        assert_eq!(said(&in_hex), Err(Cause::TooLarge));
        let runs = [129, b' '].repeat(LARGEST / 128 + 1);
        assert_eq!(said(&stream("[/Fl/RL]", &packed(&runs))), Err(Cause::TooLarge));
        let many = "/FlateDecode".repeat(9);
        assert_eq!(said(&stream(&format!("[{many}]"), &bomb)), Err(Cause::TooLarge));
    }

    #[test]
    fn pictures_are_not_unpacked_and_what_only_looks_like_one_is() {
        let bomb = packed(&vec![b' '; LARGEST + 1]);
        assert_eq!(said(&stream("/FlateDecode/Subtype/Image", &bomb)), Ok(State::Whole));
        for other in ["/X/Image", "/Subtype/Form/X<</Subtype/Image>>", "/Type/ObjStm/Subtype/Image"]
        {
            let file = stream(&format!("/FlateDecode{other}"), &bomb);
            assert_eq!(said(&file), Err(Cause::TooLarge), "{other}");
        }
    }

    #[test]
    fn a_bomb_without_its_frame_is_one() {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&vec![b' '; LARGEST + 1]).unwrap();
        let bare = encoder.finish().unwrap();
        assert_eq!(said(&stream("/FlateDecode", &bare)), Err(Cause::TooLarge));
    }

    #[test]
    fn streams_of_objects_count_together() {
        let part = stream("/FlateDecode/Type/ObjStm", &packed(&vec![b' '; LARGEST - 1]));
        assert_eq!(said(&part.repeat(3)), Ok(State::Whole));
        assert_eq!(said(&part.repeat(5)), Err(Cause::TooLarge));
    }

    #[test]
    fn rows_of_a_thousand_million_columns_are_none() {
        let wide = "/FlateDecode/DecodeParms<</Predictor 12/Columns 4000000000>>";
        assert_eq!(said(&stream(wide, &packed(b"x"))), Err(Cause::TooLarge));
    }

    #[test]
    fn dictionaries_that_have_no_end_are_too_deep() {
        let deep = |open: &str| format!("1 0 obj {} endobj", open.repeat(DEEPEST + 1));
        assert_eq!(said(deep("<</A ").as_bytes()), Err(Cause::TooDeep));
        assert_eq!(said(deep("<</A(>>\\)>>)/B ").as_bytes()), Err(Cause::TooDeep));
        assert_eq!(said(deep("<</A %>>\n").as_bytes()), Err(Cause::TooDeep));
        assert_eq!(said(deep("<</Aobj ").as_bytes()), Err(Cause::TooDeep));
        let inside = stream("/FlateDecode/Type/ObjStm", &packed(deep("<</A ").as_bytes()));
        assert_eq!(said(&inside), Err(Cause::TooDeep));
        assert_eq!(said("1 0 obj <</A 1>> endobj ".repeat(9999).as_bytes()), Ok(State::Whole));
        assert_eq!(said(deep("<</A 1>>").as_bytes()), Ok(State::Whole));
        let picture = stream("/Subtype/Image", &[b'<'; 9999]);
        assert_eq!(said(&picture), Ok(State::Whole));
    }

    #[test]
    fn an_honest_stream_and_a_damaged_one_are_let_through() {
        assert_eq!(said(&stream("/FlateDecode", &packed(b"BT ET"))), Ok(State::Whole));
        assert_eq!(said(&stream("/FlateDecode", &[7; 200_000])), Ok(State::Whole));
        assert_eq!(said(b"stream"), Ok(State::Whole));
    }
}
