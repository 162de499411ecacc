//! Decodes a page of a TIFF (TIFF 6.0), strip by strip: one that is broken leaves the others.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{RgbImage, imageops};
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::{ColorType, TiffError};

use super::samples::{self, Depth, Layout};
use super::{Shown, bounds, fax, file};
use crate::dimensions;
use crate::limits::Cause;
use crate::tagged::{Directory, Tagged};

/// Tags of a page (TIFF 6.0 appendix A).
pub(super) mod tag {
    pub(in super::super) const COMPRESSION: u16 = 259;
    pub(in super::super) const PHOTOMETRIC: u16 = 262;
    pub(in super::super) const FILL_ORDER: u16 = 266;
    pub(in super::super) const STRIP_OFFSETS: u16 = 273;
    pub(in super::super) const ORIENTATION: u16 = 274;
    pub(in super::super) const ROWS_PER_STRIP: u16 = 278;
    pub(in super::super) const STRIP_LENGTHS: u16 = 279;
    pub(in super::super) const X_RESOLUTION: u16 = 282;
    pub(in super::super) const Y_RESOLUTION: u16 = 283;
    pub(in super::super) const PLANAR: u16 = 284;
    pub(in super::super) const T4_OPTIONS: u16 = 292;
    pub(in super::super) const COLORS: u16 = 320;
    pub(in super::super) const JPEG_AT: u16 = 513;
    pub(in super::super) const JPEG_LENGTH: u16 = 514;
}

/// Bytes of one strip or tile.
const MOST_BYTES: usize = 256 << 20;
/// Strips or tiles of one page.
const MOST_CHUNKS: u32 = 1 << 16;
/// How many times longer one side of a pixel is than the other, at least and at most, in what is
/// stretched: a fax of 204 by 98 dots an inch has 2.08.
const OBLONG: std::ops::Range<f64> = 1.15..6.0;
/// A palette as a photometric interpretation, and grey in its place.
const PALETTE: u64 = 3;
const GRAY: u64 = 1;

/// Decodes a page, counted from 1.
///
/// # Errors
/// What cannot be decoded, and why.
pub(super) fn decode(bytes: &[u8], number: u32) -> Result<Shown, Cause> {
    let number = usize::try_from(number).unwrap_or(usize::MAX).max(1);
    let file = Tagged::open(bytes).ok_or(Cause::Malformed)?;
    let (pages, _) = file.pages(number);
    let page = pages.get(number - 1).ok_or(Cause::Malformed)?;
    let size = page.size().ok_or(Cause::Malformed)?;
    dimensions::check(size)?;
    let compression = page.number(tag::COMPRESSION).unwrap_or(1);
    let is_tiled = page.numbers(tag::STRIP_OFFSETS).is_empty();
    let (image, missing) = if fax::knows(compression) && !is_tiled {
        let fax::Fax { image, missing } = fax::decode(&file, page, size)?;
        (image::DynamicImage::ImageLuma8(image).into_rgb8(), missing)
    } else if let (6, Some(at)) = (compression, page.number(tag::JPEG_AT)) {
        // The JPEG of before TIFF 6.0 is a whole file.
        let length = page.number(tag::JPEG_LENGTH).unwrap_or(u64::MAX);
        let inner = file.bytes_at(at, length);
        return if inner.starts_with(b"\xFF\xD8") {
            file::decode(inner, 1)
        } else {
            Err(Cause::Unsupported)
        };
    } else {
        let decoded = catch_unwind(AssertUnwindSafe(|| chunks(page)));
        decoded.unwrap_or(Err(Cause::Malformed))?
    };
    let image = square(bounds::shrink(image), page);
    let orientation = page.number(tag::ORIENTATION).and_then(|number| u8::try_from(number).ok());
    let orientation = orientation.and_then(Orientation::from_exif);
    let image = file::turned(image, orientation.unwrap_or(Orientation::NoTransforms));
    Ok(Shown { images: vec![image], missing })
}

