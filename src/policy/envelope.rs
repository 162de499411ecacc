//! Who sends to whom: envelope addresses and what the MTA says of the client.

use std::fmt;
use std::net::IpAddr;

use crate::config::canonical_domain;

/// What the MTA says of one message before its header comes.
#[derive(Debug, Clone, Default)]
pub struct Envelope {
    /// MAIL FROM.
    pub sender: Address,
    /// Each RCPT TO that the MTA accepted. None at all counts as one recipient outside.
    pub recipients: Vec<Address>,
    /// The name the client logged in with (macro `{auth_authen}`).
    pub login: Option<String>,
    /// The client's address. None where there is no client: in `scan`.
    pub client: Option<IpAddr>,
    /// The TLS version of the client's connection (macro `{tls_version}`).
    pub tls: Option<String>,
}

/// An envelope address, as written and as understood.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Address {
    written: String,
    form: Form,
}

/// What an address says about where mail to it goes.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// `<>`
    #[default]
    Null,
    /// A local part alone, in the form that local parts are compared in.
    Unqualified(String),
    /// Exactly `local@domain`.
    Mailbox(Mailbox),
    /// A source route, `%` or `!` in the local part, an address literal, or no address at all:
    /// nobody can say where this goes.
    Routed,
}

/// `local@domain` in the form that addresses are compared in. RFC 5321 section 2.4 leaves the
/// case of local parts to their host; no host in use tells them apart, so all is lower case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Mailbox {
    pub(super) local: String,
    pub(super) domain: String,
}

impl Address {
    /// Reads an address as the MTA hands it over: with or without angle brackets, in any bytes.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Self {
        let text = String::from_utf8_lossy(raw);
        let text = text.trim();
        let bare = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text);
        let form = if std::str::from_utf8(raw).is_ok() { form(bare) } else { Form::Routed };
        Self { written: bare.to_owned(), form }
    }

    /// An address that nobody named: a recipient outside.
    #[must_use]
    pub(super) const fn unnamed() -> Self {
        Self { written: String::new(), form: Form::Routed }
    }

    /// The address without angle brackets, bytes that are not UTF-8 replaced; empty for `<>`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The domain as written, when the address has one. What stands behind the `@` of a route
    /// (`@a.example:jane`) or within quotes can be a person's name and is none.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        let (_, domain) = self.written.rsplit_once('@')?;
        canonical_domain(domain).map(|_| domain)
    }

    pub(super) const fn form(&self) -> &Form {
        &self.form
    }
}

impl From<&str> for Address {
    fn from(written: &str) -> Self {
        Self::parse(written.as_bytes())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

impl Mailbox {
    /// Reads exactly `local@domain`.
    pub(super) fn parse(written: &str) -> Option<Self> {
        match form(written) {
            Form::Mailbox(mailbox) => Some(mailbox),
            _ => None,
        }
    }

    /// The mailboxes that an address extension (`local+extension@domain`) may belong to: one for
    /// each delimiter, since MTAs that know several do not all cut at the same.
    pub(super) fn without_extension(&self, delimiters: &str) -> impl Iterator<Item = Self> {
        let cuts = self.local.match_indices(|sign| delimiters.contains(sign));
        cuts.filter_map(|(cut, _)| {
            let local = self.local.get(..cut).filter(|local| !local.is_empty())?;
            Some(Self { local: local.to_owned(), domain: self.domain.clone() })
        })
    }
}

fn form(bare: &str) -> Form {
    if bare.is_empty() {
        return Form::Null;
    }
    let (local, domain) = match bare.rsplit_once('@') {
        Some((local, domain)) => (local, Some(domain)),
        None => (bare, None),
    };
    // `%` and `!` are routes of old (RFC 1123 section 5.2.16, RFC 976), and so is an `@` that is
    // left in the local part, quoted or not: what the last hop makes of it is its own affair.
    let local = unquoted(local);
    let routed = local.is_empty()
        || local.chars().any(|c| "%!@:,<>".contains(c) || c.is_control() || c.is_whitespace());
    if routed {
        return Form::Routed;
    }
    match domain.map(canonical_domain) {
        None => Form::Unqualified(local.to_lowercase()),
        Some(Some(domain)) => Form::Mailbox(Mailbox { local: local.to_lowercase(), domain }),
        Some(None) => Form::Routed,
    }
}

/// RFC 5321 section 4.1.2: quoting changes nothing about which mailbox is meant.
fn unquoted(local: &str) -> String {
    match local.strip_prefix('"').and_then(|l| l.strip_suffix('"')) {
        None => local.to_owned(),
        Some(quoted) => {
            let mut escaped = false;
            quoted
                .chars()
                .filter(|c| {
                    escaped = *c == '\\' && !escaped;
                    !escaped
                })
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(written: &str) -> Option<(String, String)> {
        match Address::from(written).form() {
            Form::Mailbox(m) => Some((m.local.clone(), m.domain.clone())),
            _ => None,
        }
    }

    #[test]
    fn brackets_case_and_quotes_change_nothing_about_a_mailbox() {
        let plain = mailbox("jane.roe@hospital.example");
        assert!(plain.is_some());
        for same in [
            "<jane.roe@hospital.example>",
            " <Jane.Roe@HOSPITAL.example> ",
            "<\"jane.roe\"@hospital.example>",
            "<\"jane\\.roe\"@hospital.example>",
        ] {
            assert_eq!(mailbox(same), plain, "{same}");
        }
        assert_eq!(mailbox("<jané@bücher.example>"), mailbox("<JANÉ@xn--bcher-kva.example>"));
    }

    #[test]
    fn an_address_that_could_be_sent_on_is_no_mailbox() {
        for routed in [
            "<@relay.example:jane@hospital.example>",
            "<jane%evil.example@hospital.example>",
            "<evil.example!jane@hospital.example>",
            "<\"jane@evil.example\"@hospital.example>",
            "<\"jane\\@evil.example\"@hospital.example>",
            "<jane@[192.0.2.1]>",
            "<jane@hospital.example.>",
            "<jane@hospital..example>",
            "<jane roe@hospital.example>",
            "<jane@>",
            "<@hospital.example>",
            "evil.example!jane",
            "jane%evil.example",
        ] {
            assert!(*Address::from(routed).form() == Form::Routed, "{routed}");
        }
        assert!(*Address::parse(b"<j\xe9@hospital.example>").form() == Form::Routed);
    }

    #[test]
    fn the_null_sender_and_a_bare_name_are_known_as_such() {
        for null in ["<>", "", " <> "] {
            assert!(*Address::from(null).form() == Form::Null, "{null}");
        }
        assert!(*Address::from("<Root>").form() == Form::Unqualified("root".into()));
    }

    #[test]
    fn debug_output_shows_no_address() {
        assert!(!format!("{:?}", Address::from("marker@hospital.example")).contains("marker"));
    }
}
