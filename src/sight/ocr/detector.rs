//! Finds the lines of text in an image.

use image::{RgbImage, imageops};

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
        let (width, height) = input_size(image.width(), image.height());
        let scaled = imageops::resize(image, width, height, imageops::FilterType::Triangle);
        let shape = [1, 3, height as usize, width as usize];
        let Some((shape, map)) = self.network.run(shape, planes(&scaled)) else {
            return Vec::new();
        };
        let [.., rows, columns] = shape.as_slice() else { return Vec::new() };
        let scale = (image.width() as f32 / *columns as f32, image.height() as f32 / *rows as f32);
        regions::lines(&Map { width: *columns, values: &map }, scale)
    }
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
    let side = |side: f32| ((side * scale / STEP).round().max(1.0) * STEP) as u32;
    (side(width), side(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_image_is_enlarged_and_a_large_one_made_smaller() {
        assert_eq!(input_size(368, 736), (736, 1472));
        assert_eq!(input_size(20, 10), (96, 32));
        let (width, height) = input_size(3400, 4400);
        assert!((1.5e6..1.7e6).contains(&(width as f32 * height as f32)));
    }
}
