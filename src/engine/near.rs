//! Which word lists have a word in a candidate's value, or near it: in the text around it, or in
//! its label.

use std::collections::HashMap;
use std::ops::Range;

use super::about::Roles;
use super::candidates::Candidate;
use super::characters::Characters;
use super::fold::Folded;
use super::leading::Turn;
use super::places::Places;
use super::words::{Dictionary, Hit, ListId, ListSet};
use super::{hits, tokens};
use crate::finding::About;
use crate::rules::Stand;
use crate::secret::Secret;
use crate::text::{Field, Text};

/// Fields of a record on either side of a value whose labels are looked at.
const MOST_FIELDS: usize = 32;

/// The words of a text, and those of its labels once they are asked for.
pub(super) struct Near<'a> {
    lookups: Lookups<'a>,
    text: &'a Text,
    folded: &'a Folded<'a>,
    characters: Characters<'a>,
    places: &'a Places<'a>,
    labels: HashMap<u32, Label>,
    /// The label of the value asked for last, since each match of a rule asks again.
    label: Option<(Range<usize>, Option<u32>)>,
    /// The lists in the value asked for last.
    value: Option<(Range<usize>, ListSet)>,
}

/// What words are looked up in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lookups<'a> {
    /// Those of texts and labels.
    pub texts: &'a Dictionary,
    /// What the words of each set of lists tell.
    pub roles: &'a [Roles],
    /// Those of values.
    pub values: &'a Dictionary,
}

impl<'a> Near<'a> {
    pub fn new(
        lookups: Lookups<'a>,
        text: &'a Text,
        folded: &'a Folded<'a>,
        places: &'a Places<'a>,
    ) -> Self {
        let characters = Characters::of(folded.text());
        Self {
            lookups,
            text,
            folded,
            characters,
            places,
            labels: HashMap::new(),
            label: None,
            value: None,
        }
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
        let values = self.lookups.values;
        let mut lists = values.no_lists();
        let text = self.folded.text();
        let around = tokens::widened(text, value.clone());
        for hit in hits(values, Turn::Rest, text.get(around.clone()).unwrap_or_default()) {
            let span = around.start + hit.start as usize..around.start + hit.end as usize;
            if value.start <= span.start && span.end <= value.end {
                lists.add(values.lists(hit.set));
            }
        }
        lists
    }

    fn window_has(&mut self, list: ListId, within: usize, candidate: &Candidate) -> bool {
        let Candidate { whole, value, .. } = candidate;
        let last = self.places.last_before(list, value.start);
        if last.is_some_and(|end| end >= self.characters.before(whole.start, within)) {
            return true;
        }
        let first = self.places.first_behind(list, value.end);
        first.is_some_and(|start| start <= self.characters.after(whole.end, within))
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
            let label = field.label.and_then(|number| self.numbered(number));
            label.is_some_and(|label| label.about == Some(About::Patient))
        })
    }

    fn label(&mut self, candidate: &Candidate) -> Option<&Label> {
        if self.text.labels.is_empty() {
            return None;
        }
        let number = self.label_of(&candidate.value)?;
        self.numbered(number)
    }

    fn numbered(&mut self, number: u32) -> Option<&Label> {
        let label = self.text.labels.get(number as usize)?;
        let Lookups { texts, roles, .. } = self.lookups;
        Some(self.labels.entry(number).or_insert_with(|| Label::new(label, texts, roles)))
    }

    fn label_of(&mut self, value: &Range<usize>) -> Option<u32> {
        if let Some((of, label)) = &self.label
            && of == value
        {
            return *label;
        }
        let at = self.folded.original(value.clone()).start;
        let label = self.text.field_at(at).and_then(|field| field.label);
        self.label = Some((value.clone(), label));
        label
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
        let hits = words_of_label(dictionary, label);
        let mut lists = dictionary.no_lists();
        hits.iter().for_each(|hit| lists.add(dictionary.lists(hit.set)));
        let says = |hit: &Hit| roles.get(hit.set.0 as usize)?.says(Stand::Label);
        Self { lists, about: hits.iter().rev().find_map(says) }
    }
}

/// The words of a label.
pub(super) fn words_of_label(dictionary: &Dictionary, label: &Secret<String>) -> Vec<Hit> {
    let apart = words_apart(label.expose());
    let mut hits = Vec::new();
    dictionary.find(Folded::new(&apart).text(), &mut hits);
    hits
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

    fn lookups(dictionary: &Dictionary) -> Lookups<'_> {
        Lookups { texts: dictionary, roles: &[], values: dictionary }
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
        let places = Places::of(&dictionary, &hits);
        let mut near = Near::new(lookups(&dictionary), &text, &folded, &places);
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
        let places = Places::of(&dictionary, &hits);
        let mut near = Near::new(lookups(&dictionary), &text, &folded, &places);
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
    fn a_word_is_near_where_looking_at_every_word_says_so() {
        let dictionary = dictionary();
        let pieces = ["ssn ", "date of birth", "7", "\u{e9} ", "x", "  ", "date of ", "\u{2022}"];
        let mut seed = 0x1234_5678_u64;
        let mut roll = |sides: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % sides
        };
        for _ in 0..500 {
            let content: String = (0..20).map(|_| pieces[roll(pieces.len())]).collect();
            let text = Text::plain(Place::Body, &PartPath::root(), content.clone());
            let folded = Folded::new(&content);
            let mut hits = Vec::new();
            dictionary.find(folded.text(), &mut hits);
            let places = Places::of(&dictionary, &hits);
            let mut near = Near::new(lookups(&dictionary), &text, &folded, &places);
            for (at, _) in folded.text().match_indices('7') {
                let (whole, within) = (at..at + 1, 1 + roll(12));
                let apart = |one: usize, other: usize| {
                    folded.text().get(one..other).unwrap().chars().count()
                };
                let expected = [0, 1].map(|list| {
                    let of_list = |hit: &&Hit| dictionary.members(hit.set).contains(&ListId(list));
                    hits.iter().filter(of_list).any(|hit| {
                        let span = hit.span();
                        (span.end <= at && apart(span.end, at) <= within)
                            || (span.start > at && apart(at + 1, span.start) <= within)
                    })
                });
                let value = whole.clone();
                let candidate = Candidate { rule: 0, origin: Origin::Pattern(0), whole, value };
                let found = [0, 1].map(|list| near.has(ListId(list), within, &candidate));
                assert_eq!(found, expected, "{content:?} at {at} within {within}");
            }
        }
    }
}
