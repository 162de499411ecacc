//! The data elements of a DICOM data set, one after the other (PS3.5 section 7).
//!
//! Nothing is believed of a length: what passes the end of its sequence, item or file ends there,
//! and reading goes on behind. Nesting is a list and no recursion, and it has a bound.

use dicom_core::dictionary::{DataDictionaryEntry, VirtualVr};
use dicom_core::header::VR;
use dicom_core::{DataDictionary, Tag};
use dicom_dictionary_std::StandardDataDictionary;

use crate::limits::Cause;

/// Sequences and items in each other; those of scanners go down ten levels.
const MOST_NESTED: usize = 64;
/// A length that is not said.
const UNDEFINED: u32 = u32::MAX;

const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// How headers and numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// With value representations, least byte first.
    Explicit,
    /// Without them.
    Implicit,
    /// With them, greatest byte first; retired.
    BigEndian,
}

impl Encoding {
    /// A number of 16 bits.
    pub(crate) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::BigEndian => u16::from_be_bytes(bytes),
            _ => u16::from_le_bytes(bytes),
        }
    }

    /// A number of 32 bits.
    pub(crate) fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::BigEndian => u32::from_be_bytes(bytes),
            _ => u32::from_le_bytes(bytes),
        }
    }
}

/// What comes next in a data set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Event<'a> {
    /// An element with its value, as far as the file has it.
    Element {
        /// Which.
        tag: Tag,
        /// The representation that its header names or the dictionary knows.
        vr: VR,
        /// Its bytes, padding included.
        value: &'a [u8],
    },
    /// A sequence begins.
    Sequence(Tag),
    /// An item of the innermost sequence begins.
    Item,
    /// The innermost item ends.
    ItemEnd,
    /// The innermost sequence ends.
    SequenceEnd,
    /// A piece of encapsulated pixel data (PS3.5 section A.4); the first is the table of offsets.
    Fragment(&'a [u8]),
}

/// What is open while a data set is walked.
#[derive(Debug, Clone, Copy)]
struct Open {
    kind: Kind,
    /// Where it ends: its own length or that of what it stands in.
    end: usize,
    /// How the headers in it are written.
    encoding: Encoding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sequence,
    Item,
    Pixels,
}

/// A walk over the elements of a data set.
#[derive(Debug)]
pub(crate) struct Elements<'a> {
    bytes: &'a [u8],
    at: usize,
    encoding: Encoding,
    open: Vec<Open>,
    fault: Option<Cause>,
}

/// The header of an element or item.
struct Header {
    tag: Tag,
    vr: VR,
    length: u32,
    /// Where its value begins.
    value: usize,
}

impl<'a> Elements<'a> {
    /// Walks a data set from its first byte.
    pub(crate) const fn new(bytes: &'a [u8], encoding: Encoding) -> Self {
        Self { bytes, at: 0, encoding, open: Vec::new(), fault: None }
    }

    /// What was wrong up to here, if anything.
    pub(crate) const fn fault(&self) -> Option<Cause> {
        self.fault
    }

    /// Where the next header begins.
    pub(crate) const fn position(&self) -> usize {
        self.at
    }

    /// How many sequences and items are open.
    pub(crate) const fn depth(&self) -> usize {
        self.open.len()
    }

    fn end(&self) -> usize {
        self.open.last().map_or(self.bytes.len(), |open| open.end)
    }

    fn malformed(&mut self) {
        self.fault.get_or_insert(Cause::Malformed);
    }

    /// The encoding inside of what is open.
    fn current(&self) -> Encoding {
        self.open.last().map_or(self.encoding, |open| open.encoding)
    }

