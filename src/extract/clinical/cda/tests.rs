//! Whole documents, as systems of different makers write them; all people are invented.

use crate::extract::clinical::document::read_text;

const CCD: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="CDA.xsl"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<realmCode code="US"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2015-08-01"/>
<id root="1.2.840.114350.1.13.1.1.7.8.688883.1" extension="999000111"/>
<code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="Summarization of Episode Note"/>
<title>Continuity of Care Document</title><effectiveTime value="20260314101500-0500"/>
<recordTarget><patientRole><id root="1.2.3.4" extension="773014"/><id root="2.16.840.1.113883.4.1" extension="219-09-9999"/><id nullFlavor="UNK"/>
<addr use="HP"><streetAddressLine>12 Elm Street</streetAddressLine><city>Salem</city><state>OR</state><postalCode>97301</postalCode></addr>
<telecom value="tel:+1(503)555-0142" use="HP"/><telecom value="mailto:jane@mail.example"/>
<patient><name use="L"><given>Jane</given><given>Q</given><family>Roe</family><suffix nullFlavor="NA"/></name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1" displayName="Female"/><birthTime value="19800203"/>
<raceCode code="2106-3" displayName="White"/>
<guardian><telecom value="tel:5035550143"/><guardianPerson><name><given>Mary</given><family>Roe</family></name></guardianPerson></guardian>
<birthplace><place><addr><city>Eugene</city></addr></place></birthplace></patient>
<providerOrganization><name>Lakeside Clinic</name><telecom value="tel:5035550100"/></providerOrganization></patientRole></recordTarget>
<author><time value="20260314"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="1234567893"/><assignedPerson><name><prefix>Dr.</prefix><given>Ann</given><family>Poe</family></name></assignedPerson></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><name>Lakeside Health</name></representedCustodianOrganization></assignedCustodian></custodian>
<participant typeCode="IND"><associatedEntity classCode="ECON"><code code="SPS"/><associatedPerson><name>Tom Roe</name></associatedPerson></associatedEntity></participant>
<componentOf><encompassingEncounter><id root="1.2" extension="E-99123"/><effectiveTime><low value="20260310"/><high value="20260314"/></effectiveTime></encompassingEncounter></componentOf>
<component><structuredBody><component><section><code code="11450-4"/><title>Problems</title>
<text><table><thead><tr><th>Problem</th><th>Status</th></tr></thead><tbody><tr><td ID="p1">Type 2 diabetes</td><td>Active</td></tr></tbody></table></text>
<entry><act><entryRelationship><observation><code code="55607006" codeSystem="2.16.840.1.113883.6.96" displayName="Problem"/><effectiveTime><low value="20200101"/></effectiveTime>
<value xsi:type="CD" code="44054006" codeSystem="2.16.840.1.113883.6.96" displayName="Type 2 diabetes mellitus"><originalText><reference value="#p1"/></originalText><translation code="E11.9" displayName="Type 2 diabetes without complications"/></value></observation></entryRelationship></act></entry></section></component>
<component><section><code code="30954-2"/><title>Results</title><text nullFlavor="NI"/>
<entry><organizer><component><observation><code code="718-7" displayName="Hemoglobin"/><effectiveTime value="202603120830"/><value xsi:type="PQ" value="13.2" unit="g/dL"/></observation></component></organizer></entry></section></component>
<component><section><code code="10160-0"/><title>Medications</title><text><list><item>Metformin 500 mg</item></list></text>
<entry><substanceAdministration><doseQuantity value="1"/><consumable><manufacturedProduct><manufacturedMaterial><code code="860975" displayName="Metformin 500 MG Oral Tablet"/></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry></section></component>
</structuredBody></component></ClinicalDocument>"##;

