//! Messages to and from registries of patients: who is registered, merged or looked for (HL7 v3 PRPA; IHE
//! ITI TF-2, PIXV3 and PDQV3).

use super::{Around, header, read_node};
use crate::extract::clinical::days;
use crate::extract::clinical::document::Written;
use crate::extract::clinical::people::{self, Role};
use crate::extract::clinical::tree::Node;

/// What the standard's interactions are for, by their names without the realm and version.
const INTERACTIONS: &[(&str, &str)] = &[
    ("PRPA_IN201301", "Patient Record Added"),
    ("PRPA_IN201302", "Patient Record Revised"),
    ("PRPA_IN201304", "Patient Duplicates Resolved"),
    ("PRPA_IN201305", "Find Candidates Query"),
    ("PRPA_IN201306", "Find Candidates Response"),
    ("PRPA_IN201309", "Get Identifiers Query"),
    ("PRPA_IN201310", "Get Identifiers Response"),
];

/// Levels below the root at which somebody is registered: an envelope, a message, its act and subject.
const LEVELS: u32 = 12;

/// What of [`header::write_id`] tells that a number is one of a registered patient's.
const PATIENT: &str = "registeredPatient";

/// Whether an element is a message of HL7 version 3, of a registry or not (`PRPA_IN201301UV02`).
pub(super) fn is_message(name: &str) -> bool {
    let (domain, rest) = name.split_once("_IN").unwrap_or_default();
    domain.len() == 4
        && domain.bytes().all(|byte| byte.is_ascii_uppercase())
        && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// What a message is for.
pub(super) fn interaction(name: &str) -> Option<&'static str> {
    let number = name.get(..13)?;
    INTERACTIONS.iter().find(|(known, _)| *known == number).map(|(_, words)| *words)
}

/// Whether an element is somebody who is registered.
pub(super) fn is_patient(node: Node<'_>) -> bool {
    node.name() == "patient" && node.child("patientPerson").is_some()
}

/// How many are.
pub(super) fn count_patients(node: Node<'_>, level: u32) -> usize {
    let deeper = node.children().filter(|_| level < LEVELS);
    usize::from(is_patient(node))
        + deeper.map(|inner| count_patients(inner, level + 1)).sum::<usize>()
}

/// Writes one who is registered, a record.
pub(super) fn write_patient(node: Node<'_>, around: Around, targets: usize, out: &mut Written) {
    let role = Some(Role::Patient);
    out.chart.begin_record();
    if header::is_numbered(node) {
        out.chart.identified();
    }
    for inner in node.all() {
        let parent = if inner.name() == "id" { PATIENT } else { "patient" };
        read_node(inner, parent, Around { role, ..around }, targets, out);
    }
    out.chart.end_record();
}

/// Writes whom a query asks for: somebody of his own, unless the answer is here, too.
pub(super) fn write_query(node: Node<'_>, around: Around, targets: usize, out: &mut Written) {
    if targets == 0 {
        out.chart.begin_record();
    }
    for parameter in node.all() {
        let asks = parameter.child("value").is_some();
        if !asks {
            read_node(parameter, node.name(), around, targets, out);
            continue;
        }
        for inner in parameter.all() {
            if !(inner.name() == "value" && is_written(parameter.name(), inner, out)) {
                read_node(inner, parameter.name(), around, targets, out);
            }
        }
    }
    if targets == 0 {
        out.chart.end_record();
    }
}

/// Writes what a parameter asks for; false where it is not said as it usually is.
fn is_written(parameter: &str, value: Node<'_>, out: &mut Written) -> bool {
    let role = Role::Patient;
    match parameter {
        "livingSubjectName" => people::write_name(&mut out.chart, Some(parameter), value, role),
        "mothersMaidenName" => {
            out.chart.other("Mother's Maiden Name", &people::name(value, role));
        }
        "livingSubjectBirthTime" if !value.value().is_empty() => {
            let day = days::without_hours(value.value());
            out.chart.value(parameter, "Date of Birth", &day);
        }
        "livingSubjectId" | "patientIdentifier" => {
            header::write_id(value, PATIENT, Some(role), out);
            if header::is_somebodys(value) {
                out.chart.identified();
            }
        }
        "livingSubjectAdministrativeGender" => out.chart.other("Sex", value.attribute("code")),
        "patientAddress" => people::write_address(&mut out.chart, None, value, role),
        "patientTelecom" => people::write_telecom(&mut out.chart, None, value, role),
        _ => return false,
    }
    true
}
