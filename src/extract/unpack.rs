//! Bytes out of archives and documents, each charged to the budget when it is there: what a header
//! announces proves nothing.

use std::io::{self, Read};

use super::output::{Flow, Output};
use crate::limits::Cause;
use crate::text::PartPath;

/// Bytes of one member that are unpacked; what is larger is no document that somebody mails.
const LARGEST: usize = 64 << 20;
/// Bytes that are unpacked between two looks at the budget.
const CHUNK: usize = 64 << 10;

/// What came out, and why no more did.
#[derive(Debug)]
pub(super) struct Unpacked {
    /// All of it, or its beginning.
    pub(super) bytes: Vec<u8>,
    /// What is wrong with the rest, if anything is.
    pub(super) missing: Option<Cause>,
}

/// Unpacks one member of the part. A budget that is spent stops the walk; what else goes wrong is
/// told beside what came out before.
///
/// # Errors
/// The budget of the message is spent: the sink has been told.
pub(super) fn unpack(
    out: &mut Output<'_>,
    part: &PartPath,
    mut packed: impl Read,
) -> Result<Unpacked, super::output::Stop> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; CHUNK];
    let missing = loop {
        let count = match packed.read(&mut chunk) {
            Ok(0) => break None,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => break Some(cause(&error)),
        };
        out.unpacked(count, part)?;
        if bytes.len() + count > LARGEST {
            break Some(Cause::TooLarge);
        }
        bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
    };
    Ok(Unpacked { bytes, missing })
}

/// Why a decompressor failed: those that would need more memory than they may have say so.
pub(super) fn cause(error: &io::Error) -> Cause {
    match error.kind() {
        io::ErrorKind::OutOfMemory => Cause::TooLarge,
        io::ErrorKind::Unsupported => Cause::Unsupported,
        _ => Cause::Malformed,
    }
}

impl Unpacked {
    /// Says what is missing, for the part.
    pub(super) fn tell(&self, out: &mut Output<'_>, part: &PartPath, file: Option<&str>) {
        if let Some(cause) = self.missing {
            out.unread(part, file, cause);
        }
    }
}

impl Output<'_> {
    /// Charges for bytes that came out of the part.
    pub(super) fn unpacked(&mut self, bytes: usize, part: &PartPath) -> Flow {
        let charged = self.charge_unpacked(bytes);
        self.stop_if(charged, part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Budget, Bytes, Limits};
    use crate::text::Reading;

    /// Unpacks from a budget; what came out, or that the walk is over, and what was said of it.
    fn unpacked(limit: u64, packed: impl Read) -> (Option<(usize, Option<Cause>)>, Vec<Cause>) {
        let mut budget = Budget::new(&Limits { unpacked: Bytes(limit), ..Limits::default() });
        let mut reading = Reading::default();
        let mut out = Output::new(&mut budget, &mut reading);
        let unpacked = unpack(&mut out, &PartPath::root(), packed).ok();
        let unpacked = unpacked.map(|unpacked| (unpacked.bytes.len(), unpacked.missing));
        (unpacked, reading.unread.iter().map(|unread| unread.cause).collect())
    }

    #[test]
    fn what_comes_out_is_charged_and_past_the_budget_the_walk_ends() {
        assert_eq!(unpacked(100, &[7; 100][..]), (Some((100, None)), vec![]));
        assert_eq!(unpacked(99, &[7; 100][..]), (None, vec![Cause::TooLarge]));
    }

    #[test]
    fn one_member_may_not_be_larger_than_any_document() {
        let endless = io::repeat(7).take(2 * LARGEST as u64);
        let (unpacked, said) = unpacked(1 << 30, endless);
        let (length, missing) = unpacked.unwrap();
        assert!(length <= LARGEST && length + CHUNK > LARGEST);
        assert_eq!((missing, said), (Some(Cause::TooLarge), vec![]));
    }

    #[test]
    fn what_came_out_before_the_damage_is_kept() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::InvalidData.into())
            }
        }
        let (unpacked, _) = unpacked(100, (&b"abc"[..]).chain(Broken));
        assert_eq!(unpacked, Some((3, Some(Cause::Malformed))));
    }
}
