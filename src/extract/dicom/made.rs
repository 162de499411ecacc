//! DICOM files that tests make: elements, sequences, and the file around them.

use dicom_core::Tag;

use super::elements::Encoding;

/// A data set that is being written.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) bytes: Vec<u8>,
    encoding: Encoding,
}

impl Made {
    pub(crate) fn new(encoding: Encoding) -> Self {
        Self { bytes: Vec::new(), encoding }
    }

    /// An element whose value is text.
    pub(crate) fn text(self, tag: Tag, vr: &str, value: &str) -> Self {
        let pad = if vr == "UI" { 0 } else { b' ' };
        self.bytes(tag, vr, value.as_bytes(), pad)
    }

    /// An element with a number of 16 bits.
    pub(crate) fn number(self, tag: Tag, value: u16) -> Self {
        let bytes = match self.encoding {
            Encoding::BigEndian => value.to_be_bytes(),
            _ => value.to_le_bytes(),
        };
        self.bytes(tag, "US", &bytes, 0)
    }

    /// An element with those bytes.
    pub(crate) fn bytes(mut self, tag: Tag, vr: &str, value: &[u8], pad: u8) -> Self {
        let length = value.len().next_multiple_of(2);
        self.header(tag, vr, u32::try_from(length).unwrap());
        self.bytes.extend(value);
        self.bytes.resize(self.bytes.len() + length - value.len(), pad);
        self
    }

    /// A sequence of one item, with lengths.
    pub(crate) fn sequence(mut self, tag: Tag, item: impl Fn(Self) -> Self) -> Self {
        let inner = item(Self::new(self.encoding)).bytes;
        let length = u32::try_from(inner.len()).unwrap();
        self.header(tag, "SQ", length + 8);
        self.mark(0xE000, length);
        self.bytes.extend(inner);
        self
    }

    /// A sequence of one item, with delimiters.
    pub(crate) fn undefined(mut self, tag: Tag, item: impl Fn(Self) -> Self) -> Self {
        self.header(tag, "SQ", u32::MAX);
        self.mark(0xE000, u32::MAX);
        self.bytes.extend(item(Self::new(self.encoding)).bytes);
        self.mark(0xE00D, 0);
        self.mark(0xE0DD, 0);
        self
    }

    /// Several items of one sequence.
    pub(crate) fn items(mut self, tag: Tag, items: Vec<Self>) -> Self {
        self.header(tag, "SQ", u32::MAX);
        for item in items {
            self.mark(0xE000, u32::try_from(item.bytes.len()).unwrap());
            self.bytes.extend(item.bytes);
        }
        self.mark(0xE0DD, 0);
        self
    }

    /// Encapsulated pixel data: no offsets, and these pieces.
    pub(crate) fn encapsulated(mut self, fragments: &[&[u8]]) -> Self {
        self.header(Tag(0x7FE0, 0x0010), "OB", u32::MAX);
        self.mark(0xE000, 0);
        for fragment in fragments {
            self.mark(0xE000, u32::try_from(fragment.len().next_multiple_of(2)).unwrap());
            self.bytes.extend(*fragment);
            self.bytes.resize(self.bytes.len().next_multiple_of(2), 0);
        }
        self.mark(0xE0DD, 0);
        self
    }

    /// The whole file: preamble, meta information, and this as its data set.
    pub(crate) fn file(self, transfer_syntax: &str) -> Vec<u8> {
        let meta = Self::new(Encoding::Explicit).text(Tag(0x0002, 0x0010), "UI", transfer_syntax);
        let mut file = vec![0; 128];
        file.extend(b"DICM");
        file.extend(meta.bytes);
        // The lengths of both are even: what stands behind begins where it should.
        file.extend(self.bytes);
        file
    }

    fn header(&mut self, tag: Tag, vr: &str, length: u32) {
        self.numbers(tag);
        if self.encoding == Encoding::Implicit {
            self.long(length);
            return;
        }
        self.bytes.extend(vr.as_bytes());
        if matches!(vr, "OB" | "OW" | "SQ" | "UN" | "UT") {
            self.bytes.extend([0, 0]);
            self.long(length);
        } else {
            let short = u16::try_from(length).unwrap();
            self.short(short);
        }
    }

    fn mark(&mut self, element: u16, length: u32) {
        self.numbers(Tag(0xFFFE, element));
        self.long(length);
    }

    fn numbers(&mut self, tag: Tag) {
        self.short(tag.0);
        self.short(tag.1);
    }

    fn short(&mut self, number: u16) {
        match self.encoding {
            Encoding::BigEndian => self.bytes.extend(number.to_be_bytes()),
            _ => self.bytes.extend(number.to_le_bytes()),
        }
    }

    fn long(&mut self, number: u32) {
        match self.encoding {
            Encoding::BigEndian => self.bytes.extend(number.to_be_bytes()),
            _ => self.bytes.extend(number.to_le_bytes()),
        }
    }
}
