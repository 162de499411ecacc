//! How Postfix treats milters: what it does without an answer, how long it waits, in which order
//! it asks.

use std::time::Duration;

use super::attachment::{entries, milters};
use super::instance::Instance;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Looks at the settings that hold for all milters, and at those of single services.
pub(super) fn review(instance: &Instance, config: &Config, found: &mut Diagnostics) {
    review_default_action(instance, found);
    review_protocol(instance, found);
    review_timeouts(instance, config, found);
    review_size(instance, config, found);
    review_delimiters(instance, config, found);
    review_order(instance, found);
}

fn review_default_action(instance: &Instance, found: &mut Diagnostics) {
    let path = instance.main_cf();
    let mut say = |action: &str, place: &str| match action {
        "accept" => found.push(
            Diagnostic::error(
                "M006",
                &path,
                format!(
                    "milter_default_action = accept{place}: while phi-milter is away, all mail \
                         passes unread"
                ),
            )
            .help("set: milter_default_action = tempfail"),
        ),
        "reject" => found.push(
            Diagnostic::warning(
                "M006",
                &path,
                format!(
                    "milter_default_action = reject{place}: while phi-milter is away, mail is \
                         returned to its senders"
                ),
            )
            .help("set: milter_default_action = tempfail"),
        ),
        _ => {}
    };
    say(instance.get("milter_default_action"), "");
    for list in ["smtpd_milters", "non_smtpd_milters"] {
        for entry in entries(instance.get(list)) {
            for setting in entry.iter().skip(1) {
                if let Some(("default_action", action)) =
                    setting.split_once('=').map(|(name, value)| (name.trim(), value.trim()))
                {
                    say(action, &format!(" in {list}"));
                }
            }
        }
    }
    for service in &instance.services {
        if let Some(action) = service.option("milter_default_action") {
            say(action, &format!(" for {}", service.title()));
        }
    }
}

fn review_protocol(instance: &Instance, found: &mut Diagnostics) {
    let protocol = instance.get("milter_protocol");
    if protocol.parse::<u32>().is_ok_and(|version| version < 6) {
        let message =
            format!("milter_protocol = {protocol}: header fields would lose their spaces");
        found.push(
            Diagnostic::error("M007", &instance.main_cf(), message)
                .help("set: milter_protocol = 6"),
        );
    }
}

fn review_timeouts(instance: &Instance, config: &Config, found: &mut Diagnostics) {
    let wait = config.limits.time.0;
    if time(instance.get("milter_content_timeout")).is_some_and(|timeout| timeout < wait) {
        let message = format!(
            "milter_content_timeout = {} is shorter than a message may take ([limits] time, {} s): \
             Postfix gives up on messages that are being read",
            instance.get("milter_content_timeout"),
            wait.as_secs(),
        );
        found.push(
            Diagnostic::error("M008", &instance.main_cf(), message)
                .help("set: milter_content_timeout = 300s"),
        );
    }
    // While the daemon starts again, connections wait in the socket's queue.
    const RESTART: Duration = Duration::from_secs(10);
    for name in ["milter_connect_timeout", "milter_command_timeout"] {
        if time(instance.get(name)).is_some_and(|timeout| timeout < RESTART) {
            let message = format!(
                "{name} = {} is shorter than a restart of phi-milter may take: mail is deferred",
                instance.get(name)
            );
            found.push(
                Diagnostic::warning("M008", &instance.main_cf(), message)
                    .help(format!("set: {name} = 30s")),
            );
        }
    }
}

fn review_size(instance: &Instance, config: &Config, found: &mut Diagnostics) {
    let ours = config.limits.message.0;
    let Ok(theirs) = instance.get("message_size_limit").parse::<u64>() else { return };
    if theirs == 0 || theirs > ours {
        let written = if theirs == 0 { "0 (no limit)".to_owned() } else { theirs.to_string() };
        let message = format!(
            "message_size_limit = {written} is above [limits] message, {ours} bytes: what is larger is \
             not read whole, but judged as unread: too-large"
        );
        found.push(
            Diagnostic::warning("M009", &instance.main_cf(), message)
                .help(format!("set: message_size_limit = {ours}")),
        );
    }
}

/// Where Postfix cuts at a sign that we do not know, mail to an address that forwards out looks as
/// if it stayed inside.
fn review_delimiters(instance: &Instance, config: &Config, found: &mut Diagnostics) {
    let theirs = instance.get("recipient_delimiter");
    let unknown = theirs.chars().any(|sign| !config.network.delimiters.contains(sign));
    if unknown && !config.network.outside.is_empty() {
        let message = format!(
            "recipient_delimiter = {theirs} has signs that [network] delimiters = \"{}\" does not: \
             mail to an address of [network] outside counts as inside when it bears an extension",
            config.network.delimiters
        );
        found.push(
            Diagnostic::error("M024", &instance.main_cf(), message)
                .help(format!("in the config of phi-milter: [network] delimiters = \"{theirs}\"")),
        );
    }
}

