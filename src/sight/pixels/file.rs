//! Decodes an image file.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{
    AnimationDecoder, ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader,
    Limits, RgbImage,
};

use super::samples::{self, Depth, Layout};
use super::{Shown, animation, bounds, heif, jpeg2000, tiff};
use crate::dimensions;
use crate::heif::Heif;
use crate::limits::Cause;
use crate::tagged::Tagged;

/// Pixels of an animation, of which more than one frame is looked at.
const ANIMATED: u64 = 4_000_000;

/// Decodes an image file, or a page of it, counted from 1.
///
/// # Errors
/// What cannot be decoded, and why.
pub(super) fn decode(bytes: &[u8], page: u32) -> Result<Shown, Cause> {
    if Tagged::open(bytes).is_some() {
        return tiff::decode(bytes, page);
    }
    if jpeg2000::knows(bytes) {
        return jpeg2000::decode(bytes).map(Shown::from);
    }
    if Heif::open(bytes).is_some() {
        return heif::decode(bytes, page);
    }
    let reader = open(bytes)?;
    let format = reader.format();
    let size = reader.into_dimensions().map_err(|fault| cause(&fault))?;
    dimensions::check(size)?;
    if u64::from(size.0) * u64::from(size.1) <= ANIMATED
        && let Some(shown) = format.and_then(|format| moving(format, bytes))
    {
        return Ok(shown);
    }
    still(bytes)
}

fn open(bytes: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, Cause> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let mut reader = reader.map_err(|_| Cause::Malformed)?;
    reader.limits(limits());
    Ok(reader)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(dimensions::LONGEST);
    limits.max_image_height = Some(dimensions::LONGEST);
    limits.max_alloc = Some(bounds::MOST_BYTES);
    limits
}

/// The frames of an animation that is one and has more than one.
fn moving(format: ImageFormat, bytes: &[u8]) -> Option<Shown> {
    let cursor = Cursor::new(bytes);
    let frames = match format {
        ImageFormat::Gif => {
            let mut decoder = GifDecoder::new(cursor).ok()?;
            decoder.set_limits(limits()).ok()?;
            decoder.into_frames()
        }
        ImageFormat::WebP => {
            let decoder = WebPDecoder::new(cursor).ok()?;
            decoder.has_animation().then(|| decoder.into_frames())?
        }
        ImageFormat::Png => {
            let decoder = PngDecoder::with_limits(cursor, limits()).ok()?;
            if !decoder.is_apng().ok()? {
                return None;
            }
            decoder.apng().ok()?.into_frames()
        }
        _ => return None,
    };
    animation::distinct(frames)
}