    fn close(&mut self, kind: Kind) -> Event<'a> {
        match kind {
            Kind::Item => Event::ItemEnd,
            Kind::Sequence | Kind::Pixels => Event::SequenceEnd,
        }
    }

    fn number16(&self, at: usize, encoding: Encoding) -> Option<u16> {
        Some(encoding.u16(*self.bytes.get(at..)?.first_chunk()?))
    }

    fn number32(&self, at: usize, encoding: Encoding) -> Option<u32> {
        Some(encoding.u32(*self.bytes.get(at..)?.first_chunk()?))
    }

    /// The header at the position, whole.
    fn header(&self) -> Option<Header> {
        let encoding = self.current();
        let at = self.at;
        let tag = Tag(self.number16(at, encoding)?, self.number16(at + 2, encoding)?);
        if tag.0 == 0xFFFE {
            let length = self.number32(at + 4, encoding)?;
            return Some(Header { tag, vr: VR::UN, length, value: at + 8 });
        }
        let named: [u8; 2] = *self.bytes.get(at + 4..)?.first_chunk()?;
        let explicit = match encoding {
            Encoding::Implicit => None,
            // Some write single elements without a representation all the same.
            _ => VR::from_binary(named),
        };
        let Some(vr) = explicit else {
            let length = self.number32(at + 4, encoding)?;
            return Some(Header { tag, vr: known_representation(tag), length, value: at + 8 });
        };
        if has_long_length(vr) {
            let length = self.number32(at + 8, encoding)?;
            return Some(Header { tag, vr, length, value: at + 12 });
        }
        let length = u32::from(self.number16(at + 6, encoding)?);
        Some(Header { tag, vr, length, value: at + 8 })
    }

    /// Where a value ends that begins there.
    fn value_end(&mut self, header: &Header) -> usize {
        let end = self.end();
        if header.length == UNDEFINED {
            return end;
        }
        match header.value.checked_add(header.length as usize) {
            Some(stop) if stop <= end => stop,
            _ => {
                self.malformed();
                end
            }
        }
    }

    fn push(&mut self, kind: Kind, header: &Header, encoding: Encoding) -> bool {
        if self.open.len() >= MOST_NESTED {
            self.fault = Some(Cause::TooDeep);
            // Behind a sequence of known length reading goes on.
            self.at = self.value_end(header);
            return false;
        }
        let end = self.value_end(header);
        self.at = header.value;
        self.open.push(Open { kind, end, encoding });
        true
    }

    fn element(&mut self, header: &Header) -> Option<Event<'a>> {
        let undefined = header.length == UNDEFINED;
        let pixels = header.tag.1 == 0x0010 && matches!(header.tag.0, 0x7FE0);
        if undefined && (pixels || matches!(header.vr, VR::OB | VR::OW)) {
            let encoding = self.current();
            return self
                .push(Kind::Pixels, header, encoding)
                .then_some(Event::Sequence(header.tag));
        }
        let sequence = header.vr == VR::SQ
            || undefined
            || header.vr == VR::UN && known_representation(header.tag) == VR::SQ;
        if sequence {
            // What is unknown and a sequence is written without representations (PS3.5 section
            // 6.2.2), by those who follow it.
            let encoding = match header.vr {
                VR::UN => self.encoding_of_unknown(header.value),
                _ => self.current(),
            };
            return self
                .push(Kind::Sequence, header, encoding)
                .then_some(Event::Sequence(header.tag));
        }
        let stop = self.value_end(header);
        let value = self.bytes.get(header.value..stop).unwrap_or_default();
        self.at = stop;
        let vr = match header.vr {
            VR::UN => known_representation(header.tag),
            vr => vr,
        };
        Some(Event::Element { tag: header.tag, vr, value })
    }

    /// Whether the first element of the first item names a representation.
    fn encoding_of_unknown(&self, at: usize) -> Encoding {
        let named = self.bytes.get(at + 12..).and_then(|from| from.first_chunk::<2>());
        match named.and_then(|named| VR::from_binary(*named)) {
            Some(_) => self.current(),
            None => Encoding::Implicit,
        }
    }

    /// The next in a sequence: an item, or its end.
    fn in_sequence(&mut self, kind: Kind, header: &Header) -> Option<Event<'a>> {
        match header.tag {
            ITEM if kind == Kind::Pixels => {
                let stop = self.value_end(header);
                self.at = stop;
                Some(Event::Fragment(self.bytes.get(header.value..stop).unwrap_or_default()))
            }
            ITEM => {
                let encoding = self.current();
                self.push(Kind::Item, header, encoding).then_some(Event::Item)
            }
            SEQUENCE_END => {
                self.at = header.value;
                self.open.pop();
                Some(self.close(kind))
            }
            _ => {
                // A sequence that says it is longer than it is: what stands here is read as what
                // it is.
                self.malformed();
                self.open.pop();
                Some(self.close(kind))
            }
        }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        loop {
            let innermost = self.open.last().copied();
            if let Some(open) = innermost
                && self.at >= open.end
            {
                self.open.pop();
                self.at = open.end;
                return Some(self.close(open.kind));
            }
            if self.at >= self.bytes.len() {
                return None;
            }
            let Some(header) = self.header().filter(|header| header.value <= self.end()) else {
                // Too short for a header: padding, or the cut.
                let end = self.end();
                if self.bytes.get(self.at..end).is_some_and(|rest| rest.iter().any(|b| *b != 0)) {
                    self.malformed();
                }
                self.at = end;
                continue;
            };
            let event = match (innermost, header.tag) {
                (Some(open), _) if open.kind != Kind::Item => self.in_sequence(open.kind, &header),
                (Some(_), ITEM_END) => {
                    self.at = header.value;
                    self.open.pop();
                    Some(Event::ItemEnd)
                }
                (_, ITEM | ITEM_END | SEQUENCE_END) => {
                    // Out of its place: passed over.
                    self.malformed();
                    self.at = header.value;
                    None
                }
                _ => self.element(&header),
            };
            if event.is_some() {
                return event;
            }
        }
    }
}

