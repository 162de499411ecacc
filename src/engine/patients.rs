//! How many people findings are about, at the least.
//!
//! A patient's name and his record number are one patient, not two. What stands in one record
//! (a row, a form, a block of labelled lines) is taken to be one person's; what stands in no
//! record may be anybody's. Units of one person are linked: by a record number, by a Social Security
//! number, and by a name, unless a number or a birth date says that two people have that name.
//! Values are never added up over kinds of identifier, but in the rows of a table, where each row is
//! somebody: of each kind the different persons are counted, and the largest of these counts is the
//! answer.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::spares::{BIRTH, Spares};
use crate::finding::{About, Confidence, Finding, Hipaa, Kind, NameWords, Standing};
use crate::text::{PartPath, Zone};

type Map<K, V> = HashMap<K, V, RandomState>;

/// How many people of one name are told apart; further ones are known by their numbers alone.
const MOST_OF_ONE_NAME: usize = 16;

/// How many different patients findings are about, at the least; 0 where no identifier of medium
/// confidence or more is a patient's. What stands in a signature or a footer does not count. Spare
/// findings count in the parts in which one of the findings does.
#[must_use]
pub fn patients<'f>(findings: impl Iterator<Item = &'f Finding>, spares: Option<&Spares>) -> u32 {
    let mut people = People::default();
    for finding in findings.filter(|finding| is_evidence(finding)) {
        people.add(&finding.part, Sign::of(finding));
    }
    for (part, spare) in spares.into_iter().flat_map(Spares::identifiers) {
        if spare.standing == Standing::Counts && people.parts.contains_key(part) {
            let Some(hipaa) = spare.hipaa else { continue };
            let sign = Sign {
                record: Some(spare.record),
                labelled: spare.labelled,
                hipaa,
                digest: spare.digest,
                words: spare.words,
                is_birth: spare.is_birth,
            };
            people.add(part, sign);
        }
    }
    people.count()
}

fn is_evidence(finding: &Finding) -> bool {
    finding.kind == Kind::Identifier
        && finding.about == About::Patient
        && finding.confidence >= Confidence::Medium
        && !matches!(finding.zone, Some(Zone::Signature | Zone::Disclaimer))
}

/// Different values of these are different people wherever they stand. Of others one person has
/// several, so they tell people apart only from record to record.
const fn tells_apart(hipaa: Hipaa) -> bool {
    matches!(hipaa, Hipaa::Name | Hipaa::Mrn | Hipaa::Ssn | Hipaa::HealthPlan)
}

/// What a finding says of somebody.
struct Sign {
    record: Option<u32>,
    /// It stands under a label that its structure tells, such as that of a column.
    labelled: bool,
    hipaa: Hipaa,
    digest: u64,
    words: NameWords,
    is_birth: bool,
}

impl Sign {
    fn of(finding: &Finding) -> Self {
        Self {
            record: finding.record,
            labelled: finding.label.is_some(),
            hipaa: finding.hipaa.unwrap_or(Hipaa::Other),
            digest: finding.digest,
            words: finding.words,
            is_birth: &*finding.rule == BIRTH,
        }
    }
}

/// What stands together as one person's.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    /// By the number of its part.
    Record(usize, u32),
    Alone(Hipaa, u64),
}

/// What is known of a unit.
#[derive(Default)]
struct Unit {
    part: usize,
    in_record: bool,
    in_row: bool,
    kinds: Vec<Hipaa>,
    number: Option<u64>,
    security: Option<u64>,
    birth: Option<u64>,
    /// Names, each as its two words; one word alone has a 0 before it.
    names: Vec<NameWords>,
}

/// Names of a unit that are looked at: a record of more is nobody's.
const MOST_NAMES: usize = 8;

