//! Glyphs as they stand on a page, in the order in which they were drawn.

use std::ops::Range;

/// A distance from one glyph to another, in ems of the larger, that is none.
const SAME: f32 = 0.1;
/// Letters that are drawn for a text that replaces them, beyond which both are read.
const ALIKE: usize = 1 << 12;

/// One glyph, or several that were replaced by a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    /// Its origin; y grows downwards.
    pub(super) x: f32,
    pub(super) y: f32,
    /// Where the next would stand.
    pub(super) end_x: f32,
    pub(super) end_y: f32,
    /// The height of its em.
    pub(super) size: f32,
    /// Ems by which all glyphs of its run are set apart.
    pub(super) tracking: f32,
    /// Its characters, in those of the drawing.
    pub(super) text: Range<usize>,
}

/// An image that a page shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    /// The same for the same image of a file.
    pub(super) key: u128,
    /// What it covers of the page.
    pub(super) area: f64,
}

/// What was drawn on one page.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) characters: String,
    /// Glyphs of which nothing says what characters they are.
    pub(super) unmapped: usize,
    /// What text says that it was drawn instead of, where it reads otherwise.
    pub(super) asides: Vec<String>,
    pub(super) images: Vec<Shown>,
    /// Images beyond those.
    pub(super) more_images: bool,
    pub(super) paths: usize,
}

/// The way from the end of one glyph to the origin of another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// In the direction of writing.
    pub(super) along: f32,
    /// Across it, without sign.
    pub(super) across: f32,
}

impl Glyph {
    /// Its characters.
    pub(super) fn words<'c>(&self, characters: &'c str) -> &'c str {
        characters.get(self.text.clone()).unwrap_or_default()
    }

    /// The direction of writing, as a unit vector.
    pub(super) fn direction(&self) -> (f32, f32) {
        let (dx, dy) = (self.end_x - self.x, self.end_y - self.y);
        let length = dx.hypot(dy);
        if length > 1e-6 { (dx / length, dy / length) } else { (1.0, 0.0) }
    }

    /// The way to another.
    pub(super) fn step_to(&self, other: &Self) -> Step {
        let (ux, uy) = self.direction();
        let (gx, gy) = (other.x - self.end_x, other.y - self.end_y);
        Step { along: gx * ux + gy * uy, across: (gy * ux - gx * uy).abs() }
    }

    /// Whether another is drawn over this one.
    pub(super) fn is_under(&self, other: &Self) -> bool {
        let near = SAME * self.size.max(other.size).max(0.01);
        (other.x - self.x).abs() < near && (other.y - self.y).abs() < near
    }
}

impl Drawing {
    /// Whether nothing was drawn at all.
    pub(super) fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
            && self.asides.is_empty()
            && self.paths == 0
            && self.images.is_empty()
    }

    /// Whether the glyphs from `second` on are those from `first` on, drawn again.
    pub(super) fn repeats(&self, first: usize, second: usize) -> bool {
        let first = self.glyphs.get(first..second).unwrap_or_default();
        let second = self.glyphs.get(second..).unwrap_or_default();
        !first.is_empty()
            && first.len() == second.len()
            && first.iter().zip(second).all(|(a, b)| {
                a.is_under(b) && a.words(&self.characters) == b.words(&self.characters)
            })
    }

    /// Forgets the glyphs from `from` on.
    pub(super) fn truncate(&mut self, from: usize) {
        if let Some(glyph) = self.glyphs.get(from) {
            self.characters.truncate(glyph.text.start);
        }
        self.glyphs.truncate(from);
    }

    /// Puts a text in the place of the glyphs from `from` on. Where they read otherwise they are
    /// kept aside: a reader of the page sees them.
    pub(super) fn replace(&mut self, from: usize, text: &str) {
        let Some(first) = self.glyphs.get(from).cloned() else {
            self.aside(text);
            return;
        };
        let drawn = self.characters.get(first.text.start..).unwrap_or_default();
        if drawn.len() > ALIKE || !reads_alike(drawn, text) {
            let drawn = self.as_lines(from);
            self.aside(&drawn);
        }
        let last = self.glyphs.last().cloned().unwrap_or_else(|| first.clone());
        self.truncate(from);
        let start = self.characters.len();
        self.characters.push_str(text);
        let same_line = first.step_to(&last).across < 0.5 * first.size;
        let end = if same_line { &last } else { &first };
        self.glyphs.push(Glyph {
            end_x: end.end_x,
            end_y: end.end_y,
            text: start..self.characters.len(),
            ..first
        });
    }

    fn as_lines(&self, from: usize) -> String {
        let glyphs = self.glyphs.get(from..).unwrap_or_default();
        super::words::Words::of(glyphs, &self.characters).in_order()
    }

    fn aside(&mut self, text: &str) {
        if text.chars().any(char::is_alphanumeric) {
            self.asides.push(text.to_owned());
        }
    }
}

/// Whether two texts have the same letters and digits.
fn reads_alike(drawn: &str, said: &str) -> bool {
    let letters = |text: &str| -> String {
        let text = crate::extract::normal::normal(text);
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    letters(drawn) == letters(said)
}
