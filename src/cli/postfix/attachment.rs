//! Whether every way into Postfix passes our milter, and reaches its socket.

use std::path::{Path, PathBuf};

use super::instance::{Instance, Service, words};
use crate::config::{Config, Listen};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Looks at every service that takes mail.
pub(super) fn review(instance: &Instance, config: &Config, found: &mut Diagnostics) {
    let Ok(ours) = Listen::parse(&config.milter.socket) else {
        // The config's own check says so.
        return;
    };
    review_smtp(instance, &ours, found);
    review_local(instance, &ours, found);
    review_bypass(instance, found);
}

fn review_smtp(instance: &Instance, ours: &Listen, found: &mut Diagnostics) {
    let queue = instance.queue();
    let mut said_of_main = false;
    for service in instance.smtpds() {
        let milters = instance.get_for(service, "smtpd_milters");
        let line = format!("smtpd_milters = {}", name_for(ours, &queue));
        match attachment(milters, ours, &queue, service.chrooted) {
            Attachment::Ours => {}
            Attachment::Unreachable(named) => {
                found.push(unreachable(instance, service, &named, ours))
            }
            Attachment::Missing => match service.option("smtpd_milters") {
                Some(_) => found.push(own_list(instance, service, &line)),
                None if said_of_main => {}
                None => {
                    said_of_main = true;
                    let message =
                        "smtpd_milters does not name phi-milter: mail by SMTP passes unread";
                    let fault = Diagnostic::error("M001", &instance.main_cf(), message);
                    found.push(fault.help(format!("set: {line}")));
                }
            },
        }
    }
}

/// A service with a list of its own, in which we are not.
fn own_list(instance: &Instance, service: &Service, line: &str) -> Diagnostic {
    let title = service.title();
    if service.is_loopback() {
        let message = format!(
            "{title} has its own smtpd_milters, without phi-milter: right where mail comes back that \
             passed it before, a way around it anywhere else"
        );
        return Diagnostic::warning("M002", &instance.master_cf(), message)
            .help("look who may connect there; where in doubt, remove -o smtpd_milters");
    }
    let message =
        format!("{title} has its own smtpd_milters, without phi-milter: its mail passes unread");
    Diagnostic::error("M002", &instance.master_cf(), message)
        .help(format!("remove -o smtpd_milters from {title}, or set there: {line}"))
}

fn unreachable(instance: &Instance, service: &Service, named: &str, ours: &Listen) -> Diagnostic {
    let chroot = if service.chrooted { "chrooted" } else { "not chrooted" };
    let message = format!(
        "{} names {named}, where nobody listens: phi-milter listens on {ours}, and {} is {chroot}",
        service.title(),
        service.program,
    );
    let right = match (ours, outside_of_queue(ours, &instance.queue())) {
        (Listen::Unix(_), true) if service.chrooted => format!(
            "a chrooted service reaches no socket outside {}: move [milter] socket there",
            instance.queue().display()
        ),
        _ => format!("set: smtpd_milters = {}", name_for(ours, &instance.queue())),
    };
    Diagnostic::error("M003", &instance.main_cf(), message).help(right)
}

fn review_local(instance: &Instance, ours: &Listen, found: &mut Diagnostics) {
    let cleanups = instance.services.iter().filter(|service| service.program == "cleanup");
    let Some(cleanup) = cleanups.into_iter().next() else { return };
    let queue = instance.queue();
    match attachment(instance.get_for(cleanup, "non_smtpd_milters"), ours, &queue, cleanup.chrooted)
    {
        Attachment::Ours => {}
        Attachment::Unreachable(named) => {
            found.push(unreachable(instance, cleanup, &named, ours));
        }
        Attachment::Missing => {
            let message = "non_smtpd_milters does not name phi-milter: what programs on this host send \
                           with sendmail(1) passes unread";
            found.push(
                Diagnostic::error("M004", &instance.main_cf(), message)
                    .help("set: non_smtpd_milters = $smtpd_milters"),
            );
        }
    }
}

/// `receive_override_options = no_milters`.
fn review_bypass(instance: &Instance, found: &mut Diagnostics) {
    let without = |options: &str| options.split([',', ' ']).any(|word| word.trim() == "no_milters");
    if without(instance.get("receive_override_options")) {
        let message = "receive_override_options holds no_milters: no mail passes any milter";
        found.push(
            Diagnostic::error("M005", &instance.main_cf(), message)
                .help("remove no_milters from receive_override_options"),
        );
    }
    for service in &instance.services {
        if !service.option("receive_override_options").is_some_and(without) {
            continue;
        }
        let title = service.title();
        if service.is_loopback() {
            let message = format!(
                "{title} passes mail on with no_milters: right where mail comes back that passed \
                 phi-milter before, a way around it anywhere else"
            );
            found.push(Diagnostic::warning("M005", &instance.master_cf(), message));
        } else {
            let message = format!("{title} has no_milters: its mail passes unread");
            found.push(
                Diagnostic::error("M005", &instance.master_cf(), message)
                    .help(format!("remove no_milters from {title}")),
            );
        }
    }
}

