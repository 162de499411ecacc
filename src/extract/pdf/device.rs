//! Where the glyphs of a page go: each with its place and its Unicode, and what else was drawn.

use hayro_interpret::font::{Glyph as Shown, GlyphRun};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::hayro_syntax::object::{Dict, String as PdfString};
use hayro_interpret::kurbo::{Affine, BezPath, Point};
use hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};

use super::glyphs::{Drawing, Glyph, Shown as Picture};
use super::strings;
use super::unicode::{self, Fonts};
use crate::limits::Cause;

/// Units of glyph space in an em.
const EM: f64 = 1000.0;
/// Width of a glyph of which the font says none.
const USUAL_WIDTH: f32 = 500.0;
/// Glyphs of one page; a full page of a newspaper has 30,000.
const MOST_GLYPHS: usize = 1 << 20;
/// Glyphs of a run that is looked at for letter-spacing.
const SHORTEST_SPACED: usize = 4;
/// Letter-spacing, in ems: less is kerning, more is columns.
const SPACED: std::ops::Range<f32> = 0.1..0.5;
/// Images of one page; some files have one for each line of a scan.
const MOST_IMAGES: usize = 1 << 14;
/// Marked content in marked content.
const MOST_NESTED: usize = 1 << 12;
/// Calls between two looks at the clock.
const CALLS: usize = 64;

/// Thrown, without a panic, out of an interpreter that has no budget of its own.
struct Halted;

/// Takes down what is drawn.
pub(super) struct Canvas<'t> {
    pub(super) drawing: Drawing,
    /// Why the page was not drawn to its end.
    pub(super) halted: Option<Cause>,
    fonts: &'t Fonts<'t>,
    go_on: &'t dyn Fn() -> bool,
    /// The replacement text of each marked content that is open (ISO 32000-2, 14.9.4).
    open: Vec<Option<Replacement>>,
    /// Marked content that is open beyond those.
    beyond: usize,
    /// How much may still be drawn.
    pub(super) calls: usize,
    last_run: usize,
}

struct Replacement {
    from: usize,
    text: String,
}

impl<'t> Canvas<'t> {
    pub(super) fn new(fonts: &'t Fonts<'t>, calls: usize, go_on: &'t dyn Fn() -> bool) -> Self {
        Self {
            drawing: Drawing::default(),
            halted: None,
            fonts,
            go_on,
            open: Vec::new(),
            beyond: 0,
            calls,
            last_run: 0,
        }
    }

    /// What is left open where the content ends is closed.
    pub(super) fn close(&mut self) {
        while let Some(open) = self.open.pop() {
            self.replace(open);
        }
        self.beyond = 0;
    }

    fn charge(&mut self) {
        let Some(left) = self.calls.checked_sub(1) else { return self.halt(Cause::TooLarge) };
        self.calls = left;
        if self.calls.is_multiple_of(CALLS) && !(self.go_on)() {
            self.halt(Cause::TimedOut);
        }
        if self.drawing.glyphs.len() > MOST_GLYPHS {
            self.halt(Cause::TooLarge);
        }
    }

    /// Leaves the interpreter. It has no other way out, and an operator can cost as much as a file.
    fn halt(&mut self, cause: Cause) {
        self.halted = Some(cause);
        std::panic::resume_unwind(Box::new(Halted));
    }

    fn take(&mut self, shown: &Shown<'_>, place: Affine, mode: WritingMode) {
        let width = match shown {
            Shown::Outline(glyph) => glyph.advance_width(),
            Shown::Type3(glyph) => glyph.advance_width(),
        };
        let width = f64::from(width.unwrap_or(USUAL_WIDTH));
        let end = match mode {
            WritingMode::Horizontal => Point::new(width, 0.0),
            WritingMode::Vertical => Point::new(0.0, -EM),
        };
        let (start, end) = (place * Point::ORIGIN, place * end);
        let top = place * Point::new(0.0, EM);
        let from = self.drawing.characters.len();
        match shown.as_unicode().filter(unicode::is_said) {
            Some(BfString::Char(c)) => self.drawing.characters.push(c),
            Some(BfString::String(text)) => self.drawing.characters.push_str(&text),
            None => self.guess(shown),
        }
        self.drawing.glyphs.push(Glyph {
            x: finite(start.x),
            y: finite(start.y),
            end_x: finite(end.x),
            end_y: finite(end.y),
            size: finite((top - start).hypot()),
            tracking: 0.0,
            text: from..self.drawing.characters.len(),
        });
    }

    fn guess(&mut self, shown: &Shown<'_>) {
        if let Some(text) = self.fonts.unicode(shown) {
            self.drawing.characters.push_str(&text);
            return;
        }
        self.drawing.unmapped += 1;
        if let Some(c) = unicode::as_written(shown.char_code()) {
            self.drawing.characters.push(c);
        }
    }

    fn replace(&mut self, open: Option<Replacement>) {
        if let Some(Replacement { from, text }) = open {
            self.drawing.replace(from, &text);
            // What was drawn twice is told by runs, and this one is another now.
            self.last_run = self.drawing.glyphs.len();
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "places on a page")]
fn finite(value: f64) -> f32 {
    let value = value as f32;
    if value.is_finite() { value } else { 0.0 }
}

impl<'a> Device<'a> for Canvas<'_> {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.charge();
        self.drawing.paths += 1;
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.charge();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.charge();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.charge();
        let from = self.drawing.glyphs.len();
        for glyph in run.glyphs() {
            self.take(glyph, props.transform * glyph.transform(), run.writing_mode());
        }
        if self.drawing.repeats(self.last_run, from) {
            self.drawing.truncate(from);
            return;
        }
        self.last_run = from;
        if let Some(run) = self.drawing.glyphs.get_mut(from..) {
            unspace(run, &self.drawing.characters);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.charge();
        if self.drawing.images.len() >= MOST_IMAGES {
            self.drawing.more_images = true;
            return;
        }
        // The transform is that of a pixel.
        let pixels = f64::from(image.width()) * f64::from(image.height());
        let area = props.transform.determinant().abs() * pixels;
        let area = if area.is_finite() { area } else { 0.0 };
        self.drawing.images.push(Picture { key: image.cache_key(), area });
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        self.charge();
        if self.open.len() >= MOST_NESTED {
            self.beyond += 1;
            return;
        }
        let text = properties.and_then(|properties| properties.get::<PdfString<'_>>(b"ActualText"));
        self.open.push(text.map(|text| Replacement {
            from: self.drawing.glyphs.len(),
            text: strings::decode(text.as_bytes()),
        }));
    }

    fn end_marked_content(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if let Some(open) = self.open.pop() {
            self.replace(open);
        }
    }
}

/// Notes the space between letters where a run has the same between all of them.
fn unspace(run: &mut [Glyph], characters: &str) {
    let is_blank = |glyph: &Glyph| glyph.words(characters).trim().is_empty();
    if run.len() < SHORTEST_SPACED {
        return;
    }
    let gaps = run.windows(2).filter_map(|pair| match pair {
        [a, b] if !is_blank(a) && !is_blank(b) => Some(a.step_to(b).along / a.size.max(0.01)),
        _ => None,
    });
    let least = gaps.fold(f32::INFINITY, f32::min);
    if SPACED.contains(&least) {
        for glyph in run {
            glyph.tracking = least;
        }
    }
}
