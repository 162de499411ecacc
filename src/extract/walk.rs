//! The walk over the tree of a message: who is read, in which order, under which path.
//!
//! A message at path P has its body's parts at P.1, P.2, ...; a body that is not multipart is P.1.

use std::borrow::Cow;

use super::leaf::Leaf;
use super::output::{Flow, Output};
use super::waiting::Waiting;
use super::{boilerplate, encoded, file_names, headers, mailing_list, plain, readers, sniff};
use crate::limits::{Budget, Cause};
use crate::message::content::{Content, DefaultType, Disposition, Readings};
use crate::message::header::{Header, is_mime_field, looks_like_message, without_blank_start};
use crate::message::multipart::{self, Pieces};
use crate::message::parameters::Parameters;
use crate::message::transfer::{self, Encoding};
use crate::text::{Fact, PartPath, Place, Sink};

/// One message being read.
pub(super) struct Walk<'a> {
    pub(super) out: Output<'a>,
    pub(super) waiting: Waiting,
    /// Documents of medical records up to here: each has a path of its own, however many records are in a part.
    embedded: u32,
}

/// Children of a part behind which the documents of its medical records have their places.
const MOST_CHILDREN: u32 = 20_000;

/// What the parts of a container inherit.
#[derive(Clone)]
struct Context {
    /// The multipart/alternative that they are in.
    alternative: Option<PartPath>,
    /// What a part without a type is.
    default: DefaultType,
    /// Whether this is a second reading already of fields that were given twice.
    reading: Reading,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    First,
    Again,
}

impl Context {
    const fn fresh() -> Self {
        Self { alternative: None, default: DefaultType::Plain, reading: Reading::First }
    }
}

/// Whose body is read: that decides its path.
#[derive(Clone, Copy)]
enum Owner<'p> {
    /// The message at this path.
    Message(&'p PartPath),
    /// The part at this path.
    Part(&'p PartPath),
}

impl<'p> Owner<'p> {
    const fn path(self) -> &'p PartPath {
        match self {
            Self::Message(path) | Self::Part(path) => path,
        }
    }
}

/// Hands out the paths of a container's children.
pub(super) struct Children<'p> {
    container: &'p PartPath,
    count: u32,
}

impl<'p> Children<'p> {
    pub(super) const fn of(container: &'p PartPath) -> Self {
        Self { container, count: 0 }
    }

    /// Those that follow the first `count`.
    pub(super) const fn behind(container: &'p PartPath, count: u32) -> Self {
        Self { container, count }
    }

    /// How many there are up to here.
    pub(super) const fn count(&self) -> u32 {
        self.count
    }

    /// The path that comes next.
    pub(super) fn peek(&self) -> PartPath {
        self.container.child(self.count.saturating_add(1))
    }

