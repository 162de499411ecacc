//! Places in a document where words can stand.

use super::sample::{fields, package as zip, reading, reading_within, survives_damage, words};
use crate::limits::{Bytes, Cause, Limits};
use crate::text::Place;

/// A document of parts beside its body.
fn document(body: &str, others: &[(&str, &[u8])]) -> Vec<u8> {
    let xml = format!("<w:document><w:body>{body}</w:body></w:document>");
    let mut parts: Vec<(&str, &[u8])> = vec![("word/document.xml", xml.as_bytes())];
    parts.extend(others);
    super::package("word/document.xml", "wordprocessingml.document", &parts)
}

fn text(body: &str) -> String {
    words(&reading(&document(body, &[])))
}

#[test]
fn runs_join_and_paragraphs_tabs_and_breaks_divide() {
    for (body, expected) in [
        (
            "<w:p><w:r><w:t>536-2</w:t></w:r><w:proofErr/><w:r><w:t>2-8471</w:t></w:r></w:p>",
            "536-22-8471\n",
        ),
        ("<w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p>", "a\nb\n"),
        (
            "<w:p><w:pPr><w:tabs><w:tab w:pos='1'/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>",
            "a\tb\nc\n",
        ),
        (
            "<w:p>\n  <w:r>\n <w:t xml:space='preserve'>a </w:t>\n</w:r><w:r><w:t>b</w:t></w:r></w:p>",
            "a b\n",
        ),
        (
            "<w:p><w:r><w:t>536</w:t><w:noBreakHyphen/><w:t>22&#x2011;8471</w:t></w:r></w:p>",
            "536-22-8471\n",
        ),
        (
            "<w:p><w:r><w:t>53</w:t></w:r><w:hyperlink><w:r><w:t>6-22-8471</w:t></w:r></w:hyperlink></w:p>",
            "536-22-8471\n",
        ),
        (
            "<w:p><w:r><w:t>see</w:t></w:r><w:hyperlink><w:r><w:t>here</w:t></w:r></w:hyperlink></w:p>",
            "see here\n",
        ),
    ] {
        assert_eq!(text(body), expected, "{body}");
    }
}

#[test]
fn a_text_box_or_a_deletion_does_not_cut_the_number_around_it() {
    let body = "<w:p><w:r><w:t>SSN 536-22</w:t></w:r>\
        <w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>\
        <w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r>\
        <w:del w:author='A'><w:r><w:delText>gone</w:delText></w:r></w:del>\
        <w:r><w:t>-8471</w:t></w:r></w:p>";
    let read = text(body);
    assert!(read.starts_with("SSN 536-22-8471\nbox\nunseen\ngone\n"), "{read}");
}

#[test]
fn every_hiding_place_is_read() {
    for (place, body) in [
        ("hidden", "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>MARK</w:t></w:r></w:p>"),
        (
            "deleted",
            "<w:p><w:del w:author='x'><w:r><w:delText>MARK</w:delText></w:r></w:del></w:p>",
        ),
        (
            "moved away",
            "<w:p><w:moveFrom w:author='x'><w:r><w:t>MARK</w:t></w:r></w:moveFrom></w:p>",
        ),
        ("inserted", "<w:p><w:ins w:author='x'><w:r><w:t>MARK</w:t></w:r></w:ins></w:p>"),
        ("who changed it", "<w:p><w:ins w:author='MARK'><w:r><w:t>x</w:t></w:r></w:ins></w:p>"),
        (
            "code of a field",
            "<w:p><w:r><w:instrText>QUOTE \"MA</w:instrText></w:r><w:r><w:instrText>RK\"</w:instrText></w:r></w:p>",
        ),
        ("simple field", "<w:p><w:fldSimple w:instr='QUOTE MARK'/></w:p>"),
        (
            "alternative text",
            "<w:p><w:drawing><wp:inline><wp:docPr name='Picture 1' descr='MARK'/></wp:inline></w:drawing></w:p>",
        ),
        (
            "text box in a drawing",
            "<w:p><wps:txbx><w:txbxContent><w:p><w:r><w:t>MARK</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:p>",
        ),
        ("word art", "<w:p><w:pict><v:shape><v:textpath string='MARK'/></v:shape></w:pict></w:p>"),
        ("title of a control", "<w:sdt><w:sdtPr><w:alias w:val='MARK'/></w:sdtPr></w:sdt>"),
        (
            "item of a list to choose from",
            "<w:sdt><w:sdtPr><w:listItem w:displayText='MARK'/></w:sdtPr></w:sdt>",
        ),
        ("help of a form field", "<w:p><w:helpText w:val='MARK'/></w:p>"),
        ("formula", "<w:p><m:oMath><m:r><m:t>MARK</m:t></m:r></m:oMath></w:p>"),
        ("an element nobody knows", "<w:p><x:y>MARK</x:y></w:p>"),
        ("comment of XML", "<w:p/><!-- MARK -->"),
    ] {
        assert!(text(body).contains("MARK"), "{place}");
    }
}

