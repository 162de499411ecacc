//! Decodes JPEG 2000 (ISO/IEC 15444-1), as a file or as a bare codestream.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use image::RgbImage;

use super::samples::{self, Depth, Layout};
use crate::dimensions;
use crate::limits::Cause;

/// Pixels of an image: the decoder takes some thirty bytes for each.
const MOST_PIXELS: u64 = 16_000_000;

/// Whether the bytes are such an image.
pub(super) fn knows(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\0\0\0\x0CjP  \r\n\x87\n") || bytes.starts_with(b"\xFF\x4F\xFF\x51")
}

/// Decodes an image.
///
/// # Errors
/// What cannot be decoded, and why.
pub(super) fn decode(bytes: &[u8]) -> Result<RgbImage, Cause> {
    catch_unwind(AssertUnwindSafe(|| decode_within(bytes))).unwrap_or(Err(Cause::Malformed))
}

fn decode_within(bytes: &[u8]) -> Result<RgbImage, Cause> {
    let image = Image::new(bytes, &DecodeSettings::default()).map_err(|_| Cause::Malformed)?;
    let size = (image.width(), image.height());
    dimensions::check(size)?;
    if u64::from(size.0) * u64::from(size.1) > MOST_PIXELS {
        return Err(Cause::TooLarge);
    }
    let channels = image.color_space().num_channels();
    let layout = match (channels, image.has_alpha()) {
        (1, false) => Layout::Gray,
        (1, true) => Layout::GrayAlpha,
        (3, false) => Layout::Rgb,
        (3, true) => Layout::RgbAlpha,
        (4, false) => Layout::Cmyk,
        _ => return Err(Cause::Unsupported),
    };
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|_| Cause::Malformed)?;
    if decoded.components().len() != layout.samples() {
        return Err(Cause::Unsupported);
    }
    let samples = decoded.data_u8();
    samples::to_rgb(size, &samples, layout, Depth::Eight).ok_or(Cause::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_is_malformed() {
        assert!(knows(b"\xFF\x4F\xFF\x51\0\x2F"));
        assert_eq!(decode(b"\xFF\x4F\xFF\x51\0\x2F"), Err(Cause::Malformed));
    }
}
