//! What is read of zip archives, and what is said of those that lie.

use std::io::{Cursor, Write};

use super::sample::{Entry, archive, crc, deflate, entry};
use crate::extract::archive::reading::{
    causes, message_with, names, read_file, read_within_mib, shows,
};
use crate::limits::Cause;
use crate::text::Fact;

#[test]
fn members_are_read_with_their_names_and_folders() {
    let reading = read_file(
        "all.zip",
        &archive(&[
            entry("roe/first note.txt", "Patient Jane Roe"),
            Entry { method: 0, ..entry("plain.txt", "stored words") },
            Entry { comment: "seen by Dr. Poe", ..entry("roe/second.txt", "more words") },
            Entry { name: b"M\x81ller.txt".to_vec(), ..entry("", "umlaut") },
            entry("empty/", ""),
        ]),
    );
    assert!(causes(&reading).is_empty());
    for words in ["Patient Jane Roe", "stored words", "more words", "umlaut", "seen by Dr. Poe"] {
        assert!(shows(&reading, words), "{words}");
    }
    let names = names(&reading);
    let wanted =
        ["all.zip", "roe", "first note.txt", "plain.txt", "second.txt", "Müller.txt", "empty"];
    assert_eq!(names, wanted);
}

#[test]
fn members_in_every_method_are_read() {
    use zip::CompressionMethod as Method;
    let lzma = include!("lzma_member.in");
    assert!(shows(&read_file("a.zip", lzma), "Jane Roe"));
    for method in [Method::Bzip2, Method::Xz, Method::Ppmd, Method::Deflated, Method::Stored] {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        writer.start_file("a.txt", options).unwrap();
        writer.write_all(b"Patient Jane Roe, MRN 00417. ".repeat(9).as_slice()).unwrap();
        let reading = read_file("a.zip", writer.finish().unwrap().get_ref());
        assert!(shows(&reading, "Jane Roe") && causes(&reading).is_empty(), "{method}");
    }
    let unknown =
        read_file("a.zip", &archive(&[Entry { method: 6, ..entry("jane roe.txt", "x") }]));
    assert_eq!(causes(&unknown), [Cause::Unsupported]);
    assert!(names(&unknown).contains(&"jane roe.txt"));
}

#[test]
fn archives_in_archives_are_read_to_the_limit() {
    let mut bytes = archive(&[entry("note.txt", "Patient Jane Roe")]);
    for _ in 0..5 {
        bytes = archive(&[Entry { method: 0, described: true, ..entry("inner.zip", &bytes) }]);
    }
    let reading = read_file("outer.zip", &bytes);
    assert!(shows(&reading, "Patient Jane Roe") && causes(&reading).is_empty());
    for _ in 0..20 {
        bytes = archive(&[entry("inner.zip", &bytes)]);
    }
    assert_eq!(causes(&read_file("outer.zip", &bytes)), [Cause::TooDeep]);
}

#[test]
fn sizes_behind_the_data_hide_nothing() {
    let described = |name, plain| Entry { described: true, ..entry(name, plain) };
    let reading = read_file(
        "a.zip",
        &archive(&[described("a.txt", "first words"), described("b.txt", "second words")]),
    );
    assert!(shows(&reading, "first words") && shows(&reading, "second words"));
    assert!(causes(&reading).is_empty());
}

#[test]
fn two_members_of_one_name_are_both_read() {
    let reading = read_file(
        "a.zip",
        &archive(&[entry("a.txt", "first words"), entry("a.txt", "second words")]),
    );
    assert!(shows(&reading, "first words") && shows(&reading, "second words"));
}

#[test]
fn members_that_the_directory_does_not_list_are_read() {
    for described in [false, true] {
        let hidden = Entry { listed: false, described, ..entry("hidden.txt", "hidden words") };
        let reading =
            read_file("a.zip", &archive(&[entry("a.txt", "shown words"), hidden.clone()]));
        assert!(shows(&reading, "hidden words") && shows(&reading, "shown words"));
        let reading = read_file("a.zip", &archive(&[hidden, entry("a.txt", "shown words")]));
        assert!(shows(&reading, "hidden words") && names(&reading).contains(&"hidden.txt"));
    }
}

