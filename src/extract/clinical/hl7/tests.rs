//! Whole messages, as the systems of different makers write them.

use crate::extract::clinical::pasted;
use crate::extract::labelled::Labelled;
use crate::extract::office::sample::{self, words as text};
use crate::extract::{Input, read};
use crate::limits::{Budget, Limits};
use crate::text::{Fact, Reading};

/// Laboratory results (Meditech's way: caps, a visit number, notes below).
const ORU: &str = "MSH|^~\\&|LAB|EXAMPLE HOSP|EHR|EXAMPLE CLINIC|202603140915||ORU^R01|77|P|2.3\r\
    PID|1|773014|773014^^^EXAMPLE^MR~536228471^^^USSSA^SS||ROE^JANE^Q^III||19680719|F||2106-3^White|12 ELM STREET^APT 2^SPRINGFIELD^IL^62701^USA^H^^SANGAMON||(217)555-0142^PRN^PH~^NET^Internet^jane.roe@mail.example|||M||V88123^^^EXAMPLE^AN|536-22-8471\r\
    PV1|1|O|3WEST^301^A^EXAMPLE HOSP||||1234567893^POE^MARK^^^DR^MD^^NPI|55^COE^ANN|||||||||||V88123\r\
    ORC|RE|A100|B200||||||202603140800|||1234567893^POE^MARK\r\
    OBR|1|A100|B200|24323-8^COMPREHENSIVE METABOLIC PANEL^LN|||202603140730||||||||SER|1234567893^POE^MARK^^^^MD||||||202603140900|||F\r\
    OBX|1|NM|2345-7^Glucose^LN||182|mg/dL|70-99|H|||F\r\
    OBX|2|SN|2160-0^Creatinine^LN||>^1.3|mg/dL^milligram per deciliter^UCUM|0.6-1.2|H|||F\r\
    OBX|3|CWE|5196-1^Hepatitis B surface antigen^LN||260385009^Negative^SCT||||||F\r\
    OBX|4|TX|NOTE^Comment||Fasting sample\\.br\\taken \\T\\ sent||||||F\r\
    NTE|1|L|Call the patient~today\r";

fn reading(words: &str) -> Reading {
    sample::reading(words.as_bytes())
}

fn outline(reading: &Reading) -> String {
    sample::outlines(reading).join("; ")
}

fn has_patient(reading: &Reading) -> bool {
    reading.facts.iter().any(|fact| fact.fact == Fact::PatientRecord)
}

#[track_caller]
fn says(message: &str, lines: &[&str]) {
    let text = text(&reading(message));
    for line in lines {
        assert!(text.lines().any(|known| known == *line), "{line} is not in\n{text}");
    }
}

/// Records that values are marked as being of.
fn records(reading: &Reading) -> usize {
    let fields =
        reading.texts.iter().flat_map(|text| text.fields.iter().filter_map(|field| field.record));
    fields.collect::<std::collections::HashSet<_>>().len()
}

#[test]
fn laboratory_results_have_the_labels_of_a_report() {
    says(
        ORU,
        &[
            "Sending Facility: EXAMPLE HOSP",
            "MRN: 773014",
            "Social Security Number: 536228471",
            "Patient Name: JANE Q ROE III",
            "Date of Birth: 1968-07-19",
            "Sex: Female",
            "Patient Address: 12 ELM STREET, APT 2, SPRINGFIELD, IL 62701, USA",
            "Patient Home Phone: (217)555-0142",
            "Patient Email: jane.roe@mail.example",
            "Patient Account Number: V88123",
            "Attending Physician: MARK POE, MD",
            "Attending Physician NPI: 1234567893",
            "Referring Physician: ANN COE",
            "Visit Number: V88123",
            "Test Ordered: 24323-8 COMPREHENSIVE METABOLIC PANEL",
            "Collection Date: 2026-03-14 07:30",
            "Glucose: 182 mg/dL (70-99) H [2345-7]",
            "Creatinine: > 1.3 mg/dL (0.6-1.2) H [2160-0]",
            "Hepatitis B surface antigen: 260385009 Negative [5196-1]",
            "Comment: Fasting sample",
            "taken & sent [NOTE]",
            "Note: Call the patient",
        ],
    );
    let reading = reading(ORU);
    let wanted = "HL7 v2 ORU^R01, 1 patient, PID-2, PID-3, PID-5, PID-7, PID-11, PID-13, PID-18, 1 OBR orders, 4 OBX results";
    assert_eq!(outline(&reading), wanted);
    assert!(has_patient(&reading) && records(&reading) == 1);
}

