//! The worker's side of a reply: gathers what is found and hands it over in as few writes as is
//! safe.

use std::io::{self, Write};

use super::frame;
use super::reply::{Allowance, Reply};
use super::request::Care;
use crate::limits::{Cause, Limits};
use crate::text::{
    HeaderAddresses, PartFact, PartFormat, PartPath, Picture, Sink, Sketch, Text, Unread,
};

/// In a message above this many bytes each part is announced before it is read; a smaller one
/// costs one write, unless its reader braces itself.
const SMALL: usize = 32 * 1024;

/// With so many bytes gathered they are handed over, so that the daemon decodes while we read.
const FULL: usize = 64 * 1024;

/// The sink of a worker.
pub(super) struct Outbox<W> {
    socket: W,
    pending: Vec<u8>,
    allowance: Allowance,
    /// The part in work.
    part: PartPath,
    announce: Announce,
    stage: Stage,
    failure: Option<io::Error>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Announce {
    EachPart,
    AsAsked,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    /// The allowance is used up, and the daemon was told.
    Full,
}

impl<W: Write> Outbox<W> {
    /// An empty reply to a request.
    pub(super) fn new(socket: W, limits: &Limits, care: Care, message: usize) -> Self {
        let announce = match care {
            Care::Ordinary if message <= SMALL => Announce::AsAsked,
            Care::Ordinary | Care::EachPart => Announce::EachPart,
        };
        Self {
            socket,
            pending: Vec::with_capacity(message.min(FULL) + 512),
            allowance: Allowance::of_worker(limits),
            part: PartPath::root(),
            announce,
            stage: Stage::Open,
            failure: None,
        }
    }

    /// Ends the reply.
    ///
    /// # Errors
    /// When the daemon is gone: now or in any earlier write.
    pub(super) fn done(mut self) -> io::Result<()> {
        self.append(&Reply::Done);
        self.flush();
        self.failure.map_or(Ok(()), Err)
    }

    /// Hands over what is gathered.
    pub(super) fn flush(&mut self) {
        if self.failure.is_none() && !self.pending.is_empty() {
            self.failure = self.socket.write_all(&self.pending).err();
        }
        self.pending.clear();
    }

    fn put(&mut self, reply: &Reply) {
        if self.stage == Stage::Full {
            return;
        }
        let before = self.pending.len();
        let length = self.append(reply);
        if length.is_some_and(|length| self.allowance.charge(length)) {
            return;
        }
        self.pending.truncate(before);
        self.stage = Stage::Full;
        let cause = Cause::TooLarge;
        self.append(&Reply::Unread(Unread { part: self.part.clone(), file: None, cause }));
    }

    /// The bytes of the frame, without its length.
    fn append(&mut self, reply: &Reply) -> Option<usize> {
        let before = self.pending.len() + frame::PREFIX;
        frame::append(&mut self.pending, reply).ok()?;
        Some(self.pending.len() - before)
    }
}

impl<W: Write> Sink for Outbox<W> {
    fn begin(&mut self, part: &PartPath) {
        self.part.clone_from(part);
        self.put(&Reply::Begin(part.clone()));
        // The daemon takes the message itself to be in work until it hears of a part.
        if self.announce == Announce::EachPart && part.depth() > 0 {
            self.flush();
        }
    }

    fn brace(&mut self) {
        self.flush();
    }

    fn format(&mut self, format: PartFormat) {
        self.put(&Reply::Format(format));
    }

    fn text(&mut self, text: Text) {
        self.pending.reserve(text.content.expose().len() + 64);
        self.put(&Reply::Text(text));
        if self.pending.len() > FULL {
            self.flush();
        }
    }

    fn fact(&mut self, fact: PartFact) {
        self.put(&Reply::Fact(fact));
    }

    fn unread(&mut self, unread: Unread) {
        self.put(&Reply::Unread(unread));
    }

    fn addresses(&mut self, addresses: HeaderAddresses) {
        self.put(&Reply::Addresses(addresses));
    }

    fn sketch(&mut self, sketch: Sketch) {
        self.put(&Reply::Sketch(sketch));
    }

    fn picture(&mut self, picture: Picture) {
        self.flush();
        self.put(&Reply::Picture(picture));
        self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Bytes;
    use crate::text::{Place, Reading};
    use crate::worker::Intake;

    /// Keeps what each write brought.
    #[derive(Default)]
    struct Writes(Vec<Vec<u8>>);

    impl Write for &mut Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn read(out: &mut dyn Sink, text: &str) {
        out.begin(&PartPath::root());
        for number in 1..=2 {
            let part = PartPath::root().child(number);
            out.begin(&part);
            out.text(Text::plain(Place::Body, &part, text.to_owned()));
        }
    }

    fn taken(writes: &Writes, limits: &Limits) -> Reading {
        let mut intake = Intake::new(limits);
        assert_eq!(intake.take(&writes.0.concat()), Ok(writes.0.concat().len()));
        assert!(intake.is_done());
        intake.finish()
    }

    #[test]
    fn a_small_message_costs_one_write() {
        let (limits, mut writes) = (Limits::default(), Writes::default());
        let mut outbox = Outbox::new(&mut writes, &limits, Care::Ordinary, 5000);
        read(&mut outbox, "text");
        outbox.done().unwrap();
        assert_eq!(writes.0.len(), 1);
        let mut expected = Reading::default();
        read(&mut expected, "text");
        assert_eq!(taken(&writes, &limits), expected);
    }

    #[test]
    fn each_part_of_a_large_message_or_of_one_that_killed_is_announced_before_it_is_read() {
        for (care, size) in [(Care::Ordinary, SMALL + 1), (Care::EachPart, 10)] {
            let (limits, mut writes) = (Limits::default(), Writes::default());
            let mut outbox = Outbox::new(&mut writes, &limits, care, size);
            read(&mut outbox, "text");
            drop(outbox);
            let mut intake = Intake::new(&limits);
            intake.take(&writes.0.concat()).unwrap();
            let reading = intake.break_off(Cause::Crashed);
            assert_eq!((reading.texts.len(), reading.unread[0].part.to_string()), (1, "2".into()));
        }
    }

    #[test]
    fn a_reader_that_braces_itself_hands_over_what_it_has() {
        let (limits, mut writes) = (Limits::default(), Writes::default());
        let mut outbox = Outbox::new(&mut writes, &limits, Care::Ordinary, 10);
        read(&mut outbox, "text");
        outbox.brace();
        outbox.brace();
        drop(outbox);
        assert_eq!(writes.0.len(), 1);
    }

    #[test]
    fn more_than_the_allowance_ends_in_unread_too_large_and_the_daemon_takes_it() {
        let limits = Limits { text: Bytes(1000), pictures: Bytes(1000), ..Limits::default() };
        let mut writes = Writes::default();
        let mut outbox = Outbox::new(&mut writes, &limits, Care::Ordinary, 10);
        for _ in 0..5 {
            read(&mut outbox, &"x".repeat(4 << 20));
        }
        outbox.done().unwrap();
        let reading = taken(&writes, &limits);
        assert!((1..10).contains(&reading.texts.len()));
        assert_eq!(reading.unread.len(), 1);
        assert_eq!(reading.unread[0].cause, Cause::TooLarge);
    }
}
