//! What a worker makes of a message: texts with their places, facts, and what could not be read.

mod appearance;
mod fact;
mod format;
mod outline;
mod picture;
mod sketch;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

pub use appearance::{Appearance, Taken};
pub use fact::{Fact, PartFact};
pub use format::{Format, PartFormat};
pub use outline::{Filled, Outline, Standard};
pub use picture::{Picture, Source, View};
pub use sketch::{Sketch, SketchedLine, Sketching};

pub use crate::limits::Cause;
use crate::secret::Secret;

/// Where in a message a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A Subject field (RFC 5322 section 3.6.5).
    Subject,
    /// Any other header field that people read.
    Header,
    /// A part that mail programs show as the message itself.
    Body,
    /// The name of an attachment.
    FileName,
    /// The text of an attachment.
    Attachment,
    /// Properties of a document: author, title, comments.
    Metadata,
    /// Text that was read from pixels.
    Image,
}

/// A zone of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// What the sender wrote.
    Fresh,
    /// What the sender quotes from an earlier message.
    Quoted,
    /// The sender's signature block.
    Signature,
    /// A confidentiality footer.
    Disclaimer,
}

/// The position of a part in the tree of a message, counted from 1 on each level: `2.1` is the
/// first child of the second part. The message itself is the empty path, shown as `0`; the only
/// part of a message that is not multipart is `1`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PartPath(Vec<u32>);

impl PartPath {
    /// The message itself.
    #[must_use]
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The `number`th child of this part, counted from 1.
    #[must_use]
    pub fn child(&self, number: u32) -> Self {
        let mut path = self.0.clone();
        path.push(number);
        Self(path)
    }

    /// Whether this part is `other` or holds it.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The numbers from the message down to this part.
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        &self.0
    }

    /// How many levels below the message this part stands.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for PartPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("0");
        }
        for (i, number) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            write!(f, "{number}")?;
        }
        Ok(())
    }
}

/// Normalized UTF-8 taken from a part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// Where it stands.
    pub place: Place,
    /// The part it was taken from. For Subject and header fields: the message they head.
    pub part: PartPath,
    /// The part that it counts as for conditions over one part: alternatives of one content
    /// (RFC 2046 section 5.1.4) share that of their multipart/alternative.
    pub group: PartPath,
    /// The name of the file that it came from.
    pub file: Option<Secret<String>>,
    /// The page, counted from 1, in documents that have pages.
    pub page: Option<u32>,
    /// The text itself; line breaks are `\n`.
    pub content: Secret<String>,
    /// Labels that `fields` refer to by index.
    #[serde(deserialize_with = "at_most::<_, _, MOST_LABELS>")]
    pub labels: Vec<Secret<String>>,
    /// Values to which the structure gives a label or a record, in ascending order, not
    /// overlapping.
    #[serde(deserialize_with = "at_most::<_, _, MOST_FIELDS>")]
    pub fields: Vec<Field>,
    /// Zones that the structure tells (an HTML quotation), in ascending order, not overlapping.
    /// The engine finds those that only the wording tells.
    #[serde(deserialize_with = "at_most::<_, _, MOST_FIELDS>")]
    pub zones: Vec<(Range<u32>, Zone)>,
}

/// Labels of one text that a daemon takes from a worker: an empty label is one byte on the socket
/// and 24 in memory.
const MOST_LABELS: usize = 1 << 20;

/// Fields of one text that a daemon takes from a worker.
const MOST_FIELDS: usize = 4 << 20;

/// A list that ends in an error when it is longer than `MOST`.
fn at_most<'de, D, T, const MOST: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct List<T, const MOST: usize>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for List<T, MOST> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MOST}")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let announced = list.size_hint().unwrap_or_default();
            if announced > MOST {
                return Err(A::Error::invalid_length(announced, &self));
            }
            let mut kept = Vec::with_capacity(announced.min(1024));
            while let Some(item) = list.next_element()? {
                if kept.len() == MOST {
                    return Err(A::Error::invalid_length(MOST + 1, &self));
                }
                kept.push(item);
            }
            Ok(kept)
        }
    }

    deserializer.deserialize_seq(List::<T, MOST>(PhantomData))
}

/// A value in a text to which the structure gives a name, an owner, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Bytes of the text's content.
    pub span: Range<u32>,
    /// Index into the text's labels.
    pub label: Option<u32>,
    /// The record that the value belongs to; equal numbers in one part mean one record.
    pub record: Option<u32>,
}

impl Text {
    /// A text with no labels and no zones.
    #[must_use]
    pub fn plain(place: Place, part: &PartPath, content: String) -> Self {
        Self {
            place,
            part: part.clone(),
            group: part.clone(),
            file: None,
            page: None,
            content: Secret::new(content),
            labels: Vec::new(),
            fields: Vec::new(),
            zones: Vec::new(),
        }
    }

    /// The field that holds byte `at` of the content.
    #[must_use]
    pub fn field_at(&self, at: usize) -> Option<&Field> {
        let after = self.fields.partition_point(|f| f.span.start as usize <= at);
        let field = self.fields.get(after.checked_sub(1)?)?;
        (at < field.span.end as usize).then_some(field)
    }

