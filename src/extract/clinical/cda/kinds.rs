//! What documents and sections are, by their codes (LOINC) and templates (C-CDA R2.1).

use crate::extract::clinical::tree::Node;

/// What a section is about.
#[derive(Debug)]
pub(super) struct Section {
    codes: &'static [&'static str],
    /// The label of what stands in it.
    pub(super) label: &'static str,
    /// What the outline counts.
    pub(super) things: &'static str,
}

const fn section(
    codes: &'static [&'static str],
    label: &'static str,
    things: &'static str,
) -> Section {
    Section { codes, label, things }
}

const SECTIONS: &[Section] = &[
    section(&["11450-4", "11348-0"], "Diagnosis", "problems"),
    section(&["46241-6", "42347-5", "11535-2", "78375-3", "51848-0"], "Diagnosis", "diagnoses"),
    section(&["10160-0", "10183-2", "42346-7", "29549-3"], "Medication", "medications"),
    section(&["48765-2"], "Allergies", "allergies"),
    section(&["30954-2", "26436-6", "18748-4"], "Result", "results"),
    section(&["11369-6"], "Immunization", "immunizations"),
    section(&["47519-4", "29554-3"], "Procedure", "procedures"),
    section(&["8716-3"], "Vital Sign", "vital signs"),
    section(&["46240-8"], "Encounter", "encounters"),
    section(&["10157-6"], "Family History", "family history"),
    section(&["29762-2"], "Social History", "social history"),
    section(&["48768-6"], "Coverage", "payers"),
    section(&["18776-5"], "Plan of Treatment", "plan"),
    section(&["42348-3"], "Advance Directive", "advance directives"),
    section(&["46264-8"], "Medical Device", "devices"),
    section(&["47420-5"], "Functional Status", "functional status"),
    section(&["10190-7"], "Mental Status", "mental status"),
    section(&["61146-7"], "Goal", "goals"),
    section(&["75310-3"], "Health Concern", "health concerns"),
    section(&["29299-5", "10154-3", "46239-0"], "Reason for Visit", "reasons"),
    section(&["42349-1"], "Reason for Referral", "referrals"),
];

/// Documents by LOINC code.
const DOCUMENTS: &[(&str, &str)] = &[
    ("34133-9", "Continuity of Care Document"),
    ("18842-5", "Discharge Summary"),
    ("57133-1", "Referral Note"),
    ("11488-4", "Consultation Note"),
    ("34117-2", "History and Physical"),
    ("11504-8", "Operative Note"),
    ("28570-0", "Procedure Note"),
    ("11506-3", "Progress Note"),
    ("18748-4", "Diagnostic Imaging Report"),
    ("52521-2", "Care Plan"),
    ("18776-5", "Care Plan"),
    ("18761-7", "Transfer Summary"),
    ("34102-4", "Hospital Summary"),
    ("51855-5", "Patient Note"),
    ("51897-7", "Healthcare Associated Infection"),
    ("55751-2", "Public Health Case Report"),
    ("55182-0", "Quality Measure Report"),
    ("11502-2", "Laboratory Report"),
    ("57024-2", "Quality Report"),
    ("34108-1", "Outpatient Note"),
    ("34111-5", "Emergency Department Note"),
    ("34109-9", "Note"),
    ("60591-5", "Patient Summary"),
    ("57055-6", "Antepartum Summary"),
    ("68608-9", "Summary of Death"),
];

/// Documents by template.
const TEMPLATES: &[(&str, &str)] = &[
    ("2.16.840.1.113883.10.20.22.1.2", "Continuity of Care Document"),
    ("2.16.840.1.113883.10.20.1", "Continuity of Care Document"),
    ("2.16.840.1.113883.3.88.11.32.1", "Continuity of Care Document"),
    ("2.16.840.1.113883.10.20.22.1.3", "History and Physical"),
    ("2.16.840.1.113883.10.20.22.1.4", "Consultation Note"),
    ("2.16.840.1.113883.10.20.22.1.5", "Diagnostic Imaging Report"),
    ("2.16.840.1.113883.10.20.22.1.6", "Procedure Note"),
    ("2.16.840.1.113883.10.20.22.1.7", "Operative Note"),
    ("2.16.840.1.113883.10.20.22.1.8", "Discharge Summary"),
    ("2.16.840.1.113883.10.20.22.1.9", "Progress Note"),
    ("2.16.840.1.113883.10.20.22.1.10", "Unstructured Document"),
    ("2.16.840.1.113883.10.20.22.1.13", "Transfer Summary"),
    ("2.16.840.1.113883.10.20.22.1.14", "Referral Note"),
    ("2.16.840.1.113883.10.20.22.1.15", "Care Plan"),
    ("2.16.840.1.113883.10.20.24.1.1", "Quality Report"),
];

/// Elements at which a document, a message or a piece of one begins.
pub(super) const ROOTS: &[&str] = &[
    "ClinicalDocument",
    "act",
    "assignedAuthor",
    "assignedEntity",
    "associatedEntity",
    "author",
    "authorization",
    "component",
    "componentOf",
    "custodian",
    "dataEnterer",
    "documentationOf",
    "encounter",
    "entry",
    "entryRelationship",
    "guardian",
    "informant",
    "informationRecipient",
    "legalAuthenticator",
    "manufacturedProduct",
    "observation",
    "observationMedia",
    "organizer",
    "participant",
    "participantRole",
    "patient",
    "patientRole",
    "performer",
    "procedure",
    "recordTarget",
    "relatedDocument",
    "section",
    "serviceEvent",
    "structuredBody",
    "subject",
    "substanceAdministration",
    "supply",
    "effectiveTime",
    "value",
    "text",
    "templateId",
    "code",
    "nonXMLBody",
    "QualityMeasureDocument",
];

/// What a document is: by its code, else by its templates.
pub(super) fn documents<'a>(node: Node<'a>) -> impl Iterator<Item = &'static str> + use<'a> {
    let code = node.child("code").map_or("", |code| code.attribute("code"));
    let by_code = DOCUMENTS.iter().find(|(known, _)| *known == code).map(|(_, name)| *name);
    let roots = node.each("templateId").map(|template| template.attribute("root"));
    let named =
        |root: &str| TEMPLATES.iter().find(|(known, _)| *known == root).map(|(_, name)| *name);
    let by_template = by_code.is_none().then_some(roots).into_iter().flatten().filter_map(named);
    by_code.into_iter().chain(by_template)
}

/// What a section is about.
pub(super) fn section_of(node: Node<'_>) -> Option<&'static Section> {
    let code = node.child("code")?.attribute("code");
    SECTIONS.iter().find(|section| section.codes.contains(&code))
}
