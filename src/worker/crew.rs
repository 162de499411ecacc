//! All workers of a daemon: those that read messages, and those that read pixels.

use std::sync::Arc;

use super::{Lookers, Pool};

/// The pools. Without models nobody reads pixels.
pub struct Crew {
    /// They read messages.
    pub readers: Pool,
    /// They read pixels.
    pub lookers: Option<Arc<Lookers>>,
}
