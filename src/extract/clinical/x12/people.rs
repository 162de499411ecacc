//! The segments that tell who somebody is: NM1, N1, N3, N4, PER, DMG, REF.

use super::reader::{Level, Reader};
use super::record::Entry;
use super::role::{Role, What, Whose};
use super::segments::Segment;
use super::tables::{self, Number};
use super::values;

impl Reader<'_> {
    /// NM1 and N1: an individual or an organization.
    pub(super) fn name(&mut self, segment: &Segment, is_individual: bool) {
        let code = segment.get(1);
        let unknown = if is_individual {
            Role::Related("Other Person")
        } else {
            Role::Organization("Organization")
        };
        let role = tables::entity(code).unwrap_or(unknown);
        self.whose = self.part(role, is_individual);
        let field = if segment.id == "N1" { "N1" } else { "NM1" };
        let (name, qualifier, number, rest) = if segment.id == "N1" {
            (segment.get(2).to_owned(), segment.get(3), segment.get(4), 5)
        } else if is_individual {
            let parts = [segment.get(4), segment.get(5), segment.get(3), segment.get(7)];
            (values::name(parts), segment.get(8), segment.get(9), 10)
        } else {
            (
                values::name([segment.get(3), segment.get(4), "", ""]),
                segment.get(8),
                segment.get(9),
                10,
            )
        };
        if tables::entity(code).is_none() {
            self.element(segment, 1);
        }
        self.of(field, What::Name, name);
        if is_individual {
            self.element(segment, 6);
        }
        self.numbered(field, qualifier, number);
        self.elements(segment, rest);
    }

    /// Whose the values are that follow.
    fn part(&mut self, role: Role, is_individual: bool) -> Whose {
        match role {
            Role::Patient | Role::Insured | Role::Corrected if !is_individual => {
                Whose::Organization("Insured Organization")
            }
            Role::Patient => self.patient(),
            Role::Insured => self.insured(),
            Role::Corrected | Role::Mail => {
                self.open();
                Whose::Patient
            }
            Role::Related(name) => Whose::Related(name),
            Role::Provider(name) => Whose::Provider(name),
            Role::Organization(name) if is_individual && name != "Payer" => {
                Whose::Provider("Provider")
            }
            Role::Organization(name) => Whose::Organization(name),
            Role::Place(name) => Whose::Place(name),
        }
    }

    fn patient(&mut self) -> Whose {
        // Without levels only a name tells that another's record begins.
        let another = self
            .record
            .as_ref()
            .is_some_and(|record| record.names_patient || (record.names_insured && record.is_used));
        if self.level == Level::Free && another {
            self.close();
        }
        self.open();
        // Version 4010 calls an insured who is the patient so, on his own level.
        let named = self.record.as_ref().is_some_and(|record| record.names_insured);
        if self.level == Level::Insured && !named { Whose::Insured } else { Whose::Patient }
    }

    fn insured(&mut self) -> Whose {
        let named = self
            .record
            .as_ref()
            .map(|record| (record.names_insured, record.names_patient, record.is_used));
        match (self.level, named) {
            (Level::Member, _) => Whose::Patient,
            (Level::Dependent, _) => Whose::Related("Other Insured"),
            (Level::Insured | Level::Claim, Some((true, ..))) => Whose::Related("Other Insured"),
            (Level::Free, Some((.., true))) if self.other_coverage => {
                Whose::Related("Other Insured")
            }
            (Level::Free, Some((true, ..) | (_, true, _))) => {
                self.close();
                self.open();
                Whose::Insured
            }
            _ => {
                self.open();
                Whose::Insured
            }
        }
    }

    /// The number behind a name, of a kind that its qualifier tells.
    fn numbered(&mut self, field: &'static str, qualifier: &str, number: &str) {
        let what = match (self.whose, qualifier) {
            (Whose::Patient | Whose::Insured | Whose::Related(_), _) => {
                What::Number(tables::identification(qualifier))
            }
            (Whose::Provider(_) | Whose::Organization(_) | Whose::Place(_), "XX") => What::Npi,
            _ => What::Identifier,
        };
        let is_ssn = what == What::Number(Number::Ssn);
        self.of(field, what, if is_ssn { values::ssn(number) } else { number.to_owned() });
    }

    /// N3: the lines of an address.
    pub(super) fn street(&mut self, segment: &Segment) {
        for number in 1..=segment.len() {
            self.address
                .extend(Some(segment.get(number).to_owned()).filter(|line| !line.is_empty()));
        }
    }

    /// N4: city, state, postal code, country.
    pub(super) fn city(&mut self, segment: &Segment) {
        // No comma: `Springfield, IL` looks like a name in a table.
        let region = values::name([
            segment.get(1),
            segment.get(2),
            &values::postal(segment.get(3)),
            segment.get(4),
        ]);
        self.address.extend(Some(region).filter(|line| !line.is_empty()));
        self.end_address();
        self.elements(segment, 5);
    }

    /// Writes the address that was gathered.
    pub(super) fn end_address(&mut self) {
        if !self.address.is_empty() {
            let address = std::mem::take(&mut self.address).join(", ");
            self.of("N3", What::Address, address);
        }
    }

    /// PER: whom to ask, and by what numbers.
    pub(super) fn contact(&mut self, segment: &Segment) {
        self.of("PER", What::Contact, segment.get(2).to_owned());
        for number in [3, 5, 7] {
            let value = segment.get(number + 1);
            let what = match segment.get(number) {
                "TE" | "HP" | "WP" | "CP" | "AP" | "BN" | "PP" => What::Phone,
                "FX" => What::Fax,
                "EM" => What::Email,
                _ => {
                    self.element(segment, number + 1);
                    continue;
                }
            };
            self.of("PER", what, values::phone(value));
        }
    }

    /// DMG: birth date, sex, and what else is asked of people.
    pub(super) fn demographics(&mut self, segment: &Segment) {
        self.of("DMG", What::BirthDate, values::date(segment.get(1), segment.get(2)));
        self.of("DMG", What::Sex, segment.get(3).to_owned());
        self.elements(segment, 4);
    }

    /// REF: a number, of who was named before or of the claim.
    pub(super) fn reference(&mut self, segment: &Segment) {
        let qualifier = segment.get(1);
        let number = segment.get(2).to_owned();
        let owned =
            matches!(self.whose, Whose::Provider(_) | Whose::Organization(_) | Whose::Place(_));
        if owned && let Some(label) = tables::provider_reference(qualifier) {
            self.value("REF", label, number);
        } else if let Some(known) = tables::reference(qualifier) {
            let number = if known == Number::Ssn { values::ssn(&number) } else { number };
            let before = self.whose;
            if owned {
                self.whose = self.main();
            }
            match known {
                Number::Other(label) => self.value("REF", label, number),
                _ => self.of("REF", What::Number(known), number),
            }
            self.whose = before;
        } else if let Some(label) = tables::provider_reference(qualifier) {
            self.value("REF", label, number);
        } else {
            self.element(segment, 2);
            self.element(segment, 1);
        }
        self.elements(segment, 3);
    }

    /// Adds a value of whoever was named before.
    pub(super) fn of(&mut self, field: &'static str, what: What, value: String) {
        if !value.is_empty() {
            self.add(Entry::Of(self.whose, field, what, value));
        }
    }
}