/// What a list of milters says of ours.
enum Attachment {
    Ours,
    /// It means us, by a name under which nobody listens.
    Unreachable(String),
    Missing,
}

fn attachment(list: &str, ours: &Listen, queue: &Path, chrooted: bool) -> Attachment {
    let mut unreachable = None;
    for milter in milters(list) {
        if is_ours(&milter, ours, queue, chrooted) {
            return Attachment::Ours;
        }
        if looks_like_ours(&milter, ours) {
            unreachable = Some(milter);
        }
    }
    unreachable.map_or(Attachment::Missing, Attachment::Unreachable)
}

/// The sockets of a list such as `inet:localhost:1, { unix:/a, connect_timeout = 9s }`.
pub(super) fn milters(list: &str) -> Vec<String> {
    entries(list).into_iter().filter_map(|entry| entry.into_iter().next()).collect()
}

/// The entries of a list: each a socket and the settings that stand with it.
pub(super) fn entries(list: &str) -> Vec<Vec<String>> {
    let mut entries = Vec::new();
    // In braces, commas part a socket from its settings; outside them, one milter from the next.
    for word in words(&list.replace('{', " {").replace('}', "} ")) {
        if word.contains('=') {
            let entry = word.split(',').map(|setting| setting.trim().to_owned());
            entries.push(entry.collect());
        } else {
            let sockets = word.split(',').map(str::trim).filter(|socket| !socket.is_empty());
            entries.extend(sockets.map(|socket| vec![socket.to_owned()]));
        }
    }
    entries
}

fn is_ours(milter: &str, ours: &Listen, queue: &Path, chrooted: bool) -> bool {
    match (milter.split_once(':'), ours) {
        (Some(("unix" | "local", path)), Listen::Unix(ours)) => {
            seen(path, queue, chrooted) == *ours
        }
        (Some(("inet", address)), Listen::Inet(ours)) => {
            let Some((host, port)) = address.rsplit_once(':') else { return false };
            port == ours.port().to_string()
                && (host.trim_matches(['[', ']']) == ours.ip().to_string()
                    || host == "localhost" && ours.ip().is_loopback()
                    || ours.ip().is_unspecified())
        }
        _ => false,
    }
}

/// Where a service finds the path of a socket. A relative one counts from the queue directory,
/// which is every service's working directory, in a chroot or not.
fn seen(path: &str, queue: &Path, chrooted: bool) -> PathBuf {
    match path.strip_prefix('/') {
        Some(inside) if chrooted => queue.join(inside),
        _ => queue.join(path),
    }
}

fn looks_like_ours(milter: &str, ours: &Listen) -> bool {
    let file = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    milter.contains("phi-milter")
        || match (milter.split_once(':'), ours) {
            (Some(("unix" | "local", path)), Listen::Unix(ours)) => {
                // Many milters call their socket milter.sock: the folder must agree too.
                let folder = |path: &Path| path.parent().and_then(file);
                file(Path::new(path)) == file(ours) && folder(Path::new(path)) == folder(ours)
            }
            _ => false,
        }
}

/// The name of our socket that is right for chrooted services and for others.
pub(super) fn name_for(ours: &Listen, queue: &Path) -> String {
    match ours {
        Listen::Unix(path) => match path.strip_prefix(queue) {
            Ok(inside) => format!("unix:{}", inside.display()),
            Err(_) => format!("unix:{}", path.display()),
        },
        Listen::Inet(address) => format!("inet:{}:{}", address.ip(), address.port()),
    }
}

