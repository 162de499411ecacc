//! The local syslog socket. A line that cannot be written now is lost and counted: mail never
//! waits for a log.

use std::fmt::Display;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::{Duration, Instant};

use syslog::{Facility, LogFormat, Logger, LoggerBackend};

use crate::config;
use crate::config::LogLevel;

/// How long to wait before the socket is looked for again.
const RETRY: Duration = Duration::from_secs(1);

/// One connection to syslogd, made when it is needed and made again when syslogd comes back.
pub(super) struct Syslog {
    socket: PathBuf,
    format: LocalFormat,
    logger: Option<Logger<LoggerBackend, LocalFormat>>,
    retry: Option<Instant>,
    lost: u64,
    lost_in_all: u64,
}

impl Syslog {
    pub(super) fn new(config: &config::Log) -> Self {
        let facility = Facility::from_str(&config.facility).unwrap_or(Facility::LOG_MAIL);
        let format = LocalFormat { facility, tag: config.tag.clone(), pid: std::process::id() };
        let socket = config.socket.clone();
        Self { socket, format, logger: None, retry: None, lost: 0, lost_in_all: 0 }
    }

    /// Writes a line, or counts it as lost.
    pub(super) fn write(&mut self, level: LogLevel, line: &str) {
        if self.lost > 0 {
            let words = "log lines were lost while the syslog socket could not be written";
            let said = format!("{} {words}", self.lost);
            if self.send(LogLevel::Warning, &said).is_err() {
                return self.lose();
            }
            self.lost = 0;
        }
        if self.send(level, line).is_err() {
            self.lose();
        }
    }

    /// How many lines were lost since the start.
    pub(super) const fn lost_in_all(&self) -> u64 {
        self.lost_in_all
    }

    fn lose(&mut self) {
        self.lost = self.lost.saturating_add(1);
        self.lost_in_all = self.lost_in_all.saturating_add(1);
    }

    /// Sends a line; when syslogd was restarted since the last one, on a new connection.
    fn send(&mut self, level: LogLevel, line: &str) -> io::Result<()> {
        if let Some(logger) = &mut self.logger {
            match emit(logger, level, line) {
                Err(error) if !is_full(&error) => self.logger = None,
                sent_or_full => return sent_or_full,
            }
        }
        emit(self.connect()?, level, line)
    }

    fn connect(&mut self) -> io::Result<&mut Logger<LoggerBackend, LocalFormat>> {
        let now = Instant::now();
        if self.retry.is_some_and(|retry| now < retry) {
            return Err(io::ErrorKind::NotConnected.into());
        }
        self.retry = Some(now + RETRY);
        let datagram = UnixDatagram::unbound()?;
        datagram.set_nonblocking(true)?;
        datagram.connect(&self.socket)?;
        self.retry = None;
        Ok(self.logger.insert(Logger::new(LoggerBackend::Unix(datagram), self.format.clone())))
    }
}

fn emit(
    logger: &mut Logger<LoggerBackend, LocalFormat>,
    level: LogLevel,
    line: &str,
) -> io::Result<()> {
    let sent = match level {
        LogLevel::Err => logger.err(line),
        LogLevel::Warning => logger.warning(line),
        LogLevel::Notice => logger.notice(line),
        LogLevel::Info => logger.info(line),
        LogLevel::Debug => logger.debug(line),
    };
    sent.map_err(|error| match error {
        syslog::Error::Write(error) | syslog::Error::Io(error) => error,
        _ => io::ErrorKind::Other.into(),
    })
}

/// syslogd is there and does not keep up: a new connection would change nothing.
fn is_full(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || error.raw_os_error() == Some(libc::ENOBUFS)
}

/// RFC 3164 without the timestamp, which every local syslogd puts there itself (section 4.3.2).
/// The crate's own format writes it in UTC, which syslogd would take for local time.
#[derive(Clone)]
struct LocalFormat {
    facility: Facility,
    tag: String,
    pid: u32,
}

impl<T: Display> LogFormat<T> for LocalFormat {
    fn format<W: io::Write>(
        &self,
        w: &mut W,
        severity: syslog::Severity,
        message: T,
    ) -> syslog::Result<()> {
        let priority = self.facility as u8 | severity as u8;
        write!(w, "<{priority}>{}[{}]: {message}", self.tag, self.pid).map_err(syslog::Error::Write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn syslog_at(socket: PathBuf) -> Syslog {
        Syslog::new(&config::Log { socket, ..config::Log::default() })
    }

    fn received(server: &UnixDatagram) -> String {
        let mut buffer = [0; 8192];
        let length = server.recv(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    #[test]
    fn a_line_bears_priority_tag_and_pid() {
        let folder = tempfile::tempdir().unwrap();
        let server = UnixDatagram::bind(folder.path().join("log")).unwrap();
        let mut syslog = syslog_at(folder.path().join("log"));
        syslog.write(LogLevel::Notice, "A1: verdict=tag");
        let pid = std::process::id();
        // mail is facility 2, notice is severity 5: 2 * 8 + 5.
        assert_eq!(received(&server), format!("<21>phi-milter[{pid}]: A1: verdict=tag"));
    }

    #[test]
    fn lines_are_lost_without_a_socket_and_the_loss_is_said_when_it_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut syslog = syslog_at(path.clone());
        syslog.write(LogLevel::Info, "one");
        syslog.write(LogLevel::Info, "two");
        assert_eq!(syslog.lost_in_all(), 2);
        let server = UnixDatagram::bind(&path).unwrap();
        syslog.retry = None;
        syslog.write(LogLevel::Info, "three");
        assert!(received(&server).contains("]: 2 log lines were lost"));
        assert!(received(&server).ends_with("]: three"));
        assert_eq!(syslog.lost_in_all(), 2);
    }

    #[test]
    fn a_restarted_syslogd_gets_the_very_next_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let first = UnixDatagram::bind(&path).unwrap();
        let mut syslog = syslog_at(path.clone());
        syslog.write(LogLevel::Info, "one");
        received(&first);
        drop(first);
        std::fs::remove_file(&path).unwrap();
        let second = UnixDatagram::bind(&path).unwrap();
        syslog.write(LogLevel::Info, "two");
        assert!(received(&second).ends_with("]: two"));
        assert_eq!(syslog.lost_in_all(), 0);
    }

    #[test]
    fn a_syslogd_that_reads_nothing_does_not_hold_anybody_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let _deaf = UnixDatagram::bind(&path).unwrap();
        let mut syslog = syslog_at(path);
        let begun = Instant::now();
        for _ in 0..20_000 {
            syslog.write(LogLevel::Info, "a line that nobody reads");
        }
        assert!(syslog.lost_in_all() > 0);
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
