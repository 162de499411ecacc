//! Has messages and pixels read in worker processes: one at a time each, within a deadline, twice
//! at most.

use std::num::NonZero;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::timeout_at;

use super::checkout::{Broken, Checkout};
use super::greeted::{Counts, Successor};
use super::intake::Intake;
use super::request::{Care, Errand, Outgoing};
use super::roster::{Pick, Roster, Vacancy};
use super::sandbox::{Ceiling, Piece};
use super::supervisor::Supervisor;
use super::{Fault, Role, Sealed, Spawner, WorkerError};
use crate::config;
use crate::extract::Input;
use crate::limits::{Bytes, Cause, Limits};
use crate::secret::Secret;
use crate::text::{PartPath, Reading, Sketching, Unread, View};

/// How a worker is treated that has answered, or has still to.
struct Wear {
    /// It is replaced after a message above this size, so that the memory it took goes back to the
    /// system.
    large: u64,
    /// What may be unread without a doubt about the worker's own state; after anything else it is
    /// replaced.
    forgiven: &'static [Cause],
    /// How long before it is killed it stops by itself, of the time that it has: longer than its
    /// longest step takes.
    margin: fn(Duration) -> Duration,
}

impl Wear {
    const fn of(role: &Role) -> Self {
        match role {
            Role::Read => Self {
                large: 4 << 20,
                forgiven: &[Cause::Encrypted, Cause::Unsupported],
                margin: |left| (left / 8).min(Duration::from_millis(250)),
            },
            // Photos are large and broken images common; to make networks ready takes longer than
            // to look at most images. Pixels are in pieces that go back at once.
            Role::Look { .. } => Self {
                large: u64::MAX,
                forgiven: &[Cause::Malformed, Cause::TooLarge, Cause::Unsupported],
                margin: |left| left / 4,
            },
        }
    }
}

/// When workers that read pixels are started. They go again when nobody has needed them for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Staffing {
    /// One at once, which shows that it can be, the others when they are needed.
    OneAhead,
    /// Each when it is needed: nobody can [probe](Pool::probe) before.
    WhenNeeded,
}

/// Workers that may die under a message's hands before they have read it; more is taken for the
/// message's doing.
const MOST_STRAYS: u32 = 16;

/// The workers. Dropping it ends them.
pub struct Pool {
    roster: Arc<Roster>,
    limits: Limits,
    count: usize,
    recycle_after: u32,
    wear: Wear,
    /// A worker that has been busy for longer is replaced, before it meets its own ceiling.
    busy: Duration,
    sketching: Sketching,
}

impl Pool {
    /// Takes over the spawner and has workers that read messages started in the background. To be
    /// called within a tokio runtime.
    #[must_use]
    pub fn new(spawner: Spawner, workers: &config::Workers, limits: &Limits) -> Self {
        Self::start(spawner, Role::Read, None, workers, limits)
    }

    /// The same of workers that read pixels, which are started when `staffing` says. `models` is the
    /// folder of their networks.
    #[must_use]
    pub fn of_lookers(
        spawner: Spawner,
        models: PathBuf,
        workers: &config::Workers,
        images: &config::Images,
        limits: &Limits,
        sketching: Sketching,
        staffing: Staffing,
    ) -> Self {
        let count = match (images.workers, staffing) {
            // One core is left to mail: where all of them look at pixels, each step of a message waits
            // for the kernel's next tick, at times.
            (0, Staffing::OneAhead) => u32::try_from(cores().saturating_sub(1).max(1)).unwrap_or(1),
            (count, _) => count,
        };
        let workers = config::Workers { count, ..workers.clone() };
        let limits = Limits {
            worker_time: limits.picture_time,
            worker_memory: limits.picture_memory,
            ..*limits
        };
        let ahead = match staffing {
            Staffing::OneAhead => 1,
            Staffing::WhenNeeded => 0,
        };
        let pool = Self::start(spawner, Role::Look { models }, Some(ahead), &workers, &limits);
        Self { sketching, ..pool }
    }

