//! What the types of the config cannot say: which of its values make sense.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use super::load::File;
use super::{Cidr, Config, Listen, Mode, canonical_domain};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::limits::Bytes;

/// The facilities of RFC 5424 section 6.2.1 that a program may use, by their usual names.
const FACILITIES: &[&str] = &[
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv",
    "ftp", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

/// Checks every value; `file` takes what is wrong.
pub(super) fn values(config: &Config, file: &mut File<'_>) {
    milter(config, file);
    network(config, file);
    enforcing(config, file);
    subject(config, file);
    log(config, file);
    limits(config, file);
}

/// Warns of a config file that others than its owner may write.
pub(super) fn permissions(path: &Path, found: &mut Diagnostics) {
    const GROUP_OR_WORLD: u32 = 0o022;
    let Ok(metadata) = std::fs::metadata(path) else { return };
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & GROUP_OR_WORLD != 0 {
        let message = format!("others than its owner may write it (mode {mode:04o})");
        found.push(Diagnostic::warning("C013", path, message).help("chmod go-w"));
    }
}

fn milter(config: &Config, file: &mut File<'_>) {
    match Listen::parse(&config.milter.socket) {
        Err(fault) => {
            let help =
                "\"unix:/var/spool/postfix/phi-milter/milter.sock\" or \"inet:127.0.0.1:8891\"";
            file.error("C005", &["milter", "socket"], fault, help);
        }
        Ok(Listen::Inet(address)) if !address.ip().is_loopback() => {
            let message = format!("{address} is reached from other hosts, without encryption");
            let help =
                "listen on 127.0.0.1 or a unix socket, or see to it that only the MTA gets there";
            file.warn("C017", &["milter", "socket"], message, help);
        }
        Ok(_) => {}
    }
    let mode = &config.milter.socket_mode;
    let octal =
        u32::from_str_radix(mode, 8).ok().filter(|_| mode.bytes().all(|b| b.is_ascii_digit()));
    if octal.is_none_or(|mode| mode > 0o777) {
        let message = format!("\"{mode}\" is not the mode of a socket");
        file.error("C006", &["milter", "socket-mode"], message, "octal digits, such as \"0660\"");
    }
}

fn network(config: &Config, file: &mut File<'_>) {
    for (i, domain) in config.network.inside.iter().enumerate() {
        let name = domain.strip_prefix('.').unwrap_or(domain);
        if canonical_domain(name).is_none() {
            let message = format!("\"{domain}\" is not a domain name");
            let help =
                "\"hospital.example\" for one domain, \".hospital.example\" for all below it";
            file.error_in_list("C009", &["network", "inside"], i, message, help);
        }
    }
    for (i, address) in config.network.outside.iter().enumerate() {
        let wellformed = address
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && canonical_domain(domain).is_some());
        if !wellformed {
            let message = format!("\"{address}\" is not an address");
            let help = "an inside address that forwards out, \"local@hospital.example\"";
            file.error_in_list("C010", &["network", "outside"], i, message, help);
        }
    }
    // An `@` ends the local part, and a letter or digit would cut addresses in two anywhere.
    let delimiters = &config.network.delimiters;
    if !delimiters.chars().all(|sign| sign.is_ascii_punctuation() && sign != '@') {
        let message = format!("\"{delimiters}\" can begin no address extension");
        let help = "signs such as \"+\" or \"+-\", as in Postfix's recipient_delimiter";
        file.error("C020", &["network", "delimiters"], message, help);
    }
    for (i, range) in config.network.trusted.iter().enumerate() {
        if let Err(fault) = Cidr::parse(range) {
            let help = "a range such as \"192.0.2.0/24\" or \"2001:db8::/32\"";
            file.error_in_list("C008", &["network", "trusted"], i, fault, help);
        }
    }
}

fn enforcing(config: &Config, file: &mut File<'_>) {
    if config.mode != Mode::Enforce || config.network.inside.iter().any(|d| !is_example(d)) {
        return;
    }
    let message = if config.network.inside.is_empty() {
        "enforcing while no domain is inside: all mail would count as leaving"
    } else {
        "enforcing while only example domains are inside: all mail would count as leaving"
    };
    let help = "name your own domains: `inside = [...]` under [network]";
    file.error("C014", &["mode"], message.into(), help);
}

