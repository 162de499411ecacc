//! What readers write to: the sink, with everything charged to the budget.

use super::clinical;
use super::passwords::{Candidate, Origin, Passwords};
use crate::limits::{Budget, Cause};
use crate::secret::Secret;
use crate::text::{
    Fact, Format, HeaderAddresses, PartFact, PartFormat, PartPath, Picture, Sink, Text, Unread,
    View,
};

/// The walk is over: its budget is spent, and the sink has been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop;

/// Goes on, or stops the whole walk.
pub(super) type Flow = Result<(), Stop>;

/// The sink and the budget of one message.
pub(super) struct Output<'a> {
    budget: &'a mut Budget,
    sink: &'a mut dyn Sink,
    passwords: Passwords,
    /// Rounds of hashing that the keys of encrypted parts may still take.
    rounds: u64,
    /// Pages of documents that may still be looked at.
    pages: usize,
    /// The last number of a record that was pasted into a text. One number in one part means one record,
    /// and a part can have several texts, such as pages.
    records: u32,
    /// Files of pasted records, and the parts of the texts, until the walk comes by.
    embedded: Vec<(PartPath, Vec<u8>)>,
    /// Why the walk is over, where it is.
    stopped: Option<Cause>,
}

/// Rounds of hashing for the keys of encrypted parts of one message. A part says how many its key
/// takes, and each password is another key.
const ROUNDS: u64 = 10_000_000;
/// Where the numbers of pasted records begin: behind those that tables and forms have.
const RECORDS: u32 = 1 << 30;
/// Pages of scanned documents of one message whose pixels are read: each takes a second or more.
const PAGES: usize = 30;

impl<'a> Output<'a> {
    pub(super) fn new(budget: &'a mut Budget, sink: &'a mut dyn Sink) -> Self {
        Self {
            budget,
            sink,
            passwords: Passwords::default(),
            rounds: ROUNDS,
            pages: PAGES,
            records: RECORDS,
            embedded: Vec::new(),
            stopped: None,
        }
    }

    /// Takes the passwords that the administrator knows.
    pub(super) fn know_passwords(&mut self, listed: &[Secret<String>]) {
        self.passwords = Passwords::with_listed(listed);
    }

    /// Reading of a part begins. Charges for it.
    pub(super) fn begin(&mut self, part: &PartPath) -> Flow {
        self.sink.begin(part);
        self.charge_part(part)
    }

    /// What comes next may kill the reader: what was found up to here is handed over first.
    pub(super) fn brace(&mut self) {
        self.sink.brace();
    }

    /// Charges for something that costs as much as a part.
    pub(super) fn charge_part(&mut self, part: &PartPath) -> Flow {
        let charged = self.budget.part();
        self.stop_if(charged, part)
    }

    /// Whether the part is within the depth. When not, the sink is told.
    pub(super) fn within_depth(&mut self, part: &PartPath) -> bool {
        match self.budget.depth(part.depth()) {
            Ok(()) => true,
            Err(cause) => {
                self.unread(part, None, cause);
                false
            }
        }
    }

    /// Charges for bytes that came out of an archive or a document.
    pub(super) fn charge_unpacked(&mut self, bytes: usize) -> Result<(), Cause> {
        self.budget.unpacked(bytes)
    }

    /// Checks the time.
    pub(super) fn time(&mut self, part: &PartPath) -> Flow {
        let time = self.budget.time();
        self.stop_if(time, part)
    }

    /// Whether there is time left, for loops that say later that there was none.
    pub(super) fn has_time(&self) -> bool {
        self.budget.time().is_ok()
    }

    /// Bytes of text that may still be handed on.
    pub(super) fn text_left(&self) -> usize {
        self.budget.text_left()
    }

    /// Hands on a text, and the charts of medical records that have been pasted into it.
    pub(super) fn text(&mut self, text: Text) {
        let has_time = self.has_time();
        let charts = if has_time { clinical::pasted(&text, &mut self.records) } else { Vec::new() };
        self.text_of_record(text);
        for clinical::Pasted { text, facts, lack, embedded } in charts {
            facts.into_iter().for_each(|fact| self.sink.fact(fact));
            if let Some(cause) = lack {
                let (part, file) = (text.part.clone(), text.file.clone());
                self.sink.unread(Unread { part, file, cause });
            }
            self.embedded.extend(embedded.into_iter().map(|file| (text.part.clone(), file)));
            self.text_of_record(text);
        }
    }

    /// Takes the files that records held which had been pasted into texts, each with the part of the text.
    pub(super) fn take_embedded(&mut self) -> Vec<(PartPath, Vec<u8>)> {
        std::mem::take(&mut self.embedded)
    }

    /// Hands on a text that has no records in it that are not read, cut where the budget ends.
    pub(super) fn text_of_record(&mut self, mut text: Text) {
        let length = text.content.expose().len();
        if length == 0 {
            return;
        }
        let left = self.budget.text_left();
        let whole = length <= left;
        let (part, file) = (text.part.clone(), text.file.clone());
        if !whole {
            cut(&mut text, left);
        }
        let kept = text.content.expose().len();
        if kept > 0 && self.budget.text(kept).is_ok() {
            self.passwords.keep(&text);
            self.sink.text(text);
        }
        if !whole {
            self.sink.unread(Unread { part, file, cause: Cause::TooLarge });
        }
    }

