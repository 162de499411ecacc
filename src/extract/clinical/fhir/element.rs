//! Writes the elements of a resource, each as what its parts show that it is.

use super::{datatypes, kinds, resources};
use crate::extract::clinical::document::Written;
use crate::extract::clinical::people::{self, Role};
use crate::extract::clinical::tree::{Kind, Node, of_xml};
use crate::extract::clinical::{days, words};
use crate::message::transfer;

/// Whose element it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose {
    /// Whose names and numbers stand in it, if anybody's for sure.
    pub(super) role: Option<Role>,
    /// The resource.
    pub(super) resource: &'static str,
}

/// Writes all that is in a resource or an element.
pub(super) fn write_inside(node: Node<'_>, whose: Whose, out: &mut Written) {
    for inner in node.all() {
        match inner.kind() {
            Kind::Element => write(inner, whose, out),
            Kind::Attribute => scalar(inner, whose, out),
            Kind::Text | Kind::Comment => out.chart.words(inner.value()),
        }
    }
}

fn write(node: Node<'_>, whose: Whose, out: &mut Written) {
    let name = node.name();
    // A resource in another is written for itself.
    if resources::kind(node).is_some() {
        return;
    }
    if !node.value().is_empty() {
        scalar(node, whose, out);
        return write_inside(node, whose, out);
    }
    let role = role(node, whose);
    let inner = Whose { role, ..whose };
    let field = |patients: &'static str| (whose.role == Some(Role::Patient)).then_some(patients);
    match name {
        "meta" => {
            let inner = node.children().filter(|inner| matches!(inner.name(), "tag" | "security"));
            for label in inner {
                out.chart.other("Security Label", &datatypes::coded(label));
            }
        }
        "name" if is_name(node) => write_name(node, field("Patient.name"), role, out),
        "telecom" => {
            let role = role.unwrap_or(Role::Other("Facility"));
            people::write_telecom(&mut out.chart, field("Patient.telecom"), node, role);
        }
        "address" | "valueAddress" if node.value().is_empty() => {
            let role = role.unwrap_or(Role::Other("Facility"));
            people::write_address(&mut out.chart, field("Patient.address"), node, role);
        }
        "identifier" | "masterIdentifier" | "groupIdentifier" | "valueIdentifier" => {
            datatypes::write_identifier(node, inner, out);
        }
        "text" if node.child("div").is_some() => narrative(node, out),
        "div" => narrative_element(node, out),
        "extension" | "modifierExtension" => extension(node, inner, out),
        _ if is_reference(node) => reference(node, whose, out),
        _ if node.child("coding").is_some() || is_coding(node) || is_concept(node) => {
            out.chart.other(&label(node, whose), &datatypes::coded(node));
        }
        _ => match datatypes::quantity(node) {
            Some(quantity) => out.chart.other(&label(node, whose), &quantity),
            None => write_inside(node, inner, out),
        },
    }
}

/// Whose names stand in an element.
fn role(node: Node<'_>, whose: Whose) -> Option<Role> {
    match (node.name(), whose.role) {
        ("contact", Some(Role::Patient)) => Some(Role::Relative(datatypes::relationship(node))),
        ("contact", _) => Some(Role::Other("Contact Person")),
        ("managingOrganization" | "generalPractitioner", _) => Some(Role::Other("Provider")),
        ("publisher" | "useContext", _) => Some(Role::Other("Publisher")),
        (_, role) => role,
    }
}

fn is_name(node: Node<'_>) -> bool {
    ["family", "given", "_family", "text"].iter().any(|part| node.child(part).is_some())
}

fn write_name(node: Node<'_>, field: Option<&'static str>, role: Option<Role>, out: &mut Written) {
    if datatypes::is_absent(node) {
        return;
    }
    let role = role.unwrap_or(Role::Other("Person"));
    if role != Role::Patient {
        return people::write_name(&mut out.chart, field, node, role);
    }
    let name = people::name(node, role);
    people::write(&mut out.chart, field, role.name_label(), &name);
    people::write_titles(&mut out.chart, node);
}

fn is_reference(node: Node<'_>) -> bool {
    node.child("reference").is_some_and(|reference| !reference.value().is_empty())
        || node.child("display").is_some()
            && node.child("code").is_none()
            && node.child("coding").is_none()
}

/// A concept that has words and no code.
fn is_concept(node: Node<'_>) -> bool {
    let mut parts = node.children().peekable();
    parts.peek().is_some() && parts.all(|part| part.name() == "text" && !part.value().is_empty())
}

fn is_coding(node: Node<'_>) -> bool {
    node.child("code").is_some()
        && (node.child("display").is_some() || node.child("system").is_some())
        && node.child("value").is_none()
}