/// One image. What a broken file has before it breaks is kept: other programs show it.
fn still(bytes: &[u8]) -> Result<Shown, Cause> {
    let mut decoder = open(bytes)?.into_decoder().map_err(|fault| cause(&fault))?;
    let (size, color) = (decoder.dimensions(), decoder.color_type());
    let total = decoder.total_bytes();
    if total > bounds::MOST_BYTES {
        return Err(Cause::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut decoded = vec![u8::MAX; usize::try_from(total).map_err(|_| Cause::TooLarge)?];
    let missing = decoder.read_image(&mut decoded).err().map(|fault| cause(&fault));
    if let Some(cause) = missing
        && decoded.iter().all(|byte| *byte == u8::MAX)
    {
        return Err(cause);
    }
    let (layout, depth) = layout(color).ok_or(Cause::Unsupported)?;
    let image = samples::to_rgb(size, &decoded, layout, depth).ok_or(Cause::Malformed)?;
    drop(decoded);
    Ok(Shown { images: vec![turned(bounds::shrink(image), orientation)], missing })
}

/// An image the right way up.
pub(super) fn turned(image: RgbImage, orientation: Orientation) -> RgbImage {
    if orientation == Orientation::NoTransforms {
        return image;
    }
    let mut image = DynamicImage::ImageRgb8(image);
    image.apply_orientation(orientation);
    image.into_rgb8()
}

const fn layout(color: ColorType) -> Option<(Layout, Depth)> {
    Some(match color {
        ColorType::L8 => (Layout::Gray, Depth::Eight),
        ColorType::La8 => (Layout::GrayAlpha, Depth::Eight),
        ColorType::Rgb8 => (Layout::Rgb, Depth::Eight),
        ColorType::Rgba8 => (Layout::RgbAlpha, Depth::Eight),
        ColorType::L16 => (Layout::Gray, Depth::Sixteen),
        ColorType::La16 => (Layout::GrayAlpha, Depth::Sixteen),
        ColorType::Rgb16 => (Layout::Rgb, Depth::Sixteen),
        ColorType::Rgba16 => (Layout::RgbAlpha, Depth::Sixteen),
        ColorType::Rgb32F => (Layout::Rgb, Depth::Float),
        ColorType::Rgba32F => (Layout::RgbAlpha, Depth::Float),
        _ => return None,
    })
}

pub(super) fn cause(fault: &ImageError) -> Cause {
    match fault {
        ImageError::Limits(_) => Cause::TooLarge,
        ImageError::Unsupported(_) => Cause::Unsupported,
        _ => Cause::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, ImageBuffer, Luma, Rgb, Rgba, RgbaImage};

    use super::*;

    fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// A dark bar on light paper.
    fn sample() -> DynamicImage {
        let color = |x: u32| if (30..60).contains(&x) { Rgb([10, 20, 30]) } else { Rgb([240; 3]) };
        RgbImage::from_fn(120, 60, |x, _| color(x)).into()
    }

    #[test]
    fn every_format_that_is_read_shows_the_same() {
        use ImageFormat::{Bmp, Gif, Jpeg, Png, Pnm, Tiff, WebP};
        for format in [Bmp, Gif, Jpeg, Png, Pnm, Tiff, WebP] {
            let shown = decode(&written(&sample(), format), 1).unwrap();
            assert_eq!((shown.images.len(), shown.missing), (1, None), "{format:?}");
            let image = &shown.images[0];
            assert!(image.get_pixel(45, 30).0[0] < 40, "{format:?}");
            assert!(image.get_pixel(100, 30).0[0] > 220, "{format:?}");
        }
    }

    #[test]
    fn dark_letters_on_nothing_stand_on_white() {
        let pixel = |x: u32| Rgba([0, 0, 0, if x == 50 { 255 } else { 0 }]);
        let image = RgbaImage::from_fn(120, 60, |x, _| pixel(x));
        let shown = decode(&written(&image.into(), ImageFormat::Png), 1).unwrap();
        assert_eq!(shown.images[0].get_pixel(50, 9).0, [0; 3]);
        assert_eq!(shown.images[0].get_pixel(51, 9).0, [255; 3]);
    }

    #[test]
    fn sixteen_bits_of_which_few_are_used_are_made_visible() {
        let image: ImageBuffer<Luma<u16>, Vec<u16>> =
            ImageBuffer::from_fn(120, 60, |x, _| Luma([if x == 50 { 4_095 } else { 100 }]));
        let shown = decode(&written(&image.into(), ImageFormat::Png), 1).unwrap();
        assert!(shown.images[0].get_pixel(50, 9).0[0] > 250);
        assert!(shown.images[0].get_pixel(51, 9).0[0] < 20);
    }

    #[test]
    fn the_beginning_of_a_broken_file_is_shown_and_said_to_be_one() {
        let noise = |x: u32, y: u32| Luma([(x * 7 + y * y * 31 + x * y) as u8]);
        let image = GrayImage::from_fn(300, 300, noise);
        let bytes = written(&image.clone().into(), ImageFormat::Png);
        let shown = decode(&bytes[..bytes.len() / 2], 1).unwrap();
        assert_eq!(shown.missing, Some(Cause::Malformed));
        assert_eq!(shown.images[0].get_pixel(7, 7).0[0], image.get_pixel(7, 7).0[0]);
    }

    #[test]
    fn a_size_that_is_too_large_is_refused_from_the_header() {
        let mut bytes = written(&sample(), ImageFormat::Bmp);
        bytes[18..22].copy_from_slice(&25_000_i32.to_le_bytes());
        bytes[22..26].copy_from_slice(&25_000_i32.to_le_bytes());
        assert_eq!(decode(&bytes, 1).err(), Some(Cause::TooLarge));
    }

    #[test]
    fn wherever_a_file_is_cut_off_or_changed_it_ends_in_pixels_or_a_cause() {
        for format in [ImageFormat::Gif, ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Tiff] {
            let whole = written(&sample(), format);
            for at in (8..whole.len()).step_by(whole.len() / 16) {
                let mut changed = whole.clone();
                changed[at] ^= 0xFF;
                for bytes in [&whole[..at], &changed] {
                    let size = decode(bytes, 1).map(|shown| shown.images.len());
                    assert!(size.is_err() || size.is_ok_and(|count| count < 8));
                }
            }
        }
    }
}
