//! Places in a workbook where words can stand.

use super::sample::{fields, reading, reading_within, survives_damage, words};
use crate::limits::{Bytes, Cause, Limits};

/// A workbook of one sheet, its strings, styles and other parts.
fn workbook(sheet: &str, strings: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let of = |part: &str, of: &str| {
        format!(
            "<Override PartName='/{part}' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.{of}+xml'/>"
        )
    };
    let types = format!(
        "<Types><Default Extension='xml' ContentType='application/xml'/>{}{}{}{}{}{}</Types>",
        of("xl/workbook.xml", "sheet.main"),
        of("xl/worksheets/sheet1.xml", "worksheet"),
        of("xl/sharedStrings.xml", "sharedStrings"),
        of("xl/pivotCache/records.xml", "pivotCacheRecords"),
        of("xl/pivotCache/definition.xml", "pivotCacheDefinition"),
        of("xl/styles.xml", "styles"),
    );
    let sheet = format!("<worksheet>{sheet}</worksheet>");
    let strings = format!("<sst>{strings}</sst>");
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
    ];
    let default = ("xl/workbook.xml", "<workbook><sheets><sheet name='June'/></sheets></workbook>");
    let has_main = others.iter().any(|(name, _)| *name == default.0);
    let others = others.iter().chain((!has_main).then_some(&default));
    parts.extend(others.map(|(name, xml)| (*name, xml.as_bytes())));
    super::sample::package(&parts)
}

#[test]
fn cells_show_their_strings_in_rows_with_the_labels_of_their_columns() {
    let sheet = "<sheetData>\
        <row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' t='s'><v>2</v></c></row>\
        <row r='2'><c r='A2' t='s'><v>3</v></c><c r='C2'><v>12345</v></c></row>\
        <row r='3'><c r='A3' t='inlineStr'><is><r><t>Bo</t></r><r><t> Lee</t></r></is></c><c r='B3' t='str'><f>x</f><v>03/04/1971</v></c></row>\
        </sheetData>";
    let strings = "<si><t>Name</t></si><si><t>DOB</t></si><si><t>MRN</t></si><si><r><t>Ann</t></r><r><t> Orr</t></r></si>";
    let read = reading(&workbook(sheet, strings, &[]));
    let table = read.texts.iter().find(|text| text.content.expose().starts_with("Name")).unwrap();
    assert_eq!(table.content.expose(), "Name\tDOB\tMRN\nAnn Orr\t12345\nBo Lee\t03/04/1971\n");
    assert_eq!(
        fields(table),
        ["1 Name=Ann Orr", "1 MRN=12345", "2 Name=Bo Lee", "2 DOB=03/04/1971"]
    );
}

#[test]
fn a_number_comes_out_as_the_sheet_shows_it() {
    let sheet = "<sheetData><row><c s='1'><v>26000</v></c><c s='2'><v>12345678</v></c><c><v>7</v></c></row></sheetData>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='000\\-00\\-0000'/></numFmts>\
        <cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/></cellXfs></styleSheet>";
    let read = words(&reading(&workbook(sheet, "", &[("xl/styles.xml", styles)])));
    assert!(read.contains("03/08/1971\t012-34-5678\t7\n"), "{read}");
    let main = "<workbook><workbookPr date1904='1'/></workbook>";
    let parts = [("xl/styles.xml", styles), ("xl/workbook.xml", main)];
    assert!(words(&reading(&workbook(sheet, "", &parts))).contains("03/09/1975"));
}

