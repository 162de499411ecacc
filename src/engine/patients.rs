//! How many people findings are about, at the least.
//!
//! A patient's name and his record number are one patient, not two. What stands in one record
//! (a row, a form, a block of labelled lines) is taken to be one person's; what stands in no
//! record may be anybody's. So values are never added up over kinds of identifier: of each kind
//! the different persons are counted, and the largest of these counts is the answer.

use std::collections::{HashMap, HashSet};

use crate::finding::{About, Confidence, Finding, Hipaa, Kind};
use crate::text::{PartPath, Zone};

/// How many different patients findings are about, at the least; 0 where no identifier of medium
/// confidence or more is a patient's. What stands in a signature or a footer does not count.
#[must_use]
pub fn patients<'f>(findings: impl Iterator<Item = &'f Finding>) -> u32 {
    let mut people = People::default();
    findings.filter(|finding| is_evidence(finding)).for_each(|finding| people.add(finding));
    people.count()
}

fn is_evidence(finding: &Finding) -> bool {
    finding.kind == Kind::Identifier
        && finding.about == About::Patient
        && finding.confidence >= Confidence::Medium
        && !matches!(finding.zone, Some(Zone::Signature | Zone::Disclaimer))
}

/// Two records with one value of these are one person's: nearly nobody shares them. A telephone
/// number, an address or a member number is shared by a family.
const fn joins(hipaa: Hipaa) -> bool {
    matches!(hipaa, Hipaa::Name | Hipaa::Mrn | Hipaa::Ssn)
}

/// Different values of these are different people wherever they stand. Of others one person has
/// several, so they tell people apart only from record to record.
const fn tells_apart(hipaa: Hipaa) -> bool {
    joins(hipaa) || matches!(hipaa, Hipaa::HealthPlan)
}

/// A value by its kind and keyed hash.
type Value = (Hipaa, u64);

/// What stands together as one person's.
#[derive(PartialEq, Eq, Hash)]
enum Unit<'f> {
    Record(&'f PartPath, u32),
    Alone(Value),
}

/// Units, those of one person linked to each other.
#[derive(Default)]
struct People<'f> {
    numbers: HashMap<Unit<'f>, usize>,
    /// For each unit one that it belongs with, itself at the end of the chain.
    links: Vec<usize>,
    /// The first unit with a value that joins.
    first: HashMap<Value, usize>,
    /// Kinds of identifier in each unit, and whether it is a record.
    seen: HashSet<(usize, Hipaa, bool)>,
    values: HashSet<Value>,
}

impl<'f> People<'f> {
    fn add(&mut self, finding: &'f Finding) {
        let hipaa = finding.hipaa.unwrap_or(Hipaa::Other);
        let value = (hipaa, finding.digest);
        let unit = match finding.record {
            Some(record) => Unit::Record(&finding.part, record),
            None => Unit::Alone(value),
        };
        let fresh = self.links.len();
        let number = *self.numbers.entry(unit).or_insert(fresh);
        if number == fresh {
            self.links.push(fresh);
        }
        self.seen.insert((number, hipaa, finding.record.is_some()));
        self.values.insert(value);
        if joins(hipaa) {
            let first = *self.first.entry(value).or_insert(number);
            self.link(first, number);
        }
    }

    /// The unit that stands for all that are linked to one.
    fn root(&mut self, unit: usize) -> usize {
        let mut at = unit;
        while let Some(&next) = self.links.get(at).filter(|&&next| next != at) {
            // Halving the way keeps chains short for whoever goes it next.
            let over = self.links.get(next).copied().unwrap_or(next);
            if let Some(link) = self.links.get_mut(at) {
                *link = over;
            }
            at = next;
        }
        at
    }

    fn link(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(link) = self.links.get_mut(other) {
            *link = one;
        }
    }

    fn count(mut self) -> u32 {
        let mut of_kind: HashMap<Hipaa, HashSet<usize>> = HashMap::new();
        for (unit, hipaa, in_record) in std::mem::take(&mut self.seen) {
            let person = self.root(unit);
            if in_record || tells_apart(hipaa) {
                of_kind.entry(hipaa).or_default().insert(person);
            }
        }
        let different = |hipaa| self.values.iter().filter(|(kind, _)| *kind == hipaa).count();
        let counts = of_kind.iter().map(|(hipaa, people)| people.len().min(different(*hipaa)));
        let most = counts.max().unwrap_or(0).max(usize::from(!self.values.is_empty()));
        u32::try_from(most).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Basis, Standing};
    use crate::text::Place;

