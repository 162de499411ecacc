//! Whether what phi-milter orders to be encrypted takes a transport that speaks TLS or not at all.

use std::path::Path;

use super::Role;
use super::instance::{Instance, Service};
use super::table::{Table, filter};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// The route to set, as packaging/postfix.md has it.
const ROUTE: &str =
    "/^X-PHI-Detected:.*verdict=(encrypt|quarantine)/ FILTER smtp-encrypt:[NEXT.HOP]:25";

/// Levels of smtp_tls_security_level (postconf(5)) under which no mail leaves in plaintext.
const MANDATORY: &[&str] = &["encrypt", "dane-only", "fingerprint", "verify", "secure"];

/// What header checks do with what a milter writes, and with what came with the message.
pub(super) struct Route {
    written: Checks,
    received: Checks,
    unread: Vec<String>,
}

/// Where the fields that matter are sent.
struct Checks {
    encrypt: Option<Filter>,
    quarantine: Option<Filter>,
    subject: Option<Filter>,
}

#[derive(Clone, PartialEq, Eq)]
struct Filter {
    transport: String,
    next_hop: String,
}

impl Route {
    /// Sends our fields through the instance's tables.
    pub(super) fn of(
        instance: &Instance,
        config: &Config,
        file: &dyn Fn(&Path) -> Option<String>,
    ) -> Self {
        let read = |setting: &str| Table::read(setting, file);
        let cleanup = instance.services.iter().find(|service| service.program == "cleanup");
        let setting = |name| match cleanup {
            Some(service) => instance.get_for(service, name),
            None => instance.get(name),
        };
        let written = read(setting("milter_header_checks"));
        let received = read(setting("header_checks"));
        Self {
            unread: written.unread.clone(),
            written: Checks::of(&written, config),
            received: Checks::of(&received, config),
        }
    }

    /// Whether plain header checks act on our header, whoever wrote it.
    pub(super) fn believes_the_message(&self) -> bool {
        self.received.encrypt.is_some() || self.received.quarantine.is_some()
    }

    /// Whether any message is sent another way than its recipients ask.
    pub(super) fn is_taken(&self) -> bool {
        self.written.all().next().is_some()
    }

    /// Says what is missing from the route.
    pub(super) fn review(&self, instance: &Instance, role: Role, found: &mut Diagnostics) {
        let path = instance.main_cf();
        for table in &self.unread {
            let message = format!("milter_header_checks names {table}, which can't be looked into");
            found.push(
                Diagnostic::warning("M011", &path, message)
                    .help("only regexp and pcre tables without if and endif are understood here"),
            );
        }
        let checks = match role {
            Role::Scans => {
                self.review_presence(instance, found);
                &self.written
            }
            Role::Relays => &self.received,
        };
        if checks.any_encrypts() && checks.quarantine.is_none() {
            let message = "the route does not name verdict=quarantine: a held message that is released \
                           leaves unencrypted";
            found.push(Diagnostic::warning("M014", &path, message).help(format!("set: {ROUTE}")));
        }
        let mut seen: Vec<&Filter> = Vec::new();
        for filter in checks.all() {
            if !seen.contains(&filter) {
                filter.review(instance, found);
                seen.push(filter);
            }
        }
    }

    fn review_presence(&self, instance: &Instance, found: &mut Diagnostics) {
        let path = instance.main_cf();
        if self.believes_the_message() {
            let message = "header_checks routes on X-PHI-Detected: it sees that field only where a client \
                           wrote it, never where phi-milter did";
            found.push(
                Diagnostic::error("M013", &path, message)
                    .help("name the table in milter_header_checks, not in header_checks"),
            );
        }
        if self.written.any_encrypts() || !self.unread.is_empty() {
            return;
        }
        let message = "no milter_header_checks routes what phi-milter orders to be encrypted";
        let help = format!(
            "set: milter_header_checks = regexp:/etc/postfix/phi-milter-route, with the line: {ROUTE}"
        );
        found.push(if instance.get("relayhost").is_empty() {
            Diagnostic::error("M012", &path, format!("{message}: it leaves like all other mail"))
                .help(help)
        } else {
            let relay = instance.get("relayhost");
            Diagnostic::warning("M012", &path, format!("{message}: right if {relay} does"))
                .help(format!("check that host's settings too, or {help}"))
        });
    }
}

