//! One message as it comes in: its envelope, and its text rebuilt as it was sent.

use std::sync::Arc;

use super::drain::InFlight;
use super::flight::Share;
use super::judge::{Extent, Received};
use crate::action::{self, Fault, HeaderField};
use crate::limits::Limits;
use crate::worker::{Sealed, Spool};

/// Recipients that are kept, for its log line, of a message that a fault keeps from being judged.
const RECIPIENTS_OF_FAULT: usize = 10;

/// Fields that are kept, by name alone, of a message that a fault keeps from being judged.
const FIELDS_OF_FAULT: usize = 1000;

/// What the MTA does with the one space that commonly follows a field's colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeadingSpace {
    /// It hands it over and wants it back: a value that we write begins with it.
    Kept,
    /// It removes it, and adds it to what we write.
    Removed,
}

/// A message between MAIL and its end.
pub(super) struct Message<S> {
    /// What judges it, the same from its first byte to its last.
    pub(super) snapshot: Arc<S>,
    /// The rest of the envelope.
    pub(super) received: Received,
    spool: Spool,
    share: Share,
    limits: Sizes,
    part: Part,
    /// The field that is being rebuilt; kept to be used again.
    line: Vec<u8>,
    fault: Option<Fault>,
    _in_flight: InFlight,
}

/// The two limits that hold while a message comes in, in bytes.
#[derive(Clone, Copy)]
struct Sizes {
    message: u64,
    in_flight: u64,
}

#[derive(PartialEq)]
enum Part {
    Header,
    Body,
}

impl<S> Message<S> {
    pub(super) fn new(
        snapshot: Arc<S>,
        limits: &Limits,
        received: Received,
        share: Share,
        in_flight: InFlight,
    ) -> Self {
        Self {
            snapshot,
            received,
            spool: Spool::new(),
            share,
            limits: Sizes { message: limits.message.0, in_flight: limits.in_flight.0 },
            part: Part::Header,
            line: Vec::new(),
            fault: None,
            _in_flight: in_flight,
        }
    }

    /// Takes a recipient. All are kept, whatever the fault: policy and log want them.
    pub(super) fn recipient(&mut self, address: Vec<u8>) {
        let held = self.hold((size_of::<Vec<u8>>() + address.len()) as u64);
        if held || self.received.recipients.len() < RECIPIENTS_OF_FAULT {
            self.received.recipients.push(address);
        }
    }

    /// Takes a field as the MTA has it.
    pub(super) fn header(&mut self, name: Vec<u8>, value: Vec<u8>, spaces: LeadingSpace) {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        line.extend_from_slice(&name);
        line.extend_from_slice(match spaces {
            LeadingSpace::Kept => b":",
            LeadingSpace::Removed => b": ",
        });
        push_with_crlf(&mut line, &value);
        line.extend_from_slice(b"\r\n");
        self.push(&line);
        self.line = line;
        if action::concerns(&name) {
            self.keep(name, value, spaces);
        }
    }

    /// Keeps a field for the plan of actions.
    fn keep(&mut self, name: Vec<u8>, mut value: Vec<u8>, spaces: LeadingSpace) {
        if spaces == LeadingSpace::Kept && value.first() == Some(&b' ') {
            value.remove(0);
        }
        let cost = size_of::<HeaderField>() + name.len() + value.len();
        if self.hold(cost as u64) {
            self.received.header.push(HeaderField { name, value });
        } else if self.received.header.len() < FIELDS_OF_FAULT {
            self.received.header.push(HeaderField { name, value: Vec::new() });
        }
    }

    /// Ends the header.
    pub(super) fn end_of_header(&mut self) {
        if self.part == Part::Header {
            self.part = Part::Body;
            self.push(b"\r\n");
        }
    }

    /// Takes a piece of the body.
    pub(super) fn body(&mut self, bytes: &[u8]) {
        self.end_of_header();
        self.push(bytes);
    }

