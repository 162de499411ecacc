//! HL7 Clinical Document Architecture (CDA R2, C-CDA), and other XML of HL7 version 3, whole or in
//! pieces.
//!
//! ```text
//!  recordTarget --------> a record: who it is
//!  author, custodian ---> labels of their own
//!  section -------------> its text, and its entries by what the section is about
//!  patient, parameters -> of a registry: a record each
//! ```

mod entries;
mod header;
mod kinds;
mod narrative;
mod registry;

use super::people::{self, Role};
use super::tree::{Kind, Node};
use super::{days, words};
use crate::extract::clinical::document::Written;

/// What stands around an element.
#[derive(Debug, Clone, Copy)]
struct Around {
    /// Whose names and numbers stand in it.
    role: Option<Role>,
    /// What its section is about.
    section: Option<&'static kinds::Section>,
    /// Whether it is in the encounter that the document tells of.
    in_encounter: bool,
}

/// Whether an element can be the root of a document of HL7 version 3, or of a piece of one.
pub(super) fn is_root(name: &str) -> bool {
    kinds::ROOTS.contains(&name)
}

/// Whether an element is a message of HL7 version 3.
pub(super) fn is_message(name: &str) -> bool {
    registry::is_message(name)
}

/// Reads documents and messages, or pieces of them.
pub(super) fn read(root: Node<'_>, out: &mut Written) {
    let targets = count_targets(root, 0) + registry::count_patients(root, 0);
    let is_whole = root.child("ClinicalDocument").is_some();
    out.is_example = !is_whole && targets == 0 && explains_itself(root);
    let around = Around { role: None, section: None, in_encounter: false };
    for node in root.all() {
        read_node(node, "", around, targets, out);
    }
}

/// Writes markup that lays out what is shown: a narrative block, and XHTML, which has its elements.
pub(super) fn write_narrative(node: Node<'_>, out: &mut Written) {
    narrative::write(node, out);
}

/// Whether comments stand in a piece: a guide has them, no system that sends records does.
fn explains_itself(node: Node<'_>) -> bool {
    node.all().any(|inner| inner.kind() == Kind::Comment || explains_itself(inner))
}

/// Patients that a document has: of what is below several, none can be said to be one's.
fn count_targets(node: Node<'_>, depth: u32) -> usize {
    let own = node.each("recordTarget").count();
    let deeper = node.children().filter(|_| depth < 3).map(|node| count_targets(node, depth + 1));
    own + deeper.sum::<usize>()
}

fn read_node(node: Node<'_>, parent: &str, around: Around, targets: usize, out: &mut Written) {
    match node.kind() {
        Kind::Text | Kind::Comment => out.words(node.value()),
        Kind::Attribute => entries::write_attribute(node, parent, out),
        Kind::Element => read_element(node, parent, around, targets, out),
    }
}

fn read_inside(node: Node<'_>, around: Around, targets: usize, out: &mut Written) {
    for inner in node.all() {
        read_node(inner, node.name(), around, targets, out);
    }
}

fn read_element(node: Node<'_>, parent: &str, around: Around, targets: usize, out: &mut Written) {
    if !node.attribute("nullFlavor").is_empty() && node.children().next().is_none() {
        let text = node.text();
        if !text.is_empty() {
            out.chart.other(&words::label(node.name()), &text);
        }
        return;
    }
    if let Some(file) = entries::file(node) {
        out.files.push(file);
        return;
    }
    let role = header::role(node, around.role);
    let inner = Around { role, ..around };
    match node.name() {
        "ClinicalDocument" => {
            kinds::documents(node).for_each(|kind| out.chart.kind(kind));
            read_inside(node, inner, targets, out);
            out.chart.end_record();
        }
        name if registry::is_message(name) => {
            registry::interaction(name).into_iter().for_each(|kind| out.chart.kind(kind));
            read_inside(node, inner, targets, out);
        }
        "patient" if registry::is_patient(node) => {
            registry::write_patient(node, around, targets, out);
        }
        "parameterList" => registry::write_query(node, around, targets, out),
        "templateId" | "typeId" | "realmCode" => {}
        "recordTarget" => {
            out.chart.begin_record();
            header::write_patient(node, out);
            let role = Some(Role::Patient);
            read_inside(node, Around { role, ..around }, targets, out);
            if targets > 1 {
                out.chart.end_record();
            }
        }
        "name" if role.is_some() || node.child("family").is_some() => {
            let role = role.unwrap_or(Role::Other("Person"));
            let field = (role == Role::Patient).then_some("recordTarget");
            people::write_name(&mut out.chart, field, node, role);
        }
        "addr" => {
            let role = role.unwrap_or(Role::Other("Facility"));
            people::write_address(&mut out.chart, None, node, role);
        }
        "telecom" => {
            let role = role.unwrap_or(Role::Other("Facility"));
            people::write_telecom(&mut out.chart, None, node, role);
        }
        "id" => header::write_id(node, parent, role, out),
        "birthTime" if !node.value().is_empty() => {
            let label = header::birth_label(role);
            out.chart.other(label, &days::without_hours(node.value()));
        }
        "section" => read_section(node, inner, targets, out),
        "text" => narrative::write(node, out),
        "entry" => {
            if let Some(section) = around.section {
                out.chart.count(section.things);
            }
            read_inside(node, inner, targets, out);
        }
        "encompassingEncounter" => {
            read_inside(node, Around { in_encounter: true, ..inner }, targets, out);
        }
        "effectiveTime" | "time" | "low" | "high" | "center" => {
            read_time(node, parent, around, targets, out);
        }
        "observation" | "observationRange" => {
            entries::write_observation(node, around.section, out);
            let rest = |inner: &Node<'_>| !matches!(inner.name(), "code" | "value");
            for part in node.all().filter(rest) {
                read_node(part, "observation", inner, targets, out);
            }
        }
        _ if entries::is_coded(node) => read_coded(node, parent, around, targets, out),
        _ => {
            entries::write_value(node, out);
            read_inside(node, inner, targets, out);
        }
    }
}

fn read_section(node: Node<'_>, around: Around, targets: usize, out: &mut Written) {
    let section = kinds::section_of(node).or(around.section);
    let title = node.child("title").map(Node::text).unwrap_or_default();
    out.words(&title);
    let rest = node.all().filter(|inner| inner.name() != "title");
    for part in rest {
        read_node(part, "section", Around { section, ..around }, targets, out);
    }
}

fn read_time(node: Node<'_>, parent: &str, around: Around, targets: usize, out: &mut Written) {
    let label = entries::time_label(node.name(), parent, around.in_encounter);
    if node.value().is_empty() {
        let named = |inner: &Node<'_>| matches!(inner.name(), "low" | "high" | "center");
        for inner in node.all() {
            let parent = if named(&inner) { label } else { node.name() };
            read_node(inner, parent, around, targets, out);
        }
    } else {
        entries::write_time(node, label, out);
    }
}

fn read_coded(node: Node<'_>, parent: &str, around: Around, targets: usize, out: &mut Written) {
    let label = entries::coded_label(node.name(), parent, around.section);
    entries::write_coded(node, &label, out);
    let rest = |inner: &Node<'_>| entries::is_left_by_codes(*inner);
    for inner in node.all().filter(rest) {
        read_node(inner, node.name(), around, targets, out);
    }
}

#[cfg(test)]
mod tests;
