//! The other end of the `log` crate for the whole program: levels, the rate limit, one line for
//! each message.

use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use log::{Level, LevelFilter, Metadata, Record};

use super::event::Event;
use super::rate::Rate;
use super::syslog::Syslog;
use super::{OUTSIDE, escape};
use crate::config::{self, LogAddresses, LogLevel, LogTarget};

/// Where lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// Where the config says: for the daemon.
    Configured,
    /// Standard error: for everything else.
    Stderr,
}

/// Logging was set up twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstallError;

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("logging is set up already: install it once, at the start")
    }
}

impl std::error::Error for InstallError {}

static BACKEND: OnceLock<Backend> = OnceLock::new();

/// Sets up logging for the whole program. It works without a syslogd: lines are lost and counted
/// until one comes.
///
/// # Errors
/// When it was set up before.
pub fn install(config: &config::Log, destination: Destination) -> Result<(), InstallError> {
    let mut fresh = false;
    let backend = BACKEND.get_or_init(|| {
        fresh = true;
        Backend::new(config, destination)
    });
    if !fresh {
        return Err(InstallError);
    }
    log::set_logger(backend).map_err(|_| InstallError)?;
    log::set_max_level(filter(config.level));
    Ok(())
}

/// Takes level and addresses from a reloaded config. Target, facility, tag and socket stay.
pub fn apply(config: &config::Log) {
    if let Some(backend) = BACKEND.get() {
        backend.apply(config);
        log::set_max_level(filter(config.level));
    }
}

/// Writes the line of one message. It is never left out for the rate of lines.
pub fn record(event: &Event) {
    if let Some(backend) = BACKEND.get() {
        backend.record(event);
    }
}

/// How many lines could not be written since the start.
#[must_use]
pub fn lost_lines() -> u64 {
    BACKEND.get().map_or(0, Backend::lost_lines)
}

struct Backend {
    level: AtomicU8,
    addresses: AtomicU8,
    rate: Mutex<Rate>,
    sink: Sink,
}

enum Sink {
    Syslog(Mutex<Syslog>),
    Stderr { tag: String },
}

/// rsyslog cuts at 8 KiB unless told otherwise; tag and priority need room.
const LONGEST_LINE: usize = 4096;

impl Backend {
    fn new(config: &config::Log, destination: Destination) -> Self {
        let sink = match (destination, config.target) {
            (Destination::Configured, LogTarget::Syslog) => {
                Sink::Syslog(Mutex::new(Syslog::new(config)))
            }
            _ => Sink::Stderr { tag: config.tag.clone() },
        };
        let backend = Self {
            level: AtomicU8::new(0),
            addresses: AtomicU8::new(0),
            rate: Mutex::default(),
            sink,
        };
        backend.apply(config);
        backend
    }

    fn apply(&self, config: &config::Log) {
        self.level.store(config.level as u8, Ordering::Relaxed);
        self.addresses.store(config.addresses as u8, Ordering::Relaxed);
    }

    fn record(&self, event: &Event) {
        let addresses = match self.addresses.load(Ordering::Relaxed) {
            full if full == LogAddresses::Full as u8 => LogAddresses::Full,
            domain if domain == LogAddresses::Domain as u8 => LogAddresses::Domain,
            _ => LogAddresses::None,
        };
        self.write(event.level(), &event.line(addresses));
    }

    fn lost_lines(&self) -> u64 {
        match &self.sink {
            Sink::Syslog(syslog) => locked(syslog).lost_in_all(),
            Sink::Stderr { .. } => 0,
        }
    }

    fn write(&self, level: LogLevel, line: &str) {
        if let Some(owed) = locked(&self.rate).owed(Instant::now()) {
            let line = format!("{owed} more lines that clients caused were left out");
            self.write_through(LogLevel::Warning, &line);
        }
        self.write_through(level, line);
    }

    fn write_through(&self, level: LogLevel, line: &str) {
        if level as u8 > self.level.load(Ordering::Relaxed) {
            return;
        }
        match &self.sink {
            Sink::Syslog(syslog) => locked(syslog).write(level, line),
            Sink::Stderr { tag } => {
                let line = format!("{tag}[{}]: {line}\n", std::process::id());
                // Nobody is left to be told when standard error is gone.
                let _ = std::io::stderr().lock().write_all(line.as_bytes());
            }
        }
    }
}

/// A thread that panicked while it wrote left at worst half a count behind.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whose line it is, which decides how far it is believed.
enum Origin {
    /// Ours, about our own doings.
    Ours,
    /// Ours, about what a client did.
    Outside,
    /// A library's: its words could quote what it was given to read.
    Library,
}

impl Origin {
    fn of(target: &str) -> Self {
        let root = target.split("::").next().unwrap_or(target);
        match root {
            "phi_milter" => Self::Ours,
            OUTSIDE => Self::Outside,
            _ => Self::Library,
        }
    }
}

