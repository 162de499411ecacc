//! Whole messages, good and broken: `tests/reading/messages/NAME.eml` is read and compared with
//! `NAME.txt` beside it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod reading;

use std::fmt::Write;
use std::path::Path;

use phi_milter::text::{Place, Reading, Text};
use reading::*;

#[test]
fn every_message_reads_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading/messages");
    let mut cases = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        cases += 1;
        let found = show(&read(std::fs::read(&path).unwrap()));
        let expected = std::fs::read_to_string(path.with_extension("txt")).unwrap_or_default();
        if found != expected {
            wrong.push(format!("{}\n{found}", path.display()));
        }
    }
    assert!(cases > 10, "no messages in {}", folder.display());
    assert!(wrong.is_empty(), "read differently:\n{}", wrong.join("\n"));
}

#[test]
fn line_breaks_make_no_difference() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading/messages");
    for name in ["plain", "gmail-reply", "outlook-reply", "invitation", "returned-mail"] {
        let bytes = std::fs::read(folder.join(name).with_extension("eml")).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let expected = show(&read(&text));
        assert_eq!(show(&read(text.replace("\r\n", "\n"))), expected, "{name} with LF");
        assert_eq!(show(&read(text.replace("\r\n", "\r"))), expected, "{name} with CR");
    }
}

#[test]
fn a_bare_document_is_part_1_and_an_attachment() {
    let reading = read_document("list_0012345.txt", b"Ann Doe, MRN 0012345");
    assert_eq!(texts(&reading, Place::FileName), ["list 0012345.txt"]);
    assert_eq!(texts(&reading, Place::Attachment), ["Ann Doe, MRN 0012345"]);
    let text = text_with(&reading, "Ann");
    assert_eq!(text.part.to_string(), "1");
    assert_eq!(text.file.as_ref().map(|file| file.expose().as_str()), Some("list_0012345.txt"));
    assert_eq!(unread(&read_document("a.pdf", b"%PDF-1.7\n\0\0")), ["1 malformed"]);
    assert_eq!(read_document("empty", b"").parts, 1);
    let page = read_document("a.html", b"<p>M<b>RN</b> 1");
    assert_eq!(texts(&page, Place::Attachment), ["MRN 1"]);
}

/// A reading as text: one line for what it is, then the content, indented.
fn show(reading: &Reading) -> String {
    let mut out = format!("parts {}\n", reading.parts);
    let addresses = &reading.addresses;
    let secret = |value: &Option<phi_milter::secret::Secret<String>>| {
        value.as_ref().map(|v| v.expose().clone()).unwrap_or_default()
    };
    let to: Vec<_> = addresses.to.iter().map(|to| to.expose().as_str()).collect();
    writeln!(out, "from <{}> to <{}>", secret(&addresses.from), to.join("> <")).unwrap();
    writeln!(out, "message-id <{}>", secret(&addresses.message_id)).unwrap();
    for fact in facts(reading) {
        writeln!(out, "fact {fact}").unwrap();
    }
    for one in &reading.unread {
        writeln!(out, "unread {} {} {}", one.part, one.cause.name(), secret(&one.file)).unwrap();
    }
    reading.texts.iter().for_each(|text| show_text(text, &mut out));
    out
}

fn show_text(text: &Text, out: &mut String) {
    let place = serde_json::to_string(&text.place).unwrap();
    write!(out, "{} {}", place.trim_matches('"'), text.part).unwrap();
    if text.group != text.part {
        write!(out, " group {}", text.group).unwrap();
    }
    if let Some(file) = &text.file {
        write!(out, " file {:?}", file.expose()).unwrap();
    }
    out.push('\n');
    let content = text.content.expose();
    for line in content.lines() {
        writeln!(out, "    {line}").unwrap();
    }
    for field in &text.fields {
        let value = content.get(field.span.start as usize..field.span.end as usize).unwrap();
        let label = text.label(field).map(|label| label.expose().as_str()).unwrap_or_default();
        let record = field.record.map(|record| format!(" record {record}")).unwrap_or_default();
        writeln!(out, "  label {label:?}{record} {value:?}").unwrap();
    }
    for (span, zone) in &text.zones {
        let quoted = content.get(span.start as usize..span.end as usize).unwrap();
        let zone = serde_json::to_string(zone).unwrap();
        writeln!(out, "  zone {} {quoted:?}", zone.trim_matches('"')).unwrap();
    }
}
