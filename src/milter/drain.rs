//! Going down without losing a message: which messages are in flight, and when the time for them
//! is up.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// How far the daemon is on its way down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// It is not going down.
    Open,
    /// No new connection, no new message; those in flight go on.
    Draining,
    /// Time is up: what is still being judged is answered at once.
    Cut,
}

/// Counts messages in flight and says when to stop. Shared by all sessions.
#[derive(Debug)]
pub(super) struct Gate {
    phase: watch::Sender<Phase>,
    messages: watch::Sender<usize>,
}

/// A message in flight, for as long as this lives.
#[derive(Debug)]
pub(super) struct InFlight(Arc<Gate>);

impl Gate {
    pub(super) fn new() -> Self {
        Self { phase: watch::Sender::new(Phase::Open), messages: watch::Sender::new(0) }
    }

    /// Counts one more message; none when the daemon is going down.
    pub(super) fn enter(self: &Arc<Self>) -> Option<InFlight> {
        // Counted before the phase is read: a drain that begins meanwhile either sees the message
        // or is seen by it.
        self.messages.send_modify(|count| *count += 1);
        let entered = InFlight(Arc::clone(self));
        (*self.phase.borrow() == Phase::Open).then_some(entered)
    }

    /// Ready as soon as the daemon is going down.
    pub(super) fn draining(&self) -> impl Future<Output = ()> + Send + 'static {
        self.reached(Phase::Draining)
    }

    /// Ready when what is still being judged is to be answered at once.
    pub(super) fn cut(&self) -> impl Future<Output = ()> + Send + 'static {
        self.reached(Phase::Cut)
    }

    fn reached(&self, phase: Phase) -> impl Future<Output = ()> + Send + 'static {
        let mut phases = self.phase.subscribe();
        async move {
            // An error means that the gate is gone, and with it everything to wait for.
            let _ = phases.wait_for(|now| *now >= phase).await;
        }
    }

    /// Lets messages in flight finish for at most `patience`, then cuts the rest short. Gives the
    /// number of those.
    pub(super) async fn drain(&self, patience: Duration) -> usize {
        self.phase.send_replace(Phase::Draining);
        let mut messages = self.messages.subscribe();
        let _ = timeout(patience, messages.wait_for(|count| *count == 0)).await;
        self.phase.send_replace(Phase::Cut);
        *self.messages.borrow()
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.messages.send_modify(|count| *count = count.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, sleep};

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_drain_waits_for_messages_in_flight_and_takes_no_new_one() {
        let gate = Arc::new(Gate::new());
        let message = gate.enter();
        let start = Instant::now();
        let (left, ()) = tokio::join!(gate.drain(PATIENCE), async {
            sleep(Duration::from_secs(5)).await;
            assert!(gate.enter().is_none());
            drop(message);
        });
        assert_eq!((left, start.elapsed().as_secs()), (0, 5));
    }

    #[tokio::test(start_paused = true)]
    async fn a_drain_ends_when_patience_does() {
        let gate = Arc::new(Gate::new());
        let _message = gate.enter();
        let start = Instant::now();
        let (left, ()) = tokio::join!(gate.drain(PATIENCE), gate.cut());
        assert_eq!((left, start.elapsed()), (1, PATIENCE));
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_daemon_goes_down_at_once() {
        let gate = Gate::new();
        let start = Instant::now();
        let (left, ()) = tokio::join!(gate.drain(PATIENCE), gate.draining());
        assert_eq!((left, start.elapsed().as_millis()), (0, 0));
    }
}
