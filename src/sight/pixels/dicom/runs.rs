//! Pixel data in runs of bytes (PS3.5 annex G): a segment for each byte of each sample, the high
//! bytes first.

use super::frame::count;
use crate::extract::dicom::image::Image;
use crate::limits::Cause;

/// Segments that the header has room for.
const MOST_SEGMENTS: usize = 15;

/// The bytes of a frame as they would stand in native pixel data, samples of a pixel side by side.
pub(super) fn decode(image: &Image<'_>, fragment: &[u8]) -> Result<Vec<u8>, Cause> {
    let width = usize::from(image.allocated / 8);
    let channels = usize::from(image.samples);
    let pixels = count(image) / channels.max(1);
    let segments = width * channels;
    if !(1..=MOST_SEGMENTS).contains(&segments) {
        return Err(Cause::Unsupported);
    }
    let number = |at: usize| {
        let bytes = fragment.get(at * 4..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    };
    if number(0).ok_or(Cause::Malformed)? < segments {
        return Err(Cause::Malformed);
    }
    let stride = segments;
    let mut bytes = vec![0; pixels * stride];
    for segment in 0..segments {
        let start = number(segment + 1).ok_or(Cause::Malformed)?;
        let packed = fragment.get(start..).ok_or(Cause::Malformed)?;
        let (channel, byte) = (segment / width, segment % width);
        let offset = channel * width + (width - 1 - byte);
        let places = bytes.iter_mut().skip(offset).step_by(stride);
        unpack(packed, places);
    }
    Ok(bytes)
}

/// Unpacks a segment to its places, as far as both go.
fn unpack<'a>(packed: &[u8], mut places: impl Iterator<Item = &'a mut u8>) {
    let mut packed = packed.iter();
    while let Some(control) = packed.next() {
        match control.cast_signed() {
            -128 => {}
            repeated @ ..0 => {
                let Some(value) = packed.next() else { return };
                for _ in 0..=repeated.unsigned_abs() {
                    let Some(place) = places.next() else { return };
                    *place = *value;
                }
            }
            literal => {
                for _ in 0..=literal {
                    let (Some(value), Some(place)) = (packed.next(), places.next()) else { return };
                    *place = *value;
                }
            }
        }
    }
}
