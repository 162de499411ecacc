//! Prescriptions in XML (NCPDP SCRIPT 10.6, 2017071): patient, prescriber, pharmacy, medicine.

use super::days;
use super::document::Written;
use super::nobody;
use super::people::Role;
use super::tree::{Kind, Node};
use super::words;

/// Messages that name a patient.
const MESSAGES: &[&str] = &[
    "NewRx",
    "RefillRequest",
    "RefillResponse",
    "RxRenewalRequest",
    "RxRenewalResponse",
    "RxChangeRequest",
    "RxChangeResponse",
    "RxFill",
    "CancelRx",
    "CancelRxResponse",
    "RxHistoryRequest",
    "RxHistoryResponse",
    "RxTransferRequest",
    "RxTransferResponse",
    "PAInitiationRequest",
    "PAInitiationResponse",
    "PARequest",
    "PAResponse",
    "Resupply",
    "Status",
    "Error",
    "Verify",
    "Census",
    "DrugAdministration",
    "MedicationHistory",
    "NewRxRequest",
    "RxFillIndicatorChange",
];

/// Reads a message.
pub(super) fn read(root: Node<'_>, out: &mut Written) {
    inside(root, None, out);
    out.chart.end_record();
}

fn role(name: &str, around: Option<Role>) -> Option<Role> {
    Some(match name {
        "Patient" | "HumanPatient" => Role::Patient,
        "Prescriber" | "Supervisor" | "FollowUpPrescriber" | "VeterinarianPrescriber" => {
            Role::Other("Prescriber")
        }
        "Pharmacy" | "Pharmacist" => Role::Other("Pharmacy"),
        "Facility" => Role::Other("Facility"),
        "BenefitsCoordination" => Role::Other("Insurance Company"),
        "CardHolderName" | "Cardholder" => Role::Relative("Subscriber"),
        "Observation" => return None,
        _ => return around,
    })
}

fn inside(node: Node<'_>, role: Option<Role>, out: &mut Written) {
    for inner in node.all() {
        match inner.kind() {
            Kind::Element => element(inner, node, role, out),
            Kind::Attribute if words::is_of_the_standard(inner.value()) => {}
            Kind::Attribute => out.chart.other(&words::label(inner.name()), inner.value()),
            Kind::Text | Kind::Comment => out.chart.words(inner.value()),
        }
    }
}

fn element(node: Node<'_>, parent: Node<'_>, around: Option<Role>, out: &mut Written) {
    if let Some(kind) = MESSAGES.iter().find(|kind| **kind == node.name()) {
        out.chart.kind(kind);
    }
    if node.name() == "Patient" {
        out.chart.begin_record();
    }
    let role = role(node.name(), around);
    let is_person = node.child("LastName").is_some();
    if is_person {
        name(node, role, out);
        return;
    }
    if node.name() == "Address" {
        let parts = node.children().map(Node::text).filter(|part| !part.is_empty());
        let mut address = parts.collect::<Vec<_>>().join(", ");
        if address.is_empty() {
            address = node.text();
        }
        let label = role.unwrap_or(Role::Other("Facility")).label("Address");
        out.chart.other(&label, &address);
        return;
    }
    if node.children().next().is_some() {
        return inside(node, role, out);
    }
    let value = node.text();
    let is_patient = role == Some(Role::Patient);
    let label = label(node.name(), parent.name(), role);
    let field = if is_patient { Some("Patient") } else { None };
    let numbered = is_patient && matches!(label.as_str(), "MRN" | "SSN");
    super::people::write(&mut out.chart, field, &label, &days::day(&value));
    if numbered && nobody::is_number(&value) {
        out.chart.identified();
    }
}

