//! Directories of tagged image files (TIFF 6.0 section 2, BigTIFF, and the same inside EXIF), by
//! their header alone: nothing is decoded, and no value is copied before it is asked for.

use std::collections::HashSet;

/// Entries of one directory.
const MOST_ENTRIES: usize = 512;
/// Numbers of one value: strips of one page.
const MOST_NUMBERS: usize = 1 << 16;

/// A file that is known to be one by its first bytes.
#[derive(Debug, Clone, Copy)]
pub struct Tagged<'a> {
    bytes: &'a [u8],
    order: Order,
    width: Width,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// Of offsets and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    Classic,
    Wide,
}

/// One directory: the tags of a page, or of a part of them.
#[derive(Debug)]
pub struct Directory<'a> {
    file: Tagged<'a>,
    at: u64,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    tag: u16,
    /// Bytes of one value; what they mean depends on it.
    kind: u16,
    count: usize,
    /// Where the values are.
    at: usize,
}

impl<'a> Tagged<'a> {
    /// The file that these bytes are, when they are one.
    #[must_use]
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let order = match bytes.get(..2)? {
            b"II" => Order::Little,
            b"MM" => Order::Big,
            _ => return None,
        };
        let file = Self { bytes, order, width: Width::Classic };
        match file.number(2, 2)? {
            42 => Some(file),
            43 => Some(Self { width: Width::Wide, ..file }),
            _ => None,
        }
    }

    /// The directories of its pages, `most` at most, and whether there are more. One that leads
    /// back to another ends them.
    #[must_use]
    pub fn pages(&self, most: usize) -> (Vec<Directory<'a>>, bool) {
        let first = match self.width {
            Width::Classic => self.number(4, 4),
            Width::Wide => self.number(8, 8),
        };
        let (mut pages, mut seen) = (Vec::new(), HashSet::new());
        let mut next = first.unwrap_or(0);
        while next != 0 && seen.insert(next) {
            let Some((directory, behind)) = self.directory_and_next(next) else { break };
            if pages.len() == most {
                return (pages, true);
            }
            pages.push(directory);
            next = behind;
        }
        (pages, false)
    }

    /// The directory at an offset.
    #[must_use]
    pub fn directory(&self, at: u64) -> Option<Directory<'a>> {
        self.directory_and_next(at).map(|(directory, _)| directory)
    }

    fn directory_and_next(&self, at: u64) -> Option<(Directory<'a>, u64)> {
        let origin = at;
        let at = usize::try_from(at).ok()?;
        let (head, size, room) = match self.width {
            Width::Classic => (2, 12, 4),
            Width::Wide => (8, 20, 8),
        };
        let count = usize::try_from(self.number(at, head)?).ok()?;
        let start = at.checked_add(head)?;
        let mut entries = Vec::new();
        for index in 0..count.min(MOST_ENTRIES) {
            let at = start.checked_add(index * size)?;
            let Some(entry) = self.entry(at, room) else { break };
            entries.push(entry);
        }
        let behind = count.checked_mul(size).and_then(|length| start.checked_add(length))?;
        let next = self.number(behind, room).unwrap_or(0);
        (!entries.is_empty()).then_some((Directory { file: *self, at: origin, entries }, next))
    }

    fn entry(&self, at: usize, room: usize) -> Option<Entry> {
        let tag = u16::try_from(self.number(at, 2)?).ok()?;
        let kind = u16::try_from(self.number(at.checked_add(2)?, 2)?).ok()?;
        let count = usize::try_from(self.number(at.checked_add(4)?, room)?).ok()?;
        let value = at.checked_add(4 + room)?;
        let at = if count.checked_mul(size_of_kind(kind))? <= room {
            value
        } else {
            usize::try_from(self.number(value, room)?).ok()?
        };
        Some(Entry { tag, kind, count, at })
    }

    fn number(&self, at: usize, length: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(length)?)?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(match self.order {
            Order::Big => bytes.iter().fold(0, add),
            Order::Little => bytes.iter().rev().fold(0, add),
        })
    }

    fn write(&self, copy: &mut [u8], at: usize, length: usize, number: u64) {
        let Some(place) = at.checked_add(length).and_then(|end| copy.get_mut(at..end)) else {
            return;
        };
        let bytes = number.to_le_bytes().into_iter().take(length);
        match self.order {
            Order::Little => place.iter_mut().zip(bytes).for_each(|(to, from)| *to = from),
            Order::Big => place.iter_mut().rev().zip(bytes).for_each(|(to, from)| *to = from),
        }
    }

    /// The bytes from an offset on, as many as there are.
    #[must_use]
    pub fn bytes_at(&self, at: u64, length: u64) -> &'a [u8] {
        let start = usize::try_from(at).unwrap_or(usize::MAX).min(self.bytes.len());
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let end = start.saturating_add(length).min(self.bytes.len());
        self.bytes.get(start..end).unwrap_or_default()
    }
}

