//! Several messages on a connection, and messages of every odd form.

use indymilter_test::{Actions, MacroStage, ProtoOpts, Status, TestConnection};
use phi_milter::config::Config;
use phi_milter::limits::Bytes;
use phi_milter::milter::{Ending, Extent};
use std::sync::Arc;

use crate::double::{Daemon, envelope, send};

#[tokio::test]
async fn what_is_needed_is_asked_for_and_nothing_more() {
    let daemon = Daemon::start();
    let mta = daemon.mta().await;
    let options = mta.negotiated_opts();
    assert!(options.contains(ProtoOpts::LEADING_SPACE | ProtoOpts::NOREPLY_HEADER));
    assert!(!options.contains(ProtoOpts::SKIP) && !options.contains(ProtoOpts::REJECTED_RCPT));
    let actions = Actions::ADD_HEADER
        | Actions::CHANGE_HEADER
        | Actions::QUARANTINE
        | Actions::REQUEST_MACROS;
    assert_eq!(mta.negotiated_actions(), actions);
    let macros = mta.requested_macros();
    let at_mail = macros[&MacroStage::Mail].to_str().unwrap();
    for name in ["i", "{client_addr}", "{auth_authen}", "{tls_version}", "{daemon_name}"] {
        assert!(at_mail.split(' ').any(|asked| asked == name), "{name}");
    }
}

#[tokio::test]
async fn an_mta_that_offers_little_is_served_too() {
    let daemon = Daemon::start();
    let mut mta = TestConnection::configure()
        .protocol_version(2)
        .available_actions(Actions::ADD_HEADER)
        .available_opts(ProtoOpts::empty())
        .open_unix(&daemon.path)
        .await
        .unwrap();
    // An MTA of protocol 2 offers these without saying so.
    assert_eq!(mta.negotiated_opts(), ProtoOpts::NO_CONNECT | ProtoOpts::NO_HELO);
    for _ in 0..2 {
        assert_eq!(mta.mail(["<a@inside.example>"]).await.unwrap(), Status::Continue);
        assert_eq!(mta.rcpt(["<b@outside.example>"]).await.unwrap(), Status::Continue);
        assert_eq!(mta.header("X-Test", "tag").await.unwrap(), Status::Continue);
        assert_eq!(mta.eoh().await.unwrap(), Status::Continue);
        assert_eq!(mta.body("hello\r\n").await.unwrap(), Status::Continue);
        assert_eq!(mta.eom().await.unwrap().1, Status::Continue);
    }
}

#[tokio::test]
async fn each_message_of_a_session_is_judged_for_itself() {
    let daemon = Daemon::start();
    let mut mta = daemon.mta().await;
    for (order, changed) in [("encrypt", true), ("accept", false), ("tag", true)] {
        let (actions, _) = send(&mut mta, &[("X-Test", order.as_bytes())], b"hello\r\n").await;
        assert_eq!(!actions.is_empty(), changed, "{order}");
    }
    mta.close().await.unwrap();
    let records = daemon.judge.records.lock().unwrap();
    assert!(records.iter().map(|r| (r.0.as_str(), r.1)).eq([
        ("encrypt", Ending::Done),
        ("accept", Ending::Done),
        ("tag", Ending::Done)
    ]));
}

#[tokio::test]
async fn an_aborted_message_leaves_nothing_behind() {
    let daemon = Daemon::start();
    let mut mta = daemon.mta().await;
    mta.abort().await.unwrap();
    envelope(&mut mta).await;
    mta.header("X-Test", " encrypt").await.unwrap();
    mta.abort().await.unwrap();
    mta.abort().await.unwrap();
    let (actions, status) = send(&mut mta, &[("Subject", b" next")], b"hello\r\n").await;
    assert!(actions.is_empty() && status == Status::Continue);
    assert_eq!(daemon.judge.last(|seen| seen.text.clone()), b"Subject: next\r\n\r\nhello\r\n");
    assert_eq!(daemon.judge.last(|seen| seen.recipients.len()), 1);
}

