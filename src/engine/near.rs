//! Which word lists have a word in a candidate's value, or near it: in the text around it, or in
//! its label.

use std::collections::HashMap;
use std::ops::Range;

use super::about::Roles;
use super::candidates::Candidate;
use super::fold::Folded;
use super::words::{Dictionary, Hit, ListId, ListSet};
use crate::finding::About;
use crate::rules::Stand;
use crate::secret::Secret;
use crate::text::{Field, Text};

/// Bytes of the longest hit: 16 words, 15 of the widest gaps and the signs around.
const LONGEST_HIT: usize = 2_048;

/// Fields of a record on either side of a value whose labels are looked at.
const MOST_FIELDS: usize = 32;

/// The words of a text, and those of its labels once they are asked for.
pub(super) struct Near<'a> {
    dictionary: &'a Dictionary,
    /// By sets of lists.
    roles: &'a [Roles],
    text: &'a Text,
    folded: &'a Folded<'a>,
    /// In order of their ends.
    hits: &'a [Hit],
    labels: HashMap<u32, Label>,
    /// The lists in the window asked for last, since each match of a rule asks again.
    window: Option<(Window, ListSet)>,
    /// The lists in the value asked for last.
    value: Option<(Range<usize>, ListSet)>,
}

/// What a window depends on.
#[derive(PartialEq, Eq)]
struct Window {
    whole: Range<usize>,
    value: Range<usize>,
    within: usize,
}

impl<'a> Near<'a> {
    pub fn new(
        dictionary: &'a Dictionary,
        roles: &'a [Roles],
        text: &'a Text,
        folded: &'a Folded<'a>,
        hits: &'a [Hit],
    ) -> Self {
        let labels = HashMap::new();
        Self { dictionary, roles, text, folded, hits, labels, window: None, value: None }
    }

    /// Whether a word of the list stands within so many characters of the match, outside the
    /// value, or in the value's label.
    pub fn has(&mut self, list: ListId, within: usize, candidate: &Candidate) -> bool {
        self.label_has(list, candidate) || self.window_has(list, within, candidate)
    }

    /// Whether a word of the list stands inside the value, whole.
    pub fn value_has(&mut self, list: ListId, candidate: &Candidate) -> bool {
        if let Some((value, lists)) = &self.value
            && *value == candidate.value
        {
            return lists.contains(list);
        }
        let lists = self.lists_inside(&candidate.value);
        let has = lists.contains(list);
        self.value = Some((candidate.value.clone(), lists));
        has
    }

    fn lists_inside(&self, value: &Range<usize>) -> ListSet {
        let first = self.hits.partition_point(|hit| hit.span().end <= value.start);
        let ended = self.hits.get(first..).unwrap_or_default();
        let ended = ended.iter().take_while(|hit| hit.span().end <= value.end);
        let mut lists = self.dictionary.no_lists();
        for hit in ended.filter(|hit| value.start <= hit.span().start) {
            lists.add(self.dictionary.lists(hit.set));
        }
        lists
    }

    fn window_has(&mut self, list: ListId, within: usize, candidate: &Candidate) -> bool {
        let (whole, value) = (candidate.whole.clone(), candidate.value.clone());
        let wanted = Window { whole, value, within };
        if let Some((window, lists)) = &self.window
            && *window == wanted
        {
            return lists.contains(list);
        }
        let lists = self.lists_in(&wanted);
        let has = lists.contains(list);
        self.window = Some((wanted, lists));
        has
    }

    fn lists_in(&self, window: &Window) -> ListSet {
        let text = self.folded.text();
        let from = characters_before(text, window.whole.start, window.within);
        let to = characters_after(text, window.whole.end, window.within);
        let first = self.hits.partition_point(|hit| (hit.end as usize) < from);
        let mut lists = self.dictionary.no_lists();
        for hit in self.hits.get(first..).unwrap_or_default() {
            let span = hit.span();
            if span.end > to + LONGEST_HIT {
                break;
            }
            let overlaps = span.start < window.value.end && window.value.start < span.end;
            if span.start <= to && !overlaps {
                lists.add(self.dictionary.lists(hit.set));
            }
        }
        lists
    }

