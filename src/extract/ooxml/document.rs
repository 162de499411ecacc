//! A whole package: every part of it is read, in the order in which people see them.

use std::collections::HashSet;

use super::super::labelled::Labelled;
use super::super::leaf::Leaf;
use super::super::office::cells::Records;
use super::super::office::lines::Lines;
use super::super::office::object;
use super::super::office::properties;
use super::super::office::story::Story;
use super::super::office::xml::{self, Tokens};
use super::super::output::Flow;
use super::super::package::Package;
use super::super::sniff;
use super::super::walk::{Children, Walk};
use super::number_format::{Epoch, Formats};
use super::parts::{self, Kind, Link, Types};
use super::pivot;
use super::sheet::{Sheet, Workbook};
use super::strings::Strings;
use super::vocabulary::VOCABULARY;
use crate::limits::Cause;
use crate::text::Place;

/// Bytes of text that are handed on at once.
pub(super) const FULL: usize = 1 << 20;
/// The part that says what the others are.
const TYPES: &str = "[Content_Types].xml";

/// Whether the bytes are a package in which types are declared.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    Package::open(leaf.bytes).is_some_and(|package| package.has(TYPES))
}

/// Reads a package to its end.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let Some(package) = Package::open(leaf.bytes) else {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
        return Ok(());
    };
    let names = package.names();
    let mut document = Document {
        walk,
        leaf,
        package,
        types: Types::default(),
        records: Records::default(),
        authors: Lines::default(),
        links: Lines::default(),
        book: Workbook::default(),
        children: Children::of(leaf.path),
        full: false,
        done: HashSet::new(),
    };
    document.all(names)
}

/// A package that is being read.
pub(super) struct Document<'d, 'w, 'l> {
    pub(super) walk: &'d mut Walk<'w>,
    pub(super) leaf: &'d Leaf<'l>,
    package: Package<'l>,
    pub(super) types: Types,
    pub(super) records: Records,
    pub(super) authors: Lines,
    links: Lines,
    book: Workbook,
    children: Children<'l>,
    /// Whether it was told that there is no room for more text.
    full: bool,
    /// Parts that were read, by their keys.
    done: HashSet<String>,
}

