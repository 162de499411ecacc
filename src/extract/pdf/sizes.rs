//! How much the streams of a file unpack to, found out before a parser without a limit does it.
//!
//! By the bytes alone: what a parser would do is not known before it is run. Pictures are left out,
//! since nobody unpacks them here.

use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;

use crate::limits::Cause;

/// Bytes that one stream may unpack to; a page of a book has some thousand.
const LARGEST: usize = 64 << 20;
/// Packed bytes that cannot unpack to more than that in one layer: deflate packs 1,032 to one.
const HARMLESS: usize = LARGEST / 1032;
/// Layers of deflate in one stream; honest files have one.
const MOST_LAYERS: usize = 3;
/// Bytes before a stream in which its dictionary is looked for.
const DICTIONARY: usize = 2 << 10;
const CHUNK: usize = 64 << 10;

/// Looks at all streams.
///
/// # Errors
/// One of them is too large, or there is no time to find out.
pub(super) fn check(bytes: &[u8], go_on: &dyn Fn() -> bool) -> Result<(), Cause> {
    let end = memmem::Finder::new(b"endstream");
    for at in memmem::find_iter(bytes, b"stream") {
        let (before, from) = bytes.split_at_checked(at).unwrap_or_default();
        if before.ends_with(b"end") {
            continue;
        }
        let packed = from.get(b"stream".len()..).unwrap_or_default();
        let packed = packed.strip_prefix(b"\r").unwrap_or(packed);
        let packed = packed.strip_prefix(b"\n").unwrap_or(packed);
        let dictionary = before.get(before.len().saturating_sub(DICTIONARY)..).unwrap_or_default();
        let start = memmem::rfind(dictionary, b" obj").unwrap_or(0);
        let dictionary = dictionary.get(start..).unwrap_or_default();
        let layers = memmem::find_iter(dictionary, b"/FlateDecode").count()
            + memmem::find_iter(dictionary, b"/Fl ").count()
            + memmem::find_iter(dictionary, b"/Fl]").count();
        if layers == 0 || layers == 1 && memmem::find(dictionary, b"/Image").is_some() {
            continue;
        }
        let packed = packed.get(..end.find(packed).unwrap_or(packed.len())).unwrap_or_default();
        if layers > 1 || packed.len() > HARMLESS {
            count(packed, layers, go_on)?;
        }
    }
    Ok(())
}

/// Unpacks and forgets. Damage ends the count: who unpacks this stream comes no further.
fn count(packed: &[u8], layers: usize, go_on: &dyn Fn() -> bool) -> Result<(), Cause> {
    if layers > MOST_LAYERS {
        return Err(Cause::TooLarge);
    }
    let mut layer: Box<dyn Read + '_> = Box::new(packed);
    for number in 0..layers {
        // The inner layers are kept whole by the parser too.
        let inner = if number == 0 { u64::MAX } else { 2 * LARGEST as u64 };
        layer = Box::new(ZlibDecoder::new(layer.take(inner)));
    }
    let mut chunk = vec![0; CHUNK];
    let mut total = 0_usize;
    while let Ok(count @ 1..) = layer.read(&mut chunk) {
        total = total.saturating_add(count);
        if total > LARGEST {
            return Err(Cause::TooLarge);
        }
        if !go_on() {
            return Err(Cause::TimedOut);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
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

    #[test]
    fn a_stream_that_unpacks_to_more_than_any_page_is_found_in_all_its_layers() {
        let bomb = packed(&vec![b' '; LARGEST + CHUNK]);
        assert_eq!(check(&stream("/FlateDecode", &bomb), &|| true), Err(Cause::TooLarge));
        let twice = stream("[/FlateDecode/FlateDecode]", &packed(&bomb));
        assert!(twice.len() < HARMLESS);
        assert_eq!(check(&twice, &|| true), Err(Cause::TooLarge));
        assert_eq!(check(&stream("/FlateDecode", &bomb), &|| false), Err(Cause::TimedOut));
    }

    #[test]
    fn an_honest_stream_and_a_damaged_one_are_let_through() {
        assert_eq!(check(&stream("/FlateDecode", &packed(b"BT ET")), &|| true), Ok(()));
        assert_eq!(check(&stream("/FlateDecode", &vec![7; 2 * HARMLESS]), &|| true), Ok(()));
        assert_eq!(check(b"stream", &|| true), Ok(()));
    }
}
