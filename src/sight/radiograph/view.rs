//! What the network sees of an image: `models/radiograph/views.py` computes the same numbers.

use image::RgbImage;

use super::contrast;

/// Cells along one side.
pub(super) const SIDE: usize = 96;
/// Values of one view: three planes.
pub(super) const VALUES: usize = 3 * SIDE * SIDE;
/// Rows and columns of a view that are looked at, at most: of more, every second, third and so on.
const MOST: u32 = 512;
/// What the central view leaves out on each side.
const MARGIN: f64 = 0.15;

/// A part of an image, squashed to a square of cells: each is the mean colour of what it covers.
pub(super) struct Cells(Vec<[f32; 3]>);

/// A stretch of pixels.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: u32,
    length: u32,
    step: u32,
}

/// The pixels that one cell covers, and the share of each.
struct Share {
    first: usize,
    weights: Vec<f32>,
}

/// All of an image.
pub(super) fn whole(image: &RgbImage) -> Cells {
    squash(image, Stretch::new(0, image.width()), Stretch::new(0, image.height()))
}

/// What is left without its margins.
pub(super) fn centre(image: &RgbImage) -> Cells {
    squash(image, Stretch::central(image.width()), Stretch::central(image.height()))
}

/// How many levels of brightness the pixels have: two are a fax's, a stencil's or a dithered drawing's.
pub(super) fn levels(image: &RgbImage) -> usize {
    let rows = Stretch::new(0, image.height());
    let columns: Vec<u32> = Stretch::new(0, image.width()).pixels().collect();
    let (mut histogram, mut all) = ([0_usize; 256], 0);
    for y in rows.pixels() {
        for pixel in columns.iter().filter_map(|&x| image.get_pixel_checked(x, y)) {
            let [red, green, blue] = pixel.0.map(u32::from);
            let luma = (299 * red + 587 * green + 114 * blue) / 1000;
            if let Some(count) = histogram.get_mut(luma as usize) {
                *count += 1;
            }
            all += 1;
        }
    }
    // More than 0.02 % of the pixels.
    histogram.into_iter().filter(|count| count * 5000 > all).count()
}

impl Stretch {
    fn new(start: u32, length: u32) -> Self {
        Self { start, length, step: length.div_ceil(MOST).max(1) }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn central(length: u32) -> Self {
        let margin = (f64::from(length) * MARGIN) as u32;
        Self::new(margin, length.saturating_sub(2 * margin).max(1))
    }

    fn pixels(self) -> impl Iterator<Item = u32> {
        let step = usize::try_from(self.step).unwrap_or(1);
        (self.start..self.start.saturating_add(self.length)).step_by(step)
    }

    /// What each cell covers of the pixels that are taken.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn shares(self) -> Vec<Share> {
        let taken = self.length.div_ceil(self.step) as usize;
        let width = taken as f64 / SIDE as f64;
        let cell = |index: usize| {
            let (low, high) = (index as f64 * width, (index + 1) as f64 * width);
            let first = low as usize;
            let last = (high.ceil() as usize).clamp(first + 1, taken.max(first + 1));
            let weights = (first..last)
                .map(|pixel| {
                    let (start, end) = (pixel as f64, (pixel + 1) as f64);
                    ((end.min(high) - start.max(low)).max(0.0) / width) as f32
                })
                .collect();
            Share { first, weights }
        };
        (0..SIDE).map(cell).collect()
    }
}

