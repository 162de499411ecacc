//! Files of `compress` (`.Z`): LZW with codes of 9 to 16 bits, the lowest first.

use std::io::{self, Read};

/// How such a file begins.
pub(super) const MAGIC: &[u8] = b"\x1F\x9D";

const CLEAR: usize = 256;
const NARROWEST: u32 = 9;

/// Unpacks such a file.
pub(super) struct Reader<'a> {
    codes: Codes<'a>,
    widest: u32,
    /// Whether the code 256 begins anew.
    clears: bool,
    /// Of every code above 255: the code before its last byte, and that byte.
    table: Vec<(u16, u8)>,
    /// The code before, and the first byte that it stands for.
    last: Option<(usize, u8)>,
    /// What was unpacked, the last byte first.
    ready: Vec<u8>,
    /// A code had no meaning.
    broken: bool,
}

impl<'a> Reader<'a> {
    /// A reader of all that follows the head of three bytes; `None` for what is no such file.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (&flags, stream) = bytes.strip_prefix(MAGIC)?.split_first()?;
        let widest = u32::from(flags & 31);
        let codes = Codes { stream, at: 0, group: 0, width: NARROWEST };
        let clears = flags & 0x80 != 0;
        let known = (NARROWEST..=16).contains(&widest) && flags & 0x60 == 0;
        known.then(|| Self {
            codes,
            widest,
            clears,
            table: Vec::new(),
            last: None,
            ready: Vec::new(),
            broken: false,
        })
    }

    /// The first code that has no meaning yet.
    fn free(&self) -> usize {
        256 + usize::from(self.clears) + self.table.len()
    }

    /// Unpacks what the next code stands for; false at the end.
    fn step(&mut self) -> io::Result<bool> {
        if self.free() >= 1 << self.codes.width && self.codes.width < self.widest {
            self.codes.align(self.codes.width + 1);
        }
        let Some(code) = self.codes.next() else { return Ok(false) };
        if code == CLEAR && self.clears {
            self.codes.align(NARROWEST);
            self.table.clear();
            self.last = None;
            return Ok(true);
        }
        let mut rest = code;
        match self.last {
            // A code that is being made stands for the one before with its first byte once more.
            Some((last, first)) if code == self.free() => {
                self.ready.push(first);
                rest = last;
            }
            _ if code >= self.free() => return Err(io::ErrorKind::InvalidData.into()),
            _ => {}
        }
        while rest > 255 {
            let above = rest - 256 - usize::from(self.clears);
            let &(before, byte) = self.table.get(above).ok_or(io::ErrorKind::InvalidData)?;
            self.ready.push(byte);
            rest = usize::from(before);
        }
        let first = rest as u8;
        self.ready.push(first);
        if let Some((last, _)) = self.last
            && self.free() < 1 << self.widest
        {
            self.table.push((last as u16, first));
        }
        self.last = Some((code, first));
        Ok(true)
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        for place in buffer {
            while self.ready.is_empty() && !self.broken {
                match self.step() {
                    Ok(true) => {}
                    Ok(false) => return Ok(count),
                    Err(_) => {
                        self.broken = true;
                        self.ready.clear();
                    }
                }
            }
            // What came before the damage counts.
            let Some(byte) = self.ready.pop() else { break };
            *place = byte;
            count += 1;
        }
        if count == 0 && self.broken {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(count)
    }
}

/// Codes, which are written in groups of eight.
struct Codes<'a> {
    stream: &'a [u8],
    /// The bit that comes next, and the first of its group.
    at: usize,
    group: usize,
    width: u32,
}