/// The representation that the dictionary has for a tag. Group lengths and private creators are
/// the same in all groups (PS3.5 section 7.2, 7.8.1).
pub(super) fn known_representation(tag: Tag) -> VR {
    if tag.1 == 0 {
        return VR::UL;
    }
    if tag.0 % 2 == 1 {
        return if (0x10..=0xFF).contains(&tag.1) { VR::LO } else { VR::UN };
    }
    match StandardDataDictionary.by_tag(tag).map(|entry| entry.vr()) {
        Some(VirtualVr::Exact(vr)) => vr,
        Some(VirtualVr::Xs) => VR::US,
        Some(VirtualVr::Ox | VirtualVr::Px | VirtualVr::Lt) => VR::OW,
        Some(_) | None => VR::UN,
    }
}

const fn has_long_length(vr: VR) -> bool {
    matches!(
        vr,
        VR::OB
            | VR::OD
            | VR::OF
            | VR::OL
            | VR::OV
            | VR::OW
            | VR::SQ
            | VR::SV
            | VR::UC
            | VR::UN
            | VR::UR
            | VR::UT
            | VR::UV
    )
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;

    fn names(bytes: &[u8], encoding: Encoding) -> (Vec<String>, Option<Cause>) {
        let mut elements = Elements::new(bytes, encoding);
        let mut values = Vec::new();
        for event in elements.by_ref() {
            if let Event::Element { vr: VR::PN, value, .. } = event {
                values.push(String::from_utf8_lossy(value).trim().to_owned());
            }
        }
        (values, elements.fault())
    }

    fn nested(encoding: Encoding) -> Vec<u8> {
        Made::new(encoding)
            .text(Tag(0x0010, 0x0010), "PN", "ONE")
            .sequence(Tag(0x0040, 0x0275), |item| item.text(Tag(0x0010, 0x0010), "PN", "TWO"))
            .undefined(Tag(0x0040, 0x0275), |item| item.text(Tag(0x0010, 0x0010), "PN", "THREE"))
            .text(Tag(0x0010, 0x0010), "PN", "FOUR")
            .bytes
    }

    #[test]
    fn elements_of_sequences_are_read_in_every_encoding() {
        for encoding in [Encoding::Explicit, Encoding::Implicit, Encoding::BigEndian] {
            let (values, fault) = names(&nested(encoding), encoding);
            assert_eq!(values, ["ONE", "TWO", "THREE", "FOUR"], "{encoding:?}");
            assert_eq!(fault, None, "{encoding:?}");
        }
    }

    #[test]
    fn what_was_before_a_cut_is_read_wherever_it_is() {
        let whole = nested(Encoding::Explicit);
        for end in 0..whole.len() {
            let (values, _) = names(&whole[..end], Encoding::Explicit);
            assert!(values.len() <= 4);
        }
        let (values, fault) = names(&whole[..whole.len() - 2], Encoding::Explicit);
        assert_eq!((values.len(), values[3].as_str()), (4, "FO"));
        assert_eq!(fault, Some(Cause::Malformed));
    }

    #[test]
    fn a_sequence_that_claims_too_much_hides_nothing_behind_it() {
        let mut bytes = Made::new(Encoding::Explicit)
            .sequence(Tag(0x0040, 0x0275), |item| item.text(Tag(0x0010, 0x0010), "PN", "TWO"))
            .bytes;
        bytes[8..12].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());
        bytes.extend(Made::new(Encoding::Explicit).text(Tag(0x0010, 0x0010), "PN", "FOUR").bytes);
        let (values, fault) = names(&bytes, Encoding::Explicit);
        assert_eq!((values.join(" "), fault), ("TWO FOUR".to_owned(), Some(Cause::Malformed)));
    }

    #[test]
    fn nesting_without_end_is_too_deep_and_costs_nothing() {
        let mut bytes = Made::new(Encoding::Explicit).text(Tag(0x0010, 0x0010), "PN", "ONE").bytes;
        for _ in 0..10_000 {
            bytes.extend(b"\x40\0\x75\x02SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\0\xE0\xFF\xFF\xFF\xFF");
        }
        assert_eq!(names(&bytes, Encoding::Explicit), (vec!["ONE".into()], Some(Cause::TooDeep)));
    }

    #[test]
    fn an_unknown_sequence_is_read_without_representations() {
        let inner = Made::new(Encoding::Implicit).text(Tag(0x0010, 0x0010), "PN", "TWO").bytes;
        let mut bytes = b"\x09\0\x01\x10UN\0\0\xFF\xFF\xFF\xFF\xFE\xFF\0\xE0".to_vec();
        bytes.extend(u32::try_from(inner.len()).unwrap().to_le_bytes());
        bytes.extend(inner);
        bytes.extend(b"\xFE\xFF\xDD\xE0\0\0\0\0");
        assert_eq!(names(&bytes, Encoding::Explicit), (vec!["TWO".into()], None));
    }
}