#[tokio::test]
async fn messages_of_odd_forms_arrive_byte_for_byte() {
    let daemon = Daemon::start();
    let mut mta = daemon.mta().await;
    send(&mut mta, &[("Subject", b" empty body")], b"").await;
    assert_eq!(daemon.judge.last(|seen| seen.text.clone()), b"Subject: empty body\r\n\r\n");
    send(&mut mta, &[("Subject", b" \xfc\n\tfold")], b"a\0b\xff\r\n.\r\nbare\ncr\r").await;
    assert_eq!(
        daemon.judge.last(|seen| seen.text.clone()),
        b"Subject: \xfc\r\n\tfold\r\n\r\na\0b\xff\r\n.\r\nbare\ncr\r"
    );
    // Neither header nor body.
    envelope(&mut mta).await;
    mta.eom().await.unwrap();
    assert_eq!(daemon.judge.last(|seen| seen.text.clone()), b"\r\n");
}

#[tokio::test]
async fn a_large_message_arrives_whole() {
    let daemon = Daemon::start();
    let mut mta = daemon.mta().await;
    envelope(&mut mta).await;
    mta.eoh().await.unwrap();
    let body: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    assert_eq!(mta.body(body.clone()).await.unwrap(), Status::Continue);
    mta.eom().await.unwrap();
    assert!(daemon.judge.last(|seen| seen.text.get(2..) == Some(&body[..])));
    assert_eq!(daemon.judge.last(|seen| (seen.size, seen.extent)), (3_000_002, Extent::Whole));
}

#[tokio::test]
async fn envelope_and_macros_reach_the_judge_as_they_are() {
    let daemon = Daemon::start();
    let mut mta = daemon.mta().await;
    let login = [("{auth_authen}", "alice"), ("{client_addr}", "192.0.2.7")];
    mta.macros(MacroStage::Mail, login).await.unwrap();
    let sender = c"<j\xc3\xbcrgen@inside.example>";
    assert_eq!(mta.mail([sender, c"SMTPUTF8"]).await.unwrap(), Status::Continue);
    mta.rcpt(["<b@outside.example>"]).await.unwrap();
    mta.rcpt(["local@outside.example"]).await.unwrap();
    mta.macros(MacroStage::Eom, [("i", "4F00B5")]).await.unwrap();
    mta.eom().await.unwrap();
    daemon.judge.last(|seen| {
        assert_eq!(seen.sender, "j\u{fc}rgen@inside.example".as_bytes());
        assert_eq!(seen.recipients, [&b"b@outside.example"[..], b"local@outside.example"]);
        assert_eq!(seen.queue_id.as_deref(), Some("4F00B5"));
        assert_eq!(seen.login.as_deref(), Some("alice"));
    });
    // The login belonged to that message alone.
    mta.macros(MacroStage::Mail, [("{client_addr}", "192.0.2.7")]).await.unwrap();
    send(&mut mta, &[], b"hello\r\n").await;
    assert_eq!(daemon.judge.last(|seen| seen.login.clone()), None);
}

#[tokio::test]
async fn past_the_size_limit_the_beginning_is_judged_and_known_to_be_one() {
    let daemon = Daemon::with(|config| config.limits.message = Bytes(100_000));
    let mut mta = daemon.mta().await;
    envelope(&mut mta).await;
    mta.header("X-Test", " tag").await.unwrap();
    mta.eoh().await.unwrap();
    assert_eq!(mta.body(vec![b'x'; 300_000]).await.unwrap(), Status::Continue);
    let (actions, _) = mta.eom().await.unwrap();
    assert_eq!(actions.actions.len(), 1);
    daemon.judge.last(|seen| {
        assert_eq!((seen.extent, seen.text.len()), (Extent::CutOff, 100_000));
        assert_eq!(seen.size, 300_000 + "X-Test: tag\r\n\r\n".len() as u64);
    });
}

#[tokio::test]
async fn a_reload_is_taken_at_the_next_message() {
    let daemon = Daemon::start();
    let mut mta = daemon.mta().await;
    envelope(&mut mta).await;
    mta.header("X-Test", " encrypt").await.unwrap();
    let mut changed = Config::clone(&daemon.judge.config.lock().unwrap());
    changed.subject.prefix = "[NEW] ".into();
    *daemon.judge.config.lock().unwrap() = Arc::new(changed);
    mta.eoh().await.unwrap();
    let (before, _) = mta.eom().await.unwrap();
    assert!(before.has_add_header("Subject", " [SECURE]"));
    let (after, _) = send(&mut mta, &[("X-Test", b" encrypt")], b"").await;
    assert_eq!(after[1], "+Subject: [NEW]");
}