#[test]
fn other_signs_divide_a_message_as_well() {
    let odd =
        ORU.replace('|', "#").replace('^', "*").replace("\\.br\\", " ").replace("\\T\\", "and");
    says(&odd, &["Patient Name: JANE Q ROE III", "Glucose: 182 mg/dL (70-99) H [2345-7]"]);
    assert!(has_patient(&reading(&odd)));
}

#[test]
fn an_admission_names_kin_guarantor_and_insured_of_one_patient() {
    let message = "MSH|^~\\&|EPICADT|EXAMPLE|X|Y|20260314||ADT^A04^ADT_A01|1|P|2.5.1\r\
        EVN|A04|202603141000||REG|CLERK^ROE^KIM|202603140959\r\
        PID|1||E773014^^^EPI^MR||Roe^Jane^Q||19680719|F||W|12 Elm St^^Springfield^IL^62701||^PRN^PH^^1^217^5550142~^PRN^CP^^1^217^5550143|||S|CAT|990017\r\
        PD1|||EXAMPLE CLINIC^^10|998^COE^ANN^^^^MD\r\
        NK1|1|ROE^MARK|SPO^Spouse|12 Elm St^^Springfield^IL^62701|(217)555-0144||EC\r\
        GT1|1|8801|ROE^MARK^T||12 Elm St^^Springfield^IL^62701|(217)555-0144||19660102|M||SPO|536-22-8472\r\
        DG1|1|I10|E11.9^Type 2 diabetes mellitus without complications^I10|||A\r\
        AL1|1|DA|70618^Penicillin^RxNorm|SV|Hives\r\
        IN1|1|PPO^Example Choice|77|EXAMPLE HEALTH PLAN|PO Box 1^^Peoria^IL^61601||(800)555-0100|G5501|||EXAMPLE WORKS||||PPO|ROE^MARK^T|SPO|19660102|12 Elm St^^Springfield^IL^62701|||||||||||||||||XJH884422001\r\
        ZPV|1|LOCAL|something of the site\r";
    says(
        message,
        &[
            "Entered By: KIM ROE",
            "MRN: E773014",
            "Patient Cell Phone: 217-555-0143",
            "Primary Care Provider: ANN COE, MD",
            "Next of Kin Name: MARK ROE",
            "Guarantor Name: MARK T ROE",
            "Guarantor Social Security Number: 536-22-8472",
            "Diagnosis: E11.9 Type 2 diabetes mellitus without complications",
            "Allergy: 70618 Penicillin",
            "Insured Name: MARK T ROE",
            "Insurance Company: EXAMPLE HEALTH PLAN",
            "Policy Number: XJH884422001",
            "ZPV-3: something of the site",
        ],
    );
    let reading = reading(message);
    assert!(outline(&reading).starts_with("HL7 v2 ADT^A04, 1 patient, "));
    assert_eq!(records(&reading), 1);
}

#[test]
fn an_immunization_registry_is_told_a_childs_vaccines() {
    says(
        "MSH|^~\\&|EHR|EXAMPLE PEDS|IIS|STATE|20260314||VXU^V04^VXU_V04|9|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r\
         PID|1||99118822^^^STATE^SR~4471^^^PEDS^MR||Poe^Ana^Luz^^^^L|Coe^Rosa^^^^^M|20240105|F\r\
         NK1|1|Poe^Rosa|MTH^Mother^HL70063|9 Oak St^^Peoria^IL^61601\r\
         ORC|RE||IZ-1|||||||57422^Clerk^Kim||6677^Roe^Mark^^^^MD\r\
         RXA|0|1|20260314|20260314|94^MMRV^CVX|0.5|mL^mL^UCUM||00^New record^NIP001|6677^Roe^Mark|^^^EXAMPLE PEDS||||X1234|20270101|MSD^Merck^MVX\r\
         RXR|C38299^Subcutaneous^NCIT|LA^Left arm^HL70163\r\
         OBX|1|DT|29769-7^Date vaccine information statement presented^LN|1|20260314||||||F\r",
        &[
            "Patient ID: 99118822",
            "MRN: 4471",
            "Patient Name: Ana Luz Poe",
            "Mother's Maiden Name: Rosa Coe",
            "Vaccine: 94 MMRV",
            "Vaccine Lot Number: X1234",
            "Administered By: Mark Roe",
            "Date vaccine information statement presented: 2026-03-14 [29769-7]",
        ],
    );
}

