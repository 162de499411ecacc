//! One file being read: its pages, then what no page shows. Each thing is said once.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::Dict;
use hayro_interpret::hayro_syntax::object::stream::DecodeFailure;
use hayro_interpret::hayro_syntax::page::Page;

use super::beside::Beside;
use super::embedded::Embedded;
use super::objects::{self, Next};
use super::pages::{Content, Drawn, Lost, Press};
use super::scans::{Scans, Shows};
use super::unicode::Fonts;
use super::words::Words;
use super::xml::Pair;
use crate::extract::labelled::Labelled;
use crate::extract::leaf::Leaf;
use crate::extract::normal::normal;
use crate::extract::output::Flow;
use crate::extract::sniff;
use crate::extract::walk::{Children, Walk};
use crate::limits::Cause;
use crate::secret::Secret;
use crate::text::{Picture, Place, Source, View};

/// Dictionaries of one file.
const MOST_OBJECTS: usize = 1 << 20;
/// The fields of a form are one record.
const FORM: u32 = 1;
/// Pages of one file.
const MOST_PAGES: usize = 2000;

/// A file with no layers: with its table all layers of another are on.
const NO_LAYERS: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF";

/// A file being read.
pub(super) struct Reading<'w, 'a, 'l> {
    walk: &'w mut Walk<'a>,
    leaf: &'l Leaf<'l>,
    children: Children<'l>,
    revision: Revision,
    lock: Lock,
    scans: Scans,
    /// Hashes of what was read or drawn.
    seen: HashSet<u64>,
    hashes: RandomState,
    missing: Vec<Cause>,
    /// Whether anything was drawn.
    drawn: bool,
}

/// How the file was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    /// By nothing.
    Open,
    /// With a password, which the worker that draws pages is not told.
    Password,
}

/// Which revision of the file is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Revision {
    Last,
    Earlier,
}

impl<'w, 'a, 'l> Reading<'w, 'a, 'l> {
    pub(super) fn new(
        walk: &'w mut Walk<'a>,
        leaf: &'l Leaf<'l>,
        children: Children<'l>,
        lock: Lock,
    ) -> Self {
        Self {
            walk,
            leaf,
            children,
            revision: Revision::Last,
            lock,
            scans: Scans::default(),
            seen: HashSet::new(),
            hashes: RandomState::new(),
            missing: Vec::new(),
            drawn: false,
        }
    }

    /// Reads all of a file; `bytes` are the file.
    ///
    /// # Errors
    /// The budget of the message is spent.
    pub(super) fn document(&mut self, pdf: &Pdf, bytes: &[u8]) -> Flow {
        self.pages(pdf)?;
        self.hand_on(bytes);
        self.beside(pdf)
    }

    /// Reads what an earlier revision of the file has and the last has not.
    ///
    /// # Errors
    /// The budget of the message is spent.
    pub(super) fn revision(&mut self, pdf: &Pdf, bytes: &[u8]) -> Flow {
        self.revision = Revision::Earlier;
        self.document(pdf, bytes)
    }

    /// Says, once, that something could not be read.
    pub(super) fn missing(&mut self, cause: Cause) {
        // A revision is whole only with what stands behind it.
        let expected = self.revision == Revision::Earlier
            && matches!(cause, Cause::Malformed | Cause::Unsupported);
        if !expected && !self.missing.contains(&cause) {
            self.missing.push(cause);
            self.walk.out.unread(self.leaf.path, self.leaf.file(), cause);
        }
    }

    fn pages(&mut self, pdf: &Pdf) -> Flow {
        let Ok(no_layers) = Pdf::new(NO_LAYERS.to_vec()) else {
            self.missing(Cause::Unsupported);
            return Ok(());
        };
        let press = Press::new(Fonts::of(pdf));
        let pages = pdf.pages();
        for (page, number) in pages.iter().zip(1_u32..).take(MOST_PAGES) {
            self.walk.out.time(self.leaf.path)?;
            let content = Content::of(page, &mut self.walk.out, self.leaf.path)?;
            let is_new = self.is_new(&content);
            if self.revision == Revision::Earlier && !is_new {
                continue;
            }
            let go_on = || self.walk.out.has_time();
            let mut drawn = press.draw(&content, pdf.xref(), &go_on);
            let all = pdf
                .xref()
                .has_optional_content_groups()
                .then(|| press.draw(&content, no_layers.xref(), &go_on));
            if let Some(all) = &all {
                // What is missing without layers only is not missing.
                drawn.missing.clone_from(&all.missing);
            }
            self.page(page, number, &drawn);
            if let Some(all) = all
                && all.drawing.glyphs.len() != drawn.drawing.glyphs.len()
            {
                self.page(page, number, &all);
            }
        }
        if pages.len() > MOST_PAGES {
            self.missing(Cause::TooLarge);
        } else if pages.is_empty() {
            // No program shows such a file, and something was meant to be seen.
            self.missing(Cause::Malformed);
        } else if count(pdf).is_some_and(|count| count > pages.len()) {
            self.missing(Cause::Malformed);
        }
        Ok(())
    }

