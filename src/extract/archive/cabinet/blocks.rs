//! The blocks of a cabinet's folder, unpacked one by one (MS-CAB section 2.4, MS-MCI for MSZIP,
//! MS-PATCH for LZX).

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::{Decompress, FlushDecompress};
use lzxd::{Lzxd, WindowSize};

use super::super::{u16_at, u32_at};
use super::headers::Folder;
use crate::limits::Cause;

/// What a block unpacks to at most.
const LARGEST: usize = 0x8000;

/// A reader of a folder.
pub(super) struct Blocks<'a> {
    bytes: &'a [u8],
    at: usize,
    left: u16,
    reserved: usize,
    method: Method,
    /// What the last block gave, and how much of that was handed on.
    ready: Vec<u8>,
    given: usize,
    /// The sum of a block was another than it says.
    damaged: bool,
}

enum Method {
    Stored,
    /// Deflate; each block refers to the one before.
    MsZip(Box<Decompress>),
    /// The window is 32 MiB at most.
    Lzx(Box<Lzxd>),
}

impl<'a> Blocks<'a> {
    /// A reader of one folder.
    ///
    /// # Errors
    /// Nothing undoes its method.
    pub(super) fn new(bytes: &'a [u8], folder: &Folder, reserved: usize) -> Result<Self, Cause> {
        let method = match folder.method & 15 {
            0 => Method::Stored,
            1 => Method::MsZip(Box::new(Decompress::new(false))),
            3 => Method::Lzx(Box::new(Lzxd::new(window(folder.method >> 8 & 31)?))),
            // Quantum, and what is no method.
            _ => return Err(Cause::Unsupported),
        };
        let (at, left) = (folder.start, folder.blocks);
        Ok(Self { bytes, at, left, reserved, method, ready: Vec::new(), given: 0, damaged: false })
    }

    /// Unpacks the next block.
    fn unpack_next(&mut self) -> Option<Vec<u8>> {
        let (packed, size) = (u16_at(self.bytes, self.at + 4)?, u16_at(self.bytes, self.at + 6)?);
        let start = self.at.checked_add(8)?.checked_add(self.reserved)?;
        let end = start + usize::from(packed);
        let packed = self.bytes.get(start..end.min(self.bytes.len()))?;
        // Zero is no sum.
        let said = u32_at(self.bytes, self.at)?;
        let summed = self.bytes.get(self.at + 4..end).unwrap_or_default();
        self.damaged |= said != 0 && said != sum(summed);
        self.at = end;
        match &mut self.method {
            Method::Stored => Some(packed.to_vec()),
            Method::MsZip(decoder) => {
                let stream = packed.strip_prefix(b"CK")?;
                decoder.reset(false);
                if !self.ready.is_empty() {
                    decoder.set_dictionary(&self.ready).ok()?;
                }
                let mut plain = Vec::with_capacity(usize::from(size).min(LARGEST));
                // What came before the damage counts; the next block fails for good.
                let done = decoder.decompress_vec(stream, &mut plain, FlushDecompress::Finish);
                if done.is_err() || plain.len() < usize::from(size) {
                    self.at = usize::MAX - 16;
                }
                Some(plain)
            }
            Method::Lzx(decoder) => {
                let size = usize::from(size);
                if size > LARGEST {
                    return None;
                }
                // Its tables are indexed by what a hostile block says.
                let plain = || decoder.decompress_next(packed, size).ok().map(<[u8]>::to_vec);
                catch_unwind(AssertUnwindSafe(plain)).ok()?
            }
        }
    }
}

impl Read for Blocks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            if self.left == 0 {
                return if self.damaged { Err(io::ErrorKind::InvalidData.into()) } else { Ok(0) };
            }
            self.left -= 1;
            let Some(block) = self.unpack_next() else {
                self.left = 0;
                return Err(io::ErrorKind::InvalidData.into());
            };
            self.ready = block;
            self.given = 0;
        }
        let count = self.ready.get(self.given..).unwrap_or_default().read(buffer)?;
        self.given += count;
        Ok(count)
    }
}

/// The sum of a block, from its sizes on (MS-CAB section 3.1): words of four bytes, and what is left
/// the other way round.
fn sum(bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks::<4>();
    let rest = rest.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte));
    words.iter().fold(rest, |sum, word| sum ^ u32::from_le_bytes(*word))
}

/// The size of a window, from its bits.
fn window(bits: u16) -> Result<WindowSize, Cause> {
    Ok(match bits {
        15 => WindowSize::KB32,
        16 => WindowSize::KB64,
        17 => WindowSize::KB128,
        18 => WindowSize::KB256,
        19 => WindowSize::KB512,
        20 => WindowSize::MB1,
        21 => WindowSize::MB2,
        22 => WindowSize::MB4,
        23 => WindowSize::MB8,
        24 => WindowSize::MB16,
        25 => WindowSize::MB32,
        _ => return Err(Cause::Malformed),
    })
}
