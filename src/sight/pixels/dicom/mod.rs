//! A frame of a DICOM file as a radiologist sees it: decoded, its grey values windowed, its colours
//! made red, green and blue (PS3.3 sections C.7.6.3, C.11).

mod colour;
mod frame;
mod grey;
mod runs;

use std::borrow::Cow;
use std::io::Read;

use flate2::read::DeflateDecoder;
use image::RgbImage;

use crate::dimensions::MOST_PIXELS;
use crate::extract::dicom::file::{self, Whole};
use crate::extract::dicom::image::{Image, Photometric};
use crate::limits::Cause;
use frame::Frame;

/// Bytes that a deflated data set may inflate to.
const MOST_INFLATED: u64 = 256 << 20;

/// The frame of that number, counted from 1.
///
/// # Errors
/// What cannot be decoded, and why.
pub(super) fn frame(bytes: &[u8], number: u32) -> Result<RgbImage, Cause> {
    let file = file::open(bytes).ok_or(Cause::Malformed)?;
    let data = match file.syntax.whole {
        Whole::Plain => Cow::Borrowed(file.data),
        Whole::Deflated => Cow::Owned(inflated(file.data)),
    };
    let image = Image::of(&data, file.syntax).ok_or(Cause::Malformed)?;
    if image.is_unsupported() {
        return Err(Cause::Unsupported);
    }
    if u64::from(image.rows) * u64::from(image.columns) > MOST_PIXELS {
        return Err(Cause::TooLarge);
    }
    match frame::decode(&image, number.saturating_sub(1))? {
        Frame::Picture(picture) => Ok(picture),
        Frame::Samples(samples) => match image.photometric {
            Some(Photometric::Palette) => colour::from_palette(&image, &samples),
            _ if samples.channels == 3 => colour::from_colours(&image, &samples),
            _ => grey::windowed(&image, &samples),
        },
    }
}

/// As much of a deflated data set as there is and may be.
fn inflated(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What came out before the damage counts.
    let _ = DeflateDecoder::new(packed).take(MOST_INFLATED).read_to_end(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests;
