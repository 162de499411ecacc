//! What a medical record holds, as a person would say it, with no value in it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::at_most;

/// Fields that are named; what is behind them is not.
const MOST_FIELDS: usize = 24;
/// Bytes of a name that a standard gives.
const LONGEST: usize = 32;

/// What a medical record holds: `HL7 v2 ORU^R01, 1 patient, PID-3, PID-5, OBX 4 results`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// What it is written in.
    pub standard: Standard,
    /// The kinds of message, document or resource, in the standard's own words.
    #[serde(deserialize_with = "at_most::<_, _, MOST_FIELDS>")]
    pub kinds: Vec<String>,
    /// Patients whom it names or numbers.
    pub patients: u32,
    /// Fields that have values, in the standard's own names.
    #[serde(deserialize_with = "at_most::<_, _, MOST_FIELDS>")]
    pub fields: Vec<Filled>,
}

/// A field that has values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// Its name: `PID-5`, `NM1`, `Patient.birthDate`.
    pub name: String,
    /// How many there are, of those that are counted.
    pub times: Option<u32>,
}

/// What medical records are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standard {
    /// HL7 version 2: pipes.
    Hl7V2,
    /// ASC X12 health care transactions.
    X12,
    /// HL7 Clinical Document Architecture, C-CDA.
    Cda,
    /// Messages of HL7 version 3, such as those of patient registries (IHE PIX, PDQ).
    Hl7V3,
    /// HL7 FHIR.
    Fhir,
    /// NCPDP SCRIPT.
    Script,
    /// SMART Health Card.
    HealthCard,
    /// What Medicare's Blue Button gives out as text.
    BlueButton,
    /// Cross-enterprise document media interchange (IHE XDM), as Direct mail has it.
    Xdm,
}

impl Standard {
    /// The name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hl7V2 => "HL7 v2",
            Self::X12 => "X12",
            Self::Cda => "CDA",
            Self::Hl7V3 => "HL7 v3",
            Self::Fhir => "FHIR",
            Self::Script => "NCPDP SCRIPT",
            Self::HealthCard => "SMART Health Card",
            Self::BlueButton => "Blue Button",
            Self::Xdm => "XDM",
        }
    }
}

impl Outline {
    /// One that holds nothing yet.
    #[must_use]
    pub const fn of(standard: Standard) -> Self {
        Self { standard, kinds: Vec::new(), patients: 0, fields: Vec::new() }
    }

    /// Adds a kind of message, if it is new and looks like a name that a standard gives.
    pub fn kind(&mut self, kind: &str) {
        let known = self.kinds.iter().any(|known| known == kind);
        if !known && self.kinds.len() < MOST_FIELDS && is_name(kind) {
            self.kinds.push(kind.to_owned());
        }
    }

    /// Adds a field that has a value.
    pub fn field(&mut self, name: &str) {
        if !self.fields.iter().any(|field| field.name == name) {
            self.push(name, None);
        }
    }

    /// Adds a thing of which a reader wants to know how many there are: `OBX` and `results`.
    pub fn count(&mut self, name: &str) {
        match self.fields.iter_mut().find(|field| field.name == name) {
            Some(field) => field.times = Some(field.times.unwrap_or_default().saturating_add(1)),
            None => self.push(name, Some(1)),
        }
    }

    fn push(&mut self, name: &str, times: Option<u32>) {
        if self.fields.len() < MOST_FIELDS && is_name(name) {
            self.fields.push(Filled { name: name.to_owned(), times });
        }
    }
}

/// Whether words can be a standard's name of something. What a message says there is no name of
/// ours, and a worker that was taken over says anything.
fn is_name(words: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b" ^-._/[]".contains(&byte);
    !words.is_empty() && words.len() <= LONGEST && words.bytes().all(sign)
}

impl fmt::Display for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.standard.name())?;
        for kind in self.kinds.iter().filter(|kind| is_name(kind)) {
            write!(f, " {kind}")?;
        }
        match self.patients {
            0 => f.write_str(", no patient")?,
            1 => f.write_str(", 1 patient")?,
            several => write!(f, ", {several} patients")?,
        }
        for Filled { name, times } in self.fields.iter().filter(|field| is_name(&field.name)) {
            match times {
                Some(times) => write!(f, ", {times} {name}")?,
                None => write!(f, ", {name}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_says_what_there_is_and_no_value() {
        let mut outline = Outline::of(Standard::Hl7V2);
        outline.kind("ORU^R01");
        outline.patients = 1;
        for field in ["PID-3", "PID-5", "PID-3"] {
            outline.field(field);
        }
        outline.count("OBX results");
        outline.count("OBX results");
        let words = "HL7 v2 ORU^R01, 1 patient, PID-3, PID-5, 2 OBX results";
        assert_eq!(outline.to_string(), words);
    }

    #[test]
    fn what_is_no_name_of_a_standard_is_left_out() {
        let mut outline = Outline::of(Standard::X12);
        outline.kind("a name\nwith a break in it");
        outline.fields.push(Filled { name: "Müller: 12".into(), times: None });
        assert_eq!(outline.to_string(), "X12, no patient");
    }
}