#[test]
fn a_continuity_of_care_document_is_its_patients() {
    let told = read_text(CCD, 0).chart.told();
    let outline = "CDA Continuity of Care Document, 1 patient, recordTarget, 1 problems, 1 results, 1 medications\n";
    assert!(told.starts_with(outline), "{told}");
    for line in [
        "MRN: 773014",
        "SSN: 219-09-9999",
        "Patient Name: Jane Q Roe",
        "Date of Birth: 1980-02-03",
        "Sex: Female",
        "Patient Address: 12 Elm Street, Salem, OR 97301",
        "Patient Phone: +1(503)555-0142",
        "Patient Email: jane@mail.example",
        "Guardian: Mary Roe",
        "Guardian Phone: 5035550143",
        "Organization: Lakeside Clinic",
        "Author: Dr. Ann Poe",
        "NPI: 1234567893",
        "Organization: Lakeside Health",
        "Spouse: Tom Roe",
        "Encounter Number: E-99123",
        "Admission Date: 2026-03-10",
        "Discharge Date: 2026-03-14",
        "Problem: Type 2 diabetes | Status: Active",
        "Diagnosis: Type 2 diabetes mellitus E11.9 Type 2 diabetes without complications",
        "Start Date: 2020-01-01",
        "Result: 718-7 Hemoglobin 13.2 g/dL",
        "Date of Service: 2026-03-12 08:30",
        "Metformin 500 mg",
        "Medication: 860975 Metformin 500 MG Oral Tablet",
    ] {
        assert!(told.lines().any(|told| told == line), "{line} in {told}");
    }
}

#[test]
fn a_document_may_be_cut_anywhere_and_keeps_what_was_before() {
    let name = CCD.find("</name><").map_or(usize::MAX, |at| at + 10);
    let name = name.max(CCD.find("<administrativeGenderCode").unwrap());
    for cut in (0..CCD.len()).step_by(3) {
        let told = read_text(CCD.get(..cut).unwrap_or_default(), 0).chart.told();
        assert!(cut < name || told.contains("Patient Name: Jane Q Roe"), "{cut}");
        assert!(cut < name || told.contains("1 patient"), "{cut}");
    }
}

#[test]
fn a_prefix_for_the_namespace_changes_nothing() {
    let xml = "<n1:ClinicalDocument xmlns:n1='urn:hl7-org:v3'><n1:recordTarget><n1:patientRole><n1:id extension='773014'/><n1:patient><n1:name>Roe, Jane</n1:name></n1:patient></n1:patientRole></n1:recordTarget></n1:ClinicalDocument>";
    let told = read_text(xml, 0).chart.told();
    assert!(told.starts_with("CDA, 1 patient"), "{told}");
    assert!(told.contains("Patient Name: Roe, Jane"), "{told}");
}

#[test]
fn what_is_null_is_no_value_and_a_template_is_nobody() {
    let xml = "<ClinicalDocument xmlns='urn:hl7-org:v3'><recordTarget><patientRole><id nullFlavor='UNK'/><id root='1.2' extension='XXXX'/><patient><name nullFlavor='MSK'/><birthTime nullFlavor='UNK'/></patient></patientRole></recordTarget></ClinicalDocument>";
    let told = read_text(xml, 0).chart.told();
    assert!(told.contains("no patient"), "{told}");
    assert!(!told.contains("UNK") && !told.contains("MSK"), "{told}");
}

#[test]
fn several_record_targets_are_several_patients() {
    let target = |name: &str, id: &str| {
        format!(
            "<recordTarget><patientRole><id extension='{id}'/><patient><name><given>{name}</given><family>Roe</family></name></patient></patientRole></recordTarget>"
        )
    };
    let xml = format!(
        "<ClinicalDocument xmlns='urn:hl7-org:v3'>{}{}</ClinicalDocument>",
        target("Jane", "773014"),
        target("Tom", "773015")
    );
    assert!(read_text(&xml, 0).chart.told().contains("2 patients"));
}

