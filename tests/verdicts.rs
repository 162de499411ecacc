//! Whole messages and what the shipped rules and policy make of them: mail of every kind that is
//! mistaken for a disclosure passes (`tests/false-alarms`), and mail of the same kinds with a
//! disclosure in it does not (`tests/disclosures`). All of it is invented.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_phi-milter");

#[test]
fn mail_that_discloses_nothing_is_accepted() {
    let wrong = wrongly_judged("tests/false-alarms", |answer| {
        answer["phi"] == false && answer["verdict"] == "accept"
    });
    assert!(wrong.is_empty(), "false alarms:\n{}", wrong.join("\n"));
}

#[test]
fn a_disclosure_is_found_in_whatever_mail_it_stands() {
    let wrong = wrongly_judged("tests/disclosures", |answer| answer["phi"] == true);
    assert!(wrong.is_empty(), "missed:\n{}", wrong.join("\n"));
}

/// Scans each message of a folder by itself, and tells of those that are not judged as they should
/// be: the name, the policy, and what was found.
fn wrongly_judged(folder: &str, right: impl Fn(&Value) -> bool) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let answers = scan(&folder);
    let names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".eml"))
        .collect();
    assert!(names.len() >= 20, "only {} messages in {}", names.len(), folder.display());
    let mut wrong = Vec::new();
    for name in names {
        let answer = answers.get(&name).unwrap_or_else(|| panic!("no answer for {name}"));
        if !right(answer) {
            wrong.push(format!("{name}: {}{}", answer["policy"], evidence(answer)));
        }
    }
    wrong.sort();
    wrong
}

fn scan(folder: &Path) -> BTreeMap<String, Value> {
    let output = Command::new(PROGRAM)
        .args(["scan", "--json", "--reveal"])
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let answers = stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    answers.map(|answer| (file_name(&answer), answer)).collect()
}

fn file_name(answer: &Value) -> String {
    let path = Path::new(answer["path"].as_str().unwrap());
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// What counted, one finding a line.
fn evidence(answer: &Value) -> String {
    let findings = answer["findings"].as_array().unwrap();
    let counted = findings.iter().filter(|finding| finding["confidence"] != "low");
    counted
        .map(|finding| {
            let [rule, confidence, about, value] =
                ["rule", "confidence", "about", "value"].map(|key| &finding[key]);
            format!("\n    {rule} {confidence} about {about}: {value}")
        })
        .collect()
}