#[test]
fn every_part_of_a_document_is_read() {
    let paragraph = "<x><w:p><w:r><w:t>MARK</w:t></w:r></w:p></x>";
    let outside = "<Relationships><Relationship Id='r' Type='http://x/hyperlink' TargetMode='External' Target='mailto:a@b.example?subject=MA%52K'/></Relationships>";
    let property =
        "<Properties><property name='x'><vt:lpwstr>MARK</vt:lpwstr></property></Properties>";
    for (name, xml) in [
        ("word/header1.xml", paragraph),
        ("word/footer3.xml", paragraph),
        ("word/footnotes.xml", paragraph),
        ("word/endnotes.xml", paragraph),
        ("word/comments.xml", paragraph),
        ("word/glossary/document.xml", paragraph),
        ("word/people.xml", "<w15:people><w15:person w15:author='MARK'/></w15:people>"),
        ("word/settings.xml", "<w:settings><w:docVar w:name='a' w:val='MARK'/></w:settings>"),
        ("word/charts/chart1.xml", "<c:chart><c:pt><c:v>MARK</c:v></c:pt></c:chart>"),
        ("word/diagrams/data1.xml", "<dgm:pt><a:p><a:r><a:t>MARK</a:t></a:r></a:p></dgm:pt>"),
        ("word/vmlDrawing1.vml", "<xml><v:textbox><div>MARK</div></v:textbox></xml>"),
        ("word/_rels/document.xml.rels", outside),
        (
            "docProps/core.xml",
            "<cp:coreProperties><dc:subject>MARK</dc:subject></cp:coreProperties>",
        ),
        ("docProps/custom.xml", property),
        ("customXml/item1.xml", "<form mrn='MARK'/>"),
        ("word/afchunk.txt", "MARK"),
    ] {
        let read = reading(&document("", &[(name, xml.as_bytes())]));
        assert!(words(&read).contains("MARK"), "{name}");
        assert!(read.unread.is_empty(), "{name}");
    }
}

#[test]
fn properties_and_authors_are_metadata() {
    let core = b"<cp:coreProperties><dc:title>Ann Orr</dc:title></cp:coreProperties>";
    let body = "<w:p><w:ins w:author='Bo Lee'><w:r><w:t>x</w:t></w:r></w:ins></w:p>";
    let read = reading(&document(body, &[("docProps/core.xml", core)]));
    let metadata = read.texts.iter().filter(|text| text.place == Place::Metadata);
    let metadata: Vec<&str> = metadata.map(|text| text.content.expose().as_str()).collect();
    assert_eq!(metadata, ["title: Ann Orr\n", "author: Bo Lee\n"]);
}

#[test]
fn a_choice_and_its_fallback_are_read_once_and_a_fallback_that_differs_too() {
    let content = |words: &str| {
        format!("<w:txbxContent><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:txbxContent>")
    };
    let body = |fallback: &str| {
        format!(
            "<w:p><w:r><mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
            content("Ann Orr"),
            content(fallback)
        )
    };
    assert_eq!(text(&body("Ann Orr")), "Ann Orr\n");
    assert_eq!(text(&body("MRN 1")), "Ann Orr\nMRN 1\n");
}

