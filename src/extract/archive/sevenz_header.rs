//! Looks at the header of a 7z archive before the crate unpacks it: a packed header could ask for
//! any amount of memory (7zFormat.txt).

use super::compressed::WINDOW;
use super::sevenz::window;
use super::u64_at;
use crate::limits::Cause;

/// Bytes of a header. One of a hundred thousand members has less.
const LARGEST: u64 = 32 << 20;

const PACKED_HEADER: u8 = 0x17;
const PACK_INFO: u8 = 6;
const CODERS_INFO: u8 = 7;
const SIZES: u8 = 9;
const CHECKSUMS: u8 = 10;
const FOLDER: u8 = 11;
const UNPACKED_SIZES: u8 = 12;
const END: u8 = 0;

/// Whether the header may be unpacked.
///
/// # Errors
/// Why not.
pub(super) fn check(bytes: &[u8]) -> Result<(), Cause> {
    let place = u64_at(bytes, 12).zip(u64_at(bytes, 20)).ok_or(Cause::Malformed)?;
    let (offset, length) = place;
    // Without a place for its header an archive is looked through for one: that is no more than
    // its own bytes.
    if length == 0 {
        return Ok(());
    }
    if length > LARGEST {
        return Err(Cause::TooLarge);
    }
    let start = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(32));
    let header = start.and_then(|start| bytes.get(start..)).ok_or(Cause::Malformed)?;
    match header.split_first() {
        Some((&PACKED_HEADER, rest)) => {
            check_streams(Numbers(rest)).unwrap_or(Err(Cause::Malformed))
        }
        _ => Ok(()),
    }
}

/// The methods of the header and the size that they unpack to; `None` at the end of the bytes.
fn check_streams(mut at: Numbers<'_>) -> Option<Result<(), Cause>> {
    let mut kind = at.byte()?;
    if kind == PACK_INFO {
        let (_, streams) = (at.number()?, at.number()?);
        kind = at.byte()?;
        while kind != END {
            match kind {
                SIZES => (0..streams.min(1024)).try_for_each(|_| at.number().map(|_| ()))?,
                CHECKSUMS => at.checksums(streams)?,
                _ => return None,
            }
            kind = at.byte()?;
        }
        kind = at.byte()?;
    }
    if kind != CODERS_INFO || at.byte()? != FOLDER || at.number()? != 1 || at.byte()? != 0 {
        return None;
    }
    let coders = at.number()?;
    let mut outputs = 0;
    for _ in 0..coders.min(32) {
        let flags = at.byte()?;
        let method = at.take(usize::from(flags & 15))?;
        let (inputs, given) = if flags & 16 == 0 { (1, 1) } else { (at.number()?, at.number()?) };
        outputs += given.min(32);
        let length = if flags & 32 == 0 { 0 } else { at.number()? };
        let properties = at.take(usize::try_from(length).ok()?)?;
        if window(method, properties) > WINDOW {
            return Some(Err(Cause::TooLarge));
        }
        if inputs != 1 || given != 1 {
            return Some(Err(Cause::Unsupported));
        }
    }
    // One coder feeds the next.
    (0..2 * coders.min(32).saturating_sub(1)).try_for_each(|_| at.number().map(|_| ()))?;
    if at.byte()? != UNPACKED_SIZES {
        return None;
    }
    for _ in 0..outputs {
        if at.number()? > LARGEST {
            return Some(Err(Cause::TooLarge));
        }
    }
    Some(Ok(()))
}

/// Bytes of which numbers are taken: the first byte tells by its upper bits how many follow.
struct Numbers<'a>(&'a [u8]);

impl<'a> Numbers<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let more = first.leading_ones() as usize;
        let low =
            self.take(more)?.iter().rev().fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte));
        let high = match more {
            0..7 => u64::from(first & (0x7F >> more)),
            _ => 0,
        };
        Some(low | high.checked_shl(8 * more as u32).unwrap_or_default())
    }

    fn checksums(&mut self, streams: u64) -> Option<()> {
        let streams = usize::try_from(streams.min(1024)).ok()?;
        let defined = match self.byte()? {
            0 => {
                let bits = self.take(streams.div_ceil(8))?;
                bits.iter().map(|byte| byte.count_ones() as usize).sum()
            }
            _ => streams,
        };
        self.take(4 * defined).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_long_as_their_first_byte_says() {
        let number = |bytes: &[u8]| Numbers(bytes).number();
        assert_eq!(number(&[0x7F]), Some(127));
        assert_eq!(number(&[0x81, 0x02]), Some(0x102));
        assert_eq!(number(&[0xC1, 0x02, 0x03]), Some(0x1_0302));
        assert_eq!(number(&[0xFF, 1, 0, 0, 0, 0, 0, 0, 0]), Some(1));
        assert_eq!(number(&[0xFF, 1]), None);
    }
}
