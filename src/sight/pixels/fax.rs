//! Pages of a fax in a TIFF (ITU-T T.4 and T.6, TIFF 6.0 sections 10 and 11), row by row: what
//! stands before an error is kept, since other programs show it.

use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode};
use image::GrayImage;

use super::tiff::tag;
use crate::limits::Cause;
use crate::tagged::{Directory, Tagged};

/// What came of a page.
pub(super) struct Fax {
    pub(super) image: GrayImage,
    /// What is wrong with the rest.
    pub(super) missing: Option<Cause>,
}

/// Whether a way of compression is one of a fax.
pub(super) const fn knows(compression: u64) -> bool {
    matches!(compression, 2 | 3 | 4 | 32_771)
}

/// Decodes a page whose size was checked.
///
/// # Errors
/// [`Cause::Malformed`] when there is not one row.
pub(super) fn decode(
    file: &Tagged<'_>,
    page: &Directory<'_>,
    (width, height): (u32, u32),
) -> Result<Fax, Cause> {
    let (offsets, lengths) = (page.numbers(tag::STRIP_OFFSETS), page.numbers(tag::STRIP_LENGTHS));
    let rows = page.number(tag::ROWS_PER_STRIP).and_then(|rows| u32::try_from(rows).ok());
    let rows = rows.unwrap_or(height).clamp(1, height);
    let modes = modes(page);
    let mut image = GrayImage::from_pixel(width, height, image::Luma([u8::MAX]));
    let (mut missing, mut any) = (None, false);
    for (index, offset) in offsets.iter().enumerate() {
        let top = u32::try_from(index).unwrap_or(u32::MAX).saturating_mul(rows);
        if top >= height {
            break;
        }
        let length = lengths.get(index).copied().unwrap_or(u64::MAX);
        let mut strip = file.bytes_at(*offset, length).to_vec();
        if page.number(tag::FILL_ORDER) == Some(2) {
            strip.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
        let count = rows.min(height - top);
        let best = modes.iter().map(|mode| Strip::decode(&strip, *mode, width, count));
        let Some(best) = best.reduce(Strip::better) else { break };
        any |= !best.rows.is_empty();
        if !best.is_whole {
            missing = Some(Cause::Malformed);
        }
        for (changes, y) in best.rows.iter().zip(top..) {
            paint(&mut image, y, changes);
        }
    }
    if !any {
        return Err(Cause::Malformed);
    }
    // Zero is white where nothing is said, as on paper.
    if page.number(tag::PHOTOMETRIC) == Some(1) {
        image.iter_mut().for_each(|level| *level = u8::MAX - *level);
    }
    Ok(Fax { image, missing })
}

/// The ways in which rows may be written, the one that the page names first.
fn modes(page: &Directory<'_>) -> Vec<EncodingMode> {
    use EncodingMode::{Group3_1D, Group3_2D, Group4};
    match page.number(tag::COMPRESSION) {
        Some(4) => vec![Group4],
        Some(3) if page.number(tag::T4_OPTIONS).unwrap_or(0) & 1 == 1 => vec![Group3_2D, Group3_1D],
        Some(3) => vec![Group3_1D, Group3_2D],
        _ => vec![Group3_1D],
    }
}

/// The rows of a strip, each as the places where its color changes.
struct Strip {
    rows: Vec<Vec<u32>>,
    most: usize,
    is_whole: bool,
}

impl Strip {
    fn decode(bytes: &[u8], encoding: EncodingMode, width: u32, rows: u32) -> Self {
        let settings = DecodeSettings {
            columns: width,
            rows,
            end_of_block: true,
            end_of_line: false,
            rows_are_byte_aligned: false,
            encoding,
            strict: false,
        };
        let most = usize::try_from(rows).unwrap_or(usize::MAX);
        let mut strip = Self { rows: Vec::new(), most, is_whole: false };
        let decoded = hayro_ccitt::decode(bytes, &mut strip, &mut DecoderContext::new(settings));
        // A page may end before its height: the rest is white.
        strip.is_whole = decoded.is_ok();
        strip
    }

    fn better(self, other: Self) -> Self {
        if self.is_whole || !other.is_whole && self.rows.len() >= other.rows.len() {
            self
        } else {
            other
        }
    }
}

impl Decoder for Strip {
    fn push_row(&mut self, changes: &[u32]) {
        if self.rows.len() < self.most {
            self.rows.push(changes.to_vec());
        }
    }
}

/// Paints the black of a row.
fn paint(image: &mut GrayImage, y: u32, changes: &[u32]) {
    let width = image.width();
    for pair in changes.chunks(2) {
        let start = pair.first().copied().unwrap_or(width);
        let end = pair.get(1).copied().unwrap_or(width).min(width);
        for x in start..end {
            image.put_pixel(x, y, image::Luma([0]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Value, bits, tagged};
    use super::super::tiff::decode as page;
    use super::*;

    /// A bar from 8 to 16 of 64 columns, as the first row and as any other (ITU-T T.6).
    const FIRST: &str = "001 10011 000101 1";
    const OTHER: &str = "111";
    const END: &str = "000000000001000000000001";

    fn fax(compression: u16, data: Vec<u8>) -> Vec<u8> {
        tagged(&[vec![
            (256, Value::Short(64)),
            (257, Value::Short(40)),
            (258, Value::Short(1)),
            (259, Value::Short(compression)),
            (262, Value::Short(0)),
            (273, Value::Strip(data)),
            (278, Value::Short(40)),
            (282, Value::Fraction(204, 1)),
            (283, Value::Fraction(98, 1)),
        ]])
    }

    #[test]
    fn a_fax_of_oblong_pixels_is_stretched() {
        let data = bits(&format!("{FIRST}{}{END}", OTHER.repeat(39)));
        let shown = page(&fax(4, data), 1).unwrap();
        let image = &shown.images[0];
        assert_eq!((image.dimensions(), shown.missing), ((64, 83), None));
        assert_eq!(image.get_pixel(12, 70).0, [0; 3]);
        assert_eq!(image.get_pixel(30, 70).0, [255; 3]);
    }

    #[test]
    fn the_rows_before_an_error_are_kept_and_the_rest_is_said_to_be_missing() {
        let data = bits(&format!("{FIRST}{}00000000000000000", OTHER.repeat(20)));
        let shown = page(&fax(4, data), 1).unwrap();
        assert_eq!(shown.missing, Some(Cause::Malformed));
        assert_eq!(shown.images[0].get_pixel(12, 30).0, [0; 3]);
        assert_eq!(shown.images[0].get_pixel(12, 80).0, [255; 3]);
    }

    #[test]
    fn rows_of_group_three_are_read_with_their_ends() {
        let row = "000000000001 10011 000101 11011 10001";
        let shown = page(&fax(3, bits(&row.repeat(40))), 1).unwrap();
        assert_eq!(shown.images[0].get_pixel(12, 40).0, [0; 3]);
    }

    #[test]
    fn noise_is_no_fax() {
        assert_eq!(page(&fax(4, vec![0; 40]), 1).err(), Some(Cause::Malformed));
    }
}