impl log::Log for Backend {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let wanted = level(metadata.level()) as u8 <= self.level.load(Ordering::Relaxed);
        match Origin::of(metadata.target()) {
            Origin::Ours | Origin::Outside => wanted && metadata.level() <= Level::Debug,
            Origin::Library => wanted && metadata.level() <= Level::Warn,
        }
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let words = match Origin::of(record.target()) {
            Origin::Ours => record.args().to_string(),
            Origin::Outside if !locked(&self.rate).admits(Instant::now()) => return,
            Origin::Outside => record.args().to_string(),
            Origin::Library if !locked(&self.rate).admits(Instant::now()) => return,
            Origin::Library => {
                format!("the library {} complains (its words are withheld)", record.target())
            }
        };
        self.write(level(record.level()), &escape::message(&words, LONGEST_LINE));
    }

    fn flush(&self) {}
}

const fn level(level: Level) -> LogLevel {
    match level {
        Level::Error => LogLevel::Err,
        Level::Warn => LogLevel::Warning,
        Level::Info => LogLevel::Info,
        Level::Debug | Level::Trace => LogLevel::Debug,
    }
}

const fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Err => LevelFilter::Error,
        LogLevel::Warning | LogLevel::Notice => LevelFilter::Warn,
        LogLevel::Info => LevelFilter::Info,
        LogLevel::Debug => LevelFilter::Debug,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixDatagram;

    use log::Log;

    use super::*;
    use crate::audit::Outcome;
    use crate::policy::{Envelope, Verdict};

    struct Syslogd {
        server: UnixDatagram,
        backend: Backend,
        _folder: tempfile::TempDir,
    }

    fn syslogd(level: LogLevel) -> Syslogd {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("log");
        let server = UnixDatagram::bind(&socket).unwrap();
        server.set_nonblocking(true).unwrap();
        let config = config::Log { socket, level, ..config::Log::default() };
        Syslogd { server, backend: Backend::new(&config, Destination::Configured), _folder: folder }
    }

    impl Syslogd {
        fn says(&self, level: Level, target: &str, words: &str) {
            self.backend.log(
                &Record::builder()
                    .level(level)
                    .target(target)
                    .args(format_args!("{words}"))
                    .build(),
            );
        }

        fn heard(&self) -> Vec<String> {
            let mut buffer = [0; 8192];
            std::iter::from_fn(|| self.server.recv(&mut buffer).ok().map(|n| buffer[..n].to_vec()))
                .map(|line| String::from_utf8(line).unwrap())
                .map(|line| line.split_once("]: ").unwrap().1.to_owned())
                .collect()
        }
    }

    #[test]
    fn our_own_lines_are_written_down_to_the_level_of_the_config() {
        let syslogd = syslogd(LogLevel::Info);
        syslogd.says(Level::Info, "phi_milter::milter", "started");
        syslogd.says(Level::Debug, "phi_milter::milter", "detail");
        assert_eq!(syslogd.heard(), ["started"]);
        let config = config::Log { level: LogLevel::Err, ..config::Log::default() };
        syslogd.backend.apply(&config);
        syslogd.says(Level::Warn, "phi_milter::milter", "odd");
        assert!(syslogd.heard().is_empty());
    }

    #[test]
    fn a_message_cannot_end_its_line() {
        let syslogd = syslogd(LogLevel::Info);
        syslogd.says(Level::Warn, "phi_milter", "a\nb\u{1b}[31m");
        assert_eq!(syslogd.heard(), ["a\\nb\\u{1b}[31m"]);
    }

    #[test]
    fn a_librarys_words_are_withheld_and_its_chatter_dropped() {
        let syslogd = syslogd(LogLevel::Debug);
        syslogd.says(Level::Info, "some_parser::lexer", "MARKER");
        syslogd.says(Level::Warn, "some_parser::lexer", "MARKER");
        syslogd.says(Level::Warn, "phi_milterish", "MARKER");
        let heard = syslogd.heard();
        assert_eq!(heard.len(), 2, "{heard:?}");
        assert!(heard[0].contains("some_parser::lexer") && !heard.join("").contains("MARKER"));
    }

    #[test]
    fn lines_that_outsiders_cause_are_limited_and_lines_of_messages_are_not() {
        let syslogd = syslogd(LogLevel::Info);
        let outcome = Outcome::Failed { verdict: Verdict::Defer, fault: "x".into() };
        let event = Event::new("Q", &Envelope::default(), outcome);
        let mut heard = Vec::new();
        for _ in 0..100 {
            syslogd.says(Level::Warn, OUTSIDE, "talked nonsense");
            syslogd.backend.record(&event);
            heard.extend(syslogd.heard());
        }
        let nonsense = heard.iter().filter(|line| *line == "talked nonsense").count();
        assert_eq!((nonsense, heard.len() - nonsense), (20, 100));
    }

    #[test]
    fn the_config_says_how_much_of_addresses_is_written() {
        let syslogd = syslogd(LogLevel::Info);
        let envelope = Envelope { sender: "<a@b.example>".into(), ..Envelope::default() };
        let outcome = Outcome::Failed { verdict: Verdict::Defer, fault: "x".into() };
        let event = Event::new("Q", &envelope, outcome);
        for (addresses, shown) in [
            (LogAddresses::Full, Some("from=<a@b.example>")),
            (LogAddresses::Domain, Some("from=<@b.example>")),
            (LogAddresses::None, None),
        ] {
            syslogd.backend.apply(&config::Log { addresses, ..config::Log::default() });
            syslogd.backend.record(&event);
            let line = syslogd.heard().concat();
            let from = line.split(' ').find(|field| field.starts_with("from="));
            assert_eq!(from, shown, "{line}");
        }
    }
}
