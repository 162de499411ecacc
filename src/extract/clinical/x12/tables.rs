//! Tables of X12: segments, entities, references, dates, diagnoses, services.

use super::role::Role;

/// Segments of the health care transactions and of the envelopes around them, in ascending order.
const SEGMENTS: &[&str] = &[
    "AAA", "ACT", "ADX", "AK1", "AK2", "AK3", "AK4", "AK5", "AK9", "AMT", "AT1", "AT2", "AT3",
    "AT4", "BDS", "BGN", "BHT", "BIN", "BPR", "BTP", "CAS", "CL1", "CLM", "CLP", "CN1", "COB",
    "CR1", "CR2", "CR3", "CR4", "CR5", "CR6", "CR7", "CR8", "CRC", "CTP", "CTX", "CUR", "DMG",
    "DN1", "DN2", "DSB", "DTM", "DTP", "EB", "EC", "EFI", "ENT", "EQ", "FRM", "GE", "GS", "HCP",
    "HCR", "HD", "HI", "HL", "HLH", "HSD", "ICM", "IDC", "IEA", "III", "IK3", "IK4", "IK5", "IMP",
    "INS", "ISA", "IT1", "K3", "LC", "LE", "LIN", "LQ", "LS", "LUI", "LX", "MEA", "MIA", "MOA",
    "MPI", "MSG", "N1", "N2", "N3", "N4", "NM1", "NTE", "NX1", "OI", "OOI", "PAT", "PER", "PLA",
    "PLB", "PRV", "PS1", "PWK", "QTY", "RDM", "REF", "RMR", "SBR", "SE", "SLN", "ST", "STC", "SV1",
    "SV2", "SV3", "SV4", "SV5", "SV6", "SVC", "SVD", "TA1", "TA3", "TOO", "TRN", "TS2", "TS3",
    "TST", "UM", "VEH",
];

/// Whether it is the name of a segment.
pub(super) fn is_segment(name: &str) -> bool {
    // Asked at every sign of every text: most of what stands before one is no name of anything.
    let capital = name.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase());
    capital && matches!(name.len(), 2 | 3) && SEGMENTS.binary_search(&name).is_ok()
}

/// The transaction sets (ST01), and what the outline calls them.
const TRANSACTIONS: &[(&str, &str)] = &[
    ("269", "269"),
    ("270", "270"),
    ("271", "271"),
    ("274", "274"),
    ("275", "275"),
    ("276", "276"),
    ("277", "277"),
    ("278", "278"),
    ("820", "820"),
    ("824", "824"),
    ("834", "834"),
    ("835", "835"),
    ("837", "837"),
    ("864", "864"),
    ("997", "997"),
    ("999", "999"),
];

/// Implementation guides (ST03, GS08) that tell more than the transaction set.
const GUIDES: &[(&str, &str)] = &[
    ("X098", "837P"),
    ("X222", "837P"),
    ("X291", "837P"),
    ("X096", "837I"),
    ("X223", "837I"),
    ("X097", "837D"),
    ("X224", "837D"),
    ("X214", "277CA"),
    ("X279", ""),
    ("X306", "820"),
    ("X298", "837P"),
    ("X299", "837I"),
    ("X300", "837D"),
];

/// Functional groups (GS01) of health care.
const GROUPS: &[(&str, &str)] = &[
    ("BE", "834"),
    ("FA", "999"),
    ("HB", "271"),
    ("HC", "837"),
    ("HI", "278"),
    ("HN", "277"),
    ("HP", "835"),
    ("HR", "276"),
    ("HS", "270"),
    ("PI", "275"),
    ("RA", "820"),
];

/// What the outline calls a transaction, of one that there is.
pub(super) fn transaction(set: &str, guide: &str) -> Option<&'static str> {
    let known = find(TRANSACTIONS, set)?;
    let more = GUIDES.iter().find(|(name, _)| guide.contains(name)).map(|(_, kind)| *kind);
    Some(more.filter(|more| more.starts_with(known)).unwrap_or(known))
}

/// The transaction set that a functional group holds.
pub(super) fn group(code: &str) -> Option<&'static str> {
    find(GROUPS, code)
}

fn find(table: &'static [(&str, &'static str)], code: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == code).map(|(_, label)| *label)
}

