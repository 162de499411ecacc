//! Documents as attachments, through real workers in their sandbox: what stands in them counts as
//! if it stood in the message.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod document;
mod reading;

use std::path::Path;
use std::process::{Command, Stdio};

use document::*;
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_phi-milter");

/// An invented patient, a label and a value a line.
const CHART: [&str; 4] = [
    "Patient: Marlene Testperson",
    "Date of birth: 04/25/1970",
    "MRN: 4471736",
    "Diagnosis: type 2 diabetes mellitus",
];

/// The same without anything that tells who, or that anybody is ill.
const MENU: [&str; 3] = ["Soup of the day", "Roast and potatoes", "Pudding"];

/// What `scan` says of a message with these attachments.
fn scanned(attachments: &[(&str, Vec<u8>)]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("message.eml");
    std::fs::write(&path, message("Please see the attachment.", attachments)).unwrap();
    scan(&path)
}

fn scan(path: &Path) -> Value {
    let output = Command::new(PROGRAM)
        .args(["scan", "--json"])
        .arg(path)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let line = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&line).unwrap_or_else(|_| panic!("no answer: {:?}", output.status))
}

/// Each format with these lines in it.
fn documents(lines: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("chart.pdf", pdf(lines)),
        ("chart.docx", docx(lines)),
        ("chart.xlsx", xlsx(lines)),
        ("chart.pptx", pptx(lines)),
        ("chart.odt", odt(lines)),
        ("chart.rtf", rtf(lines)),
        ("chart.zip", zip(&[("chart.txt", lines.join("\n").as_bytes())])),
        ("chart.eml", format!("Subject: chart\r\n\r\n{}\r\n", lines.join("\r\n")).into_bytes()),
    ]
}

#[test]
fn phi_in_a_document_is_found_whatever_its_format() {
    for (name, document) in documents(&CHART) {
        let answer = scanned(&[(name, document)]);
        assert_eq!(answer["phi"], true, "{name}: {}", answer["read"]);
        assert_eq!(answer["unread"], Value::Array(vec![]), "{name}");
    }
}

#[test]
fn a_document_without_phi_passes() {
    for (name, document) in documents(&MENU) {
        let answer = scanned(&[(name, document)]);
        assert_eq!(answer["verdict"], "accept", "{name}: {}", answer["read"]);
    }
}

#[test]
fn a_document_is_known_by_its_bytes_not_by_its_name() {
    for (name, document) in documents(&CHART) {
        let answer = scanned(&[("photo.jpg", document)]);
        assert_eq!(answer["phi"], true, "{name}: {}", answer["read"]);
    }
}

#[test]
fn documents_in_archives_in_archives_are_read() {
    for (name, document) in documents(&CHART) {
        let inner = zip(&[(name, &document)]);
        let answer = scanned(&[("outer.zip", zip(&[("inner.zip", &inner)]))]);
        assert_eq!(answer["phi"], true, "{name}: {}", answer["read"]);
    }
}

#[test]
fn a_file_that_is_two_things_is_read_as_both() {
    let archive = zip(&[("chart.txt", CHART.join("\n").as_bytes())]);
    let answer = scanned(&[("menu.pdf", [pdf(&MENU), archive].concat())]);
    assert_eq!(answer["phi"], true, "{}", answer["read"]);
}

#[test]
fn a_document_cut_short_says_so_or_is_read() {
    for (name, document) in documents(&CHART) {
        for cut in [document.len() / 4, document.len() / 2, document.len() - 10] {
            let answer = scanned(&[(name, document[..cut].to_vec())]);
            let said = answer["unread"].as_array().is_some_and(|unread| !unread.is_empty());
            // Rich text and mail lose their end and nothing else.
            let is_text = matches!(name, "chart.rtf" | "chart.eml");
            assert!(
                said || is_text || answer["phi"] == true,
                "{name} at {cut}: {}",
                answer["read"]
            );
        }
    }
}
