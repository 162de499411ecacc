//! Values of resources (FHIR R5 section 2.1.28, datatypes): identifiers, codes, quantities, periods.

use super::element::Whose;
use crate::extract::clinical::document::Written;
use crate::extract::clinical::people::{Role, write};
use crate::extract::clinical::tree::Node;
use crate::extract::clinical::words;

/// Whether a value is said to be absent or masked (extension data-absent-reason).
pub(super) fn is_absent(node: Node<'_>) -> bool {
    let says = |node: &Node<'_>| {
        node.each("extension")
            .any(|extension| extension.attribute("url").ends_with("data-absent-reason"))
    };
    let key = node.child("_family").or_else(|| node.child("_text"));
    says(&node) || key.is_some_and(|key| says(&key))
}

/// Writes an identifier: its type (HL7 v2 table 0203) or its system says whose numbers they are.
pub(super) fn write_identifier(node: Node<'_>, whose: Whose, out: &mut Written) {
    let value = node.attribute("value");
    let kind = node.at(&["type", "coding"]).map_or("", |coding| coding.attribute("code"));
    let system = node.attribute("system");
    let text = node.at(&["type", "text"]).map_or("", Node::value);
    let is_patients = whose.role == Some(Role::Patient);
    let label = match (kind, system) {
        ("MR", _) if is_patients => "MRN".to_owned(),
        ("SS" | "SB", _)
        | (_, "http://hl7.org/fhir/sid/us-ssn" | "urn:oid:2.16.840.1.113883.4.1") => {
            "SSN".to_owned()
        }
        ("NPI", _) | (_, "http://hl7.org/fhir/sid/us-npi" | "urn:oid:2.16.840.1.113883.4.6") => {
            "NPI".to_owned()
        }
        ("MC", _)
        | (_, "http://hl7.org/fhir/sid/us-mbi" | "http://hl7.org/fhir/sid/us-medicare") => {
            "Medicare ID".to_owned()
        }
        ("MA", _) => "Medicaid ID".to_owned(),
        ("MB" | "SN" | "MCD", _) if is_patients || whose.resource == "Coverage" => {
            "Member ID".to_owned()
        }
        ("DL", _) => "Driver License Number".to_owned(),
        ("PPN", _) => "Passport Number".to_owned(),
        ("ACSN", _) => "Accession Number".to_owned(),
        ("VN", _) => "Encounter Number".to_owned(),
        ("AN", _) => "Account Number".to_owned(),
        _ if whose.resource == "Coverage" => "Member ID".to_owned(),
        _ if whose.resource == "Encounter" => "Encounter Number".to_owned(),
        _ if matches!(whose.resource, "Claim" | "ClaimResponse" | "ExplanationOfBenefit") => {
            "Claim Number".to_owned()
        }
        _ if system.contains("nhs-number") => "NHS Number".to_owned(),
        // A number of a patient with no type is one by which somebody's records are found.
        _ if is_patients && (kind.is_empty() || matches!(kind, "PI" | "PT" | "MRT" | "RRI")) => {
            "MRN".to_owned()
        }
        _ => match whose.role {
            Some(role) => role.label("ID"),
            None => format!("{} ID", words::label(whose.resource)),
        },
    };
    let field = is_patients.then_some("Patient.identifier");
    write(&mut out.chart, field, &label, value.trim_start_matches("urn:uuid:"));
    out.chart.other("Identifier Type", text);
    let assigner = node.at(&["assigner", "display"]).map_or("", Node::value);
    out.chart.other("Assigning Authority", assigner);
}

/// A code and what it means: of a Coding, or of all those of a CodeableConcept.
pub(super) fn coded(node: Node<'_>) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let concept = node.child("concept").unwrap_or(node);
    let codings = concept.each("coding").chain(std::iter::once(concept));
    for coding in codings.take(24) {
        // Concepts of SNOMED CT are nine figures, like numbers that people have.
        let is_told = coding.attribute("system") == "http://snomed.info/sct"
            && !coding.attribute("display").is_empty();
        let names: &[&str] = if is_told { &["display"] } else { &["code", "display"] };
        for name in names {
            let part = coding.attribute(name);
            if !part.is_empty() && !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    let text = concept.attribute("text");
    if !text.is_empty() && !parts.contains(&text) {
        parts.push(text);
    }
    parts.join(" ")
}

/// A quantity, a range or a ratio with its units.
pub(super) fn quantity(node: Node<'_>) -> Option<String> {
    let one = |node: Node<'_>| {
        let value = match node.attribute("value") {
            "" => node.child("value")?.value(),
            value => value,
        };
        let unit = match node.attribute("unit") {
            "" => node.attribute("currency"),
            unit => unit,
        };
        let comparator = node.attribute("comparator");
        Some(format!("{comparator}{value} {unit}").trim().to_owned())
    };
    if node.child("value").is_some()
        && node
            .child("system")
            .is_none_or(|_| node.child("unit").is_some() || node.child("code").is_some())
    {
        return one(node);
    }
    let ends = ["low", "high", "numerator", "denominator"];
    let ends: Vec<_> = ends.into_iter().filter_map(|name| one(node.child(name)?)).collect();
    (!ends.is_empty()).then(|| ends.join(" - "))
}

/// The label of a relative, by the relationship (HL7 v3 RoleCode, v2 table 0131).
pub(super) fn relationship(node: Node<'_>) -> &'static str {
    let codes = node.each("relationship").flat_map(|concept| {
        let own = std::iter::once(concept.attribute("text"));
        own.chain(
            concept
                .each("coding")
                .flat_map(|coding| [coding.attribute("code"), coding.attribute("display")]),
        )
    });
    let known = |code: &str| {
        Some(match code.to_ascii_lowercase().as_str() {
            "mth" | "nmth" | "mother" => "Mother",
            "fth" | "nfth" | "father" => "Father",
            "prn" | "parent" => "Parent",
            "sps" | "husb" | "wife" | "spouse" | "husband" => "Spouse",
            "guard" | "guardian" => "Guardian",
            "n" | "next-of-kin" => "Next of Kin",
            "e" | "employer" => "Employer",
            "i" => "Insurance Company",
            _ => return None,
        })
    };
    let mut codes = codes.filter_map(known);
    codes.next().unwrap_or("Emergency Contact")
}