/// Entities (NM101, N101): who or what is named.
const ENTITIES: &[(&str, Role)] = &[
    ("QC", Role::Patient),
    ("03", Role::Patient),
    ("IL", Role::Insured),
    ("74", Role::Corrected),
    ("70", Role::Corrected),
    ("QE", Role::Insured),
    ("P2", Role::Insured),
    ("EY", Role::Insured),
    ("GB", Role::Related("Other Insured")),
    ("QD", Role::Related("Responsible Party")),
    ("S1", Role::Related("Parent")),
    ("GD", Role::Related("Guardian")),
    ("X4", Role::Related("Spouse")),
    ("EXS", Role::Related("Spouse")),
    ("E1", Role::Related("Responsible Party")),
    ("EI", Role::Related("Responsible Party")),
    ("J6", Role::Related("Responsible Party")),
    ("LR", Role::Related("Legal Guardian")),
    ("6Y", Role::Provider("Case Manager")),
    ("9K", Role::Related("Emergency Contact")),
    ("CC", Role::Patient),
    ("31", Role::Mail),
    ("71", Role::Provider("Attending Provider")),
    ("72", Role::Provider("Operating Physician")),
    ("73", Role::Provider("Other Physician")),
    ("82", Role::Provider("Rendering Provider")),
    ("DD", Role::Provider("Assistant Surgeon")),
    ("DK", Role::Provider("Ordering Provider")),
    ("DN", Role::Provider("Referring Provider")),
    ("DQ", Role::Provider("Supervising Provider")),
    ("P3", Role::Provider("Primary Care Provider")),
    ("QN", Role::Provider("Dentist")),
    ("QH", Role::Provider("Physician")),
    ("ZZ", Role::Provider("Other Provider")),
    ("QB", Role::Provider("Purchased Service Provider")),
    ("1T", Role::Provider("Physician")),
    ("1P", Role::Provider("Provider")),
    ("SJ", Role::Provider("Service Provider")),
    ("AAJ", Role::Provider("Admitting Provider")),
    ("G3", Role::Provider("Clinic")),
    ("OD", Role::Provider("Provider")),
    ("85", Role::Provider("Billing Provider")),
    ("87", Role::Provider("Pay-to Provider")),
    ("13", Role::Provider("Contracted Provider")),
    ("NZ", Role::Provider("Provider")),
    ("D3", Role::Provider("Provider")),
    ("Y2", Role::Organization("Health Plan")),
    ("PR", Role::Organization("Payer")),
    ("PRP", Role::Organization("Payer")),
    ("SEP", Role::Organization("Payer")),
    ("TTP", Role::Organization("Payer")),
    ("P4", Role::Organization("Payer")),
    ("IN", Role::Organization("Payer")),
    ("PE", Role::Organization("Payee Organization")),
    ("P5", Role::Organization("Plan Sponsor Organization")),
    ("36", Role::Organization("Employer")),
    ("FA", Role::Organization("Facility")),
    ("77", Role::Organization("Service Facility")),
    ("80", Role::Organization("Hospital")),
    ("LI", Role::Organization("Laboratory")),
    ("TL", Role::Organization("Laboratory")),
    ("QA", Role::Organization("Pharmacy")),
    ("QV", Role::Organization("Practice")),
    ("2B", Role::Organization("Plan Organization")),
    ("TV", Role::Organization("Plan Organization")),
    ("BO", Role::Organization("Broker Organization")),
    ("ACV", Role::Organization("Broker Organization")),
    ("40", Role::Organization("Receiver Organization")),
    ("41", Role::Organization("Submitter Organization")),
    ("AY", Role::Organization("Clearinghouse Organization")),
    ("TT", Role::Organization("Payer")),
    ("PC", Role::Organization("Payer")),
    ("TU", Role::Organization("Organization")),
    ("GP", Role::Provider("Provider")),
    ("X3", Role::Organization("Utilization Management Organization")),
    ("45", Role::Place("Drop-off Location")),
    ("PW", Role::Place("Pick-up Location")),
    ("M8", Role::Organization("School")),
    ("RM", Role::Organization("Remitter Organization")),
    ("SU", Role::Organization("Supplier")),
    ("VN", Role::Organization("Vendor")),
    ("P0", Role::Organization("Facility")),
    ("I3", Role::Organization("Practice")),
    ("1I", Role::Organization("Organization")),
    ("GW", Role::Organization("Organization")),
    ("BY", Role::Organization("Organization")),
    ("SE", Role::Organization("Organization")),
];

/// Who or what an entity code names.
pub(super) fn entity(code: &str) -> Option<Role> {
    ENTITIES.iter().find(|(name, _)| *name == code).map(|(_, role)| *role)
}

