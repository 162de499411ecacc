use std::io::Cursor;

use office_oxide::{Document, DocumentFormat};

use super::DEFAULT_PASSWORD;
use super::agile::Agile;
use super::legacy::{Header, unmask};
use super::sample::package;
use super::standard::Standard;
use crate::extract::archive::reading::{causes, message_with, shows};
use crate::extract::compound::tests::{
    atom, compound, patients, reading, record, word_streams, workbook_stream,
};
use crate::limits::Cause;
use crate::text::Fact;

fn file((info, package): (Vec<u8>, Vec<u8>)) -> Vec<u8> {
    compound(&[("EncryptionInfo", &info), ("EncryptedPackage", &package)])
}

fn agile(password: &str, rounds: u32) -> Vec<u8> {
    file(Agile::written(&package(), password, rounds))
}

fn standard(password: &str) -> Vec<u8> {
    file(Standard::written(&package(), password))
}

#[test]
fn what_opens_without_being_asked_is_opened_and_nothing_else() {
    for (lock, file) in
        [("agile", agile(DEFAULT_PASSWORD, 10)), ("standard", standard(DEFAULT_PASSWORD))]
    {
        // Another reader says that what the test makes is what the standard says.
        let document = Document::from_reader(Cursor::new(file.clone()), DocumentFormat::Docx);
        assert!(document.unwrap().plain_text().contains("Jane Roe"), "{lock}");
        let opened = reading(&file);
        assert!(shows(&opened, "Jane Roe"), "{lock}: {:?}", opened.unread);
        assert_eq!((causes(&opened), opened.facts), (vec![], vec![]), "{lock}");
    }
    for (lock, file) in [("agile", agile("another", 10)), ("standard", standard("another"))] {
        let closed = reading(&file);
        assert_eq!(causes(&closed), [Cause::Encrypted], "{lock}");
        assert!(closed.texts.is_empty());
    }
}

#[test]
fn a_package_is_opened_with_the_password_in_the_message() {
    for (lock, file) in [("agile", agile("Sesame7", 10)), ("standard", standard("Sesame7"))] {
        for (before, after) in [("Password: Sesame7", "Bye"), ("Hi", "The password is Sesame7.")] {
            let reading = message_with(before, "a.docx", &file, after);
            assert!(shows(&reading, "Jane Roe"), "{lock}");
            assert_eq!(causes(&reading), [], "{lock}");
            assert_eq!(reading.facts[0].fact, Fact::PasswordInMessage);
        }
        let reading = message_with("Password: sesame7", "a.docx", &file, "Bye");
        assert_eq!(causes(&reading), [Cause::Encrypted], "{lock}");
        assert_eq!(reading.facts, []);
    }
}

/// A document of before 2007, encrypted: the older way, or with so many bits.
fn word(password: &str, bits: Option<u32>) -> Vec<u8> {
    let (header, keys) = Header::written(password, bits);
    let (mut main, table) = word_streams("Jane Roe MRN 0012345\r");
    let mut table = [header.clone(), table].concat();
    main[0x0B] |= 1;
    main[0x0E..0x12].copy_from_slice(&(header.len() as u32).to_le_bytes());
    // Where the table of pieces is (fcClx).
    main[0x1A2..0x1A6].copy_from_slice(&(header.len() as u32).to_le_bytes());
    let stream = keys.stream(main.len().max(table.len()), 512);
    let (all, whole) = (main.len(), table.len());
    unmask(&mut main, &stream, 68..all);
    unmask(&mut table, &stream, header.len()..whole);
    compound(&[("WordDocument", &main), ("1Table", &table)])
}

