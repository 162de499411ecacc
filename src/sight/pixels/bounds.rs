//! How large an image may be, and how it is made smaller.

use image::{RgbImage, imageops};

use crate::limits::Cause;

/// Pixels of one image.
pub(super) const MOST_PIXELS: u64 = 40_000_000;
/// Pixels along one side.
pub(super) const LONGEST: u32 = 30_000;
/// Bytes that a decoder may take.
pub(super) const MOST_BYTES: u64 = 256 << 20;
/// Pixels of an image that is looked at: twelve million are a photo of a phone.
const KEPT_PIXELS: u64 = 12_000_000;

/// Whether so many pixels may be decoded.
///
/// # Errors
/// [`Cause::TooLarge`] when they may not, [`Cause::Malformed`] when there are none.
pub(crate) fn check((width, height): (u32, u32)) -> Result<(), Cause> {
    if width == 0 || height == 0 {
        return Err(Cause::Malformed);
    }
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS || width.max(height) > LONGEST {
        return Err(Cause::TooLarge);
    }
    Ok(())
}

/// Makes an image smaller that has more pixels than anybody needs to read it.
pub(super) fn shrink(image: RgbImage) -> RgbImage {
    let pixels = u64::from(image.width()) * u64::from(image.height());
    if pixels <= KEPT_PIXELS {
        return image;
    }
    let scale = (KEPT_PIXELS as f64 / pixels as f64).sqrt();
    let side = |side: u32| ((f64::from(side) * scale) as u32).max(1);
    imageops::thumbnail(&image, side(image.width()), side(image.height()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_refused_by_its_size_alone() {
        assert_eq!(check((4_000, 3_000)), Ok(()));
        assert_eq!(check((19_000, 19_000)), Err(Cause::TooLarge));
        assert_eq!(check((40_000, 10)), Err(Cause::TooLarge));
        assert_eq!(check((0, 10)), Err(Cause::Malformed));
    }

    #[test]
    fn a_large_image_is_made_smaller_in_its_proportions() {
        let image = shrink(RgbImage::new(8_000, 4_000));
        assert!(image.width() * image.height() <= 12_000_000);
        assert_eq!(image.width() / image.height(), 2);
    }
}
