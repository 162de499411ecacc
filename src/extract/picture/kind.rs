//! Which image a file is, by its first bytes.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};

use crate::extract::sniff;
use crate::heif::Heif;
use crate::tagged::Tagged;

/// What an image file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// TIFF: it has pages.
    Tagged,
    /// One of which the header says the size.
    Sized(ImageFormat),
    /// JPEG 2000.
    Jpeg2000,
    /// HEIF: it can hold more than one image.
    Heif,
    /// One that no decoder here knows.
    Foreign,
}

/// Image formats whose pixels are read.
const FORMATS: &[ImageFormat] = &[
    ImageFormat::Png,
    ImageFormat::Jpeg,
    ImageFormat::Gif,
    ImageFormat::WebP,
    ImageFormat::Bmp,
    ImageFormat::Ico,
    ImageFormat::Pnm,
];

/// Brands of images in the containers of ISO/IEC 14496-12: HEIF and AVIF.
const BRANDS: &[&[u8]] =
    &[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"];

/// The image that the bytes are, if they are one.
pub(super) fn of(bytes: &[u8]) -> Option<Kind> {
    if Tagged::open(bytes).is_some() {
        return Some(Kind::Tagged);
    }
    if bytes.starts_with(b"\0\0\0\x0CjP  \r\n\x87\n") || bytes.starts_with(b"\xFF\x4F\xFF\x51") {
        return Some(Kind::Jpeg2000);
    }
    if let Some(brand) = brand(bytes) {
        let is_damaged = || brand.starts_with(b"he");
        let is_decoded = Heif::open(bytes)
            .map_or_else(is_damaged, |heif| heif.images.iter().any(|one| heif.is_decoded(*one)));
        return Some(if is_decoded { Kind::Heif } else { Kind::Foreign });
    }
    if is_foreign(bytes) {
        return Some(Kind::Foreign);
    }
    let format = image::guess_format(bytes).ok().filter(|format| FORMATS.contains(format))?;
    let is_image = match format {
        // Letters that any text can begin with.
        ImageFormat::Bmp | ImageFormat::Pnm | ImageFormat::Ico => size(bytes).is_some(),
        ImageFormat::Gif => !sniff::is_text(bytes) || bytes.contains(&0),
        _ => true,
    };
    is_image.then_some(Kind::Sized(format))
}

/// The size that the header says.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?.into_dimensions().ok()
}

fn brand(bytes: &[u8]) -> Option<&[u8]> {
    let brand = bytes.get(8..12).filter(|brand| BRANDS.contains(brand))?;
    (bytes.get(4..8) == Some(b"ftyp")).then_some(brand)
}

fn is_foreign(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\0\0\0\x0CJXL \r\n\x87\n")
        || bytes.starts_with(b"\xFF\x0A") && !sniff::is_text(bytes)
        || bytes.starts_with(b"8BPS\0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_begins_like_an_image_is_text() {
        let texts =
            [&b"P1 Ada Lovelace, MRN 0042"[..], b"BM was seen", b"GIF89a is a format", b"P5 "];
        for text in texts {
            assert_eq!(of(text), None);
        }
        assert_eq!(of(b"P1\n24 7\n0 1 0 1"), Some(Kind::Sized(ImageFormat::Pnm)));
    }

    #[test]
    fn images_that_none_reads_are_images() {
        let (avif, jxl) = (b"\0\0\0\x18ftypavif\0\0\0\0", b"\0\0\0\x0CJXL \r\n\x87\n\0");
        assert_eq!((of(avif), of(jxl)), (Some(Kind::Foreign), Some(Kind::Foreign)));
        assert_eq!(of(b"\0\0\0\x18ftypheic\0\0\0\0"), Some(Kind::Heif));
        assert_eq!(of(b"\0\0\0\x18ftypisom\0\0\0\0"), None);
    }
}
