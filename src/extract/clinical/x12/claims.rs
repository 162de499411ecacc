//! The segments of claims, payments, benefits and coverage: CLM, CLP, HI, SV1, EB, HD, DTP and others.

use super::reader::{Level, Reader};
use super::record::Entry;
use super::role::{What, Whose};
use super::segments::Segment;
use super::tables::{self, Code, Number};
use super::values;

/// The label of the number that a provider gives a patient's account (CLM01, CLP01).
const ACCOUNT: Number = Number::Record("Patient Account Number");

impl Reader<'_> {
    /// CLM: a claim.
    pub(super) fn claim(&mut self, segment: &Segment) {
        self.open();
        self.use_record();
        self.whose = self.main();
        self.add(Entry::Count("CLM claims"));
        self.of("CLM", What::Number(ACCOUNT), segment.get(1).to_owned());
        self.value("CLM", "Claim Charges", segment.get(2).to_owned());
        self.elements(segment, 3);
    }

    /// CLP: what was paid of a claim.
    pub(super) fn payment(&mut self, segment: &Segment) {
        self.use_record();
        self.add(Entry::Count("CLP claims"));
        self.of("CLP", What::Number(ACCOUNT), segment.get(1).to_owned());
        self.element(segment, 2);
        self.value("CLP", "Claim Charges", segment.get(3).to_owned());
        self.value("CLP", "Claim Paid", segment.get(4).to_owned());
        self.value("CLP", "Patient Responsibility", segment.get(5).to_owned());
        self.element(segment, 6);
        self.value("CLP", "Claim Control Number", segment.get(7).to_owned());
        self.elements(segment, 8);
    }

    /// HI: diagnoses, procedures and other codes of a claim.
    pub(super) fn health(&mut self, segment: &Segment) {
        self.use_record();
        for number in 1..=segment.len() {
            let codes: Vec<String> = segment.repetitions(number).map(str::to_owned).collect();
            for composite in &codes {
                let parts = segment.components(composite);
                let part = |number: usize| parts.get(number).copied().unwrap_or_default();
                let (label, code) = match tables::health(part(0)) {
                    Some(Code::Icd10(label)) => (label, values::icd10(part(1))),
                    Some(Code::Icd9(label)) => (label, values::icd9(part(1))),
                    Some(Code::Other(label)) => (label, part(1).to_owned()),
                    None => {
                        self.labelled("HI", number, composite);
                        continue;
                    }
                };
                let date = values::date(part(2), part(3));
                let more =
                    parts.get(4..).unwrap_or_default().iter().filter(|part| !part.is_empty());
                let mut value = values::name([&code, &date, "", ""]);
                for part in more {
                    value.push(' ');
                    value.push_str(part);
                }
                self.value("HI", label, value);
            }
        }
    }

    /// SV1, SV2, SV3, SV5, SVC, SVD: what was done, the procedure being in one of the elements.
    pub(super) fn service(&mut self, segment: &Segment) {
        self.use_record();
        let (field, at) = match segment.id.as_str() {
            "SV1" => ("SV1", 1),
            "SV2" => ("SV2", 2),
            "SV3" => ("SV3", 1),
            "SV5" => ("SV5", 1),
            "SVD" => ("SVD", 3),
            _ => ("SVC", 1),
        };
        for number in 1..=segment.len() {
            match (field, number) {
                (_, number) if number == at => self.procedure(field, segment, number),
                ("SVC", 6) => self.procedure(field, segment, number),
                ("SV2", 1) | ("SVC" | "SVD", 4) => {
                    self.value(field, "Revenue Code", segment.get(number).to_owned());
                }
                ("SV1" | "SV3" | "SVC", 2) | ("SV2", 3) => {
                    self.value(field, "Charges", segment.get(number).to_owned());
                }
                _ => self.element(segment, number),
            }
        }
    }

    /// A composite that says what was done (C003).
    pub(super) fn procedure(&mut self, field: &'static str, segment: &Segment, number: usize) {
        let composite = segment.get(number).to_owned();
        let parts = segment.components(&composite);
        let part = |number: usize| parts.get(number).copied().unwrap_or_default();
        let Some(label) = tables::service(part(0)).filter(|_| !part(1).is_empty()) else {
            self.element(segment, number);
            return;
        };
        let modifiers = parts.get(2..parts.len().min(6)).unwrap_or_default();
        let modifiers = modifiers.iter().filter(|part| !part.is_empty());
        let code = modifiers.fold(part(1).to_owned(), |code, modifier| code + "-" + modifier);
        self.value(field, label, code);
        self.value(field, "Procedure", part(6).to_owned());
    }

    /// LIN, CTP: drugs, by their number.
    pub(super) fn drug(&mut self, segment: &Segment) {
        self.element(segment, 1);
        for number in (2..=segment.len()).step_by(2) {
            match segment.get(number) {
                "N4" => self.value("LIN", "NDC", segment.get(number + 1).to_owned()),
                _ => {
                    self.element(segment, number);
                    self.element(segment, number + 1);
                }
            }
        }
    }

    /// TOO: a tooth.
    pub(super) fn tooth(&mut self, segment: &Segment) {
        self.value("TOO", "Tooth", segment.get(2).to_owned());
        self.elements(segment, 3);
    }

    /// EB: a benefit.
    pub(super) fn benefit(&mut self, segment: &Segment) {
        self.use_record();
        self.add(Entry::Count("EB benefits"));
        match tables::benefit(segment.get(1)) {
            Some(benefit) => self.value("EB", "Health Coverage", benefit.to_owned()),
            None => self.element(segment, 1),
        }
        self.element(segment, 2);
        self.service_types(segment, 3);
        self.element(segment, 4);
        self.value("EB", "Health Plan", segment.get(5).to_owned());
        self.elements(segment, 6);
    }

    /// EQ: what is asked about.
    pub(super) fn inquiry(&mut self, segment: &Segment) {
        self.use_record();
        self.service_types(segment, 1);
        self.procedure("EQ", segment, 2);
        self.elements(segment, 3);
    }

    /// UM: a review that is asked for.
    pub(super) fn review(&mut self, segment: &Segment) {
        self.use_record();
        self.add(Entry::Count("UM reviews"));
        self.element(segment, 1);
        self.element(segment, 2);
        self.service_types(segment, 3);
        self.elements(segment, 4);
    }

    fn service_types(&mut self, segment: &Segment, number: usize) {
        let codes: Vec<String> = segment.repetitions(number).map(str::to_owned).collect();
        for code in codes {
            match tables::service_type(&code) {
                Some(name) => self.value("EB", "Service Type", format!("{code} {name}")),
                None => self.labelled(&segment.id, number, &code),
            }
        }
    }

    /// STC: what became of a claim.
    pub(super) fn status(&mut self, segment: &Segment) {
        self.add(Entry::Count("STC statuses"));
        self.elements(segment, 1);
    }

    /// HD: a coverage that somebody has.
    pub(super) fn coverage(&mut self, segment: &Segment) {
        self.use_record();
        self.element(segment, 1);
        let line = segment.get(3);
        let name =
            tables::insurance_line(line).map_or(line.to_owned(), |name| format!("{line} {name}"));
        self.value("HD", "Health Coverage", name);
        self.value("HD", "Health Plan", segment.get(4).to_owned());
        self.elements(segment, 5);
    }

    /// SBR: which insured it is, of which plan.
    pub(super) fn subscriber(&mut self, segment: &Segment) {
        let used = self.record.as_ref().is_some_and(|record| record.is_used);
        let rank = segment.get(1);
        // The second in a claim is of another plan, unless without levels it begins anew.
        self.other_coverage = used && (self.level != Level::Free || self.rank != rank);
        if self.other_coverage {
            // Version 4010 has birth date and sex before the name.
            self.whose = Whose::Related("Other Insured");
        } else {
            if used {
                self.close();
            }
            self.open();
            rank.clone_into(&mut self.rank);
        }
        self.element(segment, 1);
        self.relation("SBR", segment, 2);
        self.value("SBR", "Group Number", segment.get(3).to_owned());
        self.value("SBR", "Health Plan", segment.get(4).to_owned());
        self.elements(segment, 5);
    }

    /// PAT: how the patient belongs to the insured.
    pub(super) fn relative(&mut self, segment: &Segment) {
        self.relation("PAT", segment, 1);
        for number in 2..=4 {
            self.element(segment, number);
        }
        self.of("PAT", What::DeathDate, values::date(segment.get(5), segment.get(6)));
        self.elements(segment, 7);
    }

    /// INS: a member of a plan.
    pub(super) fn member(&mut self, segment: &Segment) {
        self.element(segment, 1);
        self.relation("INS", segment, 2);
        for number in 3..=10 {
            self.element(segment, number);
        }
        self.of("INS", What::DeathDate, values::date(segment.get(11), segment.get(12)));
        self.elements(segment, 13);
    }

    fn relation(&mut self, field: &'static str, segment: &Segment, number: usize) {
        match tables::relation(segment.get(number)) {
            Some(relation) => self.value(field, "Relationship to Subscriber", relation.to_owned()),
            None => self.element(segment, number),
        }
    }

    /// DTP and DTM: a date, by its qualifier.
    pub(super) fn date(&mut self, segment: &Segment) {
        let (format, value) = match segment.id.as_str() {
            "DTP" => (segment.get(2), segment.get(3)),
            _ if segment.get(2).is_empty() => (segment.get(5), segment.get(6)),
            _ => ("D8", segment.get(2)),
        };
        let value = values::date(format, value);
        match tables::date(segment.get(1)) {
            Some(label) => self.value("DTP", label, value),
            None => {
                self.element(segment, 1);
                self.labelled(&segment.id, 3, &value);
            }
        }
    }

    /// TRN: the number by which a transaction is traced.
    pub(super) fn trace(&mut self, segment: &Segment) {
        self.element(segment, 1);
        self.value("TRN", "Trace Number", segment.get(2).to_owned());
        self.elements(segment, 3);
    }

    /// PWK: papers that go with a claim.
    pub(super) fn paperwork(&mut self, segment: &Segment) {
        for number in 1..=5 {
            self.element(segment, number);
        }
        self.value("PWK", "Attachment Control Number", segment.get(6).to_owned());
        self.elements(segment, 7);
    }
}