fn outside_of_queue(ours: &Listen, queue: &Path) -> bool {
    matches!(ours, Listen::Unix(path) if !path.starts_with(queue))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::postfix::samples::{MASTER, codes, findings, main_with, site};

    const OURS: &str = "smtpd_milters = unix:phi-milter/milter.sock\n";

    #[test]
    fn the_documented_lines_leave_nothing_to_say() {
        assert_eq!(codes(&main_with(""), MASTER, &site()), [""; 0]);
    }

    #[test]
    fn a_socket_is_found_by_its_relative_name_in_a_chroot_and_outside() {
        for chroot in ["y", "n"] {
            let master = MASTER.replace("smtp inet n - y", &format!("smtp inet n - {chroot}"));
            assert_eq!(codes(&main_with(OURS), &master, &site()), [""; 0], "{chroot}");
        }
    }

    #[test]
    fn an_absolute_name_is_right_only_where_it_leads_to_the_socket() {
        let absolute = "smtpd_milters = unix:/var/spool/postfix/phi-milter/milter.sock\n\
                        non_smtpd_milters = unix:phi-milter/milter.sock\n";
        assert_eq!(codes(&main_with(absolute), MASTER, &site()), ["M003"]);
        let jailed = absolute.replace("/var/spool/postfix/phi-milter", "/phi-milter");
        assert_eq!(codes(&main_with(&jailed), MASTER, &site()), [""; 0]);
        let open = MASTER.replace("smtp inet n - y", "smtp inet n - n");
        assert_eq!(codes(&main_with(&jailed), &open, &site()), ["M003"]);
        assert_eq!(codes(&main_with(absolute), &open, &site()), [""; 0]);
    }

    #[test]
    fn a_socket_outside_the_jail_cannot_be_reached_from_it() {
        let mut config = site();
        config.milter.socket = "unix:/run/phi-milter/milter.sock".into();
        let main = main_with(
            "smtpd_milters = unix:/run/phi-milter/milter.sock\n\
             non_smtpd_milters = unix:/run/phi-milter/milter.sock\n",
        );
        let text = findings(&main, MASTER, &config).to_string();
        assert!(text.contains("move [milter] socket there"), "{text}");
    }

    #[test]
    fn mail_by_smtp_without_us_is_unread() {
        let main = main_with(
            "smtpd_milters = inet:localhost:11332\n\
                              non_smtpd_milters = unix:phi-milter/milter.sock\n",
        );
        let found = findings(&main, MASTER, &site());
        assert_eq!(found.0[0].code, "M001");
        let help = found.0[0].help.clone().unwrap();
        assert_eq!(help, "set: smtpd_milters = unix:phi-milter/milter.sock");
    }

    #[test]
    fn a_service_with_a_list_of_its_own_is_a_way_around() {
        let submission = "submission inet n - y - - smtpd -o smtpd_milters=\n";
        let found = findings(&main_with(""), &format!("{MASTER}{submission}"), &site());
        assert_eq!(found.0.iter().map(|d| d.code).collect::<Vec<_>>(), ["M002"]);
        assert!(found.has_errors() && found.0[0].message.contains("submission/inet"));
    }

    #[test]
    fn a_way_back_on_loopback_is_only_pointed_at() {
        let back = "127.0.0.1:10025 inet n - y - - smtpd -o smtpd_milters= \
                    -o receive_override_options=no_milters,no_address_mappings\n";
        let found = findings(&main_with(""), &format!("{MASTER}{back}"), &site());
        assert_eq!(found.0.iter().map(|d| d.code).collect::<Vec<_>>(), ["M002", "M005"]);
        assert!(!found.has_errors());
    }

    #[test]
    fn no_milters_on_a_service_that_others_reach_is_a_fault() {
        let open = "smtps inet n - y - - smtpd -o receive_override_options=no_milters\n";
        let found = findings(&main_with(""), &format!("{MASTER}{open}"), &site());
        assert_eq!(found.0.iter().map(|d| d.code).collect::<Vec<_>>(), ["M005"]);
        assert!(found.has_errors());
        let main = main_with("receive_override_options = no_header_body_checks, no_milters\n");
        assert_eq!(codes(&main, MASTER, &site()), ["M005"]);
    }

    #[test]
    fn sendmail_is_no_way_around() {
        assert_eq!(codes(&main_with("non_smtpd_milters =\n"), MASTER, &site()), ["M004"]);
    }

    #[test]
    fn a_tcp_socket_is_found_by_address_or_name() {
        let mut config = site();
        config.milter.socket = "inet:127.0.0.1:8891".into();
        for name in ["inet:127.0.0.1:8891", "inet:localhost:8891"] {
            let main = main_with(&format!("smtpd_milters = {name}\nnon_smtpd_milters = {name}\n"));
            assert_eq!(codes(&main, MASTER, &config), [""; 0], "{name}");
        }
        let main = main_with(
            "smtpd_milters = inet:localhost:8892\n\
                              non_smtpd_milters = inet:localhost:8891\n",
        );
        assert_eq!(codes(&main, MASTER, &config), ["M001"]);
    }

    #[test]
    fn a_list_is_parted_at_commas_and_blanks_but_not_in_braces() {
        let list = "inet:localhost:1, { unix:/a, connect_timeout = 9s } unix:/b,unix:/c";
        assert_eq!(milters(list), ["inet:localhost:1", "unix:/a", "unix:/b", "unix:/c"]);
        assert_eq!(entries(list)[1], ["unix:/a", "connect_timeout = 9s"]);
    }
}
