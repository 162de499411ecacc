//! One patient's record while it is gathered: whose values are whose is known at its end, when all
//! who have a part in it have been named.

use std::collections::{HashMap, HashSet};

use super::super::chart::Chart;
use super::super::nobody;
use super::role::{Called, What, Whose, label};
use super::tables::Number;

/// What a record holds, in the order of the file.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    /// Somebody's value, out of a segment.
    Of(Whose, &'static str, What, String),
    /// A value of the claim, the coverage or the service.
    Value(&'static str, &'static str, String),
    /// An element that has no other name than that of its place.
    Element(String, String),
    Words(String),
    /// One more of what the outline counts.
    Count(&'static str),
}

/// A record.
#[derive(Debug)]
pub(super) struct Record {
    entries: Vec<Entry>,
    /// What stands behind the last of them.
    more: String,
    pub called: Called,
    /// Whether it holds a claim, a benefit or a request, so that it is about the insured if no
    /// other patient is in it.
    pub is_used: bool,
    pub names_patient: bool,
    pub names_insured: bool,
    /// Whether the values of the insured in it stand in another record, too.
    pub borrowed: bool,
}

impl Record {
    pub(super) const fn of(called: Called) -> Self {
        Self {
            entries: Vec::new(),
            more: String::new(),
            called,
            is_used: false,
            names_patient: false,
            names_insured: false,
            borrowed: false,
        }
    }

    pub(super) fn push(&mut self, entry: Entry) {
        match &entry {
            Entry::Of(Whose::Patient, _, What::Name, _) => self.names_patient = true,
            Entry::Of(Whose::Insured, _, What::Name, _) => self.names_insured = true,
            _ => {}
        }
        if self.entries.len() < MOST_ENTRIES {
            return self.entries.push(entry);
        }
        let words = match &entry {
            Entry::Of(.., value) | Entry::Value(.., value) | Entry::Element(_, value) => value,
            Entry::Words(words) => words,
            Entry::Count(_) => return,
        };
        self.more.push_str(words);
        self.more.push('\n');
    }

    /// The first numbers that an insured has of his plan, as his dependents have them too.
    pub(super) fn member_numbers(&self) -> Vec<Entry> {
        let is_number = |entry: &&Entry| match entry {
            Entry::Of(Whose::Insured, _, What::Number(Number::Member(_)), value) => {
                value.len() <= LONGEST_NUMBER
            }
            _ => false,
        };
        self.entries.iter().filter(is_number).take(2).cloned().collect()
    }
}

/// Entries of a record; what stands behind is words: each takes many times its room in the file.
const MOST_ENTRIES: usize = 1 << 17;

/// Characters of the longest number (NM109).
const LONGEST_NUMBER: usize = 80;

/// Who was in the records of a stretch.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Patients of this stretch that were found by reading it before.
    known: HashSet<String>,
    patients: HashSet<String>,
    related: HashSet<String>,
    /// The record of each, by what tells him from others.
    records: HashMap<String, u32>,
}

impl People {
    /// Whether one who is somebody's subscriber or relative is a patient, too.
    pub(super) fn overlap(&self) -> bool {
        !self.related.is_disjoint(&self.patients)
    }

    /// The same people, before a second reading.
    pub(super) fn known(self) -> Self {
        Self { known: self.patients, ..Self::default() }
    }

    /// Writes a record. A subscriber is written with the first of his dependents, and not at all
    /// where he has a record of his own: records of one name are taken for one person's.
    pub(super) fn write(&mut self, record: Record, chart: &mut Chart) {
        let of_patient = |entry: &Entry| {
            matches!(entry, Entry::Of(Whose::Patient, _, What::Name | What::Number(_), _))
        };
        let insured_is_patient = !record.entries.iter().any(of_patient);
        let known = !(insured_is_patient && record.borrowed);
        let tells = if known { tells(&record, insured_is_patient) } else { Vec::new() };
        self.begin(tells, chart);
        for entry in record.entries {
            let Entry::Of(whose, _, what, value) = &entry else {
                write(entry, record.called, insured_is_patient, chart);
                continue;
            };
            let is_patient = is_patient(*whose, insured_is_patient);
            let relative = matches!(whose, Whose::Insured | Whose::Related(_)) && !is_patient;
            let tells = matches!(what, What::Name | What::Number(Number::Ssn));
            let key = if tells { key(value) } else { String::new() };
            if tells && is_patient {
                self.patients.insert(key);
            } else if tells && relative {
                let is_new = self.related.insert(key.clone());
                if !is_new || self.known.contains(&key) {
                    continue;
                }
            }
            write(entry, record.called, insured_is_patient, chart);
        }
        chart.words(&record.more);
        chart.end_record();
    }

