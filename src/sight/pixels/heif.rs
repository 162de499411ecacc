//! Decodes HEIF images that are coded as HEVC: the photos of phones, whole or in tiles.

use std::panic::{AssertUnwindSafe, catch_unwind};

use heifer::color::{ColorParams, frame_to_rgba_sized};
use heifer::heifer_hevc_dec::decoder::{DecodeOptions, decode_picture};
use heifer::heifer_isobmff::ItemId;
use heifer::heifer_isobmff::boxes::{ColorInfo, Property};
use heifer::image::Image;
use image::{RgbImage, imageops};

use super::{Shown, bounds};
use crate::dimensions;
use crate::heif::Heif;
use crate::limits::Cause;

/// Decodes an image of a file, counted from 1.
///
/// # Errors
/// What cannot be decoded, and why.
pub(super) fn decode(bytes: &[u8], page: u32) -> Result<Shown, Cause> {
    catch_unwind(AssertUnwindSafe(|| decode_page(bytes, page))).unwrap_or(Err(Cause::Malformed))
}

fn decode_page(bytes: &[u8], page: u32) -> Result<Shown, Cause> {
    let heif = Heif::open(bytes).ok_or(Cause::Malformed)?;
    let index = usize::try_from(page.saturating_sub(1)).unwrap_or(usize::MAX);
    let image = *heif.images.get(index).ok_or(Cause::Malformed)?;
    if !heif.is_decoded(image) {
        return Err(Cause::Unsupported);
    }
    dimensions::check(heif.size(image).ok_or(Cause::Malformed)?)?;
    let mut shown = if heif.tiles(image).is_empty() {
        Shown::from(coded(&heif, image)?)
    } else {
        grid(&heif, image)?
    };
    let upright = |pixels| turned(bounds::shrink(pixels), properties(&heif, image));
    shown.images = shown.images.into_iter().map(upright).collect();
    Ok(shown)
}

/// The tiles side by side. What the broken ones show is missing: each is coded by itself.
fn grid(heif: &Heif<'_>, image: ItemId) -> Result<Shown, Cause> {
    let grid = heif.file.grid(image).map_err(|_| Cause::Malformed)?;
    let size = (grid.output_width, grid.output_height);
    dimensions::check(size)?;
    let mut canvas = RgbImage::from_pixel(size.0, size.1, image::Rgb([u8::MAX; 3]));
    let (mut missing, mut any) = (None, false);
    let tiles = heif.tiles(image);
    let columns = u32::from(grid.columns);
    if columns == 0 || tiles.len() != usize::from(grid.rows) * usize::from(grid.columns) {
        return Err(Cause::Malformed);
    }
    // All tiles are as large as the first (ISO/IEC 23008-12, 6.6.2.3.1).
    let (width, height) =
        tiles.first().and_then(|tile| heif.size(*tile)).ok_or(Cause::Malformed)?;
    for (tile, number) in tiles.iter().zip(0_u32..) {
        let place = |number: u32, side: u32| i64::from(number) * i64::from(side);
        let (x, y) = (place(number % columns, width), place(number / columns, height));
        if x >= i64::from(size.0) || y >= i64::from(size.1) {
            continue;
        }
        match coded(heif, *tile) {
            Ok(tile) => {
                any = true;
                imageops::replace(&mut canvas, &tile, x, y);
            }
            Err(cause) => missing = Some(cause),
        }
    }
    match missing {
        Some(cause) if !any => Err(cause),
        missing => Ok(Shown { images: vec![canvas], missing }),
    }
}

/// One image that is coded as a whole.
fn coded(heif: &Heif<'_>, image: ItemId) -> Result<RgbImage, Cause> {
    let (width, height) = heif.size(image).ok_or(Cause::Malformed)?;
    dimensions::check((width, height))?;
    let stream = heif.file.hevc_bitstream(image).map_err(|_| Cause::Malformed)?;
    let options = DecodeOptions { max_pixels: dimensions::MOST_PIXELS, ..DecodeOptions::default() };
    let frame = decode_picture(&stream, options).map_err(|_| Cause::Malformed)?;
    let said = properties(heif, image).find_map(|property| match property {
        Property::Color(ColorInfo::Nclx { matrix, full_range, .. }) => {
            Some(ColorParams { matrix: *matrix, full_range: *full_range })
        }
        _ => None,
    });
    let colors = said.unwrap_or_else(|| ColorParams::from_frame(&frame));
    let pixels: Image<u8> = frame_to_rgba_sized(&frame, colors, width, height);
    let (width, height) = (pixels.width, pixels.height);
    drop(frame);
    let (quads, _) = pixels.data.as_chunks::<4>();
    let samples = quads.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect();
    RgbImage::from_raw(width, height, samples).ok_or(Cause::Malformed)
}

