//! What is read of Outlook's messages.

use super::sample::{fixed, list, message_file, plain_rtf, tnef, wide};
use crate::extract::archive::reading::{causes, message_with, names, read_file, shows};
use crate::limits::Cause;
use crate::text::{Place, Reading};

fn sample_file() -> Vec<u8> {
    let attachment = "/__attach_version1.0_#00000000";
    let nested = "/__attach_version1.0_#00000001/__substg1.0_3701000D";
    let inner = format!("{nested}/__attach_version1.0_#00000000");
    message_file(&[
        ("/__properties_version1.0", fixed(32, &[(0x3FFD, 1251), (0x3FDE, 65001)])),
        ("/__substg1.0_0037001F", wide("About Jane Roe")),
        ("/__substg1.0_0C1A001E", b"\xC8\xE2\xE0\xED".to_vec()),
        ("/__substg1.0_1000001F", wide("Patient Jane Roe, plain")),
        ("/__substg1.0_10130102", "<p>M\u{FC}ller in HTML</p>".into()),
        ("/__substg1.0_10090102", plain_rtf("{\\rtf1 words in RTF}")),
        ("/__substg1.0_8005001F", wide("Room seven")),
        ("/__recip_version1.0_#00000000/__substg1.0_3001001F", wide("Bob Poe")),
        (&format!("{attachment}/__substg1.0_37010102"), b"attached words".to_vec()),
        (&format!("{attachment}/__substg1.0_3707001F"), wide("jane roe.txt")),
        (&format!("{nested}/__properties_version1.0"), fixed(24, &[])),
        (&format!("{nested}/__substg1.0_0037001F"), wide("Inner subject")),
        (&format!("{nested}/__substg1.0_1000001F"), wide("inner words")),
        (&format!("{inner}/__substg1.0_37010102"), b"innermost words".to_vec()),
    ])
}

fn subjects(reading: &Reading) -> Vec<&str> {
    let subjects = reading.texts.iter().filter(|text| text.place == Place::Subject);
    subjects.map(|text| text.content.expose().as_str()).collect()
}

#[test]
fn a_message_file_is_read_with_its_bodies_and_attachments() {
    let reading = read_file("a.msg", &sample_file());
    for words in [
        "Patient Jane Roe, plain",
        "Müller in HTML",
        "words in RTF",
        "Room seven",
        "Bob Poe",
        "Иван",
        "attached words",
        "inner words",
        "innermost words",
    ] {
        assert!(shows(&reading, words), "{words}");
    }
    assert_eq!(subjects(&reading), ["About Jane Roe", "Inner subject"]);
    assert!(names(&reading).contains(&"jane roe.txt"));
    let body = reading.texts.iter().find(|text| text.content.expose().contains("plain")).unwrap();
    assert_eq!((body.place, body.group.to_string().as_str()), (Place::Body, "1"));
}

#[test]
fn a_header_that_came_by_mail_is_read_once() {
    let header = "Received: x\r\nSubject: About Jane Roe\r\nX-Note: seen by Dr. Poe\r\n\r\n";
    let reading = read_file(
        "a.msg",
        &message_file(&[
            ("/__properties_version1.0", fixed(32, &[])),
            ("/__substg1.0_007D001F", wide(header)),
            ("/__substg1.0_0037001F", wide("About Jane Roe")),
        ]),
    );
    assert_eq!(subjects(&reading), ["About Jane Roe"]);
    assert!(shows(&reading, "seen by Dr. Poe") && causes(&reading).is_empty());
}

#[test]
fn a_damaged_message_file_is_malformed() {
    let whole = sample_file();
    for length in (8..whole.len()).step_by(61) {
        let reading = read_file("a.msg", &whole[..length]);
        assert!(!causes(&reading).is_empty() || shows(&reading, "innermost words"), "{length}");
    }
    for at in (0..whole.len()).step_by(13) {
        let mut changed = whole.clone();
        changed[at] ^= 0xFF;
        let _ = read_file("a.msg", &changed);
    }
}

fn sample_tnef() -> Vec<u8> {
    let inner = tnef(&[(1, 0x0002_800C, b"inner words".to_vec())]);
    let object = [&b"\x07\x03\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"[..], &inner].concat();
    tnef(&[
        (1, 0x0006_9007, 1251_u32.to_le_bytes().to_vec()),
        (1, 0x0001_8004, b"About Jane Roe\0".to_vec()),
        (
            1,
            0x0006_9003,
            list(&[
                (0x3FDE, 0x0003, vec![0xE9, 0xFD, 0, 0]),
                (0x0E06, 0x0040, vec![1; 8]),
                (0x8001, 0x001E, b"\xC8\xE2\xE0\xED\0".to_vec()),
                (0x1013, 0x0102, "<p>M\u{FC}ller in HTML</p>".into()),
                (0x1009, 0x0102, plain_rtf("{\\rtf1 words in RTF}")),
            ]),
        ),
        (2, 0x0006_9002, vec![0; 14]),
        (2, 0x0001_8010, b"JANERO~1.TXT\0".to_vec()),
        (2, 0x0006_800F, b"attached words".to_vec()),
        (2, 0x0006_9005, list(&[(0x3707, 0x001F, wide("jane roe.txt"))])),
        (2, 0x0006_9002, vec![0; 14]),
        (2, 0x0006_9005, list(&[(0x3701, 0x000D, object)])),
    ])
}

#[test]
fn winmail_is_read_with_its_bodies_and_attachments() {
    let reading = message_with("Hello", "winmail.dat", &sample_tnef(), "");
    for words in ["Müller in HTML", "words in RTF", "Иван", "attached words", "inner words"] {
        assert!(shows(&reading, words), "{words}");
    }
    assert!(subjects(&reading).contains(&"About Jane Roe"));
    assert!(names(&reading).contains(&"jane roe.txt"));
    assert!(!causes(&reading).contains(&Cause::Malformed));
}

#[test]
fn damaged_winmail_is_read_as_far_as_it_goes() {
    let whole = sample_tnef();
    for length in 4..whole.len() {
        let reading = read_file("winmail.dat", &whole[..length]);
        assert!(length < 200 || shows(&reading, "Müller in HTML") || !causes(&reading).is_empty());
    }
    for at in 4..whole.len() {
        let mut changed = whole.clone();
        changed[at] = 0xFF;
        let _ = read_file("winmail.dat", &changed);
    }
}
