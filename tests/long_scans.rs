//! Scans that take long: the MTA is kept informed, and a daemon that is told to stop stops.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(feature = "failpoints")]

mod common;

use std::time::{Duration, Instant};

use common::Daemon;
use indymilter_test::{EomAction, EomActions, Status, TestConnection};

/// More than is scanned on the thread that talks to MTAs, but for the end of the message.
async fn begun(daemon: &Daemon) -> TestConnection {
    let mut mta = TestConnection::configure().open_unix(daemon.socket()).await.unwrap();
    mta.mail(["<sender@hospital.test>"]).await.unwrap();
    mta.rcpt(["<someone@outside.test>"]).await.unwrap();
    mta.header("Subject", "long").await.unwrap();
    mta.eoh().await.unwrap();
    mta.body("Nothing of interest stands here.\r\n".repeat(2000)).await.unwrap();
    mta
}

async fn send(daemon: &Daemon) -> (EomActions, Status) {
    begun(daemon).await.eom().await.unwrap()
}

#[tokio::test]
async fn the_mta_is_told_that_a_long_scan_goes_on_and_others_are_served_meanwhile() {
    let daemon = Daemon::start("", "", "long-scan=1*sleep(2500)->off");
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let start = Instant::now();
        (send(&daemon).await.1, start.elapsed())
    };
    let ((actions, status), (other, took)) = tokio::join!(send(&daemon), meanwhile);
    assert_eq!((actions.actions, status), (vec![EomAction::Progress], Status::Continue));
    assert_eq!(other, Status::Continue);
    assert!(took < Duration::from_secs(1), "another message waited {took:?} for the long one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_does_not_end_does_not_keep_the_daemon_up() {
    let mut daemon = Daemon::start("", "", "long-scan=sleep(60000)");
    let mut mta = begun(&daemon).await;
    let waiting = tokio::spawn(async move { mta.eom().await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let took = tokio::task::spawn_blocking(move || daemon.terminate()).await.unwrap();
    // What is set for messages in flight, and two seconds for the last words.
    assert!(took < Duration::from_secs(4), "it took {took:?}");
    let (_, status) = waiting.await.unwrap().unwrap();
    let Status::Tempfail { message: Some(reply) } = status else { panic!("{status:?}") };
    assert!(reply.to_string_lossy().starts_with("451 4.3.2 "), "{reply:?}");
}
