//! Finds the lines of text in an image.

use image::{RgbImage, imageops};

use super::large;
use super::network::Network;
use super::quad::Quad;
use super::regions::{self, Map};

/// What the network was trained with, for blue, green and red in this order.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];
/// The network takes multiples of this.
const STEP: f32 = 32.0;
/// Pixels of the shorter side below which an image is enlarged.
const SHORT: f32 = 736.0;
/// An image is enlarged so many times at most.
const LARGEST: f32 = 4.0;
/// Pixels to which an image is made smaller: time grows with them.
const MOST_PIXELS: f32 = 1.6e6;

pub(super) struct Detector {
    network: Network,
}

impl Detector {
    pub(super) const fn new(network: Network) -> Self {
        Self { network }
    }

    /// The places of lines, the highest first.
    pub(super) fn lines(&self, image: &RgbImage) -> Vec<Quad> {
        if is_empty(image) {
            return Vec::new();
        }
        let size = input_size(image.width(), image.height());
        let lines = self.seen_at(size, image);
        let scale = size.1 as f32 / image.height().max(1) as f32;
        let Some(smaller) = large::smaller(&lines, scale) else { return lines };
        let side = |side: u32| multiple(side as f32 * smaller);
        let again = self.seen_at((side(size.0), side(size.1)), image);
        large::joined(&lines, again, scale)
    }

    /// The lines that the network finds in an image of a size.
    fn seen_at(&self, (width, height): (u32, u32), image: &RgbImage) -> Vec<Quad> {
        let scaled = scaled(image, width, height);
        let shape = [1, 3, height as usize, width as usize];
        let Some((shape, map)) = self.network.run(shape, planes(&scaled)) else {
            return Vec::new();
        };
        let [.., rows, columns] = shape.as_slice() else { return Vec::new() };
        let scale = (image.width() as f32 / *columns as f32, image.height() as f32 / *rows as f32);
        regions::lines(&Map { width: *columns, values: &map }, scale)
    }
}

/// Whether there is nothing but ground: letters that differ less from it nobody sees.
fn is_empty(image: &RgbImage) -> bool {
    const SEEN: u8 = 6;
    let (mut least, mut most) = ([u8::MAX; 3], [0; 3]);
    for row in image.as_raw().chunks(3 * image.width().max(1) as usize) {
        for pixel in row.chunks_exact(3) {
            for ((least, most), value) in least.iter_mut().zip(&mut most).zip(pixel) {
                *least = (*least).min(*value);
                *most = (*most).max(*value);
            }
        }
        if most.iter().zip(least).any(|(most, least)| most.saturating_sub(least) >= SEEN) {
            return false;
        }
    }
    true
}

/// An image in another size. One that is made much smaller is first made smaller by whole numbers,
/// which takes a fraction of the time.
fn scaled(image: &RgbImage, width: u32, height: u32) -> RgbImage {
    let times = (image.width() / width.max(1)).min(image.height() / height.max(1));
    let smaller = (times > 1).then(|| averaged(image, times));
    let image = smaller.as_ref().unwrap_or(image);
    imageops::resize(image, width, height, imageops::FilterType::Triangle)
}

/// An image of which each pixel is the mean of a square.
fn averaged(image: &RgbImage, side: u32) -> RgbImage {
    let (width, height) = (image.width() / side, image.height() / side);
    let mut smaller = RgbImage::new(width, height);
    let (row, step) = (3 * image.width() as usize, 3 * side as usize);
    let mut sums = vec![0_u32; 3 * width as usize];
    let rows = image.as_raw().chunks_exact(row * side as usize);
    let area = side * side;
    for (rows, smaller) in rows.zip(smaller.chunks_exact_mut(3 * width as usize)) {
        sums.fill(0);
        for row in rows.chunks_exact(row) {
            for (sums, square) in sums.chunks_exact_mut(3).zip(row.chunks_exact(step)) {
                for pixel in square.chunks_exact(3) {
                    for (sum, value) in sums.iter_mut().zip(pixel) {
                        *sum += u32::from(*value);
                    }
                }
            }
        }
        for (pixel, sum) in smaller.iter_mut().zip(&sums) {
            *pixel = ((sum + area / 2) / area) as u8;
        }
    }
    smaller
}

/// An image as three planes of numbers, blue first.
fn planes(image: &RgbImage) -> Vec<f32> {
    let length = image.width() as usize * image.height() as usize;
    let mut values = Vec::with_capacity(3 * length);
    for (color, (mean, deviation)) in [2, 1, 0].into_iter().zip(MEAN.into_iter().zip(DEVIATION)) {
        let table: Vec<f32> =
            (0..=255_u8).map(|v| (f32::from(v) / 255.0 - mean) / deviation).collect();
        let pixels = image.as_raw().chunks_exact(3);
        values.extend(pixels.map(|pixel| table[usize::from(pixel[color])]));
    }
    values
}

/// The size at which the network sees an image.
fn input_size(width: u32, height: u32) -> (u32, u32) {
    let (width, height) = (width.max(1) as f32, height.max(1) as f32);
    let enlarged = (SHORT / width.min(height)).clamp(1.0, LARGEST);
    let pixels = width * height * enlarged * enlarged;
    let scale = enlarged * (MOST_PIXELS / pixels).sqrt().min(1.0);
    (multiple(width * scale), multiple(height * scale))
}

/// The nearest length that the network takes.
fn multiple(side: f32) -> u32 {
    ((side / STEP).round().max(1.0) * STEP) as u32
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn an_image_made_smaller_by_whole_numbers_keeps_its_shades() {
        let stripes = RgbImage::from_fn(9, 7, |x, _| Rgb([(x % 2) as u8 * 200, 10, 255]));
        let smaller = averaged(&stripes, 2);
        assert_eq!(smaller.dimensions(), (4, 3));
        assert!(smaller.pixels().all(|pixel| *pixel == Rgb([100, 10, 255])));
    }

    #[test]
    fn only_what_is_of_one_shade_is_empty() {
        let mut paper = RgbImage::from_pixel(30, 20, Rgb([250, 250, 248]));
        assert!(is_empty(&paper));
        paper.put_pixel(20, 10, Rgb([230, 230, 230]));
        assert!(!is_empty(&paper));
    }

    #[test]
    fn a_small_image_is_enlarged_and_a_large_one_made_smaller() {
        assert_eq!(input_size(368, 736), (736, 1472));
        assert_eq!(input_size(20, 10), (96, 32));
        let (width, height) = input_size(3400, 4400);
        assert!((1.5e6..1.7e6).contains(&(width as f32 * height as f32)));
    }
}