fn squash(image: &RgbImage, across: Stretch, down: Stretch) -> Cells {
    let columns: Vec<u32> = across.pixels().collect();
    let (in_row, in_column) = (across.shares(), down.shares());
    let mut cells = vec![[0.0; 3]; SIDE * SIDE];
    let mut colours: Vec<[f32; 3]> = Vec::with_capacity(columns.len());
    // Cells whose pixels are all above the row in hand are done with.
    let mut open = 0;
    for (number, y) in down.pixels().enumerate() {
        colours.clear();
        colours.extend(
            columns
                .iter()
                .filter_map(|&x| image.get_pixel_checked(x, y).map(|pixel| pixel.0.map(f32::from))),
        );
        let means = in_row.iter().map(|share| share.mean(&colours)).collect::<Vec<_>>();
        while in_column.get(open).is_some_and(|share| share.end() <= number) {
            open += 1;
        }
        let rows = in_column.iter().zip(cells.chunks_exact_mut(SIDE)).skip(open);
        for (share, row) in rows.take_while(|(share, _)| share.first <= number) {
            let weight = share.weights.get(number - share.first).copied().unwrap_or_default();
            for (cell, mean) in row.iter_mut().zip(&means) {
                for (value, part) in cell.iter_mut().zip(mean) {
                    *value += weight * part;
                }
            }
        }
    }
    Cells(cells)
}

impl Share {
    fn end(&self) -> usize {
        self.first + self.weights.len()
    }

    fn mean(&self, colours: &[[f32; 3]]) -> [f32; 3] {
        let mut mean = [0.0; 3];
        for (colour, weight) in colours.iter().skip(self.first).zip(&self.weights) {
            for (value, part) in mean.iter_mut().zip(colour) {
                *value += weight * part;
            }
        }
        mean
    }
}

impl Cells {
    /// Red, green and blue of 0 to 255, row by row.
    pub(super) fn colours(&self) -> &[[f32; 3]] {
        &self.0
    }

    /// The planes that the networks take: brightness against its surround, and red and blue less
    /// brightness without their cast.
    pub(super) fn planes(&self) -> Vec<f32> {
        let unit = |[red, green, blue]: [f32; 3]| {
            let (red, green, blue) = (red / 255.0, green / 255.0, blue / 255.0);
            (red, 0.299 * red + 0.587 * green + 0.114 * blue, blue)
        };
        let cells = || self.0.iter().map(|&colour| unit(colour));
        let luma: Vec<f32> = cells().map(|(_, luma, _)| luma).collect();
        let mut values = contrast::against_surround(&luma);
        let red: Vec<f32> = cells().map(|(red, luma, _)| (red - luma) * 6.0).collect();
        let blue: Vec<f32> = cells().map(|(_, luma, blue)| (blue - luma) * 6.0).collect();
        for colour in [red, blue] {
            values.extend(contrast::without_cast(&luma, &colour));
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    #[allow(clippy::float_cmp)]
    fn a_plain_image_of_any_size_stays_as_it_is() {
        for (width, height) in [(1, 1), (50, 70), (128, 128), (129, 700), (1100, 90)] {
            let image = RgbImage::from_pixel(width, height, Rgb([10, 20, 30]));
            for cells in [whole(&image), centre(&image)] {
                let close = |colour: &[f32; 3]| {
                    colour
                        .iter()
                        .zip([10.0, 20.0, 30.0])
                        .all(|(a, b): (&f32, f32)| (a - b).abs() < 0.01)
                };
                assert!(cells.colours().iter().all(close), "{width} x {height}");
            }
        }
    }

    #[test]
    fn a_stencil_has_two_levels_and_a_film_many() {
        let dots =
            RgbImage::from_fn(900, 700, |x, y| Rgb([if x * y % 7 < 3 { 0 } else { 255 }; 3]));
        assert_eq!(levels(&dots), 2);
        let film = RgbImage::from_fn(900, 700, |x, _| Rgb([u8::try_from(x / 4).unwrap_or(0); 3]));
        assert_eq!(levels(&film), 225);
    }

    #[test]
    fn a_cell_is_the_mean_of_what_it_covers() {
        let image = RgbImage::from_fn(192, 96, |x, _| Rgb([if x % 2 == 0 { 0 } else { 200 }; 3]));
        assert!(whole(&image).colours().iter().all(|colour| (colour[0] - 100.0).abs() < 0.01));
    }
}
