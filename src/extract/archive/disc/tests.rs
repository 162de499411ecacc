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

#[test]
fn another_file_system_on_the_disc_is_said_to_be_unread() {
    let udf = |mark: &[u8]| [&[0][..], mark].concat();
    let marks = [udf(b"BEA01"), udf(b"NSR02"), udf(b"TEA01")];
    let alone = read_file("a.iso", &disc(&marks, &[])[..19 * SECTOR]);
    assert_eq!(causes(&alone), [Cause::Unsupported]);
    let root = directory(&[(b"A.TXT;1", 21, WORDS.len(), 0, b"")]);
    let both = [&[descriptor(1, b"", 20)][..], &marks[..1], &marks[1..2]].concat();
    let reading = read_file("a.iso", &disc(&both, &[&root, WORDS]));
    assert!(shows(&reading, "first words") && causes(&reading) == [Cause::Unsupported]);
}