#[test]
fn a_piece_with_a_doctor_in_it_names_no_patient() {
    let xml = "<section xmlns='urn:hl7-org:v3'><templateId root='2.16.840.1.113883.10.20.22.2.43'/><code code='46241-6'/><title>Admission Diagnosis</title><entry><act><performer><assignedEntity><assignedPerson><name><given>Ann</given><family>Poe</family></name></assignedPerson></assignedEntity></performer></act></entry></section>";
    let told = read_text(xml, 0).chart.told();
    assert!(told.starts_with("CDA, no patient, 1 diagnoses"), "{told}");
    assert!(told.contains("Provider: Ann Poe"), "{told}");
}

#[test]
fn a_body_that_is_no_xml_is_a_file() {
    let xml = "<ClinicalDocument xmlns='urn:hl7-org:v3'><component><nonXMLBody><text mediaType='text/plain' representation='B64'>UGF0aWVudDogSmFuZSBSb2U=</text></nonXMLBody></component></ClinicalDocument>";
    assert_eq!(read_text(xml, 0).files, [b"Patient: Jane Roe".to_vec()]);
}

/// What somebody who is registered looks like.
fn registered(number: &str, given: &str) -> String {
    format!(
        "<subject typeCode='SUBJ'><registrationEvent><subject1 typeCode='SBJ'><patient classCode='PAT'><id root='1.2.3' extension='{number}'/><statusCode code='active'/>\
         <patientPerson><name><given>{given}</given><family>Roe</family></name><administrativeGenderCode code='F'/><birthTime value='19800203'/>\
         <addr><streetAddressLine>12 Elm Street</streetAddressLine><city>Salem</city></addr>\
         <asOtherIDs classCode='CIT'><id root='2.16.840.1.113883.4.1' extension='219-09-9999'/></asOtherIDs>\
         <personalRelationship><code code='MTH'/><relationshipHolder1><name><given>Mary</given><family>Roe</family></name></relationshipHolder1></personalRelationship>\
         </patientPerson><providerOrganization><name>Lakeside Clinic</name></providerOrganization></patient></subject1></registrationEvent></subject>"
    )
}

const QUERY: &str = "<queryByParameter><parameterList><livingSubjectAdministrativeGender><value code='F'/></livingSubjectAdministrativeGender>\
    <livingSubjectBirthTime><value value='19800203'/></livingSubjectBirthTime><livingSubjectName><value><given>Jane</given><family>Roe</family></value>\
    <semanticsText>LivingSubject.name</semanticsText></livingSubjectName></parameterList></queryByParameter>";

fn message(number: u32, body: &str) -> String {
    format!(
        "<?xml version='1.0'?><PRPA_IN{number}UV02 xmlns='urn:hl7-org:v3' ITSVersion='XML_1.0'><id root='1.2.3.4.5'/><interactionId extension='PRPA_IN{number}UV02'/>\
         <receiver typeCode='RCV'><device><id root='1.2.840.114350.1.13.99999.4567'/></device></receiver><controlActProcess>{body}</controlActProcess></PRPA_IN{number}UV02>"
    )
}

#[test]
fn a_registry_is_told_who_its_patients_are() {
    let told = read_text(&message(201_301, &registered("773014", "Jane")), 0).chart.told();
    assert!(told.starts_with("HL7 v3 Patient Record Added, 1 patient, patient"), "{told}");
    for line in [
        "MRN: 773014",
        "Patient Name: Jane Roe",
        "Date of Birth: 1980-02-03",
        "Sex: F",
        "Patient Address: 12 Elm Street, Salem",
        "SSN: 219-09-9999",
        "Mother: Mary Roe",
        "Organization: Lakeside Clinic",
    ] {
        assert!(told.lines().any(|told| told == line), "{line} in {told}");
    }
}

