//! The compression methods of members (APPNOTE 4.4.5).

use std::io::{self, Read};

use super::super::compressed::{self, WINDOW};
use super::super::{size_at, u16_at};
use super::member::Member;
use crate::limits::Cause;

pub(super) const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;
const DEFLATE_64: u16 = 9;
const BZIP2: u16 = 12;
const LZMA: u16 = 14;
const ZSTD_OLD: u16 = 20;
const ZSTD: u16 = 93;
const XZ: u16 = 95;
const PPMD: u16 = 98;

/// A reader of what a method packed.
///
/// # Errors
/// Why there is none.
pub(super) fn reader<'a>(
    method: u16,
    member: &Member,
    packed: &'a [u8],
) -> Result<Box<dyn Read + 'a>, Cause> {
    Ok(match method {
        STORED => Box::new(packed),
        DEFLATED => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
        DEFLATE_64 => Box::new(deflate64::Deflate64Decoder::new(packed)),
        BZIP2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
        LZMA => lzma(member, packed)?,
        ZSTD_OLD | ZSTD => compressed::zstd(packed)?,
        XZ => compressed::xz(packed)?,
        PPMD => ppmd(member, packed)?,
        _ => return Err(Cause::Unsupported),
    })
}

/// LZMA SDK version, the length of the properties, the properties, the stream (APPNOTE 5.8.8).
fn lzma<'a>(member: &Member, packed: &'a [u8]) -> Result<Box<dyn Read + 'a>, Cause> {
    let properties = u16_at(packed, 2).filter(|&length| length == 5);
    let window = properties.and_then(|_| size_at(packed, 5)).ok_or(Cause::Malformed)?;
    if window > WINDOW {
        return Err(Cause::TooLarge);
    }
    let &first = packed.get(4).ok_or(Cause::Malformed)?;
    let stream = packed.get(9..).ok_or(Cause::Malformed)?;
    let marked = member.flags & 2 != 0;
    let size = if marked { u64::MAX } else { member.size };
    let window = u32::try_from(window).map_err(|_| Cause::TooLarge)?;
    lzma_rust2::LzmaReader::new_with_props(stream, size, first, window, None)
        .map(|reader| Box::new(reader) as _)
        .map_err(|_| Cause::Malformed)
}

/// PPMd version I, revision 1: order, memory and how its model is restored in two bytes (APPNOTE
/// 5.10).
fn ppmd<'a>(member: &Member, packed: &'a [u8]) -> Result<Box<dyn Read + 'a>, Cause> {
    let parameters = u32::from(u16_at(packed, 0).ok_or(Cause::Malformed)?);
    let (order, mebibytes) = ((parameters & 15) + 1, (parameters >> 4 & 255) + 1);
    let stream = packed.get(2..).unwrap_or_default();
    let restoration = ppmd_rust::RestoreMethod::from(parameters >> 12);
    ppmd_rust::Ppmd8Decoder::new(stream, order, mebibytes << 20, restoration)
        .map(|reader| Box::new(reader.take(member.size)) as _)
        .map_err(|_| Cause::Malformed)
}

/// Reads, and at the end fails where the sum is another.
pub(super) struct Summed<R> {
    reader: R,
    sum: flate2::Crc,
    wanted: Option<u32>,
}

impl<R> Summed<R> {
    pub(super) fn new(reader: R, wanted: Option<u32>) -> Self {
        Self { reader, sum: flate2::Crc::new(), wanted }
    }
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        if count == 0 && !buffer.is_empty() && self.wanted.is_some_and(|sum| sum != self.sum.sum())
        {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.sum.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}
