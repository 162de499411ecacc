//! Word to systemd of what the daemon is doing (sd_notify(3)); nothing when it did not start us.

use sd_notify::NotifyState;

/// Connections are accepted.
pub fn ready() {
    say(&[NotifyState::Ready]);
}

/// Config, rules and policy are read again; [`ready`] says when that is over.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => say(&[NotifyState::Reloading, now]),
        Err(error) => log::warn!("cannot tell systemd of the reload: {error}"),
    }
}

/// The daemon is going down.
pub fn stopping() {
    say(&[NotifyState::Stopping]);
}

fn say(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        log::warn!("cannot reach systemd's notification socket: {error}");
    }
}