#[test]
fn appointments_orders_documents_charges_and_prescriptions_are_read() {
    let with = |kind: &str, rest: &str| {
        format!(
            "MSH|^~\\&|CERNER|EXAMPLE|X|Y|20260314||{kind}|1|P|2.3\rPID|1||773014||ROE^JANE||19680719|F\r{rest}\r"
        )
    };
    for (kind, rest, line, counted) in [
        (
            "SIU^S12",
            "SCH|10345^10345|2196178|||^Consultation|^Knee pain|OFFICE^Office visit|||^^30^202603150900^202603150930|1^POE^MARK\rAIP|1||1069^COE^ANN|||202603150900",
            "Provider: ANN COE",
            "1 SCH appointments",
        ),
        (
            "ORM^O01",
            "ORC|NW|A1\rOBR|1|A1||71020^Chest X-ray two views|||||||||COUGH|||1069^COE^ANN",
            "Ordering Provider: ANN COE",
            "1 OBR orders",
        ),
        (
            "MDM^T02",
            "TXA|1|DS^Discharge summary|TX|202603141200|1069^COE^ANN\rOBX|1|TX|DS^Discharge summary||Ms. Roe was seen\rOBX|2|TX|DS^Discharge summary||for knee pain.",
            "for knee pain.",
            "1 TXA documents",
        ),
        (
            "DFT^P03",
            "FT1|1|T9||20260314||CG|99213^Office visit|||1||120|||||||M17.11^Osteoarthritis of right knee",
            "Diagnosis: M17.11 Osteoarthritis of right knee",
            "1 FT1 charges",
        ),
        (
            "RDE^O11",
            "RXE|1^QD^^20260314|617314^Metformin 500 mg tablet^RxNorm|500||MG|TAB||||60|||1069^COE^ANN||778812",
            "Prescription Number: 778812",
            "1 RXE prescriptions",
        ),
    ] {
        let message = with(kind, rest);
        says(&message, &[line, "MRN: 773014", "Patient Name: JANE ROE"]);
        let outline = outline(&reading(&message));
        assert!(outline.starts_with(&format!("HL7 v2 {kind}, 1 patient, ")), "{outline}");
        assert!(outline.contains(counted), "{outline}");
    }
}

#[test]
fn queries_name_whom_they_ask_for() {
    for query in [
        "MSH|^~\\&|EHR|X|IIS|Y|20260314||QBP^Q11^QBP_Q11|1|P|2.5.1\rQPD|Z34^Request Immunization History^CDCPHINVS|q1|4471^^^PEDS^MR|Roe^Jane^^^^^L|Coe^Rosa^^^^^M|20240105|F|9 Oak St^^Peoria^IL^61601\r",
        "MSH|^~\\&|PDC|X|PDS|Y|20260314||QBP^Q22^QBP_Q21|1|P|2.5\rQPD|IHE PDQ Query|q1|@PID.5.1^Roe~@PID.5.2^Jane~@PID.7.1^20240105\rRCP|I\r",
        "MSH|^~\\&|A|X|B|Y|20260314||QRY^A19|1|P|2.3\rQRD|202603141000|R|I|q1|||1^RD|4471^Roe^Jane|DEM\r",
    ] {
        says(query, &["Patient Name: Jane Roe"]);
        assert!(has_patient(&reading(query)), "{query}");
    }
}

#[test]
fn messages_about_nobody_have_no_patient() {
    for (message, wanted) in [
        (
            "MSH|^~\\&|LAB|X|EHR|Y|20260314||ACK^R01|1|P|2.5.1\rMSA|AA|77|Message accepted\r",
            "HL7 v2 ACK^R01, no patient",
        ),
        (
            "MSH|^~\\&|HR|X|EHR|Y|20260314||MFN^M02|1|P|2.3\rMFI|PRA||UPD|||AL\rMFE|MAD|||77\rSTF|77||ROE^MARK^^^^DR||M\r",
            "HL7 v2 MFN^M02, no patient",
        ),
        (
            "MSH|^~\\&|LAB|X|EHR|Y|20260314||ORU^R01|1|P|2.3\rPID|1||\"\"||UNKNOWN^PATIENT||\"\"|U\rOBX|1|NM|1^Glucose||5\r",
            "HL7 v2 ORU^R01, no patient, PID-5, 1 OBX results",
        ),
        ("FHS|^~\\&|A|B\rBHS|^~\\&|A|B\rBTS|0\rFTS|1\r", "HL7 v2, no patient"),
    ] {
        let reading = reading(message);
        assert_eq!(outline(&reading), wanted);
        assert!(!has_patient(&reading), "{message}");
    }
}

