//! A verdict as a list of what the milter does, as a value.

/// A header field as the MTA hands it over: the value raw, folded lines joined by `\n` and their
/// own white space; with the leading space when the MTA keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderField {
    /// The name as written.
    pub name: Vec<u8>,
    /// The value as written.
    pub value: Vec<u8>,
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
        /// Which name.
        name: &'static str,
        /// Which of them, counted from 1.
        index: u32,
        /// Its new value, with the leading space it had.
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
        /// The text; `%` is not yet doubled.
        text: String,
    },
}
