//! Who is there: the workers that are ready, how many live, and how often they end.

use std::collections::HashSet;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Signal, pidfd_send_signal};
use tokio::sync::{Notify, Semaphore, mpsc, watch};

use super::WorkerError;
use super::ending::Ending;
use super::greeted::{Counts, Successor, Worker, is_open};
use super::sandbox::Piece;

/// Why a worker is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vacancy {
    /// One was replaced as it should be.
    Retired,
    /// One died or was killed.
    Died,
    /// There are fewer than there may be, and a message waits.
    Needed,
}

/// The outcome of the latest start of a worker: the pieces of the sandbox that it lacks.
pub(super) type Outcome = Option<Result<Vec<Piece>, WorkerError>>;

/// What pool, checkouts and supervisor share.
pub(super) struct Roster {
    state: Mutex<State>,
    /// A worker became ready, or all hope was lost.
    pub(super) changed: Notify,
    /// One permit for each message that may be read at a time; waiting is fair.
    pub(super) slots: Arc<Semaphore>,
    /// How many workers there may be.
    count: usize,
    /// Set after each start.
    pub(super) outcome: watch::Sender<Outcome>,
    vacancies: mpsc::UnboundedSender<Vacancy>,
    /// Deaths since a message was last read to its end.
    deaths_in_row: AtomicU32,
    started: AtomicU64,
    died: AtomicU64,
    timed_out: AtomicU64,
    recycled: AtomicU64,
    line: Mutex<Option<Instant>>,
}

#[derive(Default)]
struct State {
    ready: Vec<Worker>,
    /// Ready or reading.
    living: usize,
    /// Asked for and not ready yet.
    coming: usize,
    /// Ended on purpose; their end is no news.
    dismissed: HashSet<u32>,
    prospects: Prospects,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Prospects {
    #[default]
    Good,
    /// No worker lives and none can be started.
    None,
}

/// What [`Roster::pick`] found.
pub(super) enum Pick {
    Worker(Box<Worker>),
    /// None is ready; some will be.
    Later,
    /// None can be started.
    Never,
}

impl Roster {
    /// So many workers at most, of which so many have been asked for.
    pub(super) fn new(
        count: usize,
        coming: usize,
        vacancies: mpsc::UnboundedSender<Vacancy>,
    ) -> Self {
        Self {
            state: Mutex::new(State { coming, ..State::default() }),
            changed: Notify::new(),
            slots: Arc::new(Semaphore::new(count)),
            count,
            outcome: watch::Sender::new(None),
            vacancies,
            deaths_in_row: AtomicU32::new(0),
            started: AtomicU64::new(0),
            died: AtomicU64::new(0),
            timed_out: AtomicU64::new(0),
            recycled: AtomicU64::new(0),
            line: Mutex::new(None),
        }
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            started: self.started.load(Ordering::Relaxed),
            died: self.died.load(Ordering::Relaxed),
            timed_out: self.timed_out.load(Ordering::Relaxed),
            recycled: self.recycled.load(Ordering::Relaxed),
        }
    }

    /// Deaths since a message was last read to its end.
    pub(super) fn deaths_in_row(&self) -> u32 {
        self.deaths_in_row.load(Ordering::Relaxed)
    }

    /// A new worker is ready.
    pub(super) fn admit(&self, worker: Worker) {
        self.started.fetch_add(1, Ordering::Relaxed);
        let mut state = self.state();
        state.living += 1;
        state.coming = state.coming.saturating_sub(1);
        // Process ids come round again.
        state.dismissed.remove(&worker.id);
        state.prospects = Prospects::Good;
        state.ready.push(worker);
        drop(state);
        self.changed.notify_one();
    }

    /// A worker has read a message to its end and is ready for the next.
    pub(super) fn give_back(&self, mut worker: Worker) {
        self.deaths_in_row.store(0, Ordering::Relaxed);
        worker.idle_since = Instant::now();
        self.state().ready.push(worker);
        self.changed.notify_one();
    }

    /// Takes a worker that is ready: the one that was busy last, whose memory is warm. Where none is
    /// and there may be more, one is asked for.
    pub(super) fn pick(&self) -> Pick {
        let mut state = self.state();
        while let Some(worker) = state.ready.pop() {
            if is_open(&worker.socket) {
                return Pick::Worker(Box::new(worker));
            }
            // Its end is noted when the spawner tells; it counts as no message's fault. One that
            // said something unasked may live on.
            let _ = pidfd_send_signal(&worker.pidfd, Signal::KILL);
            state.living -= 1;
            self.died.fetch_add(1, Ordering::Relaxed);
            self.order_as(&mut state, Vacancy::Died);
        }
        if state.living + state.coming < self.count {
            self.order_as(&mut state, Vacancy::Needed);
        }
        match state.prospects {
            Prospects::Good => Pick::Later,
            Prospects::None => Pick::Never,
        }
    }

