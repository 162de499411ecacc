//! Known ways to get text past a mail scanner. `docs/evasions.md` lists each with its test.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod reading;

use phi_milter::limits::{Cause, Limits};
use phi_milter::text::Place;
use reading::*;

const SECRET: &str = "MRN 0012345";

/// Messages in which [`SECRET`] must be found in a text of that place.
fn found(place: Place, messages: &[Vec<u8>]) {
    for message in messages {
        let reading = read(message);
        assert!(
            holds(&reading, place, SECRET),
            "not found in {:?}\ntexts {:?} unread {:?}",
            String::from_utf8_lossy(message),
            reading.texts.iter().map(|t| t.content.expose()).collect::<Vec<_>>(),
            unread(&reading)
        );
    }
}

fn html(body: &str) -> Vec<u8> {
    single("Content-Type: text/html; charset=utf-8", body)
}

// Structure

#[test]
fn messages_in_base64_in_messages_are_read_to_the_limit() {
    let mut message = single("Content-Type: text/plain", SECRET);
    for level in 1..=20 {
        message = single(
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64",
            base64(&message),
        );
        let reading = read(&message);
        if level < 16 {
            assert!(shows(&reading, SECRET), "level {level}");
            assert!(reading.unread.is_empty(), "level {level}");
        } else {
            assert!(is_unread(&reading, Cause::TooDeep), "level {level}");
        }
    }
}

#[test]
fn nested_messages_are_read_at_every_transfer_encoding_and_type() {
    let inner = single("X-Note: inner", SECRET);
    let text = String::from_utf8(inner.clone()).unwrap();
    for (media_type, encoding, body) in [
        ("message/rfc822", "7bit", text.clone()),
        ("message/rfc822", "base64", base64(&inner)),
        ("message/rfc822", "quoted-printable", text.replace('=', "=3D").replace("MRN", "M=\r\nRN")),
        ("message/global", "8bit", text.clone()),
        (
            "application/octet-stream; name=a.eml",
            "base64",
            base64(single("Date: x\r\nTo: y", SECRET)),
        ),
    ] {
        let fields = format!("Content-Type: {media_type}\r\nContent-Transfer-Encoding: {encoding}");
        let reading = read(multipart("mixed", &[("", "hi"), (&fields, &body)]));
        assert_eq!(text_with(&reading, SECRET).part.to_string(), "2.1", "{media_type} {encoding}");
        assert_eq!(texts(&reading, Place::Subject), ["s", "s"], "{media_type} {encoding}");
    }
}

#[test]
fn parts_of_a_digest_are_messages_without_saying_so() {
    for blank in ["", "\r\n"] {
        let message = format!("{blank}Subject: {SECRET}\r\n\r\nbody");
        found(Place::Subject, &[multipart("digest", &[("", &message)]).into_bytes()]);
    }
}

#[test]
fn text_outside_of_the_parts_is_read() {
    let parts = "--b\r\n\r\nhi\r\n";
    let head = "Content-Type: multipart/mixed; boundary=b";
    found(
        Place::Body,
        &[
            single(head, format!("{SECRET}\r\n{parts}--b--\r\n")),
            single(head, format!("{parts}--b--\r\n{SECRET}\r\n")),
            single(head, format!("{parts}--b--{SECRET}\r\n--b--")),
            single(
                head,
                format!("This is a multi-part message in MIME format. {SECRET}\r\n{parts}"),
            ),
        ],
    );
}

#[test]
fn a_boundary_that_is_missing_wrong_or_repeated_hides_nothing() {
    let encoded = base64(format!("Patient has {SECRET}, seen today."));
    let part =
        format!("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}");
    found(
        Place::Body,
        &[
            single("Content-Type: multipart/mixed", format!("--b\r\n{part}\r\n--b--\r\n")),
            single(
                "Content-Type: multipart/mixed; boundary=other",
                format!("--b\r\n{part}\r\n--b--\r\n"),
            ),
            single("Content-Type: multipart/mixed; boundary=b", format!("--b\r\n{part}")),
            single(
                "Content-Type: multipart/mixed; boundary=b",
                format!("--b--\r\n--b\r\n{part}\r\n"),
            ),
            single(
                "Content-Type: multipart/mixed; boundary=a; boundary=b",
                format!("--b\r\n{part}\r\n"),
            ),
            single(
                "Content-Type: multipart/mixed; boundary*0=\"b\"; boundary*1=\"b\"",
                format!("--bb\r\n{part}\r\n"),
            ),
            single(
                "Content-Type: multipart/mixed; boundary=b (a comment)",
                format!("--b\r\n{part}\r\n"),
            ),
            single(
                "Content-Type: multipart/mixed; boundary=\"b\"",
                format!("--b \t\r\n{part}\r\n--b--"),
            ),
        ],
    );
}

