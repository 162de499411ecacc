//! What can be said in words of an image that looks like a radiograph: its colour, tones, surround
//! and edges. The network decides; these tell a person why that is plausible.

use super::view::{Cells, SIDE};
use crate::text::{Appearance, Taken};

/// Levels of brightness that share one cast.
const BIN: usize = 16;
/// A cell of the frame as dark as where nothing was exposed.
const DARK: f32 = 32.0;
/// A step between neighbours that is a hard edge.
const HARD: f32 = 48.0;
/// A step sideways as that of the strokes of letters.
const STROKE: f32 = 40.0;
/// A level from which on it is paper.
const PAPER: usize = 250;
/// Cells of the frame: 4 % of each side.
const FRAME: usize = 4;
/// A tint or mean cast from which on a camera took it.
const CAMERA_TINT: f32 = 2.0;
const CAMERA_CAST: f32 = 9.0;

/// What there is to measure in a view.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Mean distance of colours from the mean colour of their brightness.
    pub(super) tint: f32,
    /// Mean distance of colours from grey.
    pub(super) cast: f32,
    /// Share of the levels of grey that are in use.
    pub(super) levels: f32,
    /// Share of the commonest level.
    pub(super) commonest: f32,
    /// Share of the commonest level of paper white.
    pub(super) paper: f32,
    dark: f32,
    edges: f32,
    rhythm: f32,
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn level(luma: f32) -> usize {
    luma.clamp(0.0, 255.0) as usize
}

#[allow(clippy::cast_precision_loss)]
fn share(some: usize, all: usize) -> f32 {
    some as f32 / all.max(1) as f32
}

impl Look {
    /// Measures a view.
    pub(super) fn of(cells: &Cells) -> Self {
        let luma: Vec<f32> =
            cells.colours().iter().map(|[r, g, b]| 0.299 * r + 0.587 * g + 0.114 * b).collect();
        let mut histogram = [0_usize; 256];
        for &value in &luma {
            if let Some(count) = histogram.get_mut(level(value)) {
                *count += 1;
            }
        }
        // More than 0.02 % of the cells.
        let used = histogram.iter().filter(|&&count| count * 5000 > luma.len()).count();
        let (tint, cast) = tint(cells, &luma);
        let (edges, rhythm) = edges(&luma);
        Self {
            tint,
            cast,
            levels: share(used, histogram.len()),
            commonest: share(histogram.into_iter().max().unwrap_or_default(), luma.len()),
            paper: share(histogram.into_iter().skip(PAPER).max().unwrap_or_default(), luma.len()),
            dark: dark(&luma),
            edges,
            rhythm,
        }
    }

    /// Whether a camera took it, going by colour: what a program exports has none.
    pub(super) fn taken(&self) -> Taken {
        if self.tint < CAMERA_TINT && self.cast < CAMERA_CAST {
            Taken::Direct
        } else {
            Taken::Photographed
        }
    }

    /// The same for whoever asks why.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(super) fn appearance(&self, score: f32) -> Appearance {
        let percent = |share: f32| (share * 100.0).clamp(0.0, 100.0) as u8;
        Appearance {
            score: (score * 100.0).clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i16,
            taken: self.taken(),
            tint: (self.tint * 10.0).clamp(0.0, 255.0) as u8,
            levels: percent(self.levels),
            dark: percent(self.dark),
            edges: percent(self.edges),
            rhythm: percent(self.rhythm),
        }
    }
}

/// Mean distance of colours from the mean of their brightness, and from grey.
#[allow(clippy::cast_precision_loss)]
fn tint(cells: &Cells, luma: &[f32]) -> (f32, f32) {
    let mut sums = [(0.0_f32, 0.0_f32, 0.0_f32); 256 / BIN];
    let colours = || {
        let all = cells.colours().iter().zip(luma);
        all.map(|(&[red, _, blue], &y)| (level(y) / BIN, blue - y, red - y))
    };
    for (bin, blue, red) in colours() {
        if let Some(sum) = sums.get_mut(bin) {
            *sum = (sum.0 + blue, sum.1 + red, sum.2 + 1.0);
        }
    }
    let (mut off, mut cast) = (0.0, 0.0);
    for (bin, blue, red) in colours() {
        let (blues, reds, count) = sums.get(bin).copied().unwrap_or_default();
        off += (blue - blues / count.max(1.0)).hypot(red - reds / count.max(1.0));
        cast += blue.hypot(red);
    }
    let all = luma.len().max(1) as f32;
    (off / all, cast / all)
}