impl Unit {
    fn add(&mut self, sign: &Sign) {
        if !self.kinds.contains(&sign.hipaa) {
            self.kinds.push(sign.hipaa);
        }
        self.in_row |= sign.labelled && self.in_record;
        match sign.hipaa {
            Hipaa::Mrn => _ = self.number.get_or_insert(sign.digest),
            Hipaa::Ssn => _ = self.security.get_or_insert(sign.digest),
            Hipaa::Date if sign.is_birth => _ = self.birth.get_or_insert(sign.digest),
            Hipaa::Name
                if sign.words != NameWords::default()
                    && self.names.len() < MOST_NAMES
                    && !self.names.contains(&sign.words) =>
            {
                self.names.push(sign.words);
            }
            _ => {}
        }
    }

    /// What all words of the names in a record make together: first and last name in two columns
    /// are one name.
    fn whole_name(&self) -> Option<u64> {
        let mut words: Vec<u32> = self.words().collect();
        words.sort_unstable();
        words.dedup();
        (!words.is_empty()).then(|| words.iter().fold(0, |name, word| name + u64::from(*word)))
    }

    fn words(&self) -> impl Iterator<Item = u32> {
        self.names.iter().flat_map(|name| [name.0, name.1]).filter(|word| *word != 0)
    }

    /// Whether two units of one name can be one person.
    fn can_be(&self, other: &Self) -> bool {
        let differ = |one: Option<u64>, other: Option<u64>| {
            one.zip(other).is_some_and(|(one, other)| one != other)
        };
        // In another system a patient has another number.
        let numbered = self.part == other.part && differ(self.number, other.number);
        !numbered && !differ(self.security, other.security) && !differ(self.birth, other.birth)
    }
}

/// Units, those of one person linked to each other.
#[derive(Default)]
struct People {
    parts: HashMap<PartPath, usize>,
    numbers: Map<Key, usize>,
    units: Vec<Unit>,
    /// For each unit one that it belongs with, itself at the end of the chain.
    links: Vec<usize>,
    /// The first unit with a number that nobody shares.
    first: Map<(Hipaa, u64), usize>,
    values: HashSet<(Hipaa, u64), RandomState>,
}

impl People {
    fn add(&mut self, part: &PartPath, sign: Sign) {
        let part = match self.parts.get(part) {
            Some(&number) => number,
            None => {
                self.parts.insert(part.clone(), self.parts.len());
                self.parts.len() - 1
            }
        };
        let key = match sign.record {
            Some(record) => Key::Record(part, record),
            None => Key::Alone(sign.hipaa, sign.digest),
        };
        let fresh = self.units.len();
        let number = *self.numbers.entry(key).or_insert(fresh);
        if number == fresh {
            let in_record = sign.record.is_some();
            self.units.push(Unit { part, in_record, ..Unit::default() });
            self.links.push(fresh);
        }
        if let Some(unit) = self.units.get_mut(number) {
            unit.add(&sign);
        }
        self.values.insert((sign.hipaa, sign.digest));
        if matches!(sign.hipaa, Hipaa::Mrn | Hipaa::Ssn) {
            let first = *self.first.entry((sign.hipaa, sign.digest)).or_insert(number);
            self.link(first, number);
        }
    }

