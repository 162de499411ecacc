//! A DICOM file: its preamble, its meta information, and how its data set is written (PS3.10
//! section 7, PS3.5 section 10).

use dicom_core::Tag;
use dicom_core::header::VR;

use super::elements::{Elements, Encoding, Event};

/// Bytes before the prefix, for programs of other formats.
pub(super) const PREAMBLE: usize = 128;
const PREFIX: &[u8] = b"DICM";
const TRANSFER_SYNTAX: Tag = Tag(0x0002, 0x0010);
/// Elements that a file without prefix has to begin with, in ascending order.
const TELLING: usize = 3;

/// A file, taken apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File<'a> {
    /// The elements of group 2.
    pub(crate) meta: &'a [u8],
    /// What follows them.
    pub(crate) data: &'a [u8],
    /// How.
    pub(crate) syntax: Syntax,
}

/// A transfer syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// How elements are written.
    pub(crate) encoding: Encoding,
    /// Whether the data set is compressed as a whole.
    pub(crate) whole: Whole,
    /// How pixels are compressed.
    pub(crate) pixels: Pixels,
}

/// A data set as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// As it stands.
    Plain,
    /// Deflated (PS3.5 section A.5).
    Deflated,
}

/// What pixel data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pixels {
    /// Samples.
    Native,
    /// Runs of bytes (PS3.5 annex G).
    Runs,
    /// JPEG.
    Jpeg,
    /// JPEG 2000.
    Jpeg2000,
    /// Anything else: JPEG-LS, JPEG XL, MPEG, HEVC.
    Other,
}

impl Syntax {
    const fn plain(encoding: Encoding) -> Self {
        Self { encoding, whole: Whole::Plain, pixels: Pixels::Native }
    }

    /// The transfer syntax of that identifier (PS3.6 table A-1).
    fn named(uid: &str) -> Self {
        let plain = Self::plain(Encoding::Explicit);
        let Some(rest) = uid.strip_prefix("1.2.840.10008.1.2") else {
            return match uid {
                // What GE's archives write: implicit, with pixels in big endian.
                "1.2.840.113619.5.2" => Self::plain(Encoding::Implicit),
                _ => Self { pixels: Pixels::Other, ..plain },
            };
        };
        match rest {
            "" => Self::plain(Encoding::Implicit),
            ".1" | ".1.98" => plain,
            ".1.99" => Self { whole: Whole::Deflated, ..plain },
            ".2" => Self::plain(Encoding::BigEndian),
            ".5" => Self { pixels: Pixels::Runs, ..plain },
            ".4.50" | ".4.51" | ".4.53" | ".4.55" | ".4.57" | ".4.70" => {
                Self { pixels: Pixels::Jpeg, ..plain }
            }
            ".4.90" | ".4.91" => Self { pixels: Pixels::Jpeg2000, ..plain },
            _ => Self { pixels: Pixels::Other, ..plain },
        }
    }
}

/// Whether the bytes have the prefix in its place.
pub(super) fn is_prefixed(bytes: &[u8]) -> bool {
    bytes.get(PREAMBLE..).is_some_and(|from| from.starts_with(PREFIX))
}

/// Takes a file apart; `None` when it is no DICOM.
pub(crate) fn open(bytes: &[u8]) -> Option<File<'_>> {
    let prefixed = bytes.get(PREAMBLE..).and_then(|from| from.strip_prefix(PREFIX));
    match prefixed {
        Some(from) => Some(behind_prefix(from)),
        None if begins_like_meta(bytes) => Some(behind_prefix(bytes)),
        None => Some(File { meta: &[], data: bytes, syntax: Syntax::plain(bare(bytes)?) }),
    }
}

/// Meta information is explicit whatever follows it; where there is none, the data set says by its
/// look how it is written.
fn behind_prefix(bytes: &[u8]) -> File<'_> {
    let mut end = 0;
    let mut named = None;
    let mut elements = Elements::new(bytes, Encoding::Explicit);
    while is_meta(bytes.get(end..).unwrap_or_default()) {
        let Some(event) = elements.next() else { break };
        if let Event::Element { tag: TRANSFER_SYNTAX, value, .. } = event {
            let uid = String::from_utf8_lossy(value);
            named = Some(Syntax::named(uid.trim_matches(|c: char| c == '\0' || c == ' ')));
        }
        if elements.depth() == 0 {
            end = elements.position();
        }
        if elements.depth() > 0
            && !matches!(event, Event::Sequence(_))
            && elements.fault().is_some()
        {
            break;
        }
    }
    let (meta, data) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let mut syntax =
        named.unwrap_or_else(|| Syntax::plain(bare(data).unwrap_or(Encoding::Explicit)));
    // Writers that name one and write the other are not rare.
    if syntax.whole == Whole::Plain
        && let Some(encoding) = bare(data)
    {
        syntax.encoding = encoding;
    }
    File { meta, data, syntax }
}

