//! Parts of an Office Open XML package: no panic, and something comes of every document.
#![no_main]

mod package;

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::{Input, read};
use phi_milter::limits::{Budget, Limits};
use phi_milter::text::Reading;

const TYPES: &[u8] = b"<Types><Default Extension='xml' ContentType='application/xml'/>\
    <Override PartName='/w.xml' ContentType='x.wordprocessingml.document.main+xml'/>\
    <Override PartName='/s.xml' ContentType='x.spreadsheetml.worksheet+xml'/>\
    <Override PartName='/t.xml' ContentType='x.spreadsheetml.sharedStrings+xml'/>\
    <Override PartName='/f.xml' ContentType='x.spreadsheetml.styles+xml'/>\
    <Override PartName='/c.xml' ContentType='x.spreadsheetml.pivotCacheRecords+xml'/>\
    <Override PartName='/p.xml' ContentType='x.core-properties+xml'/></Types>";

fuzz_target!(|bytes: &[u8]| {
    // Parts are divided by a byte that no part needs.
    let mut parts = vec![("[Content_Types].xml", TYPES)];
    let names = ["w.xml", "s.xml", "t.xml", "f.xml", "c.xml", "p.xml", "_rels/w.xml.rels", "o.bin"];
    parts.extend(names.into_iter().zip(bytes.split(|&byte| byte == 0xFE)));
    let archive = package::package(&parts);
    let mut reading = Reading::default();
    let input = Input::Document { name: None };
    read(&input, &archive, &mut Budget::new(&Limits::default()), &mut reading);
    check(&reading);
});

/// Fields are in order, and spans of their text.
fn check(reading: &Reading) {
    for text in &reading.texts {
        let mut end = 0;
        for field in &text.fields {
            assert!(field.span.start >= end);
            end = field.span.end;
            let span = field.span.start as usize..field.span.end as usize;
            assert!(text.content.expose().get(span).is_some());
            assert!(field.label.is_none() || text.label(field).is_some());
        }
    }
}
