//! What is known of one connection and of the message on it.

use std::ffi::{CStr, CString};
use std::net::IpAddr;
use std::sync::Arc;

use super::drain::Gate;
use super::flight::BytesInFlight;
use super::judge::{Ending, Judge, Received};
use super::message::{LeadingSpace, Message};
use crate::action::{Action, Fault};
use crate::config::{Mode, OnFailure};

/// What all sessions share.
pub(super) struct Shared<J> {
    pub(super) judge: Arc<J>,
    pub(super) gate: Arc<Gate>,
    pub(super) bytes: BytesInFlight,
}

/// One connection of the MTA: many messages, one after the other.
pub(super) struct Session<J: Judge> {
    pub(super) shared: Arc<Shared<J>>,
    pub(super) spaces: LeadingSpace,
    message: Option<Message<J::Snapshot>>,
}

/// The MTA's macros, by name.
pub(super) trait Macros {
    fn get(&self, name: &CStr) -> Option<&CStr>;
}

impl Macros for indymilter::Macros {
    fn get(&self, name: &CStr) -> Option<&CStr> {
        self.get(name)
    }
}

/// Why a command is not answered as usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The daemon is going down.
    GoingDown,
    /// The message declares more than there is memory for now.
    InFlight,
    /// The command does not follow from the ones before it.
    Unexpected,
    /// Something failed, and the log says what.
    Failed,
    /// The answer that was decided on.
    Answer(Action),
}

impl<J: Judge> Session<J> {
    pub(super) const fn new(shared: Arc<Shared<J>>, spaces: LeadingSpace) -> Self {
        Self { shared, spaces, message: None }
    }

    /// Begins a message; what was left of the one before is forgotten.
    pub(super) fn mail(&mut self, args: Vec<CString>, macros: &impl Macros) -> Result<(), Refusal> {
        self.message = None;
        let mut args = args.into_iter();
        let sender = args.next().ok_or(Refusal::Unexpected)?;
        let in_flight = self.shared.gate.enter().ok_or(Refusal::GoingDown)?;
        let snapshot = self.shared.judge.snapshot();
        let config = J::config(&snapshot);
        let limits = config.limits;
        // More than this is not kept of any message.
        let declared = declared_size(args).min(limits.message.0);
        // Only where 451 is what the message would get at its end: in monitor mode nothing is
        // done, and `on-failure` can say to let such mail pass with a mark.
        let deferred = (config.mode, config.on_failure) == (Mode::Enforce, OnFailure::Defer);
        if deferred && !self.shared.bytes.has_room(declared, limits.in_flight.0) {
            return Err(Refusal::InFlight);
        }
        let received = Received {
            client: text(macros, c"{client_addr}").as_deref().and_then(address),
            login: text(macros, c"{auth_authen}"),
            tls: text(macros, c"{tls_version}"),
            daemon: text(macros, c"{daemon_name}"),
            sender: without_brackets(sender),
            ..Received::default()
        };
        let share = self.shared.bytes.share();
        self.message = Some(Message::new(snapshot, &limits, received, share, in_flight));
        Ok(())
    }

    pub(super) fn recipient(&mut self, args: Vec<CString>) -> Result<(), Refusal> {
        let recipient = args.into_iter().next().ok_or(Refusal::Unexpected)?;
        self.message()?.recipient(without_brackets(recipient));
        Ok(())
    }

    pub(super) fn header(&mut self, name: CString, value: CString) -> Result<(), Refusal> {
        let spaces = self.spaces;
        self.message()?.header(name.into_bytes(), value.into_bytes(), spaces);
        Ok(())
    }

    pub(super) fn end_of_header(&mut self) -> Result<(), Refusal> {
        self.message()?.end_of_header();
        Ok(())
    }

    pub(super) fn body(&mut self, bytes: &[u8], macros: &impl Macros) -> Result<(), Refusal> {
        let message = self.message()?;
        let before = message.fault();
        message.body(bytes);
        match message.fault() {
            Some(fault) if before.is_none() => self.answer_early(fault, macros),
            _ => Ok(()),
        }
    }