    fn page(&mut self, page: &Page<'_>, number: u32, drawn: &Drawn) {
        let drawing = &drawn.drawing;
        self.drawn |= !drawing.is_empty();
        let words = Words::of(&drawing.glyphs, &drawing.characters);
        let mut text = words.in_order();
        for aside in &drawing.asides {
            text.push('\n');
            text.push_str(aside);
        }
        self.say(Some(number), &text);
        if let Some(text) = words.by_line() {
            self.say(Some(number), &text);
        }
        // That time is up is said, once, where the walk stops.
        for cause in drawn.missing.iter().filter(|cause| **cause != Cause::TimedOut) {
            self.missing(*cause);
        }
        let shows = self.scans.judge(page, drawing);
        // What an earlier revision has beside its words, the last has too most of the time.
        if shows == Shows::Pictures
            || shows == Shows::WordsAndPictures && self.revision == Revision::Last
        {
            self.scans.note(number, shows);
        }
    }

    /// Hands the pages that show more than their words on to who reads pixels.
    fn hand_on(&mut self, bytes: &[u8]) {
        let pages = self.scans.take_pages();
        if pages.is_empty() {
            return;
        }
        if self.lock == Lock::Password {
            self.missing(Cause::Unsupported);
            return;
        }
        self.walk.out.picture(Picture {
            view: View {
                part: self.leaf.path.clone(),
                group: self.leaf.group.clone(),
                file: self.leaf.file().map(|name| Secret::new(name.to_owned())),
                source: Source::Pdf,
                page: None,
            },
            pages,
            bytes: Secret::new(serde_bytes::ByteBuf::from(bytes)),
        });
    }

    /// Reads what stands beside the pages.
    fn beside(&mut self, pdf: &Pdf) -> Flow {
        let mut beside = Beside::default();
        let mut count = 0_usize;
        let mut lost = Lost::default();
        let go_on = || self.walk.out.has_time();
        let visited = catch_unwind(AssertUnwindSafe(|| {
            objects::visit(pdf, &mut |dictionary, stream| {
                count += 1;
                if count > MOST_OBJECTS || count.is_multiple_of(256) && !go_on() {
                    return Next::Enough;
                }
                beside.take(dictionary, stream, &go_on);
                if let Some(stream) = stream {
                    lost.look_at(stream, self.drawn);
                }
                Next::More
            });
        }));
        self.walk.out.time(self.leaf.path)?;
        if visited.is_err() || beside.damaged || lost.found {
            self.missing(Cause::Malformed);
        }
        if count > MOST_OBJECTS {
            self.missing(Cause::TooLarge);
        }
        self.walk.out.unpacked(beside.unpacked + lost.unpacked, self.leaf.path)?;
        self.labelled(beside.fields, self.leaf.place, Some(FORM));
        let mut lines = beside.lines;
        lines.retain(|line| self.is_new(&("line", line)));
        self.say(None, &lines.join("\n"));
        self.labelled(beside.properties, Place::Metadata, None);
        for file in beside.files.each() {
            self.file(&file)?;
        }
        Ok(())
    }

    fn labelled(&mut self, pairs: Vec<Pair>, place: Place, record: Option<u32>) {
        let mut text = Labelled::default();
        for pair in pairs {
            let (label, value) = (normal(&pair.0), normal(&pair.1));
            if !sniff::has_words(&value) || !self.is_new(&(&label, &value, place)) {
                continue;
            }
            if label.trim().is_empty() {
                text.value(None, &value, record);
                text.end_line();
            } else {
                text.named(label.trim(), &value, record);
            }
        }
        if text.len() > 0 {
            self.walk.out.text(text.text(self.leaf, place));
        }
    }

    /// An embedded file goes back into the walk.
    fn file(&mut self, file: &Embedded<'_>) -> Flow {
        let unpacked = catch_unwind(AssertUnwindSafe(|| match file.stream.decoded_data() {
            Err(DecodeFailure::ImageDecode) => Some(file.stream.raw_data()),
            unpacked => unpacked.ok(),
        }));
        let Ok(Some(bytes)) = unpacked else {
            self.missing(Cause::Malformed);
            return Ok(());
        };
        self.walk.out.unpacked(bytes.len(), self.leaf.path)?;
        if !self.is_new(&(&file.name, &bytes)) {
            return Ok(());
        }
        self.walk.member(&mut self.children, file.name.as_deref(), &bytes)
    }

    /// Hands on a text, unless it was there already.
    fn say(&mut self, page: Option<u32>, words: &str) {
        let words = normal(words);
        if !sniff::has_words(&words) || !self.is_new(&words) {
            return;
        }
        let mut text = self.leaf.text(words);
        text.page = page;
        self.walk.out.text(text);
    }

    /// Whether something is met for the first time.
    fn is_new(&mut self, thing: &impl Hash) -> bool {
        self.seen.insert(self.hashes.hash_one(thing))
    }
}

/// The pages that the file says it has.
fn count(pdf: &Pdf) -> Option<usize> {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
    let count = catalog.get::<Dict<'_>>(b"Pages")?.get::<i32>(b"Count")?;
    usize::try_from(count).ok()
}