impl<'a> Directory<'a> {
    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// The first number of a tag.
    #[must_use]
    pub fn number(&self, tag: u16) -> Option<u64> {
        let entry = self.entry(tag)?;
        (entry.count > 0).then_some(())?;
        self.file.number(entry.at, size_of_kind(entry.kind))
    }

    /// All numbers of a tag.
    #[must_use]
    pub fn numbers(&self, tag: u16) -> Vec<u64> {
        let Some(entry) = self.entry(tag) else { return Vec::new() };
        let size = size_of_kind(entry.kind);
        let at = |index: usize| self.file.number(entry.at.checked_add(index * size)?, size);
        (0..entry.count.min(MOST_NUMBERS)).map_while(at).collect()
    }

    /// The fractions of a tag.
    #[must_use]
    pub fn fractions(&self, tag: u16) -> Vec<f64> {
        let Some(entry) = self.entry(tag).filter(|entry| matches!(entry.kind, 5 | 10)) else {
            return Vec::new();
        };
        let at = |index: usize| {
            let at = entry.at.checked_add(index * 8)?;
            let (over, under) =
                (self.file.number(at, 4)?, self.file.number(at.checked_add(4)?, 4)?);
            #[expect(clippy::cast_precision_loss, reason = "of 32 bits")]
            (under != 0).then(|| over as f64 / under as f64)
        };
        (0..entry.count.min(8)).map_while(at).collect()
    }

    /// The bytes of a tag, `most` at most.
    #[must_use]
    pub fn bytes(&self, tag: u16, most: usize) -> &'a [u8] {
        let Some(entry) = self.entry(tag) else { return &[] };
        let length = entry.count.saturating_mul(size_of_kind(entry.kind)).min(most);
        self.file.bytes_at(entry.at as u64, length as u64)
    }

    /// A copy of the file in which this page is the first.
    #[must_use]
    pub fn as_first(&self) -> Vec<u8> {
        let mut copy = self.file.bytes.to_vec();
        let (at, length) = match self.file.width {
            Width::Classic => (4, 4),
            Width::Wide => (8, 8),
        };
        self.file.write(&mut copy, at, length, self.at);
        copy
    }

    /// Gives a tag another number, in a copy of the file.
    pub fn write_number(&self, copy: &mut [u8], tag: u16, number: u64) {
        if let Some(entry) = self.entry(tag) {
            self.file.write(copy, entry.at, size_of_kind(entry.kind), number);
        }
    }

    /// Width and height of its image.
    #[must_use]
    pub fn size(&self) -> Option<(u32, u32)> {
        let side = |tag| u32::try_from(self.number(tag)?).ok().filter(|side| *side > 0);
        Some((side(256)?, side(257)?))
    }
}

const fn size_of_kind(kind: u16) -> usize {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two pages, the second of which leads back to the first.
    fn file() -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        for (width, next) in [(100_u16, 38_u32), (200, 8)] {
            bytes.extend(2_u16.to_le_bytes());
            for (tag, value) in [(256_u16, width), (257, 50)] {
                bytes.extend(tag.to_le_bytes());
                bytes.extend([3, 0, 1, 0, 0, 0]);
                bytes.extend(u32::from(value).to_le_bytes());
            }
            bytes.extend(next.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn pages_are_counted_once_although_they_lead_back() {
        let bytes = file();
        let (pages, more) = Tagged::open(&bytes).unwrap().pages(30);
        let sizes: Vec<_> = pages.iter().filter_map(Directory::size).collect();
        assert_eq!((sizes, more), (vec![(100, 50), (200, 50)], false));
        assert!(Tagged::open(&bytes).unwrap().pages(1).1);
    }

    #[test]
    fn wherever_a_file_is_cut_off_it_is_read_without_end_or_harm() {
        let bytes = file();
        for end in 0..bytes.len() {
            let pages = Tagged::open(&bytes[..end]).map(|file| file.pages(30).0.len());
            assert!(pages.unwrap_or(0) <= 2);
        }
    }
}