/// Makes pixels square that are not.
fn square(image: RgbImage, page: &Directory<'_>) -> RgbImage {
    let resolution = |tag| page.fractions(tag).first().copied().unwrap_or(1.0);
    let ratio = resolution(tag::X_RESOLUTION) / resolution(tag::Y_RESOLUTION);
    let stretched = |side: u32, by: f64| (f64::from(side) * by).round() as u32;
    let (width, height) = image.dimensions();
    let size = if OBLONG.contains(&ratio) {
        (width, stretched(height, ratio))
    } else if OBLONG.contains(&(1.0 / ratio)) {
        (stretched(width, 1.0 / ratio), height)
    } else {
        return image;
    };
    if dimensions::check(size).is_err() {
        return image;
    }
    imageops::resize(&image, size.0, size.1, imageops::FilterType::Triangle)
}

/// A page that is being put together.
struct Canvas {
    width: usize,
    height: usize,
    /// Samples of each pixel; of one in sixteen bits, its two bytes.
    channels: usize,
    bytes: Vec<u8>,
}

impl Canvas {
    /// Puts samples where they belong: all of a pixel, or one of each where `plane` says which.
    fn put(
        &mut self,
        (left, top): (usize, usize),
        (width, samples): (usize, usize),
        plane: Option<usize>,
        bytes: &[u8],
    ) {
        for (row, y) in bytes.chunks_exact(width * samples).zip(top..self.height) {
            for (pixel, x) in row.chunks_exact(samples).zip(left..self.width) {
                let start = (y * self.width + x) * self.channels + plane.unwrap_or(0);
                let count = samples.min(self.channels - plane.unwrap_or(0));
                if let Some(place) = self.bytes.get_mut(start..start + count) {
                    place.iter_mut().zip(pixel).for_each(|(to, from)| *to = *from);
                }
            }
        }
    }
}

fn chunks(page: &Directory<'_>) -> Result<(RgbImage, Option<Cause>), Cause> {
    let mut copy = page.as_first();
    let palette = page.number(tag::PHOTOMETRIC) == Some(PALETTE);
    if palette {
        page.write_number(&mut copy, tag::PHOTOMETRIC, GRAY);
    }
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MOST_BYTES;
    limits.intermediate_buffer_size = MOST_BYTES;
    let mut decoder =
        Decoder::new(Cursor::new(&copy)).map_err(|fault| cause(&fault))?.with_limits(limits);
    let (width, height) = decoder.dimensions().map_err(|fault| cause(&fault))?;
    let color = decoder.colortype().map_err(|fault| cause(&fault))?;
    let (layout, bits) = layout(color)?;
    let planar = page.number(tag::PLANAR) == Some(2);
    let (wide, high) = decoder.chunk_dimensions();
    let across = width.div_ceil(wide.max(1));
    let count = across.saturating_mul(height.div_ceil(high.max(1)));
    let planes = if planar { layout.samples() } else { 1 };
    if count > MOST_CHUNKS {
        return Err(Cause::TooLarge);
    }
    // Of sixteen bits an X-ray uses twelve: how bright they are is known when all are there.
    let depth = if layout == Layout::Gray && bits == 16 && !palette {
        Depth::Sixteen
    } else {
        Depth::Eight
    };
    let (channels, missing_level) = match depth {
        Depth::Sixteen => (2, 0),
        Depth::Eight | Depth::Float => (layout.samples(), u8::MAX),
    };
    let mut canvas = Canvas {
        width: width as usize,
        height: height as usize,
        channels,
        bytes: vec![missing_level; width as usize * height as usize * channels],
    };
    let (mut missing, mut any) = (None, false);
    for plane in 0..planes {
        for index in 0..count {
            let number = index + count * u32::try_from(plane).unwrap_or(0);
            let (data_width, data_height) = decoder.chunk_data_dimensions(number);
            let samples = match decoder.read_chunk(number) {
                Ok(DecodingResult::U16(values)) if depth == Depth::Sixteen => {
                    values.into_iter().flat_map(u16::to_ne_bytes).collect()
                }
                Ok(result) => levels(result, bits, data_width as usize, palette),
                Err(fault) => {
                    missing = Some(cause(&fault));
                    continue;
                }
            };
            let pixels = data_width as usize * data_height as usize;
            let each = samples.len() / pixels.max(1);
            if each == 0 {
                missing = Some(Cause::Unsupported);
                continue;
            }
            any = true;
            let place = ((index % across * wide) as usize, (index / across * high) as usize);
            let plane = planar.then_some(plane);
            canvas.put(place, (data_width as usize, each), plane, &samples);
        }
    }
    if !any {
        return Err(missing.unwrap_or(Cause::Malformed));
    }
    drop(decoder);
    if palette {
        return Ok((colored(&canvas, page)?, missing));
    }
    let image = samples::to_rgb((width, height), &canvas.bytes, layout, depth);
    image.map(|image| (image, missing)).ok_or(Cause::Malformed)
}

