//! Whole documents, as systems of different makers write them; all people are invented.

use crate::extract::clinical::document::read_text;

const BUNDLE: &str = r##"{"resourceType":"Bundle","type":"transaction","entry":[
{"fullUrl":"urn:uuid:6a1e4a1c-0000-4000-8000-000000000001","resource":{"resourceType":"Patient","id":"6a1e4a1c-0000-4000-8000-000000000001",
 "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Jane Roe</p></div>"},
 "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName","valueString":"Mary Doe"}],
 "identifier":[{"type":{"coding":[{"code":"MR"}]},"system":"http://clinic.example","value":"773014"},{"system":"http://hl7.org/fhir/sid/us-ssn","value":"999-12-3456"}],
 "name":[{"use":"official","family":"Roe","given":["Jane","Q"],"prefix":["Mrs."]}],"telecom":[{"system":"phone","value":"503-555-0142","use":"home"}],
 "gender":"female","birthDate":"1980-02-03","address":[{"line":["12 Elm Street"],"city":"Salem","state":"OR","postalCode":"97301"}],
 "contact":[{"relationship":[{"coding":[{"code":"N"}]}],"name":{"family":"Roe","given":["Tom"]},"telecom":[{"system":"phone","value":"503-555-0143"}]}],
 "generalPractitioner":[{"reference":"Practitioner/77","display":"Dr. Ann Poe"}]}},
{"fullUrl":"urn:uuid:6a1e4a1c-0000-4000-8000-000000000002","resource":{"resourceType":"Practitioner","id":"77","name":[{"family":"Poe","given":["Ann"],"prefix":["Dr."]}],"identifier":[{"system":"http://hl7.org/fhir/sid/us-npi","value":"1234567893"}]}},
{"resource":{"resourceType":"Condition","subject":{"reference":"urn:uuid:6a1e4a1c-0000-4000-8000-000000000001"},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"E11.9","display":"Type 2 diabetes"}]},"onsetDateTime":"2020-01-01"}},
{"resource":{"resourceType":"Observation","subject":{"reference":"Patient/6a1e4a1c-0000-4000-8000-000000000001"},"code":{"text":"Hemoglobin"},"valueQuantity":{"value":13.2,"unit":"g/dL"}}},
{"resource":{"resourceType":"DocumentReference","subject":{"reference":"urn:uuid:6a1e4a1c-0000-4000-8000-000000000001"},"content":[{"attachment":{"contentType":"text/plain","data":"UGF0aWVudDogSmFuZSBSb2U="}}]}}
]}"##;

#[test]
fn a_bundle_is_one_patients() {
    let out = read_text(BUNDLE, 0);
    assert_eq!(out.files, [b"Patient: Jane Roe".to_vec()]);
    let told = out.chart.told();
    assert!(told.starts_with("FHIR Bundle, 1 patient, "), "{told}");
    for line in [
        "MRN: 773014",
        "SSN: 999-12-3456",
        "Patient Name: Jane Q Roe",
        "Date of Birth: 1980-02-03",
        "Patient Phone: 503-555-0142",
        "Patient Address: 12 Elm Street, Salem, OR 97301",
        "Mother's Maiden Name: Mary Doe",
        "Next of Kin: Tom Roe",
        "Next of Kin Phone: 503-555-0143",
        "Primary Care Provider: Dr. Ann Poe",
        "Diagnosis: E11.9 Type 2 diabetes",
        "Onset Date: 2020-01-01",
        "Result: Hemoglobin",
        "Value: 13.2 g/dL",
        "Provider: Dr. Ann Poe",
        "NPI: 1234567893",
    ] {
        assert!(told.lines().any(|told| told == line), "{line} in {told}");
    }
}

#[test]
fn xml_is_read_like_json() {
    let xml = "<Patient xmlns='http://hl7.org/fhir'><id value='p-1'/><identifier><type><coding><code value='MR'/></coding></type><value value='773014'/></identifier><name><family value='Roe'/><given value='Jane'/></name><birthDate value='1980-02-03'><extension url='http://hl7.org/fhir/StructureDefinition/patient-birthTime'><valueDateTime value='1980-02-03T08:00:00Z'/></extension></birthDate><text><div xmlns='http://www.w3.org/1999/xhtml'><b>Roe</b>, Jane</div></text></Patient>";
    let told = read_text(xml, 0).chart.told();
    assert!(told.starts_with("FHIR Patient, 1 patient"), "{told}");
    for line in ["MRN: 773014", "Patient Name: Jane Roe", "Date of Birth: 1980-02-03", "Roe, Jane"]
    {
        assert!(told.lines().any(|told| told == line), "{line} in {told}");
    }
}

