//! Values of entries: coded ones, quantities, times (HL7 v3 data types CD, PQ, TS, IVL, ED).

use super::kinds::Section;
use crate::extract::clinical::document::Written;
use crate::extract::clinical::tree::{Kind, Node};
use crate::extract::clinical::{days, words};
use crate::message::transfer;

/// SNOMED CT, and the code systems of what a word says as well: sex, marital status, race.
const SNOMED: &str = "2.16.840.1.113883.6.96";
const GENDERS: &[&str] =
    &["2.16.840.1.113883.5.1", "2.16.840.1.113883.5.2", "2.16.840.1.113883.6.238"];

/// Attributes that say how an element is made up.
const OF_STRUCTURE: &[&str] = &[
    "classCode",
    "codeSystem",
    "codeSystemName",
    "codeSystemVersion",
    "contextConductionInd",
    "contextControlCode",
    "determinerCode",
    "displayable",
    "institutionSpecified",
    "inversionInd",
    "languageCode",
    "mediaType",
    "moodCode",
    "negationInd",
    "nullFlavor",
    "operator",
    "schemaLocation",
    "type",
    "typeCode",
    "use",
    "xsi:type",
    "ID",
    "IDREF",
    "independentInd",
];

/// Writes an attribute that is no structure.
pub(super) fn write_attribute(node: Node<'_>, parent: &str, out: &mut Written) {
    let value = node.value();
    if OF_STRUCTURE.contains(&node.name()) || words::is_of_the_standard(value) {
        return;
    }
    // `root` is a UUID where it is no object identifier: it tells documents apart, not people.
    if node.name() == "root" {
        return;
    }
    out.chart.other(&format!("{} {}", words::label(parent), node.name()), value);
}

/// Whether an element is a coded value, with words of its own.
pub(super) fn is_coded(node: Node<'_>) -> bool {
    !node.attribute("displayName").is_empty()
        || node.child("originalText").is_some()
        || node.child("translation").is_some()
        || !node.attribute("code").is_empty()
}

/// What of a coded value is not yet said by [`coded`].
pub(super) fn is_left_by_codes(node: Node<'_>) -> bool {
    match node.kind() {
        Kind::Attribute => !matches!(node.name(), "code" | "displayName"),
        Kind::Element => !matches!(node.name(), "originalText" | "translation"),
        Kind::Text | Kind::Comment => true,
    }
}

/// A coded value: its code, what it means, what was written.
fn coded(node: Node<'_>) -> String {
    let original = node.child("originalText").map(Node::text).unwrap_or_default();
    let mut parts: Vec<&str> = Vec::new();
    let translations: Vec<_> = node.each("translation").collect();
    let codes = std::iter::once(node).chain(translations);
    for node in codes {
        // Concepts of SNOMED CT are nine figures, like numbers that people have.
        let is_told = node.attribute("codeSystem") == SNOMED
            || GENDERS.contains(&node.attribute("codeSystem"));
        let is_told =
            is_told && (!node.attribute("displayName").is_empty() || !original.is_empty());
        let names: &[&str] = if is_told { &["displayName"] } else { &["code", "displayName"] };
        for name in names {
            let part = node.attribute(name);
            if !part.is_empty() && !parts.contains(&part) && parts.len() < 24 {
                parts.push(part);
            }
        }
    }
    if !original.starts_with('#') && !parts.contains(&original.as_str()) {
        parts.push(&original);
    }
    parts.join(" ").trim().to_owned()
}

/// Writes a coded value.
pub(super) fn write_coded(node: Node<'_>, label: &str, out: &mut Written) {
    // The code of a section alone says no more than its title.
    if label != "Section" || !node.attribute("displayName").is_empty() {
        out.chart.other(label, &coded(node));
    }
}

