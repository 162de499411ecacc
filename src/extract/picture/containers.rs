//! Where image files keep their metadata: segments of JPEG, chunks of PNG and WebP, blocks of GIF.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::Pair;
use super::{camera, press};
use crate::extract::leaf::Leaf;
use crate::extract::output::Stop;
use crate::extract::pdf;
use crate::extract::unpack;
use crate::extract::walk::Walk;
use crate::heif::Heif;
use crate::limits::Cause;
use crate::message::charset;

/// Segments, chunks or blocks of one file.
const MOST: usize = 1 << 16;
/// Bytes that a packed text unpacks to.
const MOST_TEXT: u64 = 1 << 20;

/// All that a file says of its image.
///
/// # Errors
/// The budget of the message is spent.
pub(super) fn metadata(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Result<Vec<Pair>, Stop> {
    let bytes = leaf.bytes;
    if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
        return png(walk, leaf);
    }
    let go_on = || walk.out.has_time();
    Ok(if bytes.starts_with(b"\xFF\xD8") {
        jpeg(bytes, &go_on)
    } else if bytes.starts_with(b"GIF8") {
        gif(bytes, &go_on)
    } else if bytes.starts_with(b"RIFF") {
        webp(bytes, &go_on)
    } else if let Some(heif) = Heif::open(bytes) {
        photo(&heif, &go_on)
    } else {
        camera::pairs(bytes, &go_on)
    })
}

fn comment(bytes: &[u8]) -> Pair {
    ("Comment".to_owned(), charset::decode(bytes, None).text.into_owned())
}

/// What is said of the first image (ISO/IEC 23008-12, annex A).
fn photo(heif: &Heif<'_>, go_on: &dyn Fn() -> bool) -> Vec<Pair> {
    let file = &heif.file;
    let exif = file.exif(file.primary_id).ok().flatten().unwrap_or_default();
    let xmp = file.xmp(file.primary_id).ok().flatten().unwrap_or_default();
    [camera::pairs(&exif, go_on), pdf::xmp(&xmp, go_on)].concat()
}

/// The segments before the first scan (ITU-T T.81, annex B).
fn jpeg(bytes: &[u8], go_on: &dyn Fn() -> bool) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut rest = bytes.get(2..).unwrap_or_default();
    for _ in 0..MOST {
        let Some(start) = rest.iter().position(|byte| *byte == 0xFF) else { break };
        let skipped = rest.get(start..).unwrap_or_default();
        let fill = skipped.iter().take_while(|byte| **byte == 0xFF).count();
        let Some((marker, behind)) = skipped.get(fill..).and_then(<[u8]>::split_first) else {
            break;
        };
        if matches!(marker, 0xD8 | 0x01 | 0xD0..=0xD7) {
            rest = behind;
            continue;
        }
        let Some(([high, low], body)) = behind.split_first_chunk() else { break };
        let length = usize::from(u16::from_be_bytes([*high, *low])).saturating_sub(2);
        let (body, next) = body.split_at_checked(length).unwrap_or((body, &[]));
        match marker {
            0xFE => pairs.push(comment(body)),
            0xE1 => {
                if let Some(exif) = body.strip_prefix(b"Exif\0") {
                    pairs.extend(camera::pairs(exif.get(1..).unwrap_or_default(), go_on));
                } else if let Some(xmp) = body.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
                    pairs.extend(pdf::xmp(xmp, go_on));
                }
            }
            0xED => {
                let block = body.strip_prefix(b"Photoshop 3.0\0").and_then(press::block);
                pairs.extend(block.map(press::pairs).unwrap_or_default());
            }
            0xDA | 0xD9 => break,
            _ => {}
        }
        rest = next;
    }
    pairs
}

