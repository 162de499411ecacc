//! A judge that does what the message under test tells it to, and an MTA to talk to it.

use std::io::{Read, Seek};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use crate::lines;
use indymilter_test::{EomAction, EomActions, MacroStage, Status, TestConnection};
use phi_milter::action::{self, Fault, Occasion};
use phi_milter::config::{Config, Mode};
use phi_milter::milter::{self, Ending, Extent, Judge, Judged, Listener, Received, RunError};
use phi_milter::policy::{Decision, Severity, SubjectTreatment, Verdict};
use phi_milter::worker::Sealed;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// What the judge saw of a message.
pub struct Seen {
    pub sender: Vec<u8>,
    pub recipients: Vec<Vec<u8>>,
    pub queue_id: Option<String>,
    pub login: Option<String>,
    pub size: u64,
    pub extent: Extent,
    pub text: Vec<u8>,
}

/// Judges by the field `X-Test`: a verdict, or what is to go wrong.
#[derive(Default)]
pub struct Double {
    pub config: Mutex<Arc<Config>>,
    pub seen: Mutex<Vec<Seen>>,
    pub records: Mutex<Vec<(String, Ending)>>,
    pub abandoned: AtomicUsize,
    /// Whether a fault of our own cannot be handled either.
    pub helpless: AtomicBool,
}

impl Double {
    pub fn last<T>(&self, of: impl FnOnce(&Seen) -> T) -> T {
        of(self.seen.lock().unwrap().last().expect("a message was judged"))
    }
}

/// Counts a judgement that was dropped before its end.
struct Watch<'a> {
    abandoned: &'a AtomicUsize,
    ended: bool,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.abandoned.fetch_add(usize::from(!self.ended), Ordering::SeqCst);
    }
}

impl Judge for Double {
    type Snapshot = Config;
    type Record = String;

    fn snapshot(&self) -> Arc<Config> {
        Arc::clone(&self.config.lock().unwrap())
    }

    fn config(snapshot: &Config) -> &Config {
        snapshot
    }

    async fn judge(
        &self,
        config: &Arc<Config>,
        received: &Received,
        message: Sealed,
    ) -> Judged<String> {
        let text = bytes(&message);
        let order = order(&text);
        self.seen.lock().unwrap().push(Seen {
            sender: received.sender.clone(),
            recipients: received.recipients.clone(),
            queue_id: received.queue_id.clone(),
            login: received.login.clone(),
            size: received.size,
            extent: received.extent,
            text,
        });
        let verdict = match order.as_str() {
            "tag" => Verdict::Tag,
            "encrypt" | "neutral" => Verdict::Encrypt,
            "quarantine" => Verdict::Quarantine,
            "reject" => Verdict::Reject,
            "panic" => panic!("as the test wants it: {order}"),
            "slow" | "for ever" => {
                let mut watch = Watch { abandoned: &self.abandoned, ended: false };
                let seconds = if order == "slow" { 2 } else { 600 };
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                watch.ended = true;
                Verdict::Accept
            }
            _ => Verdict::Accept,
        };
        let decision = Decision {
            verdict,
            policy: "test".into(),
            severity: Severity::High,
            phi: true,
            last: false,
            subject: if order == "neutral" {
                SubjectTreatment::Neutral
            } else {
                SubjectTreatment::Prefix
            },
            reply: (verdict == Verdict::Reject).then(|| "100% no ({incident})".into()),
        };
        let occasion = Occasion {
            incident: "id",
            titles: &[],
            header: &received.header,
            subject: &config.subject,
            scan_header: config.milter.scan_header,
        };
        Judged { actions: action::plan(&decision, &occasion), record: order }
    }

    fn own_fault(&self, config: &Arc<Config>, received: &Received, fault: Fault) -> Judged<String> {
        if self.helpless.load(Ordering::SeqCst) {
            let values = received.header.iter().map(|field| field.value.escape_ascii().to_string());
            panic!("as the test wants it: {}", values.collect::<String>());
        }
        Judged {
            actions: action::own_fault(config.on_failure, fault, "id", &received.header),
            record: fault.name().into(),
        }
    }

    fn record(&self, record: String, ending: Ending) {
        assert_ne!(record, "no record", "as the test wants it");
        self.records.lock().unwrap().push((record, ending));
    }
}

fn order(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let order = text.lines().find_map(|line| line.strip_prefix("X-Test:"));
    order.unwrap_or_default().trim().to_owned()
}

