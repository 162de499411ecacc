//! A small image of what was looked at, for a person who asks why.

use serde::{Deserialize, Serialize};

use super::PartPath;
use crate::secret::Secret;

/// Whether sketches are made. Nobody needs them to judge a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Sketching {
    /// None is.
    #[default]
    Off,
    /// One of each image or page that text was read in.
    On,
}

/// What was looked at, upright and small, with the places of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// The part.
    pub part: PartPath,
    /// The page, counted from 1, in what has pages.
    pub page: Option<u32>,
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green and blue of each pixel.
    pub pixels: Secret<serde_bytes::ByteBuf>,
    /// The lines of text in it.
    pub lines: Vec<SketchedLine>,
}

/// A line of text in a sketch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SketchedLine {
    /// What it says.
    pub text: Secret<String>,
    /// Left, top, right and bottom of the box around it, in pixels of the sketch.
    pub corners: [u32; 4],
}

impl Sketch {
    /// Pixels of the longer side, at the most.
    pub const LONGEST: u32 = 640;
    /// Lines, at the most.
    pub const MOST_LINES: usize = 4096;

    /// Whether its numbers fit each other.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let within = |side| (1..=Self::LONGEST).contains(&side);
        within(self.width)
            && within(self.height)
            && self.pixels.expose().len() as u64
                == u64::from(self.width) * u64::from(self.height) * 3
            && self.lines.len() <= Self::MOST_LINES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sketch_has_as_many_pixels_as_it_says() {
        let sketch = |width, height, bytes| Sketch {
            part: PartPath::root(),
            page: None,
            width,
            height,
            pixels: Secret::new(serde_bytes::ByteBuf::from(vec![0; bytes])),
            lines: Vec::new(),
        };
        assert!(sketch(2, 3, 18).is_sound());
        assert!(!sketch(2, 3, 17).is_sound() && !sketch(0, 3, 0).is_sound());
        assert!(!sketch(Sketch::LONGEST + 1, 1, 3 * (640 + 1)).is_sound());
    }
}