impl Document<'_, '_, '_> {
    fn all(&mut self, mut names: Vec<String>) -> Flow {
        if let Some(bytes) = self.bytes(TYPES)? {
            self.types = Types::read(&xml::decode(&bytes));
        }
        names.retain(|name| !name.ends_with('/'));
        names.sort_by_cached_key(|name| (self.rank(name), natural(name)));
        self.workbook(&names)?;
        self.slides(&names)?;
        for name in &names {
            self.part(name, None)?;
        }
        self.orphans();
        let place = self.leaf.place;
        let links = self.links.take();
        self.hand_on(links, place, None);
        let authors = self.authors.take();
        self.hand_on(authors, Place::Metadata, None);
        Ok(())
    }

    /// What is read first: the document itself, then what stands beside it, its files at last.
    fn rank(&self, name: &str) -> u8 {
        match self.types.kind(name) {
            Kind::Story if self.types.is_main(name) => 0,
            Kind::Worksheet | Kind::BinarySheet => 1,
            Kind::Story | Kind::SharedStrings | Kind::PivotCache => 2,
            Kind::Properties => 3,
            Kind::Relationships | Kind::Machinery => 4,
            Kind::File => 5,
        }
    }

    /// Unpacks a part; what is wrong with it is told.
    pub(super) fn bytes(
        &mut self,
        name: &str,
    ) -> Result<Option<Vec<u8>>, super::super::output::Stop> {
        let out = &mut self.walk.out;
        let Some(unpacked) = self.package.unpack(out, self.leaf.path, name)? else {
            return Ok(None);
        };
        unpacked.tell(out, self.leaf.path, self.leaf.file());
        Ok(Some(unpacked.bytes))
    }

    /// Reads a part, unless it was read before.
    pub(super) fn part(&mut self, name: &str, page: Option<u32>) -> Flow {
        let kind = self.types.kind(name);
        if kind == Kind::Machinery || !self.done.insert(parts::key(name)) {
            return Ok(());
        }
        self.walk.out.time(self.leaf.path)?;
        if self.full && kind != Kind::File {
            return Ok(());
        }
        let Some(bytes) = self.bytes(name)? else { return Ok(()) };
        match kind {
            Kind::Machinery => Ok(()),
            Kind::Relationships => {
                for link in parts::links(&xml::decode(&bytes)) {
                    if link.external {
                        self.links.add(None, &unescaped(&link.target));
                    }
                }
                Ok(())
            }
            Kind::Properties => self.properties(&bytes),
            Kind::File => self.file(name, &bytes),
            Kind::Worksheet => self.sheet(&xml::decode(&bytes)),
            Kind::BinarySheet => {
                self.walk.out.unread(self.leaf.path, self.leaf.file(), Cause::Unsupported);
                Ok(())
            }
            Kind::PivotCache => {
                let mut text = Labelled::default();
                let most = self.walk.out.text_left();
                let xml = xml::decode(&bytes);
                let whole = pivot::read(&xml, &mut text, &mut self.records, most);
                self.hand_on(text, self.leaf.place, None);
                self.tell_damage(!whole);
                Ok(())
            }
            Kind::Story | Kind::SharedStrings => self.story(&xml::decode(&bytes), page),
        }
    }

    fn story(&mut self, xml: &str, page: Option<u32>) -> Flow {
        let mut tokens = Tokens::of(xml);
        let mut story = Story::new(&VOCABULARY);
        loop {
            let ended = story.read(&mut tokens, FULL, &mut self.records, &mut self.authors);
            self.walk.out.time(self.leaf.path)?;
            let text = story.take();
            let place = self.leaf.place;
            let room = self.hand_on(text, place, page);
            if ended || !room {
                break;
            }
        }
        self.tell_damage(tokens.damaged());
        Ok(())
    }

    /// What the cells of a workbook refer to is read before them.
    fn workbook(&mut self, names: &[String]) -> Flow {
        if !names.iter().any(|name| self.types.kind(name) == Kind::Worksheet) {
            return Ok(());
        }
        for name in names {
            if self.types.kind(name) == Kind::SharedStrings && self.done.insert(parts::key(name)) {
                let Some(bytes) = self.bytes(name)? else { continue };
                let (strings, whole) = Strings::read(&xml::decode(&bytes));
                self.book.strings = strings;
                self.tell_damage(!whole);
            } else if self.types.is_styles(name) {
                let Some(bytes) = self.bytes(name)? else { continue };
                self.book.formats = Formats::read(&xml::decode(&bytes));
            } else if self.types.is_main(name) {
                let Some(bytes) = self.bytes(name)? else { continue };
                self.book.epoch = Epoch::of_workbook(&xml::decode(&bytes));
            }
        }
        Ok(())
    }

    fn sheet(&mut self, xml: &str) -> Flow {
        let mut tokens = Tokens::of(xml);
        let mut sheet = Sheet::default();
        let place = self.leaf.place;
        loop {
            let ended = sheet.read(&mut tokens, FULL, &mut self.book);
            self.walk.out.time(self.leaf.path)?;
            let text = sheet.take(&mut self.records);
            let room = self.hand_on(text, place, None);
            if ended || !room {
                break;
            }
        }
        let asides = sheet.take_asides();
        self.hand_on(asides, place, None);
        self.tell_damage(tokens.damaged());
        Ok(())
    }

    /// Strings that were deleted from all cells and are still in the file.
    fn orphans(&mut self) {
        let mut text = Labelled::default();
        for orphan in self.book.strings.orphans() {
            text.line(orphan);
        }
        self.hand_on(text, self.leaf.place, None);
    }

    /// Slides in the order in which they are shown, each with what belongs to it.
    fn slides(&mut self, names: &[String]) -> Flow {
        let Some(main) = names.iter().find(|name| self.types.is_main(name)) else { return Ok(()) };
        if !self.types.of(main).contains("presentationml")
            && !self.types.of(main).contains("powerpoint")
        {
            return Ok(());
        }
        let Some(bytes) = self.bytes(main)? else { return Ok(()) };
        let order = parts::slides(&xml::decode(&bytes));
        let links = self.links_of(main)?;
        let mut page = 0;
        for id in order {
            let Some(link) = links.iter().find(|link| link.id == id) else { continue };
            page += 1;
            let slide = parts::resolve(main, &link.target);
            self.part(&slide, Some(page))?;
            for link in self.links_of(&slide)? {
                let belongs = matches!(
                    link.of.as_str(),
                    "notesSlide" | "comments" | "chart" | "diagramData" | "vmlDrawing"
                );
                if belongs && !link.external {
                    self.part(&parts::resolve(&slide, &link.target), Some(page))?;
                }
            }
        }
        Ok(())
    }

    /// The links of a part.
    fn links_of(&mut self, name: &str) -> Result<Vec<Link>, super::super::output::Stop> {
        let bytes = self.bytes(&parts::relationships_of(name))?;
        Ok(bytes.map_or_else(Vec::new, |bytes| parts::links(&xml::decode(&bytes))))
    }

    fn properties(&mut self, bytes: &[u8]) -> Flow {
        let mut text = Labelled::default();
        let most = self.walk.out.text_left();
        let whole = properties::read(&xml::decode(bytes), &mut text, most);
        self.hand_on(text, Place::Metadata, None);
        self.tell_damage(!whole);
        Ok(())
    }

    /// A file that the package carries goes back into the walk.
    fn file(&mut self, name: &str, bytes: &[u8]) -> Flow {
        if object::is_thumbnail(name, bytes) {
            return Ok(());
        }
        let base = name.rsplit('/').next().unwrap_or(name);
        match object::unwrapped(&mut self.walk.out, self.leaf.path, bytes)? {
            Some(inner) => {
                let name = inner.name.as_deref().unwrap_or(base);
                self.walk.member(&mut self.children, Some(name), &inner.bytes)
            }
            None => self.walk.member(&mut self.children, Some(base), bytes),
        }
    }

    /// Hands on a text; false, and told, when there is no room for more.
    pub(super) fn hand_on(&mut self, text: Labelled, place: Place, page: Option<u32>) -> bool {
        if sniff::has_words(text.content()) {
            let mut text = text.text(self.leaf, place);
            text.page = page;
            self.walk.out.text(text);
        }
        let room = self.walk.out.text_left() > 0;
        if !room && !std::mem::replace(&mut self.full, true) {
            self.walk.out.unread(self.leaf.path, self.leaf.file(), Cause::TooLarge);
        }
        room
    }

    pub(super) fn tell_damage(&mut self, damaged: bool) {
        if damaged {
            self.walk.out.unread(self.leaf.path, self.leaf.file(), Cause::Malformed);
        }
    }
}

/// Names with their numbers in order: `slide2` before `slide10`.
fn natural(name: &str) -> (String, u64) {
    let key = parts::key(name);
    let stem = key.rsplit_once('.').map_or(key.as_str(), |(stem, _)| stem);
    let digits = stem.len() - stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (head, number) = stem.split_at_checked(stem.len() - digits).unwrap_or((stem, ""));
    (head.to_owned(), number.parse().unwrap_or_default())
}

/// The target of a link with its escapes undone (RFC 3986 section 2.1).
fn unescaped(target: &str) -> String {
    let mut bytes = Vec::with_capacity(target.len());
    let mut rest = target.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let escape = behind.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match escape.filter(|_| first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