#[test]
fn nested_multiparts_that_share_a_boundary_are_both_read() {
    let encoded = base64(format!("Patient has {SECRET}."));
    let body = format!(
        "--b\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b--\r\n\
         --b\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n--b--\r\n"
    );
    found(Place::Body, &[single("Content-Type: multipart/mixed; boundary=b", body)]);
}

#[test]
fn a_multipart_that_is_itself_encoded_is_read() {
    let body = format!("--b\r\nContent-Type: text/plain\r\n\r\n{SECRET}\r\n--b--\r\n");
    let fields = "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: ";
    found(
        Place::Body,
        &[
            single(&format!("{fields}base64"), base64(&body)),
            single(&format!("{fields}base64"), &body),
            single(&format!("{fields}quoted-printable"), body.replace("--b", "=2D-b")),
        ],
    );
}

#[test]
fn fields_given_twice_are_read_both_ways() {
    let encoded = base64(format!("Patient has {SECRET}."));
    found(
        Place::Body,
        &[
            single(
                "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64",
                &encoded,
            ),
            single(
                "Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit",
                &encoded,
            ),
            single("Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit", SECRET),
            single("Content-Type: text/html\r\nContent-Type: text/plain", format!("<p {SECRET}>")),
            single("Content-Type: text/plain\r\nContent-Type: text/html", "<b>M</b>RN 0012345"),
            single(
                "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b\r\n\
                 Content-Transfer-Encoding: 7bit",
                format!("--b\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n--b--"),
            ),
        ],
    );
}

#[test]
fn readings_of_readings_do_not_multiply() {
    let mut body = "hi".to_owned();
    for level in 0..8 {
        let boundaries = [format!("a{level}"), format!("c{level}")];
        body = format!(
            "Content-Type: multipart/mixed; boundary={0}\r\nContent-Type: multipart/mixed; boundary={1}\r\n\r\n\
             --{0}\r\n{body}\r\n--{1}\r\n{body}\r\n",
            boundaries[0], boundaries[1]
        );
        body.truncate(200_000);
    }
    let reading = read(format!("Subject: s\r\n{body}"));
    assert!(reading.parts < 4_000, "{}", reading.parts);
    assert!(is_unread(&reading, Cause::Malformed));
}

#[test]
fn a_field_given_more_often_than_is_followed_is_unread() {
    let encodings = ["7bit", "x-a", "x-b", "quoted-printable", "x-c", "base64"];
    let types = ["text/plain", "text/x-a", "text/x-b", "text/x-c", "text/html"];
    let fields = |name: &str, values: &[&str]| {
        values.iter().map(|value| format!("{name}: {value}\r\n")).collect::<String>()
    };
    let encodings = fields("Content-Transfer-Encoding", &encodings);
    found(Place::Body, &[format!("Subject: s\r\n{encodings}\r\n{}", base64(SECRET)).into()]);
    let reading = read(format!("Subject: s\r\n{}\r\nhi", fields("Content-Type", &types)));
    assert!(is_unread(&reading, Cause::Malformed));
    let followed = read(format!("Subject: s\r\n{}\r\nhi", fields("Content-Type", &types[..4])));
    assert!(followed.unread.is_empty());
}

#[test]
fn a_bare_cr_in_the_header_hides_no_mime_field() {
    let encoded = base64(format!("Patient has {SECRET}."));
    found(Place::Body, &[single("X-A: b\rContent-Transfer-Encoding: base64", encoded)]);
}