    /// Links units of one name: records to each other, and then what stands alone to them.
    fn link_names(&mut self) {
        let units = std::mem::take(&mut self.units);
        let mut of_name: Map<u64, Vec<usize>> = Map::default();
        let mut named: Map<NameWords, usize> = Map::default();
        let mut of_word: Map<u32, usize> = Map::default();
        // Those that have a birth date or a number come before those that may be any of them.
        let is_sure = |unit: &Unit| unit.number.or(unit.security).or(unit.birth).is_some();
        for sure in [true, false] {
            for (at, unit) in units.iter().enumerate() {
                if !unit.in_record || is_sure(unit) != sure {
                    continue;
                }
                let mut names: Vec<u64> = unit.whole_name().into_iter().collect();
                let whole = unit.names.iter().filter(|name| name.0 != 0);
                names.extend(
                    whole.clone().take(1).map(|name| u64::from(name.0) + u64::from(name.1)),
                );
                names.dedup();
                for name in names {
                    let others = of_name.entry(name).or_default();
                    let same = others
                        .iter()
                        .find(|&&other| units.get(other).is_some_and(|other| unit.can_be(other)));
                    match same {
                        Some(&other) => self.link(other, at),
                        None if others.len() < MOST_OF_ONE_NAME => others.push(at),
                        None => {}
                    }
                }
                for name in whole {
                    named.entry(*name).or_insert(at);
                }
                for word in unit.words() {
                    of_word.entry(word).or_insert(at);
                }
            }
        }
        let alone = |wide: bool| {
            units.iter().enumerate().filter(move |(_, unit)| !unit.in_record).filter_map(
                move |(at, unit)| {
                    let name = *unit.names.first()?;
                    ((name.0 != 0) == wide).then_some((at, name))
                },
            )
        };
        for (at, name) in alone(true) {
            // In a row of a table first and last name are two.
            let pair = u64::from(name.0) + u64::from(name.1);
            let of_record = of_name.get(&pair).and_then(|others| others.first()).copied();
            let other = named.get(&name).copied().or(of_record);
            match other {
                Some(other) => self.link(other, at),
                None => _ = named.insert(name, at),
            }
            of_word.entry(name.0).or_insert(at);
            of_word.entry(name.1).or_insert(at);
        }
        for (at, name) in alone(false) {
            let other = *of_word.entry(name.1).or_insert(at);
            self.link(other, at);
        }
        self.units = units;
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
        self.link_names();
        let units = std::mem::take(&mut self.units);
        let mut of_kind: Map<Hipaa, HashSet<usize, RandomState>> = Map::default();
        let mut rows: Map<usize, Rows> = Map::default();
        for (at, unit) in units.iter().enumerate() {
            let person = self.root(at);
            for &hipaa in &unit.kinds {
                let names_nobody = hipaa == Hipaa::Name && unit.names.is_empty();
                if (unit.in_record || tells_apart(hipaa)) && !names_nobody {
                    of_kind.entry(hipaa).or_default().insert(person);
                }
            }
            if unit.in_row && unit.kinds.iter().any(|&hipaa| tells_apart(hipaa)) {
                rows.entry(unit.part).or_default().add(person, unit);
            }
        }
        let mut different: Map<Hipaa, usize> = Map::default();
        for (hipaa, _) in &self.values {
            *different.entry(*hipaa).or_default() += 1;
        }
        // Two people can have one name: that they are two, their numbers have told.
        let counts = of_kind.iter().map(|(hipaa, people)| match hipaa {
            Hipaa::Name => people.len(),
            _ => people.len().min(different.get(hipaa).copied().unwrap_or(0)),
        });
        let rows = rows.values().map(Rows::count);
        let most = counts.chain(rows).max().unwrap_or(0);
        let most = most.max(usize::from(!self.values.is_empty()));
        u32::try_from(most).unwrap_or(u32::MAX)
    }
}

/// The rows of a part's tables.
#[derive(Default)]
struct Rows {
    all: HashSet<usize, RandomState>,
    named: HashSet<usize, RandomState>,
    numbered: HashSet<usize, RandomState>,
}

impl Rows {
    fn add(&mut self, person: usize, unit: &Unit) {
        self.all.insert(person);
        if !unit.names.is_empty() {
            self.named.insert(person);
        }
        if unit.number.is_some() {
            self.numbered.insert(person);
        }
    }

    /// In a table that names most of its people, or numbers them, each row is somebody, also where
    /// a name or a number is missing. Tables of a form tell of one person piece by piece.
    fn count(&self) -> usize {
        let known = self.named.len().max(self.numbered.len());
        if known * 2 > self.all.len() { self.all.len() } else { known }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Basis;
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
            words: match hipaa {
                Hipaa::Name => NameWords(u32::try_from(digest).unwrap() + 1, 1 << 30),
                _ => NameWords::default(),
            },
        }
    }

    fn in_record(record: u32, hipaa: Hipaa, digest: u64) -> Finding {
        Finding { record: Some(record), ..found(hipaa, digest) }
    }

    fn count(findings: &[Finding]) -> u32 {
        patients(findings.iter(), None)
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