    /// Ends the workers that nobody has needed for so long. None takes their place until it is
    /// needed.
    pub(super) fn send_home(&self, idle: Duration) {
        let mut state = self.state();
        let (stay, go): (Vec<Worker>, Vec<Worker>) =
            state.ready.drain(..).partition(|worker| worker.idle_since.elapsed() < idle);
        state.ready = stay;
        state.living -= go.len();
        for worker in go {
            state.dismissed.insert(worker.id);
            // It may be dead already.
            let _ = pidfd_send_signal(&worker.pidfd, Signal::KILL);
        }
    }

    /// Ends a worker that has done its work.
    pub(super) fn retire(&self, worker: Worker) {
        self.deaths_in_row.store(0, Ordering::Relaxed);
        self.recycled.fetch_add(1, Ordering::Relaxed);
        self.kill(&worker);
        self.replace(worker, Vacancy::Retired);
    }

    /// Kills a worker whose message is not waited for any more.
    pub(super) fn cut_off(&self, worker: Worker) {
        self.kill(&worker);
        self.replace(worker, Vacancy::Retired);
    }

    /// Kills a worker at its deadline.
    pub(super) fn time_out(&self, worker: Worker) {
        self.deaths_in_row.fetch_add(1, Ordering::Relaxed);
        let number = self.timed_out.fetch_add(1, Ordering::Relaxed) + 1;
        if self.may_write() {
            log::warn!(
                "worker {} was killed at the deadline of its message ({number} since the start)",
                worker.id
            );
        }
        self.kill(&worker);
        self.replace(worker, Vacancy::Died);
    }

    /// Kills a worker that talked nonsense.
    pub(super) fn distrust(&self, worker: Worker, why: impl std::fmt::Display) {
        self.deaths_in_row.fetch_add(1, Ordering::Relaxed);
        let number = self.died.fetch_add(1, Ordering::Relaxed) + 1;
        if self.may_write() {
            log::warn!("worker {} was killed: {why} ({number} deaths since the start)", worker.id);
        }
        self.kill(&worker);
        self.replace(worker, Vacancy::Died);
    }

    /// A worker died while it read. How is noted when the spawner tells.
    pub(super) fn bury(&self, worker: Worker) {
        self.deaths_in_row.fetch_add(1, Ordering::Relaxed);
        self.died.fetch_add(1, Ordering::Relaxed);
        // Its socket is closed; this is for one that closed it and lives on.
        let _ = pidfd_send_signal(&worker.pidfd, Signal::KILL);
        self.replace(worker, Vacancy::Died);
    }

    /// The spawner tells that a worker ended. For one that was ready nobody else asks for a
    /// successor.
    pub(super) fn ended(&self, id: u32, ending: Ending) {
        let mut state = self.state();
        if state.dismissed.remove(&id) {
            return;
        }
        let before = state.ready.len();
        state.ready.retain(|worker| worker.id != id);
        let idle = before - state.ready.len();
        state.living -= idle;
        if idle > 0 {
            self.died.fetch_add(1, Ordering::Relaxed);
            self.order_as(&mut state, Vacancy::Died);
        }
        drop(state);
        if self.may_write() {
            let number = self.counts().died;
            log::warn!("worker {id} died: {ending} ({number} deaths since the start)");
        }
    }

    /// A worker ended, or talked nonsense, before it was ready. How it ended is noted when the
    /// spawner tells: a worker's own words reach nobody.
    pub(super) fn stillborn(&self, pidfd: &OwnedFd) {
        self.died.fetch_add(1, Ordering::Relaxed);
        // This is for one that lives on.
        let _ = pidfd_send_signal(pidfd, Signal::KILL);
    }

    /// The spawner died and its workers with it: says how many of the ready ones are to be
    /// started anew. Those that are reading are noticed by whoever waits for them.
    pub(super) fn orphan(&self) -> usize {
        let mut state = self.state();
        state.dismissed.clear();
        let lost = std::mem::take(&mut state.ready);
        state.living -= lost.len();
        state.coming += lost.len();
        self.died.fetch_add(lost.len() as u64, Ordering::Relaxed);
        lost.len()
    }