    /// Spares the MTA the rest of a message that cannot be judged, when the answer is clear now.
    fn answer_early(&mut self, fault: Fault, macros: &impl Macros) -> Result<(), Refusal> {
        let mut message = self.end(macros)?;
        let judge = Arc::clone(&self.shared.judge);
        let mut judged = judge.own_fault(&message.snapshot, &message.received, fault);
        if judged.actions.len() == 1
            && let Some(answer @ Action::Reply { .. }) = judged.actions.pop()
        {
            judge.record(judged.record, Ending::Done);
            return Err(Refusal::Answer(answer));
        }
        message.received.queue_id = None;
        self.message = Some(message);
        Ok(())
    }

    /// Ends the message and hands it over.
    pub(super) fn end(&mut self, macros: &impl Macros) -> Result<Message<J::Snapshot>, Refusal> {
        let mut message = self.message.take().ok_or(Refusal::Unexpected)?;
        message.received.queue_id = text(macros, c"i");
        Ok(message)
    }

    /// Forgets the message, if there is one.
    pub(super) fn abandon(&mut self) {
        self.message = None;
    }

    fn message(&mut self) -> Result<&mut Message<J::Snapshot>, Refusal> {
        self.message.as_mut().ok_or(Refusal::Unexpected)
    }
}

/// A macro's value; bytes that are not UTF-8 are replaced.
pub(super) fn text(macros: &impl Macros, name: &CStr) -> Option<String> {
    let value = macros.get(name)?.to_bytes();
    (!value.is_empty()).then(|| String::from_utf8_lossy(value).into_owned())
}

/// Sendmail puts `IPv6:` before such addresses.
fn address(written: &str) -> Option<IpAddr> {
    let written = match written.split_at_checked(5) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("IPv6:") => rest,
        _ => written,
    };
    Some(written.parse::<IpAddr>().ok()?.to_canonical())
}

/// `<a@b>` from SMTP and `a@b` from local submission are the same address.
fn without_brackets(address: CString) -> Vec<u8> {
    let mut address = address.into_bytes();
    if address.first() == Some(&b'<') && address.last() == Some(&b'>') {
        address.pop();
        address.remove(0);
    }
    address
}