#[test]
fn a_batch_in_frames_has_one_record_a_patient() {
    let other =
        ORU.replace("773014", "773015").replace("ROE^JANE", "POE^ANN").replace("536", "541");
    let batch = format!(
        "FHS|^~\\&|A\rBHS|^~\\&|A\r\u{B}{ORU}\u{1C}\r\u{B}{other}\u{1C}\r\u{B}{ORU}\u{1C}\rBTS|3\rFTS|1\r"
    );
    let reading = reading(&batch);
    assert!(outline(&reading).starts_with("HL7 v2 ORU^R01, 2 patients, "));
    assert_eq!(reading.texts.len(), 1);
    assert!(reading.unread.is_empty());
}

#[test]
fn the_same_patient_twice_in_a_message_is_one_record() {
    let message = "MSH|^~\\&|A|B|C|D|20260314||ADT^A40|1|P|2.3\rPID|1||773014||ROE^JANE||19680719\rMRG|99017||||||ROE^J\r\
        PID|2||773014||ROE^JANE||19680719\rPV1|1|I\r";
    says(message, &["Prior MRN: 99017", "Prior Patient Name: J ROE"]);
    assert_eq!(records(&reading(message)), 1);
}

#[test]
fn an_embedded_document_is_read_as_a_part_of_its_own() {
    let message = "MSH|^~\\&|A|B|C|D|20260314||MDM^T02|1|P|2.5\rPID|1||773014||ROE^JANE\r\
        OBX|1|ED|L^Letter||^TEXT^HTML^Base64^PHA+RGVhciBNcy4gUm9lLCB5b3VyIGtuZWUgaXMgd2VsbC48L3A+|||||F\r";
    assert!(text(&reading(message)).contains("Dear Ms. Roe, your knee is well."));
}

#[test]
fn documents_of_two_messages_in_a_text_are_two_parts() {
    let message = |number: u32, letter: &str| {
        format!(
            "MSH|^~\\&|A|B|C|D|20260314||MDM^T02|1|P|2.5\nPID|1||{number}||ROE^JANE\nOBX|1|ED|L^Letter||^TEXT^HTML^Base64^{letter}|||||F\n"
        )
    };
    let text = format!(
        "One:\n\n{}\n\nand another:\n\n{}\n\nTom\n",
        message(773014, "PHA+RGVhciBNcy4gUm9lLCB5b3VyIGtuZWUgaXMgd2VsbC48L3A+"),
        message(773015, "PHA+RGVhciBNcy4gUG9lLCB5b3VyIGtuZWUgaXMgd2VsbC48L3A+"),
    );
    let reading = reading(&text);
    let is_letter = |text: &&crate::text::Text| text.content.expose().contains("your knee is well");
    let parts: std::collections::HashSet<_> =
        reading.texts.iter().filter(is_letter).map(|text| text.part.clone()).collect();
    assert_eq!(parts.len(), 2);
}

#[test]
fn a_message_in_a_mail_leaves_the_words_around_it_where_they_are() {
    let mail = format!(
        "Subject: look\nContent-Type: text/plain\n\nHi Kim,\n\n{}\nCan you look?\n",
        ORU.replace('\r', "\n> ")
    );
    let mut reading = Reading::default();
    read(&Input::Message, mail.as_bytes(), &mut Budget::new(&Limits::default()), &mut reading);
    let text = text(&reading);
    assert!(text.contains("Hi Kim,") && text.contains("Can you look?"), "{text}");
    assert!(text.contains("Patient Name: JANE Q ROE III\n"), "{text}");
    assert!(!text.contains("PID|"), "{text}");
}

