//! Parts of an Office Open XML package.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter_fuzz::document;
use phi_milter_fuzz::package::package;

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
    document(None, &package(&parts));
});
