//! What is written down: one line a message, free of values by construction.
//!
//! | file | duty |
//! | --- | --- |
//! | `event` | what is known of one message, and its line |
//! | `tally` | findings and unread parts, counted by name |
//! | `incident` | the id that joins a verdict's line, header and reply |
//! | `escape` | what may stand in a line |
//! | `backend` | the `log` crate's other end: levels, rate limit, lost lines |
//! | `syslog` | the local syslog socket |

mod backend;
mod escape;
mod event;
mod incident;
mod line;
mod rate;
mod syslog;
mod tally;

pub use backend::{Destination, InstallError, apply, install, lost_lines, record};
pub use event::{Event, Outcome};
pub use incident::Incident;
pub use tally::{RuleTally, UnreadTally, tally_rules, tally_unread};

/// The `log` target of lines that an outsider can cause at will: they are rate-limited and what
/// was left out is counted. `log::warn!(target: audit::OUTSIDE, "...")`
pub const OUTSIDE: &str = "outside";
