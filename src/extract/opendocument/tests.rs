//! Documents made for the purpose, and what is read in them.

use super::super::office::sample::{fields, package, reading, survives_damage, words};
use crate::limits::Cause;
use crate::text::Place;

/// A document of a content and other files.
fn document(content: &str, others: &[(&str, &[u8])]) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:text>{content}</office:text></office:body></office:document-content>"
    );
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ];
    if !others.iter().any(|(name, _)| *name == "META-INF/manifest.xml") {
        parts.push(("META-INF/manifest.xml", b"<manifest:manifest/>"));
    }
    parts.extend(others);
    package(&parts)
}

fn text(content: &str) -> String {
    words(&reading(&document(content, &[])))
}

#[test]
fn spans_join_and_blanks_are_one() {
    for (content, expected) in [
        ("<text:p>536<text:span>-22</text:span>-8471</text:p>", "536-22-8471\n"),
        ("<text:h>a</text:h><text:p>b</text:p>", "a\nb\n"),
        ("<text:p>a\n   b<text:tab/>c<text:line-break/>d</text:p>", "a b\tc\nd\n"),
        ("<text:p>a<text:s text:c='3'/>b</text:p>", "a   b\n"),
        ("<text:p>born <text:date>03/04/1971</text:date></text:p>", "born 03/04/1971\n"),
        (
            "<text:p>536-<draw:text-box><text:p>box</text:p></draw:text-box>22-8471</text:p>",
            "536-22-8471\nbox\n",
        ),
    ] {
        assert_eq!(text(content), expected, "{content}");
    }
}

#[test]
fn every_hiding_place_is_read() {
    for (place, content) in [
        (
            "note",
            "<text:p>x<text:note><text:note-body><text:p>MARK</text:p></text:note-body></text:note></text:p>",
        ),
        (
            "annotation",
            "<text:p>x<office:annotation><dc:creator>A</dc:creator><text:p>MARK</text:p></office:annotation></text:p>",
        ),
        (
            "who annotated",
            "<text:p><office:annotation><dc:creator>MARK</dc:creator><text:p>x</text:p></office:annotation></text:p>",
        ),
        (
            "deleted",
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>MARK</text:p></text:deletion></text:changed-region></text:tracked-changes>",
        ),
        ("alternative text", "<text:p><draw:frame><svg:desc>MARK</svg:desc></draw:frame></text:p>"),
        ("hidden text", "<text:p><text:hidden-text text:string-value='MARK'/></text:p>"),
        ("link", "<text:p><text:a xlink:href='mailto:MARK@b.example'>x</text:a></text:p>"),
        ("name of a sheet", "<table:table table:name='MARK'/>"),
        ("field of a form", "<form:text form:current-value='MARK'/>"),
        (
            "field that is declared",
            "<text:user-field-decl text:name='x' office:string-value='MARK'/>",
        ),
        (
            "covered cell",
            "<table:table><table:table-row><table:covered-table-cell><text:p>MARK</text:p></table:covered-table-cell></table:table-row></table:table>",
        ),
    ] {
        assert!(text(content).contains("MARK"), "{place}");
    }
}

#[test]
fn every_file_of_a_document_is_read() {
    let paragraph = "<x><text:p>MARK</text:p></x>";
    let header = "<office:master-styles><style:master-page><style:header><text:p>MARK</text:p></style:header></style:master-page></office:master-styles>";
    let meta =
        "<office:meta><meta:user-defined meta:name='x'>MARK</meta:user-defined></office:meta>";
    for (name, xml) in [
        ("styles.xml", header),
        ("meta.xml", meta),
        ("Object 1/content.xml", paragraph),
        ("Pictures/a.txt", "MARK"),
    ] {
        let read = reading(&document("", &[(name, xml.as_bytes())]));
        assert!(words(&read).contains("MARK"), "{name}");
        assert!(read.unread.is_empty(), "{name}");
    }
}

#[test]
fn properties_are_metadata_with_their_names() {
    let meta = b"<office:meta><dc:title>Ann Orr</dc:title><meta:user-defined meta:name='MRN'>0012345</meta:user-defined><meta:document-statistic meta:page-count='12'/></office:meta>";
    let read = reading(&document("", &[("meta.xml", meta)]));
    let metadata = read.texts.iter().find(|text| text.place == Place::Metadata).unwrap();
    assert_eq!(metadata.content.expose(), "title: Ann Orr\nMRN: 0012345\n");
}

#[test]
fn cells_have_labels_and_records_past_repeated_columns() {
    let cell =
        |words: &str| format!("<table:table-cell><text:p>{words}</text:p></table:table-cell>");
    let blank = "<table:table-cell table:number-columns-repeated='2'/>";
    let far = "<table:table-cell table:number-columns-repeated='4294967295'/>";
    let row = |cells: &str| format!("<table:table-row>{cells}{far}</table:table-row>");
    let header = row(&["Name", "DOB", "Sex", "MRN"].map(cell).concat());
    let first = row(&format!("{}{blank}{}", cell("Ann Orr"), cell("0012345")));
    let read = reading(&document(&format!("<table:table>{header}{first}</table:table>"), &[]));
    assert_eq!(words(&read), "Name\tDOB\tSex\tMRN\nAnn Orr\t\t0012345\n");
    assert_eq!(fields(&read.texts[0]), ["1 Name=Ann Orr", "1 MRN=0012345"]);
}

#[test]
fn a_cell_without_words_shows_its_value() {
    let row = "<table:table-row><table:table-cell office:value-type='string'><text:p>MRN</text:p></table:table-cell>\
        <table:table-cell office:value-type='float' office:value='12345'/>\
        <table:table-cell office:value-type='date' office:date-value='1971-03-04'><text:p>4 March</text:p></table:table-cell></table:table-row>";
    assert_eq!(text(&format!("<table:table>{row}</table:table>")), "MRN\t12345\t4 March\n");
}

#[test]
fn what_is_encrypted_is_said_to_be() {
    let manifest = b"<manifest:manifest><manifest:file-entry manifest:full-path='content.xml'><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let read = reading(&document("\x01garbage", &[("META-INF/manifest.xml", manifest)]));
    assert!(read.texts.is_empty());
    assert_eq!(read.unread[0].cause, Cause::Encrypted);
}

#[test]
fn flat_documents_are_read_with_their_files() {
    let flat = "<?xml version='1.0'?><office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'>\
        <office:meta><dc:title>TITLE</dc:title></office:meta><text:p>MA<text:span>RK</text:span></text:p>\
        <draw:image><office:binary-data>iVBORw0KGgoA\nAAANSUhEUg==</office:binary-data></draw:image></office:document>";
    let read = reading(flat.as_bytes());
    assert!(words(&read).contains("MARK") && words(&read).contains("TITLE"));
    assert_eq!(
        (read.unread[0].part.to_string(), read.unread[0].cause),
        ("1.1".to_owned(), Cause::Malformed)
    );
}

#[test]
fn deep_nesting_costs_no_more_than_its_bytes() {
    for name in ["table:table", "text:p", "text:note", "text:a", "table:table-cell"] {
        let read = text(&format!("{}<text:p>MARK</text:p>", format!("<{name}>").repeat(20_000)));
        assert!(read.contains("MARK"), "{name}");
    }
}

#[test]
fn a_damaged_document_is_never_silence() {
    survives_damage(&document("<text:p>Ann Orr</text:p>", &[]));
}