fn layout(color: ColorType) -> Result<(Layout, u8), Cause> {
    Ok(match color {
        ColorType::Gray(bits) => (Layout::Gray, bits),
        ColorType::Multiband { bit_depth, .. } if bit_depth >= 8 => (Layout::Gray, bit_depth),
        ColorType::Lab(bits) => (Layout::Gray, bits),
        ColorType::GrayA(bits) => (Layout::GrayAlpha, bits),
        ColorType::RGB(bits) if bits >= 8 => (Layout::Rgb, bits),
        ColorType::RGBA(bits) if bits >= 8 => (Layout::RgbAlpha, bits),
        ColorType::CMYK(bits) if bits >= 8 => (Layout::Cmyk, bits),
        ColorType::YCbCr(bits) if bits >= 8 => (Layout::YCbCr, bits),
        _ => return Err(Cause::Unsupported),
    })
}

/// Samples as grey levels; those of a palette as they are.
fn levels(samples: DecodingResult, bits: u8, width: usize, palette: bool) -> Vec<u8> {
    match samples {
        DecodingResult::U8(bytes) if bits < 8 => unpacked(&bytes, bits, width, palette),
        DecodingResult::U8(bytes) => bytes,
        DecodingResult::U16(values) => values.into_iter().map(|value| (value >> 8) as u8).collect(),
        DecodingResult::U32(values) => {
            values.into_iter().map(|value| (value >> 24) as u8).collect()
        }
        DecodingResult::F32(values) => {
            values.into_iter().map(|value| (value.clamp(0.0, 1.0) * 255.0) as u8).collect()
        }
        _ => Vec::new(),
    }
}

/// Samples of less than a byte, of which a row begins with a byte.
fn unpacked(bytes: &[u8], bits: u8, width: usize, palette: bool) -> Vec<u8> {
    let bits = usize::from(bits.max(1));
    let most = (1_u16 << bits) - 1;
    let row = (width * bits).div_ceil(8).max(1);
    let mut samples = Vec::with_capacity(bytes.len() * 8 / bits);
    for row in bytes.chunks_exact(row) {
        for index in 0..width {
            let at = index * bits;
            let pair = [row.get(at / 8), row.get(at / 8 + 1)];
            let pair = pair.map(|byte| byte.copied().unwrap_or(0));
            let value = u16::from_be_bytes(pair) >> (16 - bits - at % 8) & most;
            let level = if palette { value } else { value * 255 / most };
            samples.push(u8::try_from(level).unwrap_or(u8::MAX));
        }
    }
    samples
}

/// The colors of a palette: all its reds, then all its greens, then all its blues.
fn colored(canvas: &Canvas, page: &Directory<'_>) -> Result<RgbImage, Cause> {
    let colors = page.numbers(tag::COLORS);
    let count = colors.len() / 3;
    let color = |index: usize, of: usize| {
        colors.get(of * count + index).map_or(0, |value| (value >> 8) as u8)
    };
    let pixels = canvas.bytes.iter().flat_map(|index| {
        let index = usize::from(*index);
        [color(index, 0), color(index, 1), color(index, 2)]
    });
    let size = (u32::try_from(canvas.width), u32::try_from(canvas.height));
    let (Ok(width), Ok(height)) = size else { return Err(Cause::TooLarge) };
    RgbImage::from_raw(width, height, pixels.collect()).ok_or(Cause::Malformed)
}

