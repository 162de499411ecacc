//! What an image looks like, in numbers alone: a worker that someone took over can say nothing of
//! the message with them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why an image was taken for a radiograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appearance {
    /// What the network says, in hundredths: the higher, the surer.
    pub score: i16,
    /// How it came to be a file.
    pub taken: Taken,
    /// How far its colours are from one cast per brightness, in tenths of a level of 255.
    pub tint: u8,
    /// How many of 256 levels of grey it has, in percent.
    pub levels: u8,
    /// How much of its frame is nearly black, in percent.
    pub dark: u8,
    /// How much of it is hard edges, in percent.
    pub edges: u8,
    /// How strongly rows with many edges and rows without take turns, as lines of text do, in
    /// percent.
    pub rhythm: u8,
}

/// How an image came to be a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taken {
    /// Exported by a program.
    Direct,
    /// By a camera, of a film, a print or a screen.
    Photographed,
}

/// Tint below which grey is neutral.
const NEUTRAL: u8 = 20;
/// Levels from which on tones are continuous.
const CONTINUOUS: u8 = 30;
/// A frame as dark as around what is exposed.
const SURROUND: u8 = 50;
/// Edges below which an image is soft.
const SOFT: u8 = 10;
/// Rhythm below which there are no lines of text.
const NO_LINES: u8 = 50;

impl fmt::Display for Appearance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taken = match self.taken {
            Taken::Direct => "direct",
            Taken::Photographed => "photographed",
        };
        write!(f, "{taken}, score {:.2}: ", f32::from(self.score) / 100.0)?;
        let grey = match (self.tint, self.taken) {
            (..NEUTRAL, Taken::Direct) => "neutral grey",
            (..NEUTRAL, Taken::Photographed) => "grey with a cast",
            _ => "coloured",
        };
        let tones = if self.levels >= CONTINUOUS { "continuous tones" } else { "few tones" };
        let frame = if self.dark >= SURROUND { "dark surround" } else { "light surround" };
        let edges = if self.edges < SOFT { "soft edges" } else { "hard edges" };
        // Without edges there is no rhythm to speak of.
        let lines = if self.rhythm < NO_LINES || self.edges == 0 {
            "no text lines"
        } else {
            "may have text lines"
        };
        write!(
            f,
            "{grey} (tint {:.1}), {tones} ({} % of levels), {frame} ({} %), {edges} ({} %), {lines}",
            f32::from(self.tint) / 10.0,
            self.levels,
            self.dark,
            self.edges
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_told_in_words_and_numbers() {
        let film = Appearance {
            score: 340,
            taken: Taken::Direct,
            tint: 1,
            levels: 82,
            dark: 71,
            edges: 3,
            rhythm: 8,
        };
        assert_eq!(
            film.to_string(),
            "direct, score 3.40: neutral grey (tint 0.1), continuous tones (82 % of levels), \
             dark surround (71 %), soft edges (3 %), no text lines"
        );
        let photo = Appearance { taken: Taken::Photographed, tint: 45, dark: 10, ..film };
        assert!(photo.to_string().starts_with("photographed, score 3.40: coloured (tint 4.5)"));
        assert!(photo.to_string().contains("light surround (10 %)"));
    }
}
