//! The samples of one frame, by the transfer syntax of the file.

use std::io::Cursor;

use hayro_jpeg2000::{DecodeSettings, DecoderContext};
use image::{ImageFormat, ImageReader, Limits, RgbImage};

use super::super::bounds::MOST_BYTES;
use super::runs;
use crate::dimensions::{LONGEST, MOST_PIXELS};
use crate::extract::dicom::file::Pixels;
use crate::extract::dicom::image::{Image, Photometric};
use crate::limits::Cause;

/// A decoded frame.
pub(super) enum Frame {
    /// Colours already, by the decoder.
    Picture(RgbImage),
    /// Numbers.
    Samples(Samples),
}

/// Samples, those of a pixel side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Samples {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) channels: usize,
    pub(super) values: Vec<i32>,
}

/// Decodes the frame of that number, counted from 0.
pub(super) fn decode(image: &Image<'_>, number: u32) -> Result<Frame, Cause> {
    if image.fragments.is_empty() {
        return native(image, number).map(Frame::Samples);
    }
    let bytes = encapsulated(image, number).ok_or(Cause::Malformed)?;
    match image.syntax.pixels {
        Pixels::Runs => {
            let bytes = runs::decode(image, &bytes)?;
            samples_of(image, &bytes).map(Frame::Samples)
        }
        Pixels::Jpeg => jpeg(&bytes),
        Pixels::Jpeg2000 => jpeg2000(image, &bytes),
        Pixels::Native | Pixels::Other => Err(Cause::Unsupported),
    }
}

/// Samples of one frame.
pub(super) fn count(image: &Image<'_>) -> usize {
    usize::from(image.rows) * usize::from(image.columns) * usize::from(image.samples)
}

fn native(image: &Image<'_>, number: u32) -> Result<Samples, Cause> {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    let shared = image.photometric == Some(Photometric::YbrShared);
    let bits = if shared { count(image) / 3 * 2 } else { count(image) };
    let bits = bits.saturating_mul(usize::from(image.allocated));
    // Frames of single bits follow each other without a gap (PS3.5 section 8.1.1).
    let start = bits.saturating_mul(number) / 8;
    let end = start.saturating_add(bits.div_ceil(8));
    let frame = image.native.get(start..end.min(image.native.len())).unwrap_or_default();
    if frame.is_empty() {
        return Err(Cause::Malformed);
    }
    if shared {
        return samples_of(image, &unshared(frame));
    }
    samples_of(image, frame)
}

/// Two luminances and the colours of both, as six samples.
fn unshared(frame: &[u8]) -> Vec<u8> {
    let (pairs, _) = frame.as_chunks::<4>();
    pairs.iter().flat_map(|[y1, y2, cb, cr]| [*y1, *cb, *cr, *y2, *cb, *cr]).collect()
}

/// Bytes of a frame as numbers.
fn samples_of(image: &Image<'_>, bytes: &[u8]) -> Result<Samples, Cause> {
    let encoding = image.syntax.encoding;
    let mut values: Vec<i32> = match image.allocated {
        1 => bytes
            .iter()
            .flat_map(|byte| (0..8).map(move |bit| i32::from(byte >> bit & 1)))
            .collect(),
        8 => bytes.iter().map(|byte| i32::from(*byte)).collect(),
        16 => bytes.as_chunks().0.iter().map(|pair| i32::from(encoding.u16(*pair))).collect(),
        32 => {
            // Doses and the like: what is seen needs no more than 30 bits.
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|four| (encoding.u32(*four) >> 2).cast_signed())
                .collect()
        }
        _ => return Err(Cause::Unsupported),
    };
    let channels = usize::from(image.samples);
    let row = (usize::from(image.columns) * channels).max(1);
    let rows = values.len().div_ceil(row).min(usize::from(image.rows));
    // A cut file has fewer rows, unless each colour stands for itself.
    let rows = if image.planar { usize::from(image.rows) } else { rows };
    values.resize(rows * row, 0);
    mask(image, &mut values);
    if image.planar && channels == 3 && image.syntax.pixels == Pixels::Native {
        values = interleaved(&values);
    }
    let width = u32::from(image.columns);
    let height = u32::try_from(rows).map_err(|_| Cause::Malformed)?;
    Ok(Samples { width, height, channels, values })
}

/// Takes away the bits that do not count, such as overlays, and gives the sign its meaning.
fn mask(image: &Image<'_>, values: &mut [i32]) {
    let stored = u32::from(image.stored);
    if image.allocated > 16 || stored == 0 || stored >= 31 {
        return;
    }
    let (all, sign) = ((1_i32 << stored) - 1, 1_i32 << (stored - 1));
    for value in values {
        *value &= all;
        if image.signed && *value & sign != 0 {
            *value -= all + 1;
        }
    }
}

fn interleaved(planes: &[i32]) -> Vec<i32> {
    let plane = planes.len() / 3;
    let (red, rest) = planes.split_at(plane);
    let (green, blue) = rest.split_at(plane);
    let pixels = red.iter().zip(green).zip(blue);
    pixels.flat_map(|((red, green), blue)| [*red, *green, *blue]).collect()
}

