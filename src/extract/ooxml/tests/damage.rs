//! Parts that are cut or changed anywhere: none may panic, and damage is told.

use super::super::super::office::sample::{package, reading, words};

const TYPES: &str = "<Types><Override PartName='/w.xml' ContentType='x.wordprocessingml.document.main+xml'/>\
    <Override PartName='/s.xml' ContentType='x.spreadsheetml.worksheet+xml'/>\
    <Override PartName='/t.xml' ContentType='x.spreadsheetml.sharedStrings+xml'/>\
    <Override PartName='/f.xml' ContentType='x.spreadsheetml.styles+xml'/>\
    <Override PartName='/p.xml' ContentType='x.core-properties+xml'/></Types>";
const WORD: &str = "<w:p><w:r><w:t>Ann &amp; Ü</w:t></w:r><w:del w:author='x'><w:r><w:delText>d</w:delText></w:r></w:del>\
    <mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>b</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
    <mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>\
    <w:p><w:r><w:t>Ü</w:t></w:r></w:p></w:tc></w:tr></w:tbl><!-- c --><![CDATA[x]]>";
const SHEET: &str = "<row r='3'><c r='B3' s='1' t='n'><f>\"q\"</f><v>26000.5</v></c><c t='s'><v>1</v></c></row>\
    <oddHeader>&amp;L&amp;12Ü&amp;\"a</oddHeader>";
const STRINGS: &str = "<si><t>a_x0041_</t></si><si><r><t>Ü</t></r><rPh><t>x</t></rPh></si>";
const STYLES: &str = "<numFmt numFmtId='200' formatCode='[&lt;=9]\"Ü\"00-00\\-0;0'/><cellXfs><xf/><xf numFmtId='200'/></cellXfs>";

fn document(word: &str, sheet: &str, strings: &str, styles: &str) -> Vec<u8> {
    package(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("w.xml", word.as_bytes()),
        ("s.xml", sheet.as_bytes()),
        ("t.xml", strings.as_bytes()),
        ("f.xml", styles.as_bytes()),
        ("p.xml", b"<p><title>whole</title></p>"),
    ])
}

#[test]
fn a_part_that_is_cut_anywhere_leaves_the_others_whole() {
    for part in [WORD, SHEET, STRINGS, STYLES] {
        for (at, _) in part.char_indices() {
            let cut = |own: &'static str| if own == part { own.split_at(at).0 } else { own };
            let read = reading(&document(cut(WORD), cut(SHEET), cut(STRINGS), cut(STYLES)));
            assert!(words(&read).contains("title: whole"));
        }
    }
}

#[test]
fn a_part_that_is_changed_anywhere_leaves_the_others_whole() {
    for part in [WORD, SHEET, STRINGS, STYLES] {
        for (at, character) in part.char_indices() {
            for change in ["<", ">", "&", "'", "/", "\u{0}", "\u{1F600}", "9"] {
                let change = |own: &'static str| match own == part {
                    true => format!(
                        "{}{change}{}",
                        own.split_at(at).0,
                        own.split_at(at + character.len_utf8()).1
                    ),
                    false => own.to_owned(),
                };
                let read = reading(&document(
                    &change(WORD),
                    &change(SHEET),
                    &change(STRINGS),
                    &change(STYLES),
                ));
                assert!(words(&read).contains("title: whole"));
            }
        }
    }
}