    /// `ahead` of them at once; all of them, where that is `None`.
    fn start(
        spawner: Spawner,
        role: Role,
        ahead: Option<usize>,
        workers: &config::Workers,
        limits: &Limits,
    ) -> Self {
        let count = match workers.count {
            0 => cores(),
            count => count as usize,
        };
        let (sender, vacancies) = mpsc::unbounded_channel();
        let ahead = ahead.unwrap_or(count);
        let roster = Arc::new(Roster::new(count, ahead, sender));
        let wear = Wear::of(&role);
        let message = limits.worker_time.0;
        let busy = message.saturating_mul(20).max(Duration::from_secs(600));
        let ceiling = Ceiling {
            memory: limits.worker_memory.0,
            processor: busy.saturating_add(message).as_secs().saturating_add(60),
        };
        let supervisor =
            Supervisor::new(spawner, &roster, vacancies, role, ceiling, workers.sandbox, ahead);
        tokio::spawn(supervisor.run());
        let recycle_after = workers.recycle_after.max(1);
        Self {
            roster,
            limits: *limits,
            count,
            recycle_after,
            wear,
            busy,
            sketching: Sketching::Off,
        }
    }

    /// Waits until the first worker is ready, and names the pieces of the sandbox that it lacks:
    /// none, unless the config says `best-effort`.
    ///
    /// # Errors
    /// When it cannot be started, or lacks a piece that the config requires.
    pub async fn probe(&self) -> Result<Vec<Piece>, WorkerError> {
        let mut outcome = self.roster.outcome.subscribe();
        let known = outcome.wait_for(Option::is_some).await;
        known.ok().and_then(|outcome| outcome.clone()).unwrap_or(Err(WorkerError::Stopped))
    }

