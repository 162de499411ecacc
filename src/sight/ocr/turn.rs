//! Which way up a page stands.

use image::{RgbImage, imageops};

use super::detector::Detector;
use super::quad::Quad;
use super::recognizer::{Recognizer, Spelling};

/// How much longer than high a line is at the least, to say which way it runs.
const LONG: f32 = 1.5;
/// How much more of the page runs downwards than to the right on one that lies on its side.
const SIDEWAYS: f32 = 1.5;
/// Lines that are read to tell a page's head from its foot.
const ASKED: usize = 4;
/// Lines that say so alone, if they are read well as they stand: upside down none is.
const ENOUGH: usize = 2;
/// How sure of its letters the network is of a line that is read well.
const WELL: f32 = 0.92;
/// Letters of a line that says something.
const FEWEST: usize = 5;
/// Their length over their height: long enough to be sure, and cheap.
const HANDY: f32 = 8.0;
/// How much surer the networks are upside down, on a page that is.
const SURER: f32 = 1.08;

/// A page that stands upright.
pub(super) struct Upright {
    pub(super) image: RgbImage,
    pub(super) lines: Vec<Found>,
}

/// A line of it, and what it says if it was read to find out which way up it is.
pub(super) struct Found {
    pub(super) quad: Quad,
    pub(super) spelling: Option<Spelling>,
}

impl Found {
    const fn unread(quad: Quad) -> Self {
        Self { quad, spelling: None }
    }
}

/// Turns a page upright and finds its lines anew where it lay on its side.
pub(super) fn upright(
    mut image: RgbImage,
    mut quads: Vec<Quad>,
    detector: &Detector,
    recognizer: &Recognizer,
) -> Upright {
    if lies_on_its_side(&quads) {
        image = imageops::rotate90(&image);
        quads = detector.lines(&image);
    }
    let mut lines: Vec<Found> = quads.into_iter().map(Found::unread).collect();
    if stands_on_its_head(&image, &mut lines, recognizer) {
        imageops::rotate180_in_place(&mut image);
        let page = (image.width() as f32, image.height() as f32);
        // What was last is first.
        lines = lines.iter().rev().map(|line| Found::unread(line.quad.on_its_head(page))).collect();
    }
    Upright { image, lines }
}

fn lies_on_its_side(quads: &[Quad]) -> bool {
    let (mut down, mut along) = (0.0, 0.0);
    for quad in quads {
        let (width, height) = (quad.width(), quad.height());
        if height > LONG * width {
            down += height;
        } else if width > LONG * height {
            along += width;
        }
    }
    down > along * SIDEWAYS
}

fn stands_on_its_head(image: &RgbImage, lines: &mut [Found], recognizer: &Recognizer) -> bool {
    let mut handy: Vec<&mut Found> = lines.iter_mut().collect();
    let distance = |line: &Found| (line.quad.width() / line.quad.height().max(1.0) - HANDY).abs();
    handy.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    handy.truncate(ASKED);
    let mut well = 0;
    for line in &mut handy {
        line.spelling = recognizer.spell(image, &line.quad);
        if line.spelling.as_ref().is_some_and(is_read_well) {
            well += 1;
        }
        if well == ENOUGH {
            return false;
        }
    }
    let (mut upright, mut turned) = (0.0, 0.0);
    for line in handy {
        let surety = |spelling: Option<&Spelling>| spelling.map_or(0.0, Spelling::confidence);
        upright += surety(line.spelling.as_ref());
        turned += surety(recognizer.spell(image, &line.quad.half_turned()).as_ref());
    }
    turned > upright * SURER
}

fn is_read_well(spelling: &Spelling) -> bool {
    spelling.letters.len() >= FEWEST && spelling.confidence() >= WELL
}
