//! The conversation with the MTA.

mod accept;
mod callbacks;
mod drain;
mod finish;
mod flight;
mod judge;
mod listen;
mod message;
mod negotiate;
pub mod notify;
mod quiet;
mod scanner;
mod session;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

use accept::{Accepting, Door};
use drain::Gate;
use flight::BytesInFlight;
use session::Shared;

pub use judge::{Ending, Extent, Judge, Judged, Received};
pub use listen::{ListenError, Listener};
pub use scanner::Scanner;

/// How long sessions get to give their last answer once their time is up.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Serves MTAs until `shutdown` is ready and what is in flight then has had its time.
///
/// From then on no connection and no message is accepted (MAIL is answered 451), messages in
/// flight finish for at most `milter.drain`, what is still being judged after that is answered
/// 451, and idle connections are closed. That takes `milter.drain` and two seconds at most.
///
/// # Errors
/// When the listening socket can not be used.
pub async fn run<J: Judge>(
    listener: Listener,
    judge: Arc<J>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let gate = Arc::new(Gate::new());
    let door = Door::open(listener).map_err(RunError)?;
    let connections = J::config(&judge.snapshot()).milter.max_connections;
    let config = indymilter::Config {
        max_connections: usize::try_from(connections).unwrap_or(usize::MAX),
        ..indymilter::Config::default()
    };
    let shared = Shared {
        judge: Arc::clone(&judge),
        gate: Arc::clone(&gate),
        bytes: BytesInFlight::default(),
    };
    let (end, ended) = oneshot::channel::<()>();
    // On a thread of the runtime, not on the one that waits here: else each connection would wake
    // two threads.
    let mut sessions = JoinSet::new();
    sessions.spawn(indymilter::run(
        Accepting::until(door, gate.draining()),
        callbacks::callbacks(Arc::new(shared)),
        config,
        ended,
    ));
    tokio::select! {
        result = all(&mut sessions) => return result,
        () = shutdown => {}
    }
    let patience = J::config(&judge.snapshot()).milter.drain.0;
    let left = tokio::select! {
        result = all(&mut sessions) => return result,
        left = gate.drain(patience) => left,
    };
    if left > 0 {
        log::warn!("{left} message(s) still in flight after {patience:?} are cut off");
    }
    // Dropped receivers are no matter: then the sessions are at their end already.
    let _ = end.send(());
    timeout(LAST_WORDS, all(&mut sessions)).await.unwrap_or(Ok(()))
}

/// Waits until no connection is accepted any more and all sessions are at their end.
async fn all(sessions: &mut JoinSet<io::Result<()>>) -> Result<(), RunError> {
    match sessions.join_next().await {
        None => Ok(()),
        Some(Ok(result)) => result.map_err(RunError),
        // The words of a panic can quote mail.
        Some(Err(_)) => Err(RunError(io::Error::other("it panicked"))),
    }
}

/// The listening socket can not be used.
#[derive(Debug)]
pub struct RunError(io::Error);

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot accept connections on the milter socket: {}", self.0)
    }
}

impl std::error::Error for RunError {}
