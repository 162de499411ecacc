//! Damaged and hostile messages: reading ends, within its budget, without a panic.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod reading;

use std::time::{Duration, Instant};

use phi_milter::limits::{Bytes, Cause, Limits, Span};
use reading::*;

/// A message with a little of everything.
fn composite() -> Vec<u8> {
    let inner = multipart(
        "alternative",
        &[
            ("Content-Type: text/plain; charset=utf-8; format=flowed", "Flowed \r\ntext M\u{fc}ller"),
            (
                "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable",
                "<p style=3D\"x\">a<b>b</b>&amp;<!-- c --><blockquote>d</blockquote>=\r\n<img alt=3D'e'>",
            ),
        ],
    )
    .replace("b42", "c43");
    let event =
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY;X=\"a:b\":c\\,d\r\n e\r\nEND:VEVENT\r\n";
    let armor = format!(
        "x\r\n-----BEGIN PGP MESSAGE-----\r\nVersion: 1\r\n\r\n{}\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n\
         begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n",
        base64(
            [&[0xC1, 0x40, 3][..], &cipher_text(63), &[0xD2, 0x20, 1], &cipher_text(31)].concat()
        )
    );
    let cms = [
        &[0x30, 0x80, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03, 0xA0, 0x80]
            [..],
        &[0x30, 0x80, 0x02, 0x01, 0x00, 0x31, 0x03, 0x30, 0x01, 0x00, 0x30, 0x80, 0x06, 0x01, 0x2A],
        &[0x30, 0x00, 0x80, 0x20],
        &cipher_text(32),
        &[0; 8],
    ]
    .concat();
    multipart(
        "mixed",
        &[
            ("Content-Type: message/rfc822", &inner),
            ("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64", &base64(&inner)),
            ("Content-Type: text/calendar", event),
            ("Content-Type: text/plain\r\nContent-Disposition: inline; filename*0*=utf-8''a%20; filename*1=b", &armor),
            ("Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64", &base64(cms)),
            ("Content-Type: text/plain; charset=utf-7", "+AFMAUw-N"),
            ("Content-Type: text/plain; charset=hz-gb-2312", "~{;<~} x"),
        ],
    )
    .replace("Subject: s", "Subject: =?utf-8?q?s=C3?= =?utf-8?b?vA==?=")
    .into_bytes()
}

#[test]
fn the_composite_message_is_read_whole() {
    let reading = read(composite());
    assert_eq!(facts(&reading), ["4 pgp-encrypted", "5 smime-encrypted"]);
    assert_eq!(unread(&reading), ["4 encrypted", "5 encrypted"]);
    assert_eq!(reading.parts, 12);
}

#[test]
fn a_message_cut_off_anywhere_is_read() {
    let whole = composite();
    let read_whole = read(&whole).text_bytes();
    for length in 0..whole.len() {
        let reading = read(&whole[..length]);
        assert!(reading.text_bytes() <= read_whole * 2, "{length}");
    }
}

#[test]
fn random_damage_ends_in_a_reading() {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).unwrap()
    };
    let whole = composite();
    for _ in 0..1500 {
        let mut bytes = whole.clone();
        for _ in 0..1 + random() % 8 {
            let at = random() % bytes.len();
            match random() % 5 {
                0 => bytes[at] = (random() & 0xFF) as u8,
                1 => {
                    drop(bytes.drain(
                        at..(at + random() % 40).min(whole.len() / 2).max(at).min(bytes.len()),
                    ))
                }
                2 => bytes.insert(at, b"\r\n=-:;\"<>\0"[random() % 10]),
                3 => {
                    let copy = bytes[at..(at + 200).min(bytes.len())].to_vec();
                    let to = random() % bytes.len();
                    bytes.splice(to..to, copy);
                }
                _ => bytes[at] ^= 1 << (random() % 8),
            }
            if bytes.is_empty() {
                break;
            }
        }
        let reading = read(&bytes);
        assert!(reading.parts >= 1);
        for text in &reading.texts {
            let content = text.content.expose();
            assert!(!content.is_empty() && !content.contains('\0') && !content.contains('\r'));
            let spans = text.fields.iter().map(|f| &f.span).chain(text.zones.iter().map(|z| &z.0));
            for span in spans {
                assert!(content.get(span.start as usize..span.end as usize).is_some());
            }
        }
    }
}

#[test]
fn spans_are_in_order_and_do_not_overlap() {
    let reading = read(composite());
    for text in &reading.texts {
        assert!(text.fields.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        assert!(text.zones.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start));
    }
}