#[test]
fn an_empty_line_or_junk_before_the_header_of_a_part_hides_no_mime_field() {
    let encoded = base64(format!("Patient has {SECRET}."));
    let fields = "Content-Transfer-Encoding: base64";
    found(
        Place::Body,
        &[
            multipart("mixed", &[(&format!("\r\n{fields}"), &encoded)]).into_bytes(),
            multipart("mixed", &[(&format!("junk\r\n{fields}"), &encoded)]).into_bytes(),
            format!("From x Mon\r\n{fields}\r\n\r\n{encoded}").into_bytes(),
        ],
    );
}

#[test]
fn any_line_break_is_a_line_break() {
    let crlf = multipart("mixed", &[("Content-Type: text/plain", SECRET), ("", "hi")]);
    for line_break in ["\n", "\r", "\r\r\n"] {
        let reading = read(crlf.replace("\r\n", line_break));
        assert_eq!(text_with(&reading, SECRET).part.to_string(), "1", "{line_break:?}");
        assert_eq!(reading.parts, 2, "{line_break:?}");
    }
    found(Place::Body, &[b"Subject: s\r\nFrom: a\nTo: b\r\r\nMRN 0012345".to_vec()]);
    found(Place::Body, &[format!("Subject: s\n{SECRET} has no empty line before it").into_bytes()]);
}

#[test]
fn parts_pasted_into_a_text_are_decoded() {
    let encoded = base64(format!("Patient has {SECRET}."));
    let returned = format!(
        "Your message could not be delivered:\r\n\r\n--x\r\nContent-Type: text/plain\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n--x--\r\n"
    );
    found(Place::Body, &[single("Content-Type: text/plain", returned)]);
}

// Transfer encodings

#[test]
fn damaged_base64_is_decoded_as_far_as_it_goes() {
    let encoded = base64(format!("The patient of today has {SECRET}, and more is to come."));
    let fields = "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64";
    let two = format!("{}{}", base64("Patient"), base64(SECRET));
    found(
        Place::Body,
        &[
            single(fields, encoded.trim_end_matches('=')),
            single(fields, encoded.replace('V', "V!")),
            single(fields, format!("{encoded}\r\n-- \r\nThe mailing list")),
            single(fields, format!("aGk=\r\n______\r\nfooter: {SECRET}\r\n")),
            single(fields, two),
            single(fields, format!("{encoded}{}", "The footer of the list.\r\n".repeat(100))),
            single("Content-Transfer-Encoding: \"BASE64\" (really)", &encoded),
        ],
    );
}

#[test]
fn text_under_a_wrong_or_unknown_encoding_is_read() {
    let encoded = base64(format!("The patient of today has {SECRET}, and more."));
    found(
        Place::Body,
        &[
            single("Content-Transfer-Encoding: base64", format!("Dear Ann, {SECRET} is yours.")),
            single("Content-Transfer-Encoding: rot26", SECRET),
            single("Content-Transfer-Encoding: b64", &encoded),
            single(
                "Content-Transfer-Encoding: quoted-printable",
                "M=52N=2\r\n=200012345 MRN=20001=\r\n2345 =ZZ",
            ),
        ],
    );
    let binary = read(single("Content-Transfer-Encoding: zip", cipher_text(600)));
    assert!(is_unread(&binary, Cause::Malformed));
}

#[test]
fn uuencoded_blocks_are_decoded_and_fake_ones_are_read() {
    let message = single("", "see\r\nbegin 644 MRN 0012345.xls\r\n#0V%T\r\n`\r\nend\r\nbye\r\n");
    let reading = read(&message);
    assert!(unread(&reading).is_empty());
    assert_eq!(texts(&reading, Place::FileName), ["MRN 0012345.xls"]);
    assert_eq!(texts(&reading, Place::Attachment), ["Cat"]);
    assert_eq!(texts(&reading, Place::Body), ["see\nbye\n"]);
    found(Place::Body, &[single("", format!("begin 644 x\r\nPatient with {SECRET}\r\nend\r\n"))]);
    let declared =
        single("Content-Transfer-Encoding: x-uuencode", format!("not encoded: {SECRET}"));
    assert_eq!(unread(&read(&declared)), ["1 malformed"]);
    found(Place::Body, &[declared]);
}