/// An image the right way up (ISO/IEC 23008-12, 6.5.10 and 6.5.12).
fn turned<'p>(mut pixels: RgbImage, properties: impl Iterator<Item = &'p Property>) -> RgbImage {
    for property in properties {
        pixels = match property {
            // Counter-clockwise.
            Property::Rotation(1) => imageops::rotate270(&pixels),
            Property::Rotation(2) => imageops::rotate180(&pixels),
            Property::Rotation(3) => imageops::rotate90(&pixels),
            Property::Mirror(true) => imageops::flip_vertical(&pixels),
            Property::Mirror(false) => imageops::flip_horizontal(&pixels),
            _ => pixels,
        };
    }
    pixels
}

fn properties<'h>(heif: &'h Heif<'_>, image: ItemId) -> impl Iterator<Item = &'h Property> {
    heif.file.item_properties(image).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use heifer::{EncodeOptions, encode_rgb8};
    use image::Rgb;

    use super::*;

    /// A dark bar on light paper.
    fn photo(width: u32, height: u32) -> Vec<u8> {
        let dark = |x: u32, y: u32| (30..60).contains(&x) && y < height / 2;
        let color = |x, y| if dark(x, y) { Rgb([10, 20, 30]) } else { Rgb([240; 3]) };
        let image = RgbImage::from_fn(width, height, color);
        let options = EncodeOptions { max_threads: 1, ..EncodeOptions::default() };
        encode_rgb8(width, height, image.as_raw(), &options).unwrap()
    }

    #[track_caller]
    fn shows_the_bar(bytes: &[u8], size: (u32, u32)) {
        let shown = decode(bytes, 1).unwrap();
        let image = &shown.images[0];
        assert_eq!((image.dimensions(), shown.missing), (size, None));
        assert!(image.get_pixel(45, 20).0[0] < 40);
        assert!(image.get_pixel(100, 20).0[0] > 220 && image.get_pixel(45, size.1 - 5).0[0] > 220);
    }

    #[test]
    fn a_photo_is_decoded_whole_and_in_tiles() {
        shows_the_bar(&photo(120, 60), (120, 60));
        let tiled = photo(1100, 600);
        let heif = Heif::open(&tiled).unwrap();
        assert!(heif.tiles(heif.images[0]).len() > 1, "it is no grid");
        shows_the_bar(&tiled, (1100, 600));
    }

    #[test]
    fn a_photo_without_one_of_its_tiles_is_shown_and_said_to_lack_it() {
        let mut tiled = photo(1100, 600);
        let heif = Heif::open(&tiled).unwrap();
        let last = *heif.tiles(heif.images[0]).last().unwrap();
        let tile = heif.file.item_data(last).unwrap().into_owned();
        // It says that it is longer than the file.
        let at = tiled.windows(tile.len()).rposition(|bytes| bytes == tile).unwrap();
        tiled[at] = 0xFF;
        let shown = decode(&tiled, 1).unwrap();
        assert_eq!(shown.missing, Some(Cause::Malformed));
        assert!(shown.images[0].get_pixel(45, 20).0[0] < 40);
    }

    #[test]
    fn a_photo_that_was_held_upright_is_turned() {
        let mut image = RgbImage::new(120, 60);
        image.put_pixel(119, 0, Rgb([9; 3]));
        // A quarter to the left: the upper right corner becomes the upper left one.
        let upright = turned(image, [Property::Rotation(1)].iter());
        assert_eq!((upright.dimensions(), upright.get_pixel(0, 0).0), ((60, 120), [9; 3]));
        let mirrored = turned(upright, [Property::Mirror(true)].iter());
        assert_eq!(mirrored.get_pixel(0, 119).0, [9; 3]);
    }

    #[test]
    fn wherever_a_photo_is_cut_off_or_changed_it_ends_in_pixels_or_a_cause() {
        let whole = photo(120, 60);
        for at in (8..whole.len()).step_by(7) {
            let mut changed = whole.clone();
            changed[at] ^= 0xFF;
            for bytes in [&whole[..at], &changed] {
                let count = decode(bytes, 1).map(|shown| shown.images.len());
                assert!(count.is_err() || count == Ok(1));
            }
        }
    }
}
