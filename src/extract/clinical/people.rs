//! People as CDA and FHIR describe them alike: names, addresses, ways to reach them. A label says
//! whose each is.

use super::chart::Chart;
use super::nobody;
use super::tree::{Kind, Node};

/// Whose a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The patient whose record is open.
    Patient,
    /// A relative, who may pay or decide for the patient: by what label.
    Relative(&'static str),
    /// Somebody who gives care, or an office, a company, a payer: by what label.
    Other(&'static str),
}

impl Role {
    /// The label of a name.
    pub(super) const fn name_label(self) -> &'static str {
        match self {
            Self::Patient => "Patient Name",
            Self::Relative(label) | Self::Other(label) => label,
        }
    }

    /// The label of something else that is his.
    pub(super) fn label(self, thing: &str) -> String {
        match self {
            Self::Patient => format!("Patient {thing}"),
            Self::Relative(label) | Self::Other(label) => format!("{label} {thing}"),
        }
    }
}

/// A person's name, `Given Middle Family` (HL7 v3 PN, FHIR HumanName). Titles stand before those
/// who give care alone: one patient is to have one name.
pub(super) fn name(node: Node<'_>, role: Role) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut add = |name: &'static str| {
        for part in node.children().filter(|part| part.name() == name) {
            let words = part.text();
            if !words.is_empty() {
                parts.push(words);
            }
        }
    };
    if matches!(role, Role::Other(_)) {
        add("prefix");
    }
    add("given");
    add("family");
    if matches!(role, Role::Other(_)) {
        add("suffix");
    }
    // Words between the parts are parts as well (HL7 v3 PN is mixed content).
    if parts.is_empty() || has_words(node) {
        let text = node.child("text").map(Node::text).unwrap_or_default();
        let text = if text.is_empty() { node.text() } else { text };
        return text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    parts.join(" ")
}

/// Whether words stand in an element beside the elements in it.
fn has_words(node: Node<'_>) -> bool {
    node.all().any(|inner| inner.kind() == Kind::Text && !inner.value().trim().is_empty())
}

/// Writes a name, and says that the patient is named where it is the patient's.
pub(super) fn write_name(chart: &mut Chart, field: Option<&str>, node: Node<'_>, role: Role) {
    let name = name(node, role);
    if name.is_empty() {
        return;
    }
    write(chart, field, role.name_label(), &name);
    if !matches!(role, Role::Other(_)) {
        write_titles(chart, node);
    }
    if role == Role::Patient && nobody::is_name(&name) {
        chart.identified();
    }
}

/// Titles that say no more than the sex does; before a line break they would make a name of what
/// stands behind it.
const TITLES: &[&str] = &["mr", "mrs", "ms", "miss", "dr", "master"];

/// Writes what stands before and behind a name.
pub(super) fn write_titles(chart: &mut Chart, node: Node<'_>) {
    for part in node.children().filter(|part| matches!(part.name(), "prefix" | "suffix")) {
        let title = part.text();
        if !TITLES.contains(&title.trim_end_matches('.').to_ascii_lowercase().as_str()) {
            chart.other("Title", &title);
        }
    }
}

/// Writes `LABEL: VALUE`, of a field that the outline names or not.
pub(super) fn write(chart: &mut Chart, field: Option<&str>, label: &str, value: &str) {
    match field {
        Some(field) => chart.value(field, label, value),
        None => chart.other(label, value),
    }
}

/// Parts of an address before the town.
const STREET: &[&str] = &[
    "additionalLocator",
    "buildingNumberSuffix",
    "careOf",
    "delimiter",
    "deliveryAddressLine",
    "direction",
    "houseNumber",
    "houseNumberNumeric",
    "line",
    "postBox",
    "precinct",
    "streetAddressLine",
    "streetName",
    "streetNameBase",
    "streetNameType",
    "unitID",
    "unitType",
];

/// Writes an address in one line (HL7 v3 AD, FHIR Address).
pub(super) fn write_address(chart: &mut Chart, field: Option<&str>, node: Node<'_>, role: Role) {
    let parts = |names: &[&str], between: &str| {
        let parts = node.children().filter(|part| names.contains(&part.name()));
        let parts: Vec<_> = parts.map(Node::text).filter(|part| !part.is_empty()).collect();
        parts.join(between)
    };
    let street = parts(STREET, " ");
    let town = parts(&["city", "county", "district"], ", ");
    let state = parts(&["state", "postalCode"], " ");
    let country = parts(&["country"], " ");
    let lines = [street, town, state, country];
    let lines: Vec<_> = lines.iter().filter(|line| !line.is_empty()).map(String::as_str).collect();
    let mut address = lines.join(", ");
    if address.is_empty() || has_words(node) {
        let text = node.child("text").unwrap_or(node).text();
        address = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    write(chart, field, &role.label("Address"), &address);
}

/// Writes a telephone number or an address of mail (HL7 v3 TEL, FHIR ContactPoint).
pub(super) fn write_telecom(chart: &mut Chart, field: Option<&str>, node: Node<'_>, role: Role) {
    let value = match node.attribute("value") {
        "" => node.value(),
        value => value,
    };
    let (scheme, number) = match value.split_once(':') {
        Some((scheme, number)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            (scheme.to_ascii_lowercase(), number.trim_start_matches('/'))
        }
        _ => (node.attribute("system").to_owned(), value),
    };
    let thing = match scheme.as_str() {
        "mailto" | "email" => "Email",
        "fax" | "x-text-fax" => "Fax",
        "http" | "https" | "url" => "Web Site",
        _ if number.contains('@') => "Email",
        _ => "Phone",
    };
    write(chart, field, &role.label(thing), number);
}
