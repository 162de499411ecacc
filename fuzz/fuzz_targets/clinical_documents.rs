//! Documents of health care in XML and JSON: CDA, FHIR, health cards, prescriptions, metadata.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (first, rest) = bytes.split_at_checked(1).unwrap_or((&[], bytes));
    let head: &[u8] = match first.first().map_or(0, |byte| byte % 5) {
        0 => b"<ClinicalDocument xmlns='urn:hl7-org:v3'><recordTarget><patientRole>",
        1 => b"{\"resourceType\":\"Patient\",",
        2 => b"<Message xmlns='http://www.ncpdp.org/schema/SCRIPT'><Body>",
        3 => b"<SubmitObjectsRequest><Slot name='sourcePatientInfo'><ValueList>",
        _ => b"",
    };
    phi_milter_fuzz::document(None, &[head, rest].concat());
});