    fn found(hipaa: Hipaa, digest: u64) -> Finding {
        Finding {
            rule: "r".into(),
            kind: Kind::Identifier,
            hipaa: Some(hipaa),
            class: None,
            confidence: Confidence::Medium,
            about: About::Patient,
            basis: Basis::Rule,
            standing: Standing::Counts,
            place: Place::Body,
            part: PartPath::root(),
            group: PartPath::root(),
            zone: None,
            page: None,
            file: None,
            label: None,
            record: None,
            text: 0,
            span: 0..1,
            digest,
        }
    }

    fn in_record(record: u32, hipaa: Hipaa, digest: u64) -> Finding {
        Finding { record: Some(record), ..found(hipaa, digest) }
    }

    fn count(findings: &[Finding]) -> u32 {
        patients(findings.iter())
    }

    #[test]
    fn nobody_is_counted_where_nothing_is_a_patients() {
        let provider = Finding { about: About::Provider, ..found(Hipaa::Name, 1) };
        let weak = Finding { confidence: Confidence::Low, ..found(Hipaa::Name, 2) };
        let clinical = Finding { kind: Kind::Clinical, ..found(Hipaa::Name, 3) };
        let signed = Finding { zone: Some(Zone::Signature), ..found(Hipaa::Name, 4) };
        assert_eq!(count(&[provider, weak, clinical, signed]), 0);
        assert_eq!(count(&[]), 0);
    }

    #[test]
    fn a_name_and_a_number_of_its_own_are_one_patient() {
        assert_eq!(count(&[found(Hipaa::Name, 1), found(Hipaa::Mrn, 1)]), 1);
        let twice = [found(Hipaa::Name, 1), found(Hipaa::Mrn, 2), found(Hipaa::Mrn, 3)];
        assert_eq!(count(&twice), 2);
    }

    #[test]
    fn one_person_can_have_several_telephones_and_dates() {
        let phones = [1, 2, 3].map(|number| found(Hipaa::Phone, number));
        assert_eq!(count(&phones), 1);
        assert_eq!(count(&[1, 2].map(|day| found(Hipaa::Date, day))), 1);
    }

    #[test]
    fn rows_tell_people_apart_by_whatever_stands_in_them() {
        let rows = [1, 2, 3].map(|row| in_record(row, Hipaa::Email, u64::from(row)));
        assert_eq!(count(&rows), 3);
        let same = [1, 2, 3].map(|row| in_record(row, Hipaa::Email, 7));
        assert_eq!(count(&same), 1);
    }

    #[test]
    fn records_with_one_record_number_are_one_patient_however_the_name_is_written() {
        let findings = [
            in_record(1, Hipaa::Name, 10),
            in_record(1, Hipaa::Mrn, 1),
            in_record(2, Hipaa::Name, 11),
            in_record(2, Hipaa::Mrn, 1),
            in_record(3, Hipaa::Name, 12),
            in_record(3, Hipaa::Mrn, 2),
        ];
        assert_eq!(count(&findings), 2);
    }

    #[test]
    fn families_share_telephones_and_member_numbers() {
        let rows = [1, 2].map(|row| {
            [in_record(row, Hipaa::Name, u64::from(row)), in_record(row, Hipaa::Phone, 5)]
        });
        assert_eq!(count(rows.as_flattened()), 2);
    }

    #[test]
    fn a_list_that_is_there_twice_counts_once() {
        let rows = |part: u32| {
            [1, 2, 3].map(|row| Finding {
                part: PartPath::root().child(part),
                ..in_record(row, Hipaa::Name, u64::from(row))
            })
        };
        assert_eq!(count(&[rows(1), rows(2)].concat()), 3);
    }

    #[test]
    fn many_rows_take_linear_time() {
        let rows: Vec<Finding> =
            (0..200_000).map(|row| in_record(row, Hipaa::Name, u64::from(row / 2))).collect();
        assert_eq!(count(&rows), 100_000);
    }
}