/// The pieces of a frame, put together (PS3.5 section A.4).
fn encapsulated(image: &Image<'_>, number: u32) -> Option<Vec<u8>> {
    let (_, pieces) = image.fragments.split_first()?;
    let number = usize::try_from(number).ok()?;
    if image.frames == 1 {
        return Some(pieces.concat());
    }
    if pieces.len() == image.frames as usize || image.syntax.pixels == Pixels::Runs {
        return pieces.get(number).map(|piece| piece.to_vec());
    }
    // A frame begins where a stream does.
    let begins = |piece: &[u8]| piece.starts_with(b"\xFF\xD8") || piece.starts_with(b"\xFF\x4F");
    let mut starts = pieces.iter().enumerate().filter(|(_, piece)| begins(piece));
    let (start, _) = starts.nth(number)?;
    let end = starts.next().map_or(pieces.len(), |(end, _)| end);
    pieces.get(start..end).map(<[&[u8]]>::concat)
}

fn jpeg(bytes: &[u8]) -> Result<Frame, Cause> {
    match process(bytes) {
        Some(0xC3) => lossless(bytes).map(Frame::Samples),
        Some(0xC0..=0xC2) => {
            let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg);
            let mut limits = Limits::default();
            limits.max_image_width = Some(LONGEST);
            limits.max_image_height = Some(LONGEST);
            limits.max_alloc = Some(MOST_BYTES);
            reader.limits(limits);
            let size = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg)
                .into_dimensions()
                .map_err(|_| Cause::Malformed)?;
            within(size.0, size.1)?;
            reader
                .decode()
                .map(|image| Frame::Picture(image.into_rgb8()))
                .map_err(|_| Cause::Malformed)
        }
        Some(_) => Err(Cause::Unsupported),
        None => Err(Cause::Malformed),
    }
}

/// The process of a JPEG stream: the marker of its first frame header (ITU T.81 table B.1).
fn process(bytes: &[u8]) -> Option<u8> {
    let mut rest = bytes.strip_prefix(b"\xFF\xD8")?;
    loop {
        let [0xFF, marker, high, low] = *rest.first_chunk()? else { return None };
        if matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
            return Some(marker);
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        rest = rest.get(2_usize.saturating_add(length)..)?;
    }
}

/// Lossless JPEG, as most archives keep their images. This decoder starts no thread for it.
fn lossless(bytes: &[u8]) -> Result<Samples, Cause> {
    let mut decoder = jpeg_decoder::Decoder::new(Cursor::new(bytes));
    decoder.set_max_decoding_buffer_size(usize::try_from(MOST_BYTES).unwrap_or(usize::MAX));
    decoder.read_info().map_err(|_| Cause::Malformed)?;
    let info = decoder.info().ok_or(Cause::Malformed)?;
    if info.coding_process != jpeg_decoder::CodingProcess::Lossless {
        return Err(Cause::Unsupported);
    }
    within(u32::from(info.width), u32::from(info.height))?;
    let decoded = decoder.decode().map_err(|_| Cause::Malformed)?;
    let (channels, wide) = match info.pixel_format {
        jpeg_decoder::PixelFormat::L8 => (1, false),
        jpeg_decoder::PixelFormat::L16 => (1, true),
        jpeg_decoder::PixelFormat::RGB24 => (3, false),
        jpeg_decoder::PixelFormat::CMYK32 => return Err(Cause::Unsupported),
    };
    let values = if wide {
        let (pairs, _) = decoded.as_chunks();
        pairs.iter().map(|pair| i32::from(u16::from_ne_bytes(*pair))).collect()
    } else {
        decoded.into_iter().map(i32::from).collect()
    };
    let samples =
        Samples { width: info.width.into(), height: info.height.into(), channels, values };
    samples.whole()
}

fn jpeg2000(image: &Image<'_>, bytes: &[u8]) -> Result<Frame, Cause> {
    let settings = DecodeSettings { resolve_palette_indices: false, ..DecodeSettings::default() };
    let picture = hayro_jpeg2000::Image::new(bytes, &settings).map_err(|_| Cause::Malformed)?;
    let (width, height) = (picture.width(), picture.height());
    within(width, height)?;
    let mut context = DecoderContext::default();
    let decoded = picture.decode(&mut context).map_err(|_| Cause::Malformed)?;
    let planes = decoded.components();
    if image.samples == 3 {
        let rgb = decoded.data_u8();
        if planes.len() != 3 {
            return Err(Cause::Unsupported);
        }
        return RgbImage::from_raw(width, height, rgb).map(Frame::Picture).ok_or(Cause::Malformed);
    }
    let plane = planes.first().ok_or(Cause::Malformed)?;
    #[allow(clippy::cast_possible_truncation, reason = "it saturates")]
    let values = plane.samples().iter().map(|sample| sample.round() as i32).collect();
    Samples { width, height, channels: 1, values }.whole().map(Frame::Samples)
}

impl Samples {
    /// Itself, when there is one for each pixel.
    fn whole(self) -> Result<Self, Cause> {
        let pixels = u64::from(self.width) * u64::from(self.height) * self.channels as u64;
        if self.values.len() as u64 == pixels { Ok(self) } else { Err(Cause::Malformed) }
    }
}

/// What the stream itself says of its size counts, whatever the attributes say.
fn within(width: u32, height: u32) -> Result<(), Cause> {
    let large = u64::from(width) * u64::from(height) > MOST_PIXELS;
    if large || width.max(height) > LONGEST { Err(Cause::TooLarge) } else { Ok(()) }
}
