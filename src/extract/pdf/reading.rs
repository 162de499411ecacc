//! One file being read: its pages, then what no page shows. Each thing is said once.

use std::collections::HashSet;

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::Dict;
use hayro_interpret::hayro_syntax::page::Page;

use super::glyphs::Drawing;
use super::pages::{Content, Drawn, Press};
use super::unicode::Fonts;
use super::words::Words;
use crate::extract::leaf::Leaf;
use crate::extract::normal::normal;
use crate::extract::output::Flow;
use crate::extract::sniff;
use crate::extract::walk::Walk;
use crate::limits::Cause;

/// Pages of one file.
const MOST_PAGES: usize = 2000;
/// Of so many glyphs one may be without Unicode: bullets and rules.
const MAPPED: usize = 5;
/// Glyphs without Unicode that are a few bullets, however few others there are.
const BULLETS: usize = 12;
/// The part of a page that pictures cover on a scanned one.
const SCANNED: f64 = 0.25;
/// Letters and digits on a scanned page, stamped on it.
const STAMP: usize = 24;
/// Paths on a page whose letters are drawn as outlines.
const OUTLINES: usize = 128;

/// A file with no layers: with its table all layers of another are on.
const NO_LAYERS: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF";

/// A file being read.
pub(super) struct Reading<'w, 'a, 'l> {
    pub(super) walk: &'w mut Walk<'a>,
    pub(super) leaf: &'l Leaf<'l>,
    said: HashSet<String>,
    missing: Vec<Cause>,
}

impl<'w, 'a, 'l> Reading<'w, 'a, 'l> {
    pub(super) fn new(walk: &'w mut Walk<'a>, leaf: &'l Leaf<'l>) -> Self {
        Self { walk, leaf, said: HashSet::new(), missing: Vec::new() }
    }

    /// Reads all of a file.
    ///
    /// # Errors
    /// The budget of the message is spent.
    pub(super) fn document(&mut self, pdf: &Pdf) -> Flow {
        self.pages(pdf)
    }

    /// Says, once, that something could not be read.
    pub(super) fn missing(&mut self, cause: Cause) {
        if !self.missing.contains(&cause) {
            self.missing.push(cause);
            self.walk.out.unread(self.leaf.path, self.leaf.file(), cause);
        }
    }

    fn pages(&mut self, pdf: &Pdf) -> Flow {
        let Ok(no_layers) = Pdf::new(NO_LAYERS.to_vec()) else {
            self.missing(Cause::Unsupported);
            return Ok(());
        };
        let press = Press::new(Fonts::default());
        let pages = pdf.pages();
        for (page, number) in pages.iter().zip(1_u32..).take(MOST_PAGES) {
            self.walk.out.time(self.leaf.path)?;
            let content = Content::of(page, &mut self.walk.out, self.leaf.path)?;
            let go_on = || self.walk.out.has_time();
            let drawn = press.draw(&content, pdf.xref(), &go_on);
            let all = pdf
                .xref()
                .has_optional_content_groups()
                .then(|| press.draw(&content, no_layers.xref(), &go_on));
            self.page(page, number, &drawn);
            if let Some(all) = all
                && all.drawing.glyphs.len() != drawn.drawing.glyphs.len()
            {
                self.page(page, number, &all);
            }
        }
        if pages.len() > MOST_PAGES {
            self.missing(Cause::TooLarge);
        } else if count(pdf).is_some_and(|count| count > pages.len()) {
            self.missing(Cause::Malformed);
        }
        Ok(())
    }

    fn page(&mut self, page: &Page<'_>, number: u32, drawn: &Drawn) {
        let drawing = &drawn.drawing;
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
        for cause in &drawn.missing {
            self.missing(*cause);
        }
        if is_picture(page, drawing) {
            self.missing(Cause::Unsupported);
        }
    }

    /// Hands on a text, unless it was there already.
    pub(super) fn say(&mut self, page: Option<u32>, words: &str) {
        let words = normal(words);
        if !sniff::has_words(&words) || !self.said.insert(words.clone()) {
            return;
        }
        let mut text = self.leaf.text(words);
        text.page = page;
        self.walk.out.text(text);
    }
}

/// The pages that the file says it has.
fn count(pdf: &Pdf) -> Option<usize> {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
    let count = catalog.get::<Dict<'_>>(b"Pages")?.get::<i32>(b"Count")?;
    usize::try_from(count).ok()
}

/// Whether a page shows words that are not there as text.
fn is_picture(page: &Page<'_>, drawing: &Drawing) -> bool {
    let letters =
        drawing.characters.chars().filter(|c| c.is_alphanumeric()).take(STAMP + 1).count();
    let (width, height) = page.render_dimensions();
    let scanned = drawing.image_area >= SCANNED * f64::from(width) * f64::from(height);
    let unmapped = drawing.unmapped > BULLETS && drawing.unmapped * MAPPED > drawing.glyphs.len();
    unmapped
        || letters <= STAMP && scanned && drawing.image_area > 0.0
        || letters == 0 && drawing.paths > OUTLINES
}