/// What a number is that a person has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// Of the health plan: a family may share it.
    Member(&'static str),
    /// The social security number.
    Ssn,
    /// Of the patient alone: a medical record.
    Record(&'static str),
    /// Of an account, a claim, a group: it names nobody alone.
    Other(&'static str),
}

/// Qualifiers of references (REF01) behind a person, a claim or a service.
const REFERENCES: &[(&str, Number)] = &[
    ("SY", Number::Ssn),
    ("0F", Number::Member("Subscriber ID")),
    ("1W", Number::Member("Member ID")),
    ("HJ", Number::Member("Member Card Number")),
    ("F6", Number::Member("Medicare Number")),
    ("NQ", Number::Member("Medicaid ID")),
    ("ABB", Number::Member("Member ID")),
    ("Q4", Number::Member("Prior Member ID")),
    ("MRC", Number::Member("Member ID")),
    ("IG", Number::Member("Insurance Policy Number")),
    ("EA", Number::Record("MRN")),
    ("EJ", Number::Record("Patient Account Number")),
    ("23", Number::Member("Client Number")),
    ("4A", Number::Member("Personal Identification Number")),
    ("1L", Number::Other("Group Number")),
    ("6P", Number::Other("Group Number")),
    ("18", Number::Other("Plan Number")),
    ("N6", Number::Other("Plan Network Number")),
    ("3H", Number::Other("Case Number")),
    ("49", Number::Other("Family Unit Number")),
    ("D9", Number::Other("Claim Number")),
    ("F8", Number::Other("Claim Control Number")),
    ("1K", Number::Other("Claim Number")),
    ("Y4", Number::Other("Claim Number")),
    ("BLT", Number::Other("Billing Type")),
    ("FJ", Number::Other("Line Item Number")),
    ("6R", Number::Other("Line Item Number")),
    ("G1", Number::Other("Prior Authorization Number")),
    ("9F", Number::Other("Referral Number")),
    ("BB", Number::Other("Authorization Number")),
    ("XZ", Number::Other("Prescription Number")),
    ("G3", Number::Other("Predetermination Number")),
    ("A6", Number::Other("Employee Number")),
    ("17", Number::Other("Reporting Category")),
    ("DX", Number::Other("Department")),
    ("38", Number::Other("Master Policy Number")),
    ("9A", Number::Other("Claim Control Number")),
    ("9C", Number::Other("Claim Control Number")),
    ("EO", Number::Other("Submitter Identifier")),
    ("LX", Number::Other("Device Number")),
];

/// What a reference is, of a patient or an insured.
pub(super) fn reference(qualifier: &str) -> Option<Number> {
    REFERENCES.iter().find(|(name, _)| *name == qualifier).map(|(_, number)| *number)
}

/// References of a provider or an organization.
const PROVIDER_REFERENCES: &[(&str, &str)] = &[
    ("HPI", "Provider NPI"),
    ("0B", "Provider License"),
    ("1G", "Provider UPIN"),
    ("EI", "Tax Identifier"),
    ("TJ", "Tax Identifier"),
    ("SY", "Provider Tax Identifier"),
    ("X4", "Laboratory CLIA"),
    ("G2", "Provider Identifier"),
    ("1C", "Provider Identifier"),
    ("1D", "Provider Identifier"),
    ("LU", "Location"),
    ("PQ", "Payee Organization Identifier"),
    ("D3", "Pharmacy Identifier"),
    ("2U", "Payer Identifier"),
    ("NF", "Payer Identifier"),
];

/// What a reference is, of a provider or an organization.
pub(super) fn provider_reference(qualifier: &str) -> Option<&'static str> {
    find(PROVIDER_REFERENCES, qualifier)
}

/// What the number behind a person's name is (NM108).
pub(super) fn identification(qualifier: &str) -> Number {
    match qualifier {
        "34" => Number::Ssn,
        "HN" => Number::Member("Medicare Number"),
        "MR" => Number::Member("Medicaid ID"),
        "EI" | "ZY" => Number::Member("Member Number"),
        _ => Number::Member("Member ID"),
    }
}

/// Qualifiers of dates (DTP01, DTM01).
const DATES: &[(&str, &str)] = &[
    ("472", "Date of Service"),
    ("434", "Service Date"),
    ("435", "Admission Date"),
    ("096", "Discharge Date"),
    ("150", "Date of Service"),
    ("151", "Service Date To"),
    ("232", "Date of Service"),
    ("233", "Service Date To"),
    ("431", "Date of Onset"),
    ("454", "Initial Treatment Date"),
    ("304", "Last Visit Date"),
    ("453", "Date of Onset"),
    ("439", "Date of Injury"),
    ("484", "Last Menstrual Period"),
    ("455", "Last X-Ray Date"),
    ("471", "Prescription Date"),
    ("314", "Disability Dates"),
    ("360", "Disability Begin Date"),
    ("361", "Disability End Date"),
    ("297", "Last Worked Date"),
    ("296", "Return to Work Date"),
    ("090", "Assumed Care Date"),
    ("091", "Relinquished Care Date"),
    ("444", "First Visit Date"),
    ("573", "Claim Paid Date"),
    ("050", "Received Date"),
    ("348", "Coverage Begin Date"),
    ("349", "Coverage End Date"),
    ("356", "Eligibility Begin Date"),
    ("357", "Eligibility End Date"),
    ("291", "Health Plan Date"),
    ("307", "Eligibility Date"),
    ("346", "Health Plan Begin Date"),
    ("347", "Health Plan End Date"),
    ("303", "Maintenance Effective Date"),
    ("336", "Employment Begin Date"),
    ("337", "Employment End Date"),
    ("300", "Enrollment Signature Date"),
    ("301", "COBRA Qualifying Date"),
    ("340", "COBRA Begin Date"),
    ("341", "COBRA End Date"),
    ("442", "Date of Death"),
    ("383", "Last Contribution Date"),
    ("452", "Appliance Placement Date"),
    ("446", "Replacement Date"),
    ("441", "Prior Placement Date"),
    ("463", "Therapy Begin Date"),
    ("461", "Last Certification Date"),
    ("607", "Recertification Date"),
    ("738", "Hemoglobin Test Date"),
    ("739", "Creatinine Test Date"),
    ("011", "Shipped Date"),
    ("866", "Exam Date"),
    ("AAH", "Event Date"),
    ("AAG", "Surgery Date"),
    ("ABC", "Estimated Birth Date"),
    ("456", "Surgery Date"),
    ("374", "Procedure Date"),
    ("198", "Completion Date"),
    ("036", "Expiration Date"),
    ("102", "Issue Date"),
    ("007", "Effective Date"),
    ("193", "Period Begin Date"),
    ("194", "Period End Date"),
    ("405", "Production Date"),
    ("582", "Report Period"),
    ("343", "Premium Paid To Date"),
    ("382", "Enrollment Date"),
];

/// The label of a date.
pub(super) fn date(qualifier: &str) -> Option<&'static str> {
    find(DATES, qualifier)
}