impl Checks {
    fn of(table: &Table, config: &Config) -> Self {
        let sent = |field: &str| {
            let (transport, next_hop) = table.action(field).and_then(filter)?;
            Some(Filter { transport: transport.into(), next_hop: next_hop.into() })
        };
        let ours = |verdict: &str| {
            sent(&format!(
                "X-PHI-Detected: yes; verdict={verdict}; policy=phi-outside; severity=high; \
                 incident=7QK2M9XWTR4D"
            ))
        };
        Self {
            encrypt: ours("encrypt"),
            quarantine: ours("quarantine"),
            subject: sent(&format!("Subject: {}Results", config.subject.prefix)),
        }
    }

    fn any_encrypts(&self) -> bool {
        self.encrypt.is_some() || self.subject.is_some()
    }

    fn all(&self) -> impl Iterator<Item = &Filter> {
        [&self.encrypt, &self.quarantine, &self.subject].into_iter().flatten()
    }
}

impl Filter {
    fn review(&self, instance: &Instance, found: &mut Diagnostics) {
        let name = &self.transport;
        if self.next_hop.is_empty() && !instance.get("relayhost").is_empty() {
            let message = format!(
                "FILTER {name}: names no next hop: mail goes to the recipient's own servers, past \
                 relayhost = {}",
                instance.get("relayhost")
            );
            found.push(
                Diagnostic::warning("M018", &instance.main_cf(), message)
                    .help(format!("set: FILTER {name}:{}", instance.get("relayhost"))),
            );
        }
        let Some(service) = instance.transport(name) else {
            let message =
                format!("FILTER names {name}, which master.cf does not have: mail is deferred");
            found.push(Diagnostic::error("M015", &instance.master_cf(), message).help(format!(
                "set: {name} unix - - y - - smtp -o smtp_tls_security_level=encrypt -o \
                     smtp_tls_policy_maps="
            )));
            return;
        };
        // Another program than smtp(8), such as a gateway's own, is that program's affair.
        if service.program == "smtp" {
            review_tls(instance, service, found);
        }
    }
}

