//! Books in EPUB (EPUB 3.3): pages in XHTML, in the order in which they are read.

use std::collections::{HashMap, HashSet};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::labelled::Labelled;
use super::leaf::Leaf;
use super::normal::normal;
use super::output::Flow;
use super::package::Package;
use super::structured::elements;
use super::walk::{Children, Walk};
use crate::limits::Cause;
use crate::message::transfer;
use crate::text::Place;

/// Where a book says which file describes it.
const CONTAINER: &str = "META-INF/container.xml";

/// Whether a part is a book: its first member says so, or it has the file that books must have.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    let head = leaf.bytes.get(..128.min(leaf.bytes.len())).unwrap_or_default();
    head.starts_with(b"PK")
        && (memchr::memmem::find(head, b"application/epub+zip").is_some()
            || Package::open(leaf.bytes).is_some_and(|package| package.has(CONTAINER)))
}

/// Reads a part as a book.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let Some(mut package) = Package::open(leaf.bytes) else {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
        return Ok(());
    };
    if package.has("META-INF/rights.xml") {
        walk.out.unread(leaf.path, leaf.file(), Cause::Encrypted);
    }
    let container = package.unpack(&mut walk.out, leaf.path, CONTAINER)?;
    let container = container.map(|unpacked| unpacked.bytes).unwrap_or_default();
    let rootfile =
        attributes(&container, "rootfile").into_iter().find_map(|tag| tag.of("full-path"));
    let rootfile = rootfile.unwrap_or_default();
    let description = package.unpack(&mut walk.out, leaf.path, &rootfile)?;
    let mut pages = Vec::new();
    match description {
        Some(unpacked) => {
            unpacked.tell(&mut walk.out, leaf.path, leaf.file());
            describe(walk, leaf, &unpacked.bytes);
            pages = spine(&unpacked.bytes, &rootfile);
        }
        None => walk.out.unread(leaf.path, leaf.file(), Cause::Malformed),
    }
    // What the spine does not name is in the book all the same.
    let ordered: HashSet<String> = pages.iter().cloned().collect();
    for name in package.names() {
        if !ordered.contains(&name) && !is_technical(&name) && name != rootfile {
            pages.push(name);
        }
    }
    let mut children = Children::of(leaf.path);
    for name in pages {
        if let Some(unpacked) = package.unpack(&mut walk.out, leaf.path, &name)? {
            unpacked.tell(&mut walk.out, leaf.path, leaf.file());
            walk.member(&mut children, Some(&name), &unpacked.bytes)?;
        }
    }
    walk.out.time(leaf.path)
}

/// Files that make a book work and hold none of its words.
fn is_technical(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    name == "mimetype"
        || name.ends_with('/')
        || name.starts_with("META-INF/")
        || ["css", "otf", "ttf", "woff", "woff2", "ncx"]
            .contains(&extension.to_ascii_lowercase().as_str())
}

/// Title, author and description of the book.
fn describe(walk: &mut Walk<'_>, leaf: &Leaf<'_>, description: &[u8]) {
    let mut text = Labelled::default();
    for (name, value) in elements(description) {
        text.named(&normal(&name), &normal(&value), None);
    }
    if text.len() > 0 {
        walk.out.text(text.text(leaf, Place::Metadata));
    }
}

/// The names of the pages in their order.
fn spine(description: &[u8], rootfile: &str) -> Vec<String> {
    let items: HashMap<String, String> = attributes(description, "item")
        .into_iter()
        .filter_map(|item| Some((item.of("id")?, item.of("href")?)))
        .collect();
    let folder = rootfile.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut pages = Vec::new();
    for reference in attributes(description, "itemref") {
        let Some(id) = reference.of("idref") else { continue };
        let Some(href) = items.get(&id) else { continue };
        let page = resolved(folder, href);
        if pages.len() < MOST_PAGES && !pages.contains(&page) {
            pages.push(page);
        }
    }
    pages
}

/// Pages whose order is kept.
const MOST_PAGES: usize = 2000;

/// A name beside the describing file, as the package has it.
fn resolved(folder: &str, href: &str) -> String {
    let bytes = transfer::percent_decoded(href.as_bytes());
    let href = String::from_utf8_lossy(&bytes).into_owned();
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in href.split('/') {
        match name {
            "." | "" => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join("/")
}

/// The attributes of an element.
struct Tag(Vec<(String, String)>);

impl Tag {
    fn of(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }
}

/// Every element of a name, up to the first fault.
fn attributes(xml: &[u8], name: &str) -> Vec<Tag> {
    let text = String::from_utf8_lossy(xml);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = false;
    let mut found = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag)
                if tag.name().local_name().into_inner() == name =>
            {
                let mut pairs = tag.html_attributes();
                let pairs = pairs.with_checks(false).flatten();
                let pair = |a: quick_xml::events::attributes::Attribute<'_>| {
                    let value = quick_xml::escape::unescape(&a.value);
                    (a.key.0.to_owned(), value.unwrap_or_default().into_owned())
                };
                if found.len() < 10 * MOST_PAGES {
                    found.push(Tag(pairs.map(pair).collect()));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use crate::extract::{Input, read};
    use crate::limits::{Budget, Cause, Limits};
    use crate::text::{Place, Reading};

    fn book(members: &[(&str, &str)]) -> Reading {
        let mut file = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in members {
            file.start_file(*name, SimpleFileOptions::default()).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        }
        let bytes = file.finish().unwrap().into_inner();
        let mut reading = Reading::default();
        let mut budget = Budget::new(&Limits::default());
        read(&Input::Document { name: None }, &bytes, &mut budget, &mut reading);
        reading
    }

    fn texts(reading: &Reading, place: Place) -> Vec<&str> {
        let texts = reading.texts.iter().filter(|text| text.place == place);
        texts.map(|text| text.content.expose().as_str()).collect()
    }

    const CONTAINER: (&str, &str) = (
        "META-INF/container.xml",
        "<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>",
    );

    #[test]
    fn pages_are_read_in_the_order_of_the_spine_and_the_rest_behind() {
        let opf = "<package><metadata><dc:title>Jane Roe</dc:title></metadata><manifest>\
                   <item id='a' href='a.xhtml'/><item id='b' href='sub/b%20c.xhtml'/></manifest>\
                   <spine><itemref idref='b'/><itemref idref='a'/></spine></package>";
        let reading = book(&[
            ("mimetype", "application/epub+zip"),
            CONTAINER,
            ("OPS/book.opf", opf),
            ("OPS/a.xhtml", "<html><p>MRN <b>00</b>1</p></html>"),
            ("OPS/sub/b c.xhtml", "<html><p>first</p></html>"),
            ("OPS/notes.txt", "behind"),
        ]);
        assert_eq!(texts(&reading, Place::Metadata), ["title: Jane Roe\n"]);
        assert_eq!(texts(&reading, Place::Attachment), ["first", "MRN 001", "behind"]);
        assert!(reading.unread.is_empty());
    }

    #[test]
    fn a_book_that_is_protected_or_has_no_description_says_so() {
        let reading = book(&[
            ("mimetype", "application/epub+zip"),
            CONTAINER,
            ("META-INF/rights.xml", "x"),
            ("a.xhtml", "<html>words</html>"),
        ]);
        let causes: Vec<_> = reading.unread.iter().map(|unread| unread.cause).collect();
        assert_eq!(causes, [Cause::Encrypted, Cause::Malformed]);
        assert_eq!(texts(&reading, Place::Attachment), ["words"]);
    }
}