/// What a code list qualifier of HI means (1270).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// A diagnosis of ICD-10-CM.
    Icd10(&'static str),
    /// A diagnosis of ICD-9-CM.
    Icd9(&'static str),
    /// Any other, as it is.
    Other(&'static str),
}

/// Qualifiers of HI.
const HEALTH: &[(&str, Code)] = &[
    ("ABK", Code::Icd10("Diagnosis")),
    ("ABF", Code::Icd10("Diagnosis")),
    ("ABJ", Code::Icd10("Admitting Diagnosis")),
    ("APR", Code::Icd10("Diagnosis, Reason for Visit")),
    ("ABN", Code::Icd10("Diagnosis, External Cause")),
    ("BK", Code::Icd9("Diagnosis ICD-9")),
    ("BF", Code::Icd9("Diagnosis ICD-9")),
    ("BJ", Code::Icd9("Admitting Diagnosis ICD-9")),
    ("PR", Code::Icd9("Reason for Visit ICD-9")),
    ("ZZ", Code::Icd9("Reason for Visit ICD-9")),
    ("BN", Code::Icd9("External Cause ICD-9")),
    ("BBR", Code::Other("Principal Procedure ICD-10-PCS")),
    ("BBQ", Code::Other("Procedure ICD-10-PCS")),
    ("BR", Code::Other("Principal Procedure ICD-9")),
    ("BQ", Code::Other("Procedure ICD-9")),
    ("BP", Code::Other("Procedure Code")),
    ("BO", Code::Other("Procedure Code")),
    ("BH", Code::Other("Occurrence Code")),
    ("BI", Code::Other("Occurrence Span Code")),
    ("BE", Code::Other("Value Code")),
    ("BG", Code::Other("Condition Code")),
    ("DR", Code::Other("Diagnosis Related Group")),
    ("LOI", Code::Other("LOINC Code")),
    ("TC", Code::Other("Treatment Code")),
    ("JO", Code::Other("Procedure Code")),
    ("JP", Code::Other("Tooth")),
    ("CAH", Code::Other("Condition Code")),
    ("DD", Code::Other("Diagnosis")),
];

/// What a code in HI is.
pub(super) fn health(qualifier: &str) -> Option<Code> {
    HEALTH.iter().find(|(name, _)| *name == qualifier).map(|(_, code)| *code)
}

/// What a code of a product or service is (235: SV101-1, SVC01-1).
const SERVICES: &[(&str, &str)] = &[
    ("HC", "Procedure Code"),
    ("CJ", "Procedure Code"),
    ("HP", "HIPPS Code"),
    ("AD", "Dental Procedure Code"),
    ("ER", "Procedure Code"),
    ("IV", "Procedure Code"),
    ("WK", "Procedure Code"),
    ("NU", "Revenue Code"),
    ("N4", "NDC"),
    ("ID", "Procedure ICD-9"),
    ("DX", "Diagnosis"),
    ("RB", "Revenue Code"),
    ("UI", "Device UPC"),
    ("ZZ", "Procedure Code"),
];

/// The label of a product or service.
pub(super) fn service(qualifier: &str) -> Option<&'static str> {
    find(SERVICES, qualifier)
}

/// What EB01 says of benefits (1390).
const BENEFITS: &[(&str, &str)] = &[
    ("1", "Active Coverage"),
    ("2", "Active, Full Risk Capitation"),
    ("3", "Active, Services Capitated"),
    ("4", "Active, Services Capitated to Primary Care Physician"),
    ("5", "Active, Pending Investigation"),
    ("6", "Inactive"),
    ("7", "Inactive, Pending Eligibility Update"),
    ("8", "Inactive, Pending Investigation"),
    ("A", "Co-Insurance"),
    ("B", "Co-Payment"),
    ("C", "Deductible"),
    ("CB", "Coverage Basis"),
    ("D", "Benefit Description"),
    ("E", "Exclusions"),
    ("F", "Limitations"),
    ("G", "Out of Pocket"),
    ("H", "Unlimited"),
    ("I", "Non-Covered"),
    ("J", "Cost Containment"),
    ("K", "Reserve"),
    ("L", "Primary Care Provider"),
    ("M", "Pre-existing Condition"),
    ("MC", "Managed Care Coordinator"),
    ("N", "Services Restricted"),
    ("P", "Benefit Disclaimer"),
    ("R", "Other or Additional Payor"),
    ("S", "Prior Year History"),
    ("U", "Contact for Eligibility"),
    ("V", "Cannot Process"),
    ("W", "Other Source of Data"),
    ("X", "Health Care Facility"),
    ("Y", "Spend Down"),
];

/// What is said of benefits.
pub(super) fn benefit(code: &str) -> Option<&'static str> {
    find(BENEFITS, code)
}

