//! What a worker is for.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The word on the command line for a worker that reads messages.
pub(super) const READ: &str = "read";
/// The word for one that reads pixels.
pub(super) const LOOK: &str = "look";

/// What a worker is for. Whoever reads pixels needs networks in memory and a thread, and may take
/// seconds; whoever reads messages neither has nor may any of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// It reads messages and documents.
    Read,
    /// It reads pixels.
    Look {
        /// The folder of its models.
        models: PathBuf,
    },
}

impl Role {
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Read => READ,
            Self::Look { .. } => LOOK,
        }
    }

    /// How long one is kept that nobody needs. Networks take memory, and most mail is text; whoever
    /// reads messages takes next to none.
    pub(super) const fn kept(&self) -> Option<Duration> {
        match self {
            Self::Read => None,
            Self::Look { .. } => Some(Duration::from_secs(300)),
        }
    }
}
