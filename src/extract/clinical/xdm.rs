//! What goes with documents that are sent or published (IHE ITI TF-3 section 4.2, XDM `METADATA.XML`, ebRIM
//! 3.0): for whom, by whom, what.

use super::days;
use super::document::Written;
use super::nobody;
use super::tree::{Kind, Node};
use super::words;

/// Numbers of the patient among external identifiers (XDSDocumentEntry.patientId,
/// XDSSubmissionSet.patientId, XDSFolder.patientId).
const PATIENT_IDS: &[&str] = &[
    "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",
    "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446",
    "urn:uuid:f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a",
];

/// Reads metadata.
pub(super) fn read(root: Node<'_>, out: &mut Written) {
    out.chart.kind("Metadata");
    out.chart.begin_record();
    inside(root, out);
    out.chart.end_record();
}

fn inside(node: Node<'_>, out: &mut Written) {
    for inner in node.all() {
        match inner.kind() {
            Kind::Element if inner.name() == "Slot" => slot(inner, out),
            Kind::Element => {
                if PATIENT_IDS.contains(&inner.attribute("identificationScheme")) {
                    number(inner.value(), out);
                } else if !inner.value().is_empty() && !words::is_of_the_standard(inner.value()) {
                    out.chart.other(label(inner), inner.value());
                }
                inside(inner, out);
            }
            Kind::Attribute => attribute(inner, out),
            Kind::Text | Kind::Comment => out.chart.words(inner.value()),
        }
    }
}

/// The label of a value that has none of its own: what a classification or a name says.
fn label(node: Node<'_>) -> &'static str {
    match node.name() {
        "LocalizedString" => "Title",
        "ExternalIdentifier" => "Document ID",
        _ => "Value",
    }
}

fn attribute(node: Node<'_>, out: &mut Written) {
    let is_words = matches!(node.name(), "nodeRepresentation" | "URI");
    if is_words {
        out.chart.other(&words::label(node.name()), node.value());
    }
}

/// Writes a number, without the authority behind it (`773014^^^&1.2.3&ISO`).
fn number(value: &str, out: &mut Written) {
    let id = value.split('^').next().unwrap_or_default();
    out.chart.value("sourcePatientId", "MRN", id);
    if nobody::is_number(id) {
        out.chart.identified();
    }
}

fn slot(node: Node<'_>, out: &mut Written) {
    let name = node.attribute("name");
    let values = node.each("ValueList").flat_map(|list| list.each("Value")).map(Node::text);
    for value in values {
        match name {
            "sourcePatientId" => number(&value, out),
            "sourcePatientInfo" => patient(&value, out),
            "authorPerson" | "legalAuthenticator" => {
                out.chart.other("Author", &person(&value));
            }
            "authorInstitution" | "intendedRecipient" => {
                out.chart.other("Organization", value.split(['^', '|']).next().unwrap_or_default());
            }
            "authorTelecommunication" => out.chart.other("Author Phone", &value),
            name if name.ends_with("Time") => {
                out.chart.other(&words::label(name), &days::day(&value))
            }
            name => {
                if !words::is_of_the_standard(&value) {
                    out.chart.other(&words::label(name), &value);
                }
            }
        }
    }
}

/// Given and family names of an XCN (`ID^Family^Given^Middle`).
fn person(value: &str) -> String {
    let mut parts = value.split('^');
    let id = parts.next().unwrap_or_default();
    let family = parts.next().unwrap_or_default();
    let given: Vec<_> = parts.take(2).filter(|part| !part.is_empty()).collect();
    let name = format!("{} {family} {id}", given.join(" "));
    name.trim().to_owned()
}

/// A field of PID (`PID-5|Roe^Jane^Q`).
fn patient(value: &str, out: &mut Written) {
    let Some((field, value)) = value.split_once('|') else {
        return out.chart.words(value);
    };
    match field {
        "PID-3" => {
            for one in value.split('~') {
                number(one, out);
            }
        }
        "PID-5" => {
            let mut parts = value.split('^');
            let family = parts.next().unwrap_or_default();
            let given = parts.take(2).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            let name = format!("{given} {family}");
            out.chart.value("PID-5", "Patient Name", &name);
            if nobody::is_name(&name) {
                out.chart.identified();
            }
        }
        "PID-7" => out.chart.value("PID-7", "Date of Birth", &days::without_hours(value)),
        "PID-8" => out.chart.value("PID-8", "Sex", value),
        "PID-11" => {
            let parts = value.split('^').filter(|part| !part.is_empty()).collect::<Vec<_>>();
            out.chart.value("PID-11", "Patient Address", &parts.join(", "));
        }
        "PID-13" => out.chart.value("PID-13", "Patient Phone", value),
        "PID-19" => {
            out.chart.value("PID-19", "SSN", value);
            if nobody::is_number(value) {
                out.chart.identified();
            }
        }
        _ => out.chart.other("Patient Field", value),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::clinical::document::read_text;

    const METADATA: &str = r#"<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"><rim:RegistryObjectList xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:ExtrinsicObject mimeType="text/xml"><rim:Slot name="sourcePatientId"><rim:ValueList><rim:Value>773014^^^&amp;1.3.6.1&amp;ISO</rim:Value></rim:ValueList></rim:Slot><rim:Slot name="sourcePatientInfo"><rim:ValueList><rim:Value>PID-3|773014^^^&amp;1.3.6.1&amp;ISO</rim:Value><rim:Value>PID-5|Roe^Jane^Q^^</rim:Value><rim:Value>PID-7|19800203</rim:Value><rim:Value>PID-11|12 Elm St^^Salem^OR</rim:Value></rim:ValueList></rim:Slot><rim:Name><rim:LocalizedString value="Visit Summary"/></rim:Name></rim:ExtrinsicObject></rim:RegistryObjectList></lcm:SubmitObjectsRequest>"#;

    #[test]
    fn metadata_says_whose_document_it_is() {
        let told = read_text(METADATA, 0).chart.told();
        for words in [
            "XDM Metadata, 1 patient",
            "MRN: 773014\n",
            "Patient Name: Jane Q Roe",
            "Date of Birth: 1980-02-03",
            "Title: Visit Summary",
        ] {
            assert!(told.contains(words), "{words} in {told}");
        }
    }

    #[test]
    fn a_social_security_number_alone_is_a_patients() {
        let metadata = "<SubmitObjectsRequest><Slot name='sourcePatientInfo'><ValueList><Value>PID-19|219-09-9999</Value></ValueList></Slot></SubmitObjectsRequest>";
        assert!(read_text(metadata, 0).chart.told().starts_with("XDM Metadata, 1 patient"));
    }

    #[test]
    fn metadata_may_be_cut_anywhere() {
        for cut in 0..METADATA.len() {
            read_text(METADATA.get(..cut).unwrap(), 0);
        }
    }
}