/// Types of service (EB03, EQ01, UM03) that tell of health, and the commonest others (1365).
const SERVICE_TYPES: &[(&str, &str)] = &[
    ("1", "Medical Care"),
    ("2", "Surgical"),
    ("3", "Consultation"),
    ("4", "Diagnostic X-Ray"),
    ("5", "Diagnostic Lab"),
    ("6", "Radiation Therapy"),
    ("7", "Anesthesia"),
    ("12", "Durable Medical Equipment"),
    ("14", "Renal Supplies"),
    ("18", "Durable Medical Equipment Rental"),
    ("30", "Health Benefit Plan Coverage"),
    ("33", "Chiropractic"),
    ("35", "Dental Care"),
    ("42", "Home Health Care"),
    ("45", "Hospice"),
    ("47", "Hospital"),
    ("48", "Hospital Inpatient"),
    ("50", "Hospital Outpatient"),
    ("54", "Long Term Care"),
    ("62", "MRI or CAT Scan"),
    ("63", "Donor Procedures"),
    ("69", "Maternity"),
    ("70", "Transplants"),
    ("73", "Diagnostic Medical"),
    ("75", "Prosthetic Device"),
    ("76", "Dialysis"),
    ("78", "Chemotherapy"),
    ("80", "Immunizations"),
    ("82", "Family Planning"),
    ("83", "Infertility"),
    ("84", "Abortion"),
    ("86", "Emergency Services"),
    ("87", "Cancer"),
    ("88", "Pharmacy"),
    ("92", "Prescription Drug"),
    ("98", "Physician Office Visit"),
    ("A4", "Psychiatric"),
    ("A6", "Psychotherapy"),
    ("A7", "Psychiatric Inpatient"),
    ("A8", "Psychiatric Outpatient"),
    ("A9", "Rehabilitation"),
    ("AD", "Occupational Therapy"),
    ("AE", "Physical Medicine"),
    ("AF", "Speech Therapy"),
    ("AG", "Skilled Nursing Care"),
    ("AI", "Substance Abuse"),
    ("AJ", "Alcoholism"),
    ("AK", "Drug Addiction"),
    ("AL", "Vision (Optometry)"),
    ("BT", "Gynecological"),
    ("BU", "Obstetrical"),
    ("CF", "Mental Health Provider Outpatient"),
    ("DM", "Durable Medical Equipment"),
    ("GY", "Allergy"),
    ("MH", "Mental Health"),
    ("PT", "Physical Therapy"),
    ("UC", "Urgent Care"),
];