// Character sets

#[test]
fn text_in_any_character_set_is_read() {
    let wide =
        |bytes: fn(u16) -> [u8; 2]| SECRET.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
    let wider: Vec<u8> = SECRET.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    found(
        Place::Body,
        &[
            single("Content-Type: text/plain; charset=utf-7", "+AE0AUgBO- 0012345"),
            single("Content-Type: text/plain; charset=utf-16", wide(u16::to_be_bytes)),
            single("Content-Type: text/plain; charset=utf-16le", wide(u16::to_le_bytes)),
            single("Content-Type: text/plain; charset=utf-16le", SECRET),
            single("Content-Type: text/plain; charset=us-ascii", wide(u16::to_le_bytes)),
            single(
                "Content-Type: text/plain",
                [&[0xFF, 0xFE][..], &wide(u16::to_le_bytes)].concat(),
            ),
            single("Content-Type: text/plain; charset=utf-32le", wider),
            single(
                "Content-Type: text/plain; charset=ibm037",
                b"\xD4\xD9\xD5\x40\xF0\xF0\xF1\xF2\xF3\xF4\xF5",
            ),
            single("Content-Type: text/plain; charset=no-such-set", SECRET),
            single("Content-Type: text/plain; charset=iso-2022-kr", format!("\x1b$)C{SECRET}")),
            single("Content-Type: text/plain; charset=hz-gb-2312", SECRET),
            single(
                "Content-Type: text/plain; charset=utf-8",
                [b"\xFF\xFE\xFD ", SECRET.as_bytes()].concat(),
            ),
        ],
    );
}

#[test]
fn characters_that_nobody_sees_do_not_split_words() {
    found(
        Place::Body,
        &[
            single("Content-Type: text/plain; charset=utf-8", "M\u{200B}RN 00\u{AD}12\u{2060}345"),
            single("Content-Type: text/plain; charset=utf-8", "\u{202D}MRN\u{A0}0012345\u{202C}"),
            single("Content-Type: text/plain; charset=utf-8", "ＭＲＮ　００１２３４５"),
            single("Content-Type: text/plain", "M\0RN 0012345 and some more words"),
            html("M&#8203;RN 00&shy;12&zwnj;345"),
            html("MRN&nbsp;&#x30;&#48;12345"),
        ],
    );
}

// HTML

#[test]
fn tags_and_comments_do_not_split_words() {
    found(
        Place::Body,
        &[
            html("<b>M</b>R<span>N</span> <i>00</i>12<!-- x -->345"),
            html("M<font></font>RN 00<span style='display:none'></span>12345"),
            html("MRN\r\n   0012345"),
        ],
    );
}

#[test]
fn what_html_hides_is_read() {
    found(
        Place::Body,
        &[
            html("<p style='display:none'>MRN 0012345</p>"),
            html("<p style='color:white;font-size:1px'>MRN 0012345</p>"),
            html("<img alt='MRN 0012345'>"),
            html("<a title='MRN 0012345'>x</a>"),
            html("<input type=hidden value='MRN 0012345'>"),
            html("<!-- MRN 0012345 -->"),
            html("<!--[if mso]><p>M<b>RN</b> 0012345</p><![endif]-->"),
            html("<iframe srcdoc='&lt;b&gt;M&lt;/b&gt;RN 0012345'></iframe>"),
            html("<meta name=description content='MRN 0012345'>"),
            html("<style>p::after { content: 'MRN 0012345' }</style>"),
            html("<p data-note='MRN 0012345'>x"),
            html("<a href='mailto:a@x.example?body=MRN%200012345'>x</a>"),
        ],
    );
}

#[test]
fn tags_that_are_never_closed_or_unknown_hide_nothing() {
    found(
        Place::Body,
        &[
            html("<style><p>MRN 0012345"),
            html("<script><p>MRN 0012345"),
            html("<!-- <p>MRN 0012345"),
            html("<textarea><p>MRN 0012345"),
        ],
    );
    let reading = read(html("<patient name='MRN 0012345'>x"));
    assert!(shows(&reading, SECRET));
}

