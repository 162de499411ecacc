//! The filters of a stream (ISO 32000-2, 7.4), undone up to a limit: the parser undoes them without
//! one.

use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use crate::limits::Cause;

/// Bytes that one stream may unpack to; a page of a book has some thousand.
pub(super) const LARGEST: usize = 64 << 20;
const CHUNK: usize = 64 << 10;
/// Codes of LZW: bytes, the two that stand for none, and how many there can be.
const CLEAR: usize = 256;
const END: usize = 257;
const MOST_CODES: usize = 4096;

/// A filter that can make more of its bytes, or stand before one that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    Flate,
    Lzw,
    RunLength,
    Ascii85,
    AsciiHex,
}

impl Filter {
    /// The filter of this name, its abbreviations included.
    pub(super) fn of_name(name: &[u8]) -> Option<Self> {
        match name {
            b"FlateDecode" | b"Fl" => Some(Self::Flate),
            b"LZWDecode" | b"LZW" => Some(Self::Lzw),
            b"RunLengthDecode" | b"RL" => Some(Self::RunLength),
            b"ASCII85Decode" | b"A85" => Some(Self::Ascii85),
            b"ASCIIHexDecode" | b"AHx" => Some(Self::AsciiHex),
            _ => None,
        }
    }

    /// Bytes that one byte can become.
    pub(super) const fn ratio(self) -> usize {
        match self {
            Self::Flate => 1032,
            Self::Lzw => MOST_CODES,
            Self::RunLength => 64,
            Self::Ascii85 => 4,
            Self::AsciiHex => 1,
        }
    }

    /// Undoes the filter, up to the first damage; whether there was none.
    ///
    /// # Errors
    /// More than [`LARGEST`] bytes come out, or there is no time.
    pub(super) fn undo(
        self,
        packed: &[u8],
        go_on: &dyn Fn() -> bool,
    ) -> Result<(Vec<u8>, bool), Cause> {
        let mut out = Plain { bytes: Vec::new(), go_on, next_look: CHUNK, is_whole: true };
        match self {
            Self::Flate => inflate(packed, &mut out)?,
            Self::Lzw => lzw(packed, &mut out)?,
            Self::RunLength => run_length(packed, &mut out)?,
            Self::Ascii85 => ascii_85(packed, &mut out)?,
            Self::AsciiHex => ascii_hex(packed, &mut out)?,
        }
        Ok((out.bytes, out.is_whole))
    }
}

/// What came out up to here.
struct Plain<'g> {
    bytes: Vec<u8>,
    go_on: &'g dyn Fn() -> bool,
    next_look: usize,
    /// Whether all of it came out.
    is_whole: bool,
}

impl Plain<'_> {
    fn add(&mut self, bytes: &[u8]) -> Result<(), Cause> {
        if self.bytes.len() + bytes.len() > LARGEST {
            return Err(Cause::TooLarge);
        }
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() >= self.next_look {
            self.next_look = self.bytes.len() + CHUNK;
            return if (self.go_on)() { Ok(()) } else { Err(Cause::TimedOut) };
        }
        Ok(())
    }

    /// Says once more what stands there already.
    fn again(&mut self, from: usize, length: usize) -> Result<(), Cause> {
        let said = self.bytes.get(from..from.saturating_add(length)).unwrap_or_default().to_vec();
        self.add(&said)
    }
}

/// Where the frame of zlib is not sound, parsers take what follows for bare deflate, with it and
/// without.
fn inflate(packed: &[u8], out: &mut Plain<'_>) -> Result<(), Cause> {
    drain(ZlibDecoder::new(packed), out)?;
    if out.bytes.is_empty() {
        drain(DeflateDecoder::new(packed), out)?;
    }
    if out.bytes.is_empty() {
        drain(DeflateDecoder::new(packed.get(2..).unwrap_or_default()), out)?;
    }
    Ok(())
}

fn drain(mut packed: impl Read, out: &mut Plain<'_>) -> Result<(), Cause> {
    let mut chunk = vec![0; CHUNK];
    loop {
        match packed.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(count) => out.add(chunk.get(..count).unwrap_or_default())?,
            Err(_) => {
                out.is_whole = false;
                return Ok(());
            }
        }
    }
}