#[test]
fn every_hiding_place_is_read() {
    for (place, sheet, strings) in [
        ("hidden row", "<row hidden='1'><c t='inlineStr'><is><t>MARK</t></is></c></row>", ""),
        (
            "hidden column",
            "<cols><col hidden='1'/></cols><row><c t='inlineStr'><is><t>MARK</t></is></c></row>",
            "",
        ),
        ("string that no cell shows", "", "<si><t>MARK</t></si>"),
        ("string in several pieces", "", "<si><r><t>MA</t></r><r><t>RK</t></r></si>"),
        ("string with escapes", "", "<si><t>M_x0041_RK</t></si>"),
        ("how a string is read aloud", "", "<si><t>x</t><rPh><t>MARK</t></rPh></si>"),
        ("what a formula gave last", "<row><c t='str'><f>A1</f><v>MARK</v></c></row>", ""),
        ("formula", "<row><c><f>\"MARK\"&amp;A1</f></c></row>", ""),
        ("prompt of a rule for input", "<dataValidation prompt='MARK'/>", ""),
        (
            "list of a rule for input",
            "<dataValidation><formula1>\"MARK,x\"</formula1></dataValidation>",
            "",
        ),
        ("link's tip", "<hyperlink tooltip='MARK'/>", ""),
        ("filter", "<filters><filter val='MARK'/></filters>", ""),
        ("header", "<headerFooter><oddHeader>&amp;CMARK</oddHeader></headerFooter>", ""),
        ("scenario", "<scenario name='x' comment='MARK'/>", ""),
        ("an element nobody knows", "<x>MARK</x>", ""),
    ] {
        assert!(words(&reading(&workbook(sheet, strings, &[]))).contains("MARK"), "{place}");
    }
}

#[test]
fn every_part_of_a_workbook_is_read() {
    for (name, xml) in [
        ("xl/workbook.xml", "<workbook><sheets><sheet name='MARK'/></sheets></workbook>"),
        (
            "xl/workbook.xml",
            "<workbook><definedNames><definedName name='MARK'>x</definedName></definedNames></workbook>",
        ),
        (
            "xl/comments1.xml",
            "<comments><commentList><comment><text><r><t>MARK</t></r></text></comment></commentList></comments>",
        ),
        (
            "xl/threadedComments/t1.xml",
            "<ThreadedComments><threadedComment><text>MARK</text></threadedComment></ThreadedComments>",
        ),
        ("xl/persons/person.xml", "<personList><person displayName='MARK'/></personList>"),
        (
            "xl/drawings/drawing1.xml",
            "<wsDr><sp><txBody><a:p><a:r><a:t>MARK</a:t></a:r></a:p></txBody></sp></wsDr>",
        ),
        ("xl/charts/chart1.xml", "<chart><v>MARK</v></chart>"),
        (
            "xl/pivotCache/definition.xml",
            "<cacheField name='Name'><sharedItems><s v='MARK'/></sharedItems></cacheField>",
        ),
        ("xl/pivotCache/records.xml", "<r><s v='MARK'/></r>"),
    ] {
        let read = reading(&workbook("", "", &[(name, xml)]));
        assert!(words(&read).contains("MARK"), "{name}");
        assert!(read.unread.is_empty(), "{name}");
    }
}

#[test]
fn one_string_in_many_cells_ends_with_the_budget() {
    let strings = format!("<si><t>{}</t></si>", "word ".repeat(2000));
    let sheet = "<row><c t='s'><v>0</v></c></row>".repeat(5000);
    let limits = Limits { text: Bytes::mib(4), ..Limits::default() };
    let read = reading_within(&workbook(&sheet, &strings, &[]), &limits);
    assert_eq!(read.text_bytes(), 4 << 20);
    assert!(read.unread.iter().all(|unread| unread.cause == Cause::TooLarge));
    assert!(!read.unread.is_empty());
}

#[test]
fn a_row_stands_in_one_text_however_long_the_sheet() {
    let cell = |words: &str| format!("<c t='inlineStr'><is><t>{words}</t></is></c>");
    let row = format!("<row>{}</row>", [cell(&"x".repeat(999)), cell("end")].concat());
    let read = reading(&workbook(&row.repeat(3000), "", &[]));
    let sheets: Vec<&str> = read.texts.iter().map(|text| text.content.expose().as_str()).collect();
    assert!(sheets.len() > 2);
    let rows = |text: &&str| text.matches("\tend\n").count();
    assert_eq!(sheets.iter().map(rows).sum::<usize>(), 3000);
}

#[test]
fn far_cells_and_false_counts_cost_nothing() {
    let sheet = "<row r='1'><c r='A1'><v>12345</v></c></row><row r='4294967295'><c r='XFD1048576'><v>54321</v></c></row><row><c s='99999999999' t='s'><v>4294967295</v></c></row>";
    let read = words(&reading(&workbook(sheet, "", &[])));
    assert!(read.contains("12345") && read.contains("54321"));
}

#[test]
fn a_damaged_workbook_is_never_silence() {
    let sheet = "<row><c t='s'><v>0</v></c></row>";
    survives_damage(&workbook(sheet, "<si><t>Ann Orr</t></si>", &[]));
}