/// Milters are asked in order, and each sees what the ones before it changed.
fn review_order(instance: &Instance, found: &mut Diagnostics) {
    for list in ["smtpd_milters", "non_smtpd_milters"] {
        let milters = milters(instance.get(list));
        let Some(ours) = milters.iter().position(|milter| milter.contains("phi-milter")) else {
            continue;
        };
        let signs = |milter: &&String| {
            ["opendkim", "dkim", "openarc", "rspamd", ":8891", ":11332"]
                .iter()
                .any(|name| milter.contains(name))
        };
        if let Some(before) = milters.iter().take(ours).find(signs) {
            let message = format!(
                "{list} asks {before} before phi-milter: if it signs, the signature breaks when \
                 phi-milter then writes the Subject"
            );
            found
                .push(Diagnostic::warning("M010", &instance.main_cf(), message).help(
                    "name phi-milter before milters that sign (and after those that verify)",
                ));
        }
    }
}

/// A time of postconf(5): a number, in seconds unless s, m, h, d or w stands behind it.
fn time(written: &str) -> Option<Duration> {
    let end = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
    let (number, unit) = written.split_at_checked(end)?;
    let seconds = match unit.trim() {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    Some(Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::postfix::samples::{MASTER, codes, findings, main_with, site};

    #[test]
    fn accepting_while_we_are_away_is_dangerous_wherever_it_is_said() {
        let braces = "smtpd_milters = { unix:phi-milter/milter.sock, default_action=accept }\n";
        for main in ["milter_default_action = accept\n", braces] {
            let found = findings(&main_with(main), MASTER, &site());
            assert_eq!((found.0.len(), found.0[0].code), (1, "M006"), "{main}");
            assert!(found.has_errors());
        }
        let own = MASTER.replace("smtpd\n", "smtpd -o milter_default_action=accept\n");
        assert_eq!(codes(&main_with(""), &own, &site()), ["M006"]);
    }

    #[test]
    fn bouncing_while_we_are_away_is_pointed_at() {
        let found = findings(&main_with("milter_default_action = reject\n"), MASTER, &site());
        assert!(found.0[0].code == "M006" && !found.has_errors());
        for quiet in ["tempfail", "quarantine", "shutdown"] {
            let main = main_with(&format!("milter_default_action = {quiet}\n"));
            assert_eq!(codes(&main, MASTER, &site()), [""; 0], "{quiet}");
        }
    }

    #[test]
    fn an_old_protocol_is_refused() {
        assert_eq!(codes(&main_with("milter_protocol = 2\n"), MASTER, &site()), ["M007"]);
    }

    #[test]
    fn timeouts_below_our_own_are_faults() {
        for (line, severe) in [
            ("milter_content_timeout = 59s\n", true),
            ("milter_connect_timeout = 5\n", false),
            ("milter_command_timeout = 9s\n", false),
        ] {
            let found = findings(&main_with(line), MASTER, &site());
            assert_eq!((found.0.len(), found.0[0].code), (1, "M008"), "{line}");
            assert_eq!(found.has_errors(), severe, "{line}");
        }
        assert_eq!(codes(&main_with("milter_content_timeout = 2m\n"), MASTER, &site()), [""; 0]);
    }

    #[test]
    fn mail_larger_than_we_read_is_pointed_at() {
        for limit in ["0", "99999999"] {
            let main = main_with(&format!("message_size_limit = {limit}\n"));
            assert_eq!(codes(&main, MASTER, &site()), ["M009"], "{limit}");
        }
    }

    #[test]
    fn a_delimiter_that_we_do_not_know_is_a_fault_where_addresses_forward_out() {
        let main = main_with("recipient_delimiter = +-\n");
        assert_eq!(codes(&main, MASTER, &site()), [""; 0], "nothing forwards out");
        let mut config = site();
        config.network.outside = vec!["away@hospital.test".into()];
        let found = findings(&main, MASTER, &config);
        assert_eq!((found.0.len(), found.0[0].code), (1, "M024"));
        assert!(found.has_errors());
        config.network.delimiters = "-+".into();
        assert_eq!(codes(&main, MASTER, &config), [""; 0]);
        assert_eq!(codes(&main_with("recipient_delimiter =\n"), MASTER, &config), [""; 0]);
    }

    #[test]
    fn a_signer_before_us_is_pointed_at_and_one_behind_us_is_not() {
        let lists = |list: &str| format!("smtpd_milters = {list}\nnon_smtpd_milters = {list}\n");
        let (us, signer) = ("unix:phi-milter/milter.sock", "local:opendkim/opendkim.sock");
        let before = main_with(&lists(&format!("{signer}, {us}")));
        assert_eq!(codes(&before, MASTER, &site()), ["M010", "M010"]);
        let behind = main_with(&lists(&format!("{us} {signer}")));
        assert_eq!(codes(&behind, MASTER, &site()), [""; 0]);
    }

    #[test]
    fn times_are_read_as_postfix_reads_them() {
        assert_eq!(time("300s"), Some(Duration::from_secs(300)));
        assert_eq!(time("5m"), time("300"));
        assert_eq!(time("soon"), None);
    }
}