#[test]
fn a_row_of_a_table_is_a_record_with_the_labels_of_the_header() {
    let cell = |words: &str| format!("<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>");
    let row = |cells: [&str; 3]| format!("<w:tr>{}</w:tr>", cells.map(cell).concat());
    let table = format!(
        "<w:tbl>{}{}{}</w:tbl><w:p><w:r><w:t>end</w:t></w:r></w:p>",
        row(["Name", "DOB", "MRN"]),
        row(["Ann Orr", "03/04/1971", "0012345"]),
        row(["Bo Lee", "", "0012346"])
    );
    let read = reading(&document(&table, &[]));
    assert_eq!(
        words(&read),
        "Name\tDOB\tMRN\nAnn Orr\t03/04/1971\t0012345\nBo Lee\t\t0012346\nend\n"
    );
    let expected =
        ["1 Name=Ann Orr", "1 DOB=03/04/1971", "1 MRN=0012345", "2 Name=Bo Lee", "2 MRN=0012346"];
    assert_eq!(fields(&read.texts[0]), expected);
}

#[test]
fn a_table_in_a_cell_has_fields_of_its_own() {
    let cell = |words: &str| format!("<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>");
    let inner = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("MRN:"), cell("0012345"));
    let outer = format!("<w:tbl><w:tr>{}<w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>", cell("x"));
    let read = reading(&document(&outer, &[]));
    assert_eq!(fields(&read.texts[0]), ["2 -=x", "1 -=MRN:", "1 MRN:=0012345"]);
}

#[test]
fn files_in_a_document_are_parts_of_their_own() {
    let inner = document("<w:p><w:r><w:t>MARK</w:t></w:r></w:p>", &[]);
    let image = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR";
    let parts: [(&str, &[u8]); 2] =
        [("word/embeddings/a.docx", &inner), ("word/media/image1.png", image)];
    let read = reading(&document("", &parts));
    let marked = read.texts.iter().find(|text| text.content.expose() == "MARK\n").unwrap();
    assert_eq!(marked.part.to_string(), "1.1");
    let unread: Vec<_> = read.unread.iter().map(|u| (u.part.to_string(), u.cause)).collect();
    assert_eq!(unread, [("1.2".to_owned(), Cause::Malformed)]);
}

#[test]
fn damage_in_one_part_is_told_and_the_rest_is_read() {
    let body = "<w:p><w:r><w:t>Ann Orr</w:t></w:r></w:p><w:p><w:r w:";
    let xml = format!("<w:document><w:body>{body}");
    let footer = b"<w:ftr><w:p><w:r><w:t>MRN 1</w:t></w:r></w:p></w:ftr>";
    let parts: [(&str, &[u8]); 2] =
        [("word/document.xml", xml.as_bytes()), ("word/footer1.xml", footer)];
    let read = reading(&super::package("word/document.xml", "wordprocessingml.document", &parts));
    assert!(words(&read).contains("Ann Orr") && words(&read).contains("MRN 1"));
    assert_eq!(read.unread[0].cause, Cause::Malformed);
}

#[test]
fn deep_nesting_costs_no_more_than_its_bytes() {
    for name in ["w:tbl", "w:sdt", "w:txbxContent", "mc:AlternateContent", "w:del", "w:p", "w:tc"] {
        let open = format!("<{name}>").repeat(20_000);
        let read = reading(&document(&format!("{open}<w:p><w:r><w:t>MARK</w:t></w:r></w:p>"), &[]));
        assert!(words(&read).contains("MARK"), "{name}");
    }
}

#[test]
fn text_ends_where_the_budget_does_and_it_is_said() {
    let body = "<w:p><w:r><w:t>word</w:t></w:r></w:p>".repeat(100);
    let limits = Limits { text: Bytes(40), ..Limits::default() };
    let read = reading_within(&document(&body, &[]), &limits);
    assert_eq!(read.text_bytes(), 40);
    assert_eq!(read.unread[0].cause, Cause::TooLarge);
}

#[test]
fn a_damaged_document_is_never_silence() {
    survives_damage(&document(
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Ann</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        &[],
    ));
}

#[test]
fn a_package_of_another_kind_is_read_too() {
    let read = reading(&zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("a.xml", b"<a>MARK</a>"),
        ("b.txt", b"TEXT"),
    ]));
    assert!(words(&read).contains("MARK") && words(&read).contains("TEXT"));
}
