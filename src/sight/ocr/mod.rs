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
mod spacing;
mod strip;
mod turn;

use image::RgbImage;

use super::models::{ModelError, Models, Recognition};
use super::sketch::Placed;
use detector::Detector;
pub(super) use network::Network;
use quad::Quad;
use recognizer::{Recognizer, Spelling};

/// The mean confidence of its letters below which a line is noise.
const NOISE: f32 = 0.5;
/// A letter below which the second network is asked for its opinion of the line.
const UNSURE: f32 = 0.6;
/// Lines of one page that are read twice.
const MOST_SECOND: usize = 12;
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
    confidence: f32,
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
        let (image, quads) = turn::upright(image, found, &self.detector, &self.first);
        let mut page = Page { lines: Vec::new(), image, extent: Extent::Whole };
        let mut unsure: Vec<(f32, usize)> = Vec::new();
        for quad in quads {
            if !has_time() {
                page.extent = Extent::CutOff;
                return page;
            }
            let quad = quad.along_its_text();
            let Some(spelling) = self.first.spell(&page.image, &quad) else { continue };
            if spelling.confidence() < NOISE {
                continue;
            }
            let least = spelling.least();
            if least < UNSURE {
                unsure.push((least, page.lines.len()));
            }
            page.lines.push(Line::new(quad, &spelling));
        }
        self.ask_again(&mut page, unsure, has_time);
        page
    }

    /// Has the second network read the lines of which the first is least sure.
    fn ask_again(
        &self,
        page: &mut Page,
        mut unsure: Vec<(f32, usize)>,
        has_time: &dyn Fn() -> bool,
    ) {
        let Some(second) = &self.second else { return };
        unsure.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        for (_, index) in unsure.into_iter().take(MOST_SECOND) {
            // A second opinion that comes too late is missed by nobody.
            if !has_time() {
                return;
            }
            let Page { lines, image, .. } = page;
            let Some(line) = lines.get_mut(index) else { continue };
            if let Some(spelling) = second.spell(image, &line.quad)
                && spelling.confidence() > line.confidence
            {
                *line = Line::new(line.quad, &spelling);
            }
        }
    }
}

impl Line {
    fn new(quad: Quad, spelling: &Spelling) -> Self {
        Self { quad, text: spelling.text(), confidence: spelling.confidence() }
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
