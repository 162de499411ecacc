//! What the protocol library calls: each callback one line into the session.

use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use indymilter::{Callbacks, Context, ContextActions, ProtoOpts, SetErrorReply, SmtpReply, Status};

use super::finish::{Panicked, finish, without_panic};
use super::judge::Judge;
use super::negotiate::negotiate;
use super::quiet::Quiet;
use super::session::{self, Refusal, Session, Shared};
use crate::action::{self, Action};

/// A session and the stages at which the MTA does not wait for an answer.
pub(super) struct Connection<J: Judge> {
    session: Session<J>,
    unanswered: ProtoOpts,
}

pub(super) fn callbacks<J: Judge>(shared: Arc<Shared<J>>) -> Callbacks<Connection<J>> {
    Callbacks::new()
        .on_negotiate(move |cx, actions, options| {
            let spaces = negotiate(cx, actions, options);
            let session = Session::new(Arc::clone(&shared), spaces);
            cx.data = Some(Connection { session, unanswered: cx.requested_opts });
            Box::pin(ready(Status::Continue))
        })
        .on_mail(|cx, args| {
            let status = answer(cx, ProtoOpts::NOREPLY_MAIL, |s, macros| s.mail(args, macros));
            Box::pin(ready(status))
        })
        .on_rcpt(|cx, args| {
            let status = answer(cx, ProtoOpts::NOREPLY_RCPT, |s, _| s.recipient(args));
            Box::pin(ready(status))
        })
        .on_header(|cx, name, value| {
            let status = answer(cx, ProtoOpts::NOREPLY_HEADER, |s, _| s.header(name, value));
            Box::pin(ready(status))
        })
        .on_eoh(|cx| {
            let status = answer(cx, ProtoOpts::NOREPLY_EOH, |s, _| s.end_of_header());
            Box::pin(ready(status))
        })
        .on_body(|cx, bytes| {
            let status = answer(cx, ProtoOpts::NOREPLY_BODY, |s, macros| s.body(&bytes, macros));
            Box::pin(ready(status))
        })
        .on_eom(|cx| {
            Box::pin(async move {
                // What `finish` does not catch itself ends here: a panic of what handles a panic, of
                // an action or of the log. Nobody knows then what of the verdict was done, so that
                // 451 is all that keeps the message from being lost or passed unread.
                let work = end_of_message(cx.data.as_mut(), &cx.macros, &cx.actions);
                let ended = without_panic(work).await.unwrap_or_else(|Panicked| {
                    let id = session::text(&cx.macros, c"i");
                    log::error!(
                        "{}: a panic while its verdict was carried out; answered 451",
                        id.as_deref().unwrap_or("NOQUEUE").escape_debug()
                    );
                    Err(Refusal::Failed)
                });
                match ended {
                    Ok(()) => Status::Continue,
                    Err(refusal) => refuse(&mut cx.reply, refusal),
                }
            })
        })
        .on_abort(|cx| Box::pin(ready(abandon(cx))))
        .on_close(|cx| Box::pin(ready(abandon(cx))))
}

async fn end_of_message<J: Judge>(
    connection: Option<&mut Connection<J>>,
    macros: &indymilter::Macros,
    mta: &impl ContextActions,
) -> Result<(), Refusal> {
    let session = &mut connection.ok_or(Refusal::Unexpected)?.session;
    let message = session.end(macros)?;
    finish(&session.shared, message, mta, session.spaces).await
}

fn abandon<J: Judge>(cx: &mut Context<Connection<J>>) -> Status {
    if let Some(connection) = &mut cx.data {
        connection.session.abandon();
    }
    Status::Continue
}

/// Lets the session take a command. Where the MTA does not wait for an answer, a refusal forgets
/// the message, and the end of the message is refused in its place.
fn answer<J: Judge>(
    cx: &mut Context<Connection<J>>,
    unanswered: ProtoOpts,
    take: impl FnOnce(&mut Session<J>, &indymilter::Macros) -> Result<(), Refusal>,
) -> Status {
    let Some(connection) = &mut cx.data else {
        return refuse(&mut cx.reply, Refusal::Unexpected);
    };
    let silent = connection.unanswered.contains(unanswered);
    let session = &mut connection.session;
    // Without this a panic would end the connection, and the MTA may be told to let such mail pass.
    let taken = catch_unwind(AssertUnwindSafe(|| take(session, &cx.macros)));
    match taken.unwrap_or(Err(Refusal::Unexpected)) {
        Ok(()) if silent => Status::Noreply,
        Ok(()) => Status::Continue,
        Err(refusal) => {
            session.abandon();
            if silent { Status::Noreply } else { refuse(&mut cx.reply, refusal) }
        }
    }
}

/// The one place where an answer is anything but "go on".
fn refuse(reply: &mut SmtpReply, refusal: Refusal) -> Status {
    // 451 needs no words of ours.
    catch_unwind(AssertUnwindSafe(|| put_in_words(reply, refusal))).unwrap_or(Status::Tempfail)
}

fn put_in_words(reply: &mut SmtpReply, refusal: Refusal) -> Status {
    static FULL: Quiet = Quiet::new();
    static LOST: Quiet = Quiet::new();
    let going_down = Action::Reply {
        code: "451",
        status: "4.3.2",
        text: "The service is restarting; try again later.".into(),
    };
    let full = Action::Reply {
        code: "451",
        status: "4.3.2",
        text: "There is no memory for a message of this size now; try again later.".into(),
    };
    let broken = Action::Reply {
        code: "451",
        status: "4.3.0",
        text: "The message could not be checked; try again later.".into(),
    };
    let answer = match refusal {
        Refusal::Answer(answer) => answer,
        Refusal::GoingDown => going_down,
        Refusal::InFlight => {
            if let Some(times) = FULL.count() {
                log::warn!("limits.in-flight is used up: {times} message(s) answered 451 at MAIL");
            }
            full
        }
        Refusal::Unexpected => {
            if let Some(times) = LOST.count() {
                log::error!("lost track of {times} message(s), answered 451");
            }
            broken
        }
        Refusal::Failed => broken,
    };
    let Action::Reply { code, status, text } = answer else { return Status::Tempfail };
    // Should the text not do after all, the MTA has words of its own.
    let _ = reply.set_error_reply(code, Some(status), action::lines(&text));
    if code.starts_with('5') { Status::Reject } else { Status::Tempfail }
}
