//! What decoders may take, and how an image is made smaller.

use image::{RgbImage, imageops};

/// Bytes that a decoder may take.
pub(super) const MOST_BYTES: u64 = 256 << 20;
/// Pixels of an image that is looked at: twelve million are a photo of a phone.
const KEPT_PIXELS: u64 = 12_000_000;

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
    fn a_large_image_is_made_smaller_in_its_proportions() {
        let image = shrink(RgbImage::new(8_000, 4_000));
        assert!(image.width() * image.height() <= 12_000_000);
        assert_eq!(image.width() / image.height(), 2);
    }
}