    /// Begins a record, or goes on with the one that the same patient has.
    fn begin(&mut self, tells: Vec<String>, chart: &mut Chart) {
        if let Some(record) = tells.iter().find_map(|key| self.records.get(key)) {
            chart.resume_record(*record);
        } else {
            chart.begin_record();
            if !tells.is_empty() {
                chart.identified();
            }
        }
        if let Some(record) = chart.record() {
            self.records.extend(tells.into_iter().map(|key| (key, record)));
        }
    }
}

/// What tells the patient of a record from others: a name with each number or birth date, or a
/// number alone. Nothing where nobody is named or numbered.
fn tells(record: &Record, insured_is_patient: bool) -> Vec<String> {
    let mut name = String::new();
    let mut beside = Vec::new();
    let mut numbers = Vec::new();
    for entry in &record.entries {
        let Entry::Of(whose, _, what, value) = entry else { continue };
        if !is_patient(*whose, insured_is_patient) {
            continue;
        }
        let told =
            if *what == What::Name { nobody::is_name(value) } else { nobody::is_number(value) };
        if !told {
            continue;
        }
        match what {
            What::Name if name.is_empty() => name = key(value),
            What::BirthDate => beside.push(value),
            What::Number(Number::Member(_) | Number::Ssn) => {
                beside.push(value);
                numbers.push(value);
            }
            What::Number(Number::Record(_)) => numbers.push(value),
            _ => {}
        }
    }
    match (name.is_empty(), beside.is_empty()) {
        (true, _) => numbers.into_iter().take(1).map(|number| format!("|{number}")).collect(),
        (false, true) => vec![name],
        (false, false) => beside.iter().map(|value| format!("{name}|{value}")).collect(),
    }
}

/// Writes an entry.
pub(super) fn write(entry: Entry, called: Called, insured_is_patient: bool, chart: &mut Chart) {
    match entry {
        Entry::Of(whose, field, what, value) => {
            chart.value(field, &label(whose, what, called, insured_is_patient), &value);
        }
        Entry::Value(field, label, value) => chart.value(field, label, &value),
        Entry::Element(place, value) => chart.unlabelled(&place, &value),
        Entry::Words(words) => chart.words(&words),
        Entry::Count(things) => chart.count(things),
    }
}

fn is_patient(whose: Whose, insured_is_patient: bool) -> bool {
    whose == Whose::Patient || (whose == Whose::Insured && insured_is_patient)
}

/// What tells a name or number from others: its words, without initials.
fn key(value: &str) -> String {
    let lower = value.to_lowercase();
    let mut words: Vec<&str> =
        lower.split_whitespace().filter(|word| word.chars().nth(1).is_some()).collect();
    words.sort_unstable();
    if words.is_empty() { lower } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_its_last_entry_a_record_is_words() {
        let mut record = Record::of(Called::Patients);
        for _ in 0..=MOST_ENTRIES {
            record.push(Entry::Element("CAS-01".to_owned(), "PR".to_owned()));
        }
        record.push(Entry::Of(Whose::Patient, "NM1", What::Name, "JANE ROE".to_owned()));
        assert_eq!(record.entries.len(), MOST_ENTRIES);
        assert!(record.names_patient);
        let mut chart = Chart::new(crate::text::Standard::X12);
        People::default().write(record, &mut chart);
        assert!(chart.told().ends_with("CAS-01: PR\nPR\nJANE ROE\n\n"));
    }

    #[test]
    fn a_name_is_one_with_an_initial_and_without() {
        assert_eq!(key("JANE Q ROE"), key("Roe Jane"));
    }
}