    /// Whether the value's label has a word of the list.
    pub fn label_has(&mut self, list: ListId, candidate: &Candidate) -> bool {
        self.label(candidate).is_some_and(|label| label.lists.contains(list))
    }

    /// Whom a candidate's label makes it about.
    pub fn label_says(&mut self, candidate: &Candidate) -> Option<About> {
        self.label(candidate)?.about
    }

    /// Whether a label of a candidate's record is a patient's: then the record is.
    pub fn record_is_patients(&mut self, candidate: &Candidate) -> bool {
        if self.text.labels.is_empty() {
            return false;
        }
        let at = self.folded.original(candidate.value.clone()).start;
        let fields = &self.text.fields;
        let own = fields.partition_point(|field| field.span.end as usize <= at);
        let Some(record) = fields.get(own).and_then(|field| field.record) else { return false };
        let (before, behind) = fields.split_at_checked(own).unwrap_or_default();
        let is_same = |field: &&Field| field.record == Some(record);
        let before = before.iter().rev().take(MOST_FIELDS).take_while(is_same);
        let behind = behind.iter().take(MOST_FIELDS).take_while(is_same);
        before.chain(behind).any(|field| {
            self.label_of(field).is_some_and(|label| label.about == Some(About::Patient))
        })
    }

    fn label(&mut self, candidate: &Candidate) -> Option<&Label> {
        if self.text.labels.is_empty() {
            return None;
        }
        let at = self.folded.original(candidate.value.clone()).start;
        self.label_of(self.text.field_at(at)?)
    }

    fn label_of(&mut self, field: &Field) -> Option<&Label> {
        let (number, label) = (field.label?, self.text.label(field)?);
        let (dictionary, roles) = (self.dictionary, self.roles);
        Some(self.labels.entry(number).or_insert_with(|| Label::new(label, dictionary, roles)))
    }
}

/// What the words of a label say.
struct Label {
    lists: ListSet,
    /// By the last of its words that tells.
    about: Option<About>,
}

impl Label {
    fn new(label: &Secret<String>, dictionary: &Dictionary, roles: &[Roles]) -> Self {
        let apart = words_apart(label.expose());
        let mut hits = Vec::new();
        dictionary.find(Folded::new(&apart).text(), &mut hits);
        let mut lists = dictionary.no_lists();
        hits.iter().for_each(|hit| lists.add(dictionary.lists(hit.set)));
        let says = |hit: &Hit| roles.get(hit.set.0 as usize)?.says(Stand::Label);
        Self { lists, about: hits.iter().rev().find_map(says) }
    }
}

/// The byte `count` characters before byte `at`.
fn characters_before(text: &str, at: usize, count: usize) -> usize {
    let bytes = text.as_bytes();
    let from = at.saturating_sub(count);
    if bytes.get(from..at).is_some_and(<[u8]>::is_ascii) {
        return from;
    }
    let mut left = count;
    let mut at = at;
    while at > 0 && left > 0 {
        at -= 1;
        while at > 0 && !text.is_char_boundary(at) {
            at -= 1;
        }
        left -= 1;
    }
    at
}

/// The byte `count` characters after byte `at`.
fn characters_after(text: &str, at: usize, count: usize) -> usize {
    let bytes = text.as_bytes();
    let to = at.saturating_add(count).min(bytes.len());
    if bytes.get(at..to).is_some_and(<[u8]>::is_ascii) {
        return to;
    }
    let mut left = count;
    let mut at = at;
    while at < bytes.len() && left > 0 {
        at += 1;
        while at < bytes.len() && !text.is_char_boundary(at) {
            at += 1;
        }
        left -= 1;
    }
    at
}

