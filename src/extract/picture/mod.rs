//! Image files: what they are, how large they would be, what their metadata say, and whether
//! anything can be read in them. Their pixels are for another worker.

mod camera;
mod containers;
mod kind;
mod press;

use super::labelled::Labelled;
use super::leaf::Leaf;
use super::normal::normal;
use super::output::Flow;
use super::walk::Walk;
use super::{plain, sniff, strings};
use crate::dimensions;
use crate::heif::Heif;
use crate::limits::Cause;
use crate::secret::Secret;
use crate::tagged::{Directory, Tagged};
use crate::text::{Picture, Place, Source, View};
use kind::Kind;

/// The side of an icon, in pixels: no text fits in less.
const ICON: u32 = 20;
/// Pixels of a banner or button that no sentence fits in.
const BUTTON: u64 = 60 * 20;
/// Pages of one file that are counted: one more than those of a message that are looked at.
const MOST_PAGES: usize = 31;
/// Bytes of the metadata of one file.
const MOST_METADATA: usize = 1 << 20;

/// A label and what it labels.
type Pair = (String, String);

/// Whether the bytes are an image.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    kind::of(leaf.bytes).is_some()
}

/// Reads what is said of the image, and hands it on, unless nothing can be read in it.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    metadata(walk, leaf)?;
    match kind::of(leaf.bytes) {
        Some(Kind::Tagged) => pages(walk, leaf),
        Some(Kind::Sized(_)) => match kind::size(leaf.bytes) {
            Some(size) => show(walk, leaf, &[(None, size)]),
            None => walk.out.unread(leaf.path, leaf.file(), Cause::Malformed),
        },
        Some(Kind::Heif) => photos(walk, leaf),
        Some(Kind::Jpeg2000) => hand_on(walk, leaf, Vec::new()),
        Some(Kind::Foreign) | None => {
            walk.out.unread(leaf.path, leaf.file(), Cause::Unsupported);
            if !strings::is_noise(leaf.bytes) {
                strings::sweep(walk, leaf);
            }
        }
    }
    // An image can be written in digits, with notes between them.
    if sniff::is_text(leaf.bytes) && leaf.bytes.starts_with(b"P") {
        return plain::read(walk, leaf);
    }
    Ok(())
}