/// Bytes that cost a careless reader more than their length.
fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let nested = |levels: usize| {
        let open: String = (0..levels)
            .map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n"))
            .collect();
        open.into_bytes()
    };
    let messages = "Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
    vec![
        ("multiparts in multiparts", nested(20_000)),
        ("messages in messages", messages.into_bytes()),
        (
            "a part a line",
            single("Content-Type: multipart/mixed; boundary=b", "--b\r\n".repeat(400_000)),
        ),
        (
            "half a boundary a line",
            single("Content-Type: multipart/mixed; boundary=bbbb", "--bbb\r\n".repeat(300_000)),
        ),
        ("fields", "X-A: b\r\n".repeat(300_000).into_bytes()),
        ("a fold a line", format!("Subject: a{}", "\r\n b".repeat(400_000)).into_bytes()),
        ("parameters", single(&format!("Content-Type: a/b{}", "; c*1*=d".repeat(200_000)), "x")),
        (
            "encoded words",
            format!("Subject: {}\r\n\r\n", "=?utf-8?q?a?= ".repeat(100_000)).into_bytes(),
        ),
        (
            "open encoded words",
            format!("Subject: {}\r\n\r\n", "=?a?q?".repeat(200_000)).into_bytes(),
        ),
        ("addresses", format!("To: {}\r\n\r\n", "\"a\" <b@c>, ".repeat(100_000)).into_bytes()),
        ("open angles", format!("To: {}\r\n\r\n", "<a ".repeat(200_000)).into_bytes()),
        ("tags", single("Content-Type: text/html", "<div><b>".repeat(200_000))),
        ("attributes", single("Content-Type: text/html", format!("<p{}>", " a=b".repeat(200_000)))),
        ("open comments", single("Content-Type: text/html", "<!--<b>".repeat(200_000))),
        ("comments", single("Content-Type: text/html", "<!--a<b>-->".repeat(100_000))),
        ("entities", single("Content-Type: text/html", "&amp;&#x41;".repeat(100_000))),
        (
            "quotations",
            single("Content-Type: text/html", "<blockquote>a</blockquote>".repeat(50_000)),
        ),
        ("armor", single("", "-----BEGIN PGP MESSAGE-----\r\n".repeat(50_000))),
        (
            "short armor",
            single("", "-----BEGIN A-----\r\nAAAA\r\n-----END A-----\r\n".repeat(30_000)),
        ),
        ("uuencode", single("", "begin 644 a\r\n".repeat(100_000))),
        ("mime fields in a text", single("", "Content-Type: text/plain\r\n\r\n".repeat(50_000))),
        (
            "base64 in a text",
            single("", "Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n\r\n".repeat(30_000)),
        ),
        (
            "calendar",
            single(
                "Content-Type: text/calendar",
                format!("BEGIN:VCALENDAR\r\n{}", "A;B=C:D\r\n E\r\n".repeat(60_000)),
            ),
        ),
        (
            "names in a calendar",
            single("Content-Type: text/calendar", {
                let names: String = (0..60_000).map(|i| format!("X-{i}:v\r\n")).collect();
                format!("BEGIN:VCALENDAR\r\n{names}")
            }),
        ),
        (
            "indefinite lengths",
            single("Content-Type: application/pkcs7-mime", [0x30, 0x80].repeat(300_000)),
        ),
        (
            "packets",
            single("Content-Type: application/pgp-encrypted", [0xC2, 0x01, 0x04].repeat(300_000)),
        ),
        (
            "partial packets",
            single(
                "Content-Type: application/pgp-encrypted",
                [&[0xD2][..], &[0xE0, 0].repeat(300_000)].concat(),
            ),
        ),
        ("control characters", single("", "\u{1}\u{2}\0".repeat(300_000))),
        ("shifts", single("Content-Type: text/plain; charset=utf-7", "+-+A".repeat(300_000))),
    ]
}

#[test]
fn nothing_costs_more_than_its_length() {
    for (name, bytes) in bombs() {
        let started = Instant::now();
        let reading = read(&bytes);
        // Debug builds on a busy machine: what is quadratic takes minutes.
        assert!(started.elapsed() < Duration::from_secs(8), "{name}: {:?}", started.elapsed());
        assert!(reading.texts.len() + reading.unread.len() < 50_000, "{name}");
    }
}

#[test]
fn a_spent_budget_ends_the_walk_and_says_so() {
    let parts = multipart("mixed", &[("", "one"), ("", "two"), ("", "three")]);
    let few = Limits { parts: 3, ..Limits::default() };
    assert_eq!(unread(&read_within(&few, &parts)), ["3 too-large"]);
    let no_time = Limits { worker_time: Span(Duration::ZERO), ..Limits::default() };
    assert_eq!(unread(&read_within(&no_time, &parts)), ["0 timed-out"]);
    let shallow = Limits { depth: 1, ..Limits::default() };
    let nested = multipart(
        "mixed",
        &[("Content-Type: message/rfc822", "Subject: in\r\n\r\ndeep"), ("", "two")],
    );
    let reading = read_within(&shallow, nested);
    assert_eq!(unread(&reading), ["1.1 too-deep"]);
    assert!(shows(&reading, "in") && shows(&reading, "two") && !shows(&reading, "deep"));
    let terse = Limits { text: Bytes(6), ..Limits::default() };
    assert!(is_unread(&read_within(&terse, &parts), Cause::TooLarge));
}

#[test]
fn an_empty_message_is_a_message() {
    for empty in ["", "\r\n", "\r\n\r\n", "Subject: s", "Subject: s\r\n", ":", "\n\n\nFrom"] {
        assert!(read(empty).unread.is_empty(), "{empty:?}");
    }
}