#[test]
fn an_archive_behind_other_bytes_is_read() {
    let inside = archive(&[entry("a.txt", "inner words")]);
    let program = [&b"MZ\x90\0\x03\0\0\0PK\x03\x04\0\0"[..], &[0xE8; 300], &inside].concat();
    let reading = read_file("setup.exe", &program);
    assert!(shows(&reading, "inner words"));
    assert_eq!(causes(&reading), [Cause::Unsupported]);
    let text = [&b"Patient Jane Roe was here.\n"[..], &inside].concat();
    let reading = read_file("note.txt", &text);
    assert!(shows(&reading, "inner words") && shows(&reading, "Patient Jane Roe"));
    let two = [archive(&[entry("b.txt", "other words")]), inside].concat();
    let reading = read_file("a.zip", &two);
    assert!(shows(&reading, "inner words") && shows(&reading, "other words"));
}

#[test]
fn what_is_left_of_a_cut_archive_is_read() {
    let whole =
        archive(&[entry("a.txt", "first words"), entry("b.txt", "second words ".repeat(99))]);
    let directory = whole.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let reading = read_file("a.zip", &whole[..directory]);
    assert!(shows(&reading, "first words") && shows(&reading, "second words"));
    assert_eq!(causes(&reading), [Cause::Malformed]);
    let reading = read_file("a.zip", &whole[..directory - 20]);
    assert!(shows(&reading, "first words") && names(&reading).contains(&"b.txt"));
    assert!(causes(&reading).contains(&Cause::Malformed));
}

#[test]
fn headers_that_disagree_are_read_both_ways() {
    let renamed = Entry { local_name: Some(b"jane roe.txt".into()), ..entry("a.txt", "words") };
    assert!(names(&read_file("a.zip", &archive(&[renamed]))).contains(&"jane roe.txt"));
    // Said to be stored in the directory, and is deflated.
    let words = "Patient Jane Roe ".repeat(20);
    let packed = deflate(words.as_bytes());
    let lies = Entry { method: 0, local_method: Some(8), ..entry("a.txt", &packed) };
    assert!(shows(&read_file("a.zip", &archive(&[lies])), "Patient Jane Roe"));
    // Said to be stored in both, with the sum of the plain bytes.
    let mut bytes = archive(&[Entry { method: 0, ..entry("a.txt", &packed) }]);
    let (said, so) = (crc(&packed).to_le_bytes(), crc(words.as_bytes()).to_le_bytes());
    while let Some(at) = bytes.windows(4).position(|four| four == said) {
        bytes[at..at + 4].copy_from_slice(&so);
    }
    let reading = read_file("a.zip", &bytes);
    assert!(shows(&reading, "Patient Jane Roe") && causes(&reading).contains(&Cause::Malformed));
}

#[test]
fn a_locked_archive_is_encrypted_and_its_names_are_read() {
    let locked = Entry { password: Some("Sesame7"), ..entry("x/jane roe.txt", "secret words") };
    let bytes = archive(&[locked, entry("open.txt", "open words")]);
    let reading = read_file("a.zip", &bytes);
    assert_eq!(causes(&reading), [Cause::Encrypted]);
    assert!(shows(&reading, "open words") && !shows(&reading, "secret words"));
    assert!(names(&reading).contains(&"jane roe.txt") && names(&reading).contains(&"x"));
    assert!(reading.facts.is_empty());
}

#[test]
fn an_archive_whose_password_stands_in_the_message_is_read() {
    let locked = |name, words| Entry { password: Some("Sesame7"), ..entry(name, words) };
    let traditional = archive(&[locked("a.txt", "secret words"), locked("b.txt", "other words")]);
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, words) in [("a.txt", "secret words"), ("b.txt", "other words")] {
        let options = zip::write::SimpleFileOptions::default()
            .with_aes_encryption(zip::AesMode::Aes256, "Sesame7");
        writer.start_file(name, options).unwrap();
        writer.write_all(words.repeat(30).as_bytes()).unwrap();
    }
    let aes = writer.finish().unwrap().into_inner();
    for bytes in [traditional, aes] {
        for (before, after) in
            [("Password: Sesame7.", "Bye"), ("Hello", "The password is \"Sesame7\"")]
        {
            let reading = message_with(before, "a.zip", &bytes, after);
            assert!(shows(&reading, "secret words") && shows(&reading, "other words"));
            assert!(causes(&reading).is_empty());
            assert_eq!(reading.facts[0].fact, Fact::PasswordInMessage);
            assert_eq!(reading.facts[0].part.to_string(), "2");
        }
        let reading = message_with("Password: sesame8", "a.zip", &bytes, "or pw: opensesame");
        assert_eq!(causes(&reading), [Cause::Encrypted]);
        assert!(names(&reading).contains(&"a.txt") && reading.facts.is_empty());
    }
}

