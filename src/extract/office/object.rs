//! Embedded objects: the file inside the wrapper that OLE makes (MS-OLEDS sections 2.2 and 2.3).

use std::io::Cursor;

use super::super::output::{Output, Stop};
use super::super::unpack::unpack;
use crate::text::PartPath;

/// A file that was wrapped.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::extract) struct Object {
    /// Its name, where the wrapper has one.
    pub(in crate::extract) name: Option<String>,
    pub(in crate::extract) bytes: Vec<u8>,
}

/// Whether a file is a picture of the first page that programs put in for folders to show: too
/// small for its words to be read.
pub(in crate::extract) fn is_thumbnail(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    bytes.len() <= 64 << 10
        && (name.starts_with("docprops/thumbnail.") || name.starts_with("thumbnails/"))
        && (bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"\xFF\xD8\xFF"))
}

/// Streams of a compound file that are a file of their own.
const STREAMS: &[&str] = &["/Package", "/CONTENTS", "/Contents"];
/// The stream of a file that was dropped in (MS-OLEDS section 2.3.6).
const NATIVE: &str = "/\u{1}Ole10Native";

/// The file in a compound file that holds nothing but one; `None` for what is no such wrapper.
///
/// # Errors
/// The budget of the message is spent.
pub(in crate::extract) fn unwrapped(
    out: &mut Output<'_>,
    part: &PartPath,
    bytes: &[u8],
) -> Result<Option<Object>, Stop> {
    if !bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Ok(None);
    }
    let Ok(mut file) = cfb::CompoundFile::open(Cursor::new(bytes)) else { return Ok(None) };
    for name in STREAMS {
        if let Some(bytes) = stream(&mut file, name, out, part)? {
            return Ok(Some(Object { name: None, bytes }));
        }
    }
    let Some(native) = stream(&mut file, NATIVE, out, part)? else { return Ok(None) };
    // The size of all that follows stands before it.
    let inner = native.get(4..).unwrap_or_default();
    Ok(Some(package(inner).unwrap_or_else(|| Object { name: None, bytes: inner.to_vec() })))
}

/// The bytes of a stream.
fn stream(
    file: &mut cfb::CompoundFile<Cursor<&[u8]>>,
    name: &str,
    out: &mut Output<'_>,
    part: &PartPath,
) -> Result<Option<Vec<u8>>, Stop> {
    let Ok(stream) = file.open_stream(name) else { return Ok(None) };
    let unpacked = unpack(out, part, stream)?;
    unpacked.tell(out, part, None);
    Ok(Some(unpacked.bytes))
}

/// What the object packager writes: a label, the path it came from, a path for it, and the file.
pub(in crate::extract) fn package(bytes: &[u8]) -> Option<Object> {
    let (kind, rest) = bytes.split_first_chunk::<2>()?;
    if u16::from_le_bytes(*kind) != 2 {
        return None;
    }
    let (label, rest) = until_null(rest)?;
    let (_, rest) = until_null(rest)?;
    let rest = rest.get(4..)?;
    let (length, rest) = counted(rest)?;
    let rest = rest.get(length..)?;
    let (length, rest) = counted(rest)?;
    let file = rest.get(..length).unwrap_or(rest);
    let name = String::from_utf8_lossy(label).into_owned();
    Some(Object { name: Some(name).filter(|name| !name.is_empty()), bytes: file.to_vec() })
}

fn until_null(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(0, bytes)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

fn counted(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (count, rest) = bytes.split_first_chunk::<4>()?;
    Some((usize::try_from(u32::from_le_bytes(*count)).ok()?, rest))
}

/// The file in an object as RTF writes it: a header with the name of its class before it (MS-OLEDS
/// sections 2.2.4 and 2.2.5).
///
/// # Errors
/// The budget of the message is spent.
pub(in crate::extract) fn embedded(
    out: &mut Output<'_>,
    part: &PartPath,
    bytes: &[u8],
) -> Result<Option<Object>, Stop> {
    let Some(native) = native_data(bytes) else { return Ok(None) };
    if let Some(object) = unwrapped(out, part, native)? {
        return Ok(Some(object));
    }
    Ok(Some(package(native).unwrap_or_else(|| Object { name: None, bytes: native.to_vec() })))
}

fn native_data(bytes: &[u8]) -> Option<&[u8]> {
    // The version and the format, then class, topic and item.
    let mut rest = bytes.get(8..)?;
    for _ in 0..3 {
        let (length, behind) = counted(rest)?;
        rest = behind.get(length..)?;
    }
    let (length, rest) = counted(rest)?;
    Some(rest.get(..length).unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_file_is_taken_out_with_its_name() {
        let mut packed = b"\x02\0labs.txt\0C:\\labs.txt\0\0\0\x03\0".to_vec();
        packed.extend(12_u32.to_le_bytes());
        packed.extend(b"C:\\labs.txt\0");
        packed.extend(5_u32.to_le_bytes());
        packed.extend(b"MRN 1 and what follows");
        let object = package(&packed).unwrap();
        assert_eq!((object.name.as_deref(), &object.bytes[..]), (Some("labs.txt"), &b"MRN 1"[..]));
        for end in 0..packed.len() {
            let _ = package(&packed[..end]);
        }
    }
}