/// The chunks with text (PNG, third edition, 11.3.3).
fn png(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Result<Vec<Pair>, Stop> {
    let mut pairs = Vec::new();
    let mut rest = leaf.bytes.get(8..).unwrap_or_default();
    let mut total = 0_u64;
    for _ in 0..MOST {
        if total > MOST_TEXT {
            walk.out.unread(leaf.path, leaf.file(), Cause::TooLarge);
            break;
        }
        let Some((head, behind)) = rest.split_first_chunk::<8>() else { break };
        let [a, b, c, d, kind @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let (body, next) = behind.split_at_checked(length).unwrap_or((behind, &[]));
        rest = next.get(4..).unwrap_or_default();
        if kind == *b"eXIf" {
            pairs.extend(camera::pairs(body, &|| walk.out.has_time()));
        }
        let Some(text) = PngText::of(kind, body) else { continue };
        let text_bytes = if text.is_packed {
            let packed = ZlibDecoder::new(text.bytes).take(MOST_TEXT + 1);
            let unpacked = unpack::unpack(&mut walk.out, leaf.path, packed)?;
            unpacked.bytes
        } else {
            text.bytes.to_vec()
        };
        total += text_bytes.len() as u64;
        if text.keyword == b"XML:com.adobe.xmp" {
            pairs.extend(pdf::xmp(&text_bytes, &|| walk.out.has_time()));
        } else {
            let decode = |bytes| charset::decode(bytes, None).text.into_owned();
            pairs.push((decode(text.keyword), decode(&text_bytes)));
        }
    }
    Ok(pairs)
}

struct PngText<'a> {
    keyword: &'a [u8],
    is_packed: bool,
    bytes: &'a [u8],
}

impl<'a> PngText<'a> {
    fn of(kind: [u8; 4], body: &'a [u8]) -> Option<Self> {
        let (keyword, rest) = at_zero(body)?;
        Some(match &kind {
            b"tEXt" => Self { keyword, is_packed: false, bytes: rest },
            b"zTXt" => Self { keyword, is_packed: true, bytes: rest.get(1..)? },
            b"iTXt" => {
                let (flags, rest) = rest.split_first_chunk::<2>()?;
                let (_, rest) = at_zero(rest)?;
                let (_, bytes) = at_zero(rest)?;
                Self { keyword, is_packed: flags[0] == 1, bytes }
            }
            _ => return None,
        })
    }
}

fn at_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(0, bytes)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

/// The extensions with comments (GIF89a, sections 24 and 26).
fn gif(bytes: &[u8], go_on: &dyn Fn() -> bool) -> Vec<Pair> {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut pairs = Vec::new();
    let flags = bytes.get(10).copied().unwrap_or(0);
    let mut rest = bytes.get(13 + table(flags)..).unwrap_or_default();
    for _ in 0..MOST {
        match rest {
            [0x21, label, behind @ ..] => {
                let (content, next) = blocks(behind);
                if *label == 0xFE {
                    pairs.push(comment(&content));
                } else if *label == 0xFF
                    && let Some(packet) = behind.strip_prefix(b"\x0BXMP DataXMP")
                {
                    // Its text is not cut into blocks, and what skips blocks lands behind it.
                    let end = packet.len().saturating_sub(next.len());
                    pairs.extend(pdf::xmp(packet.get(..end).unwrap_or_default(), go_on));
                }
                rest = next;
            }
            [0x2C, descriptor @ ..] => {
                let flags = descriptor.get(8).copied().unwrap_or(0);
                let behind = descriptor.get(9 + table(flags) + 1..).unwrap_or_default();
                rest = skipped(behind);
            }
            _ => break,
        }
    }
    pairs
}

/// The content of blocks up to the empty one, and what follows.
fn blocks(mut bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut content = Vec::new();
    while let Some((length, rest)) = bytes.split_first() {
        let (block, next) = rest.split_at_checked(usize::from(*length)).unwrap_or((rest, &[]));
        bytes = next;
        if *length == 0 {
            break;
        }
        content.extend_from_slice(block);
    }
    (content, bytes)
}

fn skipped(mut bytes: &[u8]) -> &[u8] {
    while let Some((length, rest)) = bytes.split_first() {
        bytes = rest.get(usize::from(*length)..).unwrap_or_default();
        if *length == 0 {
            break;
        }
    }
    bytes
}

/// The chunks with metadata (RFC 9649, section 2.7.1.5).
fn webp(bytes: &[u8], go_on: &dyn Fn() -> bool) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut rest = bytes.get(12..).unwrap_or_default();
    for _ in 0..MOST {
        let Some((head, behind)) = rest.split_first_chunk::<8>() else { break };
        let [kind @ .., a, b, c, d] = *head;
        let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let (body, next) = behind.split_at_checked(length).unwrap_or((behind, &[]));
        match &kind {
            b"EXIF" => {
                let exif = body.strip_prefix(b"Exif\0\0").unwrap_or(body);
                pairs.extend(camera::pairs(exif, go_on));
            }
            b"XMP " => pairs.extend(pdf::xmp(body, go_on)),
            _ => {}
        }
        rest = if length.is_multiple_of(2) { next } else { next.get(1..).unwrap_or_default() };
    }
    pairs
}