    /// What keeps the message from being judged.
    pub(super) const fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// The text, which nobody can change from here on.
    pub(super) fn seal(&mut self) -> Result<Sealed, Fault> {
        self.end_of_header();
        match self.fault {
            Some(fault) => Err(fault),
            None => std::mem::take(&mut self.spool).seal().map_err(|_| Fault::Shortage),
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.received.size += bytes.len() as u64;
        if self.fault.is_some() || self.received.extent == Extent::CutOff {
            return;
        }
        let room = self.limits.message.saturating_sub(self.spool.len());
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let kept = bytes.get(..room).unwrap_or(bytes);
        if kept.len() < bytes.len() {
            self.received.extent = Extent::CutOff;
        }
        if self.hold(kept.len() as u64) && self.spool.push(kept).is_err() {
            self.fail(Fault::Shortage);
        }
    }

    /// Counts memory that the message takes; false when there is none for it.
    fn hold(&mut self, bytes: u64) -> bool {
        if self.fault.is_some() {
            return false;
        }
        let granted = self.share.grow(bytes, self.limits.in_flight);
        if !granted {
            self.fail(Fault::InFlight);
        }
        granted
    }

    /// Gives up the message's memory at once. The names of kept fields stay, since `on-failure`
    /// may want copies of ours removed.
    fn fail(&mut self, fault: Fault) {
        self.fault = Some(fault);
        self.spool = Spool::new();
        self.received.recipients.truncate(RECIPIENTS_OF_FAULT);
        self.received.recipients.shrink_to_fit();
        self.received.header.truncate(FIELDS_OF_FAULT);
        self.received.header.shrink_to_fit();
        for field in &mut self.received.header {
            field.value = Vec::new();
        }
        self.share.release();
    }
}

/// Folds come as bare line feeds.
fn push_with_crlf(line: &mut Vec<u8>, value: &[u8]) {
    let mut rest = value;
    while let Some(end) = rest.iter().position(|&b| b == b'\n') {
        let (before, after) = rest.split_at(end);
        line.extend_from_slice(before.strip_suffix(b"\r").unwrap_or(before));
        line.extend_from_slice(b"\r\n");
        rest = after.get(1..).unwrap_or_default();
    }
    line.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Bytes;
    use crate::milter::drain::Gate;
    use crate::milter::flight::BytesInFlight;

    fn message(limits: &Limits, total: &BytesInFlight) -> Message<()> {
        let in_flight = Arc::new(Gate::new()).enter().unwrap();
        Message::new(Arc::new(()), limits, Received::default(), total.share(), in_flight)
    }

    fn text(message: &mut Message<()>) -> Vec<u8> {
        match message.seal() {
            Ok(Sealed::Inline(bytes)) => bytes.to_vec(),
            Ok(Sealed::Memfd { file, .. }) => {
                use std::io::{Read, Seek};
                let mut file = file.as_ref();
                let mut bytes = Vec::new();
                file.rewind().and_then(|()| file.read_to_end(&mut bytes)).unwrap();
                bytes
            }
            Err(fault) => panic!("{fault:?}"),
        }
    }

    #[test]
    fn a_message_is_rebuilt_as_it_was_sent() {
        let fields: [(&str, &[u8]); 4] = [
            ("Subject", b" two\n\tfolds\n  here"),
            ("X-None", b"value"),
            ("X-Raw", b"  \xfc\xff"),
            ("X-Empty", b""),
        ];
        let total = BytesInFlight::default();
        let mut kept = message(&Limits::default(), &total);
        for (name, value) in fields {
            kept.header(name.into(), value.to_vec(), LeadingSpace::Kept);
        }
        kept.body(b"line\r\n");
        kept.body(b"\0\xff");
        let raw =
            b"Subject: two\r\n\tfolds\r\n  here\r\nX-None:value\r\nX-Raw:  \xfc\xff\r\nX-Empty:\
            \r\n\r\nline\r\n\0\xff";
        assert_eq!(text(&mut kept), raw);
        assert_eq!(kept.received.size, raw.len() as u64);
        assert_eq!(kept.received.header.len(), 1);
        assert_eq!(kept.received.header[0].value, b"two\n\tfolds\n  here");
    }

    #[test]
    fn a_removed_space_is_written_back() {
        let total = BytesInFlight::default();
        let mut message = message(&Limits::default(), &total);
        message.header(b"Subject".to_vec(), b" one\r\n two".to_vec(), LeadingSpace::Removed);
        assert_eq!(text(&mut message), b"Subject:  one\r\n two\r\n\r\n");
        assert_eq!(message.received.header[0].value, b" one\r\n two");
    }

    #[test]
    fn recipients_without_end_take_no_memory_without_end() {
        let total = BytesInFlight::default();
        let limits = Limits { in_flight: Bytes(1 << 20), ..Limits::default() };
        let mut message = message(&limits, &total);
        for _ in 0..100_000 {
            message.recipient(vec![b'x'; 100]);
        }
        assert_eq!(message.fault(), Some(Fault::InFlight));
        assert_eq!(message.received.recipients.len(), RECIPIENTS_OF_FAULT);
        assert!(total.has_room(1 << 20, 1 << 20));
    }

    #[test]
    fn a_message_without_body_or_header_has_a_blank_line() {
        let total = BytesInFlight::default();
        assert_eq!(text(&mut message(&Limits::default(), &total)), b"\r\n");
        let mut twice = message(&Limits::default(), &total);
        twice.end_of_header();
        twice.end_of_header();
        assert_eq!(text(&mut twice), b"\r\n");
    }

    #[test]
    fn past_the_limit_the_rest_is_dropped_and_the_message_says_so() {
        let limits = Limits { message: Bytes(10), ..Limits::default() };
        let total = BytesInFlight::default();
        let mut message = message(&limits, &total);
        message.header(b"A".to_vec(), b"b".to_vec(), LeadingSpace::Kept);
        message.body(b"12345678");
        message.body(b"more");
        assert_eq!(message.received.extent, Extent::CutOff);
        assert_eq!(message.received.size, 5 + 2 + 12);
        assert_eq!(text(&mut message), b"A:b\r\n\r\n123");
    }

    #[test]
    fn a_message_beyond_what_all_may_hold_gives_its_memory_back_at_once() {
        let limits = Limits { in_flight: Bytes(1000), ..Limits::default() };
        let total = BytesInFlight::default();
        let mut other = message(&limits, &total);
        other.body(&[0; 500]);
        let mut refused = message(&limits, &total);
        refused.header(b"x-phi-scan".to_vec(), b" forged".to_vec(), LeadingSpace::Kept);
        refused.body(&[0; 450]);
        assert_eq!(refused.fault(), Some(Fault::InFlight));
        assert!(total.has_room(498, 1000) && !total.has_room(499, 1000));
        refused.header(b"X-PHI-Detected".to_vec(), b" no".to_vec(), LeadingSpace::Kept);
        assert_eq!(refused.received.header.len(), 2);
        assert!(refused.seal().is_err());
    }

    #[test]
    fn a_large_message_is_whole_too() {
        let total = BytesInFlight::default();
        let mut large = message(&Limits::default(), &total);
        for chunk in 0..40_u8 {
            large.body(&vec![chunk; 65_535]);
        }
        let text = text(&mut large);
        assert_eq!(text.len(), 2 + 40 * 65_535);
        assert_eq!((text[2], text[text.len() - 1]), (0, 39));
    }
}
