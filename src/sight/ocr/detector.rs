//! Finds the lines of text in an image.

use image::{RgbImage, imageops};

use super::large;
use super::network::Network;
use super::quad::Quad;
use super::regions::{self, Map};
use super::unseen;

/// What the network was trained with, for blue, green and red in this order.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];
/// The network takes multiples of this.
const STEP: f32 = 32.0;
/// Pixels of the shorter side below which an image is enlarged.
const SHORT: f32 = 736.0;
/// An image is enlarged so many times at most.
const LARGEST: f32 = 4.0;
/// Pixels to which an image is made smaller for the first look: time grows with them.
const AFAR: f32 = 0.6e6;
/// Pixels to which it is made smaller for a second one.
const MOST_PIXELS: f32 = 1.6e6;
/// Pixels that the network sees of a line from top to bottom below which it is small.
const SMALL: f32 = 12.5;
/// Those of a line that is plain: letters and the air around them.
const PLAIN: f32 = 18.0;
/// Lines of which one is small where a page has small letters.
const LOW: usize = 8;

pub(super) struct Detector {
    network: Network,
}

impl Detector {
    pub(super) const fn new(network: Network) -> Self {
        Self { network }
    }

    /// The places of lines, the highest first. A page is looked at from afar: looking takes time by
    /// the pixel. Where letters are large it is looked at from farther off, where they are small or
    /// none are seen from nearby.
    pub(super) fn lines(&self, image: &RgbImage) -> Vec<Quad> {
        if is_empty(image) {
            return Vec::new();
        }
        let afar = scale_for(image, AFAR);
        let far = scaled(image, afar);
        let mut lines = self.look(&far, image);
        if let Some(smaller) = large::smaller(&lines, afar) {
            lines = large::joined(&lines, self.look(&scaled(image, afar * smaller), image), afar);
        }
        if let Some(nearby) = nearer(image, &lines, afar) {
            lines = large::joined(&self.look(&scaled(image, nearby), image), lines, nearby);
        }
        match unseen::height(&far, &lines, scale_of(&far, image)) {
            Some(height) => {
                let other = scaled(image, afar * large::HANDY / height);
                large::added(lines, self.look(&other, image))
            }
            None => lines,
        }
    }

    /// The lines that are seen in a scaled image, as they stand in the image itself.
    fn look(&self, scaled: &RgbImage, image: &RgbImage) -> Vec<Quad> {
        let shape = [1, 3, scaled.height() as usize, scaled.width() as usize];
        let Some((shape, map)) = self.network.run(shape, planes(scaled)) else {
            return Vec::new();
        };
        let [.., rows, columns] = shape.as_slice() else { return Vec::new() };
        let scale = (image.width() as f32 / *columns as f32, image.height() as f32 / *rows as f32);
        regions::lines(&Map { width: *columns, values: &map }, scale)
    }
}