/// The name of a type of service.
pub(super) fn service_type(code: &str) -> Option<&'static str> {
    find(SERVICE_TYPES, code)
}

/// Lines of insurance (HD03, 1205).
const INSURANCE_LINES: &[(&str, &str)] = &[
    ("AG", "Preventative Care"),
    ("AH", "24 Hour Care"),
    ("AJ", "Medicare Risk"),
    ("AK", "Mental Health"),
    ("DCP", "Dental Capitation"),
    ("DEN", "Dental"),
    ("EPO", "Exclusive Provider Organization"),
    ("FAC", "Facility"),
    ("HE", "Hearing"),
    ("HLT", "Health"),
    ("HMO", "Health Maintenance Organization"),
    ("LTC", "Long-Term Care"),
    ("LTD", "Long-Term Disability"),
    ("MM", "Major Medical"),
    ("MOD", "Mail Order Drug"),
    ("PDG", "Prescription Drug"),
    ("POS", "Point of Service"),
    ("PPO", "Preferred Provider Organization"),
    ("STD", "Short-Term Disability"),
    ("UR", "Utilization Review"),
    ("VIS", "Vision"),
    ("PRA", "Practitioners"),
];

/// The name of a line of insurance.
pub(super) fn insurance_line(code: &str) -> Option<&'static str> {
    find(INSURANCE_LINES, code)
}

/// Relations to the insured (INS02, SBR02, PAT01; 1069).
const RELATIONS: &[(&str, &str)] = &[
    ("18", "Self"),
    ("01", "Spouse"),
    ("19", "Child"),
    ("20", "Employee"),
    ("21", "Unknown"),
    ("39", "Organ Donor"),
    ("40", "Cadaver Donor"),
    ("53", "Life Partner"),
    ("G8", "Other Relationship"),
    ("03", "Father or Mother"),
    ("04", "Grandparent"),
    ("05", "Grandchild"),
    ("09", "Adopted Child"),
    ("10", "Foster Child"),
    ("14", "Brother or Sister"),
    ("15", "Ward"),
    ("17", "Stepchild"),
    ("23", "Sponsored Dependent"),
    ("24", "Dependent of a Minor Dependent"),
    ("25", "Ex-spouse"),
    ("26", "Guardian"),
    ("31", "Court Appointed Guardian"),
    ("38", "Collateral Dependent"),
];

/// The name of a relation.
pub(super) fn relation(code: &str) -> Option<&'static str> {
    find(RELATIONS, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_in_order() {
        assert!(SEGMENTS.is_sorted());
        assert!(is_segment("NM1") && !is_segment("THE"));
    }

    #[test]
    fn no_code_stands_twice() {
        let tables = [
            TRANSACTIONS,
            GROUPS,
            PROVIDER_REFERENCES,
            DATES,
            SERVICES,
            BENEFITS,
            SERVICE_TYPES,
            INSURANCE_LINES,
            RELATIONS,
        ];
        let mut codes: Vec<Vec<&str>> =
            tables.map(|table| table.iter().map(|row| row.0).collect()).to_vec();
        codes.push(ENTITIES.iter().map(|row| row.0).collect());
        codes.push(REFERENCES.iter().map(|row| row.0).collect());
        codes.push(HEALTH.iter().map(|row| row.0).collect());
        for mut codes in codes {
            let all = codes.len();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), all);
        }
    }

    #[test]
    fn a_guide_tells_what_a_transaction_is() {
        assert_eq!(transaction("837", "005010X223A2"), Some("837I"));
        assert_eq!(transaction("277", "005010X214"), Some("277CA"));
        assert_eq!(transaction("835", "005010X221A1"), Some("835"));
        assert_eq!(transaction("850", ""), None);
    }
}