/// The label of a value.
fn label(name: &str, parent: &str, role: Option<Role>) -> String {
    let is_patient = role == Some(Role::Patient);
    match (name, parent) {
        ("SocialSecurity", _) => match role {
            Some(role) if !is_patient => role.label("SSN"),
            _ => "SSN".to_owned(),
        },
        ("NPI" | "NationalProviderIdentifier", _) => "NPI".to_owned(),
        ("DEANumber", _) => "DEA".to_owned(),
        ("Date" | "DateTime", "DateOfBirth") | ("DateOfBirth", _) if is_patient => {
            "Date of Birth".to_owned()
        }
        ("Date" | "DateTime", parent) => words::label(parent),
        ("Gender" | "Sex", _) => "Sex".to_owned(),
        ("Number", _) => role.unwrap_or(Role::Other("Facility")).label("Phone"),
        ("DrugDescription", _) => "Medication".to_owned(),
        ("CardholderID", _) => "Member ID".to_owned(),
        ("MedicalRecordIdentificationNumberEHR" | "FileID" | "PatientAccountNumber", _)
            if is_patient =>
        {
            "MRN".to_owned()
        }
        ("BusinessName" | "PayerName", _) => {
            role.unwrap_or(Role::Other("Facility")).name_label().to_owned()
        }
        ("MessageID" | "RelatesToMessageID", _) => "Message Reference".to_owned(),
        ("PrescriberOrderNumber" | "RxReferenceNumber", _) => "Prescription Number".to_owned(),
        (name, _) if role.is_some() && name.ends_with("ID") => {
            role.map_or_else(String::new, |role| role.label("ID"))
        }
        (name, _) => words::label(name),
    }
}

fn name(node: Node<'_>, role: Option<Role>, out: &mut Written) {
    let role = role.unwrap_or(Role::Other("Person"));
    let parts = ["FirstName", "MiddleName", "LastName"];
    let parts = parts.into_iter().filter_map(|part| Some(node.child(part)?.text()));
    let name = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let is_patient = role == Role::Patient;
    super::people::write(&mut out.chart, is_patient.then_some("Patient"), role.name_label(), &name);
    if is_patient && nobody::is_name(&name) {
        out.chart.identified();
    }
    for part in node.children() {
        match part.name() {
            "FirstName" | "MiddleName" | "LastName" => {}
            _ if part.children().next().is_some() => inside(part, Some(role), out),
            _ => out.chart.other("Title", &part.text()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::clinical::document::read_text;

    const MESSAGE: &str = r#"<?xml version="1.0"?><Message xmlns="http://www.ncpdp.org/schema/SCRIPT" version="010"><Header><To Qualifier="P">7701630</To><SentTime>2026-03-14T08:15:00Z</SentTime></Header><Body><NewRx><Pharmacy><StoreName>Corner Drug</StoreName></Pharmacy><Prescriber><Name><LastName>Poe</LastName><FirstName>Ann</FirstName></Name></Prescriber><Patient><Identification><SocialSecurity>219099999</SocialSecurity></Identification><Name><LastName>Roe</LastName><FirstName>Jane</FirstName></Name><Gender>F</Gender><DateOfBirth><Date>1980-02-03</Date></DateOfBirth><Address><AddressLine1>12 Elm St</AddressLine1><City>Salem</City></Address></Patient><MedicationPrescribed><DrugDescription>Lisinopril 10 mg</DrugDescription></MedicationPrescribed></NewRx></Body></Message>"#;

    #[test]
    fn a_prescription_is_its_patients() {
        let told = read_text(MESSAGE, 0).chart.told();
        for words in [
            "NCPDP SCRIPT NewRx, 1 patient",
            "Patient Name: Jane Roe",
            "Date of Birth: 1980-02-03",
            "SSN: 219099999",
            "Prescriber: Ann Poe",
            "Medication: Lisinopril 10 mg",
            "Patient Address: 12 Elm St, Salem",
        ] {
            assert!(told.contains(words), "{words} in {told}");
        }
    }

    #[test]
    fn an_address_may_have_no_parts() {
        let message = MESSAGE
            .replace("<AddressLine1>12 Elm St</AddressLine1><City>Salem</City>", "12 Elm St");
        let told = read_text(&message, 0).chart.told();
        assert!(told.contains("Patient Address: 12 Elm St\n"), "{told}");
    }

    #[test]
    fn the_number_of_a_prescriber_is_not_the_patients() {
        let message = MESSAGE.replace(
            "<Prescriber>",
            "<Prescriber><Identification><SocialSecurity>219088888</SocialSecurity></Identification>",
        );
        let told = read_text(&message, 0).chart.told();
        assert!(told.contains("Prescriber SSN: 219088888"), "{told}");
    }

    #[test]
    fn a_status_names_nobody() {
        let status = "<Message xmlns='http://www.ncpdp.org/schema/SCRIPT'><Body><Status><Code>000</Code></Status></Body></Message>";
        let told = read_text(status, 0).chart.told();
        assert!(told.contains("NCPDP SCRIPT Status, no patient"), "{told}");
    }

    #[test]
    fn a_prescription_may_be_cut_anywhere() {
        for cut in 0..MESSAGE.len() {
            read_text(MESSAGE.get(..cut).unwrap(), 0);
        }
    }
}
