//! Images in which nothing is written: of one color, or of two areas.

use image::{Rgb, RgbImage};

/// Grey levels by which letters differ from what they stand on.
const CONTRAST: i32 = 12;
/// Changes along a line that two areas make.
const CHANGES: usize = 2;

/// Whether an image is so plain that there can be no letters in it.
pub(super) fn is_flat(image: &RgbImage) -> bool {
    let (width, height) = image.dimensions();
    let is_plain = |line: &mut dyn Iterator<Item = &Rgb<u8>>| {
        let (mut anchor, mut changes) = (None, 0_usize);
        for pixel in line {
            let [red, green, blue] = pixel.0.map(i32::from);
            let last = *anchor.get_or_insert([red, green, blue]);
            let differs =
                (red - last[0]).abs().max((green - last[1]).abs()).max((blue - last[2]).abs());
            if differs > CONTRAST {
                anchor = Some([red, green, blue]);
                changes += 1;
                if changes > CHANGES {
                    return false;
                }
            }
        }
        true
    };
    image.rows().all(|mut row| is_plain(&mut row))
        && (0..width).all(|x| is_plain(&mut (0..height).map(|y| image.get_pixel(x, y))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_flat_and_strokes_are_not() {
        let area = |x: u32| if x < 40 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 90]) };
        let mut image = RgbImage::from_fn(100, 60, |x, _| area(x));
        assert!(is_flat(&image) && is_flat(&RgbImage::new(90, 90)));
        for x in (10..30).step_by(4) {
            image.put_pixel(x, 30, Rgb([170, 0, 0]));
        }
        assert!(!is_flat(&image));
    }
}
