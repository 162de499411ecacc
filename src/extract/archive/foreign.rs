//! Archives and images of disks that are known by their bytes and that no reader reads.

use super::super::leaf::Leaf;
use super::super::sniff;

/// Archives: ACE, StuffIt (old and 5), ALZip's two, RPM, xar, Zoo, InstallShield, WIM, lzip, LZ4.
const ARCHIVES: &[(usize, &[u8])] = &[
    (7, b"**ACE**"),
    (0, b"SIT!"),
    (0, b"StuffIt (c)"),
    (0, b"ALZ\x01"),
    (0, b"EGGA"),
    (0, b"\xED\xAB\xEE\xDB"),
    (0, b"xar!"),
    (20, b"\xDC\xA7\xC4\xFD"),
    (0, b"ISc("),
    (0, b"MSWIM\0\0\0"),
    (0, b"LZIP"),
    (0, b"\x04\x22\x4D\x18"),
];

/// Images of disks: Microsoft's two, VMware's, QEMU's, squashfs, and discs with their raw sectors.
const DISK_IMAGES: &[(usize, &[u8])] = &[
    (0, b"conectix"),
    (0, b"vhdxfile"),
    (0, b"KDMV"),
    (0, b"QFI\xFB"),
    (0, b"hsqs"),
    (0, b"\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0"),
];

/// The last sector of images that have their head at the end: Apple's, and Microsoft's of a fixed
/// size.
const TRAILERS: &[&[u8]] = &[b"koly\0\0\0\x04", b"conectix"];
const SECTOR: usize = 512;

/// Whether a part is an archive that no reader reads.
pub(in crate::extract) fn is_archive(leaf: &Leaf<'_>) -> bool {
    begins(leaf.bytes, ARCHIVES)
}

/// Whether a part is the image of a disk that no reader reads.
pub(in crate::extract) fn is_disk_image(leaf: &Leaf<'_>) -> bool {
    let trailer = leaf.bytes.len().checked_sub(SECTOR).and_then(|at| leaf.bytes.get(at..));
    begins(leaf.bytes, DISK_IMAGES)
        || trailer.is_some_and(|last| TRAILERS.iter().any(|mark| last.starts_with(mark)))
}

fn begins(bytes: &[u8], marks: &[(usize, &[u8])]) -> bool {
    let found =
        marks.iter().any(|(at, mark)| bytes.get(*at..).is_some_and(|from| from.starts_with(mark)));
    found && !sniff::is_text(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::archive::reading::{causes, read_file};
    use crate::limits::Cause;
    use crate::text::Format;

    #[test]
    fn archives_and_disk_images_are_known_by_their_bytes_and_unsupported() {
        let known = |bytes: &[u8], format: Format| {
            let reading = read_file("notes.txt", bytes);
            assert_eq!(reading.formats[0].format, format);
            assert_eq!(causes(&reading), [Cause::Unsupported]);
        };
        let noise: Vec<u8> = (0..600_u32).map(|i| (i * 7919 % 251) as u8).collect();
        for (marks, format) in [(ARCHIVES, Format::Archive), (DISK_IMAGES, Format::DiskImage)] {
            for (at, mark) in marks {
                known(&[&vec![1; *at], *mark, &noise].concat(), format);
            }
        }
        for mark in TRAILERS {
            known(&[&noise, *mark, &vec![0; SECTOR - mark.len()]].concat(), Format::DiskImage);
        }
        assert!(causes(&read_file("a.txt", b"EGGA and ham, SIT! and stay")).is_empty());
    }
}