/// RFC 2606 sections 2 and 3: names that nobody owns.
fn is_example(domain: &str) -> bool {
    let name = domain.trim_start_matches('.').to_ascii_lowercase();
    ["example", "example.com", "example.net", "example.org"]
        .iter()
        .any(|example| name.strip_suffix(example).is_some_and(|r| r.is_empty() || r.ends_with('.')))
}

fn subject(config: &Config, file: &mut File<'_>) {
    /// A line of a header has 78 characters at best, RFC 5322 section 2.1.1.
    const LONGEST: usize = 60;
    for (key, text) in [("prefix", &config.subject.prefix), ("neutral", &config.subject.neutral)] {
        let fault = if text.trim().is_empty() {
            "is empty"
        } else if text.chars().any(char::is_control) {
            "holds control characters, which no Subject may"
        } else if key == "prefix" && !text.is_ascii() {
            "holds more than ASCII, which no gateway could match"
        } else if text.chars().count() > LONGEST {
            "is longer than 60 characters"
        } else {
            continue;
        };
        let message = format!("`{key}` {fault}");
        file.error("C007", &["subject", key], message, "a few words, such as \"[SECURE] \"");
    }
}

fn log(config: &Config, file: &mut File<'_>) {
    let facility = &config.log.facility;
    if !FACILITIES.contains(&facility.as_str()) {
        let message = format!("unknown facility \"{facility}\"");
        let help = format!("one of {}", FACILITIES.join(", "));
        file.error("C011", &["log", "facility"], message, &help);
    }
    let tag = &config.log.tag;
    // RFC 3164 section 4.1.3: up to 32 characters, ended by the first that is none of these.
    let wellformed = (1..=32).contains(&tag.len())
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b));
    if !wellformed {
        let message = format!("\"{tag}\" cannot stand at the start of a log line");
        file.error("C012", &["log", "tag"], message, "1 to 32 letters, digits and -_./");
    }
}

fn limits(config: &Config, file: &mut File<'_>) {
    let limits = &config.limits;
    let zero = |bytes: Bytes| bytes.0 == 0;
    for (table, key, wrong) in [
        ("milter", "max-connections", config.milter.max_connections == 0),
        ("workers", "recycle-after", config.workers.recycle_after == 0),
        ("limits", "message", zero(limits.message)),
        ("limits", "depth", limits.depth == 0),
        ("limits", "parts", limits.parts == 0),
        ("limits", "text", zero(limits.text)),
        ("limits", "unpacked", zero(limits.unpacked)),
        ("limits", "pictures", zero(limits.pictures)),
        ("limits", "time", limits.time.0 == Duration::ZERO),
        ("limits", "worker-time", limits.worker_time.0 == Duration::ZERO),
        ("limits", "worker-memory", zero(limits.worker_memory)),
        ("limits", "picture-time", limits.picture_time.0 == Duration::ZERO),
        ("limits", "picture-memory", zero(limits.picture_memory)),
        ("limits", "in-flight", zero(limits.in_flight)),
    ] {
        if wrong {
            let message = format!("`{key}` of 0 would let no message through");
            file.error("C015", &[table, key], message, "");
        }
    }
    if limits.worker_time.0 > limits.time.0 {
        let message = "a worker may take longer than the whole message may".into();
        let help = "`worker-time` is at most `time`; unless set they are 30s and 60s";
        let key = file.set_one([["limits", "worker-time"], ["limits", "time"]]);
        file.warn("C016", &key, message, help);
    }
    if limits.in_flight.0 < limits.message.0 {
        let message = "the largest message would never fit into the bytes in flight".into();
        let help = "`in-flight` is at least `message`; unless set they are 512 MiB and 64 MiB";
        let key = file.set_one([["limits", "in-flight"], ["limits", "message"]]);
        file.error("C019", &key, message, help);
    }
}