impl Codes<'_> {
    fn next(&mut self) -> Option<usize> {
        let width = self.width as usize;
        let bytes = self.stream.get(self.at / 8..)?;
        if bytes.len() * 8 < self.at % 8 + width {
            return None;
        }
        let three = bytes.iter().take(3).rev().fold(0, |sum, &byte| sum << 8 | usize::from(byte));
        self.at += width;
        Some(three >> ((self.at - width) % 8) & ((1 << width) - 1))
    }

    /// The next code is of another width: the rest of the group is left out.
    fn align(&mut self, width: u32) {
        let group = 8 * self.width as usize;
        self.group += (self.at - self.group).next_multiple_of(group);
        self.at = self.group;
        self.width = width;
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::archive::reading::{causes, names, read_file, shows};
    use crate::limits::Cause;
    use crate::message::transfer::base64;

    /// Codes of nine bits, none of which is made by another.
    fn packed(codes: &[usize]) -> Vec<u8> {
        let mut bits: Vec<bool> = Vec::new();
        codes.iter().for_each(|code| bits.extend((0..9).map(|bit| code >> bit & 1 == 1)));
        let byte = |bits: &[bool]| bits.iter().rev().fold(0, |sum, &bit| sum << 1 | u8::from(bit));
        [&b"\x1F\x9D\x90"[..], &bits.chunks(8).map(byte).collect::<Vec<_>>()].concat()
    }

    #[test]
    fn a_file_of_compress_is_read() {
        let words = b"Patient Jane Roe, secret words";
        let mut codes: Vec<usize> = words.iter().map(|&byte| usize::from(byte)).collect();
        // The first two letters again, then a code that is being made.
        codes.extend([257, usize::from(b'a'), 257 + words.len() + 2 - 1]);
        let reading = read_file("jane.txt.Z", &packed(&codes));
        assert!(shows(&reading, "Patient Jane Roe, secret wordsPaaa"), "{:?}", names(&reading));
        assert!(names(&reading).contains(&"jane.txt") && causes(&reading).is_empty());
        let reading = read_file("a.Z", &packed(&[80, 97, 116, 105, 101, 110, 116, 500]));
        assert!(shows(&reading, "Patient") && causes(&reading) == [Cause::Malformed]);
    }

    #[test]
    fn widths_change_where_compress_changes_them() {
        // What `compress` made of the numbers from 1 to 400, a line each.
        let bytes = base64(NUMBERS.as_bytes()).bytes;
        let reading = read_file("a.Z", &bytes);
        assert!(shows(&reading, "1\n2\n3\n") && shows(&reading, "\n256\n257\n"));
        assert!(shows(&reading, "\n398\n399\n400") && causes(&reading).is_empty());
        for at in 2..bytes.len() {
            let mut changed = bytes.to_vec();
            changed[at] ^= 0x81;
            let _ = read_file("a.Z", &changed);
        }
    }

    const NUMBERS: &str = "H52QMRTIUDBDAQ0FNRTYUHBDAQ4FORTEgCExYIyBMQrGOBgjYYyFMRrGeBgjogyKMgLKGCijoIyDMhLKWCij\
        oYyHMiLOoDgj4IyBMwrOODgj4YyFMxrOeDgjIg2KNALSGEijII2DNBLSWEijIY2HNCLWoFgjYI2BNQrWOFgj\
        YY2FNRrWeFgjog2KNgLaGGijoI2DNhLaWGijoY2HNiLeoHgj4I2BNwreOHgj4Y2FNxreeHgjIg6KOALiGIij\
        II6DOBLiWIijIY6HOCLmoJgjYI6BOQrmOJgjYY6FORrmeJgj4kSKEy3CwAhDIwyOMDzCAAlDJAySMIxPrGjx\
        YkWNGyt6/FhR5MiKxk9KTLkeY8v1HGOuB1lzPcmcEnfmt/gzv8ah+Xl0VH4iLZWfcU9JFJWCGFWlIEdZKQhS\
        VwqSFJZEY2Fo0VkYarQWhh69haFIc2Fo3F0S5ZUiRn2lyFFgKYJUWIokJSbRYjda9NiNGk12o0eX3SjSZjca\
        95lEoSGJUWlIcpQakiC1hiRJsUk0m5UW3WalRrtZ6dFvVoo0nJUmwYASDCotJ1Bza8IU3Zo0VbcmTtkJtF1K\
        KnmXkkvhpSQTeSnZdF5KJqm3kkorCfTeSjDJtxJN9a2EE34todSTQP215BKALck0YEs2GdiSSQm+pNJUAjn4\
        EkwRvkQThS/hdGFMKJUlEIcxufRhTDKJGJNNJcZkEoozqbSXQC3OBBOMM9E040w42VgTSo0JtGNNLvlYk0xB\
        1mQTkTWZdORNKo0mEJM3wfTkTTRJeRNOVeaEUm0CaZmTS13mJBOYOdk0Zk46mUkQmgMDxeZORL25E1Jy7sRU\
        nT3xFINP3vUkVHg9GUVeT0qd15NO6v3kU6I/CfUSQfL9hFR9PzGFX1A8XRoUUEERBGBQRg0YlFIGBqVTgkP5\
        hOpQQl1FUIRDIUXhUExdWBRPthYFVFoEfViUUSIWpVSJRemE4lE+HXuUUH8RBONRSM14FFM2JsVTtUkBFRlB\
        PiZlVJBJKUVkUjoduZRP5i4l1GkEPbkUUlIuxVSVTfFEb1NA5UZQl00ZBWZTSo3ZlFMCAw==";
}
