//! Where the earlier revisions of a file end: an incremental update is written behind them, and
//! what it takes back is still sent (ISO 32000-2, 7.5.6).

use memchr::memmem;

/// How a revision ends.
const END: &[u8] = b"%%EOF";
/// Bytes within which a file says that it is arranged for the web, where the first end is none
/// (ISO 32000-2, annex F).
const LINEARIZED: usize = 1024;
/// Revisions that are read.
const MOST: usize = 8;

/// The lengths of the earlier revisions, the newest first.
pub(super) struct Revisions {
    pub(super) lengths: Vec<usize>,
    /// Whether there are more.
    pub(super) more: bool,
}

/// Finds them.
pub(super) fn earlier(bytes: &[u8]) -> Revisions {
    let mut lengths: Vec<usize> = memmem::find_iter(bytes, END).map(|at| at + END.len()).collect();
    // The last is the file itself.
    lengths.pop();
    let start = bytes.get(..LINEARIZED.min(bytes.len())).unwrap_or_default();
    if memmem::find(start, b"/Linearized").is_some() && !lengths.is_empty() {
        lengths.remove(0);
    }
    lengths.reverse();
    let more = lengths.len() > MOST;
    lengths.truncate(MOST);
    Revisions { lengths, more }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_but_the_last_is_that_of_a_revision() {
        assert_eq!(earlier(b"a%%EOF b%%EOF c%%EOF\n").lengths, [13, 6]);
        assert_eq!(earlier(b"/Linearized%%EOF b%%EOF").lengths, [0; 0]);
        assert_eq!(earlier(b"").lengths, [0; 0]);
        assert!(earlier("%%EOF".repeat(10).as_bytes()).more);
    }
}