#[test]
fn a_query_of_a_registry_names_whom_it_asks_for_and_the_answer_no_other() {
    let told = read_text(&message(201_305, QUERY), 0).chart.told();
    assert!(told.starts_with("HL7 v3 Find Candidates Query, 1 patient"), "{told}");
    for line in ["Patient Name: Jane Roe", "Date of Birth: 1980-02-03", "Sex: F"] {
        assert!(told.lines().any(|told| told == line), "{line} in {told}");
    }
    let answer = [registered("773014", "Jane"), registered("773015", "Ann"), QUERY.to_owned()];
    let answer = message(201_306, &answer.concat());
    let enveloped = format!(
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body>{}</s:Body></s:Envelope>",
        answer.trim_start_matches("<?xml version='1.0'?>")
    );
    for answer in [answer, enveloped] {
        let told = read_text(&answer, 0).chart.told();
        assert!(told.contains("Find Candidates Response, 2 patients"), "{told}");
        assert!(told.contains("MRN: 773015"), "{told}");
    }
}

#[test]
fn numbers_alone_are_a_patient_of_a_registry_and_placeholders_none() {
    let numbered = "<queryByParameter><parameterList><patientIdentifier><value root='1.2.3' extension='773014'/></patientIdentifier></parameterList></queryByParameter>";
    assert!(read_text(&message(201_309, numbered), 0).chart.told().contains("1 patient"));
    let nobody =
        registered("XXXX", "UNKNOWN").replace("<family>Roe</family></name><adm", "</name><adm");
    let told = read_text(&message(201_301, &nobody), 0).chart.told();
    assert!(told.contains("no patient"), "{told}");
    let accepted = "<MCCI_IN000002UV01 xmlns='urn:hl7-org:v3'><acknowledgement><typeCode code='CA'/></acknowledgement></MCCI_IN000002UV01>";
    assert!(read_text(accepted, 0).chart.told().starts_with("HL7 v3, no patient"));
}

#[test]
fn a_message_of_a_registry_may_be_cut_anywhere() {
    let whole = message(201_306, &format!("{}{QUERY}", registered("773014", "Jane")));
    let named = whole.find("<administrativeGenderCode").unwrap();
    for cut in 0..whole.len() {
        let told = read_text(whole.get(..cut).unwrap_or_default(), 0).chart.told();
        assert!(cut < named || told.contains("1 patient"), "{cut}");
    }
}

#[test]
fn a_header_is_not_written_as_often_as_it_is_long() {
    let header = format!("{} END", "Problem ".repeat(1_000));
    let rows = "<tr><td>Asthma</td><td>Active</td></tr>".repeat(1_000);
    let xml = format!(
        "<section xmlns='urn:hl7-org:v3'><text><table><thead><tr><th>{header}</th><th>Status</th></tr></thead><tbody>{rows}</tbody></table></text></section>"
    );
    let told = read_text(&xml, 0).chart.told();
    assert!(told.contains(" END") && told.len() < 4 * xml.len(), "{}", told.len());
}

#[test]
fn names_and_addresses_with_words_and_rarer_parts_in_them_are_whole() {
    let whose = |name: &str, address: &str| {
        let xml = format!(
            "<ClinicalDocument xmlns='urn:hl7-org:v3'><recordTarget><patientRole>{address}<patient><name>{name}</name></patient></patientRole></recordTarget></ClinicalDocument>"
        );
        read_text(&xml, 0).chart.told()
    };
    let told = whose(
        "Jane <family>Roe</family>",
        "<addr><houseNumber>12</houseNumber><streetName>Elm Street</streetName><unitID>Apt 4</unitID><city>Salem</city></addr>",
    );
    assert!(told.contains("Patient Name: Jane Roe\n"), "{told}");
    assert!(told.contains("Patient Address: 12 Elm Street Apt 4, Salem\n"), "{told}");
    let told = whose("Roe", "<addr>12 Elm Street <city>Salem</city></addr>");
    assert!(told.contains("Patient Address: 12 Elm Street Salem\n"), "{told}");
}