    /// The label of a field of this text.
    #[must_use]
    pub fn label(&self, field: &Field) -> Option<&Secret<String>> {
        self.labels.get(field.label? as usize)
    }
}

/// A part, or the rest of one, that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Which part.
    pub part: PartPath,
    /// Its file name, when it has one.
    pub file: Option<Secret<String>>,
    /// Why.
    pub cause: Cause,
}

/// Addresses that a message's own header fields name, for scanning a file that has no envelope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderAddresses {
    /// The first address of From.
    pub from: Option<Secret<String>>,
    /// All addresses of To, Cc and Bcc.
    #[serde(deserialize_with = "at_most::<_, _, MOST_LABELS>")]
    pub to: Vec<Secret<String>>,
    /// The Message-ID, without its angle brackets.
    pub message_id: Option<Secret<String>>,
}

/// Everything that a worker found in one message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What there is to scan.
    pub texts: Vec<Text>,
    /// What structure proves.
    pub facts: Vec<PartFact>,
    /// What could not be read. Empty means that all of the message was read, its pictures aside.
    pub unread: Vec<Unread>,
    /// Whose pixels are still to be read.
    pub pictures: Vec<Picture>,
    /// What was looked at, where that was asked for.
    pub sketches: Vec<Sketch>,
    /// Who the header says it is from and to.
    pub addresses: HeaderAddresses,
    /// What parts were read as. A part that was read in two ways is there twice.
    pub formats: Vec<PartFormat>,
    /// How many parts the message has, those that hold others included, itself aside.
    pub parts: u32,
}

impl Reading {
    /// Bytes of text in all.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        self.texts.iter().map(|text| text.content.expose().len()).sum()
    }
}

/// Takes what a reader finds, in the order it is found.
///
/// A worker's sink sends it to the daemon piece by piece, so that what was read before a crash or
/// a deadline still counts.
pub trait Sink {
    /// Reading of this part begins: whatever goes wrong from here on is this part's.
    fn begin(&mut self, part: &PartPath);
    /// What comes next may take long or kill the reader: whatever was found up to here must be
    /// safe first. To be called before anything but small plain text is read.
    fn brace(&mut self) {}
    /// It is known what a part is read as.
    fn format(&mut self, format: PartFormat);
    /// A text was taken.
    fn text(&mut self, text: Text);
    /// A fact was proved.
    fn fact(&mut self, fact: PartFact);
    /// A part, or the rest of it, could not be read.
    fn unread(&mut self, unread: Unread);
    /// The addresses in the message's own header.
    fn addresses(&mut self, addresses: HeaderAddresses);
    /// A part shows something that its text does not say.
    fn picture(&mut self, picture: Picture);
    /// What was looked at, where that was asked for.
    fn sketch(&mut self, _: Sketch) {}
}

impl Sink for Reading {
    fn begin(&mut self, part: &PartPath) {
        // The message itself is none of its parts: plain mail has one.
        self.parts = self.parts.saturating_add(u32::from(part.depth() > 0));
    }
    fn format(&mut self, format: PartFormat) {
        self.formats.push(format);
    }
    fn text(&mut self, text: Text) {
        self.texts.push(text);
    }
    fn fact(&mut self, fact: PartFact) {
        self.facts.push(fact);
    }
    fn unread(&mut self, unread: Unread) {
        self.unread.push(unread);
    }
    fn addresses(&mut self, addresses: HeaderAddresses) {
        self.addresses = addresses;
    }
    fn picture(&mut self, picture: Picture) {
        self.pictures.push(picture);
    }
    fn sketch(&mut self, sketch: Sketch) {
        self.sketches.push(sketch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_path_is_shown_with_dots_and_the_message_as_zero() {
        let path = PartPath::root().child(2).child(1);
        assert_eq!((path.to_string().as_str(), path.depth()), ("2.1", 2));
        assert_eq!(PartPath::root().to_string(), "0");
        assert!(PartPath::root().holds(&path) && !path.holds(&PartPath::root()));
    }

    #[test]
    fn a_list_longer_than_its_bound_is_refused_before_it_is_kept() {
        let mut text = Text::plain(Place::Body, &PartPath::root(), String::new());
        text.labels = vec![Secret::default(); MOST_LABELS];
        let whole = postcard::to_stdvec(&text).unwrap();
        assert_eq!(postcard::from_bytes::<Text>(&whole).unwrap(), text);
        text.labels.push(Secret::default());
        let longer = postcard::to_stdvec(&text).unwrap();
        assert!(postcard::from_bytes::<Text>(&longer).is_err());
    }

    #[test]
    fn the_field_of_a_byte_is_found_by_its_span() {
        let mut text = Text::plain(Place::Body, &PartPath::root(), "DOB 1/2/1990 MRN 77".into());
        text.labels = vec![Secret::new("DOB".into()), Secret::new("MRN".into())];
        text.fields = vec![
            Field { span: 4..12, label: Some(0), record: Some(1) },
            Field { span: 17..19, label: Some(1), record: Some(1) },
        ];
        assert!(text.field_at(3).is_none() && text.field_at(12).is_none());
        let label = text.field_at(18).and_then(|f| text.label(f)).map(|l| l.expose().as_str());
        assert_eq!(label, Some("MRN"));
    }
}
