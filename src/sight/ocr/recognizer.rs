//! Reads what one line says.

use image::RgbImage;

use super::network::Network;
use super::quad::Quad;
use super::spacing;
use super::strip::{HEIGHT, Strip};

pub(super) struct Recognizer {
    network: Network,
    letters: Vec<String>,
}

/// A line, letter by letter.
pub(super) struct Spelling {
    pub(super) letters: Vec<Letter>,
    /// Which columns of the strip have ink.
    pub(super) ink: Vec<bool>,
}

/// One letter of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Letter {
    pub(super) text: String,
    pub(super) confidence: f32,
    /// The columns of the strip that it was seen in.
    pub(super) columns: std::ops::Range<usize>,
}

impl Recognizer {
    pub(super) const fn new(network: Network, letters: Vec<String>) -> Self {
        Self { network, letters }
    }

    /// Reads a line. `None` where the network gives no answer.
    pub(super) fn spell(&self, image: &RgbImage, quad: &Quad) -> Option<Spelling> {
        let strip = Strip::cut(image, quad);
        let ink = strip.ink();
        let shape = [1, 3, HEIGHT, strip.width];
        let (shape, scores) = self.network.run(shape, strip.values)?;
        let [_, steps, classes] = *shape.as_slice() else { return None };
        let letters = self.decode(&scores, classes, strip.width as f32 / steps.max(1) as f32);
        Some(Spelling { letters, ink })
    }

    /// The likeliest class of each step; what repeats is one letter, and class 0 parts letters
    /// (connectionist temporal classification, Graves 2006).
    fn decode(&self, scores: &[f32], classes: usize, columns: f32) -> Vec<Letter> {
        let mut letters = Vec::new();
        let mut last = 0;
        for (step, scores) in scores.chunks_exact(classes.max(1)).enumerate() {
            let Some((class, confidence)) = likeliest(scores) else { continue };
            if class != 0 && class != last {
                // The last class, which the list does not have, is the blank.
                let text = self.letters.get(class - 1).map_or(" ", String::as_str).to_owned();
                let start = (step as f32 * columns) as usize;
                let end = ((step + 1) as f32 * columns) as usize;
                letters.push(Letter { text, confidence, columns: start..end });
            }
            last = class;
        }
        letters
    }
}

/// The greatest score and where it stands. Thousands of classes are looked through for each step: the
/// greatest is found first, in a way that processors do many at a time.
fn likeliest(scores: &[f32]) -> Option<(usize, f32)> {
    let most = scores.iter().copied().fold(f32::MIN, |a, b| if b > a { b } else { a });
    scores.iter().position(|score| *score == most).map(|class| (class, most))
}

impl Spelling {
    /// What it says.
    pub(super) fn text(&self) -> String {
        spacing::text(self)
    }

    /// How sure the network is of its letters, on the mean; of none, not at all.
    pub(super) fn confidence(&self) -> f32 {
        confidence(&self.letters)
    }
}

/// How sure a network is of letters, on the mean; of none, not at all.
pub(super) fn confidence(letters: &[Letter]) -> f32 {
    let sum: f32 = letters.iter().map(|letter| letter.confidence).sum();
    sum / letters.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_class_is_the_first_of_the_greatest() {
        assert_eq!(likeliest(&[0.1, 0.7, 0.2, 0.7]), Some((1, 0.7)));
        assert_eq!(likeliest(&[]), None);
    }

    #[test]
    fn no_letters_are_no_confidence() {
        let spelling = Spelling { letters: Vec::new(), ink: Vec::new() };
        assert_eq!((spelling.confidence(), spelling.text()), (0.0, String::new()));
    }
}
