//! Cabinets made here, in every method that is read, whole and broken.

use crate::extract::archive::reading::{causes, names, read_file, read_within_mib, shows};
use crate::limits::Cause;

/// A file: name, folder, where it begins in that, and its length.
type File<'a> = (&'a str, u16, usize, usize);

fn block(packed: &[u8], size: usize) -> Vec<u8> {
    let (packed_size, size) = (packed.len() as u16, size as u16);
    [&[0; 4][..], &packed_size.to_le_bytes(), &size.to_le_bytes(), packed].concat()
}

/// A cabinet of folders, each a method and its blocks.
fn cabinet(folders: &[(u16, Vec<Vec<u8>>)], files: &[File<'_>]) -> Vec<u8> {
    let list: Vec<u8> = files
        .iter()
        .flat_map(|&(name, folder, start, length)| {
            let numbers = [(length as u32).to_le_bytes(), (start as u32).to_le_bytes()].concat();
            [&numbers, &folder.to_le_bytes()[..], &[0; 6], name.as_bytes(), &[0]].concat()
        })
        .collect();
    let files_at = 36 + 8 * folders.len();
    let mut at = files_at + list.len();
    let mut bytes = b"MSCF\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend((files_at as u32).to_le_bytes());
    bytes.extend([0, 0, 0, 0, 3, 1]);
    bytes.extend((folders.len() as u16).to_le_bytes());
    bytes.extend((files.len() as u16).to_le_bytes());
    bytes.extend([0; 6]);
    for (method, blocks) in folders {
        bytes.extend((at as u32).to_le_bytes());
        bytes.extend((blocks.len() as u16).to_le_bytes());
        bytes.extend(method.to_le_bytes());
        at += blocks.concat().len();
    }
    bytes.extend(list);
    folders.iter().for_each(|(_, blocks)| bytes.extend(blocks.concat()));
    bytes
}

const STORED: u16 = 0;
const MSZIP: u16 = 1;
const LZX: u16 = 3 | 15 << 8;

fn mszip(plain: &[u8], dictionary: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::Compress::new(flate2::Compression::best(), false);
    if !dictionary.is_empty() {
        encoder.set_dictionary(dictionary).unwrap();
    }
    let mut packed = Vec::with_capacity(70_000);
    encoder.compress_vec(plain, &mut packed, flate2::FlushCompress::Finish).unwrap();
    block(&[b"CK", &packed[..]].concat(), plain.len())
}

/// One block of LZX that is not packed: no translation, kind 3, its size, three offsets.
fn lzx(plain: &[u8]) -> Vec<u8> {
    let bits = (0b0011_u32 << 24 | plain.len() as u32) << 4;
    let words = [(bits >> 16) as u16, bits as u16].map(u16::to_le_bytes).concat();
    let offsets = 1_u32.to_le_bytes().repeat(3);
    block(&[&words, &offsets[..], plain].concat(), plain.len())
}

/// Two blocks, of which the second repeats the first, in a folder of two files.
fn sample() -> Vec<u8> {
    let first = [b"Patient Jane Roe, first words. ", &b"x".repeat(32_000)[..]].concat();
    let second = b"Patient Jane Roe, second words.";
    let start = first.len();
    cabinet(
        &[
            (MSZIP, vec![mszip(&first, b""), mszip(second, &first)]),
            (STORED, vec![block(b"stored ", 7), block(b"words", 5)]),
            (LZX, vec![lzx(b"words in LZX")]),
        ],
        &[
            ("wards\\first.txt", 0, 0, start),
            ("second.txt", 0, start, second.len()),
            ("stored.txt", 1, 0, 12),
            ("lzx.txt", 2, 0, 12),
        ],
    )
}

#[test]
fn files_in_every_method_are_read() {
    let reading = read_file("a.cab", &sample());
    for words in ["Jane Roe, first", "Jane Roe, second words.", "stored words", "words in LZX"] {
        assert!(shows(&reading, words), "{words}");
    }
    let named = ["a.cab", "wards", "first.txt", "second.txt", "stored.txt", "lzx.txt"];
    assert_eq!((names(&reading), causes(&reading)), (named.to_vec(), vec![]));
    let program = [&b"MZ\x90\0"[..], &[1; 500], &sample()].concat();
    let reading = read_file("setup.exe", &program);
    assert!(shows(&reading, "words in LZX") && causes(&reading) == [Cause::Unsupported]);
}

#[test]
fn files_that_go_on_in_another_cabinet_are_said_to_be_unread() {
    let bytes = cabinet(
        &[(STORED, vec![block(b"Patient Jane", 12)])],
        &[("next.txt", 0xFFFE, 0, 40), ("before.txt", 0xFFFD, 0, 12), ("lost.txt", 7, 0, 1)],
    );
    let reading = read_file("a.cab", &bytes);
    assert!(shows(&reading, "Patient Jane"));
    assert_eq!(names(&reading)[1..], ["next.txt", "lost.txt", "before.txt"]);
    assert_eq!(causes(&reading), [Cause::Unsupported, Cause::Malformed, Cause::Unsupported]);
    let quantum = cabinet(&[(0x1472, vec![block(b"x", 1)])], &[("a.txt", 0, 0, 1)]);
    assert_eq!(causes(&read_file("a.cab", &quantum)), [Cause::Unsupported]);
}

#[test]
fn a_block_whose_sum_is_wrong_is_read_and_said_to_be_damaged() {
    // The sums of `Jane` and of `Jane Ro` with their sizes, worked out by hand.
    let jane = u32::from_le_bytes(*b"Jane") ^ 0x0004_0004;
    let more = u32::from_le_bytes(*b"Jane") ^ 0x0007_0007 ^ 0x20_52_6F;
    for (words, sum) in [("Jane", jane), ("Jane Ro", more)] {
        let with = |sum: u32| {
            let mut block = block(words.as_bytes(), words.len());
            block[..4].copy_from_slice(&sum.to_le_bytes());
            let bytes = cabinet(&[(STORED, vec![block])], &[("a.txt", 0, 0, words.len())]);
            let reading = read_file("a.cab", &bytes);
            assert!(shows(&reading, words));
            causes(&reading)
        };
        assert_eq!((with(sum), with(sum ^ 1)), (vec![], vec![Cause::Malformed]));
    }
}

#[test]
fn a_cabinet_that_is_cut_or_changed_anywhere_is_no_panic_and_not_clean() {
    let whole = sample();
    for length in 36..whole.len() {
        assert!(!causes(&read_file("a.cab", &whole[..length])).is_empty(), "{length}");
    }
    for at in 0..whole.len() {
        for change in [1, 0x80, 0xFF] {
            let mut changed = whole.clone();
            changed[at] ^= change;
            let _ = read_file("a.cab", &changed);
        }
    }
}

#[test]
fn folders_and_files_that_share_their_bytes_are_bounded() {
    let block = mszip(&[b'x'; 0x8000], b"");
    let files: Vec<File<'_>> = vec![("a", 0, 0, 0x8000); 1000];
    let bytes = cabinet(&[(MSZIP, vec![block.clone()])], &files);
    assert!(causes(&read_within_mib(8, &bytes)).contains(&Cause::TooLarge));
    let bomb = cabinet(&[(MSZIP, vec![block; 1000])], &[("a", 0, 0, 1000)]);
    assert!(causes(&read_within_mib(8, &bomb)).contains(&Cause::TooLarge));
}
