//! Single files under a compressor: gzip, compress, bzip2, xz, LZMA, Zstandard. They hold one member, which may be
//! an archive.

use std::io::{self, Read};

use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

use super::super::leaf::Leaf;
use super::super::output::Flow;
use super::super::unpack::{cause, unpack};
use super::super::walk::{Children, Walk};
use super::lzw;
use super::member_names::Folders;
use crate::extract::file_names;
use crate::limits::Cause;

/// The largest window that a decompressor may keep. Compressors use 64 MiB at their highest levels.
pub(super) const WINDOW: usize = 128 << 20;

/// Formats and how they begin.
const MAGIC: &[(&[u8], Format)] = &[
    (b"\x1F\x8B\x08", Format::Gzip),
    (lzw::MAGIC, Format::Lzw),
    (b"BZh", Format::Bzip2),
    (b"\xFD7zXZ\0", Format::Xz),
    (b"\x28\xB5\x2F\xFD", Format::Zstd),
    (b"\x5D\0\0", Format::Lzma),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Gzip,
    Lzw,
    Bzip2,
    Xz,
    Zstd,
    Lzma,
}

impl Format {
    fn of(bytes: &[u8]) -> Option<Self> {
        let (_, format) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic))?;
        let proved = match format {
            Self::Bzip2 => {
                bytes.get(3).is_some_and(u8::is_ascii_digit)
                    && [&b"1AY&SY"[..], b"\x17rE8P\x90"]
                        .iter()
                        .any(|block| bytes.get(4..).is_some_and(|rest| rest.starts_with(block)))
            }
            // Its header proves little: the size is unknown, or such as files have.
            Self::Lzma => bytes.get(5..13).is_some_and(|size| {
                size.iter().all(|&byte| byte == 0xFF) || size.ends_with(&[0, 0, 0])
            }),
            Self::Lzw => lzw::Reader::new(bytes).is_some(),
            _ => true,
        };
        proved.then_some(*format)
    }
}

/// Whether a part is one of them.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    Format::of(leaf.bytes).is_some()
}

/// Reads what is in it.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let Some(format) = Format::of(leaf.bytes) else { return Ok(()) };
    let stored = match format {
        Format::Gzip => gzip_texts(leaf.bytes),
        _ => GzipTexts::default(),
    };
    if let Some(comment) = &stored.comment {
        file_names::read_one(&mut walk.out, leaf.path, leaf.group, comment);
    }
    let packed = match reader(format, leaf.bytes) {
        Ok(packed) => packed,
        Err(cause) => {
            walk.out.unread(leaf.path, leaf.file(), cause);
            return Ok(());
        }
    };
    let unpacked = unpack(&mut walk.out, leaf.path, packed)?;
    unpacked.tell(&mut walk.out, leaf.path, leaf.file());
    let name = stored.name.or_else(|| leaf.file().map(without_suffix));
    let name =
        name.as_deref().map(|name| Folders::default().file_name(&mut walk.out, leaf.path, name));
    walk.member(&mut Children::of(leaf.path), name, &unpacked.bytes)
}

fn reader(format: Format, bytes: &[u8]) -> Result<Box<dyn Read + '_>, Cause> {
    match format {
        Format::Gzip => Ok(Box::new(flate2::bufread::MultiGzDecoder::new(bytes))),
        Format::Lzw => match lzw::Reader::new(bytes) {
            Some(reader) => Ok(Box::new(reader)),
            None => Err(Cause::Malformed),
        },
        Format::Bzip2 => Ok(Box::new(bzip2::bufread::MultiBzDecoder::new(bytes))),
        Format::Xz => xz(bytes),
        Format::Zstd => zstd(bytes),
        Format::Lzma => lzma_rust2::LzmaReader::new_mem_limit(bytes, WINDOW_KIB, None)
            .map(|reader| Box::new(reader) as _)
            .map_err(|error| cause(&error)),
    }
}

const WINDOW_KIB: u32 = (WINDOW >> 10) as u32;

/// A reader of xz, of all its streams.
pub(super) fn xz(bytes: &[u8]) -> Result<Box<dyn Read + '_>, Cause> {
    Ok(Box::new(lzma_rust2::XzReader::new_mem_limit(bytes, true, WINDOW_KIB)))
}

/// A reader of Zstandard, of all its frames (RFC 8878).
pub(super) fn zstd(bytes: &[u8]) -> Result<Box<dyn Read + '_>, Cause> {
    Ok(Box::new(Frames { frame: None, rest: bytes }))
}

/// Frames behind one another, those to be skipped among them.
struct Frames<'a> {
    frame: Option<StreamingDecoder<&'a [u8], ruzstd::decoding::FrameDecoder>>,
    rest: &'a [u8],
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let count = frame.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
                if let Some(frame) = self.frame.take() {
                    self.rest = frame.into_inner();
                }
            }
            if self.rest.is_empty() {
                return Ok(0);
            }
            match StreamingDecoder::new(self.rest) {
                Ok(frame) => self.frame = Some(frame),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(8);
                    self.rest = self.rest.get(length..).ok_or(io::ErrorKind::UnexpectedEof)?;
                }
                Err(FrameDecoderError::WindowSizeTooBig { .. }) => {
                    return Err(io::ErrorKind::OutOfMemory.into());
                }
                Err(_) => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
    }
}

#[derive(Default)]
struct GzipTexts {
    name: Option<String>,
    comment: Option<String>,
}

