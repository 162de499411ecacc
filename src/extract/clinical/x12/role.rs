//! What part someone has in a transaction, and what a form would call that.

use super::tables::Number;

/// The part that an entity code gives (X12 data element 98).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Patient,
    /// The insured, who is the patient where no other is named.
    Insured,
    /// The patient or insured, with another name than before.
    Corrected,
    /// Where to write to the member.
    Mail,
    Related(&'static str),
    Provider(&'static str),
    Organization(&'static str),
    Place(&'static str),
}

/// Whose a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Patient,
    Insured,
    Related(&'static str),
    Provider(&'static str),
    Organization(&'static str),
    Place(&'static str),
}

/// What a value is that people and offices have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Name,
    Address,
    Phone,
    Fax,
    Email,
    Contact,
    BirthDate,
    DeathDate,
    Sex,
    Number(Number),
    /// A number of which the qualifier says no more.
    Identifier,
    /// The number that a provider has of CMS.
    Npi,
}

/// How the patients of a transaction are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    Patients,
    Beneficiaries,
}

/// The label of a value. `insured_is_patient`: no other is.
pub(super) fn label(whose: Whose, what: What, called: Called, insured_is_patient: bool) -> String {
    let name = |whose: &str| match what {
        What::Name => whose.to_owned(),
        What::Address => format!("{whose} Address"),
        What::Phone => format!("{whose} Phone"),
        What::Fax => format!("{whose} Fax"),
        What::Email => format!("{whose} Email"),
        What::Contact => format!("{whose} Contact"),
        What::BirthDate => format!("{whose} Date of Birth"),
        What::DeathDate => format!("{whose} Date of Death"),
        What::Sex => format!("{whose} Sex"),
        What::Number(Number::Ssn) => format!("{whose} SSN"),
        What::Number(Number::Member(label) | Number::Record(label) | Number::Other(label)) => {
            label.to_owned()
        }
        What::Identifier => format!("{whose} Identifier"),
        What::Npi => format!("{whose} NPI"),
    };
    match (whose, what) {
        (Whose::Insured, _) if !insured_is_patient => name("Subscriber"),
        (Whose::Patient | Whose::Insured, What::Name) => match called {
            Called::Patients => "Patient Name".to_owned(),
            Called::Beneficiaries => "Beneficiary Name".to_owned(),
        },
        (Whose::Patient | Whose::Insured, What::BirthDate) => "Date of Birth".to_owned(),
        (Whose::Patient | Whose::Insured, What::DeathDate) => "Date of Death".to_owned(),
        (Whose::Patient | Whose::Insured, What::Sex) => "Sex".to_owned(),
        (Whose::Patient | Whose::Insured, What::Number(Number::Ssn)) => "SSN".to_owned(),
        (Whose::Patient | Whose::Insured, _) => name("Patient"),
        (Whose::Related(whose), What::Number(Number::Member(_)) | What::Identifier) => {
            format!("{whose} ID")
        }
        (Whose::Provider(whose) | Whose::Organization(whose), What::Name) => whose.to_owned(),
        (Whose::Provider(_), _) => name("Provider"),
        (Whose::Organization("Payer"), What::Identifier) => "Payer Identifier".to_owned(),
        (Whose::Organization(_), What::Phone) => "Office Phone".to_owned(),
        (Whose::Organization(_), What::Fax) => "Office Fax".to_owned(),
        (Whose::Organization(_), What::Contact) => "Office Contact".to_owned(),
        (Whose::Organization(_), _) => name("Organization"),
        (Whose::Related(whose) | Whose::Place(whose), _) => name(whose),
    }
}