fn workbook(password: &str, bits: Option<u32>) -> Vec<u8> {
    const START: usize = 20;
    let (header, keys) = Header::written(password, bits);
    let pass = record(0x2F, &[&[1, 0], &header[..]].concat());
    let mut stream = workbook_stream(0, &patients());
    // Where the sheet begins.
    let sheet = START + 4..START + 8;
    let place = u32::from_le_bytes(stream[sheet.clone()].try_into().unwrap()) + pass.len() as u32;
    stream[sheet].copy_from_slice(&place.to_le_bytes());
    stream.splice(START..START, pass.iter().copied());
    let keys = keys.stream(stream.len(), 1024);
    let mut at = START + pass.len();
    while at + 4 <= stream.len() {
        let kind = u16::from_le_bytes([stream[at], stream[at + 1]]);
        let end = at + 4 + usize::from(u16::from_le_bytes([stream[at + 2], stream[at + 3]]));
        match kind {
            0x809 => {}
            0x85 => unmask(&mut stream, &keys, at + 8..end),
            _ => unmask(&mut stream, &keys, at + 4..end),
        }
        at = end;
    }
    compound(&[("Workbook", &stream)])
}

fn slides(password: &str, bits: u32) -> Vec<u8> {
    let (header, keys) = Header::written(password, Some(bits));
    let mut slide = atom(0xF, 1006, &atom(0, 0xFA8, b"Jane Roe MRN 0012345"));
    keys.block(1).apply(&mut slide);
    let session = atom(0xF, 0x2F14, &header);
    let session_at = slide.len() as u32;
    let mut directory = ((2_u32 << 20) | 1).to_le_bytes().to_vec();
    directory.extend([0_u32, session_at].iter().flat_map(|number| number.to_le_bytes()));
    let directory_at = session_at + session.len() as u32;
    let directory = atom(0, 0x1772, &directory);
    let edit_at = directory_at + directory.len() as u32;
    let numbers = [0, 0x0300_0000, 0, directory_at, 1, 2, 0, 2_u32];
    let edit: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    let main = [slide, session, directory, atom(0, 0x0FF5, &edit)].concat();
    let mut user = vec![0, 0, 0xF6, 0x0F, 0x14, 0, 0, 0, 0x14, 0, 0, 0];
    user.extend([0xF3D1_C4DF, edit_at].iter().flat_map(|number: &u32| number.to_le_bytes()));
    user.extend([0, 0, 0xF4, 3, 3, 0, 0, 0, 9, 0, 0, 0]);
    compound(&[("PowerPoint Document", &main), ("Current User", &user)])
}

#[test]
fn documents_of_before_2007_are_opened_with_the_password_in_the_message() {
    let all = [
        ("word", word("Sesame7", None)),
        ("word, 128 bits", word("Sesame7", Some(128))),
        ("word, 40 bits", word("Sesame7", Some(40))),
        ("workbook", workbook("Sesame7", None)),
        ("workbook, 128 bits", workbook("Sesame7", Some(128))),
        ("slides", slides("Sesame7", 128)),
    ];
    for (name, file) in all {
        let reading = message_with("Hello", "a.bin", &file, "The password is Sesame7.");
        assert!(shows(&reading, "Jane Roe") && shows(&reading, "0012345"), "{name}");
        assert_eq!(causes(&reading), [], "{name}");
        assert_eq!(reading.facts[0].fact, Fact::PasswordInMessage);
        let reading = message_with("Hello", "a.bin", &file, "The password is another.");
        assert!(!shows(&reading, "Jane Roe"), "{name}");
        assert_eq!((causes(&reading), reading.facts), (vec![Cause::Encrypted], vec![]), "{name}");
    }
}

#[test]
fn a_count_of_rounds_that_nobody_waits_for_ends_the_search() {
    let file = agile("Sesame7", u32::MAX);
    let reading = message_with("password: one\npassword: Sesame7", "a.docx", &file, "");
    assert_eq!(causes(&reading), [Cause::TimedOut, Cause::Encrypted]);
}

#[test]
fn whatever_is_changed_in_a_locked_file_it_is_read_or_unread() {
    for file in [word("Sesame7", None), workbook("Sesame7", Some(128)), slides("Sesame7", 128)] {
        for at in (0..file.len()).step_by(101) {
            let mut changed = file.clone();
            changed[at] ^= 0x55;
            let reading = message_with("Password: Sesame7", "a.bin", &changed, "");
            assert!(shows(&reading, "Jane") || !reading.unread.is_empty(), "{at}");
        }
    }
}
