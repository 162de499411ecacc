//! Image files: what they are, how large they would be, and whether anything can be read in them.
//! Their pixels are for another worker.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};

use super::leaf::Leaf;
use super::output::Flow;
use super::walk::Walk;
use crate::limits::Cause;
use crate::secret::Secret;
use crate::text::{Picture, Source, View};

/// The side of an icon, in pixels: no text fits in less.
const ICON: u32 = 20;
/// Pixels of a banner or button that no sentence fits in.
const BUTTON: u64 = 60 * 20;

/// Image formats whose pixels are read.
const FORMATS: &[ImageFormat] = &[
    ImageFormat::Png,
    ImageFormat::Jpeg,
    ImageFormat::Gif,
    ImageFormat::WebP,
    ImageFormat::Tiff,
    ImageFormat::Bmp,
    ImageFormat::Ico,
    ImageFormat::Pnm,
];

/// Whether the bytes are an image.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    image::guess_format(leaf.bytes).is_ok_and(|format| FORMATS.contains(&format))
}

/// Hands the image on, unless nothing can be read in it.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let size = ImageReader::new(Cursor::new(leaf.bytes))
        .with_guessed_format()
        .ok()
        .and_then(|reader| reader.into_dimensions().ok());
    match size {
        Some((width, height)) if is_icon(width, height) => {}
        Some(_) => walk.out.picture(Picture {
            view: View {
                part: leaf.path.clone(),
                group: leaf.group.clone(),
                file: leaf.file().map(|name| Secret::new(name.to_owned())),
                source: Source::Image,
                page: None,
            },
            pages: Vec::new(),
            bytes: Secret::new(serde_bytes::ByteBuf::from(leaf.bytes)),
        }),
        None => walk.out.unread(leaf.path, leaf.file(), Cause::Malformed),
    }
    Ok(())
}

fn is_icon(width: u32, height: u32) -> bool {
    width.min(height) < ICON || u64::from(width) * u64::from(height) < BUTTON
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_sentence_is_an_icon() {
        assert!(is_icon(1, 1) && is_icon(600, 3) && is_icon(24, 24));
        assert!(!is_icon(80, 25) && !is_icon(640, 480));
    }
}