    /// How many workers there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// What has happened since the start.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.roster.counts()
    }

    /// Has a message read by a worker, until `deadline` at most.
    ///
    /// A message whose worker dies is tried once more on another one; then the part in work is
    /// unread with [`Cause::Crashed`]. Past the time for a worker or the deadline the worker is
    /// killed and the part is unread with [`Cause::TimedOut`]. What was read before counts. A
    /// caller that stops waiting leaves no worker busy.
    ///
    /// `passwords` may open what is encrypted in it. `most` is the size of the largest message that
    /// is read: it can change on reload, while all other limits are those that the workers were
    /// started with.
    ///
    /// # Errors
    /// When no worker could be had at all, which is not the message's fault.
    pub async fn read(
        &self,
        message: &Sealed,
        input: &Input,
        passwords: &[Secret<String>],
        most: Bytes,
        deadline: Instant,
    ) -> Result<Reading, Fault> {
        if message.len() > most.0 {
            return Ok(unread(Cause::TooLarge));
        }
        let errand = Errand::Read { input: input.clone(), passwords: passwords.to_vec() };
        self.send(&errand, message, most, deadline).await
    }

    /// Has the pixels of one image or page read by a worker, until `deadline` at most: texts and
    /// facts of its part, or its part as unread.
    ///
    /// # Errors
    /// When no worker could be had at all, which is not the picture's fault.
    pub async fn look(
        &self,
        picture: &Sealed,
        view: &View,
        deadline: Instant,
    ) -> Result<Reading, Fault> {
        let most = Bytes(picture.len());
        let errand = Errand::Look { view: view.clone(), sketching: self.sketching };
        self.send(&errand, picture, most, deadline).await
    }

    async fn send(
        &self,
        errand: &Errand,
        message: &Sealed,
        most: Bytes,
        deadline: Instant,
    ) -> Result<Reading, Fault> {
        let mut first: Option<Intake> = None;
        let mut strays = 0;
        loop {
            let mut checkout = match (self.check_out(deadline).await, first.take()) {
                (Ok(checkout), before) => {
                    first = before;
                    checkout
                }
                (Err(fault), None) => return Err(fault),
                (Err(_), Some(before)) => return Ok(before.break_off(Cause::Crashed)),
            };
            let care = if first.is_some() { Care::EachPart } else { Care::Ordinary };
            let begun = Instant::now();
            let until = deadline.min(begun + self.limits.worker_time.0);
            let limits = Limits { message: most, ..self.limits_until(until - begun) };
            let Some(request) = Outgoing::new(errand, &limits, care, message) else {
                checkout.give_back();
                return Ok(unread(Cause::TooLarge));
            };
            let mut intake = Intake::new(&self.limits);
            let talk = checkout.talk(request, &mut intake);
            let attempt = match timeout_at(until.into(), talk).await {
                Ok(Ok(())) => {
                    let reading = intake.finish();
                    self.settle(checkout, message, &reading, begun.elapsed());
                    return Ok(reading);
                }
                Err(_) => {
                    checkout.end(Roster::time_out);
                    return Ok(farther(first, intake).break_off(Cause::TimedOut));
                }
                Ok(Err(attempt)) => attempt,
            };
            match attempt {
                Broken::Untouched if strays < MOST_STRAYS => {
                    strays += 1;
                    checkout.end(Roster::bury);
                    continue;
                }
                Broken::Untouched | Broken::Died => checkout.end(Roster::bury),
                Broken::Nonsense(why) => {
                    checkout.end(|roster, worker| roster.distrust(worker, why))
                }
            }
            if first.is_some() {
                return Ok(farther(first, intake).break_off(Cause::Crashed));
            }
            first = Some(intake);
        }
    }

    /// The limits for one attempt. The worker itself stops a little before it is killed, so that
    /// a message that merely takes long costs no process.
    fn limits_until(&self, left: Duration) -> Limits {
        let mut limits = self.limits;
        limits.worker_time.0 = left - (self.wear.margin)(left);
        limits
    }

    async fn check_out(&self, deadline: Instant) -> Result<Checkout, Fault> {
        let roster = &self.roster;
        let slot =
            match timeout_at(deadline.into(), Arc::clone(&roster.slots).acquire_owned()).await {
                Ok(Ok(slot)) => slot,
                Ok(Err(_)) => return Err(Fault::NoWorker),
                Err(_) => return Err(Fault::Busy),
            };
        loop {
            // Listening from before the look: two workers may come between look and wait, and
            // each must wake somebody.
            let mut changed = pin!(roster.changed.notified());
            changed.as_mut().enable();
            match roster.pick() {
                Pick::Worker(mut worker) => {
                    // Its last message: the next worker starts while it reads.
                    if worker.served + 1 >= self.recycle_after {
                        roster.order(Vacancy::Retired);
                        worker.successor = Successor::Ordered;
                    }
                    let roster = Arc::clone(roster);
                    return Ok(Checkout::new(worker, roster, slot));
                }
                Pick::Never => return Err(Fault::NoWorker),
                Pick::Later => {
                    if timeout_at(deadline.into(), changed).await.is_err() {
                        return Err(Fault::Busy);
                    }
                }
            }
        }
    }

    /// Decides whether a worker that has answered may read the next message.
    fn settle(&self, mut checkout: Checkout, message: &Sealed, reading: &Reading, took: Duration) {
        let Some(worker) = &mut checkout.worker else { return };
        worker.served += 1;
        worker.spent += took;
        let puzzled =
            reading.unread.iter().any(|unread| !self.wear.forgiven.contains(&unread.cause));
        let worn = worker.served >= self.recycle_after || worker.spent >= self.busy;
        if puzzled || worn || message.len() > self.wear.large {
            checkout.end(Roster::retire);
        } else {
            checkout.give_back();
        }
    }
}

/// How many cores this process may use.
#[must_use]
pub fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

fn unread(cause: Cause) -> Reading {
    let unread = Unread { part: PartPath::root(), file: None, cause };
    Reading { unread: vec![unread], ..Reading::default() }
}

/// The attempt that came farther; of two alike the second, which announced each part.
fn farther(first: Option<Intake>, second: Intake) -> Intake {
    match first {
        Some(first) if first.progress() > second.progress() => first,
        _ => second,
    }
}
