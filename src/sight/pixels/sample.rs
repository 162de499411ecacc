//! Writes small TIFF files for tests.

/// A value of a tag.
pub(super) enum Value {
    Short(u16),
    Fraction(u32, u32),
    /// An offset of bytes that are written in front, and their length in another tag.
    Strip(Vec<u8>),
    Shorts(Vec<u16>),
}

/// A file of one page for each list of tags.
pub(super) fn tagged(pages: &[Vec<(u16, Value)>]) -> Vec<u8> {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    for page in pages {
        let mut entries: Vec<(u16, u16, u32, u32)> = Vec::new();
        for (tag, value) in page {
            let at = u32::try_from(bytes.len()).unwrap();
            match value {
                Value::Short(value) => entries.push((*tag, 3, 1, u32::from(*value))),
                Value::Fraction(over, under) => {
                    bytes.extend(over.to_le_bytes());
                    bytes.extend(under.to_le_bytes());
                    entries.push((*tag, 5, 1, at));
                }
                Value::Strip(data) => {
                    bytes.extend(data);
                    entries.push((*tag, 4, 1, at));
                    entries.push((279, 4, 1, u32::try_from(data.len()).unwrap()));
                }
                Value::Shorts(values) => {
                    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
                    entries.push((*tag, 3, u32::try_from(values.len()).unwrap(), at));
                }
            }
        }
        let at = u32::try_from(bytes.len()).unwrap();
        bytes[link..link + 4].copy_from_slice(&at.to_le_bytes());
        entries.sort_unstable();
        bytes.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
        for (tag, kind, count, value) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(count.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        link = bytes.len();
        bytes.extend([0; 4]);
    }
    bytes
}

/// Bits as they are written.
pub(super) fn bits(written: &str) -> Vec<u8> {
    let bits: Vec<u8> = written.bytes().filter(u8::is_ascii_digit).map(|bit| bit - b'0').collect();
    let byte = |bits: &[u8]| (0..8).fold(0, |sum, i| sum << 1 | bits.get(i).copied().unwrap_or(0));
    bits.chunks(8).map(byte).collect()
}
