//! Plants markers in every place of a message, breaks things on purpose, and finds no marker in
//! any log line, header, reply or panic.

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]
#![cfg(feature = "failpoints")]

mod common;

use std::ffi::CString;

use common::Daemon;
use indymilter::MacroStage;
use indymilter_test::{EomAction, Status, TestConnection};

/// A word that no log line has by itself; each place has its own number behind it.
const MARKER: &str = "zqmarker";

fn fields() -> Vec<(&'static str, String)> {
    vec![
        ("From", format!(" \"{MARKER}1 Roe\" <sender@hospital.test>")),
        ("To", format!(" {MARKER}2 <someone@outside.test>")),
        ("Reply-To", format!(" ({MARKER}3) <{MARKER}4@outside.test>")),
        ("Subject", format!(" {MARKER}5 DOB 04/25/1970 diabetes mellitus")),
        ("Comments", format!(" {MARKER}6")),
        ("X-Notes", format!(" {MARKER}7")),
        ("Message-ID", format!(" <{MARKER}8@hospital.test>")),
        ("X-PHI-Detected", format!(" no; {MARKER}9")),
        ("MIME-Version", " 1.0".to_owned()),
        ("Content-Type", " multipart/mixed; boundary=xx".to_owned()),
    ]
}

fn body() -> String {
    format!(
        "--xx\r\nContent-Type: text/plain; charset={MARKER}10\r\n\r\n\
         Patient {MARKER}11, MRN: {MARKER}12, DOB: 04/25/1970, SSN 536-22-8471, diabetes mellitus.\r\n\
         --xx\r\nContent-Type: text/html\r\n\r\n<p title='{MARKER}13'>{MARKER}14</p>\r\n\
         --xx\r\nContent-Type: application/x-{MARKER}15; name=\"{MARKER}16.bin\"\r\n\
         Content-Disposition: attachment; filename*=utf-8''{MARKER}17%20MRI.pdf\r\n\
         Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcKenFtYXJrZXIxOA==\r\n\
         --xx\r\nContent-Type: message/rfc822\r\n\r\n\
         Subject: {MARKER}19\r\n\r\n{MARKER}20 SSN 536-22-8471\r\n--xx--\r\n"
    )
}

/// What an MTA is told about one message, as text.
async fn send(daemon: &Daemon) -> String {
    let mut connection = TestConnection::configure()
        .exact_leading_space(true)
        .open_unix(daemon.socket())
        .await
        .unwrap();
    connection.mail(["<sender@hospital.test>"]).await.unwrap();
    connection.rcpt(["<someone@outside.test>"]).await.unwrap();
    let id = [(CString::new("i").unwrap(), CString::new("4QUEUEID").unwrap())];
    connection.macros(MacroStage::Eom, id).await.unwrap();
    for (name, value) in fields() {
        connection.header(name, value).await.unwrap();
    }
    connection.eoh().await.unwrap();
    connection.body(body().into_bytes()).await.unwrap();
    let Ok((actions, status)) = connection.eom().await else { return "closed".to_owned() };
    let mut told = format!("{status:?}");
    for action in &actions.actions {
        // The Subject is the message's own; the prefix before it is all that we write.
        match action {
            EomAction::ChangeHeader { name, .. } if name.as_bytes() == b"Subject" => {}
            other => told.push_str(&format!("\n{other:?}")),
        }
    }
    let _ = connection.close().await;
    told
}

fn assert_no_marker(what: &str, text: &str) {
    let found: Vec<_> = text.lines().filter(|line| line.contains(MARKER)).collect();
    assert!(found.is_empty(), "{what} holds a marker: {found:?}");
}

fn policy(folder: &std::path::Path, then: &str) -> String {
    let path = folder.join("policy.toml");
    let text = format!(
        "[[policy]]\nid = \"phi\"\nphi = true\nseverity = \"high\"\nwhen = {{ to = \"outside\", any = [{{ kind = \"identifier\" }}] }}\nthen = \"{then}\"\n\n[[policy]]\nid = \"otherwise\"\nthen = \"accept\"\n"
    );
    std::fs::write(&path, text).unwrap();
    format!("[rules]\npolicy = \"{}\"\n", path.display())
}

#[tokio::test]
async fn no_verdict_lets_a_value_out() {
    for verdict in ["accept", "tag", "encrypt", "quarantine", "reject", "defer"] {
        let folder = tempfile::tempdir().unwrap();
        let daemon = Daemon::start("mode = \"enforce\"", &policy(folder.path(), verdict), "");
        let told = send(&daemon).await;
        daemon.wait_for(&format!("4QUEUEID: verdict={verdict}"));
        assert_no_marker("what the MTA is told", &told);
        assert_no_marker("the log", &daemon.log());
        if verdict == "reject" {
            assert!(matches!(told.as_str(), t if t.contains("550")), "{told}");
        }
    }
}

#[tokio::test]
async fn a_panic_in_the_daemon_that_quotes_the_message_lets_nothing_out() {
    let daemon = Daemon::start("mode = \"enforce\"", "", "pipeline-panic=return");
    let told = send(&daemon).await;
    daemon.wait_for("panic at src/pipeline/examine.rs");
    assert_no_marker("what the MTA is told", &told);
    assert_no_marker("the log", &daemon.log());
    let deferred = told.contains("451") || told == "closed" || told.contains("Tempfail");
    assert!(deferred, "a message whose judging panicked went through: {told}");
}

#[tokio::test]
async fn a_panic_in_a_worker_that_quotes_the_message_lets_nothing_out() {
    let daemon = Daemon::start("mode = \"enforce\"", "", "worker-read-panic=return");
    let told = send(&daemon).await;
    daemon.wait_for("crashed:1");
    daemon.wait_for("exit code 70: a panic");
    assert_no_marker("what the MTA is told", &told);
    assert_no_marker("the log", &daemon.log());
    assert!(!daemon.log().contains("panic at"), "a worker's words are nobody's");
}

#[tokio::test]
async fn a_worker_that_writes_the_message_to_its_standard_error_lets_nothing_out() {
    let daemon = Daemon::start("mode = \"enforce\"", "", "worker-read-tell=return");
    let told = send(&daemon).await;
    daemon.wait_for("4QUEUEID: verdict=");
    assert_no_marker("what the MTA is told", &told);
    assert_no_marker("the log", &daemon.log());
}

#[test]
fn who_scans_a_message_by_hand_is_shown_where_a_worker_panicked_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.eml");
    std::fs::write(&path, format!("Subject: s\r\n\r\n{MARKER}\r\n")).unwrap();
    let scanned = std::process::Command::new(common::PROGRAM)
        .args(["scan", "--json"])
        .arg(path)
        .env("FAILPOINTS", "worker-read-panic=return")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&scanned.stderr);
    assert!(errors.contains("panic at src/worker/faults.rs:"), "{errors}");
    assert_no_marker("standard error", &errors);
}

#[tokio::test]
async fn garbage_from_a_worker_lets_nothing_out() {
    let daemon = Daemon::start("mode = \"enforce\"", "", "worker-nonsense=return");
    let told = send(&daemon).await;
    daemon.wait_for("crashed:1");
    assert_no_marker("what the MTA is told", &told);
    assert_no_marker("the log", &daemon.log());
    assert!(!matches!(told.as_str(), t if t == format!("{:?}", Status::Accept)));
}

#[tokio::test]
async fn no_process_that_holds_mail_leaves_a_core_file() {
    let daemon = Daemon::start("", "", "");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", daemon.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let numbers: Vec<&str> = line.split_ascii_whitespace().skip(4).take(2).collect();
    assert_eq!(numbers, ["0", "0"]);
}