fn review_tls(instance: &Instance, service: &Service, found: &mut Diagnostics) {
    let (path, name) = (instance.master_cf(), &service.name);
    let level = instance.get_for(service, "smtp_tls_security_level");
    if !MANDATORY.contains(&level) {
        let written = if level.is_empty() { "unset" } else { level };
        let message = format!(
            "{name} has smtp_tls_security_level {written}: without TLS at the next hop, mail leaves in \
             plaintext"
        );
        found.push(
            Diagnostic::error("M016", &path, message)
                .help(format!("set for {name}: -o smtp_tls_security_level=encrypt")),
        );
    }
    let help = format!("set for {name}: -o smtp_tls_policy_maps=");
    match (service.option("smtp_tls_policy_maps"), instance.get("smtp_tls_policy_maps")) {
        (Some(""), _) => {}
        (Some(own), _) => {
            let message = format!(
                "{name} has a policy map of its own, {own}: an entry below encrypt sends mail in plaintext"
            );
            found.push(Diagnostic::warning("M017", &path, message).help("look through that map"));
        }
        (None, "") => {
            let message = format!(
                "{name} takes smtp_tls_policy_maps from main.cf: it is empty now, but an entry `none` \
                 there would send mail in plaintext"
            );
            found.push(Diagnostic::warning("M017", &path, message).help(help));
        }
        (None, maps) => {
            let message = format!(
                "{name} takes smtp_tls_policy_maps = {maps} from main.cf: an entry `none` or `may` there \
                 sends mail in plaintext"
            );
            found.push(Diagnostic::error("M017", &path, message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::postfix::samples::{
        MASTER, ROUTES, codes, codes_with, findings_with, main_with, site,
    };

    #[test]
    fn mail_with_no_route_leaves_like_all_other_mail() {
        let found = findings_with(&main_with("milter_header_checks =\n"), MASTER, &site(), "");
        assert!(found.0.len() == 1 && found.0[0].code == "M012" && found.has_errors(), "{found}");
    }

    #[test]
    fn a_fresh_postfix_is_told_of_the_milter_and_of_the_route() {
        let main = "mydestination = mail.example\nrelayhost =\nbounce_size_limit = 1\n\
                    smtpd_tls_security_level = may\n";
        assert_eq!(codes(main, MASTER, &site()), ["M001", "M004", "M012"]);
    }

    #[test]
    fn a_host_behind_us_may_have_the_route() {
        let main = main_with("milter_header_checks =\nrelayhost = [127.0.0.1]:10026\n");
        let found = findings_with(&main, MASTER, &site(), "");
        assert!(found.0.len() == 1 && found.0[0].code == "M012" && !found.has_errors(), "{found}");
    }

    #[test]
    fn a_route_on_the_subject_alone_sends_released_mail_in_plaintext() {
        let route = "/^Subject:[[:space:]]*\\[SECURE\\]/ FILTER smtp-encrypt:[192.0.2.1]:25\n";
        assert_eq!(codes_with(&main_with(""), MASTER, &site(), route), ["M014"]);
        let route = "/^X-PHI-Detected:.*verdict=encrypt/ FILTER smtp-encrypt:[192.0.2.1]:25\n";
        assert_eq!(codes_with(&main_with(""), MASTER, &site(), route), ["M014"]);
    }

    #[test]
    fn a_route_on_another_prefix_than_ours_is_none() {
        let mut config = site();
        config.subject.prefix = "[encrypt] ".into();
        let route = "/^Subject:[[:space:]]*\\[SECURE\\]/ FILTER smtp-encrypt:[192.0.2.1]:25\n";
        assert_eq!(codes_with(&main_with(""), MASTER, &config, route), ["M012"]);
    }

    #[test]
    fn plain_header_checks_believe_the_client_and_never_see_us() {
        let main = main_with("milter_header_checks =\nheader_checks = regexp:/etc/postfix/route\n");
        assert_eq!(codes(&main, MASTER, &site()), ["M013", "M012"]);
    }

    #[test]
    fn a_table_that_cannot_be_opened_is_said_and_nothing_is_guessed() {
        let main = main_with("milter_header_checks = ldap:/etc/postfix/x\n");
        assert_eq!(codes(&main, MASTER, &site()), ["M011"]);
    }

    #[test]
    fn the_transport_must_exist_insist_on_tls_and_take_no_exceptions() {
        let without = |gone: &str| MASTER.replace(gone, "");
        let lines: Vec<&str> = MASTER.lines().filter(|l| !l.starts_with("smtp-encrypt")).collect();
        assert_eq!(codes(&main_with(""), &lines.join("\n"), &site()), ["M015"]);
        let weak = without(" -o smtp_tls_security_level=encrypt");
        assert_eq!(codes(&main_with(""), &weak, &site()), ["M016"]);
        for level in ["none", "may", "dane"] {
            let weak = MASTER.replace("level=encrypt", &format!("level={level}"));
            assert_eq!(codes(&main_with(""), &weak, &site()), ["M016"], "{level}");
        }
        let strong = MASTER.replace("level=encrypt", "level=secure");
        assert_eq!(codes(&main_with(""), &strong, &site()), [""; 0]);
        let open = without(" -o smtp_tls_policy_maps=");
        let found = findings_with(&main_with(""), &open, &site(), ROUTES);
        assert!(found.0[0].code == "M017" && !found.has_errors(), "{found}");
        let main = main_with("smtp_tls_policy_maps = hash:/etc/postfix/tls\n");
        let found = findings_with(&main, &open, &site(), ROUTES);
        assert!(found.0[0].code == "M017" && found.has_errors(), "{found}");
        assert_eq!(codes(&main, MASTER, &site()), [""; 0]);
    }

    #[test]
    fn an_empty_next_hop_goes_past_the_relay_host() {
        let route = ROUTES.replace("[192.0.2.1]:25", "");
        assert_eq!(codes_with(&main_with(""), MASTER, &site(), &route), [""; 0]);
        let main = main_with("relayhost = [192.0.2.9]\n");
        assert_eq!(codes_with(&main, MASTER, &site(), &route), ["M018"]);
    }
}
