//! What we ask the MTA for at the start of a connection.

use std::ffi::CString;

use indymilter::{Actions, MacroStage, NegotiateContext, ProtoOpts};

use super::message::LeadingSpace;
use crate::audit;

/// What we may want to do to a message.
const ACTIONS: Actions =
    Actions::ADD_HEADER.union(Actions::CHANGE_HEADER).union(Actions::QUARANTINE);

/// Stages that tell us nothing that macros do not. (The client's address among them: what some
/// MTAs send of IPv6 clients ends the connection in our protocol library.)
const NOT_SENT: ProtoOpts = ProtoOpts::NO_CONNECT
    .union(ProtoOpts::NO_HELO)
    .union(ProtoOpts::NO_DATA)
    .union(ProtoOpts::NO_UNKNOWN);

/// Stages that we never answer with anything but "go on": the MTA need not wait.
const NOT_ANSWERED: ProtoOpts =
    ProtoOpts::NOREPLY_RCPT.union(ProtoOpts::NOREPLY_HEADER).union(ProtoOpts::NOREPLY_EOH);

/// The macros that we use, by the stage at which they are known. Asked for, so that nobody has to
/// edit the MTA's lists; a stage that is not named would keep the MTA's own list.
const MACROS: [(MacroStage, &str); 7] = [
    (MacroStage::Connect, "j"),
    (MacroStage::Helo, "j"),
    (MacroStage::Mail, "i {client_addr} {auth_authen} {tls_version} {daemon_name}"),
    (MacroStage::Rcpt, "i"),
    (MacroStage::Data, "i"),
    (MacroStage::Eoh, "i"),
    (MacroStage::Eom, "i"),
];

/// Asks for what we want of what is offered. Asking for more would end the connection.
pub(super) fn negotiate<T: Send>(
    context: &mut NegotiateContext<T>,
    actions: Actions,
    options: ProtoOpts,
) -> LeadingSpace {
    if !actions.contains(ACTIONS) {
        log::warn!(
            target: audit::OUTSIDE,
            "the MTA does not offer every action ({:?} missing): verdicts that need it are \
             answered 451",
            ACTIONS.difference(actions)
        );
    }
    context.requested_actions = ACTIONS.union(Actions::REQUEST_MACROS).intersection(actions);
    let wanted = NOT_SENT.union(NOT_ANSWERED).union(ProtoOpts::LEADING_SPACE);
    context.requested_opts = wanted.intersection(options);
    if actions.contains(Actions::REQUEST_MACROS) {
        let lists = MACROS
            .into_iter()
            .filter_map(|(stage, names)| Some((stage, CString::new(names).ok()?)));
        context.requested_macros.extend(lists);
    }
    if options.contains(ProtoOpts::LEADING_SPACE) {
        LeadingSpace::Kept
    } else {
        LeadingSpace::Removed
    }
}