/// How much of the frame is nearly black.
fn dark(luma: &[f32]) -> f32 {
    let frame = luma.iter().enumerate().filter(|(at, _)| {
        let (row, column) = (at / SIDE, at % SIDE);
        row.min(column) < FRAME || row.max(column) >= SIDE - FRAME
    });
    let (mut black, mut all) = (0, 0);
    for (_, &value) in frame {
        all += 1;
        black += usize::from(value < DARK);
    }
    share(black, all)
}

/// The share of hard edges, and how much their number changes from row to row.
#[allow(clippy::cast_precision_loss)]
fn edges(luma: &[f32]) -> (f32, f32) {
    let rows: Vec<&[f32]> = luma.chunks_exact(SIDE).collect();
    let mut hard = 0;
    for (upper, lower) in rows.iter().zip(rows.iter().skip(1)) {
        let across = upper.iter().zip(upper.iter().skip(1));
        hard += across
            .zip(lower.iter())
            .filter(|((here, right), below)| (*right - *here).abs() + (*below - *here).abs() > HARD)
            .count();
    }
    let strokes: Vec<f32> = rows
        .iter()
        .map(|row| {
            let steps = row.iter().zip(row.iter().skip(1));
            share(steps.filter(|(a, b)| (*a - *b).abs() > STROKE).count(), SIDE)
        })
        .collect();
    let mean = strokes.iter().sum::<f32>() / strokes.len().max(1) as f32;
    let turns = strokes.iter().zip(strokes.iter().skip(1)).map(|(a, b)| (a - b).abs());
    let change = turns.sum::<f32>() / strokes.len().max(1) as f32;
    (share(hard, luma.len()), change / (mean + 0.002))
}

#[cfg(test)]
mod tests {
    use super::super::view::whole;
    use super::*;
    use image::{Rgb, RgbImage};

    #[test]
    fn a_grey_ramp_on_black_is_neutral_continuous_dark_around_and_soft() {
        let film = RgbImage::from_fn(300, 300, |x, y| {
            let inside = (40..260).contains(&x) && (40..260).contains(&y);
            Rgb([if inside { u8::try_from(x - 20).unwrap_or(255) } else { 0 }; 3])
        });
        let words = Look::of(&whole(&film)).appearance(1.0).to_string();
        assert!(words.contains("neutral grey (tint 0.0), continuous tones"), "{words}");
        assert!(words.contains("dark surround (100 %), soft edges"), "{words}");
    }

    #[test]
    fn a_blue_film_has_a_cast_and_a_garden_has_colours() {
        let film = RgbImage::from_fn(200, 200, |x, _| {
            let grey = u8::try_from(x).unwrap_or(255) / 2;
            Rgb([grey, grey, grey + 40])
        });
        let look = Look::of(&whole(&film));
        assert!(look.tint < CAMERA_TINT && look.taken() == Taken::Photographed, "{look:?}");
        let garden = RgbImage::from_fn(200, 200, |x, y| {
            Rgb(if (x / 20 + y / 20) % 2 == 0 { [200, 60, 40] } else { [40, 140, 60] })
        });
        assert!(Look::of(&whole(&garden)).tint > 20.0);
    }

    #[test]
    fn lines_of_text_have_a_rhythm() {
        let page = RgbImage::from_fn(256, 256, |x, y| {
            let stroke = (y / 8) % 2 == 0 && (x / 3) % 2 == 0;
            Rgb([if stroke { 0 } else { 255 }; 3])
        });
        let words = Look::of(&whole(&page)).appearance(1.0).to_string();
        assert!(words.contains("few tones") && !words.ends_with("no text lines"), "{words}");
    }
}
