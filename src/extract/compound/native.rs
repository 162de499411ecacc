//! Files inside OLE objects: the streams `\u{1}Ole10Native` of packaged files ([MS-OLEDS] 2.3.6).

/// A file that somebody dragged into a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Native<'a> {
    /// Its name.
    pub(super) name: Option<String>,
    /// Its bytes.
    pub(super) bytes: &'a [u8],
}

/// Reads such a stream. What has no names and sizes in it is the file itself, behind its length.
pub(super) fn native(stream: &[u8]) -> Option<Native<'_>> {
    let (size, rest) = stream.split_first_chunk::<4>()?;
    let rest = rest.get(..size_of(*size)).unwrap_or(rest);
    Some(packaged(rest).unwrap_or(Native { name: None, bytes: rest }))
}

/// A packager object: flags, label, path, a path of before, then the file.
fn packaged(rest: &[u8]) -> Option<Native<'_>> {
    let rest = rest.strip_prefix(b"\x02\0")?;
    let (label, rest) = terminated(rest)?;
    let (_, rest) = terminated(rest)?;
    let (_, rest) = rest.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let rest = rest.get(size_of(*length)..)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let bytes = rest.get(..size_of(*length)).unwrap_or(rest);
    let name = String::from_utf8_lossy(label).into_owned();
    Some(Native { name: Some(name).filter(|name| !name.is_empty()), bytes })
}

fn terminated(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(0, bytes)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

fn size_of(size: [u8; 4]) -> usize {
    usize::try_from(u32::from_le_bytes(size)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packaged_file_is_found_behind_its_names() {
        let mut inner = b"\x02\0note.txt\0C:\\note.txt\0\0\0\x03\0\x04\0\0\0C:\\n".to_vec();
        inner.extend(b"\x05\0\0\0MRN 1");
        let mut stream = (inner.len() as u32).to_le_bytes().to_vec();
        stream.extend(&inner);
        let found = native(&stream).unwrap();
        assert_eq!((found.name.as_deref(), found.bytes), (Some("note.txt"), &b"MRN 1"[..]));
        for cut in 0..stream.len() {
            let _ = native(&stream[..cut]);
        }
    }

    #[test]
    fn what_has_no_names_is_the_file() {
        assert_eq!(native(b"\x03\0\0\0BM1"), Some(Native { name: None, bytes: b"BM1" }));
        assert_eq!(native(b"\x03"), None);
    }
}
