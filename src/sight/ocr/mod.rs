//! Pixels to lines of text: where lines are, which way up they stand, what they say.
//!
//! The networks are those of PP-OCRv6 (PaddleOCR, Apache-2.0), run by rten.

mod detector;
mod large;
mod network;
mod quad;
mod recognizer;
mod regions;
mod rows;
mod second;
mod spacing;
mod strip;
mod turn;
mod unseen;

use image::RgbImage;

use super::models::{ModelError, Models, Recognition};
use super::sketch::Placed;
use detector::Detector;
pub(super) use network::Network;
use quad::Quad;
use recognizer::{Recognizer, Spelling};
use second::Unsure;
use turn::{Found, Upright};

/// The mean confidence of its letters below which a line is noise.
const NOISE: f32 = 0.5;
/// Letters and digits below which an image shows no text: the ring of a logo is read as an O, a bar
/// as an i.
const FEWEST: usize = 4;

/// The networks.
pub(super) struct Ocr {
    detector: Detector,
    first: Recognizer,
    second: Option<Recognizer>,
}

/// What a page says.
pub(super) struct Page {
    lines: Vec<Line>,
    /// The page, upright.
    pub(super) image: RgbImage,
    /// Whether all of it was read.
    pub(super) extent: Extent,
}

/// How much of a page was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    /// Time was up.
    CutOff,
}

/// A line, or the piece of one that stands in a column.
#[derive(Debug, Clone)]
struct Line {
    quad: Quad,
    text: String,
}

impl Ocr {
    pub(super) fn new(models: Models) -> Result<Self, ModelError> {
        let network =
            |bytes, file| Network::load(bytes).ok_or_else(|| Models::broken(&models.folder, file));
        let recognizer = |recognition: Recognition, file| {
            let network = network(recognition.network, file)?;
            Ok(Recognizer::new(network, recognition.letters))
        };
        Ok(Self {
            detector: Detector::new(network(models.detector, Models::DETECTOR)?),
            first: recognizer(models.first, Models::RECOGNIZER)?,
            second: models
                .second
                .map(|second| recognizer(second, Models::SECOND_RECOGNIZER))
                .transpose()?,
        })
    }

    /// Reads a page, as far as `has_time` lets.
    pub(super) fn read(&self, image: RgbImage, has_time: &dyn Fn() -> bool) -> Page {
        let found = self.detector.lines(&image);
        let Upright { image, lines } = turn::upright(image, found, &self.detector, &self.first);
        let mut page = Page { lines: Vec::new(), image, extent: Extent::Whole };
        let mut unsure: Vec<Unsure> = Vec::new();
        for Found { quad, spelling } in lines {
            if !has_time() {
                page.extent = Extent::CutOff;
                return page;
            }
            let quad = quad.along_its_text();
            let spelling = spelling.or_else(|| self.first.spell(&page.image, &quad));
            let Some(spelling) = spelling else { continue };
            if spelling.confidence() < NOISE {
                continue;
            }
            page.lines.push(Line::new(quad, &spelling));
            unsure.extend(Unsure::of(page.lines.len() - 1, spelling));
        }
        if let Some(second) = &self.second {
            let quad = |line: usize| page.lines.get(line).map(|line| line.quad);
            second::ask(second, &page.image, &quad, &mut unsure, has_time);
        }
        for Unsure { line, spelling } in unsure {
            if let Some(line) = page.lines.get_mut(line) {
                *line = Line::new(line.quad, &spelling);
            }
        }
        page
    }
}

impl Line {
    fn new(quad: Quad, spelling: &Spelling) -> Self {
        Self { quad, text: spelling.text() }
    }

    /// Letters and digits.
    fn letters(&self) -> usize {
        self.text.chars().filter(|c| c.is_alphanumeric()).count()
    }
}

impl Page {
    /// What it says, row by row.
    pub(super) fn text(&self) -> String {
        let letters: usize = self.lines.iter().map(Line::letters).sum();
        if letters < FEWEST { String::new() } else { rows::text(&self.lines) }
    }

    /// Its lines with the boxes around them.
    pub(super) fn placed(&self) -> impl Iterator<Item = Placed<'_>> {
        self.lines.iter().map(|line| (line.text.as_str(), line.quad.bounds()))
    }
}
