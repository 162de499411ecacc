//! The end of a message: judged while the MTA is kept informed, then done, then written down.

use std::ffi::CString;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::time::Duration;

use indymilter::{ActionError, ContextActions};
use tokio::select;
use tokio::time::{Instant, sleep_until};

use super::judge::{Ending, Judge, Judged};
use super::message::{LeadingSpace, Message};
use super::session::{Refusal, Shared};
use crate::action::{Action, Fault};
use crate::audit;

/// After this long the MTA is told for the first time that we are at work.
const FIRST_PROGRESS: Duration = Duration::from_secs(1);

/// And then again each time after this. Sendmail waits 10 s for a word unless told otherwise.
const PROGRESS: Duration = Duration::from_secs(5);

/// Judges the message and does what is to be done. An error is the answer to the client.
pub(super) async fn finish<J: Judge>(
    shared: &Shared<J>,
    mut message: Message<J::Snapshot>,
    mta: &impl ContextActions,
    spaces: LeadingSpace,
) -> Result<(), Refusal> {
    let judge = &*shared.judge;
    let sealed = message.seal();
    let (snapshot, received) = (&message.snapshot, &message.received);
    let judged = match sealed {
        Ok(sealed) => select! {
            biased;
            judged = without_panic(judge.judge(snapshot, received, sealed)) => {
                judged.unwrap_or_else(|Panicked| judge.own_fault(snapshot, received, Fault::Panic))
            }
            () = shared.gate.cut() => return Err(Refusal::GoingDown),
            () = keep_informed(mta) => {
                let id = received.queue_id.as_deref().unwrap_or("NOQUEUE");
                // A client can hang up as often as it likes.
                log::warn!(
                    target: audit::OUTSIDE,
                    "{}: the MTA went away before the verdict",
                    id.escape_debug()
                );
                return Err(Refusal::Failed);
            }
        },
        Err(fault) => judge.own_fault(snapshot, received, fault),
    };
    carry_out(judge, judged, mta, spaces).await
}

/// Does what was judged, then writes it down.
async fn carry_out<J: Judge>(
    judge: &J,
    judged: Judged<J::Record>,
    mta: &impl ContextActions,
    spaces: LeadingSpace,
) -> Result<(), Refusal> {
    let mut answer = Ok(());
    for action in judged.actions {
        if let Err(error) = perform(&action, mta, spaces).await {
            log::error!("the MTA did not take an action ({action:?}): {error}; answered 451");
            judge.record(judged.record, Ending::NotDone);
            return Err(Refusal::Failed);
        }
        if let Action::Reply { .. } = action {
            answer = Err(Refusal::Answer(action));
        }
    }
    judge.record(judged.record, Ending::Done);
    answer
}

/// Does one thing. A reply is not done here: it is the answer to the client.
async fn perform(
    action: &Action,
    mta: &impl ContextActions,
    spaces: LeadingSpace,
) -> Result<(), ActionError> {
    let written = |value: &[u8]| {
        let space: &[u8] = match spaces {
            LeadingSpace::Kept => b" ",
            LeadingSpace::Removed => b"",
        };
        string([space, value].concat())
    };
    let number = |index: u32| i32::try_from(index).map_err(|_| ActionError::InvalidParam);
    match action {
        Action::RemoveHeader { name, index } => {
            mta.change_header(*name, number(*index)?, None::<CString>).await
        }
        Action::AddHeader { name, value } => mta.add_header(*name, written(value)?).await,
        Action::ChangeHeader { name, index, value } => {
            mta.change_header(string(name.clone())?, number(*index)?, Some(written(value)?)).await
        }
        Action::Quarantine { reason } => mta.quarantine(reason.as_str()).await,
        Action::Reply { .. } => Ok(()),
    }
}

fn string(bytes: Vec<u8>) -> Result<CString, ActionError> {
    CString::new(bytes).map_err(|_| ActionError::InvalidParam)
}

/// Tells the MTA from time to time that we are at work. Ends when the MTA is gone.
async fn keep_informed(mta: &impl ContextActions) {
    let mut next = Instant::now() + FIRST_PROGRESS;
    loop {
        sleep_until(next).await;
        if mta.progress().await.is_err() {
            return;
        }
        next += PROGRESS;
    }
}

/// It ended in a panic.
pub(super) struct Panicked;

/// Does `work`, and lives on when it panics.
pub(super) async fn without_panic<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        // What the panic leaves behind is dropped with the future, and never looked at.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
            Ok(polled) => polled.map(Ok),
            Err(_) => std::task::Poll::Ready(Err(Panicked)),
        }
    })
    .await
}