    pub(super) fn format(&mut self, format: Format, part: &PartPath) {
        self.sink.format(PartFormat { part: part.clone(), format });
    }

    /// Candidates for the password of an encrypted part, from the texts up to here and from the
    /// administrator. Whoever opens a part with one tells so by [`opened_with`](Self::opened_with).
    pub(super) fn passwords(&mut self) -> Vec<Candidate> {
        self.passwords.all()
    }

    /// A part was opened with one of them.
    pub(super) fn opened_with(&mut self, password: &Candidate, part: &PartPath) {
        if password.origin == Origin::Message {
            self.fact(Fact::PasswordInMessage, part);
        }
    }

    /// Charges for the rounds of hashing of one key; false when they are too many.
    pub(super) fn charge_rounds(&mut self, rounds: u32) -> bool {
        let left = self.rounds.checked_sub(u64::from(rounds));
        self.rounds = left.unwrap_or(self.rounds);
        left.is_some()
    }

    /// Why the walk is over, where it is.
    pub(super) const fn stopped(&self) -> Option<Cause> {
        self.stopped
    }

    pub(super) fn fact(&mut self, fact: Fact, part: &PartPath) {
        self.sink.fact(PartFact::plain(fact, part.clone()));
    }

    /// A fact that has more to say than that it is one.
    pub(super) fn outlined(&mut self, fact: PartFact) {
        self.sink.fact(fact);
    }

    pub(super) fn unread(&mut self, part: &PartPath, file: Option<&str>, cause: Cause) {
        let file = file.map(|name| Secret::new(name.to_owned()));
        self.sink.unread(Unread { part: part.clone(), file, cause });
    }

    pub(super) fn addresses(&mut self, addresses: HeaderAddresses) {
        self.sink.addresses(addresses);
    }

    /// Hands on a picture, as many of its pages as may be looked at, or says that the message has
    /// too much of them.
    pub(super) fn picture(&mut self, mut picture: Picture) {
        let wanted = picture.pages.len();
        picture.pages.truncate(self.pages);
        let kept = picture.pages.len();
        let hand_on = kept > 0 || wanted == 0;
        if hand_on && self.budget.picture(picture.bytes.expose().len()).is_ok() {
            self.pages = self.pages.saturating_sub(kept);
            if kept < wanted {
                self.unread_picture(&picture);
            }
            self.sink.picture(picture);
            return;
        }
        self.unread_picture(&picture);
    }

    fn unread_picture(&mut self, picture: &Picture) {
        let View { part, file, .. } = picture.view.clone();
        self.sink.unread(Unread { part, file, cause: Cause::TooLarge });
    }

    pub(super) fn stop_if(&mut self, charged: Result<(), Cause>, part: &PartPath) -> Flow {
        charged.map_err(|cause| {
            self.stopped = Some(cause);
            self.unread(part, None, cause);
            Stop
        })
    }
}

/// Shortens a text to at most `most` bytes, its fields and zones with it.
fn cut(text: &mut Text, most: usize) {
    let content = text.content.expose();
    let end = content.floor_char_boundary(most);
    let kept = content.get(..end).unwrap_or_default().to_owned();
    let end = u32::try_from(end).unwrap_or(u32::MAX);
    text.content = Secret::new(kept);
    text.fields.retain(|field| field.span.end <= end);
    text.zones.retain_mut(|(span, _)| {
        span.end = span.end.min(end);
        span.start < span.end
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Bytes, Limits};
    use crate::text::{Place, Reading, Zone};

    #[test]
    fn a_text_past_the_budget_is_cut_at_a_character_and_said_to_be() {
        let mut budget = Budget::new(&Limits { text: Bytes(4), ..Limits::default() });
        let mut reading = Reading::default();
        let mut text = Text::plain(Place::Body, &PartPath::root(), "abcü".into());
        text.zones = vec![(0..2, Zone::Quoted), (2..5, Zone::Quoted)];
        Output::new(&mut budget, &mut reading).text(text);
        assert_eq!(reading.texts[0].content.expose(), "abc");
        assert_eq!(reading.texts[0].zones, [(0..2, Zone::Quoted), (2..3, Zone::Quoted)]);
        assert_eq!(reading.unread[0].cause, Cause::TooLarge);
    }

    #[test]
    fn records_of_two_pages_of_a_part_have_numbers_of_their_own() {
        let mut budget = Budget::new(&Limits::default());
        let mut reading = Reading::default();
        let mut out = Output::new(&mut budget, &mut reading);
        for number in ["773014", "773015"] {
            let message = format!("MSH|^~\\&|A|B|C|D|2026||ADT^A04|1|P|2.3\nPID|1||{number}\n");
            out.text(Text::plain(Place::Attachment, &PartPath::root(), message));
        }
        let fields = reading.texts.iter().flat_map(|text| &text.fields);
        let records: std::collections::HashSet<_> =
            fields.filter_map(|field| field.record).collect();
        assert_eq!(records.len(), 2);
    }
}
