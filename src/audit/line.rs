//! How a line of the log is written: `key=value` fields that no message can forge.

use std::fmt::Write;

use super::escape;
use crate::config::LogAddresses;
use crate::policy::Address;

/// A fault is one sentence.
const LONGEST_FAULT: usize = 300;
/// The longest address of RFC 5321 section 4.5.3.1: 64 octets, `@`, 255 octets.
const LONGEST_ADDRESS: usize = 320;

/// A line that is being written.
#[derive(Default)]
pub(super) struct Line(pub(super) String);

impl Line {
    /// Writes one field.
    pub(super) fn field(&mut self, key: &str, value: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.0, " {key}={value}");
    }

    /// Writes the first of a list, and how many more there are.
    pub(super) fn list(
        &mut self,
        key: &str,
        most: usize,
        items: impl ExactSizeIterator<Item = String>,
    ) {
        let total = items.len();
        let mut shown: Vec<String> = items.take(most).collect();
        if total > most {
            shown.push(format!("+{}", total - most));
        }
        if !shown.is_empty() {
            self.field(key, &shown.join(","));
        }
    }
}

/// An address as the log shows it.
pub(super) fn shown(address: &Address, addresses: LogAddresses) -> String {
    let mut out = String::from("<");
    match addresses {
        LogAddresses::Full => escape::item(&mut out, address.as_str(), LONGEST_ADDRESS),
        LogAddresses::Domain if address.as_str().is_empty() => {}
        LogAddresses::Domain => {
            out.push('@');
            escape::item(&mut out, address.domain().unwrap_or_default(), LONGEST_ADDRESS);
        }
        LogAddresses::None => {}
    }
    out.push('>');
    out
}

/// What failed, as it stands between quotes.
pub(super) fn quoted(fault: &str) -> String {
    escape::message(fault, LONGEST_FAULT).replace('"', "'")
}
