//! What a reload cannot change.

use super::Config;

/// The keys whose new value takes effect at the next start only: sockets that are open, processes
/// and budgets that are shared by messages in flight. Each is worth one warning.
#[must_use]
pub fn fixed_until_restart(old: &Config, new: &Config) -> Vec<&'static str> {
    let fixed = [
        ("milter.socket", old.milter.socket != new.milter.socket),
        ("milter.socket-mode", old.milter.socket_mode != new.milter.socket_mode),
        ("milter.socket-group", old.milter.socket_group != new.milter.socket_group),
        ("milter.max-connections", old.milter.max_connections != new.milter.max_connections),
        ("workers.count", old.workers.count != new.workers.count),
        ("workers.recycle-after", old.workers.recycle_after != new.workers.recycle_after),
        ("workers.sandbox", old.workers.sandbox != new.workers.sandbox),
        ("log.target", old.log.target != new.log.target),
        ("log.facility", old.log.facility != new.log.facility),
        ("log.tag", old.log.tag != new.log.tag),
        ("log.socket", old.log.socket != new.log.socket),
        ("limits.depth", old.limits.depth != new.limits.depth),
        ("limits.parts", old.limits.parts != new.limits.parts),
        ("limits.text", old.limits.text != new.limits.text),
        ("limits.unpacked", old.limits.unpacked != new.limits.unpacked),
        ("limits.pictures", old.limits.pictures != new.limits.pictures),
        ("limits.picture-time", old.limits.picture_time != new.limits.picture_time),
        ("limits.picture-memory", old.limits.picture_memory != new.limits.picture_memory),
        ("images.models", old.images.models != new.images.models),
        ("images.workers", old.images.workers != new.images.workers),
        ("limits.worker-time", old.limits.worker_time != new.limits.worker_time),
        ("limits.worker-memory", old.limits.worker_memory != new.limits.worker_memory),
    ];
    fixed.into_iter().filter(|(_, changed)| *changed).map(|(key, _)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Mode;
    use crate::limits::{Bytes, Span};

    #[test]
    fn a_changed_socket_waits_for_a_restart_and_a_changed_mode_does_not() {
        let old = Config::default();
        let mut new = Config { mode: Mode::Enforce, ..Config::default() };
        assert!(fixed_until_restart(&old, &new).is_empty());
        new.milter.socket = "unix:/run/other.sock".into();
        new.workers.count = 7;
        assert_eq!(fixed_until_restart(&old, &new), ["milter.socket", "workers.count"]);
    }

    #[test]
    fn what_a_session_takes_from_the_config_at_each_message_changes_on_reload() {
        let old = Config::default();
        let mut new = Config::default();
        new.limits.message = Bytes::mib(10);
        new.limits.in_flight = Bytes::mib(100);
        new.limits.time = Span::seconds(30);
        assert_eq!(fixed_until_restart(&old, &new), [""; 0]);
    }
}