fn is_meta(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x02\0")
}

fn begins_like_meta(bytes: &[u8]) -> bool {
    is_meta(bytes) && ascends(bytes, Encoding::Explicit, &[2])
}

/// How a data set that nothing announces is written, when it is one: it begins with group 8.
fn bare(bytes: &[u8]) -> Option<Encoding> {
    [Encoding::Explicit, Encoding::Implicit, Encoding::BigEndian]
        .into_iter()
        .find(|encoding| ascends(bytes, *encoding, &[4, 8]))
}

/// Whether elements with their tags in ascending order begin here, the first in one of the groups.
fn ascends(bytes: &[u8], encoding: Encoding, groups: &[u16]) -> bool {
    let first = bytes.first_chunk().map(|group| encoding.u16(*group));
    if !first.is_some_and(|first| groups.contains(&first)) {
        return false;
    }
    // Of explicit encodings the representation has to be there; without one any bytes would do.
    let named = bytes.get(4..).and_then(|from| from.first_chunk::<2>());
    let explicit = named.is_some_and(|named| VR::from_binary(*named).is_some());
    if explicit != (encoding != Encoding::Implicit) {
        return false;
    }
    let mut last = None;
    let mut seen = 0;
    let mut elements = Elements::new(bytes, encoding);
    while let Some(event) = elements.next() {
        let tag = match event {
            Event::Element { tag, value, .. } if value.len() <= 1024 => tag,
            Event::Sequence(tag) => tag,
            Event::Element { .. } => return false,
            _ => continue,
        };
        if elements.fault().is_some() {
            return false;
        }
        if elements.depth() > 1 || elements.depth() == 1 && !matches!(event, Event::Sequence(_)) {
            continue;
        }
        if last.is_some_and(|last| tag <= last) || tag.0 > 0x00FF && seen == 0 {
            return false;
        }
        last = Some(tag);
        seen += 1;
        if seen == TELLING {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;

    fn short(encoding: Encoding) -> Made {
        Made::new(encoding)
            .text(Tag(0x0008, 0x0005), "CS", "ISO_IR 100")
            .text(Tag(0x0008, 0x0060), "CS", "CR")
            .text(Tag(0x0010, 0x0010), "PN", "DOE^JANE")
    }

    #[test]
    fn a_file_is_taken_apart_behind_its_prefix() {
        let made = short(Encoding::Implicit);
        let bytes = made.clone().file("1.2.840.10008.1.2");
        let file = open(&bytes).unwrap();
        assert_eq!((file.data, file.syntax.encoding), (&made.bytes[..], Encoding::Implicit));
        let bytes = made.file("1.2.840.10008.1.2.4.70");
        assert_eq!(open(&bytes).unwrap().syntax.pixels, Pixels::Jpeg);
        assert_eq!(open(&bytes).unwrap().syntax.encoding, Encoding::Implicit);
    }

    #[test]
    fn a_data_set_without_prefix_is_known_by_three_elements() {
        for encoding in [Encoding::Explicit, Encoding::Implicit, Encoding::BigEndian] {
            let bytes = short(encoding).bytes;
            assert_eq!(open(&bytes).unwrap().syntax.encoding, encoding);
        }
        let file = short(Encoding::Explicit).file("1.2.840.10008.1.2.1");
        assert!(open(&file[132..]).is_some() || open(&file[152..]).is_some());
    }

    #[test]
    fn other_bytes_are_no_dicom() {
        let bytes = short(Encoding::Explicit).bytes;
        assert!(open(&bytes[..30]).is_none());
        assert!(open(b"\x08\0\x05\0hello, this is no data set at all").is_none());
        assert!(open(b"").is_none() && open(&[8; 400]).is_none() && open(&[0; 4000]).is_none());
    }
}
