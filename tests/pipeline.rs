//! One message's way through the pipeline, with real workers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use phi_milter::config::{Config, Mode, Workers};
use phi_milter::engine::Engine;
use phi_milter::extract::Input;
use phi_milter::limits::{Bytes, Limits};
use phi_milter::pipeline::{self, Known, Message, Parties, Snapshot, Sought};
use phi_milter::policy::{self, Address, Envelope, Network, Verdict};
use phi_milter::text::{Cause, PartPath, Unread};
use phi_milter::worker::{Crew, Pool, Spawner, Spool, WorkerErrors};

fn snapshot(policy: &str) -> Snapshot {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, policy).unwrap();
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (rules, _) = phi_milter::rules::load(&[rules], &[]).unwrap();
    let (mut policy, _) = policy::load(&path, &|_| true).unwrap();
    let leading = policy.led_by(rules.rules());
    let config = Config { mode: Mode::Enforce, ..Config::default() };
    let network = Network::new(&config.network);
    let engine = Engine::led(rules, &leading);
    Snapshot { engine, policy, network, config, passwords: Vec::new() }
}

fn crew(limits: &Limits) -> Crew {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_phi-milter"));
    let spawner = Spawner::start(Some(program), WorkerErrors::Withheld).unwrap();
    Crew { readers: Pool::new(spawner, &Workers::default(), limits), lookers: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_which_not_all_was_kept_has_its_whole_size() {
    let snapshot = Arc::new(snapshot(
        "[[policy]]\nid = \"huge\"\nwhen = { size = \"100 MiB\" }\nthen = \"quarantine\"\n\
         [[policy]]\nid = \"otherwise\"\nthen = \"accept\"\n",
    ));
    let crew = crew(&snapshot.config.limits);
    for (size, verdict) in [(200 << 20, Verdict::Quarantine), (50 << 20, Verdict::Accept)] {
        let mut spool = Spool::new();
        spool.push(b"Subject: a beginning\r\n\r\nand no end").unwrap();
        let message = Message {
            queue_id: "4F00B5",
            bytes: spool.seal().unwrap(),
            size,
            header: &[],
            unread: vec![Unread { part: PartPath::root(), file: None, cause: Cause::TooLarge }],
            envelope: Envelope { recipients: vec![Address::from("a@b")], ..Envelope::default() },
        };
        let handled = pipeline::handle(&snapshot, &crew, message).await;
        assert_eq!(handled.event.verdict(), verdict, "{size}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_that_takes_larger_messages_has_them_read_too() {
    let limits = Limits { message: Bytes(1000), ..Limits::default() };
    let crew = crew(&limits);
    // The workers were started with the limits of before.
    for (most, read) in [(1000, false), (300_000, true)] {
        let mut snapshot = snapshot("[[policy]]\nid = \"otherwise\"\nthen = \"accept\"\n");
        snapshot.config.limits.message = Bytes(most);
        let snapshot = Arc::new(snapshot);
        let mut spool = Spool::new();
        spool.push(b"Subject: s\r\n\r\n").unwrap();
        spool.push(&b"word ".repeat(50_000)).unwrap();
        let bytes = spool.seal().unwrap();
        let parties = Parties::Envelope(Envelope::default());
        let examined = pipeline::examine(
            &snapshot,
            &crew,
            &Input::Message,
            &bytes,
            Known::whole(&bytes, parties),
            Sought::All,
        );
        let examined = examined.await.unwrap();
        assert_eq!(examined.unread.is_empty(), read, "{most}");
        assert_eq!(examined.reading.text_bytes() > 200_000, read, "{most}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_judged_alike_whether_all_is_looked_for_or_only_what_decides() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let policy = std::fs::read_to_string(root.join("rules/policy.toml")).unwrap();
    let snapshot = Arc::new(snapshot(&policy));
    let crew = crew(&snapshot.config.limits);
    let mut messages: Vec<(String, Vec<u8>)> = Vec::new();
    for folder in ["tests/false-alarms", "tests/disclosures"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "eml") {
                messages.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    for test in snapshot.engine.rules().iter().flat_map(|rule| &rule.tests) {
        messages.push((test.name.to_string(), format!("To: a@b.test\n\n{}", test.text).into()));
    }
    let mut fewer = 0;
    for (name, message) in &messages {
        let mut spool = Spool::new();
        spool.push(message).unwrap();
        let bytes = spool.seal().unwrap();
        let mut examined = Vec::new();
        for sought in [Sought::All, Sought::Deciding] {
            let known = Known::whole(&bytes, Parties::Header { from: None, to: Vec::new() });
            let examination =
                pipeline::examine(&snapshot, &crew, &Input::Message, &bytes, known, sought);
            examined.push(examination.await.unwrap());
        }
        let [all, deciding] = examined.try_into().ok().unwrap();
        assert_eq!(all.judgement, deciding.judgement, "{name}");
        fewer += usize::from(deciding.findings.len() < all.findings.len());
    }
    assert!(messages.len() > 900 && fewer > 100, "{fewer} of {}", messages.len());
}
