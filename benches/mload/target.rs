//! The milters that are measured, each in a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use indymilter::{Callbacks, Status};
use phi_milter::action::Fault;
use phi_milter::config::Config;
use phi_milter::milter::{self, Ending, Judge, Judged, Listener, Received};
use phi_milter::worker::Sealed;

use crate::measure::Plan;
use crate::mta::Mta;

/// A milter that listens.
pub struct Target {
    pub name: &'static str,
    pub socket: PathBuf,
    pub pid: u32,
    child: Option<Child>,
    _folder: Option<tempfile::TempDir>,
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Target {
    /// A milter that takes every command, keeps the body, and does nothing with it.
    pub fn noop() -> Self {
        Self::of_our_own("does nothing", "noop")
    }

    /// phi-milter's conversation with the MTA, with nothing behind it.
    pub fn sessions() -> Self {
        Self::of_our_own("sessions alone", "sessions")
    }

    /// One that somebody else started.
    pub fn attached(socket: PathBuf, pid: u32) -> Self {
        Self { name: "attached", socket, pid, child: None, _folder: None }
    }

    /// `phi-milter run` with the rules of this checkout, enforcing.
    pub fn phi_milter(plan: &Plan) -> Result<Self, String> {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
        let rules = checkout.join("rules");
        let policy = rules.join("policy.toml");
        if !policy.exists() {
            return Err(format!("there is no {}", policy.display()));
        }
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("m.sock");
        let config = folder.path().join("phi-milter.toml");
        let text = format!(
            "mode = \"enforce\"\n[milter]\nsocket = \"unix:{}\"\nsocket-group = \"\"\n[rules]\n\
             paths = [\"{}\"]\npolicy = \"{}\"\n[network]\ninside = [\"inside.test\"]\n[workers]\n\
             count = {}\nsandbox = \"best-effort\"\n[log]\ntarget = \"stderr\"\n",
            socket.display(),
            rules.display(),
            policy.display(),
            plan.workers,
        );
        std::fs::write(&config, text).unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_phi-milter"));
        command.arg("run").arg("--config").arg(&config).stderr(log);
        Self::started("phi-milter", command, socket, folder)
    }

    fn of_our_own(name: &'static str, word: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("m.sock");
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(word).arg(&socket);
        Self::started(name, command, socket, folder).unwrap()
    }

    fn started(
        name: &'static str,
        mut command: Command,
        socket: PathBuf,
        folder: tempfile::TempDir,
    ) -> Result<Self, String> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let start = Instant::now();
        while Mta::connect(&socket).and_then(Mta::close).is_err() {
            if let Ok(Some(status)) = child.try_wait() {
                let log = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
                return Err(format!("it ended at once ({status}): {log}"));
            }
            if start.elapsed() > Duration::from_secs(30) {
                let _ = child.kill();
                let _ = child.wait();
                return Err("it does not answer within 30 s".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let pid = child.id();
        Ok(Self { name, socket, pid, child: Some(child), _folder: Some(folder) })
    }
}

/// Serves the do-nothing milter for ever.
pub fn serve_noop(socket: &Path) {
    let callbacks = Callbacks::<Vec<u8>>::new()
        .on_connect(|_, _, _| Box::pin(async { Status::Continue }))
        .on_helo(|_, _| Box::pin(async { Status::Continue }))
        .on_mail(|cx, _| {
            Box::pin(async {
                cx.data = Some(Vec::new());
                Status::Continue
            })
        })
        .on_rcpt(|_, _| Box::pin(async { Status::Continue }))
        .on_header(|_, _, _| Box::pin(async { Status::Continue }))
        .on_eoh(|_| Box::pin(async { Status::Continue }))
        .on_body(|cx, chunk| {
            Box::pin(async move {
                if let Some(body) = &mut cx.data {
                    body.extend_from_slice(&chunk);
                }
                Status::Continue
            })
        })
        .on_eom(|cx| {
            Box::pin(async {
                cx.data = None;
                Status::Continue
            })
        });
    let config = indymilter::Config { max_connections: 1000, ..indymilter::Config::default() };
    runtime().block_on(async {
        let listener = tokio::net::UnixListener::bind(socket).unwrap();
        let served = indymilter::run(listener, callbacks, config, std::future::pending::<()>());
        tokio::spawn(served).await.unwrap().unwrap();
    });
}

/// Serves phi-milter's sessions, with nothing behind them, for ever.
pub fn serve_sessions(socket: &Path) {
    let mut config = Config::default();
    config.milter.socket = format!("unix:{}", socket.display());
    config.milter.socket_group = String::new();
    let listener = Listener::bind(&config.milter).unwrap();
    let judge = Arc::new(Nothing(Arc::new(config)));
    runtime().block_on(milter::run(listener, judge, std::future::pending())).unwrap();
}

/// As the daemon's: one thread talks to all MTAs. With more of them all three cost more.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Accepts everything unseen.
struct Nothing(Arc<Config>);

impl Judge for Nothing {
    type Snapshot = Config;
    type Record = ();
    fn snapshot(&self) -> Arc<Config> {
        Arc::clone(&self.0)
    }
    fn config(snapshot: &Config) -> &Config {
        snapshot
    }
    async fn judge(&self, _: &Arc<Config>, _: &Received, _: Sealed) -> Judged<()> {
        Judged { actions: Vec::new(), record: () }
    }
    fn own_fault(&self, _: &Arc<Config>, _: &Received, _: Fault) -> Judged<()> {
        Judged { actions: Vec::new(), record: () }
    }
    fn record(&self, (): (), _: Ending) {}
}