    pub(super) fn next(&mut self) -> PartPath {
        self.count = self.count.saturating_add(1);
        self.container.child(self.count)
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(budget: &'a mut Budget, sink: &'a mut dyn Sink) -> Self {
        Self { out: Output::new(budget, sink), waiting: Waiting::default(), embedded: 0 }
    }

    /// The outermost message.
    pub(super) fn root(&mut self, bytes: &[u8]) -> Flow {
        let path = PartPath::root();
        self.out.begin(&path)?;
        let (header, _) = Header::split(without_blank_start(bytes));
        self.out.addresses(headers::addresses_of(&header));
        if mailing_list::is_from_list(&header) {
            self.out.fact(Fact::MailingList, &path);
        }
        let flow = self.message(bytes, &path).and_then(|()| self.pasted());
        self.read_waiting(flow)
    }

    /// A bare document: part 1 of nothing.
    pub(super) fn document(&mut self, name: Option<&str>, bytes: &[u8]) -> Flow {
        let path = PartPath::root().child(1);
        self.out.begin(&path)?;
        let content = Content::document(name);
        file_names::read(&mut self.out, &path, &path, &content);
        let place = Place::Attachment;
        let leaf = Leaf { path: &path, group: &path, place, content: &content, bytes };
        let flow = readers::read(self, &leaf);
        self.read_waiting(flow)
    }

    /// A message whose part has begun.
    pub(super) fn message(&mut self, bytes: &[u8], path: &PartPath) -> Flow {
        let (header, body) = Header::split(without_blank_start(bytes));
        headers::read(&mut self.out, &header, path, headers::Heads::Message);
        self.body(&header, body, Owner::Message(path), &Context::fresh())
    }

    /// Bytes found inside a leaf: a part below it of which nothing is declared.
    pub(super) fn inner(&mut self, outer: &Leaf<'_>, bytes: &[u8]) -> Flow {
        let path = outer.path.child(1);
        self.out.begin(&path)?;
        if !self.out.within_depth(&path) {
            return Ok(());
        }
        let content = Content::document(None);
        readers::read(self, &Leaf { path: &path, content: &content, bytes, ..*outer })
    }

    /// What a signature or a compressed container encloses: a MIME entity most of the time, or a file
    /// whose name is that of the container without its last suffix.
    pub(super) fn entity(&mut self, outer: &Leaf<'_>, bytes: &[u8]) -> Flow {
        let start = bytes.trim_ascii_start();
        if !is_mime_field(start) && !looks_like_message(start) {
            let name = outer.file().and_then(|name| name.rsplit_once('.')).map(|(stem, _)| stem);
            let name = name.filter(|name| name.contains('.'));
            return self.member(&mut Children::of(outer.path), name, bytes);
        }
        let path = outer.path.child(1);
        self.out.begin(&path)?;
        if !self.out.within_depth(&path) {
            return Ok(());
        }
        self.part(start, &path, &Context::fresh())
    }

    /// A member of a container that is a leaf, such as a file in an archive: a part below it.
    pub(super) fn member(
        &mut self,
        children: &mut Children<'_>,
        name: Option<&str>,
        bytes: &[u8],
    ) -> Flow {
        let path = children.next();
        self.out.begin(&path)?;
        if !self.out.within_depth(&path) {
            return Ok(());
        }
        let content = Content::document(name);
        file_names::read(&mut self.out, &path, &path, &content);
        let place = Place::Attachment;
        readers::read(self, &Leaf { path: &path, group: &path, place, content: &content, bytes })
    }

    /// Reads a document that a medical record in a part holds: a part below it.
    pub(super) fn embedded(&mut self, part: &PartPath, document: &[u8]) -> Flow {
        let charged = self.out.charge_unpacked(document.len());
        self.out.stop_if(charged, part)?;
        let count = MOST_CHILDREN.saturating_add(self.embedded);
        self.embedded = self.embedded.saturating_add(1);
        self.member(&mut Children::behind(part, count), None, document)
    }

    /// Reads those of records that have been pasted into the texts up to here.
    pub(super) fn pasted(&mut self) -> Flow {
        let documents = self.out.take_embedded();
        documents.iter().try_for_each(|(part, document)| self.embedded(part, document))
    }

    /// A container among the members of another, such as a message that is attached to one: its
    /// path, unless it stands too deep.
    pub(super) fn container(
        &mut self,
        children: &mut Children<'_>,
        name: Option<&str>,
    ) -> Result<Option<PartPath>, super::output::Stop> {
        let path = children.next();
        self.out.begin(&path)?;
        if !self.out.within_depth(&path) {
            return Ok(None);
        }
        file_names::read(&mut self.out, &path, &path, &Content::document(name));
        Ok(Some(path))
    }

    /// A body of a message that is kept in another form than MIME: alternatives of one content
    /// count as one.
    pub(super) fn shown(
        &mut self,
        children: &mut Children<'_>,
        group: &PartPath,
        (media_type, charset): (&str, &str),
        bytes: &[u8],
    ) -> Flow {
        let path = children.next();
        self.out.begin(&path)?;
        if !self.out.within_depth(&path) {
            return Ok(());
        }
        let content = Content {
            media_type: media_type.to_owned(),
            parameters: Parameters::parse(format!("{media_type}; charset={charset}").as_bytes()),
            disposition: Disposition::Inline,
            ..Content::document(None)
        };
        let place = Place::Body;
        readers::read(self, &Leaf { path: &path, group, place, content: &content, bytes })
    }

    fn body(
        &mut self,
        header: &Header<'_>,
        body: &[u8],
        owner: Owner<'_>,
        context: &Context,
    ) -> Flow {
        let mut children = Children::of(owner.path());
        let mut leaf_path: Option<PartPath> = None;
        let Readings { followed, others } = Content::readings(header, context.default);
        if others {
            self.out.unread(owner.path(), None, Cause::Malformed);
        }
        for (index, content) in followed.iter().enumerate() {
            let again = index > 0;
            if again && context.reading == Reading::Again {
                // Readings of readings would multiply.
                self.out.unread(owner.path(), None, Cause::Malformed);
                break;
            }
            let reading = if again { Reading::Again } else { context.reading };
            let context = Context { reading, ..context.clone() };
            if content.is_multipart() && self.multipart(content, body, &mut children, &context)? {
                continue;
            }
            let path = match (&leaf_path, owner) {
                (Some(path), _) => path.clone(),
                (None, Owner::Part(path)) => path.clone(),
                (None, Owner::Message(_)) => {
                    let path = children.next();
                    self.out.begin(&path)?;
                    path
                }
            };
            if leaf_path.is_none() {
                if !self.out.within_depth(&path) {
                    return Ok(());
                }
                let group = context.alternative.as_ref().unwrap_or(&path);
                file_names::read(&mut self.out, &path, group, content);
            }
            self.leaf(content, body, &path, &context)?;
            leaf_path = Some(path);
        }
        Ok(())
    }

    /// Reads a multipart; false when no boundary is in it, and it is one text.
    fn multipart(
        &mut self,
        content: &Content,
        body: &[u8],
        children: &mut Children<'_>,
        context: &Context,
    ) -> Result<bool, super::output::Stop> {
        // A multipart may not be encoded (RFC 2045 section 6.4), and some readers decode it.
        let decoded = match content.encoding {
            Encoding::Base64 => transfer::base64(body).bytes,
            Encoding::QuotedPrintable => transfer::quoted_printable(body),
            _ => Cow::Borrowed(&[][..]),
        };
        let boundaries = content.parameters.raw_values("boundary");
        let pieces = multipart::split(body, &boundaries)
            .or_else(|| multipart::split(&decoded, &boundaries))
            .or_else(|| multipart::split(body, &[multipart::infer_boundary(body)?]))
            .or_else(|| multipart::split(&decoded, &[multipart::infer_boundary(&decoded)?]));
        let Some(Pieces { preamble, parts, epilogues }) = pieces else { return Ok(false) };
        let container = children.container;
        let subtype = content.media_type.strip_prefix("multipart/").unwrap_or_default();
        let inherited = Context {
            alternative: match subtype {
                "alternative" => Some(container.clone()),
                _ => context.alternative.clone(),
            },
            default: match subtype {
                "digest" => DefaultType::Message,
                _ => DefaultType::Plain,
            },
            reading: context.reading,
        };
        file_names::read(&mut self.out, container, container, content);
        self.between_parts(preamble, container, &inherited)?;
        for part in parts {
            let path = children.next();
            self.out.begin(&path)?;
            if self.out.within_depth(&path) {
                self.part(part, &path, &inherited)?;
            }
        }
        for epilogue in epilogues {
            self.between_parts(epilogue, container, &inherited)?;
        }
        Ok(true)
    }

    fn part(&mut self, bytes: &[u8], path: &PartPath, context: &Context) -> Flow {
        let (header, body) = Header::split(bytes);
        // An empty line before the header makes all of it body, and not for every reader.
        let after_blank = body.trim_ascii_start();
        let (header, body) = if header.fields.is_empty() && is_mime_field(after_blank) {
            Header::split(after_blank)
        } else {
            (header, body)
        };
        headers::read(&mut self.out, &header, path, headers::Heads::Part);
        self.body(&header, body, Owner::Part(path), context)
    }

    /// Text before the first and behind the last boundary: no reader shows it, everybody can send
    /// it.
    fn between_parts(&mut self, bytes: &[u8], container: &PartPath, context: &Context) -> Flow {
        if boilerplate::is_boilerplate(bytes) {
            return Ok(());
        }
        let group = context.alternative.as_ref().unwrap_or(container);
        let content = Content { disposition: Disposition::Unsaid, ..Content::document(None) };
        let leaf = Leaf { path: container, group, place: Place::Body, content: &content, bytes };
        plain::read(self, &leaf)
    }

    /// Undoes the transfer encoding of a part and reads what comes out.
    fn leaf(&mut self, content: &Content, raw: &[u8], path: &PartPath, context: &Context) -> Flow {
        let place = place(content);
        let group = match (&context.alternative, place) {
            (Some(container), Place::Body) => container,
            _ => path,
        };
        let leaf = |bytes| Leaf { path, group, place, content, bytes };
        match content.encoding {
            Encoding::Identity => readers::read(self, &leaf(raw)),
            Encoding::QuotedPrintable => {
                readers::read(self, &leaf(&transfer::quoted_printable(raw)))
            }
            Encoding::Base64 => {
                let decoded = transfer::base64(raw);
                readers::read(self, &leaf(&decoded.bytes))?;
                plain_if_words(self, &leaf(&decoded.rest))
            }
            Encoding::Uuencode => {
                if encoded::blocks(&String::from_utf8_lossy(raw), raw).is_empty() {
                    self.out.unread(path, leaf(raw).file(), Cause::Malformed);
                }
                plain::read(self, &leaf(raw))
            }
            Encoding::Unknown => {
                if transfer::looks_like_base64(raw) {
                    self.inner(&leaf(raw), &transfer::base64(raw).bytes)?;
                }
                if !sniff::is_text(raw) {
                    self.out.unread(path, leaf(raw).file(), Cause::Malformed);
                }
                readers::read(self, &leaf(raw))
            }
        }
    }
}

fn plain_if_words(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    if leaf.bytes.is_empty() { Ok(()) } else { plain::read(walk, leaf) }
}

/// Mail programs show text as the message itself unless it is sent as a file.
fn place(content: &Content) -> Place {
    let shown = match content.disposition {
        Disposition::Inline => true,
        Disposition::Unsaid => content.file_names.is_empty(),
        Disposition::Attachment => false,
    };
    if shown && content.is_text() { Place::Body } else { Place::Attachment }
}
