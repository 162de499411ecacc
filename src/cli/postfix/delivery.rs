//! Where mail goes from here: what FILTER does to recipients that are delivered locally, what a
//! bounce gives away, and what the second of two instances must not do.

use super::instance::Instance;
use super::route::Route;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Looks at an instance that asks phi-milter.
pub(super) fn review(instance: &Instance, route: &Route, found: &mut Diagnostics) {
    if route.is_taken() {
        review_local_delivery(instance, found);
        review_content_filter(instance, found);
    }
    review_bounces(instance, found);
    review_clients(instance, found);
}

/// Looks at an instance that only relays what another one has scanned.
pub(super) fn review_relay(instance: &Instance, found: &mut Diagnostics) {
    review_local_delivery(instance, found);
    for service in instance.smtpds().filter(|service| !service.is_loopback()) {
        let message = format!(
            "{} takes mail from elsewhere: it never passes phi-milter, and may bear a forged order",
            service.title()
        );
        found.push(
            Diagnostic::error("M022", &instance.master_cf(), message)
                .help("set: 127.0.0.1:10026 inet n - y - - smtpd, and remove this service"),
        );
    }
}

/// FILTER concerns all recipients of a message.
fn review_local_delivery(instance: &Instance, found: &mut Diagnostics) {
    let delivers = !instance.get("local_transport").starts_with("error");
    let mut places = Vec::new();
    if delivers && !instance.get("mydestination").is_empty() {
        places.push("mydestination");
    }
    for name in ["virtual_mailbox_domains", "relay_domains", "transport_maps"] {
        if !instance.get(name).is_empty() {
            places.push(name);
        }
    }
    for name in places {
        let message = format!(
            "{name} = {} beside a FILTER route: FILTER takes every recipient of a message, so one to \
             inside and outside is sent out for those inside too",
            instance.get(name)
        );
        found.push(Diagnostic::warning("M019", &instance.main_cf(), message).help(
            "deliver here without a route and put the route into a second, relay-only instance \
             (packaging/postfix.md, \"A host that also delivers locally\")",
        ));
    }
}

fn review_content_filter(instance: &Instance, found: &mut Diagnostics) {
    let filter = instance.get("content_filter");
    if !filter.is_empty() {
        let message = format!(
            "content_filter = {filter} is overridden by FILTER: mail that is to be encrypted skips it"
        );
        found.push(
            Diagnostic::warning("M020", &instance.main_cf(), message)
                .help("attach phi-milter where mail comes back from that filter, not before it"),
        );
    }
}

/// A bounce goes to the sender's mailbox by a way that nobody chose, with the message in it.
fn review_bounces(instance: &Instance, found: &mut Diagnostics) {
    let limit = instance.get("bounce_size_limit");
    if limit.parse::<u64>().is_ok_and(|limit| limit > 1) {
        let message = format!(
            "bounce_size_limit = {limit}: a bounce returns the whole message in plaintext, however it \
             was to leave"
        );
        found.push(
            Diagnostic::warning("M021", &instance.main_cf(), message)
                .help("set: bounce_size_limit = 1 (then only the header is returned)"),
        );
    }
}

/// What comes in without TLS was readable on its way here.
fn review_clients(instance: &Instance, found: &mut Diagnostics) {
    for service in instance.smtpds().filter(|service| !service.is_loopback()) {
        let level = instance.get_for(service, "smtpd_tls_security_level");
        let wrapped = instance.get_for(service, "smtpd_tls_wrappermode") == "yes";
        let old = instance.get_for(service, "smtpd_use_tls") == "yes"
            || instance.get_for(service, "smtpd_enforce_tls") == "yes";
        if matches!(level, "" | "none") && !wrapped && !old {
            let message = format!(
                "{} offers clients no TLS: mail arrives in plaintext, and policies with `tls` never hold",
                service.title()
            );
            found.push(
                Diagnostic::warning("M023", &instance.main_cf(), message)
                    .help("set: smtpd_tls_security_level = may, with a certificate"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::postfix::samples::{MASTER, codes, findings, main_with, site};

    #[test]
    fn a_filter_beside_local_delivery_is_warned_of() {
        for line in [
            "mydestination = mail.example, localhost\n",
            "virtual_mailbox_domains = clinic.example\n",
            "relay_domains = clinic.example\n",
            "transport_maps = hash:/etc/postfix/transport\n",
        ] {
            let main = main_with(&format!("local_transport = local\n{line}"));
            let found = findings(&main, MASTER, &site());
            assert!(found.0.len() == 1 && found.0[0].code == "M019", "{line}{found}");
            assert!(!found.has_errors());
        }
        let main = main_with("mydestination = mail.example\nlocal_transport = error:none\n");
        assert_eq!(codes(&main, MASTER, &site()), [""; 0]);
    }

    #[test]
    fn without_a_route_local_delivery_is_no_matter() {
        let main = main_with(
            "mydestination = mail.example\nmilter_header_checks =\nrelayhost = [127.0.0.1]:10026\n",
        );
        assert_eq!(codes(&main, MASTER, &site()), ["M012"]);
    }

    #[test]
    fn a_content_filter_is_overridden() {
        let main = main_with("content_filter = smtp:[127.0.0.1]:10024\n");
        assert_eq!(codes(&main, MASTER, &site()), ["M020"]);
    }

    #[test]
    fn bounces_give_the_message_away() {
        assert_eq!(codes(&main_with("bounce_size_limit = 50000\n"), MASTER, &site()), ["M021"]);
    }

    #[test]
    fn the_second_instance_is_reached_from_the_first_alone() {
        let main = "queue_directory = /var/spool/postfix-out\nmydestination =\nsmtpd_milters =\n\
                    non_smtpd_milters =\nheader_checks = regexp:/etc/postfix/route\n";
        let open = MASTER;
        let closed = open.replace("smtp inet", "127.0.0.1:10026 inet");
        assert_eq!(codes(main, open, &site()), ["M022"]);
        assert_eq!(codes(main, &closed, &site()), [""; 0]);
        let delivers = format!("{main}mydestination = mail.example\n");
        assert_eq!(codes(&delivers, &closed, &site()), ["M019"]);
    }

    #[test]
    fn clients_without_tls_are_pointed_at() {
        let main = main_with("smtpd_tls_security_level =\n");
        assert_eq!(codes(&main, MASTER, &site()), ["M023"]);
        let wrapped = MASTER.replace("smtpd\n", "smtpd -o smtpd_tls_wrappermode=yes\n");
        assert_eq!(codes(&main, &wrapped, &site()), [""; 0]);
    }
}
