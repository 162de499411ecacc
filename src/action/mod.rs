//! A verdict as a list of what the milter does, as a value.

mod encoded;
mod plan;
mod reply;
mod subject;

use std::fmt;

pub use plan::{Occasion, own_fault, plan};
pub use reply::lines;

/// The header field that carries the verdict.
pub const VERDICT_HEADER: &str = "X-PHI-Detected";

/// The header field that says of an accepted message that it was scanned.
pub const SCAN_HEADER: &str = "X-PHI-Scan";

/// The field whose prefix orders encryption, RFC 5322 section 3.6.5.
const SUBJECT: &str = "Subject";

/// A header field as the MTA hands it over: the value raw, folded lines joined by `\n` and their
/// own white space, without the one space that commonly follows the colon.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderField {
    /// The name as written.
    pub name: Vec<u8>,
    /// The value as written.
    pub value: Vec<u8>,
}

impl HeaderField {
    /// Whether the field has that name, which is compared without regard to case (RFC 5322
    /// section 1.2.2) and to white space before the colon (section 4.5).
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        named(&self.name, name)
    }
}

fn named(written: &[u8], name: &str) -> bool {
    written.trim_ascii_end().eq_ignore_ascii_case(name.as_bytes())
}

/// Whether [`plan`] looks at fields of that name. All others need not be kept for it.
#[must_use]
pub fn concerns(name: &[u8]) -> bool {
    [SUBJECT, VERDICT_HEADER, SCAN_HEADER].iter().any(|ours| named(name, ours))
}

/// A fault of our own that keeps a message from being judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `limits.in-flight` is used up.
    InFlight,
    /// The system has no memory or descriptor for the message.
    Shortage,
    /// No worker can be had.
    NoWorker,
    /// Judging it panicked.
    Panic,
}

impl Fault {
    /// The name used in log lines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InFlight => "in-flight",
            Self::Shortage => "shortage",
            Self::NoWorker => "no-worker",
            Self::Panic => "panic",
        }
    }
}

/// One thing to do to the message, in the order given.
#[derive(Clone, PartialEq, Eq)]
pub enum Action {
    /// Removes the `index`th field of that name, counted from 1.
    RemoveHeader {
        /// Which name.
        name: &'static str,
        /// Which of them.
        index: u32,
    },
    /// Adds a field at the end of the header.
    AddHeader {
        /// Its name.
        name: &'static str,
        /// Its value, without a leading space.
        value: Vec<u8>,
    },
    /// Writes the `index`th field of that name again.
    ChangeHeader {
        /// Which name, as the field has it: an MTA writes it as it is given.
        name: Vec<u8>,
        /// Which of them, counted from 1.
        index: u32,
        /// Its new value, without the space after the colon.
        value: Vec<u8>,
    },
    /// Hands the message to the MTA's quarantine.
    Quarantine {
        /// For the MTA's log; nothing of the message.
        reason: String,
    },
    /// Answers the client and takes nothing.
    Reply {
        /// `550` or `451`.
        code: &'static str,
        /// Enhanced status code, RFC 3463.
        status: &'static str,
        /// The text; `%` is not yet doubled. See [`lines`].
        text: String,
    },
}

/// Shows what is done and to which field, never a value: a Subject can stand in it.
impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RemoveHeader { name, index } => write!(f, "remove {name} {index}"),
            Self::AddHeader { name, .. } => write!(f, "add {name}"),
            Self::ChangeHeader { name, index, .. } => {
                write!(f, "change {} {index}", name.escape_ascii())
            }
            Self::Quarantine { .. } => f.write_str("quarantine"),
            Self::Reply { code, status, .. } => write!(f, "reply {code} {status}"),
        }
    }
}
