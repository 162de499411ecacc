//! Packages that would be more than they say, and what comes of them.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::super::{Input, read};
use super::package;
use super::sample::{reading, words};
use crate::limits::{Budget, Cause, Limits};
use crate::text::Reading;

/// What a worker would not take its time for.
const LONG: Duration = Duration::from_secs(30);

fn causes(reading: &Reading) -> Vec<Cause> {
    reading.unread.iter().map(|unread| unread.cause).collect()
}

#[test]
fn entities_of_entities_are_not_expanded() {
    let mut document = String::from("<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a0 'laugh'>");
    for level in 1..30 {
        let (entity, inner) = (format!("a{level}"), format!("&a{};", level - 1).repeat(10));
        document.push_str(&format!("<!ENTITY {entity} '{inner}'>"));
    }
    document.push_str("]><w:document><w:p><w:r><w:t>Ann &a29; Orr</w:t></w:r></w:p></w:document>");
    let bytes = package("w.xml", "wordprocessingml.document", &[("w.xml", document.as_bytes())]);
    let read = reading(&bytes);
    assert!(words(&read).contains("Ann") && read.text_bytes() < 3 * document.len());
}

#[test]
fn a_cell_in_the_last_corner_of_a_sheet_is_one_cell() {
    let types = "<Types><Default Extension='xml' ContentType='application/xml'/><Override \
        PartName='/s.xml' ContentType='x.spreadsheetml.worksheet+xml'/></Types>";
    let sheet = "<worksheet><dimension ref='A1:XFD1048576'/><sheetData><row r='1048576'>\
        <c r='XFD1048576' t='str'><v>Ann Orr</v></c></row><row r='4294967295'>\
        <c r='ZZZZZZZZZZ9' t='str'><v>Bo</v></c></row></sheetData></worksheet>";
    let parts = [("[Content_Types].xml", types.as_bytes()), ("s.xml", sheet.as_bytes())];
    let read = reading(&super::sample::package(&parts));
    assert!(words(&read).contains("Ann Orr\nBo"));
    assert!(read.text_bytes() < 100, "{}", read.text_bytes());
}

#[test]
fn a_string_that_inflates_to_more_than_any_document_is_too_large() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let types = "<Types><Default Extension='xml' ContentType='application/xml'/><Override \
        PartName='/t.xml' ContentType='x.spreadsheetml.sharedStrings+xml'/></Types>";
    for (name, head) in [("[Content_Types].xml", types), ("t.xml", "<sst><si><t>Ann Orr ")] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(head.as_bytes()).unwrap();
    }
    for _ in 0..70 {
        writer.write_all(&vec![b'a'; 1 << 20]).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    let read = reading(&bytes);
    let most = Limits::default().text.as_usize();
    assert!(words(&read).contains("Ann Orr") && read.text_bytes() <= most);
    assert!(causes(&read).contains(&Cause::TooLarge), "{:?}", causes(&read));
}

#[test]
fn a_hundred_thousand_parts_end_with_the_budget() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let types = "<Types><Default Extension='bin' ContentType='x/y'/></Types>";
    writer.start_file("[Content_Types].xml", SimpleFileOptions::default()).unwrap();
    writer.write_all(types.as_bytes()).unwrap();
    for number in 0..100_000 {
        writer.start_file(format!("{number}.bin"), SimpleFileOptions::default()).unwrap();
        writer.write_all(b"\0\x01").unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    let mut read_in = Reading::default();
    let begun = Instant::now();
    read(
        &Input::Document { name: None },
        &bytes,
        &mut Budget::new(&Limits::default()),
        &mut read_in,
    );
    assert!(begun.elapsed() < LONG);
    assert_eq!(causes(&read_in).last(), Some(&Cause::TooLarge));
    assert!(read_in.unread.len() <= Limits::default().parts as usize + 1);
}
