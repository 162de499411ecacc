//! The worked example of docs/writing-rules.md does what the page says.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// The TOML blocks of the page, in order.
fn blocks() -> Vec<String> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(home.join("docs/writing-rules.md")).unwrap();
    let behind = page.split("```toml\n").skip(1);
    behind.map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

fn folder_with(rule: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("identifiers")).unwrap();
    fs::write(folder.path().join("identifiers/sleep-recording.toml"), rule).unwrap();
    folder
}

/// `rules test` on a folder that holds this rule alone.
fn tested(rule: &str) -> (Output, String) {
    let folder = folder_with(rule);
    let mut program = Command::new(env!("CARGO_BIN_EXE_phi-milter"));
    let output = program.args(["rules", "test"]).arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

/// The first draft, with the matches of the third step in place of its own.
fn second_draft(blocks: &[String]) -> String {
    let (head, rest) = blocks[0].split_once("[[match]]").unwrap();
    let (_, tests) = rest.split_once("[[test]]").unwrap();
    format!("{head}{}\n[[test]]{tests}", blocks[1])
}

#[test]
fn the_first_draft_fails_the_test_that_the_page_names() {
    let (output, said) = tested(&blocks()[0]);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the test \"a part number is weak evidence\" fails"), "{said}");
    assert!(said.contains("expected \"204518\" (low), found \"204518\" (high, patient)"), "{said}");
    assert!(said.contains("sleep-recording.toml:22:1"), "{said}");
}

#[test]
fn with_the_words_around_both_tests_hold() {
    let (output, said) = tested(&second_draft(&blocks()));
    assert_eq!(output.status.code(), Some(0), "{said}");
}

#[test]
fn the_whole_file_is_a_stable_rule() {
    let blocks = blocks();
    assert!(blocks[2].contains("status      = \"stable\""));
    let (output, said) = tested(&blocks[2]);
    assert_eq!(output.status.code(), Some(0), "{said}");
}

#[test]
fn on_trial_it_shows_what_it_would_do_and_does_nothing() {
    let folder = folder_with(&second_draft(&blocks()));
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let config = format!(
        "[rules]\npaths = [{shipped:?}, {:?}]\npolicy = {:?}\n",
        folder.path(),
        shipped.join("policy.toml"),
    );
    fs::write(folder.path().join("phi-milter.toml"), config).unwrap();
    let text = "From: a@clinic.test\nTo: b@lab.test\nSubject: x\n\nRecording SL204518: severe obstructive sleep apnea, start CPAP.\n";
    fs::write(folder.path().join("message.eml"), text).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_phi-milter"));
    program.arg("scan").arg("--config").arg(folder.path().join("phi-milter.toml"));
    let output = program.arg(folder.path().join("message.eml")).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains(": accept (policy otherwise"), "{printed}");
    assert!(printed.contains("would=encrypt"), "{printed}");
}
