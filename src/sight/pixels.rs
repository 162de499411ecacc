//! Bytes of an image to its pixels, within bounds that are checked before anything is decoded.

mod dicom;

use std::io::Cursor;

use image::{DynamicImage, ImageError, ImageReader, Limits, RgbImage};

use crate::limits::Cause;
use crate::text::{Source, View};

/// Pixels of one image.
const MOST_PIXELS: u64 = 40_000_000;
/// Pixels along one side.
const LONGEST: u32 = 30_000;
/// Bytes that a decoder may take.
const MOST_BYTES: u64 = 400 << 20;

/// Decodes what a view shows.
///
/// # Errors
/// What cannot be decoded, and why.
pub(super) fn decode(view: &View, bytes: &[u8]) -> Result<RgbImage, Cause> {
    match view.source {
        Source::Image => image_file(bytes),
        Source::Pdf => Err(Cause::Unsupported),
        Source::Dicom => dicom::frame(bytes, view.page.unwrap_or(1)),
    }
}

fn image_file(bytes: &[u8]) -> Result<RgbImage, Cause> {
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
