//! The daemon's side of a reply: takes in bytes that nobody vouches for, keeps what is sound.

use std::fmt;

use super::frame::{self, Front, PREFIX};
use super::reply::{Allowance, Reply};
use crate::limits::{Cause, Limits};
use crate::text::{PartPath, Reading, Sink, Text, Unread};

/// A reply as it grows.
///
/// Any bytes may be fed to it: it answers with [`Nonsense`], never with a panic, and never keeps
/// more than the limits allow.
#[derive(Debug)]
pub struct Intake {
    reading: Reading,
    /// The part in work.
    part: PartPath,
    allowance: Allowance,
    deepest: usize,
    highest: u32,
    stage: Stage,
    awaits: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Reading,
    Done,
}

/// A reply that no worker of ours sends: the worker is in other hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nonsense {
    /// It is longer than the limits allow.
    TooLong,
    /// A frame does not decode.
    Garbled,
    /// A span is outside its text, out of order, or within a character.
    Span,
    /// A part is where no part can be.
    Part,
    /// A sketch has other pixels than it says.
    Sketch,
    /// Something follows the end.
    AfterDone,
}

impl fmt::Display for Nonsense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "its reply is longer than the limits allow",
            Self::Garbled => "a frame of its reply does not decode",
            Self::Span => "its reply has a span that does not fit its text",
            Self::Part => "its reply names a part that cannot be",
            Self::Sketch => "its reply has a sketch with other pixels than it says",
            Self::AfterDone => "its reply goes on after its end",
        })
    }
}

impl Intake {
    /// An empty reply to a request with these limits.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            reading: Reading::default(),
            part: PartPath::root(),
            allowance: Allowance::of_daemon(limits),
            // A part is named by its place in the tree, which can have two levels for each one
            // that is counted (a multipart in a message), and by one too deep to be read.
            deepest: (limits.depth as usize).saturating_mul(2).saturating_add(8),
            highest: limits.parts.saturating_add(1000),
            stage: Stage::Reading,
            awaits: 0,
        }
    }

    /// Takes the whole frames at the front of `bytes` and says how many bytes they were.
    ///
    /// # Errors
    /// When the bytes are no reply. What was taken before stays.
    pub fn take(&mut self, bytes: &[u8]) -> Result<usize, Nonsense> {
        let mut taken = 0;
        loop {
            let rest = bytes.get(taken..).unwrap_or_default();
            if self.is_done() {
                return if rest.is_empty() { Ok(taken) } else { Err(Nonsense::AfterDone) };
            }
            match frame::front(rest, self.allowance.longest()) {
                Front::Part { awaits } => {
                    self.awaits = awaits;
                    return Ok(taken);
                }
                Front::TooLong => return Err(Nonsense::TooLong),
                Front::Whole(frame) => {
                    if !self.allowance.charge(frame.len()) {
                        return Err(Nonsense::TooLong);
                    }
                    self.keep(frame::decode(frame).ok_or(Nonsense::Garbled)?)?;
                    taken += PREFIX + frame.len();
                }
            }
        }
    }

    /// The length of the frame whose beginning was at the end of the bytes last fed, by its own
    /// account; 0 when that is not known.
    pub(super) fn awaits(&self) -> usize {
        self.awaits
    }

    /// Whether the worker has said that this was all.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// The reading of a message that was read to its end.
    #[must_use]
    pub fn finish(self) -> Reading {
        self.reading
    }

    /// The reading of a message whose worker did not come to its end: what was read counts, the
    /// part in work is unread.
    #[must_use]
    pub fn break_off(mut self, cause: Cause) -> Reading {
        self.reading.unread(Unread { part: self.part, file: None, cause });
        self.reading
    }

    /// How far the reading came, to choose between two attempts at one message.
    pub(super) fn progress(&self) -> (u32, usize) {
        (self.reading.parts, self.reading.text_bytes())
    }

    fn keep(&mut self, reply: Reply) -> Result<(), Nonsense> {
        match reply {
            Reply::Begin(part) => {
                self.possible(&part)?;
                self.reading.begin(&part);
                self.part = part;
            }
            Reply::Format(format) => {
                self.possible(&format.part)?;
                self.reading.format(format);
            }
            Reply::Text(text) => {
                self.possible(&text.part)?;
                self.possible(&text.group)?;
                if !fits(&text) {
                    return Err(Nonsense::Span);
                }
                self.reading.text(text);
            }
            Reply::Fact(fact) => {
                self.possible(&fact.part)?;
                self.reading.fact(fact);
            }
            Reply::Unread(unread) => {
                self.possible(&unread.part)?;
                self.reading.unread(unread);
            }
            Reply::Addresses(addresses) => self.reading.addresses(addresses),
            Reply::Sketch(sketch) => {
                self.possible(&sketch.part)?;
                if !sketch.is_sound() {
                    return Err(Nonsense::Sketch);
                }
                self.reading.sketch(sketch);
            }
            Reply::Picture(picture) => {
                self.possible(&picture.view.part)?;
                self.possible(&picture.view.group)?;
                self.reading.picture(picture);
            }
            Reply::Done => self.stage = Stage::Done,
        }
        Ok(())
    }

    fn possible(&self, part: &PartPath) -> Result<(), Nonsense> {
        let sound = part.depth() <= self.deepest
            && part.numbers().iter().all(|n| (1..=self.highest).contains(n));
        if sound { Ok(()) } else { Err(Nonsense::Part) }
    }
}