/// A reference to somebody or something else; the patient's own is what the record is of.
fn reference(node: Node<'_>, whose: Whose, out: &mut Written) {
    let target = node.attribute("reference");
    let is_patient = target.contains("Patient/")
        || node.attribute("type") == "Patient"
        || matches!(node.name(), "patient" | "beneficiary" | "subject") && !target.contains('/');
    let display = node.attribute("display");
    let label = if is_patient {
        "Patient Name"
    } else {
        match node.name() {
            "generalPractitioner" => "Primary Care Provider",
            "requester" | "prescriber" | "orderer" => "Ordering Provider",
            "performer" | "actor" | "individual" | "participant" | "practitioner" | "asserter"
            | "recorder" | "author" | "attester" | "provider" | "careTeam" | "member" | "who"
            | "resultsInterpreter" | "collector" | "enterer" => "Provider",
            "insurer" | "payor" => "Insurance Company",
            "managingOrganization"
            | "serviceProvider"
            | "organization"
            | "facility"
            | "location"
            | "custodian"
            | "assigner" => "Facility",
            _ => &label(node, whose),
        }
    };
    out.chart.other(label, display);
    if let Some(identifier) = node.child("identifier") {
        let role = if is_patient { Role::Patient } else { Role::Other("Provider") };
        datatypes::write_identifier(identifier, Whose { role: Some(role), ..whose }, out);
    }
}

/// The label of an element: what it is called, or what its resource is about.
fn label(node: Node<'_>, whose: Whose) -> String {
    let about =
        matches!(node.name(), "code" | "medicationCodeableConcept" | "medication" | "vaccineCode");
    let known = match node.name() {
        "diagnosisCodeableConcept" | "reasonCode" | "reason" => Some("Diagnosis"),
        "productOrService" => Some("Procedure"),
        name if name.starts_with("value") => Some("Value"),
        _ if about => kinds::label(whose.resource),
        _ => None,
    };
    known.map_or_else(|| words::label(node.name().trim_start_matches('_')), str::to_owned)
}

/// Writes a value that stands under its key alone.
fn scalar(node: Node<'_>, whose: Whose, out: &mut Written) {
    let name = node.name();
    let value = node.value();
    let is_patient = whose.role == Some(Role::Patient);
    match name {
        "resourceType" | "fullUrl" | "versionId" | "lastUpdated" => {}
        "status" | "use" | "system" if !value.contains(' ') => {}
        "id" if whose.resource == "Patient" && is_patient => {
            if super::groups::is_number(value) {
                out.chart.other("Patient ID", value);
            }
        }
        "id" | "url" | "profile" => {
            if !words::is_of_the_standard(value) && value.bytes().any(|byte| byte == b' ') {
                out.chart.other(&words::label(name), value);
            }
        }
        "birthDate" if is_patient => {
            out.chart.value("Patient.birthDate", "Date of Birth", &days::without_hours(value));
        }
        "birthDate" => out.chart.other("Relative Date of Birth", &days::without_hours(value)),
        "deceasedDateTime" => out.chart.value("Patient.deceased", "Date of Death", value),
        "gender" => out.chart.other("Sex", value),
        "subscriberId" => out.chart.value("Coverage.subscriberId", "Member ID", value),
        "name" => {
            out.chart.other(whose.role.unwrap_or(Role::Other("Facility")).name_label(), value)
        }
        "onsetDateTime" => out.chart.other("Onset Date", value),
        "div" => push_markup(value, out),
        "data" | "valueBase64Binary" if !value.trim().contains(' ') => file(value, out),
        _ if words::is_of_the_standard(value) => {}
        _ => out.chart.other(&words::label(name), value),
    }
}

/// An extension: the last word of its address, and its value.
fn extension(node: Node<'_>, whose: Whose, out: &mut Written) {
    let url = node.attribute("url");
    let name = url.rsplit('/').next().unwrap_or_default();
    let label = match name {
        "patient-mothersMaidenName" => "Mother's Maiden Name".to_owned(),
        "patient-birthPlace" => "Birthplace".to_owned(),
        "patient-birthTime" => "Date of Birth".to_owned(),
        name => words::label(name.trim_start_matches("us-core-")),
    };
    for inner in node.children().filter(|inner| inner.name() != "url") {
        match inner.name() {
            "extension" => extension(inner, whose, out),
            "valueAddress" | "valueIdentifier" | "valueHumanName" | "valueContactPoint"
            | "valueBase64Binary" => write(inner, whose, out),
            _ if !inner.value().is_empty() => out.chart.other(&label, inner.value()),
            _ => match datatypes::quantity(inner) {
                Some(quantity) => out.chart.other(&label, &quantity),
                None if is_reference(inner) => reference(inner, whose, out),
                None if inner.child("coding").is_some() || is_coding(inner) => {
                    out.chart.other(&label, &datatypes::coded(inner));
                }
                None => write_inside(inner, whose, out),
            },
        }
    }
}

/// A file in base64 (FHIR Attachment, Binary).
fn file(data: &str, out: &mut Written) {
    let bytes = transfer::base64(data.as_bytes()).bytes.into_owned();
    if !bytes.is_empty() {
        out.files.push(bytes);
    }
}

/// The text of a resource as it is shown (FHIR Narrative), in XML or as words in JSON.
fn narrative(node: Node<'_>, out: &mut Written) {
    for inner in node.all() {
        match (inner.name(), inner.value()) {
            ("div", "") => narrative_element(inner, out),
            ("div", markup) => push_markup(markup, out),
            _ => {}
        }
    }
}

fn narrative_element(node: Node<'_>, out: &mut Written) {
    crate::extract::clinical::cda::write_narrative(node, out);
}

fn push_markup(markup: &str, out: &mut Written) {
    let tree = of_xml(markup);
    narrative_element(tree.root(), out);
    out.chart.words(tree.rest);
}
