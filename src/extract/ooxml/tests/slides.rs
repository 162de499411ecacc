//! Places in a presentation where words can stand.

use super::sample::{fields, reading, survives_damage, words};

const MAIN: &str = "<p:presentation><p:sldIdLst><p:sldId id='256' r:id='r9'/><p:sldId id='257' r:id='r2'/></p:sldIdLst></p:presentation>";
const LINKS: &str = "<Relationships><Relationship Id='r2' Type='x/slide' Target='slides/slide1.xml'/>\
    <Relationship Id='r9' Type='x/slide' Target='slides/slide2.xml'/></Relationships>";

fn slide(words: &str) -> String {
    format!(
        "<p:sld><p:sp><p:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp></p:sld>"
    )
}

/// A presentation whose second slide is shown first.
fn presentation(others: &[(&str, &str)]) -> Vec<u8> {
    let (first, second) = (slide("second shown"), slide("first shown"));
    let mut parts = vec![
        ("ppt/presentation.xml", MAIN),
        ("ppt/_rels/presentation.xml.rels", LINKS),
        ("ppt/slides/slide1.xml", &first),
        ("ppt/slides/slide2.xml", &second),
    ];
    parts.extend(others);
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, xml)| (*name, xml.as_bytes())).collect();
    super::package("ppt/presentation.xml", "presentationml.presentation", &parts)
}

#[test]
fn slides_come_in_their_order_with_their_notes_and_have_pages() {
    let link = "<Relationships><Relationship Id='r1' Type='x/notesSlide' Target='../notesSlides/n7.xml'/></Relationships>";
    let notes = slide("notes of the first");
    let read = reading(&presentation(&[
        ("ppt/slides/_rels/slide2.xml.rels", link),
        ("ppt/notesSlides/n7.xml", &notes),
    ]));
    let told: Vec<_> =
        read.texts.iter().map(|text| (text.page, text.content.expose().trim())).collect();
    assert_eq!(
        told,
        [(Some(1), "first shown"), (Some(1), "notes of the first"), (Some(2), "second shown")]
    );
}

#[test]
fn every_hiding_place_is_read() {
    let marked = slide("MARK");
    let hidden = marked.replace("<p:sld>", "<p:sld show='0'>");
    for (name, xml) in [
        ("ppt/slides/slide3.xml", hidden.as_str()),
        ("ppt/notesSlides/notesSlide1.xml", &marked),
        ("ppt/slideMasters/slideMaster1.xml", &marked),
        ("ppt/slideLayouts/slideLayout1.xml", &marked),
        ("ppt/handoutMasters/handoutMaster1.xml", &marked),
        ("ppt/comments/comment1.xml", "<p:cmLst><p:cm><p:text>MARK</p:text></p:cm></p:cmLst>"),
        ("ppt/commentAuthors.xml", "<p:cmAuthorLst><p:cmAuthor name='MARK'/></p:cmAuthorLst>"),
        ("ppt/charts/chart1.xml", "<c:pt><c:v>MARK</c:v></c:pt>"),
        ("ppt/diagrams/data1.xml", "<dgm:t><a:p><a:r><a:t>MARK</a:t></a:r></a:p></dgm:t>"),
        ("ppt/slides/slide4.xml", "<p:sld><p:pic><p:cNvPr name='x' descr='MARK'/></p:pic></p:sld>"),
    ] {
        assert!(words(&reading(&presentation(&[(name, xml)]))).contains("MARK"), "{name}");
    }
}

#[test]
fn tables_on_slides_have_records() {
    let row = |cells: [&str; 3]| {
        let cell = |words: &str| {
            format!("<a:tc><a:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></a:txBody></a:tc>")
        };
        format!("<a:tr>{}</a:tr>", cells.map(cell).concat())
    };
    let rows = [row(["Name", "DOB", "MRN"]), row(["Ann Orr", "03/04/1971", "0012345"])].concat();
    let slide = format!("<p:sld><p:graphicFrame><a:tbl>{rows}</a:tbl></p:graphicFrame></p:sld>");
    let read = reading(&presentation(&[("ppt/slides/slide3.xml", &slide)]));
    let table = read.texts.iter().find(|text| text.content.expose().contains("Orr")).unwrap();
    assert_eq!(fields(table), ["1 Name=Ann Orr", "1 DOB=03/04/1971", "1 MRN=0012345"]);
}

#[test]
fn a_damaged_presentation_is_never_silence() {
    survives_damage(&presentation(&[]));
}