/// Whether every span of a text lies within it, on character boundaries, in ascending order, and
/// every label that is referred to exists.
fn fits(text: &Text) -> bool {
    let content = text.content.expose().as_str();
    let mut end = 0;
    let fields = text.fields.iter().all(|field| {
        let label_exists = field.label.is_none_or(|label| (label as usize) < text.labels.len());
        label_exists && follows(content, &mut end, field.span.start, field.span.end)
    });
    let mut end = 0;
    fields && text.zones.iter().all(|(span, _)| follows(content, &mut end, span.start, span.end))
}

fn follows(content: &str, before: &mut usize, start: u32, end: u32) -> bool {
    let (start, end) = (start as usize, end as usize);
    let sound = *before <= start
        && start <= end
        && content.is_char_boundary(start)
        && content.is_char_boundary(end);
    *before = end;
    sound
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Bytes;
    use crate::secret::Secret;
    use crate::text::{Fact, Field, HeaderAddresses, PartFact, Place, Zone};

    fn frames(replies: &[Reply]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for reply in replies {
            frame::append(&mut bytes, reply).unwrap();
        }
        bytes
    }

    fn body(content: &str) -> Text {
        Text::plain(Place::Body, &PartPath::root().child(1), content.to_owned())
    }

    fn answer_to(replies: &[Reply]) -> Result<usize, Nonsense> {
        Intake::new(&Limits::default()).take(&frames(replies))
    }

    #[test]
    fn a_reply_is_kept_as_it_was_sent_however_it_is_cut() {
        let part = PartPath::root().child(1);
        let fact = PartFact::plain(Fact::PgpEncrypted, part.clone());
        let unread = Unread { part: part.clone(), file: None, cause: Cause::Encrypted };
        let addresses = HeaderAddresses { from: Some(Secret::new("a@b".into())), ..<_>::default() };
        let bytes = frames(&[
            Reply::Addresses(addresses.clone()),
            Reply::Begin(part),
            Reply::Text(body("first")),
            Reply::Fact(fact.clone()),
            Reply::Unread(unread.clone()),
            Reply::Done,
        ]);
        for step in [1, 2, 3, 7, bytes.len()] {
            let mut intake = Intake::new(&Limits::default());
            let (mut buffer, mut rest) = (Vec::new(), bytes.as_slice());
            while !rest.is_empty() {
                assert!(!intake.is_done());
                let (now, later) = rest.split_at(step.min(rest.len()));
                buffer.extend_from_slice(now);
                let taken = intake.take(&buffer).unwrap();
                buffer.drain(..taken);
                rest = later;
            }
            assert!(intake.is_done() && buffer.is_empty());
            let reading = intake.finish();
            assert_eq!(reading.texts, [body("first")]);
            assert_eq!(reading.facts.as_slice(), std::slice::from_ref(&fact));
            assert_eq!(reading.unread.as_slice(), std::slice::from_ref(&unread));
            assert_eq!((&reading.addresses, reading.parts), (&addresses, 1));
        }
    }

    #[test]
    fn a_reading_that_breaks_off_counts_and_names_the_part_in_work() {
        let mut intake = Intake::new(&Limits::default());
        let second = PartPath::root().child(2);
        let sent = [Reply::Text(body("kept")), Reply::Begin(second.clone())];
        intake.take(&frames(&sent)).unwrap();
        let reading = intake.break_off(Cause::Crashed);
        assert_eq!(reading.texts.len(), 1);
        assert_eq!(reading.unread, [Unread { part: second, file: None, cause: Cause::Crashed }]);
    }

    #[test]
    fn a_span_outside_its_text_or_out_of_order_or_within_a_character_is_nonsense() {
        let field = |span: std::ops::Range<u32>| Field { span, label: None, record: None };
        let with = |fields: Vec<Field>, zones: Vec<(std::ops::Range<u32>, Zone)>| {
            let mut text = body("aé b");
            text.labels = vec![Secret::new("L".into())];
            (text.fields, text.zones) = (fields, zones);
            answer_to(&[Reply::Text(text)])
        };
        let reversed = std::ops::Range { start: 3, end: 1 };
        assert!(with(vec![field(0..1), field(1..3), field(5..5)], vec![]).is_ok());
        for wrong in [0..6, 0..2, 2..3, reversed, u32::MAX..u32::MAX] {
            let zone = with(vec![], vec![(wrong.clone(), Zone::Quoted)]);
            assert_eq!(
                (with(vec![field(wrong)], vec![]), zone),
                (Err(Nonsense::Span), Err(Nonsense::Span))
            );
        }
        assert_eq!(with(vec![field(3..4), field(0..1)], vec![]), Err(Nonsense::Span));
        let labelled = |label| vec![Field { label: Some(label), ..field(0..1) }];
        assert!(with(labelled(0), vec![]).is_ok());
        assert_eq!(with(labelled(1), vec![]), Err(Nonsense::Span));
    }

    #[test]
    fn a_part_that_cannot_be_is_nonsense() {
        let deep = (0..100).fold(PartPath::root(), |path, _| path.child(1));
        for part in [deep, PartPath::root().child(0), PartPath::root().child(u32::MAX)] {
            assert_eq!(answer_to(&[Reply::Begin(part)]), Err(Nonsense::Part));
        }
        let deepest = (0..16).fold(PartPath::root(), |path, _| path.child(1));
        assert!(answer_to(&[Reply::Begin(deepest)]).is_ok());
    }

    #[test]
    fn nothing_follows_the_end() {
        assert_eq!(answer_to(&[Reply::Done, Reply::Done]), Err(Nonsense::AfterDone));
        let mut cut_short = frames(&[Reply::Done]);
        cut_short.push(0);
        assert_eq!(Intake::new(&Limits::default()).take(&cut_short), Err(Nonsense::AfterDone));
    }

    #[test]
    fn a_reply_ends_where_its_allowance_does() {
        let limits = Limits { text: Bytes(1000), pictures: Bytes(1000), ..Limits::default() };
        let huge = frames(&[Reply::Text(body(&"x".repeat(17 << 20)))]);
        let mut intake = Intake::new(&limits);
        assert_eq!(intake.take(&huge[..PREFIX]), Err(Nonsense::TooLong), "from the length alone");
        let begin = frames(&[Reply::Begin(PartPath::root())]);
        let mut intake = Intake::new(&limits);
        let refused = (0..1 << 20).find(|_| intake.take(&begin).is_err()).unwrap();
        assert!(refused < 100_000, "small frames are charged for what they are in memory");
    }

    #[test]
    fn no_bytes_bring_the_daemon_down() {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let mut text = body("a text with é and two fields");
        text.labels = vec![Secret::new("L".into())];
        text.fields = vec![Field { span: 0..1, label: Some(0), record: Some(1) }];
        text.zones = vec![(0..1, Zone::Fresh)];
        let sound = frames(&[
            Reply::Begin(PartPath::root().child(1)),
            Reply::Text(text),
            Reply::Fact(PartFact::plain(Fact::SmimeEncrypted, PartPath::root())),
            Reply::Unread(Unread { part: PartPath::root(), file: None, cause: Cause::TooDeep }),
            Reply::Done,
        ]);
        let (mut refused, mut taken) = (0, 0);
        for round in 0..20_000 {
            let mut bytes = sound.clone();
            if round % 2 == 0 {
                for _ in 0..=next() % 4 {
                    let at = next() as usize % bytes.len();
                    bytes[at] = next() as u8;
                }
            } else {
                bytes = (0..next() % 64).map(|_| next() as u8).collect();
                let length = (bytes.len() as u32).to_le_bytes();
                bytes.splice(0..0, length);
            }
            let mut intake = Intake::new(&Limits::default());
            match intake.take(&bytes) {
                Ok(_) => taken += 1,
                Err(_) => refused += 1,
            }
            let reading = intake.break_off(Cause::Crashed);
            assert!(reading.texts.iter().all(fits));
        }
        assert!(refused > 1000 && taken > 1000, "{refused} {taken}");
    }
}
