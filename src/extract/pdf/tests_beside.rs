//! What stands beside the pages: one test a place.

use super::sample::Sample;
use super::tests::{causes, reading, texts};
use crate::text::{Place, Reading};

/// The labelled values of a reading.
fn fields(reading: &Reading) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for text in &reading.texts {
        for field in &text.fields {
            let span = field.span.start as usize..field.span.end as usize;
            let label = text.label(field).map(|label| label.expose().clone()).unwrap_or_default();
            fields.push((label, text.content.expose().get(span).unwrap().to_owned()));
        }
    }
    fields
}

fn pair(label: &str, value: &str) -> (String, String) {
    (label.to_owned(), value.to_owned())
}

/// A file of an empty page with one more object, all of which could be read.
fn with_object(body: &str) -> Reading {
    let reading = reading(&Sample::of_page("", "", "").object(30, body).bytes());
    assert_eq!(causes(&reading), []);
    reading
}

#[test]
fn a_field_is_labelled_by_what_people_are_shown_or_else_by_its_name() {
    let mut sample = Sample::of_page("", "", "/AcroForm<</Fields[30 0 R 32 0 R]>>");
    sample.object(30, "<</FT/Tx/T(p)/TU(Patient name)/V(Ada)/DV(Nobody)/Kids[31 0 R]>>");
    sample.object(31, "<</Parent 30 0 R/Subtype/Widget/Rect[0 0 1 1]>>");
    sample.object(32, "<</FT/Tx/T(BirthDate[0])/V<FEFF0031002F0032>>>");
    let reading = reading(&sample.bytes());
    let expected =
        [pair("Patient name", "Ada"), pair("Patient name", "Nobody"), pair("Birth Date", "1/2")];
    assert_eq!(fields(&reading), expected);
    assert!(reading.texts.last().unwrap().fields.iter().all(|field| field.record == Some(1)));
}

#[test]
fn a_field_inherits_from_its_parents() {
    let mut sample = Sample::of_page("", "", "");
    sample.object(30, "<</FT/Tx/TU(MRN)>>").object(31, "<</Parent 30 0 R/V(0042)>>");
    assert_eq!(fields(&reading(&sample.bytes())), [pair("MRN", "0042")]);
}

#[test]
fn a_choice_is_read_as_it_is_shown() {
    let reading = with_object("<</FT/Ch/T(Ward)/V(2)/Opt[[(1)(North)][(2)(South)]]>>");
    assert_eq!(fields(&reading), [pair("Ward", "South")]);
    assert!(texts(&reading).contains(&"North\nSouth"));
    assert_eq!(fields(&with_object("<</FT/Btn/T(Male)/V/Off>>")), []);
}

#[test]
fn a_form_in_xml_is_read_by_its_elements() {
    let mut sample = Sample::of_page("", "", "/AcroForm<</XFA[(datasets) 30 0 R]>>");
    sample.stream(30, "", b"<xfa:data><form><PatientName>Ada</PatientName></form></xfa:data>");
    assert_eq!(fields(&reading(&sample.bytes())), [pair("PatientName", "Ada")]);
}

#[test]
fn notes_links_headings_and_descriptions_are_read() {
    let note = "<</Subtype/Text/Rect[0 0 1 1]/Contents(a note)/RC(<p>rich &amp; formatted</p>)>>";
    assert_eq!(texts(&with_object(note)), ["a note\nrich & formatted"]);
    assert_eq!(
        texts(&with_object("<</S/URI/URI(https://a.example/Ada)>>")),
        ["https://a.example/Ada"]
    );
    assert_eq!(texts(&with_object("<</Title(Labs of Ada)/Parent 9 0 R>>")), ["Labs of Ada"]);
    assert_eq!(texts(&with_object("<</S/Figure/Alt(X-ray of Ada)>>")), ["X-ray of Ada"]);
}

#[test]
fn what_a_signature_says_is_read_and_its_bytes_are_not() {
    let reading = with_object("<</Type/Sig/ByteRange[0 1 2 3]/Contents<414243>/Name(Dr. Eve)>>");
    assert_eq!(texts(&reading), ["Dr. Eve"]);
}

#[test]
fn properties_are_metadata() {
    let mut sample = Sample::of_page("", "", "");
    sample.object(30, "<</Producer(x)/Title(Ada's labs)/CreationDate(D:20240102)/Mine(0042)>>");
    sample.stream(31, "/Type/Metadata/Subtype/XML", b"<a><dc:subject>asthma</dc:subject></a>");
    let reading = reading(&sample.trailer("/Info 30 0 R").bytes());
    let expected = [
        pair("Mine", "0042"),
        pair("Producer", "x"),
        pair("Title", "Ada's labs"),
        pair("subject", "asthma"),
    ];
    assert_eq!(fields(&reading), expected);
    assert_eq!(reading.texts.last().unwrap().place, Place::Metadata);
}

#[test]
fn a_file_inside_goes_back_into_the_walk_under_its_name() {
    let mut sample = Sample::of_page("", "", "");
    sample.object(30, "<</Type/Filespec/F(old.txt)/UF(notes.txt)/EF<</F 31 0 R/UF 31 0 R>>>>");
    sample.stream(31, "/Type/EmbeddedFile", b"Patient: Ada");
    sample.stream(32, "/Type/EmbeddedFile", b"nameless");
    let reading = reading(&sample.bytes());
    let found: Vec<_> = reading
        .texts
        .iter()
        .filter(|text| text.part.depth() == 2)
        .map(|text| (text.part.to_string(), text.content.expose().as_str()))
        .collect();
    let expected = [("1.1", "notes.txt"), ("1.1", "Patient: Ada"), ("1.2", "nameless")];
    assert_eq!(found, expected.map(|(part, text)| (part.to_owned(), text)));
}

#[test]
fn what_an_update_took_back_is_read() {
    let mut sample = Sample::of_page("BT /F 12 Tf 50 700 Td (before) Tj ET", "", "");
    sample.object(30, "<</FT/Tx/T(MRN)/V(0042)>>").end();
    sample.stream(4, "", b"BT /F 12 Tf 50 700 Td (after) Tj ET");
    sample.object(30, "<</FT/Tx/T(MRN)/V()>>");
    let reading = reading(&sample.bytes());
    assert_eq!(texts(&reading), ["after", "before", "MRN: 0042"]);
    assert_eq!(causes(&reading), []);
}

#[test]
fn what_is_the_same_in_all_revisions_is_read_once() {
    let mut sample = Sample::of_page("BT /F 12 Tf 50 700 Td (same) Tj ET", "", "");
    sample.object(30, "<</S/Figure/Alt(a chart)>>").end();
    sample.object(31, "<</S/Figure/Alt(a new chart)>>");
    assert_eq!(texts(&reading(&sample.bytes())), ["same", "a chart\na new chart"]);
}
