//! Whose each resource is: the patient that it refers to, in the file or elsewhere.

use std::collections::HashMap;

use super::element::{self, Whose};
use super::resources::Resource;
use super::{datatypes, kinds};
use crate::extract::clinical::document::Written;
use crate::extract::clinical::nobody;
use crate::extract::clinical::people::Role;
use crate::extract::clinical::tree::Node;

/// Keys under which resources refer to their patient, and those under which some do.
const PATIENTS: &[&str] = &[
    "patient",
    "subject",
    "beneficiary",
    "for",
    "individual",
    "candidate",
    "member",
    "sender",
    "source",
    "recipient",
    "actor",
    "author",
    "who",
];

/// What is known of one patient: his own resources, and those that refer to him.
#[derive(Default)]
struct Group<'a> {
    /// Places of his resources among all.
    resources: Vec<usize>,
    /// What others say of him who has no resource here.
    reference: Option<Node<'a>>,
}

/// Patients by all that they are called.
#[derive(Default)]
struct Groups<'a> {
    groups: Vec<Group<'a>>,
    by_name: HashMap<String, usize>,
}

/// Writes all resources: each patient's in a record, the others behind them.
pub(super) fn write(found: &[Resource<'_>], out: &mut Written) {
    let mut groups = Groups::default();
    for (place, resource) in found.iter().enumerate() {
        if matches!(resource.kind, "Patient" | "Person") {
            groups.add_patient(place, resource);
        }
    }
    let mut others = Vec::new();
    for (place, resource) in found.iter().enumerate() {
        if matches!(resource.kind, "Patient" | "Person") {
            continue;
        }
        match groups.of(resource) {
            Some(group) => group.resources.push(place),
            None => others.push(place),
        }
    }
    for resource in found.iter().filter(|resource| resource.is_root) {
        out.chart.kind(resource.kind);
    }
    for group in &groups.groups {
        out.chart.begin_record();
        if let Some(reference) = group.reference {
            write_reference(reference, out);
        }
        for resource in group.resources.iter().filter_map(|place| found.get(*place)) {
            write_resource(resource, out);
        }
        out.chart.end_record();
    }
    for resource in others.iter().filter_map(|place| found.get(*place)) {
        write_resource(resource, out);
    }
}

impl<'a> Groups<'a> {
    fn add_patient(&mut self, place: usize, resource: &Resource<'_>) {
        let id = resource.node.attribute("id");
        let mut names = Vec::new();
        if !resource.full_url.is_empty() {
            names.push(resource.full_url.to_owned());
            names.push(last_two(resource.full_url).to_owned());
        }
        match resource.container {
            Some(container) => names.push(format!("{container}#{}", id.trim_start_matches('#'))),
            None if !id.is_empty() => {
                names.push(format!("{}/{id}", resource.kind));
                names.push(format!("urn:uuid:{id}"));
            }
            None => {}
        }
        // A person may say of which patient he is another view (FHIR Person.link).
        let target = resource.node.at(&["link", "target"]).filter(|_| resource.kind == "Person");
        let linked = target.map(|target| last_two(target.attribute("reference")).to_owned());
        let known = names.iter().chain(&linked).find_map(|name| self.by_name.get(name)).copied();
        let number = known.unwrap_or(self.groups.len());
        if known.is_none() {
            self.groups.push(Group::default());
        }
        if let Some(group) = self.groups.get_mut(number) {
            group.resources.push(place);
        }
        for name in names {
            self.by_name.entry(name).or_insert(number);
        }
    }

    /// The group of the patient that a resource refers to.
    fn of(&mut self, resource: &Resource<'a>) -> Option<&mut Group<'a>> {
        if kinds::is_definition(resource.kind) {
            return None;
        }
        // What is contained in a patient, or in what is a patient's, is found by its container.
        let number =
            references(resource.node).find_map(|reference| self.resolve(reference, resource));
        let number = match number {
            Some(number) => number,
            None => {
                let reference =
                    references(resource.node).find(|node| is_patients(*node, resource.kind))?;
                let name = called(reference, resource);
                let fresh = self.groups.len();
                let number = *self.by_name.entry(name).or_insert(fresh);
                if number == fresh {
                    self.groups.push(Group { reference: Some(reference), ..Group::default() });
                }
                number
            }
        };
        self.groups.get_mut(number)
    }

    fn resolve(&self, reference: Node<'_>, resource: &Resource<'_>) -> Option<usize> {
        let written = reference.attribute("reference");
        if written.is_empty() {
            return None;
        }
        if let Some(inner) = written.strip_prefix('#') {
            let container = resource.container.unwrap_or(resource.node.number());
            return self.by_name.get(&format!("{container}#{inner}")).copied();
        }
        let found = self.by_name.get(written).or_else(|| self.by_name.get(last_two(written)));
        found.copied()
    }
}

/// References of a resource that may be its patient, the likeliest first.
fn references<'a>(resource: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    let direct = PATIENTS.iter().flat_map(move |name| resource.each(name));
    let nested = resource
        .each("participant")
        .chain(resource.each("agent"))
        .chain(resource.each("entity"))
        .flat_map(|inner| inner.each("actor").chain(inner.each("who")).chain(inner.each("what")));
    direct.chain(nested)
}

/// Whether a reference is one to a patient who has no resource here.
fn is_patients(node: Node<'_>, resource: &str) -> bool {
    let written = node.attribute("reference");
    let target = last_two(written).split('/').next().unwrap_or_default();
    let says = node.attribute("type") == "Patient" || target == "Patient";
    let is_other = !target.is_empty() && written.contains('/') && target != "Patient"
        || !matches!(node.attribute("type"), "" | "Patient");
    let only = matches!(node.name(), "patient" | "beneficiary")
        || node.name() == "subject" && !matches!(resource, "Group" | "Device" | "Provenance");
    let has_words = !node.attribute("display").is_empty() || node.child("identifier").is_some();
    says || only && !is_other && (has_words || written.starts_with("urn:uuid:"))
}

/// What a patient is called who has no resource here.
fn called(node: Node<'_>, resource: &Resource<'_>) -> String {
    let written = node.attribute("reference");
    if written.starts_with('#') {
        return format!("{}{written}", resource.container.unwrap_or(resource.node.number()));
    }
    if !written.is_empty() {
        return last_two(written).to_owned();
    }
    let number = node.child("identifier").map_or("", |identifier| identifier.attribute("value"));
    format!("{number} {}", node.attribute("display"))
}

/// `Patient/1` of the address of a resource, without its version.
fn last_two(reference: &str) -> &str {
    let whole = reference.split_once("/_history").map_or(reference, |(whole, _)| whole);
    let whole = whole.split(['?', '|']).next().unwrap_or_default();
    let last = whole.rfind('/').and_then(|last| whole.get(..last)?.rfind('/'));
    last.and_then(|last| whole.get(last + 1..)).unwrap_or(whole)
}

/// Writes what a reference says of a patient.
fn write_reference(node: Node<'_>, out: &mut Written) {
    let display = node.attribute("display");
    if !display.is_empty() {
        out.chart.value("Patient.name", "Patient Name", &without_notes(display));
        if nobody::is_name(display) && display.contains(' ') {
            out.chart.identified();
        }
    }
    if let Some(identifier) = node.child("identifier") {
        datatypes::write_identifier(
            identifier,
            Whose { role: Some(Role::Patient), resource: "Patient" },
            out,
        );
    }
    let written = node.attribute("reference");
    let id = last_two(written).rsplit(['/', ':']).next().unwrap_or_default();
    if !written.starts_with('#') && !id.is_empty() {
        out.chart.other("Patient ID", id);
        if is_number(id) {
            out.chart.identified();
        }
    }
}

/// A name as it is displayed, without what some systems write behind it: `Roe, Jane (DOB ...)`.
fn without_notes(display: &str) -> String {
    display.split('(').next().unwrap_or_default().trim().to_owned()
}

/// Whether a logical id can be anybody's: templates say `example`, `pat1`, `123`.
pub(super) fn is_number(id: &str) -> bool {
    let figures = id.bytes().filter(u8::is_ascii_digit).count();
    figures >= 4 && nobody::is_number(id) && !id.contains("example")
}

fn write_resource(resource: &Resource<'_>, out: &mut Written) {
    let role = match resource.kind {
        "Patient" | "Person" => Some(Role::Patient),
        "RelatedPerson" => Some(Role::Relative(datatypes::relationship(resource.node))),
        "Practitioner" | "PractitionerRole" => Some(Role::Other("Provider")),
        "Organization" | "Location" | "HealthcareService" | "OrganizationAffiliation" => {
            Some(Role::Other("Facility"))
        }
        kind if kinds::is_definition(kind) => Some(Role::Other("Publisher")),
        _ => None,
    };
    if matches!(resource.kind, "Patient" | "Person") {
        if is_deidentified(resource.node) {
            out.chart.other("Security Label", "de-identified");
        } else {
            say_identified(resource.node, out);
        }
    } else if !matches!(resource.kind, "Bundle" | "Parameters") {
        out.chart.count(resource.kind);
    }
    element::write_inside(resource.node, Whose { role, resource: resource.kind }, out);
}

/// Whether a resource says that it was anonymized (FHIR security labels: ANONYED, PSEUDED, REDACTED,
/// MASKED of v3-ObservationValue; HTEST is test data).
pub(super) fn is_deidentified(node: Node<'_>) -> bool {
    let labels = node.each("meta").flat_map(|meta| meta.each("security").chain(meta.each("tag")));
    labels.into_iter().any(|label| {
        let code = label.attribute("code").to_ascii_lowercase();
        matches!(code.as_str(), "anonyed" | "pseuded" | "redacted" | "masked" | "deidentified")
            || code.starts_with("de-identified")
            || label.attribute("display").to_ascii_lowercase().contains("de-identified")
    })
}

/// Says that a patient is named or numbered.
fn say_identified(node: Node<'_>, out: &mut Written) {
    let named = node
        .each("name")
        .filter(|name| !datatypes::is_absent(*name))
        .map(|name| crate::extract::clinical::people::name(name, Role::Patient))
        .any(|name| nobody::is_name(&name));
    let numbered = node
        .each("identifier")
        .map(|identifier| identifier.attribute("value"))
        .any(|number| number.len() >= 4 && nobody::is_number(number));
    // The logical id alone is a number, beside what describes a person.
    let known = is_number(node.attribute("id"))
        && (node.child("birthDate").is_some() || node.child("address").is_some());
    if named || numbered || known {
        out.chart.identified();
    }
}
