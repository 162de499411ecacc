//! What postconf prints of an instance set up as packaging/postfix.md says, for the tests here.

use std::path::Path;

use super::instance::Instance;
use super::judge;
use crate::config::Config;
use crate::diagnostic::Diagnostics;

/// `postconf -M -x`.
pub(super) const MASTER: &str = "\
smtp inet n - y - - smtpd
pickup unix n - y 60 1 pickup
cleanup unix n - y - 0 cleanup
smtp unix - - y - - smtp
smtp-encrypt unix - - y - - smtp -o smtp_tls_security_level=encrypt -o smtp_tls_policy_maps=
";

/// `/etc/postfix/route`.
pub(super) const ROUTES: &str =
    "/^X-PHI-Detected:.*verdict=(encrypt|quarantine)/ FILTER smtp-encrypt:[192.0.2.1]:25\n";

/// `postconf -x`, with the documented settings and then `more`, which wins.
pub(super) fn main_with(more: &str) -> String {
    format!(
        "compatibility_level = 3.6\nqueue_directory = /var/spool/postfix\nmydestination =\n\
         smtpd_milters = unix:phi-milter/milter.sock\n\
         non_smtpd_milters = unix:phi-milter/milter.sock\n\
         milter_default_action = tempfail\nmilter_protocol = 6\nmilter_connect_timeout = 30s\n\
         milter_command_timeout = 30s\nmilter_content_timeout = 300s\n\
         message_size_limit = 10240000\nbounce_size_limit = 1\nrelayhost =\n\
         smtpd_tls_security_level = may\n\
         milter_header_checks = regexp:/etc/postfix/route\n{more}"
    )
}

/// The daemon's config, with every default.
pub(super) fn site() -> Config {
    Config::default()
}

/// What is found, with ROUTES in every table.
pub(super) fn findings(main: &str, master: &str, config: &Config) -> Diagnostics {
    findings_with(main, master, config, ROUTES)
}

/// What is found, with `routes` in every table.
pub(super) fn findings_with(
    main: &str,
    master: &str,
    config: &Config,
    routes: &str,
) -> Diagnostics {
    let instance = Instance::read(Path::new("/etc/postfix"), main, master);
    judge(&instance, config, &|_| Some(routes.to_owned()))
}

/// The codes alone.
pub(super) fn codes(main: &str, master: &str, config: &Config) -> Vec<&'static str> {
    codes_with(main, master, config, ROUTES)
}

/// The codes alone, with `routes` in every table.
pub(super) fn codes_with(
    main: &str,
    master: &str,
    config: &Config,
    routes: &str,
) -> Vec<&'static str> {
    findings_with(main, master, config, routes).0.iter().map(|found| found.code).collect()
}
