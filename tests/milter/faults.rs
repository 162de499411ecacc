//! What goes wrong, and that it is answered rather than passed over.

use std::sync::atomic::Ordering;
use std::time::Duration;

use indymilter_test::{Actions, Status, TestConnection};
use phi_milter::config::{Mode, OnFailure};
use phi_milter::limits::Bytes;
use phi_milter::milter::Ending;
use tokio::time::{sleep, timeout};

use crate::double::{Daemon, envelope, log_lines, reply, send};

#[tokio::test]
async fn a_panic_is_a_fault_of_our_own_and_the_session_goes_on() {
    for (on_failure, expected) in [(OnFailure::Defer, "451 4.3.0 "), (OnFailure::Tag, "Continue")] {
        let daemon = Daemon::with(|config| config.on_failure = on_failure);
        let mut mta = daemon.mta().await;
        let header: [(&str, &[u8]); 2] = [("X-Test", b" panic"), ("X-PHI-Detected", b" no")];
        let (actions, status) = send(&mut mta, &header, b"hello\r\n").await;
        assert!(reply(&status).starts_with(expected), "{status:?}");
        if on_failure == OnFailure::Tag {
            assert_eq!(actions[0], "-1 X-PHI-Detected");
            assert!(actions[1].contains("no; verdict=tag; policy=on-failure;"), "{actions:?}");
        }
        let (_, status) = send(&mut mta, &[], b"hello\r\n").await;
        assert_eq!(status, Status::Continue);
        assert_eq!(daemon.judge.records.lock().unwrap()[0], ("panic".into(), Ending::Done));
    }
}

#[tokio::test]
async fn a_panic_elsewhere_is_answered_451_and_the_session_goes_on() {
    let daemon = Daemon::start();
    let mut mta = daemon.mta().await;
    let (_, status) = send(&mut mta, &[("X-Test", b" no record")], b"hello\r\n").await;
    assert!(reply(&status).starts_with("451 4.3.0 "), "{status:?}");
    assert_eq!(send(&mut mta, &[], b"hello\r\n").await.1, Status::Continue);
}

#[tokio::test]
async fn a_panic_that_cannot_be_handled_either_is_answered_451_and_nobody_else_notices() {
    log_lines();
    for on_failure in [OnFailure::Defer, OnFailure::Tag, OnFailure::Quarantine] {
        for mode in [Mode::Enforce, Mode::Monitor] {
            let daemon = Daemon::with(|config| {
                config.on_failure = on_failure;
                config.mode = mode;
            });
            daemon.judge.helpless.store(true, Ordering::SeqCst);
            let (mut mta, mut other) = (daemon.mta().await, daemon.mta().await);
            envelope(&mut other).await;
            let header: [(&str, &[u8]); 2] = [("X-Test", b" panic"), ("Subject", b" MARKER")];
            let (actions, status) = send(&mut mta, &header, b"MARKER\r\n").await;
            assert!(actions.is_empty() && reply(&status).starts_with("451 4.3.0 "), "{status:?}");
            assert_eq!(other.eom().await.unwrap().1, Status::Continue);
            assert_eq!(send(&mut mta, &[], b"hello\r\n").await.1, Status::Continue);
        }
    }
    let log = log_lines().lock().unwrap().join("\n");
    let told = "ERROR 4F00B5: a panic while its verdict was carried out; answered 451";
    assert_eq!(log.matches(told).count(), 6, "{log}");
    assert!(!log.contains("MARKER"), "{log}");
}

#[tokio::test]
async fn an_action_that_the_mta_does_not_take_is_answered_451() {
    let daemon = Daemon::start();
    let mut mta = TestConnection::configure()
        .available_actions(Actions::ADD_HEADER | Actions::CHANGE_HEADER)
        .open_unix(&daemon.path)
        .await
        .unwrap();
    let (_, status) = send(&mut mta, &[("X-Test", b"quarantine")], b"hello\r\n").await;
    assert!(reply(&status).starts_with("451 4.3.0 "), "{status:?}");
    assert_eq!(daemon.judge.records.lock().unwrap()[0], ("quarantine".into(), Ending::NotDone));
}

