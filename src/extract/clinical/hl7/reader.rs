//! Writes the segments of a stretch to a chart: one record a patient.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::super::chart::Chart;
use super::codes;
use super::fields::{self, Datatype};
use super::lines;
use super::person::{self, Person};
use super::results::Results;
use super::segment::{Components, Segment, is_header, joined};
use super::types::{self, Field};

/// Fields of a segment that have labels of their own: the standard's longest segment has 105.
const MOST_FIELDS: usize = 200;
/// Bytes of a chart. What comes behind is written as it stands: that is more than a message's text
/// may hold.
const LONGEST_CHART: usize = 64 << 20;

/// What segments are counted, and as what.
const COUNTED: &[(&str, &str)] = &[
    ("AL1", "AL1 allergies"),
    ("DG1", "DG1 diagnoses"),
    ("FT1", "FT1 charges"),
    ("IAM", "IAM allergies"),
    ("OBR", "OBR orders"),
    ("PR1", "PR1 procedures"),
    ("RXA", "RXA vaccinations"),
    ("RXD", "RXD dispenses"),
    ("RXE", "RXE prescriptions"),
    ("RXO", "RXO prescriptions"),
    ("SCH", "SCH appointments"),
    ("TXA", "TXA documents"),
];

/// Reads a stretch.
pub(in crate::extract::clinical) fn read(stretch: &str, chart: &mut Chart) {
    let mut reader = Reader::default();
    lines::each(stretch, |segment| {
        if chart.len() > LONGEST_CHART {
            chart.words(&format!("{}{}", segment.name, segment.rest));
        } else {
            reader.segment(chart, &segment);
        }
    });
    reader.results.flush(chart);
}

type Set<T> = HashSet<T, RandomState>;

#[derive(Default)]
struct Reader {
    /// By what the patients are known whose records there are.
    seen: Set<String>,
    /// By what the patient of the open record is known.
    open: Set<String>,
    /// Social security numbers of relatives that are written.
    related: Set<String>,
    /// Fields of headers that are written, by their numbers.
    said: HashMap<usize, Set<String>, RandomState>,
    results: Results,
}

/// Whether a field has the social security number of somebody who may be a relative of several
/// patients: who has one in common with another is taken for the same person.
fn is_relatives_number(segment: &str, number: usize) -> bool {
    matches!((segment, number), ("NK1", 33 | 37) | ("GT1", 2 | 12) | ("IN2", 2))
}

impl Reader {
    fn segment(&mut self, chart: &mut Chart, segment: &Segment<'_>) {
        if !matches!(segment.name, "OBX" | "NTE") {
            self.results.flush(chart);
        }
        if let Some((_, things)) = COUNTED.iter().find(|(name, _)| *name == segment.name) {
            chart.count(things);
        }
        match segment.name {
            name if is_header(name) => self.header(chart, segment),
            "PID" => self.begin(chart, Person::of(segment)),
            "QPD" => return self.query(chart, segment),
            "QRD" => self.begin(chart, whom(segment)),
            "OBX" => {
                self.results.observation(chart, segment);
                return self.others(chart, segment, 9);
            }
            "NTE" => {
                self.results.note(chart, segment);
                return;
            }
            "" => return chart.words(segment.rest),
            _ => {}
        }
        self.others(chart, segment, 1);
    }

    /// Writes the fields of a segment from a number on, whatever they are.
    fn others(&mut self, chart: &mut Chart, segment: &Segment<'_>, from: usize) {
        let first = if is_header(segment.name) { 3 } else { from };
        for (number, raw) in segment.fields().filter(|(number, _)| *number >= first) {
            if is_relatives_number(segment.name, number) && !self.related.insert(raw.to_owned()) {
                continue;
            }
            // What each of thousands of messages says of its systems is said once.
            if is_header(segment.name) {
                let said = self.said.entry(number).or_default();
                if said.contains(raw) {
                    continue;
                }
                said.insert(raw.to_owned());
            }
            // The number of the segment among its like.
            if number == 1 && raw.len() <= 4 && raw.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let name = match number {
                ..=MOST_FIELDS => format!("{}-{number}", segment.name),
                _ => segment.name.to_owned(),
            };
            let known = fields::field(segment.name, number);
            let (label, datatype) = known.unwrap_or((name.as_str(), Datatype::Text));
            let outlined = fields::is_outlined(segment.name, datatype);
            types::write(
                chart,
                Field { name: &name, label, datatype, outlined },
                raw,
                &segment.delimiters,
            );
        }
    }

    fn header(&mut self, chart: &mut Chart, segment: &Segment<'_>) {
        chart.end_record();
        self.open.clear();
        if segment.name == "MSH" {
            let mut kind = Components::of(segment.field(9), &segment.delimiters);
            if let Some(kind) = codes::message(&kind.take(1), &kind.take(2)) {
                chart.kind(&kind);
            }
        }
    }

