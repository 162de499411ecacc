//! Documents as attachments, through real workers in their sandbox: what stands in them counts as
//! if it stood in the message.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod document;
mod reading;

use std::os::unix::fs::PermissionsExt;
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

/// What `scan` says of messages with an attachment each, by their names here.
fn scanned(messages: &[(String, &str, Vec<u8>)]) -> Vec<(String, Value)> {
    scanned_with("Please see the attachment.", None, messages)
}

/// The same for messages with that body, under a config.
fn scanned_with(
    body: &str,
    config: Option<&Path>,
    messages: &[(String, &str, Vec<u8>)],
) -> Vec<(String, Value)> {
    let folder = tempfile::tempdir().unwrap();
    for (number, (_, file, attachment)) in messages.iter().enumerate() {
        let message = message(body, &[(file, attachment.clone())]);
        std::fs::write(folder.path().join(format!("{number:04}.eml")), message).unwrap();
    }
    let mut program = Command::new(PROGRAM);
    program.args(["scan", "--json"]);
    if let Some(config) = config {
        program.arg("--config").arg(config);
    }
    let output = program.arg(folder.path()).stdin(Stdio::null()).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let mut answers: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    answers.sort_by_key(|answer| answer["path"].to_string());
    assert_eq!(answers.len(), messages.len(), "a message without an answer");
    messages.iter().map(|(name, ..)| name.clone()).zip(answers).collect()
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

/// One message for each document, under the name of its format or another.
fn named(documents: Vec<(&'static str, Vec<u8>)>) -> Vec<(String, &'static str, Vec<u8>)> {
    documents.into_iter().map(|(name, bytes)| (name.to_owned(), name, bytes)).collect()
}

#[test]
fn phi_in_a_document_is_found_whatever_its_format() {
    for (name, answer) in scanned(&named(documents(&CHART))) {
        assert_eq!(answer["phi"], true, "{name}: {}", answer["read"]);
        assert_eq!(answer["unread"], Value::Array(vec![]), "{name}");
    }
}

#[test]
fn a_document_without_phi_passes() {
    for (name, answer) in scanned(&named(documents(&MENU))) {
        assert_eq!(answer["verdict"], "accept", "{name}: {}", answer["read"]);
    }
}

#[test]
fn an_image_of_a_patient_is_phi_by_itself_and_one_of_nobody_is_not() {
    let image = |attributes: &[(u16, u16, &str, &str)]| {
        let study = [(0x0008, 0x0060, "CS", "CR"), (0x0008, 0x1030, "LO", "CHEST PA AND LATERAL")];
        dicom(&[&study[..], attributes].concat())
    };
    let patient = [
        (0x0010, 0x0010, "PN", "TESTPERSON^MARLENE"),
        (0x0010, 0x0020, "LO", "4471736"),
        (0x0010, 0x0030, "DA", "19700425"),
    ];
    let named = [(0x0010, 0x0010, "PN", "\u{5C71}\u{7530}^\u{592A}\u{90CE}")];
    let nobody = [
        (0x0010, 0x0010, "PN", "ANON^0012"),
        (0x0010, 0x0020, "LO", "S0012"),
        (0x0012, 0x0062, "CS", "YES"),
        (0x0012, 0x0063, "LO", "Basic Application Confidentiality Profile"),
    ];
    let claimed = [&patient[..], &[(0x0012, 0x0062, "CS", "YES")]].concat();
    let cases = [
        ("patient", &patient[..], true),
        ("name alone, in ideographs", &named, true),
        ("nobody", &nobody, false),
        ("no patient at all", &[], false),
        ("patient, and the claim that there is none", &claimed, true),
    ];
    let files: Vec<_> = cases
        .iter()
        .map(|(name, values, _)| ((*name).to_owned(), "IM1.dcm", image(values)))
        .collect();
    for ((name, answer), (_, _, phi)) in scanned(&files).into_iter().zip(cases) {
        assert_eq!(answer["phi"], phi, "{name}: {}", answer["read"]);
        assert_eq!(answer["unread"], Value::Array(vec![]), "{name}");
        assert_eq!(answer["facts"][0]["fact"], "dicom", "{name}");
    }
}

#[test]
fn a_document_is_known_by_its_bytes_not_by_its_name() {
    let misnamed = named(documents(&CHART)).into_iter();
    let misnamed: Vec<_> = misnamed.map(|(name, _, bytes)| (name, "photo.jpg", bytes)).collect();
    for (name, answer) in scanned(&misnamed) {
        assert_eq!(answer["phi"], true, "{name}: {}", answer["read"]);
    }
}

#[test]
fn documents_in_archives_in_archives_are_read() {
    let nested = documents(&CHART).into_iter().map(|(name, document)| {
        let inner = zip(&[(name, &document)]);
        (name.to_owned(), "outer.zip", zip(&[("inner.zip", &inner)]))
    });
    for (name, answer) in scanned(&nested.collect::<Vec<_>>()) {
        assert_eq!(answer["phi"], true, "{name}: {}", answer["read"]);
    }
}

#[test]
fn a_file_that_is_two_things_is_read_as_both() {
    let archive = |lines: &[&str]| zip(&[("list.txt", lines.join("\n").as_bytes())]);
    let behind = [pdf(&MENU), archive(&CHART)].concat();
    let before = [pdf(&CHART), archive(&MENU)].concat();
    let both = [("behind", behind), ("before", before)];
    let both = both.map(|(place, bytes)| (place.to_owned(), "menu.pdf", bytes));
    for (place, answer) in scanned(&both) {
        assert_eq!(answer["phi"], true, "{place}: {}", answer["read"]);
    }
}

#[test]
fn a_document_cut_short_says_so_or_is_read() {
    let mut cut = Vec::new();
    for (name, document) in documents(&CHART) {
        for length in [document.len() / 4, document.len() / 2, document.len() - 10] {
            cut.push((format!("{name} at {length}"), name, document[..length].to_vec()));
        }
    }
    for ((name, answer), (_, file, _)) in scanned(&cut).iter().zip(&cut) {
        let said = answer["unread"].as_array().is_some_and(|unread| !unread.is_empty());
        // Rich text and mail lose their end and nothing else.
        let is_text = matches!(*file, "chart.rtf" | "chart.eml");
        assert!(said || is_text || answer["phi"] == true, "{name}: {}", answer["read"]);
    }
}

/// The chart under the password `Blue-7!x`, encrypted by other programs (qpdf, msoffcrypto-tool) but
/// for the zip, which is in the traditional cipher.
fn locked() -> Vec<(String, &'static str, Vec<u8>)> {
    named(vec![
        ("chart.pdf", include_bytes!("fixtures/locked/chart.pdf").to_vec()),
        ("chart.docx", include_bytes!("fixtures/locked/chart.docx").to_vec()),
        ("chart.zip", include_bytes!("fixtures/locked/chart.zip").to_vec()),
    ])
}

/// A config in a folder of its own, with a list of passwords and a policy that refuses files whose
/// password travels with them.
fn config(passwords: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    };
    write("phi-milter.toml", "[rules]\npolicy = 'policy.toml'\n[read]\npasswords = 'passwords'\n");
    write("passwords", passwords);
    let refuses = "[[policy]]\nid = 'password-outside'\nthen = 'reject'\n\
                   when = { to = 'outside', facts = ['password-in-message'] }\n";
    write("policy.toml", &format!("{refuses}[[policy]]\nid = 'otherwise'\nthen = 'accept'\n"));
    folder
}

#[test]
fn a_file_whose_password_stands_in_the_message_is_read_and_said_to_be() {
    for (name, answer) in scanned_with("The password is Blue-7!x.", None, &locked()) {
        assert_eq!(answer["phi"], true, "{name}: {}", answer["read"]);
        assert_eq!(answer["facts"][0]["fact"], "password-in-message", "{name}");
        assert_eq!(answer["unread"], Value::Array(vec![]), "{name}");
    }
}

#[test]
fn a_file_whose_password_is_not_known_is_unread_and_not_clean() {
    for body in ["Please see the attachment.", "The password is Blue-8!x."] {
        for (name, answer) in scanned_with(body, None, &locked()) {
            assert_eq!(answer["unread"][0]["cause"], "encrypted", "{name}");
            assert_eq!(answer["verdict"], "tag", "{name}");
            assert_eq!(answer["facts"], Value::Array(vec![]), "{name}");
        }
    }
}

#[test]
fn a_policy_refuses_files_whose_password_travels_with_them() {
    let folder = config("");
    let path = folder.path().join("phi-milter.toml");
    for (name, answer) in scanned_with("pw: Blue-7!x", Some(&path), &locked()) {
        assert_eq!(answer["verdict"], "reject", "{name}");
    }
    for (name, answer) in scanned_with("Hello", Some(&path), &locked()) {
        assert_eq!(answer["verdict"], "accept", "{name}");
    }
}

#[test]
fn a_listed_password_opens_a_file_and_does_not_travel_with_it() {
    let folder = config("Green-1\nBlue-7!x\n");
    let path = folder.path().join("phi-milter.toml");
    for (name, answer) in scanned_with("Hello", Some(&path), &locked()) {
        assert_eq!(answer["unread"], Value::Array(vec![]), "{name}");
        assert_eq!(answer["facts"], Value::Array(vec![]), "{name}");
        assert_eq!(answer["verdict"], "accept", "{name}");
    }
    for (name, answer) in scanned_with("It is Blue-7!x", Some(&path), &locked()) {
        assert_eq!(answer["verdict"], "reject", "{name}");
    }
}
