//! A whole document: its content, its styles with headers and footers, its properties, and the
//! files in it.

use std::collections::HashSet;

use super::super::labelled::Labelled;
use super::super::leaf::Leaf;
use super::super::office::cells::Records;
use super::super::office::lines::Lines;
use super::super::office::story::Story;
use super::super::office::xml::{self, Token, Tokens};
use super::super::office::{object, packed, properties};
use super::super::output::{Flow, Stop};
use super::super::package::Package;
use super::super::sniff;
use super::super::walk::{Children, Walk};
use super::vocabulary::VOCABULARY;
use crate::limits::Cause;
use crate::text::Place;

/// Bytes of text that are handed on at once.
const FULL: usize = 1 << 20;
/// What is in the package, and what of it is encrypted (part 2 section 4).
const MANIFEST: &str = "META-INF/manifest.xml";
/// Bytes at the start of a flat document in which its root must be.
const HEAD: usize = 4096;
/// Files that programs need and nobody wrote.
const MACHINERY: &[&str] =
    &["mimetype", "manifest.rdf", "settings.xml", "layout-cache", "current.xml", "META-INF/"];

/// Whether the bytes are such a package, or flat XML.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    if is_flat(leaf.bytes) {
        return true;
    }
    Package::open(leaf.bytes).is_some_and(|package| {
        package.has(MANIFEST) && (package.has("content.xml") || package.has("mimetype"))
    })
}

fn is_flat(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(HEAD)).unwrap_or_default();
    let head = xml::decode(head);
    let start = head.trim_start();
    start.starts_with('<')
        && start.contains("urn:oasis:names:tc:opendocument")
        && start.contains("office:document")
}

/// Reads a document to its end.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let mut document = Document {
        walk,
        leaf,
        records: Records::default(),
        authors: Lines::default(),
        children: Children::of(leaf.path),
        full: false,
    };
    if is_flat(leaf.bytes) {
        document.flat()?;
    } else if let Some(mut package) = Package::open(leaf.bytes) {
        document.package(&mut package)?;
    }
    let authors = document.authors.take();
    document.hand_on(authors, Place::Metadata);
    Ok(())
}

struct Document<'d, 'w, 'l> {
    walk: &'d mut Walk<'w>,
    leaf: &'d Leaf<'l>,
    records: Records,
    authors: Lines,
    children: Children<'l>,
    /// Whether it was told that there is no room for more text.
    full: bool,
}

impl Document<'_, '_, '_> {
    fn package(&mut self, package: &mut Package<'_>) -> Flow {
        let manifest = self.bytes(package, MANIFEST)?.unwrap_or_default();
        let encrypted = encrypted(&xml::decode(&manifest));
        if !encrypted.is_empty() {
            self.walk.out.unread(self.leaf.path, self.leaf.file(), Cause::Encrypted);
        }
        let mut names = package.names();
        names.sort_by_cached_key(|name| (rank(name), name.clone()));
        for name in names {
            let machinery = MACHINERY.iter().any(|of| name.starts_with(of) || name.ends_with(of));
            if name.ends_with('/') || machinery || encrypted.contains(&name) {
                continue;
            }
            self.walk.out.time(self.leaf.path)?;
            let Some(bytes) = self.bytes(package, &name)? else { continue };
            match rank(&name) {
                4 => self.file(&name, &bytes)?,
                3 => self.properties(&xml::decode(&bytes)),
                _ => self.story(&xml::decode(&bytes))?,
            }
        }
        Ok(())
    }

    /// Unpacks a member; what is wrong with it is told.
    fn bytes(&mut self, package: &mut Package<'_>, name: &str) -> Result<Option<Vec<u8>>, Stop> {
        let out = &mut self.walk.out;
        let Some(unpacked) = package.unpack(out, self.leaf.path, name)? else { return Ok(None) };
        unpacked.tell(out, self.leaf.path, self.leaf.file());
        Ok(Some(unpacked.bytes))
    }

    /// All in one XML document; its files are in base64.
    fn flat(&mut self) -> Flow {
        let xml = xml::decode(self.leaf.bytes);
        self.story(&xml)?;
        packed::each(&xml, &["binary-data"], &mut |_, bytes| {
            self.walk.out.unpacked(bytes.len(), self.leaf.path)?;
            self.file("", bytes)
        })
    }

    fn story(&mut self, xml: &str) -> Flow {
        let mut tokens = Tokens::of(xml);
        let mut story = Story::new(&VOCABULARY);
        loop {
            let ended = story.read(&mut tokens, FULL, &mut self.records, &mut self.authors);
            self.walk.out.time(self.leaf.path)?;
            let room = self.hand_on(story.take(), self.leaf.place);
            if ended || !room {
                break;
            }
        }
        self.tell_damage(tokens.damaged());
        Ok(())
    }

    fn properties(&mut self, xml: &str) {
        let mut text = Labelled::default();
        let whole = properties::read(xml, &mut text, self.walk.out.text_left());
        self.hand_on(text, Place::Metadata);
        self.tell_damage(!whole);
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Flow {
        if object::is_thumbnail(name, bytes) {
            return Ok(());
        }
        let base = name.rsplit('/').next().filter(|name| !name.is_empty());
        match object::unwrapped(&mut self.walk.out, self.leaf.path, bytes)? {
            Some(inner) => {
                let name = inner.name.as_deref().or(base);
                self.walk.member(&mut self.children, name, &inner.bytes)
            }
            None => self.walk.member(&mut self.children, base, bytes),
        }
    }

    /// Hands on a text; false, and told, when there is no room for more.
    fn hand_on(&mut self, text: Labelled, place: Place) -> bool {
        if sniff::has_words(text.content()) {
            self.walk.out.text(text.text(self.leaf, place));
        }
        let room = self.walk.out.text_left() > 0;
        if !room && !std::mem::replace(&mut self.full, true) {
            self.walk.out.unread(self.leaf.path, self.leaf.file(), Cause::TooLarge);
        }
        room
    }

    fn tell_damage(&mut self, damaged: bool) {
        if damaged {
            self.walk.out.unread(self.leaf.path, self.leaf.file(), Cause::Malformed);
        }
    }
}

/// What is read first: the content, then what stands around it, its files at last.
fn rank(name: &str) -> u8 {
    match name.rsplit('/').next().unwrap_or(name) {
        "content.xml" => u8::from(name != "content.xml"),
        "meta.xml" => 3,
        base if base.ends_with(".xml") => 2,
        _ => 4,
    }
}

/// The names of encrypted files (part 2 section 4.4).
fn encrypted(manifest: &str) -> HashSet<String> {
    let mut names = HashSet::new();
    let mut entry = String::new();
    let mut tokens = Tokens::of(manifest);
    while let Some(token) = tokens.next() {
        let Token::Start(element) = token else { continue };
        match element.name() {
            "file-entry" => {
                entry = element.attribute("full-path").unwrap_or_default().into_owned();
            }
            "encryption-data" => {
                names.insert(std::mem::take(&mut entry));
            }
            _ => {}
        }
    }
    names
}
