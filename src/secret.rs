//! Keeps text that may be PHI out of logs, panics and debug output.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value taken from a message.
///
/// `Debug` shows nothing of it and there is no `Display`: whoever wants the value must say
/// [`expose`](Secret::expose), which is easy to search for. Serializing is allowed because a
/// secret has to cross the socket between worker and daemon; nothing that serializes a secret may
/// write to a log, a header, a reply or a metric.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Gives the value itself. The caller answers for where it goes.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Unwraps the value. The caller answers for where it goes.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_nothing_of_the_value() {
        let secret = Secret::new(String::from("MARKER"));
        assert!(!format!("{secret:?} {:?}", Some(&secret)).contains("MARKER"));
        assert_eq!(secret.expose(), "MARKER");
    }
}
