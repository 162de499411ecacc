//! Medical images without a word in them: X-ray, CT, MR, ultrasound.
//!
//! Small networks (`models/radiograph/MODEL-CARD.md`) look at an image twice, whole and its centre,
//! and at the mirror images of both; the surer view counts: the centre for a little less, and colours
//! take from it. They say "looks like a radiology image", never whose.

mod contrast;
mod look;
mod view;

use image::RgbImage;

use super::ocr::Network;
use crate::text::{Appearance, Fact, Taken};
use look::Look;
use view::{SIDE, VALUES};

const WEIGHTS: &[u8] = include_bytes!("../../../models/radiograph/radiograph.onnx");

/// Scores from which on an image is likely, or possibly, one. They belong to the weights:
/// `MODEL-CARD.md` tells how they were chosen.
const LIKELY: f32 = 1.5;
const POSSIBLE: f32 = 0.7;
/// What the centre says counts for so much less: cut out of its surround, more looks alike.
const CENTRE_LESS: f32 = 0.5;
/// An icon shows too little to be judged.
const LEAST_LONG: u32 = 96;
const LEAST_SHORT: u32 = 48;
/// A logo, a drawing or a page that is mostly paper: nothing of it is looked at.
const FEW_LEVELS: f32 = 0.08;
const PLAIN: f32 = 0.95;
const MOSTLY_PAPER: f32 = 0.5;
/// Fewer levels of brightness than these are no film's, however dots spread them.
const FEWEST_LEVELS: usize = 8;
/// A tint of the centre from which on an image is at most possibly one: radiographs are grey.
const COLOURED: f32 = 4.0;
/// From this tint on, each step takes one from the score: JPEG leaves less on a grey image.
const NEUTRAL: f32 = 1.0;
/// And no more than this: a film that a telephone took is coloured too.
const MOST_FOR_TINT: f32 = 2.0;

/// The networks, ready to judge.
pub(super) struct Recogniser(Network);

/// What an image is taken for, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) sureness: Sureness,
    pub(super) appearance: Appearance,
}

/// How sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sureness {
    Possible,
    Likely,
}

impl Sureness {
    /// The fact that it proves.
    pub(super) fn fact(self) -> Fact {
        match self {
            Self::Possible => Fact::PossibleRadiograph,
            Self::Likely => Fact::Radiograph,
        }
    }
}

impl Recogniser {
    /// Makes the networks ready. They are part of the program, so there is one.
    pub(super) fn new() -> Option<Self> {
        Network::load(WEIGHTS.to_vec()).map(Self)
    }

    /// Whether an image is likely or possibly a radiograph, and why.
    pub(super) fn judge(&self, image: &RgbImage) -> Option<Judgement> {
        let (width, height) = image.dimensions();
        if width.max(height) < LEAST_LONG || width.min(height) < LEAST_SHORT {
            return None;
        }
        if view::levels(image) < FEWEST_LEVELS {
            return None;
        }
        let whole = view::whole(image);
        let look = Look::of(&whole);
        if look.levels < FEW_LEVELS || look.commonest > PLAIN || look.paper > MOSTLY_PAPER {
            return None;
        }
        let centre = view::centre(image);
        let scores = self.scores(&[&whole, &centre])?;
        let &[on_whole, on_centre] = scores.as_slice() else { return None };
        let tint = Look::of(&centre).tint;
        let score = total(on_whole, on_centre, tint);
        let coloured = tint >= COLOURED;
        let sureness = match score {
            _ if !score.is_finite() => return None,
            LIKELY.. if !coloured => Sureness::Likely,
            POSSIBLE.. => Sureness::Possible,
            _ => return None,
        };
        let mut appearance = look.appearance(score);
        if coloured {
            appearance.taken = Taken::Photographed;
        }
        Some(Judgement { sureness, appearance })
    }

    /// One score for each view: the mean of what is said of it and of its mirror image.
    fn scores(&self, views: &[&view::Cells]) -> Option<Vec<f32>> {
        let mut values = Vec::with_capacity(2 * views.len() * VALUES);
        for cells in views {
            let planes = cells.planes();
            let mirrored = planes.chunks_exact(SIDE).flat_map(|row| row.iter().rev());
            values.extend(planes.iter().chain(mirrored));
        }
        let (_, scores) = self.0.run([2 * views.len(), 3, SIDE, SIDE], values)?;
        let pairs = scores.chunks_exact(2).map(|pair| pair.iter().sum::<f32>() / 2.0);
        (scores.len() == 2 * views.len()).then(|| pairs.collect())
    }
}

/// What the views say, as one: `models/radiograph/judging.py` computes the same.
fn total(on_whole: f32, on_centre: f32, tint: f32) -> f32 {
    on_whole.max(on_centre - CENTRE_LESS) - (tint - NEUTRAL).clamp(0.0, MOST_FOR_TINT)
}

#[cfg(test)]
mod tests;
