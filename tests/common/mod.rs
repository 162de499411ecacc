//! What whole-program tests share: a daemon of their own in a temporary folder.

use std::fs;
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The built binary.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_phi-milter");

/// A daemon with its own config and socket; it is stopped when the value is dropped.
pub struct Daemon {
    folder: TempDir,
    child: Child,
    output: Arc<Mutex<Vec<u8>>>,
}

impl Daemon {
    /// Starts a daemon whose config ends with `tables`, with the failpoints named, and waits until
    /// its socket answers: the path is there a moment before.
    pub fn start(keys: &str, tables: &str, failpoints: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("milter.sock");
        let config = format!(
            "{keys}\n[milter]\nsocket = \"unix:{}\"\nsocket-group = \"\"\ndrain = \"1s\"\n[network]\ninside = [\"hospital.test\"]\n[log]\ntarget = \"stderr\"\nlevel = \"debug\"\n{tables}",
            socket.display()
        );
        fs::write(folder.path().join("phi-milter.toml"), config).unwrap();
        // A pipe, as under systemd: workers may not write to files, not even to their standard error.
        let (mut read, write) = std::io::pipe().unwrap();
        let child = Command::new(PROGRAM)
            .args(["run", "--config"])
            .arg(folder.path().join("phi-milter.toml"))
            .env("FAILPOINTS", failpoints)
            .stdin(Stdio::null())
            .stdout(write.try_clone().unwrap())
            .stderr(write)
            .spawn()
            .unwrap();
        let output = Arc::new(Mutex::new(Vec::new()));
        let collected = Arc::clone(&output);
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(length @ 1..) = read.read(&mut chunk) {
                collected.lock().unwrap().extend_from_slice(&chunk[..length]);
            }
        });
        let daemon = Self { folder, child, output };
        let deadline = Instant::now() + Duration::from_secs(20);
        while UnixStream::connect(&socket).is_err() {
            assert!(Instant::now() < deadline, "the daemon did not start:\n{}", daemon.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        daemon
    }

    /// The milter socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("milter.sock")
    }

    /// Its process id.
    #[allow(dead_code, reason = "not every test looks at the process")]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything written to standard output and standard error so far, workers included.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&self.output.lock().unwrap()).into_owned()
    }

    /// Waits until the log holds `words`.
    #[allow(dead_code, reason = "not every test waits for the log")]
    pub fn wait_for(&self, words: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.log().contains(words) {
            assert!(Instant::now() < deadline, "no {words:?} in the log:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Tells the daemon to stop, and gives the time that it took.
    #[allow(dead_code, reason = "not every test stops it by itself")]
    pub fn terminate(&mut self) -> Duration {
        let start = Instant::now();
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap();
        start.elapsed()
    }

    /// The folder that holds config and socket.
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
