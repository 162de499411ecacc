//! RTF as messages carry it (MS-OXRTFCP): LZ77 over a ring of 4096 bytes that begins with common
//! words of RTF.

use super::super::archive::u32_at;

const RING: usize = 4096;
const COMPRESSED: u32 = 0x7546_5A4C;
const PLAIN: u32 = 0x414C_454D;

/// What the ring holds at first (MS-OXRTFCP section 2.1.2.1).
const START: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \
    \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier\
    {\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// The RTF, and whether it was all there; `None` for what is none. It is at most nine times as long
/// as the bytes.
pub(super) fn decompress(bytes: &[u8]) -> Option<(Vec<u8>, bool)> {
    let body = bytes.get(16..)?;
    match u32_at(bytes, 8)? {
        PLAIN => Some((body.to_vec(), true)),
        COMPRESSED => Some(expand(body)),
        _ => None,
    }
}

fn expand(body: &[u8]) -> (Vec<u8>, bool) {
    let mut ring = [b' '; RING];
    for (place, &byte) in ring.iter_mut().zip(START) {
        *place = byte;
    }
    let mut write = START.len();
    let mut out = Vec::new();
    let mut put = |byte: u8, ring: &mut [u8; RING], write: &mut usize| {
        if let Some(place) = ring.get_mut(*write) {
            *place = byte;
        }
        *write = (*write + 1) % RING;
        out.push(byte);
    };
    let mut bytes = body.iter().copied();
    let complete = 'runs: loop {
        let Some(flags) = bytes.next() else { break false };
        for bit in 0..8 {
            let Some(first) = bytes.next() else { break 'runs false };
            if flags >> bit & 1 == 0 {
                put(first, &mut ring, &mut write);
                continue;
            }
            let Some(second) = bytes.next() else { break 'runs false };
            let reference = usize::from(u16::from_be_bytes([first, second]));
            let (start, length) = (reference >> 4, (reference & 15) + 2);
            if start == write {
                break 'runs true;
            }
            for step in 0..length {
                let byte = ring.get((start + step) % RING).copied().unwrap_or_default();
                put(byte, &mut ring, &mut write);
            }
        }
    };
    (out, complete)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_expanded() {
        // MS-OXRTFCP section 3.1.1.
        let bytes = b"\x2d\x00\x00\x00\x2b\x00\x00\x00\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\x00\
            \x0a\x00rcpg125\x42\x32\x0a\xf3\x20hel\x09\x00\x20bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        let (rtf, complete) = decompress(bytes).unwrap();
        assert_eq!(rtf, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert!(complete);
    }

    #[test]
    fn what_is_cut_is_told_and_no_panic() {
        let mut bytes = [0; 16].to_vec();
        bytes[8..12].copy_from_slice(b"LZFu");
        bytes.extend([0, b'a', b'b', 0xFF, 0xFF]);
        for length in 0..bytes.len() {
            assert!(decompress(&bytes[..length]).is_none_or(|(_, complete)| !complete));
        }
        assert_eq!(decompress(b"0123456789abcdef"), None);
        assert_eq!(START.len(), 207);
    }
}
