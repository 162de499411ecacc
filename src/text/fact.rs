//! What structure proves of a part.

use serde::{Deserialize, Serialize};

use super::{Appearance, Outline, PartPath};

/// Something that structure alone proves, with no text to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The part's CMS content type is enveloped or authenticated-enveloped data (RFC 5652, RFC
    /// 5083).
    SmimeEncrypted,
    /// The part's OpenPGP packets are encrypted data (RFC 9580 section 5).
    PgpEncrypted,
    /// The outermost header is that of a mailing list, a newsletter or a newsgroup (RFC 2919, RFC
    /// 2369, RFC 5536). A sender can write it too: it is what the message calls itself.
    MailingList,
    /// The part is encrypted, and the same message holds the password that opened it.
    PasswordInMessage,
    /// The part is a DICOM file or directory (DICOM PS3.10).
    Dicom,
    /// The part is one in which a patient is named or numbered, by what is no anonymizer's word.
    DicomPatient,
    /// The part is, or has in it, a medical record in a format that is made for such (HL7 v2, X12,
    /// CDA, FHIR, NCPDP SCRIPT), whoever it is about.
    MedicalRecord,
    /// The part is such a record, in which a patient is named or numbered.
    PatientRecord,
    /// The part is an image that looks like a radiology image (X-ray, CT, MR, ultrasound).
    /// Where the config says that such images are other things here, there is no such fact.
    Radiograph,
    /// The part is an image that may be a radiology image.
    PossibleRadiograph,
}

impl Fact {
    /// All facts, for `check` and for help texts.
    pub const ALL: &'static [Fact] = &[
        Fact::SmimeEncrypted,
        Fact::PgpEncrypted,
        Fact::MailingList,
        Fact::PasswordInMessage,
        Fact::Dicom,
        Fact::DicomPatient,
        Fact::MedicalRecord,
        Fact::PatientRecord,
        Fact::Radiograph,
        Fact::PossibleRadiograph,
    ];

    /// The name used in rules, policies and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SmimeEncrypted => "smime-encrypted",
            Self::PgpEncrypted => "pgp-encrypted",
            Self::MailingList => "mailing-list",
            Self::PasswordInMessage => "password-in-message",
            Self::Dicom => "dicom",
            Self::DicomPatient => "dicom-patient",
            Self::MedicalRecord => "medical-record",
            Self::PatientRecord => "patient-record",
            Self::Radiograph => "radiograph",
            Self::PossibleRadiograph => "possible-radiograph",
        }
    }

    /// The fact of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fact| fact.name() == name)
    }
}

/// A fact and the part that proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFact {
    /// What is proved.
    pub fact: Fact,
    /// For that part alone.
    pub part: PartPath,
    /// What the part looks like, of facts that pixels prove.
    pub looks: Option<Appearance>,
    /// What is in it, of a medical record.
    pub outline: Option<Outline>,
}

impl PartFact {
    /// A fact that structure proves.
    #[must_use]
    pub const fn plain(fact: Fact, part: PartPath) -> Self {
        Self { fact, part, looks: None, outline: None }
    }

    /// The fact that a part is a medical record, and what is in that.
    #[must_use]
    pub fn outlined(fact: Fact, part: &PartPath, outline: Outline) -> Self {
        Self { fact, part: part.clone(), looks: None, outline: Some(outline) }
    }
}