/// A label with a blank where letter case tells that a word begins: `patientSSN`, `birthDate`.
fn words_apart(label: &str) -> String {
    let mut apart = String::with_capacity(label.len() + 8);
    let mut before = ' ';
    let mut chars = label.chars().peekable();
    while let Some(c) = chars.next() {
        let next_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase()
            && (before.is_lowercase()
                || before.is_ascii_digit()
                || (before.is_uppercase() && next_lower));
        if begins {
            apart.push(' ');
        }
        apart.push(c);
        before = c;
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::super::candidates::Origin;
    use super::*;
    use crate::text::{Field, PartPath, Place};

    fn dictionary() -> Dictionary {
        let lists: [Vec<Box<str>>; 2] = [vec!["ssn".into()], vec!["date of birth".into()]];
        Dictionary::new(lists.iter().map(Vec::as_slice))
    }

    /// Whether each of the two lists is near the first `7` of a text.
    fn near(content: &str, within: usize, label: Option<&str>) -> [bool; 2] {
        let mut text = Text::plain(Place::Body, &PartPath::root(), content.to_owned());
        if let Some(label) = label {
            text.labels = vec![Secret::new(label.to_owned())];
            let span = 0..u32::try_from(content.len()).unwrap();
            text.fields = vec![Field { span, label: Some(0), record: None }];
        }
        let folded = Folded::new(content);
        let (dictionary, mut hits) = (dictionary(), Vec::new());
        dictionary.find(folded.text(), &mut hits);
        let at = folded.text().find('7').unwrap();
        let value = at..at + 1;
        let whole = value.clone();
        let candidate = Candidate { rule: 0, origin: Origin::Pattern(0), whole, value };
        let mut near = Near::new(&dictionary, &[], &text, &folded, &hits);
        [0, 1].map(|list| near.has(ListId(list), within, &candidate))
    }

    #[test]
    fn a_word_is_near_on_either_side_up_to_so_many_characters() {
        assert_eq!(near("SSN 7", 1, None), [true, false]);
        assert_eq!(near("7 (date of birth)", 2, None), [false, true]);
        assert_eq!(near("SSN ...7", 3, None), [false, false]);
        assert_eq!(near("SSN ...7", 4, None), [true, false]);
        assert_eq!(near("7....SSN", 3, None), [false, false]);
        assert_eq!(near("SSN\u{e9}\u{2022}\u{2022}\u{2022}7", 9, None), [false, false]);
        assert_eq!(near("SSN \u{2022}\u{2022}\u{2022}7", 4, None), [true, false]);
    }

    #[test]
    fn a_value_has_the_words_that_stand_in_it_whole() {
        let content = "ssn 7 date of birth 7 ssn";
        let text = Text::plain(Place::Body, &PartPath::root(), content.to_owned());
        let folded = Folded::new(content);
        let (dictionary, mut hits) = (dictionary(), Vec::new());
        dictionary.find(folded.text(), &mut hits);
        let mut near = Near::new(&dictionary, &[], &text, &folded, &hits);
        let mut has = |value: Range<usize>| {
            let candidate = Candidate { rule: 0, origin: Origin::Pattern(0), whole: 0..25, value };
            [0, 1].map(|list| near.value_has(ListId(list), &candidate))
        };
        assert_eq!(has(0..25), [true, true]);
        assert_eq!(has(4..21), [false, true]);
        assert_eq!(has(1..18), [false, false]);
        assert_eq!(has(20..25), [true, false]);
    }

    #[test]
    fn a_label_counts_as_near_in_whatever_case_its_words_are_joined() {
        assert_eq!(near("7", 1, Some("patientSSN")), [true, false]);
        assert_eq!(near("7", 1, Some("DateOfBirth")), [false, true]);
        assert_eq!(near("7", 1, Some("date_of_birth")), [false, true]);
        assert_eq!(near("7", 1, Some("passnumber")), [false, false]);
    }

    #[test]
    fn a_label_is_read_word_by_word() {
        assert_eq!(words_apart("patientSSN"), "patient SSN");
        assert_eq!(words_apart("MRNNumber"), "MRN Number");
        assert_eq!(words_apart("birthDate"), "birth Date");
        assert_eq!(words_apart("DOB"), "DOB");
    }

    #[test]
    fn windows_count_characters_not_bytes() {
        let text = "\u{e9}\u{e9}\u{e9}ab";
        assert_eq!(characters_before(text, 6, 2), 2);
        assert_eq!(characters_after(text, 0, 4), 7);
        assert_eq!((characters_before("abc", 2, 9), characters_after("abc", 2, 9)), (0, 3));
    }
}
