//! Walks over the segments of a stretch and says where a patient's record begins and ends.

use super::super::chart::Chart;
use super::record::{Entry, People, Record, write};
use super::role::{Called, Whose};
use super::segments::{Segment, Segments};
use super::separators::Separators;
use super::tables;

/// What the open record stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// No level says: names begin records.
    Free,
    /// HL 22: of an insured, who may have dependents.
    Insured,
    /// HL 23, or the patient's own level.
    Dependent,
    /// INS: a member of a plan.
    Member,
    /// CLP: a claim that was paid.
    Claim,
}

/// A reading.
pub(super) struct Reader<'c> {
    chart: &'c mut Chart,
    people: People,
    pub(super) level: Level,
    pub(super) record: Option<Record>,
    /// Whose the values are that come next.
    pub(super) whose: Whose,
    pub(super) address: Vec<String>,
    /// Whether what comes next is another coverage than that of the record.
    pub(super) other_coverage: bool,
    /// Whether the plan that is asked pays first or second (SBR01).
    pub(super) rank: String,
    /// Numbers of the last insured, for his dependents.
    family: Vec<Entry>,
    called: Called,
    /// The transaction set that is read.
    set: &'static str,
    guide: String,
}

impl<'c> Reader<'c> {
    /// Reads a stretch into a chart. Gives back who was in it.
    pub(super) fn over(text: &str, chart: &'c mut Chart, people: People) -> People {
        let mut reader = Self {
            chart,
            people,
            level: Level::Free,
            record: None,
            whose: Whose::Organization("Organization"),
            address: Vec::new(),
            other_coverage: false,
            rank: String::new(),
            family: Vec::new(),
            called: Called::Patients,
            set: "",
            guide: String::new(),
        };
        let separators = Separators::declared(text).unwrap_or_else(|| {
            let element = text.chars().find(|c| !c.is_alphanumeric()).unwrap_or('*');
            Separators::of_excerpt(text, element)
        });
        // Within a stretch only quotations have this mark before each line.
        let quoted = text.lines().skip(1).take(4).any(|line| line.trim_start().starts_with('>'));
        for segment in Segments::of(text, separators, quoted) {
            reader.segment(&segment);
        }
        reader.close();
        reader.people
    }

    fn segment(&mut self, segment: &Segment) {
        if segment.id != "N3" && segment.id != "N4" {
            self.end_address();
        }
        match segment.id.as_str() {
            "ISA" | "IEA" | "GE" | "SE" => self.envelope(segment),
            "GS" => {
                self.envelope(segment);
                self.set = tables::group(segment.get(1)).unwrap_or_default();
                segment.get(8).clone_into(&mut self.guide);
            }
            "ST" => self.transaction(segment),
            "TA1" => {
                self.chart.kind("TA1");
                self.envelope(segment);
            }
            "HL" => self.level(segment),
            // Eligibility has it too, within its levels.
            "INS" if matches!(self.level, Level::Insured | Level::Dependent) => {
                self.member(segment);
            }
            "INS" => {
                self.begin(Level::Member);
                self.add(Entry::Count("INS members"));
                self.called = Called::Beneficiaries;
                self.open();
                self.member(segment);
            }
            "CLP" => {
                self.begin(Level::Claim);
                self.open();
                self.payment(segment);
            }
            "ENT" | "PLB" | "LX" if !self.within(segment) => {
                self.begin(Level::Free);
                self.elements(segment, 1);
            }
            "NM1" => self.name(segment, segment.get(2) != "2"),
            "N1" => self.name(segment, false),
            "N3" => self.street(segment),
            "N4" => self.city(segment),
            "PER" => self.contact(segment),
            "DMG" => self.demographics(segment),
            "REF" => self.reference(segment),
            "CLM" => self.claim(segment),
            "HI" => self.health(segment),
            "SV1" | "SV2" | "SV3" | "SV5" | "SVC" | "SVD" => self.service(segment),
            "LIN" => self.drug(segment),
            "TOO" => self.tooth(segment),
            "EB" => self.benefit(segment),
            "EQ" => self.inquiry(segment),
            "UM" => self.review(segment),
            "STC" => self.status(segment),
            "HD" => self.coverage(segment),
            "SBR" => self.subscriber(segment),
            "PAT" => self.relative(segment),
            "DTP" | "DTM" => self.date(segment),
            "TRN" => self.trace(segment),
            "PWK" => self.paperwork(segment),
            "AMT" => {
                self.element(segment, 1);
                self.value("AMT", "Amount", segment.get(2).to_owned());
                self.elements(segment, 3);
            }
            "NTE" | "MSG" | "K3" | "BIN" | "BDS" => self.note(segment),
            _ => self.elements(segment, 1),
        }
    }

    /// ISA, GS and what ends them: nobody's.
    fn envelope(&mut self, segment: &Segment) {
        self.begin(Level::Free);
        self.family.clear();
        self.elements(segment, 1);
    }

