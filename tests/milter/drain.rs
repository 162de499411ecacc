//! Going down while mail is in flight.

use std::time::{Duration, Instant};

use indymilter_test::{Status, TestConnection};
use phi_milter::limits::Span;
use tokio::time::{sleep, timeout};

use crate::double::{Daemon, envelope, reply};

#[tokio::test]
async fn a_message_in_flight_is_finished_and_no_new_one_is_taken() {
    let mut daemon = Daemon::start();
    let (mut busy, mut idle) = (daemon.mta().await, daemon.mta().await);
    envelope(&mut busy).await;
    daemon.terminate();
    sleep(Duration::from_millis(100)).await;
    assert!(TestConnection::configure().open_unix(&daemon.path).await.is_err());
    let refused = idle.mail(["<a@inside.example>"]).await.unwrap();
    assert!(reply(&refused).starts_with("451 4.3.2 "), "{refused:?}");
    busy.header("X-Test", " tag").await.unwrap();
    busy.eoh().await.unwrap();
    let (actions, status) = busy.eom().await.unwrap();
    assert_eq!((actions.actions.len(), status), (1, Status::Continue));
    let ended = timeout(Duration::from_secs(5), daemon.ended()).await.expect("it ends");
    assert!(ended.is_ok());
    assert!(idle.mail(["<a@inside.example>"]).await.is_err(), "the idle session is closed");
}

#[tokio::test]
async fn a_scan_that_does_not_end_is_answered_451_when_patience_does() {
    let mut daemon = Daemon::with(|config| config.milter.drain = Span::seconds(1));
    let mut mta = daemon.mta().await;
    envelope(&mut mta).await;
    mta.header("X-Test", " for ever").await.unwrap();
    mta.eoh().await.unwrap();
    let start = Instant::now();
    daemon.terminate();
    let (_, status) = mta.eom().await.unwrap();
    assert!(reply(&status).starts_with("451 4.3.2 "), "{status:?}");
    assert!(timeout(Duration::from_secs(4), daemon.ended()).await.expect("it ends").is_ok());
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_client_that_never_finishes_its_message_does_not_keep_the_daemon_up() {
    let mut daemon = Daemon::with(|config| config.milter.drain = Span(Duration::from_millis(200)));
    let mut mta = daemon.mta().await;
    envelope(&mut mta).await;
    daemon.terminate();
    assert!(timeout(Duration::from_secs(4), daemon.ended()).await.expect("it ends").is_ok());
    assert!(mta.eom().await.is_err());
}

#[tokio::test]
async fn an_idle_daemon_goes_down_at_once_and_takes_its_socket_with_it() {
    let mut daemon = Daemon::start();
    let _idle = daemon.mta().await;
    let path = daemon.path.clone();
    daemon.terminate();
    assert!(timeout(Duration::from_secs(1), daemon.ended()).await.expect("at once").is_ok());
    assert!(!path.exists());
}