#[test]
fn html_under_another_type_is_read_as_html() {
    let page = "<html><body><b>M</b>RN 0012345</body></html>";
    found(
        Place::Attachment,
        &[
            single("Content-Type: application/octet-stream; name=a.bin", page),
            single("Content-Type: image/png; name=a.png", page),
            single("Content-Type: application/xhtml+xml", page),
        ],
    );
    found(Place::Body, &[single("Content-Type: text/plain", page)]);
}

// Header and names

#[test]
fn every_field_that_people_read_is_read() {
    found(
        Place::Subject,
        &[
            format!("Subject: hi\r\nSubject: {SECRET}\r\n\r\nhi").into_bytes(),
            b"Subject: =?utf-8?q?M?= =?utf-8?b?Uk4=?= 0012345\r\n\r\nhi".to_vec(),
            b"Subject: =?utf-7?Q?+AE0AUg-N?= 0012345\r\n\r\nhi".to_vec(),
            b"Subject: MRN\r\n 0012345\r\n\r\nhi".to_vec(),
        ],
    );
    for field in [
        "From: \"MRN 0012345\" <a@x.example>",
        "To: a@x.example (MRN 0012345)",
        "Cc: =?utf-8?q?MRN_0012345?= <a@x.example>",
        "Reply-To: MRN 0012345: a@x.example;",
        "Sender: <MRN 0012345>",
        "Comments: MRN 0012345",
        "Keywords: x, MRN 0012345",
        "X-Anything: MRN 0012345",
        "Anything: MRN 0012345",
        "Content-Description: MRN 0012345",
        "Thread-Topic: MRN 0012345",
    ] {
        found(Place::Header, &[format!("{field}\r\nSubject: s\r\n\r\nhi").into_bytes()]);
        let inner = format!("{field}\r\n\r\nhi");
        found(
            Place::Header,
            &[multipart("mixed", &[("Content-Type: message/rfc822", &inner)]).into_bytes()],
        );
    }
    let part = multipart("mixed", &[("Content-Type: text/plain\r\nNote: MRN 0012345", "hi")]);
    found(Place::Header, &[part.into_bytes()]);
}

#[test]
fn file_names_are_read_in_every_form() {
    for fields in [
        "Content-Disposition: attachment; filename=\"MRN_0012345.bin\"",
        "Content-Disposition: attachment; filename*=utf-8''M%52N%200012345.bin",
        "Content-Disposition: attachment; filename*0=\"MRN 00\"; filename*1=\"12345.bin\"",
        "Content-Disposition: attachment; filename=\"=?utf-8?q?MRN_0012345?=.bin\"",
        "Content-Disposition: attachment; filename=a.bin\r\nContent-Type: x/y; name=\"MRN 0012345\"",
        "Content-Disposition: attachment; filename=a.bin; filename=\"MRN 0012345\"",
        "Content-Disposition: attachment; filename=MRN 0012345.bin",
    ] {
        let message = single(
            &format!("{fields}\r\nContent-Transfer-Encoding: base64"),
            base64(cipher_text(99)),
        );
        found(Place::FileName, std::slice::from_ref(&message));
        assert!(is_unread(&read(&message), Cause::Unsupported), "{fields}");
    }
}

// Types

#[test]
fn text_under_a_binary_type_is_read() {
    for media_type in [
        "application/octet-stream",
        "image/jpeg",
        "application/pdf",
        "x",
        "audio/mpeg",
        "application/x-pkcs7-mime",
    ] {
        found(
            Place::Attachment,
            &[single(
                &format!("Content-Type: {media_type}; name=a\r\nContent-Transfer-Encoding: base64"),
                base64(format!("Notes on the patient with {SECRET}")),
            )],
        );
    }
}

#[test]
fn calendars_and_cards_are_read_whatever_their_type() {
    let event = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:MRN 00\r\n 12345\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let card = "BEGIN:VCARD\r\nNOTE;ENCODING=QUOTED-PRINTABLE:M=52N 00=\r\n12345\r\nEND:VCARD\r\n";
    found(Place::Body, &[single("Content-Type: text/calendar; method=REQUEST", event)]);
    found(
        Place::Attachment,
        &[
            single("Content-Type: application/ics; name=a.ics", event),
            single("Content-Type: text/x-vcard; name=a.vcf", card),
            single("Content-Type: application/octet-stream", card),
        ],
    );
}

