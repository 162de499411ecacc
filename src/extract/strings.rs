//! Words in bytes that no reader knows: weak evidence, beside the word that they were not read.

use super::leaf::Leaf;
use super::normal::normal;
use super::sniff;
use super::walk::Walk;

/// Characters of the shortest run that is kept.
const SHORTEST: usize = 6;
/// Bytes of text that are kept.
const MOST: usize = 256 << 10;
/// Bytes that are looked at.
const MOST_LOOKED_AT: usize = 32 << 20;

/// Hands on the runs of printable characters in a part.
pub(super) fn sweep(walk: &mut Walk<'_>, leaf: &Leaf<'_>) {
    let text = normal(&runs(leaf.bytes));
    if sniff::has_words(&text) {
        walk.out.text(leaf.text(text));
    }
}

/// Whether a sweep would find nothing but chance: pictures, sound, programs, and what is packed or
/// encrypted.
pub(super) fn is_noise(bytes: &[u8]) -> bool {
    FOREIGN.iter().any(|(at, magic)| bytes.get(*at..).is_some_and(|from| from.starts_with(magic)))
        || is_dense(bytes)
}

/// Pictures, sound, video, programs, archives.
const FOREIGN: &[(usize, &[u8])] = &[
    (0, b"\x89PNG"),
    (0, b"\xFF\xD8\xFF"),
    (0, b"GIF8"),
    (0, b"II*\0"),
    (0, b"MM\0*"),
    (0, b"BM"),
    (0, b"\0\0\x01\0"),
    (0, b"RIFF"),
    (0, b"OggS"),
    (0, b"ID3"),
    (0, b"fLaC"),
    (4, b"ftyp"),
    (0, b"\x1A\x45\xDF\xA3"),
    (0, b"MZ"),
    (0, b"\x7FELF"),
    (0, b"\xCF\xFA\xED\xFE"),
    (0, b"\xCA\xFE\xBA\xBE"),
    (0, b"PK"),
    (0, b"\x1F\x8B"),
    (0, b"BZh"),
    (0, b"\xFD7zXZ\0"),
    (0, b"\x28\xB5\x2F\xFD"),
    (0, b"7z\xBC\xAF"),
    (0, b"Rar!"),
    (0, b"MSCF"),
];

/// Whether bytes are as evenly spread as those of packed or encrypted data: more than 7.2 bits in
/// a byte over some thousand of them.
fn is_dense(bytes: &[u8]) -> bool {
    const SAMPLE: usize = 64 << 10;
    let middle = bytes.len().saturating_sub(SAMPLE) / 2;
    let sample = bytes.get(middle..).unwrap_or_default();
    let sample = sample.get(..SAMPLE.min(sample.len())).unwrap_or_default();
    if sample.len() < 2048 {
        return false;
    }
    let mut counts = [0_u32; 256];
    for byte in sample {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let all = sample.len() as f64;
    let bits = |count: &u32| {
        let share = f64::from(*count) / all;
        if *count == 0 { 0.0 } else { -share * share.log2() }
    };
    counts.iter().map(bits).sum::<f64>() > 7.2
}

/// Runs of printable ASCII, and of the same in UTF-16, a line each.
fn runs(bytes: &[u8]) -> String {
    let bytes = bytes.get(..bytes.len().min(MOST_LOOKED_AT)).unwrap_or_default();
    let mut out = String::new();
    let mut at = 0;
    while at < bytes.len() && out.len() < MOST {
        let rest = bytes.get(at..).unwrap_or_default();
        let narrow = rest.iter().take_while(|byte| is_printable(**byte)).count();
        let wide = rest.chunks_exact(2).take_while(|two| is_wide(two)).count();
        let (characters, length) = if wide > narrow { (wide, wide * 2) } else { (narrow, narrow) };
        if characters >= SHORTEST {
            let run = rest.get(..length).unwrap_or_default().iter().filter(|byte| **byte != 0);
            let start = out.len();
            out.extend(run.map(|byte| char::from(*byte)));
            if out.get(start..).is_some_and(is_wordy) {
                out.push('\n');
            } else {
                out.truncate(start);
            }
        }
        at += length.max(1);
    }
    out
}

/// Whether a run is made of what words are made of: chance and pictures have more signs, or the
/// same byte again and again.
fn is_wordy(run: &str) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'\t');
    let words = run.bytes().filter(word).count();
    let first = run.bytes().next();
    words * 4 >= run.len() * 3 && run.bytes().filter(|byte| Some(*byte) != first).count() >= 3
}

fn is_wide(two: &[u8]) -> bool {
    matches!(two, [byte, 0] if is_printable(*byte))
}

const fn is_printable(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7E | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_in_both_widths() {
        let mut bytes = b"\x01\x02Jane Roe\0\xFF\x03abc\0".to_vec();
        bytes.extend("MRN 0012345".encode_utf16().flat_map(u16::to_le_bytes));
        bytes.push(1);
        assert_eq!(runs(&bytes), "Jane Roe\nMRN 0012345\n");
    }

    #[test]
    fn what_is_found_has_an_end() {
        assert!(runs(&b"Jane Roe\0".repeat(1 << 20)).len() < MOST + 16);
    }

    #[test]
    fn packed_bytes_are_noise_and_words_are_none() {
        let mut seed = 1_u32;
        let packed: Vec<u8> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        })
        .take(8192)
        .collect();
        assert!(is_noise(&packed));
        assert!(!is_noise(&b"Jane Roe, MRN 0012345\0\x01".repeat(500)));
        assert!(is_noise(b"\x89PNG\r\n"));
    }
}