/// The SIZE parameter of MAIL, RFC 1870; 0 when there is none.
fn declared_size(parameters: impl Iterator<Item = CString>) -> u64 {
    parameters
        .filter_map(|parameter| {
            let (name, value) = parameter.to_str().ok()?.split_once('=')?;
            name.eq_ignore_ascii_case("SIZE").then(|| value.parse().ok())?
        })
        .next()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action;
    use crate::config::Config;
    use crate::limits::{Bytes, Limits};
    use crate::milter::judge::Judged;
    use crate::worker::Sealed;
    use std::collections::HashMap;
    use std::sync::Mutex;
    use std::time::Duration;

    /// Judges nothing; holds a config that can be exchanged.
    struct Idle(Mutex<Arc<Config>>);

    impl Judge for Idle {
        type Snapshot = Config;
        type Record = ();
        fn snapshot(&self) -> Arc<Config> {
            Arc::clone(&self.0.lock().unwrap())
        }
        fn config(snapshot: &Config) -> &Config {
            snapshot
        }
        async fn judge(&self, _: &Arc<Config>, _: &Received, _: Sealed) -> Judged<()> {
            Judged { actions: Vec::new(), record: () }
        }
        fn own_fault(&self, config: &Arc<Config>, _: &Received, fault: Fault) -> Judged<()> {
            Judged { actions: action::own_fault(config.on_failure, fault, "a1", &[]), record: () }
        }
        fn record(&self, (): (), _: Ending) {}
    }

    #[derive(Default)]
    struct Given(HashMap<&'static CStr, CString>);

    impl Macros for Given {
        fn get(&self, name: &CStr) -> Option<&CStr> {
            self.0.get(name).map(CString::as_c_str)
        }
    }

    fn given(entries: &[(&'static CStr, &CStr)]) -> Given {
        Given(entries.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
    }

    fn session(limits: Limits) -> Session<Idle> {
        let config = Config { limits, mode: Mode::Enforce, ..Config::default() };
        let shared = Shared {
            judge: Arc::new(Idle(Mutex::new(Arc::new(config)))),
            gate: Arc::new(Gate::new()),
            bytes: BytesInFlight::default(),
        };
        Session::new(Arc::new(shared), LeadingSpace::Kept)
    }

    fn args(args: &[&CStr]) -> Vec<CString> {
        args.iter().map(|arg| (*arg).to_owned()).collect()
    }

    #[test]
    fn the_envelope_is_kept_as_bytes_without_brackets() {
        let mut session = session(Limits::default());
        let macros = given(&[
            (c"{client_addr}", c"IPv6:2001:db8::1"),
            (c"{auth_authen}", c"alice"),
            (c"{tls_version}", c"TLSv1.3"),
            (c"i", c"4F00B5"),
        ]);
        session.mail(args(&[c"<j\xfcrgen@a.example>", c"SMTPUTF8"]), &macros).unwrap();
        session.recipient(args(&[c"<b@b.example>"])).unwrap();
        session.recipient(args(&[c"local@c.example"])).unwrap();
        let received = session.end(&macros).map(|message| message.received).ok().unwrap();
        assert_eq!(received.sender, b"j\xfcrgen@a.example");
        assert_eq!(received.recipients, [&b"b@b.example"[..], b"local@c.example"]);
        assert_eq!(received.client, "2001:db8::1".parse().ok());
        assert_eq!(received.login.as_deref(), Some("alice"));
        assert_eq!(received.queue_id.as_deref(), Some("4F00B5"));
    }

    #[test]
    fn a_client_that_comes_as_a_mapped_address_is_the_ipv4_client() {
        for written in ["192.0.2.1", "::ffff:192.0.2.1", "IPv6:::FFFF:192.0.2.1"] {
            assert_eq!(address(written), "192.0.2.1".parse().ok(), "{written}");
        }
        assert_eq!(address("unknown"), None);
        assert_eq!(address("\u{e9}\u{e9}\u{e9}"), None);
    }

    #[test]
    fn each_message_has_a_state_of_its_own() {
        let mut session = session(Limits::default());
        session.mail(args(&[c"<a@a.example>"]), &given(&[(c"{auth_authen}", c"alice")])).unwrap();
        session.recipient(args(&[c"<b@b.example>"])).unwrap();
        session.header(c"Subject".into(), c" first".into()).unwrap();
        session.abandon();
        session.abandon();
        assert_eq!(session.body(b"late", &Given::default()), Err(Refusal::Unexpected));
        session.mail(args(&[c"<>"]), &Given::default()).unwrap();
        let message = session.end(&Given::default()).ok().unwrap();
        assert!(message.received.sender.is_empty() && message.received.recipients.is_empty());
        assert!(message.received.header.is_empty() && message.received.login.is_none());
    }

    #[test]
    fn commands_without_a_message_are_unexpected() {
        let mut session = session(Limits::default());
        assert_eq!(session.mail(Vec::new(), &Given::default()), Err(Refusal::Unexpected));
        assert_eq!(session.recipient(args(&[c"<a@b>"])), Err(Refusal::Unexpected));
        assert_eq!(session.header(c"A".into(), c"b".into()), Err(Refusal::Unexpected));
        assert_eq!(session.end_of_header(), Err(Refusal::Unexpected));
        assert!(session.end(&Given::default()).is_err());
    }

    #[test]
    fn a_declared_size_for_which_there_is_no_room_is_refused_early() {
        let limits = Limits { message: Bytes(800), in_flight: Bytes(1000), ..Limits::default() };
        let mut one = session(limits);
        let mut two = Session::new(Arc::clone(&one.shared), LeadingSpace::Kept);
        let declared = |size| args(&[c"<a@b>", c"BODY=8BITMIME", size]);
        // What is declared beyond the message limit is not kept anyway.
        assert_eq!(one.mail(declared(c"SIZE=99999"), &Given::default()), Ok(()));
        one.body(&[0; 300], &Given::default()).unwrap();
        assert_eq!(two.mail(declared(c"size=900"), &Given::default()), Err(Refusal::InFlight));
        assert_eq!(two.recipient(args(&[c"<a@b>"])), Err(Refusal::Unexpected));
        assert_eq!(two.mail(declared(c"SIZE=600"), &Given::default()), Ok(()));
    }

    #[test]
    fn no_message_is_refused_early_that_would_not_be_deferred_at_its_end() {
        for (mode, on_failure) in [
            (Mode::Monitor, OnFailure::Defer),
            (Mode::Enforce, OnFailure::Tag),
            (Mode::Enforce, OnFailure::Quarantine),
        ] {
            let limits = Limits { in_flight: Bytes(100), ..Limits::default() };
            let mut session = session(limits);
            *session.shared.judge.0.lock().unwrap() =
                Arc::new(Config { limits, mode, on_failure, ..Config::default() });
            let declared = args(&[c"<a@b>", c"SIZE=900"]);
            assert_eq!(session.mail(declared, &Given::default()), Ok(()), "{on_failure:?}");
        }
    }

    #[test]
    fn a_message_that_passes_the_limit_is_answered_at_once_when_the_answer_is_a_reply() {
        let limits = Limits { in_flight: Bytes(100), ..Limits::default() };
        for (on_failure, answered) in [(OnFailure::Defer, true), (OnFailure::Tag, false)] {
            let mut session = session(limits);
            *session.shared.judge.0.lock().unwrap() =
                Arc::new(Config { limits, on_failure, ..Config::default() });
            let none = Given::default();
            session.mail(args(&[c"<a@b>"]), &none).unwrap();
            assert_eq!(session.body(&[0; 90], &none), Ok(()));
            let refused = matches!(
                session.body(&[0; 90], &none),
                Err(Refusal::Answer(Action::Reply { code: "451", status: "4.3.2", .. }))
            );
            assert_eq!(refused, answered);
            assert_eq!(session.end(&none).is_err(), answered);
            assert!(session.shared.bytes.has_room(100, 100));
        }
    }

    #[test]
    fn a_reload_is_taken_at_the_next_message() {
        let mut session = session(Limits::default());
        session.mail(args(&[c"<a@b>"]), &Given::default()).unwrap();
        let smaller = Limits { message: Bytes(1), ..Limits::default() };
        *session.shared.judge.0.lock().unwrap() =
            Arc::new(Config { limits: smaller, ..Config::default() });
        let first = session.end(&Given::default()).ok().unwrap();
        assert_eq!(first.snapshot.limits, Limits::default());
        session.mail(args(&[c"<a@b>"]), &Given::default()).unwrap();
        assert_eq!(session.end(&Given::default()).ok().unwrap().snapshot.limits, smaller);
    }

    #[test]
    fn a_reload_says_how_much_all_messages_may_hold_from_then_on() {
        let small = Limits { in_flight: Bytes(100), ..Limits::default() };
        let mut session = session(small);
        let larger = Limits { in_flight: Bytes(1000), ..Limits::default() };
        *session.shared.judge.0.lock().unwrap() =
            Arc::new(Config { limits: larger, ..Config::default() });
        session.mail(args(&[c"<a@b>"]), &Given::default()).unwrap();
        session.body(&[0; 500], &Given::default()).unwrap();
        assert!(session.end(&Given::default()).ok().unwrap().fault().is_none());
    }

    #[tokio::test]
    async fn a_daemon_that_goes_down_takes_no_new_message() {
        let mut session = session(Limits::default());
        session.shared.gate.drain(Duration::ZERO).await;
        assert_eq!(session.mail(args(&[c"<a@b>"]), &Given::default()), Err(Refusal::GoingDown));
    }
}
