//! Colours: of a palette, of three samples as they are or of luminance and two differences.

use image::RgbImage;

use super::frame::Samples;
use crate::extract::dicom::image::{Image, Photometric};
use crate::limits::Cause;

/// Three samples a pixel.
pub(super) fn from_colours(image: &Image<'_>, samples: &Samples) -> Result<RgbImage, Cause> {
    let shift = image.stored.max(8).saturating_sub(8).min(16);
    let ybr = matches!(image.photometric, Some(Photometric::Ybr | Photometric::YbrShared));
    let mut bytes = Vec::with_capacity(samples.values.len());
    for pixel in samples.values.as_chunks::<3>().0 {
        let pixel = pixel.map(|sample| sample >> shift);
        bytes.extend(if ybr { rgb(pixel) } else { pixel.map(byte) });
    }
    RgbImage::from_raw(samples.width, samples.height, bytes).ok_or(Cause::Malformed)
}

/// Full-range YCbCr to RGB (PS3.3 section C.7.6.3.1.2).
fn rgb([y, cb, cr]: [i32; 3]) -> [u8; 3] {
    let (cb, cr) = (cb - 128, cr - 128);
    [byte(y + 1402 * cr / 1000), byte(y - (344 * cb + 714 * cr) / 1000), byte(y + 1772 * cb / 1000)]
}

fn byte(value: i32) -> u8 {
    u8::try_from(value.clamp(0, 255)).unwrap_or(u8::MAX)
}

/// Numbers of a palette (PS3.3 section C.7.6.3.1.5).
pub(super) fn from_palette(image: &Image<'_>, samples: &Samples) -> Result<RgbImage, Cause> {
    let number = |bytes: &[u8], at: usize| {
        bytes.get(at * 2..)?.first_chunk().map(|pair| image.syntax.encoding.u16(*pair))
    };
    let tables = image.palette.map(|(descriptor, data)| {
        let first = number(descriptor, 1).map_or(0, i32::from);
        let bits = number(descriptor, 2).unwrap_or(16);
        let entries = number(descriptor, 0).map_or(0, usize::from);
        let entries = if entries == 0 { 1 << 16 } else { entries };
        // Entries of 8 bits are packed into words by some and not by others.
        let packed = data.len() < entries * 2;
        let table: Vec<u8> = if packed {
            data.to_vec()
        } else {
            let shift = if bits > 8 { 8 } else { 0 };
            let words = data.as_chunks().0.iter();
            words.map(|pair| byte(i32::from(image.syntax.encoding.u16(*pair) >> shift))).collect()
        };
        (first, table)
    });
    if tables.iter().any(|(_, table)| table.is_empty()) {
        return Err(Cause::Malformed);
    }
    let mut bytes = Vec::with_capacity(samples.values.len() * 3);
    for value in &samples.values {
        for (first, table) in &tables {
            let at = usize::try_from(value - first).unwrap_or_default();
            bytes.push(table.get(at).or(table.last()).copied().unwrap_or_default());
        }
    }
    RgbImage::from_raw(samples.width, samples.height, bytes).ok_or(Cause::Malformed)
}