    /// ST: what the segments up to SE are.
    fn transaction(&mut self, segment: &Segment) {
        self.begin(Level::Free);
        self.family.clear();
        let guide = if segment.get(3).is_empty() { &self.guide } else { segment.get(3) };
        if let Some(kind) = tables::transaction(segment.get(1), guide) {
            self.chart.kind(kind);
            self.set = kind;
        }
        let members = matches!(segment.get(1), "834" | "820");
        self.called = if members { Called::Beneficiaries } else { Called::Patients };
        self.elements(segment, 1);
    }

    /// HL: the next level of the hierarchy.
    fn level(&mut self, segment: &Segment) {
        match segment.get(3) {
            "22" => {
                self.begin(Level::Insured);
                self.family.clear();
                self.open();
                self.whose = Whose::Insured;
            }
            "23" | "PT" => self.dependent(),
            // The event and its services are the patient's above them.
            "EV" | "SS" => self.whose = self.main(),
            // In version 4010 of a review the servicing provider is below the patient.
            "19" if self.set == "278" && self.record.is_some() => self.whose = self.main(),
            _ => {
                self.begin(Level::Free);
                self.family.clear();
            }
        }
        self.elements(segment, 1);
    }

    /// HL 23: somebody who is insured with another. What was said of that one belongs to the first
    /// dependent's record, unless a claim made it his own.
    fn dependent(&mut self) {
        let insured = self.level == Level::Insured;
        let above =
            self.record.take_if(|record| insured && !record.is_used && !record.names_patient);
        if let Some(record) = above {
            self.family = record.member_numbers();
            self.record = Some(record);
        } else {
            if let Some(record) = self.record.as_ref().filter(|_| insured) {
                self.family = record.member_numbers();
            }
            self.close();
            self.open();
            for entry in self.family.clone() {
                self.add(entry);
            }
            if let Some(record) = &mut self.record {
                record.borrowed = !self.family.is_empty();
            }
        }
        self.level = Level::Dependent;
        self.whose = Whose::Patient;
        self.other_coverage = false;
    }

    /// Whether a segment that can begin something stands in what goes on.
    fn within(&self, segment: &Segment) -> bool {
        segment.id == "LX" && self.level != Level::Claim
    }

    /// Begins what belongs to nobody yet.
    fn begin(&mut self, level: Level) {
        self.close();
        self.level = level;
        self.whose = match level {
            Level::Free => Whose::Organization("Organization"),
            _ => Whose::Patient,
        };
    }

    /// Opens a record, unless one is.
    pub(super) fn open(&mut self) {
        self.record.get_or_insert_with(|| Record::of(self.called));
    }

    /// Writes the record that is open.
    pub(super) fn close(&mut self) {
        self.end_address();
        self.other_coverage = false;
        if let Some(record) = self.record.take() {
            self.people.write(record, self.chart);
        }
    }

    /// Says that the open record holds what its patient got or asked for.
    pub(super) fn use_record(&mut self) {
        if let Some(record) = &mut self.record {
            record.is_used = true;
        }
    }

    /// Whose the open record is.
    pub(super) fn main(&self) -> Whose {
        match (self.level, &self.record) {
            (Level::Insured, Some(record)) if !record.names_patient => Whose::Insured,
            (Level::Free, Some(record)) if record.names_insured && !record.names_patient => {
                Whose::Insured
            }
            _ => Whose::Patient,
        }
    }

    /// Adds to the open record, or writes what is in none.
    pub(super) fn add(&mut self, entry: Entry) {
        match &mut self.record {
            Some(record) => record.push(entry),
            None => write(entry, self.called, true, self.chart),
        }
    }

    /// Adds a value of the claim, the coverage or the service.
    pub(super) fn value(&mut self, field: &'static str, label: &'static str, value: String) {
        if !value.is_empty() {
            self.add(Entry::Value(field, label, value));
        }
    }

    /// Adds the elements from a number on, under their own names.
    pub(super) fn elements(&mut self, segment: &Segment, from: usize) {
        for number in from..=segment.len() {
            self.element(segment, number);
        }
    }

    /// Adds an element under its own name.
    pub(super) fn element(&mut self, segment: &Segment, number: usize) {
        self.labelled(&segment.id, number, segment.get(number));
    }

    pub(super) fn labelled(&mut self, id: &str, number: usize, value: &str) {
        if !value.is_empty() {
            self.add(Entry::Element(format!("{id}-{number:02}"), value.to_owned()));
        }
    }

    /// NTE, MSG, K3: words.
    fn note(&mut self, segment: &Segment) {
        let words = match segment.id.as_str() {
            "MSG" | "K3" => 1,
            "BDS" => 3,
            _ => 2,
        };
        for number in 1..=segment.len() {
            if number == words {
                self.add(Entry::Words(segment.get(number).to_owned()));
            } else {
                self.element(segment, number);
            }
        }
    }
}