fn pages(walk: &mut Walk<'_>, leaf: &Leaf<'_>) {
    let pages = Tagged::open(leaf.bytes).map(|file| file.pages(MOST_PAGES).0).unwrap_or_default();
    let size =
        |(page, number): (&Directory<'_>, u32)| (Some(number), page.size().unwrap_or((0, 0)));
    let sizes: Vec<_> = pages.iter().zip(1..).map(size).collect();
    if sizes.is_empty() {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    }
    show(walk, leaf, &sizes);
}

/// The images of a file that has an index of them.
fn photos(walk: &mut Walk<'_>, leaf: &Leaf<'_>) {
    let Some(heif) = Heif::open(leaf.bytes) else {
        return walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    };
    let mut sizes = Vec::new();
    for (image, number) in heif.images.iter().zip(1..).take(MOST_PAGES) {
        if heif.is_decoded(*image) {
            let page = (heif.images.len() > 1).then_some(number);
            sizes.push((page, heif.size(*image).unwrap_or((0, 0))));
        } else {
            walk.out.unread(leaf.path, leaf.file(), Cause::Unsupported);
        }
    }
    show(walk, leaf, &sizes);
}

/// Hands the pages on, or the image without one, that are neither icons nor too large.
fn show(walk: &mut Walk<'_>, leaf: &Leaf<'_>, sizes: &[(Option<u32>, (u32, u32))]) {
    let (mut pages, mut missing, mut any) = (Vec::new(), None, false);
    for (page, size) in sizes {
        match dimensions::check(*size) {
            Ok(()) if is_icon(*size) => {}
            Ok(()) => {
                any = true;
                pages.extend(*page);
            }
            Err(cause) => missing = Some(cause),
        }
    }
    if let Some(cause) = missing {
        walk.out.unread(leaf.path, leaf.file(), cause);
    }
    if any {
        hand_on(walk, leaf, pages);
    }
}

fn hand_on(walk: &mut Walk<'_>, leaf: &Leaf<'_>, pages: Vec<u32>) {
    walk.out.picture(Picture {
        view: View {
            part: leaf.path.clone(),
            group: leaf.group.clone(),
            file: leaf.file().map(|name| Secret::new(name.to_owned())),
            source: Source::Image,
            page: None,
        },
        pages,
        bytes: Secret::new(serde_bytes::ByteBuf::from(leaf.bytes)),
    });
}

fn is_icon((width, height): (u32, u32)) -> bool {
    width.min(height) < ICON || u64::from(width) * u64::from(height) < BUTTON
}

/// Reads what stands in the file beside its pixels.
fn metadata(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let mut text = Labelled::default();
    let mut seen = Vec::new();
    for (label, value) in containers::metadata(walk, leaf)? {
        let (label, value) = (normal(&label), normal(&value));
        let pair = (label.trim().to_owned(), value.trim().to_owned());
        if !sniff::has_words(&pair.1) || seen.contains(&pair) || text.len() > MOST_METADATA {
            continue;
        }
        if pair.0.is_empty() {
            text.line(&pair.1);
        } else {
            text.named(&pair.0, &pair.1, None);
        }
        // Some programs write one caption to three places.
        if seen.len() < 256 {
            seen.push(pair);
        }
    }
    if text.len() > 0 {
        walk.out.text(text.text(leaf, Place::Metadata));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use image::{DynamicImage, ImageFormat, RgbImage};

    use super::*;
    use crate::extract::{Input, read as read_document};
    use crate::limits::{Budget, Limits};
    use crate::text::Reading;

    fn reading(bytes: &[u8]) -> Reading {
        let mut reading = Reading::default();
        let input = Input::Document { name: None };
        read_document(&input, bytes, &mut Budget::new(&Limits::default()), &mut reading);
        reading
    }

    fn written(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(RgbImage::new(300, 200)).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn said(bytes: &[u8]) -> String {
        let reading = reading(bytes);
        let texts = reading.texts.iter().filter(|text| text.place == Place::Metadata);
        texts.map(|text| text.content.expose().as_str()).collect()
    }

    /// A file of pages that are all as large, with a text in the first.
    fn tagged(pages: u32, width: u16, description: &str) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        for page in 0..pages {
            let at = u32::try_from(bytes.len()).unwrap();
            bytes.extend(3_u16.to_le_bytes());
            for (tag, value) in [(256_u16, width), (257, 200)] {
                bytes.extend(tag.to_le_bytes());
                bytes.extend([3, 0, 1, 0, 0, 0]);
                bytes.extend(u32::from(value).to_le_bytes());
            }
            let end = at + 2 + 36 + 4;
            bytes.extend(270_u16.to_le_bytes());
            bytes.extend([2, 0]);
            bytes.extend(u32::try_from(description.len()).unwrap().to_le_bytes());
            bytes.extend(end.to_le_bytes());
            let next = end + u32::try_from(description.len()).unwrap();
            bytes.extend(if page + 1 == pages { 0 } else { next }.to_le_bytes());
            bytes.extend(description.as_bytes());
        }
        bytes
    }

    #[test]
    fn what_holds_no_sentence_is_an_icon() {
        assert!(is_icon((1, 1)) && is_icon((600, 3)) && is_icon((24, 24)));
        assert!(!is_icon((80, 25)) && !is_icon((640, 480)));
    }

    #[test]
    fn every_page_is_a_view_and_more_than_thirty_are_too_many() {
        let found = reading(&tagged(3, 300, "Ada"));
        assert_eq!(found.pictures[0].pages, [1, 2, 3]);
        assert!(found.unread.is_empty());
        let found = reading(&tagged(40, 300, "Ada"));
        assert_eq!(found.pictures[0].pages.len(), 30);
        assert_eq!(found.unread[0].cause, Cause::TooLarge);
    }

    #[test]
    fn pages_that_are_too_large_are_refused_unseen() {
        let found = reading(&tagged(1, 60_000, "Ada"));
        assert!(found.pictures.is_empty());
        assert_eq!(found.unread[0].cause, Cause::TooLarge);
    }

    #[test]
    fn what_a_file_says_of_its_image_is_read() {
        assert_eq!(said(&tagged(1, 300, "Ada Lovelace\0")), "Description: Ada Lovelace\n");
        let jpeg = written(ImageFormat::Jpeg);
        let with = |marker: u8, body: &[u8]| {
            let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
            [&jpeg[..2], &[0xFF, marker], &length, body, &jpeg[2..]].concat()
        };
        assert_eq!(said(&with(0xFE, b"chart of Ada")), "Comment: chart of Ada\n");
        let exif = [&b"Exif\0\0"[..], &tagged(1, 1, "Ada's hand\0")].concat();
        assert_eq!(said(&with(0xE1, &exif)), "Description: Ada's hand\n");
        let caption = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x11\x1C\x02\x78\0\x0CAda Lovelace";
        assert_eq!(said(&with(0xED, caption)), "Caption: Ada Lovelace\n");
        let xmp = b"http://ns.adobe.com/xap/1.0/\0<x><title><li>Ada L.</li></title></x>";
        assert_eq!(said(&with(0xE1, xmp)), "title: Ada L.\n");
    }

    #[test]
    fn a_photo_of_a_phone_is_handed_on_with_what_is_said_of_it() {
        let exif = Some(tagged(1, 1, "Ada's hand\0"));
        let metadata = heifer::Metadata { exif, ..heifer::Metadata::default() };
        let image = <heifer::Image>::filled(120, 60, 8, [200, 0, 0, 255]);
        let options = heifer::EncodeOptions { max_threads: 1, ..Default::default() };
        let photo = heifer::encode_with_metadata(&image, &metadata, &options).unwrap();
        let found = reading(&photo);
        assert_eq!((found.pictures.len(), found.unread.len()), (1, 0));
        assert!(found.pictures[0].pages.is_empty());
        assert_eq!(said(&photo), "Description: Ada's hand\n");
        let damaged = reading(&photo[..photo.len() - 9]);
        assert_eq!((damaged.pictures.len(), damaged.unread[0].cause), (0, Cause::Malformed));
    }

    #[test]
    fn what_no_decoder_knows_is_said_to_be_unsupported() {
        for bytes in
            [&b"\0\0\0\x18ftypavif\0\0\0\0"[..], b"\0\0\0\x0CJXL \r\n\x87\n\0", b"8BPS\0\x01\0"]
        {
            let found = reading(bytes);
            assert_eq!((found.pictures.len(), found.unread[0].cause), (0, Cause::Unsupported));
        }
    }

    #[test]
    fn texts_in_a_png_are_read_packed_or_not() {
        let png = written(ImageFormat::Png);
        let with = |kind: &[u8], body: &[u8]| {
            let length = u32::try_from(body.len()).unwrap().to_be_bytes();
            [&png[..33], &length, kind, body, &[0; 4], &png[33..]].concat()
        };
        assert_eq!(said(&with(b"tEXt", b"Patient\0Ada")), "Patient: Ada\n");
        assert_eq!(said(&with(b"iTXt", b"Patient\0\0\0en\0\0Ada")), "Patient: Ada\n");
        let mut packed =
            flate2::write::ZlibEncoder::new(b"Patient\0\0".to_vec(), flate2::Compression::fast());
        packed.write_all(b"Ada Lovelace").unwrap();
        assert_eq!(said(&with(b"zTXt", &packed.finish().unwrap())), "Patient: Ada Lovelace\n");
    }

    #[test]
    fn the_comment_in_a_gif_is_read() {
        let gif = written(ImageFormat::Gif);
        let end = gif.len() - 1;
        let bytes = [&gif[..end], b"!\xFE\x03Ada\x02 L\0", &gif[end..]].concat();
        assert_eq!(said(&bytes), "Comment: Ada L\n");
    }

    #[test]
    fn wherever_metadata_are_cut_off_they_end() {
        let whole = tagged(2, 300, "Ada Lovelace");
        for end in 0..whole.len() {
            assert!(reading(&whole[..end]).texts.len() < 3);
        }
    }
}