fn bytes(message: &Sealed) -> Vec<u8> {
    match message {
        Sealed::Inline(bytes) => bytes.to_vec(),
        Sealed::Memfd { file, .. } => {
            let (mut file, mut bytes) = (file.as_ref(), Vec::new());
            file.rewind().and_then(|()| file.read_to_end(&mut bytes)).unwrap();
            bytes
        }
    }
}

/// A milter with the judge behind it.
pub struct Daemon {
    pub judge: Arc<Double>,
    pub path: std::path::PathBuf,
    _folder: tempfile::TempDir,
    shutdown: Option<oneshot::Sender<()>>,
    running: JoinHandle<Result<(), RunError>>,
}

impl Daemon {
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    pub fn with(adjust: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.sock");
        let mut config = Config { mode: Mode::Enforce, ..Config::default() };
        config.milter.socket = format!("unix:{}", path.display());
        config.milter.socket_group = String::new();
        adjust(&mut config);
        let listener = Listener::bind(&config.milter).unwrap();
        let judge = Arc::new(Double { config: Mutex::new(Arc::new(config)), ..Double::default() });
        let (shutdown, told) = oneshot::channel();
        let running = tokio::spawn(milter::run(listener, Arc::clone(&judge), async {
            let _ = told.await;
        }));
        Self { judge, path, _folder: folder, shutdown: Some(shutdown), running }
    }

    /// A connection on which everything is offered and header values carry their leading space.
    pub async fn mta(&self) -> TestConnection {
        TestConnection::configure().exact_leading_space(true).open_unix(&self.path).await.unwrap()
    }

    pub fn terminate(&mut self) {
        self.shutdown.take().expect("told once").send(()).expect("still running");
    }

    pub async fn ended(self) -> Result<(), RunError> {
        self.running.await.unwrap()
    }
}

/// Begins a message from inside to outside.
pub async fn envelope(mta: &mut TestConnection) {
    assert_eq!(mta.mail(["<a@inside.example>"]).await.unwrap(), Status::Continue);
    assert_eq!(mta.rcpt(["<b@outside.example>"]).await.unwrap(), Status::Noreply);
    mta.macros(MacroStage::Data, [("i", "4F00B5")]).await.unwrap();
}

/// Sends a message and gives what the milter did with it.
pub async fn send(
    mta: &mut TestConnection,
    header: &[(&str, &[u8])],
    body: &'static [u8],
) -> (Vec<String>, Status) {
    envelope(mta).await;
    for (name, value) in header {
        mta.header(*name, std::ffi::CString::new(*value).unwrap()).await.unwrap();
    }
    mta.eoh().await.unwrap();
    if !body.is_empty() {
        let status = mta.body(body).await.unwrap();
        if status != Status::Continue {
            return (Vec::new(), status);
        }
    }
    let (actions, status) = mta.eom().await.unwrap();
    (shown(&actions), status)
}

/// One line an action; a value is quoted, so that its leading space is seen.
pub fn shown(actions: &EomActions) -> Vec<String> {
    let text = |value: &std::ffi::CStr| value.to_bytes().escape_ascii().to_string();
    actions
        .actions
        .iter()
        .map(|action| match action {
            EomAction::AddHeader { name, value } => format!("+{}:{}", text(name), text(value)),
            EomAction::ChangeHeader { name, index, value } => {
                format!("={index} {}:{}", text(name), text(value))
            }
            EomAction::DeleteHeader { name, index } => format!("-{index} {}", text(name)),
            EomAction::Quarantine { reason } => format!("quarantine {}", text(reason)),
            EomAction::Progress => "progress".into(),
            other => format!("{other:?}"),
        })
        .collect()
}

/// The text of a 4xx or 5xx reply.
pub fn reply(status: &Status) -> String {
    match status {
        Status::Reject { message: Some(text) } | Status::Tempfail { message: Some(text) } => {
            text.to_string_lossy().into_owned()
        }
        other => format!("{other:?}"),
    }
}

/// Every log line of this test process, the places of panics among them.
pub fn log_lines() -> &'static Mutex<Vec<String>> {
    static ONCE: Once = Once::new();
    let lines = lines::logged(log::LevelFilter::Info);
    ONCE.call_once(|| phi_milter::panics::install(|place| log::error!("{place}")));
    lines
}