#[test]
fn pieces_of_messages_are_read_and_unread() {
    let reading = read(single("Content-Type: message/partial; id=1; number=2", SECRET));
    assert!(shows(&reading, SECRET));
    assert_eq!(unread(&reading), ["1 unsupported"]);
}

#[test]
fn flowed_and_folded_text_is_joined() {
    found(
        Place::Body,
        &[
            single("Content-Type: text/plain; format=flowed", "the MRN \r\n0012345 is"),
            single("Content-Type: text/plain; format=flowed; delsp=yes", "the MRN 00 \r\n12345"),
            single("Content-Transfer-Encoding: quoted-printable", "the MRN 00=\r\n12345"),
        ],
    );
}

// Claims of encryption

#[test]
fn a_claim_of_encryption_proves_nothing() {
    let claims = [
        single(
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
            SECRET,
        ),
        single(
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\
             Content-Transfer-Encoding: base64",
            base64(SECRET),
        ),
        single(
            "",
            format!("-----BEGIN PGP MESSAGE-----\r\n\r\n{SECRET}\r\n-----END PGP MESSAGE-----\r\n"),
        ),
        single(
            "",
            format!(
                "-----BEGIN PGP MESSAGE-----\r\n\r\n{}\r\n-----END PGP MESSAGE-----\r\n",
                base64(format!("Here is a patient with {SECRET}."))
            ),
        ),
        multipart(
            "encrypted; protocol=\"application/pgp-encrypted\"",
            &[
                ("Content-Type: application/pgp-encrypted", &format!("Version: 1\r\n{SECRET}")),
                ("Content-Type: application/octet-stream", SECRET),
            ],
        )
        .into_bytes(),
    ];
    for message in &claims {
        let reading = read(message);
        assert!(shows(&reading, SECRET), "{}", String::from_utf8_lossy(message));
        assert!(reading.facts.is_empty(), "{}", String::from_utf8_lossy(message));
    }
}

#[test]
fn encrypted_containers_with_readable_content_are_no_facts() {
    // A CMS content type of enveloped data, and plain words where the cipher text would be.
    let words = format!("Patient has {SECRET}. ").repeat(4);
    let mut content =
        vec![0x30, 0x80, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];
    content.extend_from_slice(&[0xA0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x00]);
    content.extend_from_slice(words.as_bytes());
    let fields =
        "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64";
    let reading = read(single(fields, base64(&content)));
    assert!(reading.facts.is_empty());
    assert_eq!(unread(&reading), ["1 malformed"]);
}

#[test]
fn words_around_an_encrypted_block_are_read() {
    let key = [&[0xC1, 0x40, 3][..], &cipher_text(63)].concat();
    let data = [&[0xD2, 0x7F, 1][..], &cipher_text(126)].concat();
    let block = base64([key, data].concat());
    let body = format!(
        "before {SECRET}\r\n-----BEGIN PGP MESSAGE-----\r\nComment: see MRN 77\r\n\r\n{block}\r\n=abcd\r\n\
         -----END PGP MESSAGE-----\r\nafter MRN 88\r\n"
    );
    let reading = read(single("", body));
    assert_eq!(facts(&reading), ["1 pgp-encrypted"]);
    assert_eq!(unread(&reading), ["1 encrypted"]);
    assert!(shows(&reading, SECRET) && shows(&reading, "MRN 77") && shows(&reading, "MRN 88"));
    assert!(!shows(&reading, block.get(..20).unwrap()));
}

#[test]
fn more_text_than_the_budget_is_said_to_be_unread() {
    let limits = Limits { text: phi_milter::limits::Bytes(100), ..Limits::default() };
    let padding = "x ".repeat(200);
    let reading = read_within(&limits, single("", format!("{padding}{SECRET}")));
    assert!(!shows(&reading, SECRET));
    assert_eq!(unread(&reading), ["1 too-large"]);
}
