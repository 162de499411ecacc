//! Which addresses are ours, and which clients are believed.

use std::collections::HashSet;

use super::envelope::{Address, Envelope, Form, Mailbox};
use crate::config::{self, Cidr, canonical_domain};

/// On which side of our border an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// One of ours.
    Inside,
    /// Anybody else's.
    Outside,
}

/// `[network]` of the config, ready to ask.
#[derive(Clone, Default)]
pub struct Network {
    inside: Domains,
    outside: HashSet<Mailbox>,
    delimiters: String,
    trusted: Vec<Cidr>,
}

impl Network {
    /// Compiles the config. Entries that `config::load` would refuse count for nothing.
    #[must_use]
    pub fn new(config: &config::Network) -> Self {
        let mut inside = Domains::default();
        for domain in &config.inside {
            inside.add(domain);
        }
        Self {
            inside,
            outside: config.outside.iter().filter_map(|a| Mailbox::parse(a)).collect(),
            delimiters: config.delimiters.clone(),
            trusted: config.trusted.iter().filter_map(|r| Cidr::parse(r).ok()).collect(),
        }
    }

    /// Where mail to a recipient goes: inside only when it is exactly `local@domain` with an
    /// inside domain, or has no domain at all, and does not forward out.
    #[must_use]
    pub fn side(&self, recipient: &Address) -> Side {
        match recipient.form() {
            Form::Unqualified(local) if !self.local_forwards_out(local) => Side::Inside,
            Form::Mailbox(m) if self.inside.hold(&m.domain) && !self.forwards_out(m) => {
                Side::Inside
            }
            Form::Unqualified(_) | Form::Mailbox(_) | Form::Null | Form::Routed => Side::Outside,
        }
    }

    /// Whether the sender is one of ours. Anybody can write our addresses into MAIL FROM, so it
    /// takes a client that is [believed](Self::believes). The null sender is one of ours exactly
    /// when the client is: a bounce or an automatic reply of our own host.
    #[must_use]
    pub fn sender_side(&self, envelope: &Envelope) -> Side {
        let ours = match envelope.sender.form() {
            Form::Null | Form::Unqualified(_) => true,
            Form::Mailbox(mailbox) => self.inside.hold(&mailbox.domain),
            Form::Routed => false,
        };
        if ours && self.believes(envelope) { Side::Inside } else { Side::Outside }
    }

    /// Whether the client logged in or is on a trusted address, which local submission is too. In
    /// `scan` there is no client, and the sender is believed.
    #[must_use]
    pub fn believes(&self, envelope: &Envelope) -> bool {
        envelope.login.is_some()
            || envelope
                .client
                .is_none_or(|client| self.trusted.iter().any(|range| range.contains(client)))
    }

    /// Whether an address bears one of our domains, believed or not.
    pub(super) fn claims_to_be_inside(&self, address: &Address) -> bool {
        matches!(address.form(), Form::Mailbox(mailbox) if self.inside.hold(&mailbox.domain))
    }

    fn forwards_out(&self, mailbox: &Mailbox) -> bool {
        self.outside.contains(mailbox)
            || mailbox.without_extension(&self.delimiters).any(|base| self.outside.contains(&base))
    }

    /// Which of our domains the MTA completes a local part with, it does not say.
    fn local_forwards_out(&self, local: &str) -> bool {
        self.outside.iter().any(|mailbox| {
            self.forwards_out(&Mailbox { local: local.to_owned(), domain: mailbox.domain.clone() })
        })
    }
}

/// A set of domains: names, and names all below which count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Domains {
    names: HashSet<String>,
    above: HashSet<String>,
}

impl Domains {
    /// Adds `name`, or with a leading dot all names below it. `None` when it is no domain.
    pub(super) fn add(&mut self, written: &str) -> Option<()> {
        match written.strip_prefix('.') {
            Some(above) => self.above.insert(canonical_domain(above)?),
            None => self.names.insert(canonical_domain(written)?),
        };
        Some(())
    }

    /// Whether a canonical name is in the set.
    pub(super) fn hold(&self, domain: &str) -> bool {
        self.names.contains(domain)
            || domain
                .match_indices('.')
                .any(|(dot, _)| domain.get(dot + 1..).is_some_and(|d| self.above.contains(d)))
    }

    /// Whether every name of this set is in the other one.
    pub(super) fn within(&self, other: &Self) -> bool {
        self.names.iter().all(|name| other.hold(name))
            && self.above.iter().all(|above| other.above.contains(above) || other.hold_all(above))
    }