fn cause(fault: &TiffError) -> Cause {
    match fault {
        TiffError::LimitsExceeded => Cause::TooLarge,
        TiffError::UnsupportedError(_) => Cause::Unsupported,
        _ => Cause::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tiff::encoder::{TiffEncoder, colortype};

    use super::super::sample::{Value, bits, tagged};
    use super::*;

    fn pages_of_shades(shades: &[u16]) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
        for shade in shades {
            let mut data = vec![*shade; 100 * 80];
            data[0] = 0;
            encoder.write_image::<colortype::Gray16>(100, 80, &data).unwrap();
        }
        bytes.into_inner()
    }

    #[test]
    fn every_page_is_decoded_by_its_number() {
        let bytes = pages_of_shades(&[0x8000, 0xFF00]);
        for (number, level) in [(1, 0x7F), (2, 0xFE)] {
            let shown = decode(&bytes, number).unwrap();
            assert_eq!(shown.images[0].get_pixel(50, 50).0, [level; 3]);
        }
        assert_eq!(decode(&bytes, 3).err(), Some(Cause::Malformed));
    }

    #[test]
    fn sixteen_bits_of_which_few_are_used_are_made_visible() {
        let shown = decode(&pages_of_shades(&[0x0FFF]), 1).unwrap();
        assert_eq!(shown.images[0].get_pixel(50, 50).0, [0xFF; 3]);
        assert_eq!(shown.images[0].get_pixel(0, 0).0, [0; 3]);
    }

    #[test]
    fn inks_are_colors() {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
        let data = [0, 255, 255, 0].repeat(100 * 80);
        encoder.write_image::<colortype::CMYK8>(100, 80, &data).unwrap();
        let shown = decode(bytes.get_ref(), 1).unwrap();
        assert_eq!(shown.images[0].get_pixel(5, 5).0, [255, 0, 0]);
    }

    fn of_bits(photometric: u16, bits_of_sample: u16, data: Vec<u8>, colors: Vec<u16>) -> Vec<u8> {
        let mut tags = vec![
            (256, Value::Short(10)),
            (257, Value::Short(2)),
            (258, Value::Short(bits_of_sample)),
            (259, Value::Short(1)),
            (262, Value::Short(photometric)),
            (273, Value::Strip(data)),
            (277, Value::Short(1)),
            (278, Value::Short(2)),
        ];
        if !colors.is_empty() {
            tags.push((320, Value::Shorts(colors)));
        }
        tagged(&[tags])
    }

    #[test]
    fn samples_of_one_bit_and_colors_of_a_palette_are_unpacked() {
        let data = bits("0100000000 000000 0100000000 000000");
        let shown = decode(&of_bits(0, 1, data, vec![]), 1).unwrap();
        let level = |x| shown.images[0].get_pixel(x, 1).0;
        assert_eq!((level(0), level(1)), ([255; 3], [0; 3]));
        let colors: Vec<u16> = [[0_u16; 16], [0xFF00; 16], [0x8000; 16]].concat();
        let shown = decode(&of_bits(3, 4, vec![0x12; 10], colors), 1).unwrap();
        assert_eq!(shown.images[0].get_pixel(9, 1).0, [0, 255, 128]);
    }

    #[test]
    fn a_strip_that_is_cut_off_is_said_to_be() {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
        let mut image = encoder.new_image::<colortype::Gray8>(100, 80).unwrap();
        image.rows_per_strip(10).unwrap();
        image.write_data(&[9; 8000]).unwrap();
        let bytes = bytes.into_inner();
        let whole = decode(&bytes, 1).unwrap();
        assert_eq!((whole.missing, whole.images[0].get_pixel(5, 75).0), (None, [9; 3]));
        // The offset of the first strip leads out of the file.
        let mut broken = bytes.clone();
        let file = Tagged::open(&bytes).unwrap();
        file.pages(1).0[0].write_number(&mut broken, tag::STRIP_OFFSETS, 0x00FF_FFFF);
        let shown = decode(&broken, 1).unwrap();
        assert_eq!(shown.missing, Some(Cause::Malformed));
        assert_eq!(shown.images[0].get_pixel(5, 75).0, [9; 3]);
    }
}
