//! Who stands in a document: patient, relatives, those who give care (CDA R2 header, the RIM's
//! participations and roles).

use crate::extract::clinical::document::Written;
use crate::extract::clinical::nobody;
use crate::extract::clinical::people::Role;
use crate::extract::clinical::tree::Node;
use crate::extract::clinical::words;

/// The roots of numbers that the whole country knows.
const SSN: &str = "2.16.840.1.113883.4.1";
const NPI: &str = "2.16.840.1.113883.4.6";
const MEDICARE: &[&str] =
    &["2.16.840.1.113883.4.572", "2.16.840.1.113883.4.927", "2.16.840.1.113883.4.338"];
const LICENSES: &str = "2.16.840.1.113883.4.3.";

/// Bytes of the shortest number that tells a patient from others.
const SHORTEST: usize = 3;

/// Whose names and numbers stand in an element.
pub(super) fn role(node: Node<'_>, around: Option<Role>) -> Option<Role> {
    let of = |label| Some(Role::Other(label));
    match node.name() {
        // PIX and PDQ (HL7 v3 PRPA): the person without a record target.
        "patientPerson" | "patientRole" | "patientPatient" => Some(Role::Patient),
        "guardian" => Some(Role::Relative("Guardian")),
        "personalRelationship" => Some(Role::Relative(relative(node))),
        "birthplace" => Some(Role::Relative("Birthplace")),
        "author" | "assignedAuthor" => of("Author"),
        "dataEnterer" => of("Entered By"),
        "legalAuthenticator" | "authenticator" => of("Signed By"),
        "performer" => of("Provider"),
        "responsibleParty" => of("Attending Physician"),
        "encounterParticipant" => of(encounter_participant(node.attribute("typeCode"))),
        "informationRecipient" | "intendedRecipient" => of("Referring Provider"),
        "assignedEntity" if !matches!(around, Some(Role::Other(_))) => of("Provider"),
        "custodian" => of("Facility"),
        "healthCareFacility" | "serviceProviderOrganization" | "location" => of("Facility"),
        "providerOrganization"
        | "representedOrganization"
        | "scopingOrganization"
        | "wholeOrganization"
        | "receivedOrganization"
        | "manufacturerOrganization"
        | "representedCustodianOrganization" => of("Organization"),
        "scopingEntity" => of("Organization"),
        "relatedEntity" => Some(Role::Relative(relative(node))),
        "associatedEntity" => match node.attribute("classCode") {
            "PROV" | "ASSIGNED" | "LIC" => of("Provider"),
            "PAYOR" | "UNDWRT" => of("Insurance Company"),
            _ => Some(Role::Relative(relative(node))),
        },
        "participantRole" => match node.attribute("classCode") {
            "SDLOC" => of("Facility"),
            "MANU" | "TERR" => of("Product"),
            _ => Some(Role::Relative("Subscriber"))
                .filter(|_| is_coverage(around, node))
                .or_else(|| of("Participant")),
        },
        "relatedSubject" => Some(Role::Relative("Relative")),
        "manufacturedProduct" | "consumable" => of("Product"),
        "device" | "authoringDevice" | "assignedAuthoringDevice" => of("Device"),
        _ => around,
    }
}

/// Whether a role is that of whom an insurance covers (C-CDA Policy Activity: COV, HLD).
fn is_coverage(around: Option<Role>, node: Node<'_>) -> bool {
    !matches!(around, Some(Role::Other("Product")))
        && node.child("playingEntity").is_some_and(|entity| {
            entity.child("name").is_some_and(|name| name.child("family").is_some())
        })
}

const fn encounter_participant(code: &str) -> &'static str {
    match code.as_bytes() {
        b"ADM" => "Admitting Physician",
        b"REF" => "Referring Physician",
        b"CON" => "Consulting Physician",
        b"DIS" => "Discharging Physician",
        _ => "Attending Physician",
    }
}

/// The label of a relative, by the code of the role (HL7 RoleClass and RoleCode).
fn relative(node: Node<'_>) -> &'static str {
    match node.child("code").map_or("", |code| code.attribute("code")) {
        "MTH" | "NMTH" => "Mother",
        "FTH" | "NFTH" => "Father",
        "PRN" => "Parent",
        "SPS" | "HUSB" | "WIFE" => "Spouse",
        "GUARD" => "Guardian",
        _ => match node.attribute("classCode") {
            "ECON" => "Emergency Contact",
            "GUAR" => "Guarantor",
            "CAREGIVER" => "Caregiver",
            "POLHOLD" => "Policyholder",
            _ => "Next of Kin",
        },
    }
}

pub(super) const fn birth_label(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Patient) => "Date of Birth",
        _ => "Relative Date of Birth",
    }
}

/// Says that a patient is numbered.
pub(super) fn write_patient(node: Node<'_>, out: &mut Written) {
    if node.child("patientRole").is_some_and(is_numbered) {
        out.chart.identified();
    }
}

/// Whether somebody has a number that is no placeholder.
pub(super) fn is_numbered(person: Node<'_>) -> bool {
    person.each("id").any(is_somebodys)
}

/// Whether an identifier is a number that is no placeholder.
pub(super) fn is_somebodys(id: Node<'_>) -> bool {
    let number = id.attribute("extension");
    number.len() >= SHORTEST && nobody::is_number(number)
}

/// Writes an identifier (HL7 v3 II): its root says whose numbers they are. `registeredPatient` is the parent
/// of those by which a registry knows a patient: one of a CDA has the same element below his role.
pub(super) fn write_id(node: Node<'_>, parent: &str, role: Option<Role>, out: &mut Written) {
    let root = node.attribute("root");
    let (number, only_root) = match node.attribute("extension") {
        "" => (root, true),
        extension => (extension, false),
    };
    if number.is_empty()
        || only_root && (parent != "patientRole" || words::is_of_the_standard(root))
    {
        return;
    }
    let is_patients = role == Some(Role::Patient) && parent != "patient";
    let label = match root {
        SSN if is_patients => "SSN".to_owned(),
        SSN => "SSN of Relative".to_owned(),
        NPI => "NPI".to_owned(),
        root if MEDICARE.contains(&root) => "Medicare ID".to_owned(),
        root if root.starts_with(LICENSES) && is_patients => "Driver License Number".to_owned(),
        _ if matches!(parent, "patientRole" | "registeredPatient") => "MRN".to_owned(),
        _ if matches!(parent, "patient" | "asOtherIDs") => "Patient ID".to_owned(),
        _ if parent == "priorRegisteredRole" => "Prior MRN".to_owned(),
        _ if parent == "encompassingEncounter" || parent == "encounter" => {
            "Encounter Number".to_owned()
        }
        _ if parent == "ClinicalDocument" => "Document ID".to_owned(),
        _ => match role {
            Some(Role::Relative("Subscriber")) => "Member ID".to_owned(),
            Some(Role::Patient) | None => format!("{} entry ID", words::label(parent)),
            Some(role) => role.label("ID"),
        },
    };
    let field = match parent {
        "patientRole" => Some("recordTarget"),
        "registeredPatient" => Some("patient"),
        _ => None,
    };
    let assigner = node.attribute("assigningAuthorityName");
    crate::extract::clinical::people::write(&mut out.chart, field, &label, number);
    out.chart.other("Assigning Authority", assigner);
}