/// The name and the comment that a gzip file may carry, in Latin-1 (RFC 1952 section 2.3).
fn gzip_texts(bytes: &[u8]) -> GzipTexts {
    let decoder = flate2::bufread::GzDecoder::new(bytes);
    let Some(header) = decoder.header() else { return GzipTexts::default() };
    let text = |bytes: &[u8]| {
        let latin = || bytes.iter().map(|&byte| char::from(byte)).collect();
        std::str::from_utf8(bytes).map_or_else(|_| latin(), str::to_owned)
    };
    GzipTexts { name: header.filename().map(text), comment: header.comment().map(text) }
}

/// `a.tar.gz` holds `a.tar`, and `a.tgz` does too.
fn without_suffix(name: &str) -> String {
    const SUFFIXES: &[(&str, &str)] = &[
        ("tgz", ".tar"),
        ("tbz", ".tar"),
        ("tbz2", ".tar"),
        ("txz", ".tar"),
        ("tzst", ".tar"),
        ("taz", ".tar"),
        ("gz", ""),
        ("z", ""),
        ("bz2", ""),
        ("xz", ""),
        ("zst", ""),
        ("lzma", ""),
    ];
    let Some((stem, suffix)) = name.rsplit_once('.') else { return name.to_owned() };
    let known = SUFFIXES.iter().find(|(known, _)| known.eq_ignore_ascii_case(suffix));
    known.map_or_else(|| name.to_owned(), |(_, instead)| format!("{stem}{instead}"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::extract::archive::listed::crc;
    use crate::extract::archive::reading::{causes, names, read_file, shows};
    use crate::message::transfer::base64;

    // One line of invented words.
    const XZ: &str = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAfUGF0aWVudCBKYW5lIFJvZSwgc2VjcmV0IHdvcmRzLgoA\
        ke3H9wkru80AATggGCl3DB+2830BAAAAAARZWg==";
    const ZSTD: &str = "KLUv/SQgAQEAUGF0aWVudCBKYW5lIFJvZSwgc2VjcmV0IHdvcmRzLgrYOBxf";
    const LZMA: &str =
        "XQAAgAD//////////wAoGEqGqwRrj0NU0CJOHy+7BKelGxpektehDIUUAqoXbvwksID///eeMAA=";
    const BZIP2: &str = "QlpoOTFBWSZTWTi6J3sAAARXgAAQQAUAEFAALiGcgCAAMU0yMTExChpjUDT0iHa3uWazhT4g41DxIMxx\
        wnxdyRThQkDi6J3s";

    fn gzip(name: &str, words: &str) -> Vec<u8> {
        let builder = flate2::GzBuilder::new().filename(name).comment("about Jane");
        let mut encoder = builder.write(Vec::new(), flate2::Compression::fast());
        encoder.write_all(words.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_file_under_any_compressor_is_read() {
        let samples = [("xz", XZ), ("zst", ZSTD), ("lzma", LZMA), ("bz2", BZIP2)];
        for (suffix, written) in samples {
            let bytes = base64(written.as_bytes()).bytes.into_owned();
            let reading = read_file(&format!("jane.txt.{suffix}"), &bytes);
            assert!(shows(&reading, "Patient Jane Roe"), "{suffix}");
            assert!(causes(&reading).is_empty() && names(&reading).contains(&"jane.txt"));
            for length in 13..bytes.len() {
                let _ = read_file("a", &bytes[..length]);
            }
        }
    }

    #[test]
    fn all_members_of_gzip_are_read_with_name_and_comment() {
        let bytes = [gzip("roe.txt", "first words "), gzip("", "and more")].concat();
        let reading = read_file("a.gz", &bytes);
        assert!(shows(&reading, "first words and more") && shows(&reading, "about Jane"));
        assert!(names(&reading).contains(&"roe.txt") && causes(&reading).is_empty());
        let reading = read_file("a.gz", &bytes[..bytes.len() - 12]);
        assert!(shows(&reading, "first words") && causes(&reading) == [Cause::Malformed]);
    }

    #[test]
    fn frames_of_zstandard_behind_one_another_are_read() {
        let frame = base64(ZSTD.as_bytes()).bytes.into_owned();
        let skipped = b"\x50\x2A\x4D\x18\x03\0\0\0abc";
        let reading = read_file("a.zst", &[&frame[..], skipped, &frame].concat());
        assert!(shows(&reading, "secret words.\nPatient") && causes(&reading).is_empty());
    }

    #[test]
    fn a_window_that_is_not_opened_is_said_to_be_too_large() {
        // A frame whose window is 256 MiB; LZMA with a window of 3 GiB; xz with one of 1.5 GiB.
        let zstd = b"\x28\xB5\x2F\xFD\0\x90\x01\0\0";
        let lzma = b"\x5D\0\0\0\xC0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0\0\0";
        let mut xz = base64(XZ.as_bytes()).bytes.into_owned();
        xz[16] = 37;
        let sum = crc(&xz[12..20]).to_le_bytes();
        xz[20..24].copy_from_slice(&sum);
        for bytes in [&zstd[..], lzma, &xz] {
            assert_eq!(causes(&read_file("a", bytes)), [Cause::TooLarge]);
        }
    }

    #[test]
    fn all_streams_of_every_compressor_are_read() {
        for (suffix, written) in [("xz", XZ), ("bz2", BZIP2), ("zst", ZSTD)] {
            let bytes = base64(written.as_bytes()).bytes.repeat(2);
            let reading = read_file(&format!("a.{suffix}"), &bytes);
            assert!(shows(&reading, "secret words.\nPatient Jane"), "{suffix}");
            assert!(causes(&reading).is_empty());
        }
    }

    #[test]
    fn a_suffix_says_what_is_inside() {
        assert_eq!(without_suffix("a.tar.gz"), "a.tar");
        assert_eq!(without_suffix("a.TGZ"), "a.tar");
        assert_eq!(without_suffix("a"), "a");
    }
}
