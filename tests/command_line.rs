//! The program as people call it: exit statuses, what it prints, and clear words for bad input.

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_phi-milter");

const CLEAN: &str = "From: a@clinic.test\nTo: b@outside.test\nSubject: Lunch\nMessage-ID: <1@clinic.test>\n\nSee you at noon.\n";
const PHI: &str = "From: a@clinic.test\nTo: b@outside.test\nSubject: Referral\n\nPatient SSN: 536-22-8471, DOB 04/25/1970, diabetes mellitus.\n";

fn run(words: &[&str]) -> Output {
    Command::new(PROGRAM).args(words).stdin(Stdio::null()).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder of its own with the files named.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

fn objects(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_exit_status_of_a_scan_says_what_was_found() {
    let folder = folder(&[("clean.eml", CLEAN), ("phi.eml", PHI)]);
    let (clean, phi) = (path(&folder, "clean.eml"), path(&folder, "phi.eml"));
    assert_eq!(code(&run(&["scan", &clean])), 0);
    assert_eq!(code(&run(&["scan", &clean, &phi])), 1);
    let missing = path(&folder, "missing.eml");
    let output = run(&["scan", &missing, &phi]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("missing.eml: No such file"), "{}", stderr(&output));
    assert!(stdout(&output).contains("phi.eml: encrypt"), "the rest is still scanned");
}

#[test]
fn of_each_attachment_it_is_said_what_it_was_and_what_was_read() {
    let mut message = String::from("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n");
    for number in 1..=20 {
        let (kind, body) = match number % 2 {
            0 => ("text/html", "<p>words"),
            _ => ("application/octet-stream", "\u{1}\u{2}\u{3}\u{4}"),
        };
        message.push_str(&format!(
            "--b\nContent-Type: {kind}\nContent-Disposition: attachment; filename=secret{number}.dat\n\n{body}\n"
        ));
    }
    message.push_str("--b--\n");
    let folder = folder(&[("m.eml", &message)]);
    let said = String::from_utf8(run(&["scan", &path(&folder, "m.eml")]).stdout).unwrap();
    let parts: Vec<&str> = said.lines().filter(|line| line.starts_with("  part ")).collect();
    assert_eq!(parts.len(), 21, "{said}");
    assert_eq!(parts.first(), Some(&"  part 1: text, 5 bytes of text"));
    assert_eq!(parts.get(1), Some(&"  part 2 *.dat: unknown format, no text; unread: unsupported"));
    assert_eq!(parts.get(2), Some(&"  part 3 *.dat: HTML, 5 bytes of text"));
    assert!(!said.contains("secret"), "{said}");
}

#[test]
fn json_has_the_keys_that_others_rely_on_and_no_values() {
    let folder = folder(&[("phi.eml", PHI)]);
    let output = run(&["scan", "--json", &path(&folder, "phi.eml")]);
    let [object] = &objects(&output)[..] else { panic!("one object a message") };
    for key in [
        "path",
        "message_id",
        "verdict",
        "phi",
        "policy",
        "severity",
        "findings",
        "facts",
        "unread",
        "read",
        "parts",
        "bytes",
        "text_bytes",
        "ms",
    ] {
        assert!(object.get(key).is_some(), "{key}");
    }
    assert_eq!((&object["verdict"], &object["phi"]), (&Value::from("encrypt"), &Value::from(true)));
    let ssn =
        object["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "us-ssn").unwrap();
    for key in [
        "rule",
        "kind",
        "hipaa",
        "confidence",
        "about",
        "place",
        "part",
        "file",
        "page",
        "zone",
        "label",
        "record",
        "count",
        "masked",
    ] {
        assert!(ssn.get(key).is_some(), "{key}");
    }
    assert_eq!(ssn["masked"], "NNN-NN-NNNN");
    let printed = stdout(&output);
    assert!(!printed.contains("536-22-8471") && !printed.contains("\"texts\""), "{printed}");
    let revealed = run(&["scan", "--json", "--reveal", &path(&folder, "phi.eml")]);
    let [object] = &objects(&revealed)[..] else { panic!("one object a message") };
    let values = object["findings"].as_array().unwrap();
    assert!(values.iter().any(|finding| finding["value"] == "536-22-8471"));
    assert!(object["texts"].as_array().unwrap().iter().any(|t| t["place"] == "body"));
}

#[test]
fn folders_maildirs_mboxes_and_standard_input_are_scanned() {
    let mbox = format!("From a@clinic.test Thu Jan  1 00:00:00 2026\n{CLEAN}\nFrom x y\n{PHI}");
    let folder = folder(&[
        ("box", &mbox),
        ("Maildir/cur/1:2,S", PHI),
        ("Maildir/new/2", CLEAN),
        ("Maildir/tmp/3", PHI),
    ]);
    let output = run(&["scan", "--json", folder.path().to_str().unwrap()]);
    let verdicts: Vec<_> =
        objects(&output).iter().map(|o| o["verdict"].as_str().unwrap().to_owned()).collect();
    assert_eq!(verdicts, ["encrypt", "accept", "accept", "encrypt"]);
    let mut child = Command::new(PROGRAM)
        .args(["scan", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(PHI.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(objects(&output)[0]["verdict"], "encrypt");
}

#[test]
fn a_bare_document_counts_as_leaving() {
    let folder = folder(&[("note.txt", "Patient SSN: 536-22-8471, diabetes mellitus.\n")]);
    let output = run(&["scan", "--json", &path(&folder, "note.txt")]);
    assert_eq!(objects(&output)[0]["verdict"], "encrypt");
    assert_eq!(code(&output), 1);
}

#[test]
fn the_envelope_given_goes_before_the_header() {
    let config = "[network]\ninside = [\"clinic.test\"]\n";
    let folder = folder(&[("phi.eml", PHI), ("phi-milter.toml", config)]);
    let (phi, config) = (path(&folder, "phi.eml"), path(&folder, "phi-milter.toml"));
    let output =
        run(&["scan", "--json", "--config", &config, "--to", "colleague@clinic.test", &phi]);
    assert_eq!(objects(&output)[0]["policy"], "inside");
    assert_eq!(code(&output), 0, "no policy matched by what was found");
    let output = run(&["scan", "--json", "--config", &config, &phi]);
    assert_eq!(objects(&output)[0]["verdict"], "encrypt");
}

#[test]
fn explain_says_why_a_rule_nearly_held_and_prints_no_value() {
    let text = "From: a@clinic.test\nTo: b@outside.test\nSubject: Parcel\n\nSSN 000-12-3456\n";
    let folder = folder(&[("near.eml", text)]);
    let output = run(&["scan", "--explain", &path(&folder, "near.eml")]);
    let printed = stdout(&output);
    assert!(printed.contains("not us-ssn: NNN-NN-NNNN"), "{printed}");
    assert!(printed.contains("does not pass the check ssn"), "{printed}");
    assert!(!printed.contains("000-12-3456"));
}

#[test]
fn wrong_words_are_answered_with_usage() {
    for words in [&["frobnicate"][..], &["scan"], &["scan", "--jsno", "x"], &[]] {
        let output = run(words);
        assert_eq!(code(&output), 2, "{words:?}");
        assert!(stderr(&output).contains("--help"), "{words:?}");
    }
    assert_eq!(code(&run(&["--help"])), 0);
    let version = stdout(&run(&["--version"]));
    assert!(version.starts_with("phi-milter 0.") && version.contains(" rules from "), "{version}");
}

/// What `check` says of a config.
fn checked(config: &str, more: &[(&str, &str)]) -> (i32, String) {
    let folder = folder(more);
    let file = folder.path().join("phi-milter.toml");
    fs::write(&file, config).unwrap();
    let output = run(&["check", "--config", file.to_str().unwrap()]);
    (code(&output), stderr(&output))
}

#[test]
fn an_unknown_key_is_shown_where_it_stands() {
    let (code, said) = checked("mode = \"monitor\"\n[milter]\nsokcet = \"x\"\n", &[]);
    assert_eq!(code, 78);
    assert!(said.contains("phi-milter.toml:3:1") && said.contains("sokcet"), "{said}");
}

#[test]
fn a_missing_rule_folder_is_named() {
    let (code, said) = checked("[rules]\npaths = [\"no-such-folder\"]\n", &[]);
    assert_eq!(code, 78);
    assert!(said.contains("no-such-folder"), "{said}");
}

const RULE: &str = r#"
id = "badge"
title = "Badge number"
description = "Detects badge numbers."
status = "test"
kind = "identifier"
hipaa = "other"

[patterns]
badge = 'B\d{4}'

[[match]]
confidence = "high"
pattern = ["badge"]

[[test]]
name = "a badge is found"
text = "Badge C1234"
finds = [{ value = "C1234" }]
"#;

#[test]
fn a_rule_whose_test_fails_does_not_load() {
    let config = "[rules]\npaths = [\"rules\"]\n";
    let (code, said) = checked(config, &[("rules/identifiers/badge.toml", RULE)]);
    assert_eq!(code, 78);
    assert!(said.contains("a badge is found") && said.contains("badge.toml:"), "{said}");
}

#[test]
fn the_tests_of_one_rule_file_can_be_run() {
    let folder = folder(&[("rules/identifiers/badge.toml", RULE)]);
    let output = run(&["rules", "test", &path(&folder, "rules/identifiers/badge.toml")]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).contains("1 rules: 0 passed, 1 failed"), "{}", stdout(&output));
}

#[test]
fn samples_beside_a_rule_are_read_and_tested() {
    let rule = RULE.replace("C1234", "B1234");
    let expect = |value: &str| {
        format!("[[sample]]\nfile = \"card.eml\"\nfinds = [{{ value = \"{value}\" }}]\n")
    };
    let message = "Subject: card\nContent-Transfer-Encoding: base64\n\nQmFkZ2UgQjk4NzY=\n";
    for (value, status) in [("B9876", 0), ("B1111", 1)] {
        let folder = folder(&[
            ("rules/identifiers/badge.toml", &rule),
            ("rules/identifiers/badge/card.eml", message),
            ("rules/identifiers/badge/expect.toml", &expect(value)),
        ]);
        let output = run(&["rules", "test", &path(&folder, "rules/identifiers/badge.toml")]);
        assert_eq!(code(&output), status, "{}", stderr(&output));
        assert!(stdout(&output).contains(&format!("{} passed, {status} failed", 2 - status)));
    }
}

#[test]
fn the_shipped_rules_pass_their_tests_and_can_be_listed_and_shown() {
    let tested = run(&["rules", "test"]);
    assert_eq!(code(&tested), 0, "{}", stderr(&tested));
    assert!(stdout(&run(&["rules", "list"])).contains("us-ssn"));
    assert!(stdout(&run(&["rules", "show", "us-ssn"])).contains("id"));
    let unknown = run(&["rules", "show", "no-such-rule"]);
    assert_eq!(code(&unknown), 2);
    assert!(stderr(&unknown).contains("no-such-rule"));
}

#[test]
fn a_baseline_counts_what_each_rule_finds_and_what_policy_would_do() {
    let folder = folder(&[("mail/1.eml", PHI), ("mail/2.eml", CLEAN)]);
    let output = run(&["rules", "test", "--baseline", &path(&folder, "mail")]);
    let printed = stdout(&output);
    assert_eq!(code(&output), 1, "a policy about PHI takes a message");
    assert!(printed.contains("baseline: 2 messages"), "{printed}");
    assert!(printed.contains("policy otherwise: 1"), "{printed}");
    let line = printed.lines().find(|line| line.starts_with("us-ssn ")).unwrap();
    let counts: Vec<_> = line.split_whitespace().skip(1).collect();
    assert_eq!(counts, ["1", "1", "1", "0", "0"], "{printed}");
    assert!(printed.contains("slowest rules"), "{printed}");
}

#[test]
fn a_baseline_that_no_policy_takes_is_all_well() {
    let folder = folder(&[("mail/2.eml", CLEAN)]);
    assert_eq!(code(&run(&["rules", "test", "--baseline", &path(&folder, "mail")])), 0);
}

#[test]
fn a_rule_shows_the_messages_of_a_folder_in_which_it_finds_something() {
    let folder = folder(&[("mail/1.eml", PHI), ("mail/2.eml", CLEAN)]);
    let output = run(&["rules", "show", "us-ssn", "--baseline", &path(&folder, "mail")]);
    let printed = stdout(&output);
    assert!(printed.contains("finds something in 1 of 2 messages"), "{printed}");
    let (_, hits) = printed.split_once("finds something").unwrap();
    assert!(hits.contains("1.eml") && hits.contains("NNN-NN-NNNN"), "{hits}");
}

#[test]
fn explain_says_what_the_verdict_rests_on_and_what_would_have_changed_it() {
    let folder = folder(&[("phi.eml", PHI)]);
    let printed = stdout(&run(&["scan", "--explain", &path(&folder, "phi.eml")]));
    let rests = printed.lines().find(|line| line.contains("rests on:")).unwrap();
    assert!(rests.contains("us-ssn (high)"), "{printed}");
    assert!(printed.contains("without diagnoses: tag (policy identifiers-outside)"), "{printed}");
    assert!(printed.contains("without any identifier finding: accept"), "{printed}");
}

#[test]
fn explain_says_what_would_have_been_had_a_rule_held() {
    let text = "From: a@clinic.test\nTo: b@outside.test\nSubject: x\n\nPatient SSN 000-12-3456, diabetes mellitus.\n";
    let folder = folder(&[("near.eml", text)]);
    let printed = stdout(&run(&["scan", "--explain", &path(&folder, "near.eml")]));
    assert!(printed.contains("had us-ssn held (high): encrypt (policy "), "{printed}");
}

fn started(folder: &Path, socket: &str) -> Output {
    let config = folder.join("phi-milter.toml");
    let text = format!(
        "[milter]\nsocket = \"{socket}\"\nsocket-group = \"\"\n[log]\ntarget = \"stderr\"\n"
    );
    fs::write(&config, text).unwrap();
    run(&["run", "--config", config.to_str().unwrap()])
}

#[test]
fn a_socket_path_in_use_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let socket: PathBuf = folder.path().join("m.sock");
    let other = UnixListener::bind(&socket).unwrap();
    let output = started(folder.path(), &format!("unix:{}", socket.display()));
    assert_ne!(code(&output), 0);
    assert!(stderr(&output).contains("m.sock"), "{}", stderr(&output));
    drop(other);
    assert!(socket.exists(), "another's socket was removed");
}

#[test]
fn an_unreadable_message_file_is_an_error_and_not_clean() {
    let folder = folder(&[("clean.eml", CLEAN)]);
    std::os::unix::fs::symlink("loop.eml", folder.path().join("loop.eml")).unwrap();
    let output = run(&["scan", &path(&folder, "loop.eml")]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("loop.eml"), "{}", stderr(&output));
}
