//! Keeps the roster full: asks the spawner for workers, hears of their ends, slows down where
//! starting fails.

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use rustix::process::{Signal, pidfd_send_signal};
use tokio::io::{AsyncReadExt, Interest};
use tokio::net::UnixStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep_until, timeout};

use super::descriptors::{receive, send};
use super::ending::Ending;
use super::frame::{self, Front, PREFIX};
use super::greeted::{Successor, Worker};
use super::reply::{Greeting, MOST_GREETING};
use super::roster::{Roster, Vacancy};
use super::sandbox::{Ceiling, Piece};
use super::spawner::{MOST, Order, Report};
use super::{Role, Spawner, WorkerError, WorkerErrors};
use crate::config::Sandbox;

/// How long a worker may take from order to greeting.
const PATIENCE: Duration = Duration::from_secs(10);

/// After failing to start one for so long, with none alive, messages are told at once that there
/// is none. Shorter than that it may be somebody killing them.
const DESPAIR: Duration = Duration::from_secs(2);

/// How long the spawner may take to tell how a worker ended that never greeted.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The task that keeps the roster full. It ends when the pool is gone, and the spawner with it.
pub(super) struct Supervisor {
    line: Option<Line>,
    /// How the spawner is started anew.
    origin: (Option<PathBuf>, WorkerErrors),
    roster: Weak<Roster>,
    vacancies: UnboundedReceiver<Vacancy>,
    role: Role,
    ceiling: Ceiling,
    sandbox: Sandbox,
    wanted: usize,
    /// How long workers are kept that nobody needs.
    kept: Option<Duration>,
    not_before: Instant,
    next_look_round: Instant,
    failures: u32,
    failing_since: Instant,
}

/// What the supervisor woke up for.
enum Turn {
    Vacancy(Option<Vacancy>),
    Report(io::Result<Message>),
    Start,
    LookRound(Duration),
}

impl Supervisor {
    pub(super) fn new(
        spawner: Spawner,
        roster: &Arc<Roster>,
        vacancies: UnboundedReceiver<Vacancy>,
        role: Role,
        ceiling: Ceiling,
        sandbox: Sandbox,
        wanted: usize,
    ) -> Self {
        let kept = role.kept();
        Self {
            origin: spawner.origin(),
            line: Line::new(spawner).ok(),
            roster: Arc::downgrade(roster),
            vacancies,
            role,
            ceiling,
            sandbox,
            wanted,
            kept,
            not_before: Instant::now(),
            next_look_round: Instant::now(),
            failures: 0,
            failing_since: Instant::now(),
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            let turn = tokio::select! {
                vacancy = self.vacancies.recv() => Turn::Vacancy(vacancy),
                report = hear(self.line.as_ref()) => Turn::Report(report),
                () = sleep_until(self.not_before), if self.wanted > 0 => Turn::Start,
                kept = look_round(self.next_look_round, self.kept) => Turn::LookRound(kept),
            };
            let Some(roster) = self.roster.upgrade() else { return };
            match turn {
                Turn::Vacancy(None) => return,
                Turn::Vacancy(Some(vacancy)) => {
                    self.wanted += 1;
                    if vacancy == Vacancy::Died {
                        let pause = pause_after_deaths(roster.deaths_in_row());
                        self.not_before = self.not_before.max(Instant::now() + pause);
                    }
                }
                Turn::Report(Ok(message)) => note(&roster, &message),
                Turn::Report(Err(_)) => self.lose_spawner(&roster),
                Turn::Start => self.fill_one(&roster).await,
                Turn::LookRound(kept) => {
                    roster.send_home(kept);
                    self.next_look_round = Instant::now() + kept / 2;
                }
            }
        }
    }