    /// A worker that never became ready was ended.
    pub(super) fn forget(&self, id: u32) {
        self.state().dismissed.insert(id);
    }

    /// Starting has failed for good, or often: unless some worker still lives, no message need
    /// wait.
    pub(super) fn despair(&self) {
        let mut state = self.state();
        if state.living == 0 {
            state.prospects = Prospects::None;
            drop(state);
            self.changed.notify_waiters();
        }
    }

    /// Asks for a worker in place of one that will be gone.
    pub(super) fn order(&self, vacancy: Vacancy) {
        self.order_as(&mut self.state(), vacancy);
    }

    fn order_as(&self, state: &mut State, vacancy: Vacancy) {
        state.coming += 1;
        // Nobody listens only while all is being shut down.
        let _ = self.vacancies.send(vacancy);
    }

    /// Whether a line that an outsider can cause may be written now: one a second; the counts in
    /// it tell of those that were not.
    fn may_write(&self) -> bool {
        let mut last = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let due = last.is_none_or(|last| now.duration_since(last) >= Duration::from_secs(1));
        if due {
            *last = Some(now);
        }
        due
    }

    fn kill(&self, worker: &Worker) {
        self.state().dismissed.insert(worker.id);
        // It may be dead already.
        let _ = pidfd_send_signal(&worker.pidfd, Signal::KILL);
    }

    fn replace(&self, worker: Worker, vacancy: Vacancy) {
        let mut state = self.state();
        state.living -= 1;
        if worker.successor == Successor::Wanted {
            self.order_as(&mut state, vacancy);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here is left half done by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::UnixStream;

    use super::*;
    use std::io::Write;
    use std::process::{Child, Command};

    /// A worker that does nothing, its process, and its end of the socket.
    fn idle_worker() -> (Worker, Child, std::os::unix::net::UnixStream) {
        let process = Command::new("sleep").arg("100").spawn().unwrap();
        let pid = rustix::process::Pid::from_child(&process);
        let pidfd = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).unwrap();
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let worker = Worker {
            id: process.id(),
            socket: UnixStream::from_std(ours).unwrap(),
            pidfd,
            inbox: Vec::new(),
            served: 0,
            spent: Duration::ZERO,
            successor: Successor::Wanted,
            idle_since: Instant::now(),
        };
        (worker, process, theirs)
    }

    #[tokio::test]
    async fn a_worker_that_says_something_unasked_gets_no_message_and_is_killed() {
        let (vacancies, mut ordered) = mpsc::unbounded_channel();
        let roster = Roster::new(1, 1, vacancies);
        let (worker, mut process, mut theirs) = idle_worker();
        roster.admit(worker);
        theirs.write_all(b"unasked").unwrap();
        assert!(matches!(roster.pick(), Pick::Later));
        assert_eq!(ordered.try_recv(), Ok(Vacancy::Died));
        let begun = Instant::now();
        while process.try_wait().unwrap().is_none() {
            if begun.elapsed() > Duration::from_secs(10) {
                process.kill().unwrap();
                panic!("it lives on without a socket");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[tokio::test]
    async fn a_worker_is_asked_for_when_it_is_needed_and_no_more_than_there_may_be() {
        let (vacancies, mut ordered) = mpsc::unbounded_channel();
        let roster = Roster::new(2, 0, vacancies);
        for _ in 0..3 {
            assert!(matches!(roster.pick(), Pick::Later));
        }
        assert_eq!(ordered.try_recv(), Ok(Vacancy::Needed));
        assert_eq!(ordered.try_recv(), Ok(Vacancy::Needed));
        assert!(ordered.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_worker_that_nobody_needs_goes_and_another_comes_when_somebody_does() {
        let (vacancies, mut ordered) = mpsc::unbounded_channel();
        let roster = Roster::new(1, 1, vacancies);
        let (worker, mut process, _theirs) = idle_worker();
        let id = worker.id;
        roster.admit(worker);
        roster.send_home(Duration::from_secs(60));
        assert!(process.try_wait().unwrap().is_none(), "it was needed just now");
        roster.send_home(Duration::ZERO);
        process.wait().unwrap();
        // As intended: neither a death nor a vacancy.
        roster.ended(id, Ending::Signal(9));
        assert_eq!((roster.counts().died, ordered.try_recv().is_err()), (0, true));
        assert!(matches!(roster.pick(), Pick::Later));
        assert_eq!(ordered.try_recv(), Ok(Vacancy::Needed));
    }
}