#[test]
fn a_locked_archive_in_a_locked_archive_is_opened() {
    let locked = |name, words: &[u8]| Entry { password: Some("Sesame7"), ..entry(name, words) };
    let inner = archive(&[locked("a.txt", b"secret words")]);
    let outer = archive(&[locked("inner.zip", &inner)]);
    assert!(shows(&message_with("pw: Sesame7", "a.zip", &outer, ""), "secret words"));
}

#[test]
fn bombs_end_with_the_budget() {
    let bomb = archive(&[entry("a", vec![b' '; 40 << 20])]);
    let layered = archive(&vec![entry("bomb.zip", &bomb); 60]);
    assert!(causes(&read_within_mib(64, &layered)).contains(&Cause::TooLarge));
}

#[test]
fn an_archive_that_doubles_on_every_level_ends_with_the_budget() {
    let doubled = |inner: Vec<u8>| archive(&[entry("a.zip", &inner), entry("b.zip", &inner)]);
    let archive = (0..15).fold(archive(&[entry("a.txt", "words")]), |inner, _| doubled(inner));
    assert!(causes(&read_file("a.zip", &archive)).contains(&Cause::TooLarge));
}

#[test]
fn a_locked_archive_that_is_not_reached_has_its_names_read() {
    let locked = Entry { password: Some("Sesame7"), ..entry("x/jane roe.txt", "secret words") };
    let bomb = entry("a", vec![b' '; 40 << 20]);
    let inner = archive(std::slice::from_ref(&locked));
    let beside = archive(&[entry("inner.zip", &inner), bomb.clone()]);
    let inside = archive(&[locked, bomb]);
    for bytes in [beside, inside] {
        let reading = read_within_mib(20, &bytes);
        assert_eq!(causes(&reading), [Cause::TooLarge; 2]);
        assert!(names(&reading).contains(&"jane roe.txt") && !shows(&reading, "secret words"));
    }
}

#[test]
fn half_a_million_headers_cost_no_more_than_their_length() {
    // Each says that its size follows it, and nothing does.
    let header = b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0a";
    let started = std::time::Instant::now();
    let reading = read_file("a.zip", &header.repeat(500_000));
    assert!(causes(&reading).contains(&Cause::TooLarge));
    assert!(started.elapsed().as_secs() < 10);
}

#[test]
fn members_that_share_their_bytes_are_bounded_too() {
    // Every member of the directory points at the same packed bytes.
    let one = archive(&[entry("a", vec![b'x'; 1 << 20])]);
    let start = one.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let listed = &one[start..one.len() - 22];
    let mut bytes = one[..start].to_vec();
    (0..2000).for_each(|_| bytes.extend_from_slice(listed));
    let length = (listed.len() * 2000) as u32;
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&[2000_u16.to_le_bytes(), 2000_u16.to_le_bytes()].concat());
    bytes.extend_from_slice(&[length.to_le_bytes(), (start as u32).to_le_bytes()].concat());
    bytes.extend_from_slice(&[0, 0]);
    assert!(causes(&read_within_mib(20, &bytes)).contains(&Cause::TooLarge));
}

#[test]
fn an_archive_that_is_cut_or_changed_anywhere_is_no_panic_and_never_clean() {
    let whole = archive(&[
        Entry { described: true, comment: "c", ..entry("a.txt", "first words") },
        Entry { password: Some("x"), ..entry("b.txt", "second words") },
        Entry { method: 0, ..entry("c.txt", "third words") },
    ]);
    for length in 4..whole.len() {
        let reading = read_file("a.zip", &whole[..length]);
        assert!(!causes(&reading).is_empty(), "{length}");
    }
    for at in 0..whole.len() {
        for change in [1, 0x80, 0xFF] {
            let mut changed = whole.clone();
            changed[at] ^= change;
            let _ = message_with("password x", "a.zip", &changed, "");
        }
    }
}