/// The scale at which lines that were hard to see from afar become plain. `None` where they are so.
fn nearer(image: &RgbImage, lines: &[Quad], afar: f32) -> Option<f32> {
    /// Times larger than from afar, or nothing new is to be seen.
    const WORTHWHILE: f32 = 1.1;
    // How high the letters are through which a thread runs it does not tell.
    let whole = lines.iter().filter(|line| !large::is_thread(line));
    let mut heights: Vec<f32> = whole.map(|line| afar * line.height().min(line.width())).collect();
    heights.sort_by(f32::total_cmp);
    let most = scale_for(image, MOST_PIXELS);
    let nearby = match heights.get(heights.len() / LOW) {
        Some(low) if *low >= SMALL => return None,
        Some(low) => most.min(afar * PLAIN / low.max(1.0)),
        None if lines.is_empty() => most,
        None => return None,
    };
    (nearby > afar * WORTHWHILE).then_some(nearby)
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

/// An image in another size, as the network takes it.
fn scaled(image: &RgbImage, scale: f32) -> RgbImage {
    let side = |side: u32| ((side as f32 * scale / STEP).round().max(1.0) * STEP) as u32;
    let (width, height) = (side(image.width()), side(image.height()));
    if width <= image.width() && height <= image.height() {
        return imageops::thumbnail(image, width, height);
    }
    imageops::resize(image, width, height, imageops::FilterType::Triangle)
}

/// How much larger a scaled image is, along and down.
fn scale_of(scaled: &RgbImage, image: &RgbImage) -> (f32, f32) {
    let share = |scaled: u32, whole: u32| scaled as f32 / whole.max(1) as f32;
    (share(scaled.width(), image.width()), share(scaled.height(), image.height()))
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

/// The scale at which an image has so many pixels at the most; a small one is enlarged.
fn scale_for(image: &RgbImage, pixels: f32) -> f32 {
    let (width, height) = (image.width().max(1) as f32, image.height().max(1) as f32);
    let enlarged = (SHORT / width.min(height)).clamp(1.0, LARGEST);
    enlarged.min((pixels / (width * height)).sqrt())
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::super::quad::Point;
    use super::*;

    #[test]
    fn only_what_is_of_one_shade_is_empty() {
        let mut paper = RgbImage::from_pixel(30, 20, Rgb([250, 250, 248]));
        assert!(is_empty(&paper));
        paper.put_pixel(20, 10, Rgb([230, 230, 230]));
        assert!(!is_empty(&paper));
    }

    fn paper(width: u32, height: u32) -> RgbImage {
        RgbImage::new(width, height)
    }

    fn line(height: f32) -> Quad {
        let corner = |x: f32, y: f32| Point { x, y };
        let (right, bottom) = (400.0, height);
        Quad([corner(0.0, 0.0), corner(right, 0.0), corner(right, bottom), corner(0.0, bottom)])
    }

    #[test]
    fn a_small_image_is_enlarged_and_a_large_one_made_smaller() {
        assert!((scale_for(&paper(368, 736), MOST_PIXELS) - 2.0).abs() < 1e-3);
        assert!((scale_for(&paper(10, 20), MOST_PIXELS) - LARGEST).abs() < 1e-3);
        let large = scale_for(&paper(3400, 4400), AFAR);
        assert!((large * large * 3400.0 * 4400.0 - AFAR).abs() < 1e3);
    }

    #[test]
    fn a_page_of_small_letters_is_looked_at_from_nearby() {
        let page = paper(2480, 3508);
        let afar = scale_for(&page, AFAR);
        let small: Vec<Quad> = (0..40).map(|_| line(12.0 / afar)).collect();
        let nearby = nearer(&page, &small, afar).unwrap();
        assert!((nearby * 12.0 / afar - PLAIN).abs() < 1e-2);
    }

    #[test]
    fn a_page_of_plain_letters_is_looked_at_once() {
        let page = paper(2480, 3508);
        let afar = scale_for(&page, AFAR);
        assert_eq!(nearer(&page, &vec![line(20.0 / afar); 40], afar), None);
    }

    #[test]
    fn what_shows_no_line_from_afar_is_looked_at_as_nearly_as_can_be() {
        let page = paper(4000, 3000);
        let afar = scale_for(&page, AFAR);
        assert_eq!(nearer(&page, &[], afar), Some(scale_for(&page, MOST_PIXELS)));
    }

    #[test]
    fn a_thread_does_not_tell_how_small_letters_are() {
        let page = paper(1150, 180);
        let afar = scale_for(&page, AFAR);
        let thread = Quad(line(5.0).0.map(|Point { x, y }| Point { x: x * 2.5, y }));
        assert_eq!(nearer(&page, &[thread], afar), None);
        assert_eq!(nearer(&page, &[thread, line(20.0)], afar), None);
    }

    #[test]
    fn an_icon_is_looked_at_once() {
        let icon = paper(100, 100);
        assert_eq!(nearer(&icon, &[], scale_for(&icon, AFAR)), None);
    }
}
