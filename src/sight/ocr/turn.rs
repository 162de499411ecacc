//! Which way up a page stands.

use image::{RgbImage, imageops};

use super::detector::Detector;
use super::quad::Quad;
use super::recognizer::Recognizer;

/// How much longer than high a line is at the least, to say which way it runs.
const LONG: f32 = 1.5;
/// How much more of the page runs downwards than to the right on one that lies on its side.
const SIDEWAYS: f32 = 1.5;
/// Lines that are read both ways.
const ASKED: usize = 4;
/// Their length over their height: long enough to be sure, and cheap.
const HANDY: f32 = 8.0;
/// How much surer the networks are upside down, on a page that is.
const SURER: f32 = 1.08;

/// Turns a page upright and finds its lines anew where it had to be turned.
pub(super) fn upright(
    mut image: RgbImage,
    mut quads: Vec<Quad>,
    detector: &Detector,
    recognizer: &Recognizer,
) -> (RgbImage, Vec<Quad>) {
    if lies_on_its_side(&quads) {
        image = imageops::rotate90(&image);
        quads = detector.lines(&image);
    }
    if stands_on_its_head(&image, &quads, recognizer) {
        imageops::rotate180_in_place(&mut image);
        quads = detector.lines(&image);
    }
    (image, quads)
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

fn stands_on_its_head(image: &RgbImage, quads: &[Quad], recognizer: &Recognizer) -> bool {
    let mut handy: Vec<&Quad> = quads.iter().collect();
    let distance = |quad: &Quad| (quad.width() / quad.height().max(1.0) - HANDY).abs();
    handy.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    let (mut upright, mut turned) = (0.0, 0.0);
    for quad in handy.into_iter().take(ASKED) {
        let surety = |quad| recognizer.spell(image, quad).map_or(0.0, |line| line.confidence());
        upright += surety(quad);
        turned += surety(&quad.half_turned());
    }
    turned > upright * SURER
}
