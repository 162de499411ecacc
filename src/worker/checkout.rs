//! A worker that was taken from the roster for one message, and the talk with it.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, Interest};
use tokio::sync::OwnedSemaphorePermit;

use super::greeted::Worker;
use super::intake::{Intake, Nonsense};
use super::request::Outgoing;
use super::roster::Roster;

/// Bytes of a reply that are asked for at a time.
const GULP: usize = 16 * 1024;

/// The most that is set aside for the rest of a frame before it comes.
const MOST_AHEAD: usize = 1 << 20;

/// A reply buffer above this size is not kept.
const KEPT: usize = 256 * 1024;

/// How a talk with a worker broke off.
pub(super) enum Broken {
    /// The worker was dead before it had read the request.
    Untouched,
    /// It died over it.
    Died,
    /// It is not ours any more.
    Nonsense(Nonsense),
}

/// A worker with one message. Dropped in the middle of it, it is killed and replaced: half a reply
/// in its socket must never be taken for the next message's.
pub(super) struct Checkout {
    pub(super) worker: Option<Box<Worker>>,
    roster: Arc<Roster>,
    _slot: OwnedSemaphorePermit,
}

impl Checkout {
    /// Takes a worker over, with the slot of the message that it is for.
    pub(super) fn new(
        worker: Box<Worker>,
        roster: Arc<Roster>,
        slot: OwnedSemaphorePermit,
    ) -> Self {
        Self { worker: Some(worker), roster, _slot: slot }
    }

    /// Sends the request and takes in the reply to its end.
    pub(super) async fn talk(
        &mut self,
        mut request: Outgoing<'_>,
        intake: &mut Intake,
    ) -> Result<(), Broken> {
        let Some(Worker { socket, inbox, .. }) = self.worker.as_deref_mut() else {
            return Err(Broken::Untouched);
        };
        let sent = socket.async_io(Interest::WRITABLE, || request.send(&*socket)).await;
        sent.map_err(|_| Broken::Untouched)?;
        inbox.clear();
        while !intake.is_done() {
            inbox.reserve(intake.awaits().saturating_sub(inbox.len()).clamp(GULP, MOST_AHEAD));
            match socket.read_buf(inbox).await {
                Ok(0) => return Err(Broken::Died),
                // The kernel says so when a socket is closed with bytes in it that nobody read.
                Err(fault) if fault.kind() == io::ErrorKind::ConnectionReset => {
                    return Err(Broken::Untouched);
                }
                Err(_) => return Err(Broken::Died),
                Ok(_) => {}
            }
            let taken = intake.take(inbox).map_err(Broken::Nonsense)?;
            inbox.drain(..taken);
        }
        inbox.shrink_to(KEPT);
        Ok(())
    }

    /// Returns the worker for the next message.
    pub(super) fn give_back(mut self) {
        if let Some(worker) = self.worker.take() {
            self.roster.give_back(*worker);
        }
    }

    /// Ends the worker.
    pub(super) fn end(mut self, how: impl FnOnce(&Roster, Worker)) {
        if let Some(worker) = self.worker.take() {
            how(&self.roster, *worker);
        }
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            self.roster.cut_off(*worker);
        }
    }
}