/// Each code is a stretch of what came out already: the one before it and a byte more.
fn lzw(packed: &[u8], out: &mut Plain<'_>) -> Result<(), Cause> {
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    let mut previous = None;
    let (mut bits, mut count) = (0_u32, 0_u32);
    for &byte in packed {
        bits = bits << 8 | u32::from(byte);
        count += 8;
        let codes = END + 1 + stretches.len() + usize::from(previous.is_some());
        // The width changes one code early, unless the file says otherwise: sizes stay the same.
        let width = (codes + 1).ilog2().clamp(8, 11) + 1;
        if count < width {
            continue;
        }
        count -= width;
        let code = (bits >> count) as usize & ((1 << width) - 1);
        let from = out.bytes.len();
        match code {
            CLEAR => {
                stretches.clear();
                previous = None;
                continue;
            }
            END => return Ok(()),
            literal @ 0..CLEAR => out.add(&[u8::try_from(literal).unwrap_or_default()])?,
            _ => {}
        }
        // The code that is made by this one is that before it and this one's first byte.
        if let Some((from, length)) = previous
            && END + 1 + stretches.len() < MOST_CODES
        {
            stretches.push((from, length + 1));
        }
        if code > END {
            let Some(&(at, length)) = stretches.get(code - END - 1) else { return Ok(()) };
            if at + length > from {
                // Its last byte is its first.
                out.again(at, length - 1)?;
                out.again(at, 1)?;
            } else {
                out.again(at, length)?;
            }
        }
        previous = Some((from, out.bytes.len() - from));
    }
    Ok(())
}

fn run_length(packed: &[u8], out: &mut Plain<'_>) -> Result<(), Cause> {
    let mut rest = packed;
    while let Some((&length, after)) = rest.split_first() {
        match length {
            128 => break,
            0..128 => {
                let end = after.len().min(usize::from(length) + 1);
                let (literal, behind) = after.split_at_checked(end).unwrap_or_default();
                out.add(literal)?;
                rest = behind;
            }
            _ => {
                let Some((&byte, behind)) = after.split_first() else { break };
                out.add(&vec![byte; 257 - usize::from(length)])?;
                rest = behind;
            }
        }
    }
    Ok(())
}

fn ascii_85(packed: &[u8], out: &mut Plain<'_>) -> Result<(), Cause> {
    let mut group = Vec::with_capacity(5);
    for &byte in packed {
        match byte {
            b'z' if group.is_empty() => out.add(&[0; 4])?,
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            b'~' => break,
            _ => {}
        }
        if group.len() == 5 {
            out.add(&base_85(&group).to_be_bytes())?;
            group.clear();
        }
    }
    if group.len() > 1 {
        let bytes = group.len() - 1;
        group.resize(5, 84);
        out.add(base_85(&group).to_be_bytes().get(..bytes).unwrap_or_default())?;
    }
    Ok(())
}

fn base_85(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |number: u32, digit| number.wrapping_mul(85).wrapping_add(*digit))
}

fn ascii_hex(packed: &[u8], out: &mut Plain<'_>) -> Result<(), Cause> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let digits: Vec<u32> =
        packed.iter().take_while(|byte| **byte != b'>').filter_map(digit).collect();
    for pair in digits.chunks(2) {
        let (high, low) = (pair.first().unwrap_or(&0), pair.get(1).unwrap_or(&0));
        out.add(&[u8::try_from(high << 4 | low).unwrap_or_default()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(filter: Filter, packed: &[u8]) -> Vec<u8> {
        filter.undo(packed, &|| true).unwrap().0
    }

    #[test]
    fn what_was_packed_comes_out() {
        // The example of ISO 32000-2, 7.4.4.2.
        let packed = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        assert_eq!(plain(Filter::Lzw, &packed), [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
        assert_eq!(plain(Filter::RunLength, b"\x02abc\xFEd\x80e"), b"abcddd");
        assert_eq!(plain(Filter::Ascii85, b"87cUR z D]~>"), b"Hell\0\0\0\0o");
        assert_eq!(plain(Filter::AsciiHex, b"41 4 2 5>43"), b"AB\x50");
    }

    #[test]
    fn damage_ends_what_comes_out() {
        for filter in [Filter::Flate, Filter::Lzw, Filter::RunLength, Filter::Ascii85] {
            for packed in [&b""[..], b"\xFF", b"\x80\xFF\xFF\xFF\xFF", b"~~~", b"x\x9C\xFF"] {
                assert!(plain(filter, packed).len() < 1024);
            }
        }
    }

    /// A clear code, then each code that there is, up to the last.
    fn lzw_bomb(rounds: usize) -> Vec<u8> {
        let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
        let mut write = |code: usize, width: u32| {
            bits = bits << width | u32::try_from(code).unwrap();
            count += width;
            while count >= 8 {
                count -= 8;
                bytes.push((bits >> count) as u8);
            }
        };
        write(CLEAR, 9);
        write(65, 9);
        for code in END + 1..MOST_CODES {
            write(code, (code + 2).ilog2().clamp(8, 11) + 1);
        }
        for _ in 0..rounds {
            write(MOST_CODES - 1, 12);
        }
        bytes
    }

    #[test]
    fn lzw_grows_by_its_longest_code() {
        let all = plain(Filter::Lzw, &lzw_bomb(9));
        assert!(all.iter().all(|&byte| byte == 65));
        assert!(all.len() > 7_400_000);
        let bomb = lzw_bomb(20_000);
        assert!(bomb.len() < 40_000);
        assert_eq!(Filter::Lzw.undo(&bomb, &|| true), Err(Cause::TooLarge));
        assert_eq!(Filter::Lzw.undo(&bomb, &|| false), Err(Cause::TimedOut));
    }
}