#[tokio::test]
async fn beyond_the_bytes_in_flight_a_message_is_answered_451_and_its_memory_is_free_again() {
    let daemon = Daemon::with(|config| {
        config.mode = Mode::Enforce;
        config.limits.in_flight = Bytes(1_000_000);
    });
    let (mut one, mut two) = (daemon.mta().await, daemon.mta().await);
    envelope(&mut one).await;
    assert_eq!(one.body(vec![b'x'; 600_000]).await.unwrap(), Status::Continue);
    // Refused while its body comes in ...
    envelope(&mut two).await;
    let status = two.body(vec![b'x'; 600_000]).await.unwrap();
    assert!(reply(&status).starts_with("451 4.3.2 "), "{status:?}");
    // ... or before anything is sent, when it says how large it is ...
    let declared = ["<a@inside.example>", "SIZE=600000"];
    assert!(reply(&two.mail(declared).await.unwrap()).starts_with("451 4.3.2 "));
    // ... while what fits is taken, and so is what fits once the first is through.
    assert_eq!(send(&mut two, &[], b"hello\r\n").await.1, Status::Continue);
    assert_eq!(one.eom().await.unwrap().1, Status::Continue);
    assert_eq!(two.mail(declared).await.unwrap(), Status::Continue);
    two.rcpt(["<b@outside.example>"]).await.unwrap();
    assert_eq!(two.body(vec![b'x'; 600_000]).await.unwrap(), Status::Continue);
    assert_eq!(two.eom().await.unwrap().1, Status::Continue);
}

#[tokio::test]
async fn a_header_beyond_the_bytes_in_flight_is_answered_at_the_end_of_the_message() {
    let daemon = Daemon::with(|config| config.limits.in_flight = Bytes(10_000));
    let mut mta = daemon.mta().await;
    envelope(&mut mta).await;
    for _ in 0..20 {
        mta.header("Received", "x".repeat(1000)).await.unwrap();
    }
    mta.eoh().await.unwrap();
    let (_, status) = mta.eom().await.unwrap();
    assert!(reply(&status).starts_with("451 4.3.2 "), "{status:?}");
    assert_eq!(send(&mut mta, &[], b"hello\r\n").await.1, Status::Continue);
}

#[tokio::test]
async fn on_failure_tag_lets_a_message_pass_marked_when_there_is_no_memory_for_it() {
    let daemon = Daemon::with(|config| {
        config.limits.in_flight = Bytes(10_000);
        config.on_failure = OnFailure::Tag;
    });
    let mut mta = daemon.mta().await;
    envelope(&mut mta).await;
    assert_eq!(mta.body(vec![b'x'; 200_000]).await.unwrap(), Status::Continue);
    let (actions, status) = mta.eom().await.unwrap();
    assert_eq!((actions.actions.len(), status), (1, Status::Continue));
}

#[tokio::test]
async fn the_mta_is_told_that_a_long_scan_goes_on() {
    let daemon = Daemon::start();
    let (actions, status) =
        send(&mut daemon.mta().await, &[("X-Test", b" slow")], b"hello\r\n").await;
    assert_eq!((actions, status), (vec!["progress".to_owned()], Status::Continue));
    assert_eq!(daemon.judge.abandoned.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_scan_for_an_mta_that_is_gone_is_given_up() {
    let daemon = Daemon::start();
    let mut mta = daemon.mta().await;
    envelope(&mut mta).await;
    mta.header("X-Test", " for ever").await.unwrap();
    mta.eoh().await.unwrap();
    let waited = timeout(Duration::from_millis(200), mta.eom()).await;
    assert!(waited.is_err());
    drop(mta);
    let given_up = async {
        while daemon.judge.abandoned.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    // The first progress is due after a second; writing to a closed socket fails at once.
    timeout(Duration::from_secs(10), given_up).await.expect("the scan was given up");
}