#[test]
fn a_message_that_was_pasted_into_a_page_is_read_beside_it() {
    let lines = ORU.replace('&', "&amp;").replace('\r', "<br>");
    let page = format!("<html><body><p>Hi Kim,</p><p>{lines}</p><p>Tom</p></body></html>");
    let reading = reading(&page);
    assert!(outline(&reading).starts_with("HL7 v2 ORU^R01, 1 patient, "));
    let text = text(&reading);
    assert!(text.contains("Hi Kim,") && text.contains("Patient Name: JANE Q ROE III\n"), "{text}");
}

#[test]
fn a_message_beside_a_table_or_in_one_of_its_cells_is_read_and_one_over_cells_is_not() {
    let message = ORU.replace('\r', "\n");
    let mut written = Labelled::default();
    written.value(Some("Name"), "Tom Coe", Some(1));
    written.words("\n\n");
    written.line(&message);
    written.words("\n\nand\n\n");
    written.value(Some("Message"), &message, Some(2));
    assert_eq!(pasted(&sample::text(written), &mut 0).len(), 2);
    let mut written = Labelled::default();
    for line in message.lines() {
        written.value(Some("Segment"), line, Some(1));
        written.end_line();
    }
    assert!(pasted(&sample::text(written), &mut 0).is_empty());
}

#[test]
fn two_messages_with_words_between_them_are_two_records() {
    let other = ORU.replace("773014", "773015").replace("ROE^JANE", "POE^ANN");
    let text =
        format!("One:\n\n{}\n\nand the other one:\n\n{}\n\nTom\n", ORU, other).replace('\r', "\n");
    assert_eq!(records(&reading(&text)), 2);
}

#[test]
fn a_message_that_a_mail_client_wrapped_is_read() {
    let mut mail = String::new();
    for segment in ORU.split_terminator('\r') {
        let mut line = String::new();
        for word in segment.split_inclusive(' ') {
            if line.len() + word.len() > 76 {
                mail.push_str(line.trim_end());
                mail.push('\n');
                line.clear();
            }
            line.push_str(word);
        }
        mail.push_str(&line);
        mail.push('\n');
    }
    says(
        &mail,
        &[
            "Patient Name: JANE Q ROE III",
            "Patient Home Phone: (217)555-0142",
            "Patient Account Number: V88123",
        ],
    );
}

#[test]
fn a_message_that_is_cut_short_gives_what_was_before_the_cut() {
    let named = ORU.find("||19680719").unwrap();
    for length in 0..ORU.len() {
        let reading = reading(ORU.get(..length).unwrap());
        if length >= named {
            assert!(text(&reading).contains("Patient Name: JANE Q ROE"), "{length}");
            assert!(has_patient(&reading), "{length}");
        }
    }
}

#[test]
fn damage_is_no_panic() {
    let mut state = 7_u32;
    for _ in 0..300 {
        let mut bytes = ORU.as_bytes().to_vec();
        for _ in 0..8 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = (state >> 8) as usize % bytes.len();
            bytes[at] = (state >> 24) as u8;
        }
        let mut reading = Reading::default();
        let input = Input::Document { name: Some("a.hl7".to_owned().into()) };
        read(&input, &bytes, &mut Budget::new(&Limits::default()), &mut reading);
        assert!(reading.text_bytes() > 0);
    }
}

#[test]
fn many_messages_take_linear_time() {
    let batch = ORU.repeat(2_000);
    let before = std::time::Instant::now();
    assert!(outline(&reading(&batch)).contains("8000 OBX results"));
    assert!(before.elapsed().as_secs() < 20);
}

#[test]
fn what_each_message_says_of_its_systems_is_written_once() {
    let text = text(&reading(&format!("{ORU}{ORU}")));
    assert_eq!(text.matches("EXAMPLE CLINIC").count(), 1, "{text}");
    assert_eq!(text.matches("Patient Name: JANE Q ROE").count(), 2, "{text}");
}

#[test]
fn a_number_in_a_header_does_not_stand_before_the_label_of_a_patients() {
    let message = |control: u32, number: u32| {
        format!(
            "MSH|^~\\&|LAB|EX|EHR|EX|2026||ORU^R01|{control}|P|2.5.1\rPID|1||{number}^^^EX^MR||ROE^JANE\r"
        )
    };
    let text = text(&reading(&format!("{}{}", message(1101, 773014), message(1102, 773015))));
    assert!(text.contains("Message Control ID: 1102\n\nMRN: 773015"), "{text}");
}