    fn hold_all(&self, above: &str) -> bool {
        above
            .match_indices('.')
            .any(|(dot, _)| above.get(dot + 1..).is_some_and(|d| self.above.contains(d)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> Network {
        Network::new(&config::Network {
            inside: vec![
                "hospital.example".into(),
                ".hospital.example".into(),
                "bücher.example".into(),
            ],
            outside: vec!["away@hospital.example".into()],
            ..config::Network::default()
        })
    }

    fn side(recipient: &str) -> Side {
        network().side(&Address::from(recipient))
    }

    #[test]
    fn inside_is_exactly_a_mailbox_of_an_inside_domain() {
        for inside in [
            "<jane@hospital.example>",
            "<jane@HOSPITAL.EXAMPLE>",
            "<jane@ward.hospital.example>",
            "<jane@a.b.hospital.example>",
            "<jane+lab@hospital.example>",
            "<jane@xn--bcher-kva.example>",
            "<jané@hospital.example>",
            "jane",
        ] {
            assert_eq!(side(inside), Side::Inside, "{inside}");
        }
        for outside in [
            "<jane@example>",
            "<jane@nothospital.example>",
            "<jane@hospital.example.org>",
            "<jane@sub.bücher.example>",
            "<jane%x.example@hospital.example>",
            "<x.example!jane@hospital.example>",
            "<@hospital.example:jane@x.example>",
            "<@x.example:jane@hospital.example>",
            "<jane@[127.0.0.1]>",
            "<>",
        ] {
            assert_eq!(side(outside), Side::Outside, "{outside}");
        }
    }

    #[test]
    fn an_inside_address_that_forwards_out_is_outside_however_it_is_written() {
        for outside in [
            "<away@hospital.example>",
            "<AWAY@Hospital.example>",
            "<\"away\"@hospital.example>",
            "<away+x@hospital.example>",
            "<away>",
            "Away+x",
        ] {
            assert_eq!(side(outside), Side::Outside, "{outside}");
        }
    }

    #[test]
    fn an_address_extension_begins_at_any_sign_that_the_config_names() {
        let side = |delimiters: &str, recipient: &str| {
            let network = Network::new(&config::Network {
                inside: vec!["hospital.example".into()],
                outside: vec!["away@hospital.example".into()],
                delimiters: delimiters.into(),
                ..config::Network::default()
            });
            network.side(&Address::from(recipient))
        };
        for (delimiters, recipient) in [
            ("+-", "<away-lab@hospital.example>"),
            ("+-", "<away+lab@hospital.example>"),
            ("+-", "<away-lab+x@hospital.example>"),
            ("+-", "<away+lab-x@hospital.example>"),
            ("+-", "<\"away-lab\"@hospital.example>"),
            ("+-", "Away-Lab"),
            ("", "<away@hospital.example>"),
        ] {
            assert_eq!(side(delimiters, recipient), Side::Outside, "{delimiters:?} {recipient}");
        }
        for (delimiters, recipient) in [
            ("+", "<away-lab@hospital.example>"),
            ("", "<away+lab@hospital.example>"),
            ("+-", "<stay-away@hospital.example>"),
            ("+-", "<-away@hospital.example>"),
            ("+-", "<+@hospital.example>"),
        ] {
            assert_eq!(side(delimiters, recipient), Side::Inside, "{delimiters:?} {recipient}");
        }
    }

    #[test]
    fn an_address_with_two_delimiters_may_belong_to_either_mailbox() {
        let network = Network::new(&config::Network {
            inside: vec!["hospital.example".into()],
            outside: vec!["ward-b@hospital.example".into()],
            delimiters: "+-".into(),
            ..config::Network::default()
        });
        let recipient = Address::from("<ward-b+night@hospital.example>");
        assert_eq!(network.side(&recipient), Side::Outside);
    }

    #[test]
    fn a_sender_is_inside_only_when_the_client_is_believed() {
        let from = |sender: &str, login: Option<&str>, client: Option<&str>| {
            network().sender_side(&Envelope {
                sender: sender.into(),
                login: login.map(str::to_owned),
                client: client.map(|c| c.parse().unwrap()),
                ..Envelope::default()
            })
        };
        let ours = "<jane@hospital.example>";
        assert_eq!(from(ours, None, Some("203.0.113.5")), Side::Outside);
        assert_eq!(from(ours, Some("jane"), Some("203.0.113.5")), Side::Inside);
        assert_eq!(from(ours, None, Some("127.0.0.1")), Side::Inside);
        assert_eq!(from(ours, None, Some("::ffff:127.0.0.1")), Side::Inside);
        assert_eq!(from(ours, None, None), Side::Inside);
        assert_eq!(from("<jane@elsewhere.example>", Some("jane"), None), Side::Outside);
        assert_eq!(from("<>", None, Some("203.0.113.5")), Side::Outside);
        assert_eq!(from("<>", Some("jane"), Some("203.0.113.5")), Side::Inside);
    }
}
