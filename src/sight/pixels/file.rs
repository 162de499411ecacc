//! Decodes an image file.

use std::io::Cursor;

use image::{DynamicImage, ImageError, ImageReader, Limits, RgbImage};

use crate::limits::Cause;

/// Pixels of one image.
const MOST_PIXELS: u64 = 40_000_000;
/// Pixels along one side.
const LONGEST: u32 = 30_000;
/// Bytes that a decoder may take.
const MOST_BYTES: u64 = 400 << 20;

/// Decodes an image file.
///
/// # Errors
/// What cannot be decoded, and why.
pub(super) fn decode(bytes: &[u8]) -> Result<RgbImage, Cause> {
    let open = || ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let (width, height) =
        open().map_err(|_| Cause::Malformed)?.into_dimensions().map_err(|fault| cause(&fault))?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Cause::TooLarge);
    }
    let mut reader = open().map_err(|_| Cause::Malformed)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    reader.decode().map(DynamicImage::into_rgb8).map_err(|fault| cause(&fault))
}

fn cause(fault: &ImageError) -> Cause {
    match fault {
        ImageError::Limits(_) => Cause::TooLarge,
        ImageError::Unsupported(_) => Cause::Unsupported,
        _ => Cause::Malformed,
    }
}
