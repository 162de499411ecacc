//! What whole-program tests share: a daemon of their own in a temporary folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The built binary.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_phi-milter");

/// A daemon with its own config and socket; it is stopped when the value is dropped.
pub struct Daemon {
    folder: TempDir,
    child: Child,
}

impl Daemon {
    /// Starts a daemon whose config ends with `tables`, with the failpoints named, and waits until
    /// its socket is there.
    pub fn start(keys: &str, tables: &str, failpoints: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("milter.sock");
        let config = format!(
            "{keys}\n[milter]\nsocket = \"unix:{}\"\nsocket-group = \"\"\n[network]\ninside = [\"hospital.test\"]\n[log]\ntarget = \"stderr\"\nlevel = \"debug\"\n{tables}",
            socket.display()
        );
        fs::write(folder.path().join("phi-milter.toml"), config).unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let child = Command::new(PROGRAM)
            .args(["run", "--config"])
            .arg(folder.path().join("phi-milter.toml"))
            .env("FAILPOINTS", failpoints)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let daemon = Self { folder, child };
        let deadline = Instant::now() + Duration::from_secs(20);
        while !socket.exists() {
            assert!(Instant::now() < deadline, "the daemon did not start:\n{}", daemon.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        daemon
    }

    /// The milter socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("milter.sock")
    }

    /// Everything written to standard output and standard error so far, workers included.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Waits until the log holds `words`.
    pub fn wait_for(&self, words: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.log().contains(words) {
            assert!(Instant::now() < deadline, "no {words:?} in the log:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The folder that holds config, socket and log.
    #[allow(dead_code, reason = "not every test looks into the folder")]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
