//! Lines of text that were looked for and not found, told by the strokes of their letters.
//!
//! Of a line that fits what the network looks for badly, in size or length, it sees nothing at times,
//! though letters stand there as black as on any. On plain ground they are told without a network:
//! a row of pixels through them goes from ground to ink and back more often than through anything else.

use image::{Rgb, RgbImage};

use super::quad::Quad;

/// Levels by which a pixel differs from the ground to be ink.
const INK: u8 = 64;
/// Levels around the most frequent one that are ground.
const GROUND: u8 = 16;
/// Share of the pixels that is ground, where the ground is plain.
const PLAIN: f32 = 0.6;
/// Strokes of ink that a row of pixels has through a line of text, at least.
const STROKES: usize = 16;
/// Rows of pixels from the foot of small letters to their top, at the least and at the most.
const ROWS: std::ops::RangeInclusive<usize> = 4..=60;
/// How much higher than its small letters a line is, with what stands out of it and the air around.
const HIGHER: f32 = 2.2;

/// How high a line is that none of the lines found covers, in pixels of the image. `None` where
/// there is none, or the ground is such that nobody can tell.
///
/// `scale` is how large the image is, along and down, beside the one that the lines stand in.
pub(super) fn height(image: &RgbImage, lines: &[Quad], scale: (f32, f32)) -> Option<f32> {
    let ground = ground(image)?;
    let scaled = |[left, top, right, bottom]: [f32; 4]| {
        [left * scale.0, top * scale.1, right * scale.0, bottom * scale.1]
    };
    let covers: Vec<[f32; 4]> = lines.iter().map(|line| scaled(line.bounds())).collect();
    let width = image.width().max(1) as usize;
    let mut longest = 0;
    let mut run = 0;
    for (y, row) in image.as_raw().chunks_exact(3 * width).enumerate() {
        let covers: Vec<_> = covers
            .iter()
            .filter(|[_, top, _, bottom]| (*top..=*bottom).contains(&(y as f32)))
            .map(|[left, _, right, _]| *left..*right)
            .collect();
        run = if strokes(row, ground, &covers) >= STROKES { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    ROWS.contains(&longest).then_some(longest as f32 * HIGHER)
}

/// The level of the ground, where most of an image is of one.
fn ground(image: &RgbImage) -> Option<u8> {
    let mut counts = [0_u32; 256];
    for pixel in image.pixels() {
        counts[usize::from(level(*pixel))] += 1;
    }
    let (most, _) = counts.iter().enumerate().max_by_key(|(_, count)| **count)?;
    let most = u8::try_from(most).unwrap_or(u8::MAX);
    let near = most.saturating_sub(GROUND)..=most.saturating_add(GROUND);
    let share: u32 = near.map(|level| counts[usize::from(level)]).sum();
    let pixels = image.width() as f32 * image.height() as f32;
    (share as f32 >= PLAIN * pixels).then_some(most)
}

/// How often a row of pixels goes from ground to ink outside of what is covered.
fn strokes(row: &[u8], ground: u8, covers: &[std::ops::Range<f32>]) -> usize {
    let mut count = 0;
    let mut was_ink = false;
    for (x, pixel) in row.as_chunks::<3>().0.iter().enumerate() {
        let is_ink = level(Rgb(*pixel)).abs_diff(ground) > INK;
        if is_ink && !was_ink && !covers.iter().any(|cover| cover.contains(&(x as f32))) {
            count += 1;
        }
        was_ink = is_ink;
    }
    count
}

/// How light a pixel is (ITU-R BT.601, in whole numbers).
fn level(Rgb([red, green, blue]): Rgb<u8>) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::quad::Point;
    use super::*;

    const SAME: (f32, f32) = (1.0, 1.0);

    /// Paper with bars in place of letters, so many of them, `high` pixels high from row 20 on.
    fn paper(bars: u32, high: u32) -> RgbImage {
        let is_ink = |x: u32, y: u32| (20..20 + high).contains(&y) && x < 10 * bars && x % 10 < 3;
        RgbImage::from_fn(400, 120, |x, y| Rgb([if is_ink(x, y) { 10 } else { 250 }; 3]))
    }

    fn line(top: f32, bottom: f32) -> Quad {
        let corner = |x, y| Point { x, y };
        Quad([corner(0.0, top), corner(400.0, top), corner(400.0, bottom), corner(0.0, bottom)])
    }

    #[test]
    fn strokes_that_no_line_covers_are_a_line_that_was_not_seen() {
        let image = paper(30, 10);
        assert_eq!(height(&image, &[], SAME), Some(10.0 * HIGHER));
        assert_eq!(height(&image, &[line(60.0, 80.0)], SAME), Some(10.0 * HIGHER));
        assert_eq!(height(&image, &[line(15.0, 35.0)], SAME), None);
    }

    #[test]
    fn what_covers_a_line_is_known_in_another_size() {
        assert_eq!(height(&paper(30, 10), &[line(30.0, 70.0)], (1.0, 0.5)), None);
    }

    #[test]
    fn a_few_strokes_rules_and_textures_are_no_line() {
        assert_eq!(height(&paper(6, 10), &[], SAME), None);
        assert_eq!(height(&paper(30, 2), &[], SAME), None);
        assert_eq!(height(&paper(30, 90), &[], SAME), None);
    }

    #[test]
    fn light_letters_on_dark_are_told_and_a_photo_is_not() {
        let mut dark = paper(30, 10);
        dark.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(|value| 255 - value));
        assert_eq!(height(&dark, &[], SAME), Some(10.0 * HIGHER));
        let photo = RgbImage::from_fn(400, 120, |x, y| Rgb([((x * 7 + y * 5) % 256) as u8; 3]));
        assert_eq!(height(&photo, &[], SAME), None);
    }
}
