//! What is done to header fields, as the MTA is told to do it.

use indymilter_test::{ProtoOpts, Status, TestConnection};

use crate::double::{Daemon, reply, send};

const OURS: &str = "+X-PHI-Detected: yes; verdict=encrypt; policy=test; severity=high; incident=id";

async fn subjects(daemon: &Daemon, subjects: &[&[u8]]) -> Vec<String> {
    let mut header: Vec<(&str, &[u8])> = vec![("X-Test", b" encrypt")];
    header.extend(subjects.iter().map(|subject| ("Subject", *subject)));
    let (mut actions, status) = send(&mut daemon.mta().await, &header, b"hello\r\n").await;
    assert_eq!(status, Status::Continue);
    assert_eq!(actions.remove(0), OURS);
    actions
}

#[tokio::test]
async fn forged_copies_are_removed_from_the_highest_index_down_before_ours_is_added() {
    let daemon = Daemon::start();
    let header: [(&str, &[u8]); 5] = [
        ("x-phi-detected", b" no"),
        ("X-Test", b" tag"),
        ("X-PHI-DETECTED", b" no; verdict=accept"),
        ("X-PHI-Scan", b" clean"),
        ("Subject", b" hello"),
    ];
    let (actions, status) = send(&mut daemon.mta().await, &header, b"hello\r\n").await;
    assert_eq!(
        actions,
        [
            "-2 X-PHI-Detected",
            "-1 X-PHI-Detected",
            "-1 X-PHI-Scan",
            "+X-PHI-Detected: yes; verdict=tag; policy=test; severity=high; incident=id",
        ]
    );
    assert_eq!(status, Status::Continue);
}

#[tokio::test]
async fn a_message_that_is_accepted_is_not_touched() {
    let daemon = Daemon::start();
    let (actions, status) =
        send(&mut daemon.mta().await, &[("Subject", b" hello")], b"hello\r\n").await;
    assert!(actions.is_empty() && status == Status::Continue);
}

#[tokio::test]
async fn every_subject_keeps_its_bytes_behind_the_prefix() {
    let daemon = Daemon::start();
    for (subject, expected) in [
        (&b" plain"[..], r" [SECURE] plain"),
        (b"none", r" [SECURE] none"),
        (b"  two", r" [SECURE]  two"),
        (b" folded\n\tonce\n  twice", r" [SECURE] folded\n\tonce\n  twice"),
        (b" =?utf-8?q?J=C3=BCrgen?=", r" [SECURE] =?utf-8?q?J=C3=BCrgen?="),
        (b" raw \xfc\xff", r" [SECURE] raw \xfc\xff"),
        (b" [SECURE] already", r" [SECURE] already"),
        (b"[SECURE] already", r" [SECURE] already"),
        (b" Re: [SECURE] answered", r" [SECURE] Re: answered"),
        (b"", r" [SECURE]"),
    ] {
        assert_eq!(subjects(&daemon, &[subject]).await, [format!("=1 Subject:{expected}")]);
    }
}

#[tokio::test]
async fn a_missing_subject_is_added_and_each_of_several_is_changed() {
    let daemon = Daemon::start();
    assert_eq!(subjects(&daemon, &[]).await, ["+Subject: [SECURE]"]);
    assert_eq!(
        subjects(&daemon, &[b" one", b" [SECURE] two"]).await,
        ["=1 Subject: [SECURE] one", "=2 Subject: [SECURE] two"]
    );
}

#[tokio::test]
async fn a_subject_that_holds_phi_is_replaced() {
    let daemon = Daemon::start();
    let header: [(&str, &[u8]); 2] = [("X-Test", b" neutral"), ("Subject", b" Jane Roe")];
    let (actions, _) = send(&mut daemon.mta().await, &header, b"hello\r\n").await;
    assert_eq!(actions[1], "=1 Subject: [SECURE] Protected message");
}

#[tokio::test]
async fn an_mta_that_keeps_the_leading_space_to_itself_gets_none_back() {
    let daemon = Daemon::start();
    let options = ProtoOpts::all().difference(ProtoOpts::LEADING_SPACE);
    let mut mta =
        TestConnection::configure().available_opts(options).open_unix(&daemon.path).await.unwrap();
    let header: [(&str, &[u8]); 2] = [("X-Test", b"encrypt"), ("Subject", b" two spaces")];
    let (actions, _) = send(&mut mta, &header, b"hello\r\n").await;
    assert_eq!(actions, [&OURS.replace(": yes", ":yes"), "=1 Subject:[SECURE]  two spaces"]);
    let text = daemon.judge.last(|seen| seen.text.clone());
    assert_eq!(text, b"X-Test: encrypt\r\nSubject:  two spaces\r\n\r\nhello\r\n");
}

#[tokio::test]
async fn a_percent_sign_in_a_reply_is_doubled_for_the_mta() {
    let daemon = Daemon::start();
    let (actions, status) =
        send(&mut daemon.mta().await, &[("X-Test", b" reject")], b"hello\r\n").await;
    assert!(actions.is_empty());
    assert_eq!(reply(&status), "550 5.7.1 100%% no (id)");
}

#[tokio::test]
async fn quarantine_comes_with_the_header() {
    let daemon = Daemon::start();
    let (actions, status) =
        send(&mut daemon.mta().await, &[("X-Test", b" quarantine")], b"hello\r\n").await;
    assert_eq!(status, Status::Continue);
    assert_eq!(actions[0], OURS.replace("encrypt", "quarantine"));
    assert_eq!(actions[1], "quarantine phi-milter policy=test incident=id");
}