    async fn fill_one(&mut self, roster: &Roster) {
        match self.start(roster).await {
            Ok((worker, lacking)) => {
                self.wanted -= 1;
                self.failures = 0;
                self.not_before = Instant::now();
                let news = !matches!(*roster.outcome.borrow(), Some(Ok(_)));
                if news {
                    if !lacking.is_empty() {
                        log::warn!(
                            "workers run with an incomplete sandbox: {} lacking on this system",
                            Piece::list(&lacking)
                        );
                    }
                    roster.outcome.send_replace(Some(Ok(lacking)));
                }
                roster.admit(worker);
            }
            Err(fault) => {
                if self.failures == 0 {
                    self.failing_since = Instant::now();
                }
                self.failures = self.failures.saturating_add(1);
                let pause = pause_after_failures(self.failures);
                self.not_before = Instant::now() + pause;
                log::error!("{fault}; the next try is in {} ms", pause.as_millis());
                let hopeless = matches!(fault, WorkerError::Sandbox(_) | WorkerError::Models(_));
                if hopeless || self.failing_since.elapsed() >= DESPAIR {
                    roster.despair();
                }
                roster.outcome.send_replace(Some(Err(fault)));
            }
        }
    }

    /// Has one worker started, and waits for its greeting.
    async fn start(&mut self, roster: &Roster) -> Result<(Worker, Vec<Piece>), WorkerError> {
        let line = match &self.line {
            Some(line) => line,
            None => {
                let (program, errors) = self.origin.clone();
                let spawner = Spawner::start(program, errors)?;
                let line = Line::new(spawner).map_err(|_| WorkerError::SpawnerGone)?;
                self.line.insert(line)
            }
        };
        let Ceiling { memory, processor } = self.ceiling;
        let order = Order { role: self.role.clone(), memory, processor };
        let ordered = timeout(PATIENCE, line.order(&order, roster)).await;
        let started = match ordered {
            Ok(Ok(started)) => started?,
            Ok(Err(_)) | Err(_) => {
                self.lose_spawner(roster);
                return Err(WorkerError::SpawnerGone);
            }
        };
        let (id, socket, pidfd) = started;
        let greeting = match timeout(PATIENCE, greeting(socket)).await {
            Ok(Some(greeting)) => greeting,
            Ok(None) => {
                roster.stillborn(&pidfd);
                let ending = timeout(LAST_WORDS, line.ending_of(id, roster)).await;
                return Err(match (ending, &self.role) {
                    (Ok(Ok(Ending::MODELS)), Role::Look { models }) => {
                        WorkerError::Models(models.clone())
                    }
                    _ => WorkerError::NoGreeting,
                });
            }
            Err(_) => {
                dismiss(roster, id, &pidfd);
                return Err(WorkerError::NoGreeting);
            }
        };
        let (socket, Greeting { in_force }) = greeting;
        let lacking: Vec<Piece> =
            Piece::ALL.iter().copied().filter(|piece| !in_force.contains(piece)).collect();
        if !lacking.is_empty() && self.sandbox == Sandbox::Required {
            dismiss(roster, id, &pidfd);
            return Err(WorkerError::Sandbox(lacking));
        }
        let worker = Worker {
            id,
            socket,
            pidfd,
            inbox: Vec::new(),
            served: 0,
            spent: Duration::ZERO,
            successor: Successor::Wanted,
            idle_since: std::time::Instant::now(),
        };
        Ok((worker, lacking))
    }

    fn lose_spawner(&mut self, roster: &Roster) {
        log::error!("the spawner of workers died; a new one is started");
        self.line = None;
        self.wanted += roster.orphan();
        let pause = pause_after_failures(self.failures);
        self.not_before = self.not_before.max(Instant::now() + pause);
    }
}

/// Waits until it is time to see who is not needed any more.
async fn look_round(at: Instant, kept: Option<Duration>) -> Duration {
    match kept {
        Some(kept) => {
            sleep_until(at).await;
            kept
        }
        None => std::future::pending().await,
    }
}

/// One poison message kills two workers; from the third death in a row on, we slow down, but not
/// so far that whoever sends poison holds up all other mail.
fn pause_after_deaths(in_row: u32) -> Duration {
    match in_row.checked_sub(3) {
        None => Duration::ZERO,
        Some(more) => Duration::from_millis(10 << more.min(3)),
    }
}

fn pause_after_failures(in_row: u32) -> Duration {
    Duration::from_millis(50 << in_row.min(7)).min(Duration::from_secs(5))
}