/// The label of a coded value: what its section is about where it is that thing.
pub(super) fn coded_label(name: &str, parent: &str, section: Option<&Section>) -> String {
    let label = match (name, parent) {
        ("code", "manufacturedMaterial") => section
            .map(|section| section.label)
            .filter(|label| *label == "Immunization")
            .or(Some("Medication")),
        ("code", "playingEntity") => {
            section.filter(|section| section.label == "Allergies").map(|section| section.label)
        }
        ("code", "procedure" | "encounter" | "supply") => section.map(|section| section.label),
        ("code", "organizer") => Some("Panel"),
        ("code", "ClinicalDocument") => Some("Document Type"),
        ("code", "section") => Some("Section"),
        ("routeCode", _) => Some("Route"),
        ("administrativeGenderCode", _) => Some("Sex"),
        ("maritalStatusCode", _) => Some("Marital Status"),
        ("religiousAffiliationCode", _) => Some("Religion"),
        ("raceCode", _) => Some("Race"),
        ("ethnicGroupCode", _) => Some("Ethnicity"),
        _ => None,
    };
    match label {
        Some(label) => label.to_owned(),
        None if name == "code" => format!("{} code", words::label(parent)),
        None => words::label(name),
    }
}

/// Writes what was observed, and what came of it, in one line.
pub(super) fn write_observation(node: Node<'_>, section: Option<&Section>, out: &mut Written) {
    let values: Vec<String> =
        node.each("value").map(quantity).filter(|value| !value.is_empty()).collect();
    let code = node.child("code");
    let what = code.map(coded).unwrap_or_default();
    let is_diagnosis = section.is_some_and(|section| section.label == "Diagnosis");
    let label = section.map_or("Observation", |section| section.label);
    let text = match values.join("; ") {
        value if value.is_empty() => what,
        // `Problem`, `Diagnosis`, `ASSERTION`: the value is the thing itself.
        value if is_diagnosis => value,
        value if what.starts_with("ASSERTION") => value,
        value => format!("{what} {value}"),
    };
    out.chart.other(label, &text);
}

/// A value of any type, with its unit.
fn quantity(node: Node<'_>) -> String {
    if is_coded(node) {
        return coded(node);
    }
    let own = node.text();
    let unit = node.attribute("unit");
    if !own.is_empty() {
        return if unit.is_empty() || unit == "1" { own } else { format!("{own} {unit}") };
    }
    let ends = ["low", "high", "numerator", "denominator"].into_iter().filter_map(|name| {
        let end = node.child(name)?;
        let value = end.value();
        (!value.is_empty()).then(|| format!("{value} {}", end.attribute("unit")).trim().to_owned())
    });
    ends.collect::<Vec<_>>().join(" - ")
}

/// The label of a time.
pub(super) fn time_label(name: &str, parent: &str, in_encounter: bool) -> &'static str {
    match (name, parent) {
        ("low", "Encounter Date" | "encounter") => "Admission Date",
        ("high", "Encounter Date" | "encounter") => "Discharge Date",
        ("low", _) => "Start Date",
        ("high", _) => "End Date",
        (_, "ClinicalDocument") => "Document Date",
        (_, "encompassingEncounter") if in_encounter => "Encounter Date",
        ("time", _) => "Date",
        _ => "Date of Service",
    }
}

/// Writes a time, or what stands where a time would.
pub(super) fn write_time(node: Node<'_>, label: &str, out: &mut Written) {
    let unit = node.attribute("unit");
    let value = days::day(node.value());
    out.chart.other(label, format!("{value} {unit}").trim());
}

/// Writes the value of any other element.
pub(super) fn write_value(node: Node<'_>, out: &mut Written) {
    let value = node.value();
    if value.is_empty() || words::is_of_the_standard(value) || value.starts_with('#') {
        return;
    }
    let unit = node.attribute("unit");
    let label = match node.name() {
        "doseQuantity" => "Dose".to_owned(),
        name => words::label(name),
    };
    let value = days::day(value);
    out.chart.other(&label, format!("{value} {unit}").trim());
}

/// The file that an element holds in base64 (HL7 v3 ED: `nonXMLBody/text`, `observationMedia`).
pub(super) fn file(node: Node<'_>) -> Option<Vec<u8>> {
    if node.attribute("representation") != "B64" {
        return None;
    }
    let bytes = transfer::base64(node.text().as_bytes()).bytes.into_owned();
    (!bytes.is_empty()).then_some(bytes)
}
