//! What the properties of a message say: header, bodies, and everything else that is a string.

use super::compressed_rtf;
use super::properties::{Properties, Property, id, kind};
use crate::extract::headers::{self, Heads};
use crate::extract::normal::normal;
use crate::extract::output::Flow;
use crate::extract::sniff;
use crate::extract::walk::{Children, Walk};
use crate::limits::Cause;
use crate::message::header::Header;
use crate::text::{PartPath, Place, Text};

/// Strings that are told elsewhere, or that programs write for programs.
const TOLD: &[u16] = &[
    id::MESSAGE_CLASS,
    id::SUBJECT,
    id::TRANSPORT_HEADERS,
    id::BODY,
    id::RTF,
    id::HTML,
    id::SENDER_NAME,
    id::SENDER_ADDRESS,
    id::SENDER_SMTP_ADDRESS,
    id::DISPLAY_TO,
    id::DISPLAY_CC,
    id::DISPLAY_BCC,
    // Types of addresses and the addresses of Exchange itself, identifiers of messages, the
    // subject in parts.
    0x003D,
    0x0064,
    0x0065,
    0x0070,
    0x0075,
    0x0076,
    0x0077,
    0x0078,
    0x0C1E,
    0x0E1D,
    0x1035,
    0x1039,
    0x1042,
    0x3FFA,
    0x3FF8,
    0x4022,
    0x4023,
    0x4024,
    0x4025,
    0x5D02,
    0x5D07,
    0x5D08,
    0x5D0A,
    0x5D0B,
];

/// Hands on the header, the bodies and the other strings.
pub(super) fn read(
    walk: &mut Walk<'_>,
    properties: &Properties,
    recipients: &[Properties],
    path: &PartPath,
    children: &mut Children<'_>,
) -> Flow {
    let header = header(properties, recipients);
    headers::read(&mut walk.out, &Header::split(header.as_bytes()).0, path, Heads::Message);
    bodies(walk, properties, path, children)?;
    let mut rest = String::new();
    for property in properties.all.iter().filter(|property| !TOLD.contains(&property.id)) {
        let words = properties.text_of(property).unwrap_or_default();
        if sniff::has_words(&words) {
            rest.push_str(words.trim());
            rest.push('\n');
        }
    }
    walk.out.text(Text::plain(Place::Metadata, path, normal(&rest)));
    Ok(())
}

/// The header: as it came by mail, and before that what only the properties say.
fn header(properties: &Properties, recipients: &[Properties]) -> String {
    let transported = properties.text(id::TRANSPORT_HEADERS).unwrap_or_default();
    let mut header = String::new();
    let mut add = |field: &str, value: String| {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if !value.is_empty() && !transported.contains(&value) && !header.contains(&value) {
            header.push_str(&format!("{field}: {value}\r\n"));
        }
    };
    add("Subject", properties.text(id::SUBJECT).unwrap_or_default());
    let senders = [&[id::SENDER_NAME][..], &[id::SENDER_SMTP_ADDRESS, id::SENDER_ADDRESS]]
        .map(|ids| properties.first_text(ids).unwrap_or_default());
    add("From", address(&senders[0], &senders[1]));
    for recipient in recipients {
        let name = recipient.text(id::DISPLAY_NAME).unwrap_or_default();
        let mail = recipient.first_text(&[id::SMTP_ADDRESS, id::ADDRESS]).unwrap_or_default();
        add("To", address(&name, &mail));
    }
    for (field, id) in [("To", id::DISPLAY_TO), ("Cc", id::DISPLAY_CC), ("Bcc", id::DISPLAY_BCC)] {
        add(field, properties.text(id).unwrap_or_default());
    }
    header.push_str(transported.trim_start());
    header
}

/// A name and an address as a header field has them.
fn address(name: &str, mail: &str) -> String {
    match mail.contains('@') && mail != name {
        true => format!("{name} <{mail}>"),
        false => name.to_owned(),
    }
}

/// Plain text, HTML and RTF: mostly the same words, and a sender can make them differ.
fn bodies(
    walk: &mut Walk<'_>,
    properties: &Properties,
    path: &PartPath,
    children: &mut Children<'_>,
) -> Flow {
    if let Some(text) = properties.text(id::BODY).filter(|text| sniff::has_words(text)) {
        walk.shown(children, path, ("text/plain", "utf-8"), text.as_bytes())?;
    }
    if let Some(html) = properties.find(id::HTML) {
        match html.kind {
            kind::STRING => {
                let text = properties.text_of(html).unwrap_or_default();
                walk.shown(children, path, ("text/html", "utf-8"), text.as_bytes())?;
            }
            _ => {
                let charset = properties.html_charset();
                walk.shown(children, path, ("text/html", &charset), &html.value)?;
            }
        }
    }
    if let Some(Property { value, .. }) = properties.find(id::RTF) {
        rich_text(walk, value, path, children)?;
    }
    Ok(())
}

fn rich_text(
    walk: &mut Walk<'_>,
    compressed: &[u8],
    path: &PartPath,
    children: &mut Children<'_>,
) -> Flow {
    let Some((rtf, complete)) = compressed_rtf::decompress(compressed) else {
        walk.out.unread(path, None, Cause::Malformed);
        return Ok(());
    };
    walk.out.unpacked(rtf.len(), path)?;
    if !complete && rtf.len() < 2 * compressed.len() && !rtf.trim_ascii_end().ends_with(b"}") {
        walk.out.unread(path, None, Cause::Malformed);
    }
    walk.shown(children, path, ("text/rtf", "us-ascii"), &rtf)
}
