//! Which pages show words that are not there as text: scans, outlines, pictures between words.

use std::collections::{BTreeSet, HashSet};

use hayro_interpret::hayro_syntax::page::Page;

use super::glyphs::Drawing;

/// Of so many glyphs one may be without Unicode: bullets and rules.
const MAPPED: usize = 5;
/// Glyphs without Unicode that are a few bullets, however few others there are.
const BULLETS: usize = 12;
/// The part of a page that pictures cover on a scanned one.
const SCANNED: f64 = 0.25;
/// The part of a page that a card covers, or a photo that has words in it; a logo is smaller.
const CARD: f64 = 0.04;
/// Letters and digits on a scanned page, stamped on it.
const STAMP: usize = 24;
/// Paths on a page whose letters are drawn as outlines.
const OUTLINES: usize = 128;
/// Paths for each letter on a page of which only some words are text.
const OUTLINES_A_LETTER: usize = 8;

/// What a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shows {
    /// Words that are not there as text.
    Pictures,
    /// Words that are there as text, and pictures which may have others.
    WordsAndPictures,
    /// Words that are there as text.
    Words,
}

/// The pages of a file to look at.
#[derive(Debug, Default)]
pub(super) struct Scans {
    pages: BTreeSet<(Shows, u32)>,
    /// Images of pages up to here: a letterhead is looked at once.
    seen: HashSet<u128>,
}

impl Scans {
    /// What a page shows.
    pub(super) fn judge(&mut self, page: &Page<'_>, drawing: &Drawing) -> Shows {
        let (width, height) = page.render_dimensions();
        let page = f64::from(width) * f64::from(height);
        let area: f64 = drawing.images.iter().map(|image| image.area).sum();
        let images = drawing.images.iter().filter(|image| self.seen.insert(image.key));
        let new: f64 = images.map(|image| image.area).sum();
        let letters = drawing.characters.chars().filter(|c| c.is_alphanumeric()).count();
        let unmapped =
            drawing.unmapped > BULLETS && drawing.unmapped * MAPPED > drawing.glyphs.len();
        let scanned = area > 0.0 && area >= SCANNED * page || drawing.more_images;
        if unmapped || letters <= STAMP && (scanned || drawing.paths > OUTLINES) {
            Shows::Pictures
        } else if new > 0.0 && new >= CARD * page
            || drawing.more_images
            || drawing.paths > OUTLINES + letters * OUTLINES_A_LETTER
        {
            Shows::WordsAndPictures
        } else {
            Shows::Words
        }
    }

    /// Notes a page to look at.
    pub(super) fn note(&mut self, page: u32, shows: Shows) {
        // Drawn twice, with its layers and without, a page counts for the more that it shows.
        if !self.pages.contains(&(Shows::Pictures, page)) {
            self.pages.remove(&(Shows::WordsAndPictures, page));
            self.pages.insert((shows, page));
        }
    }

    /// The pages to look at, those without words first.
    pub(super) fn take_pages(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.pages).into_iter().map(|(_, page)| page).collect()
    }
}