fn note(roster: &Roster, (report, _descriptors): &Message) {
    match report {
        Report::Ended { id, ending } => roster.ended(*id, *ending),
        // One that came too late: with its descriptors, which close here, it ends.
        Report::Started { id } => roster.forget(*id),
        Report::Failed { .. } => {}
    }
}

fn dismiss(roster: &Roster, id: u32, pidfd: &OwnedFd) {
    roster.forget(id);
    // It may be dead already.
    let _ = pidfd_send_signal(pidfd, Signal::KILL);
}

/// Reads the first frame of a worker.
async fn greeting(mut socket: UnixStream) -> Option<(UnixStream, Greeting)> {
    let mut bytes = Vec::with_capacity(MOST_GREETING);
    loop {
        match frame::front(&bytes, MOST_GREETING) {
            Front::Whole(greeting) if bytes.len() == PREFIX + greeting.len() => {
                return Some((socket, frame::decode(greeting)?));
            }
            Front::Part { .. } => {}
            Front::Whole(_) | Front::TooLong => return None,
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// A report and what came with it.
type Message = (Report, Vec<OwnedFd>);

/// A worker's id, socket and pidfd.
type Started = (u32, UnixStream, OwnedFd);

/// The spawner and its socket.
struct Line {
    /// Of type SOCK_SEQPACKET in truth: the stream only waits, what goes over it goes by
    /// [`send`] and [`receive`].
    socket: UnixStream,
    _spawner: Spawner,
}

async fn hear(line: Option<&Line>) -> io::Result<Message> {
    match line {
        Some(line) => line.hear().await,
        None => std::future::pending().await,
    }
}

impl Line {
    fn new(spawner: Spawner) -> io::Result<Self> {
        let socket = std::os::unix::net::UnixStream::from(spawner.as_fd().try_clone_to_owned()?);
        socket.set_nonblocking(true)?;
        Ok(Self { socket: UnixStream::from_std(socket)?, _spawner: spawner })
    }

    async fn hear(&self) -> io::Result<Message> {
        let mut buffer = [0; MOST];
        let read = || receive(&self.socket, &mut buffer);
        let received = self.socket.async_io(Interest::READABLE, read).await?;
        let bytes = buffer.get(..received.bytes).unwrap_or_default();
        // An empty one is the spawner's end.
        let report = postcard::from_bytes(bytes).map_err(|_| io::ErrorKind::InvalidData)?;
        Ok((report, received.descriptors))
    }

    /// Orders one worker and waits until it is there or has failed; notes what else it hears.
    async fn order(
        &self,
        order: &Order,
        roster: &Roster,
    ) -> io::Result<Result<Started, WorkerError>> {
        let bytes = postcard::to_stdvec(order).map_err(io::Error::other)?;
        let write = || send(&self.socket, &[IoSlice::new(&bytes)], &[]);
        self.socket.async_io(Interest::WRITABLE, write).await?;
        loop {
            let message = self.hear().await?;
            match message {
                (Report::Started { id }, descriptors) => {
                    let Ok([socket, pidfd]) = <[OwnedFd; 2]>::try_from(descriptors) else {
                        // The kernel drops them where this process may have no more. The worker
                        // sees its socket closed and ends.
                        roster.forget(id);
                        let cause = io::Error::from(rustix::io::Errno::MFILE);
                        return Ok(Err(WorkerError::Refused(Arc::new(cause))));
                    };
                    let socket = std::os::unix::net::UnixStream::from(socket);
                    socket.set_nonblocking(true)?;
                    return Ok(Ok((id, UnixStream::from_std(socket)?, pidfd)));
                }
                (Report::Failed { errno }, _) => {
                    let cause = io::Error::from_raw_os_error(errno);
                    return Ok(Err(WorkerError::Refused(Arc::new(cause))));
                }
                (Report::Ended { .. }, _) => note(roster, &message),
            }
        }
    }

    /// Waits until a worker has ended; notes what else it hears.
    async fn ending_of(&self, worker: u32, roster: &Roster) -> io::Result<Ending> {
        loop {
            let message = self.hear().await?;
            note(roster, &message);
            match message.0 {
                Report::Ended { id, ending } if id == worker => return Ok(ending),
                _ => {}
            }
        }
    }
}