    /// Begins a person's record, unless it is open.
    fn begin(&mut self, chart: &mut Chart, person: Person) {
        if !person.keys.iter().any(|key| self.open.contains(key)) {
            chart.begin_record();
            self.open.clear();
        }
        let known = person.keys.iter().any(|key| self.seen.contains(key));
        if person.somebody && !known {
            chart.identified();
        }
        self.seen.extend(person.keys.iter().cloned());
        self.open.extend(person.keys);
    }

    /// A query by its parameters: those of a known profile by their place, others by the fields
    /// that they name (`@PID.5.1`).
    fn query(&mut self, chart: &mut Chart, segment: &Segment<'_>) {
        let delimiters = &segment.delimiters;
        let named = segment.fields().any(|(_, raw)| raw.starts_with("@PID."));
        let name = Components::of(segment.field(1), delimiters).take(1);
        let registry = name.starts_with("Z34") || name.starts_with("Z44");
        let mut person = Person::default();
        if !named && segment.field(3).contains(delimiters.component) {
            person.numbers(segment.field(3), delimiters);
        }
        if registry {
            let names = person::all(segment.field(4), delimiters, |parts| types::name(parts, 1));
            person.named(&names, &types::day(segment.field(6)));
        }
        let mut parameters = named.then(|| Parameters::of(segment));
        if let Some(parameters) = &parameters {
            let names = [parameters.name.clone()];
            person.named(&names, &parameters.birth);
            parameters.numbers.iter().for_each(|number| person.numbers(number, delimiters));
        }
        self.begin(chart, person);
        for (number, raw) in segment.fields() {
            let place = format!("QPD-{}", number.min(MOST_FIELDS));
            let known = match number {
                3 if !named && raw.contains(delimiters.component) => {
                    Some(("MRN", Datatype::Identifier))
                }
                4 if registry => Some(("Patient Name", Datatype::Name)),
                5 if registry => Some(("Mother's Maiden Name", Datatype::Name)),
                6 if registry => Some(("Date of Birth", Datatype::Birth)),
                7 if registry => Some(("Sex", Datatype::Sex)),
                8 if registry => Some(("Patient Address", Datatype::Address)),
                9 if registry => Some(("Patient Home Phone", Datatype::Telephone)),
                _ if raw.starts_with("@PID.") => {
                    if let Some(parameters) = parameters.take() {
                        parameters.write(chart, &place);
                    }
                    continue;
                }
                _ => fields::field("QPD", number),
            };
            let (label, datatype) = known.unwrap_or((place.as_str(), Datatype::Text));
            let outlined = fields::is_outlined("QPD", datatype);
            types::write(chart, Field { name: &place, label, datatype, outlined }, raw, delimiters);
        }
    }
}

/// Whom a query of the older kind is about (QRD-8).
fn whom(segment: &Segment<'_>) -> Person {
    let mut person = Person::default();
    let raw = segment.field(8);
    person.numbers(raw, &segment.delimiters);
    person.named(&person::all(raw, &segment.delimiters, |parts| types::name(parts, 2)), "");
    person
}

/// What a query by fields asks for.
#[derive(Default)]
struct Parameters {
    name: String,
    birth: String,
    numbers: Vec<String>,
    /// Of other fields of PID, by their labels.
    others: Vec<(&'static str, String)>,
}

impl Parameters {
    fn of(segment: &Segment<'_>) -> Self {
        let mut parameters = Self::default();
        let mut names: [String; 3] = Default::default();
        for (_, raw) in segment.fields().filter(|(_, raw)| raw.starts_with("@PID.")) {
            for repetition in raw.split(segment.delimiters.repetition) {
                let mut parts = Components::of(repetition, &segment.delimiters);
                let (path, value) = (parts.take(1), parts.take_whole(2));
                let mut path = path.trim_start_matches("@PID.").split('.');
                let mut number = || path.next().and_then(|number| number.parse::<usize>().ok());
                let (field, component) = (number().unwrap_or_default(), number().unwrap_or(1));
                match (field, component) {
                    (3, 1) => parameters.numbers.push(value),
                    (5, _) => {
                        if let Some(name) =
                            component.checked_sub(1).and_then(|at| names.get_mut(at))
                        {
                            *name = value;
                        }
                    }
                    (7, _) => parameters.birth = types::day(&value),
                    _ => {
                        let label = fields::field("PID", field).map_or("Query", |known| known.0);
                        parameters.others.push((label, value));
                    }
                }
            }
        }
        let [family, given, middle] = &names;
        parameters.name = joined([given.as_str(), middle, family], " ");
        parameters
    }

    fn write(&self, chart: &mut Chart, place: &str) {
        self.numbers.iter().for_each(|number| chart.value(place, "MRN", number));
        chart.value(place, "Patient Name", &self.name);
        chart.value(place, "Date of Birth", &self.birth);
        self.others.iter().for_each(|(label, value)| chart.other(label, value));
    }
}