#[test]
fn lines_of_resources_are_several_patients() {
    let line = |id: u32, name: &str| {
        format!(
            "{{\"resourceType\":\"Patient\",\"id\":\"77{id}\",\"name\":[{{\"family\":\"{name}\",\"given\":[\"Jane\"]}}]}}\n"
        )
    };
    let lines = format!("{}{}{}", line(3014, "Roe"), line(3015, "Doe"), line(3016, "Poe"));
    assert!(read_text(&lines, 0).chart.told().starts_with("FHIR Patient, 3 patients"));
    let lines = "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/773014\"},\"code\":{\"text\":\"Asthma\"}}\n".repeat(2);
    let told = read_text(&lines, 0).chart.told();
    assert!(told.starts_with("FHIR Condition, 1 patient, 2 Condition"), "{told}");
    assert!(told.contains("Patient ID: 773014"), "{told}");
}

#[test]
fn a_patient_that_is_contained_or_displayed_is_one() {
    let contained = r##"{"resourceType":"MedicationRequest","contained":[{"resourceType":"Patient","id":"p","name":[{"text":"Jane Roe"}]}],"subject":{"reference":"#p"},"medicationCodeableConcept":{"text":"Metformin"}}"##;
    let told = read_text(contained, 0).chart.told();
    assert!(told.starts_with("FHIR MedicationRequest, 1 patient"), "{told}");
    assert!(told.contains("Medication: Metformin"), "{told}");
    let displayed = r#"{"subject":{"display":"Jane Roe","reference":"Patient/example"},"code":{"text":"Asthma"},"resourceType":"Condition"}"#;
    let told = read_text(displayed, 0).chart.told();
    assert!(told.contains("1 patient") && told.contains("Patient Name: Jane Roe"), "{told}");
}

#[test]
fn definitions_and_masked_people_are_nobody() {
    for json in [
        r#"{"resourceType":"StructureDefinition","id":"us-core-patient","name":"USCorePatient","contact":[{"name":"HL7 International","telecom":[{"system":"url","value":"http://hl7.org"}]}]}"#,
        r#"{"resourceType":"ValueSet","title":"Conditions","compose":{"include":[{"concept":[{"code":"1","display":"Asthma"}]}]}}"#,
        r#"{"resourceType":"OperationOutcome","issue":[{"diagnostics":"Patient/773014 not found"}]}"#,
        r#"{"resourceType":"Patient","meta":{"security":[{"code":"ANONYED"}]},"identifier":[{"value":"773014"}]}"#,
        r#"{"resourceType":"Patient","id":"p","name":[{"_family":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"masked"}]}}],"birthDate":"1980"}"#,
        r#"{"resourceType":"Observation","subject":{"reference":"Patient/example"},"code":{"text":"Hemoglobin"}}"#,
        r#"{"resourceType":"Practitioner","name":[{"family":"Poe","given":["Ann"]}]}"#,
        r#"{"resourceType":"Bundle","total":0}"#,
    ] {
        let told = read_text(json, 0).chart.told();
        assert!(told.contains("no patient"), "{told}");
    }
}

#[test]
fn a_bundle_may_be_cut_anywhere_and_keeps_what_was_before() {
    let name = BUNDLE.find("\"telecom\"").unwrap();
    for cut in (0..BUNDLE.len()).step_by(3) {
        let told = read_text(BUNDLE.get(..cut).unwrap_or_default(), 0).chart.told();
        assert!(cut < name || told.contains("Patient Name: Jane Q Roe"), "{cut}");
    }
}

#[test]
fn what_resources_are_wrapped_in_is_read_too() {
    let json = r#"{"sender":"Lakeside","payload":{"resourceType":"Patient","name":[{"text":"Jane Roe"}],"odd":{"resourceType":"Odd","note":"asthma"}},"remark":"urgent"}"#;
    let told = read_text(json, 0).chart.told();
    for words in [
        "1 patient",
        "Patient Name: Jane Roe",
        "Sender: Lakeside",
        "Remark: urgent",
        "Note: asthma",
    ] {
        assert!(told.contains(words), "{words} in {told}");
    }
}

#[test]
fn other_vocabularies_have_the_same_key() {
    assert!(super::names_resource(br#"{"resourceType": "Patient"}"#));
    assert!(!super::names_resource(br#"{"resourceType": "AWS::EC2::Instance"}"#));
}

#[test]
fn a_file_in_an_extension_is_a_part() {
    let json = r#"{"resourceType":"Patient","extension":[{"url":"http://clinic.example/scan","valueBase64Binary":"UGF0aWVudDogSmFuZSBSb2U="}]}"#;
    assert_eq!(read_text(json, 0).files, [b"Patient: Jane Roe".to_vec()]);
}
