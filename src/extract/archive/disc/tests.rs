//! Discs made here, whole and broken.

use super::volume::SECTOR;
use crate::extract::archive::reading::{causes, names, read_file, read_within_mib, shows};
use crate::limits::Cause;

/// What a directory of a made disc holds: name, block, length, flags, bytes beside the name.
type Entry<'a> = (&'a [u8], u32, usize, u8, &'a [u8]);

fn record((name, block, length, flags, beside): Entry<'_>) -> Vec<u8> {
    let both = |number: u32| [number.to_le_bytes(), number.to_be_bytes()].concat();
    let pad = vec![0; 1 - name.len() % 2];
    let size = 33 + name.len() + pad.len() + beside.len();
    let head = [&[size as u8, 0][..], &both(block), &both(length as u32), &[0; 7], &[flags]];
    let tail = [&[0, 0, 1, 0, 0, 1, name.len() as u8], name, &pad, beside];
    [head.concat(), tail.concat()].concat()
}

fn directory(entries: &[Entry<'_>]) -> Vec<u8> {
    let own: [Entry<'_>; 2] = [(&[0], 0, 0, 2, b""), (&[1], 0, 0, 2, b"")];
    own.iter().chain(entries).flat_map(|entry| record(*entry)).collect()
}

fn descriptor(kind: u8, title: &[u8], root: u32) -> Vec<u8> {
    let mut sector = vec![0; SECTOR];
    sector[0] = kind;
    sector[1..6].copy_from_slice(b"CD001");
    sector[40..40 + title.len()].copy_from_slice(title);
    sector[128..130].copy_from_slice(&2048_u16.to_le_bytes());
    if kind == 2 {
        sector[88..91].copy_from_slice(b"%/E");
    }
    sector[156..190].copy_from_slice(&record((&[0], root, SECTOR, 2, b"")));
    sector
}

/// A disc of the descriptors and of the blocks from 20 on.
fn disc(descriptors: &[Vec<u8>], blocks: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![0; 16 * SECTOR];
    let end = [&[255][..], b"CD001"].concat();
    for part in descriptors.iter().map(Vec::as_slice).chain([end.as_slice()]) {
        bytes.extend_from_slice(part);
        bytes.resize(bytes.len().next_multiple_of(SECTOR), 0);
    }
    bytes.resize(20 * SECTOR, 0);
    for block in blocks {
        bytes.extend_from_slice(block);
        bytes.resize(bytes.len().next_multiple_of(SECTOR), 0);
    }
    bytes
}

fn wide(name: &str) -> Vec<u8> {
    name.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

const WORDS: &[u8] = b"Patient Jane Roe, first words";
const MORE: &[u8] = b"further words of hers";

/// Two trees over the same files, a folder, a file in two pieces.
fn sample() -> Vec<u8> {
    let long = wide("jane roe letter.txt");
    let plain =
        directory(&[(b"JANEROE.TXT;1", 24, WORDS.len(), 0, b""), (b"SCANS", 22, SECTOR, 2, b"")]);
    let joliet = directory(&[(&long, 24, WORDS.len(), 0, b"")]);
    let scans = directory(&[
        (b"TWO.TXT;1", 24, 8, 0x80, b""),
        (b"TWO.TXT;1", 25, MORE.len(), 0, b"NM\x0d\x01\0two part"),
    ]);
    disc(
        &[descriptor(1, b"ROE_JANE", 20), descriptor(2, &wide("Roe, Jane"), 21)],
        &[&plain, &joliet, &scans, b"\0", WORDS, MORE],
    )
}

#[test]
fn files_of_both_trees_of_a_disc_are_read_once() {
    let bytes = sample();
    let reading = read_file("disc.iso", &bytes);
    assert!(shows(&reading, "Patient Jane Roe, first words") && shows(&reading, "Roe, Jane"));
    assert!(shows(&reading, "Patient further words of hers"));
    assert_eq!(names(&reading), ["disc.iso", "jane roe letter.txt", "SCANS", "two part"]);
    assert!(causes(&reading).is_empty());
    let once = reading.texts.iter().filter(|text| text.content.expose().contains("first words"));
    assert_eq!(once.count(), 1);
}

#[test]
fn a_directory_that_holds_itself_is_read_once() {
    let round = directory(&[(b"AGAIN", 20, SECTOR, 2, b""), (b"A.TXT;1", 21, 29, 0, b"")]);
    let reading = read_file("a.iso", &disc(&[descriptor(1, b"", 20)], &[&round, WORDS]));
    assert_eq!((names(&reading), causes(&reading)), (vec!["a.iso", "A.TXT"], vec![]));
}

#[test]
fn what_is_left_of_a_cut_disc_is_read_and_said_to_be_cut() {
    let whole = sample();
    for length in (16 * SECTOR + 6..24 * SECTOR + WORDS.len()).step_by(61) {
        assert!(!causes(&read_file("a.iso", &whole[..length])).is_empty(), "{length}");
    }
    let reading = read_file("a.iso", &whole[..25 * SECTOR]);
    assert!(shows(&reading, "first words") && causes(&reading) == [Cause::Malformed]);
    for at in (16 * SECTOR..whole.len()).step_by(3) {
        for change in [1, 0x80, 0xFF] {
            let mut changed = whole.clone();
            changed[at] ^= change;
            let _ = read_file("a.iso", &changed);
        }
    }
}

#[test]
fn a_directory_that_is_none_is_said_to_be_broken() {
    let lost = disc(&[descriptor(1, b"", 21)], &[b"\0", WORDS]);
    assert_eq!(causes(&read_file("a.iso", &lost)), [Cause::Malformed]);
    let short = [&directory(&[])[..], &[5, 0, 0, 0, 0]].concat();
    let reading = read_file("a.iso", &disc(&[descriptor(1, b"", 20)], &[&short]));
    assert_eq!(causes(&reading), [Cause::Malformed]);
}

#[test]
fn files_that_share_their_bytes_are_bounded() {
    let large = vec![b'x'; 1 << 20];
    let mut entries = Vec::new();
    let named: Vec<_> = (0..40).map(|index| format!("F{index}")).collect();
    for (index, name) in named.iter().enumerate() {
        entries.push((name.as_bytes(), 21, large.len() - index, 0, &b""[..]));
    }
    let bytes = disc(&[descriptor(1, b"", 20)], &[&directory(&entries), &large]);
    assert!(causes(&read_within_mib(20, &bytes)).contains(&Cause::TooLarge));
}

/// A descriptor of UDF, whose tag names the block that it is at.
fn tagged(kind: u16, block: u32, rest: &[u8]) -> Vec<u8> {
    let mut tag = [&kind.to_le_bytes()[..], &[0; 10], &block.to_le_bytes()].concat();
    tag[4] = tag.iter().fold(0, |sum, &byte| sum.wrapping_add(byte));
    [tag, rest.to_vec()].concat()
}

/// An entry of UDF: its kind, how it lists its bytes, and the list.
fn entry(block: u32, kind: u8, how: u8, length: usize, list: &[u8]) -> Vec<u8> {
    let mut rest = vec![0; 160];
    (rest[11], rest[18]) = (kind, how);
    rest[40..48].copy_from_slice(&(length as u64).to_le_bytes());
    rest[156..160].copy_from_slice(&(list.len() as u32).to_le_bytes());
    tagged(261, block, &[&rest, list].concat())
}

fn extent(block: u32, length: usize) -> Vec<u8> {
    [(length as u32).to_le_bytes(), block.to_le_bytes()].concat()
}

/// A name of UDF and the block of its entry.
fn named(name: &str, flags: u8, block: u32) -> Vec<u8> {
    let head = [&[0, 0, flags, name.len() as u8 + 1][..], &[0; 4], &block.to_le_bytes(), &[0; 10]];
    let mut bytes = tagged(257, 0, &[&head.concat(), &[8][..], name.as_bytes()].concat());
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// The descriptors of UDF, and blocks from 20 on: a partition that begins at the next block, a
/// directory, the entries of three files, and two files.
fn udf(marks: &[Vec<u8>]) -> Vec<u8> {
    let mut partition = vec![0; 172];
    partition.extend(21_u32.to_le_bytes());
    let names = [named("jane roe.txt", 0, 1), named("inside.txt", 0, 2), named("W", 2, 0)].concat();
    let blocks = [
        tagged(5, 0, &partition),
        entry(0, 4, 3, names.len(), &names),
        entry(1, 5, 0, WORDS.len(), &extent(4, WORDS.len())),
        entry(2, 5, 3, MORE.len(), MORE),
        entry(3, 5, 1, 16, &[extent(4, 8), vec![0; 8], extent(5, 8), vec![0; 8]].concat()),
        WORDS.to_vec(),
        b"in parts".to_vec(),
    ];
    disc(marks, &blocks.each_ref().map(Vec::as_slice))
}

fn marks() -> [Vec<u8>; 3] {
    [b"BEA01", b"NSR02", b"TEA01"].map(|mark| [&[0][..], mark].concat())
}

#[test]
fn files_of_udf_are_read_with_their_names() {
    let bytes = udf(&marks());
    let reading = read_file("a.iso", &bytes);
    for words in ["Patient Jane Roe, first words", "further words of hers", "Patient in parts"] {
        assert!(shows(&reading, words), "{words}");
    }
    let mut named = names(&reading);
    named.sort_unstable();
    assert_eq!(named, ["W", "a.iso", "inside.txt", "jane roe.txt"]);
    assert!(causes(&reading).is_empty());
    for at in (16 * SECTOR..bytes.len()).step_by(3) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x81;
        let _ = read_file("a.iso", &changed);
    }
    let reading = read_file("a.iso", &bytes[..25 * SECTOR + 20]);
    assert!(causes(&reading).contains(&Cause::Malformed));
}

#[test]
fn a_second_file_system_is_read_for_what_the_first_does_not_list() {
    let bytes = udf(&[&[descriptor(1, b"", 27)][..], &marks()[..2]].concat());
    let root = directory(&[(b"A.TXT;1", 25, WORDS.len(), 0, b"")]);
    let mut whole = bytes;
    whole.resize(27 * SECTOR, 0);
    whole.extend(&root);
    whole.resize(28 * SECTOR, 0);
    let reading = read_file("a.iso", &whole);
    assert!(shows(&reading, "further words of hers") && causes(&reading).is_empty());
    let lost = udf(&marks());
    let at = 23 * SECTOR;
    let lost = [&lost[..at], &[0; 16], &lost[at + 16..]].concat();
    assert_eq!(causes(&read_file("a.iso", &lost)), [Cause::Unsupported]);
    let once = reading.texts.iter().filter(|text| text.content.expose().contains("first words"));
    assert_eq!(once.count(), 1);
}

#[test]
fn a_file_system_without_what_is_read_of_it_is_said_to_be_unread() {
    assert_eq!(causes(&read_file("a.iso", &disc(&marks(), &[]))), [Cause::Unsupported]);
}

#[test]
fn an_archive_behind_a_disc_is_read_too() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("b.txt", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, b"words behind the disc").unwrap();
    let archive = archive.finish().unwrap().into_inner();
    let reading = read_file("a.iso", &[sample(), archive].concat());
    assert!(shows(&reading, "first words") && shows(&reading, "words behind the disc"));
}
