//! What a flat document holds, each as Office writes it.

use crate::extract::{Input, read};
use crate::limits::{Budget, Cause, Limits};
use crate::text::{Place, Reading, Text};

fn reading(xml: &str) -> Reading {
    let mut reading = Reading::default();
    let input = Input::Document { name: None };
    read(&input, xml.as_bytes(), &mut Budget::new(&Limits::default()), &mut reading);
    reading
}

fn contents(reading: &Reading, place: Place) -> Vec<&str> {
    let there = |text: &&Text| text.place == place;
    reading.texts.iter().filter(there).map(|text| text.content.expose().trim()).collect()
}

/// Each field as `LABEL=VALUE#RECORD`.
fn fields(reading: &Reading) -> Vec<String> {
    let all = reading.texts.iter().filter(|text| text.place == Place::Attachment);
    let field = |text: &Text| {
        let said = |field: &crate::text::Field| {
            let span = field.span.start as usize..field.span.end as usize;
            let label = text.label(field).map_or("", |label| label.expose().as_str());
            let value = text.content.expose().get(span).unwrap();
            format!("{label}={value}#{}", field.record.unwrap_or(0))
        };
        text.fields.iter().map(said).collect::<Vec<_>>()
    };
    all.flat_map(field).collect()
}

const WORD: &str = "<?xml version='1.0'?><?mso-application progid='Word.Document'?>\
    <w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml' \
    xmlns:o='urn:schemas-microsoft-com:office:office'>";

#[test]
fn runs_of_a_paragraph_are_one_line_and_cells_of_a_table_meet_their_labels() {
    let body = "<o:DocumentProperties><o:Author>Eve</o:Author></o:DocumentProperties><w:body><w:p>\
        <w:r><w:t>Pati</w:t></w:r><w:r><w:t>ent Ada</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r>\
        <w:t>MRN</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>0012345</w:t></w:r></w:p></w:tc>\
        </w:tr></w:tbl></w:body></w:wordDocument>";
    let found = reading(&format!("{WORD}{body}"));
    let text = contents(&found, Place::Attachment);
    assert!(text[0].contains("Eve") && text[0].contains("Patient Ada\nMRN\t0012345"), "{text:?}");
    assert_eq!(fields(&found).last().unwrap(), "MRN=0012345#1");
    assert_eq!(found.unread, []);
}

#[test]
fn a_file_in_base64_goes_back_into_the_walk() {
    let body = "<w:p><w:pict><w:binData w:name='wordml://a.txt'>YSBmaWxlIGluc2lkZQ==</w:binData>\
        </w:pict></w:p></w:wordDocument>";
    let found = reading(&format!("{WORD}{body}"));
    assert_eq!(contents(&found, Place::Attachment).last(), Some(&"a file inside"));
}

#[test]
fn a_flat_package_is_read_with_its_links_and_files() {
    let package = "<?xml version='1.0'?>\
        <pkg:package xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'>\
        <pkg:part pkg:name='/_rels/.rels'><pkg:xmlData><Relationships><Relationship \
        Target='https://x.example/?mrn=0012345'/></Relationships></pkg:xmlData></pkg:part>\
        <pkg:part pkg:name='/word/document.xml'><pkg:xmlData><w:document><w:body><w:p><w:r>\
        <w:t>Ada</w:t></w:r></w:p></w:body></w:document></pkg:xmlData></pkg:part>\
        <pkg:part pkg:name='/word/media/a.txt'><pkg:binaryData>YSBmaWxl</pkg:binaryData></pkg:part>\
        </pkg:package>";
    let found = reading(package);
    let text = contents(&found, Place::Attachment);
    assert_eq!(text, ["https://x.example/?mrn=0012345\nAda", "a file"]);
    assert_eq!(contents(&found, Place::FileName), ["a.txt"]);
}

const BOOK: &str = "<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>\
    <Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' \
    xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'>";

#[test]
fn a_cell_of_a_workbook_meets_the_header_of_its_column_and_its_row_is_a_record() {
    let book = "<Styles><Style><NumberFormat ss:Format='x'/></Style></Styles>\
        <Worksheet ss:Name='Ward 3'><Table>\
        <Row><Cell><Data ss:Type='String'>Name</Data></Cell>\
        <Cell ss:MergeAcross='1'><Data ss:Type='String'>Seen</Data></Cell>\
        <Cell><Data ss:Type='String'>MRN</Data></Cell></Row>\
        <Row ss:Index='2'><Cell ss:HRef='mailto:a@x.example'><Data ss:Type='String'>Roe, \
        <B>Jane</B></Data><Comment ss:Author='Eve'><ss:Data>call her</ss:Data></Comment></Cell>\
        <Cell><Data ss:Type='DateTime'>1961-04-05T00:00:00.000</Data></Cell>\
        <Cell ss:Index='4'><Data ss:Type='String'>0012345</Data></Cell></Row>\
        <Row><Cell><Data>Doe</Data></Cell><Cell ss:Index='4'><Data>0012346</Data></Cell></Row>\
        </Table></Worksheet></Workbook>";
    let found = reading(&format!("{BOOK}{book}"));
    let cells = fields(&found);
    let expected =
        ["Name=Roe, Jane#1", "Seen=1961-04-05#1", "MRN=0012345#1", "Name=Doe#2", "MRN=0012346#2"];
    assert_eq!(cells[cells.len() - 5..], expected);
    let text = contents(&found, Place::Attachment);
    assert!(text[0].starts_with("Ward 3\nName\tSeen\tMRN\nRoe, Jane\t1961-04-05\t0012345\n"));
    assert!(text[1].ends_with("mailto:a@x.example\ncall her"));
    assert_eq!(contents(&found, Place::Metadata), ["author: Eve"]);
}

#[test]
fn a_workbook_that_is_cut_off_or_whose_numbers_are_absurd_is_read_as_far_as_it_goes() {
    let row = "<Worksheet ss:Name='a'><Table><Row ss:Index='4294967295'>\
        <Cell ss:Index='4294967295' ss:MergeAcross='4294967295'><Data>Ada</Data></Cell></Row>\
        <Row><Cell><Data>Eve</Data></Cell>";
    let found = reading(&format!("{BOOK}{row}"));
    assert!(contents(&found, Place::Attachment)[0].contains("Ada\nEve"));
    let cut = reading(&format!("{BOOK}{row}<Cell ss:In"));
    assert_eq!(cut.unread[0].cause, Cause::Malformed);
}

#[test]
fn a_page_of_excel_in_html_is_no_workbook() {
    let page = "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><body><table><tr><td>MRN\
        </td></tr></table></body></html>";
    assert!(contents(&reading(page), Place::Attachment)[0].contains("MRN"));
}
