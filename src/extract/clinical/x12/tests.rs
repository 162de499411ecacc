//! Whole transactions of each kind, with invented people, and what mail does to them.

use crate::extract::office::sample::{outlines, reading, words as text};
use crate::text::{Fact, Reading};

const ISA: &str = "ISA*00*          *00*          *ZZ*EXAMPLEHOSP    *ZZ*EXAMPLEPLAN    \
                   *240305*1015*^*00501*000000101*0*P*:~";

/// A file of one transaction in its envelopes.
fn file(group: &str, guide: &str, set: &str, body: &str) -> String {
    format!(
        "{ISA}\nGS*{group}*EXAMPLEHOSP*EXAMPLEPLAN*20240305*1015*1*X*{guide}~\nST*{set}*0001*{guide}~\n{body}\
         SE*9*0001~\nGE*1*1~\nIEA*1*000000101~\n"
    )
}

fn patients(reading: &Reading) -> u32 {
    let outlines = reading.facts.iter().filter_map(|fact| fact.outline.as_ref());
    outlines.map(|outline| outline.patients).sum()
}

/// The record that a line is in.
fn record_of(reading: &Reading, line: &str) -> Option<u32> {
    let text = reading.texts.iter().find(|text| text.content.expose().contains(line))?;
    let end = text.content.expose().find(line)? + line.len();
    text.fields.iter().find(|field| field.span.end as usize == end)?.record
}

fn assert_lines(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|is| is == *line), "no line {line:?} in\n{text}");
    }
}

/// A claim whose patient is the insured, and one of a dependent.
const CLAIMS: &str = "BHT*0019*00*77*20240305*1015*CH~
NM1*41*2*EXAMPLE HOSPITAL*****46*EX01~
PER*IC*ANN BAKER*TE*3125550190~
NM1*40*2*EXAMPLE PLAN*****46*EP02~
HL*1**20*1~
PRV*BI*PXC*207Q00000X~
NM1*85*2*EXAMPLE FAMILY CLINIC*****XX*1234567893~
N3*12 CLINIC WAY~
N4*SPRINGFIELD*IL*627010000~
REF*EI*364421190~
HL*2*1*22*0~
SBR*P*18*GRP4471******CI~
NM1*IL*1*ROE*JANE*Q***MI*W447193001~
N3*44 ELM ST*APT 3~
N4*SPRINGFIELD*IL*627044471~
DMG*D8*19800203*F~
REF*SY*512447193~
NM1*PR*2*EXAMPLE PLAN*****PI*EP02~
CLM*ACCT-9917*150***11:B:1*Y*A*Y*Y~
DTP*431*D8*20240301~
REF*EA*MR0731994~
HI*ABK:E119*ABF:I10~
NTE*ADD*PATIENT FELL AT HOME~
NM1*82*1*KILDARE*BEN****XX*1234567893~
LX*1~
SV1*HC:99213:25*100*UN*1***1:2~
DTP*472*D8*20240302~
HL*3*1*22*1~
SBR*P**GRP4471******CI~
NM1*IL*1*POE*EDGAR****MI*W447193002~
DMG*D8*19750709*M~
HL*4*3*23*0~
PAT*19~
NM1*QC*1*POE*ANNABEL~
DMG*D8*20120416*F~
CLM*ACCT-9918*80***11:B:1*Y*A*Y*Y~
HI*ABK:J4520~
LX*1~
SV1*HC:94640*80*UN*1***1~
HL*5*3*23*0~
PAT*19~
NM1*QC*1*POE*LENORE~
DMG*D8*20140822*F~
CLM*ACCT-9919*80***11:B:1*Y*A*Y*Y~
HI*BK:25000~
";

#[test]
fn claims_are_read_patient_by_patient() {
    let reading = reading(file("HC", "005010X222A1", "837", CLAIMS).as_bytes());
    assert_eq!(
        outlines(&reading),
        ["X12 837P, 3 patients, NM1, PER, N3, REF, SBR, DMG, 3 CLM claims, CLM, DTP, HI, SV1, PAT"]
    );
    let text = text(&reading);
    assert_lines(
        &text,
        &[
            "Patient Name: JANE Q ROE",
            "Date of Birth: 1980-02-03",
            "SSN: 512-44-7193",
            "Member ID: W447193001",
            "Patient Address: 44 ELM ST, APT 3, SPRINGFIELD IL 62704-4471",
            "MRN: MR0731994",
            "Patient Account Number: ACCT-9917",
            "Diagnosis: E11.9",
            "Diagnosis: I10",
            "Diagnosis ICD-9: 250.00",
            "Procedure Code: 99213-25",
            "Date of Service: 2024-03-02",
            "Rendering Provider: BEN KILDARE",
            "Billing Provider: EXAMPLE FAMILY CLINIC",
            "Provider Address: 12 CLINIC WAY, SPRINGFIELD IL 62701-0000",
            "PATIENT FELL AT HOME",
            "Patient Name: ANNABEL POE",
            "Patient Name: LENORE POE",
            "Subscriber: EDGAR POE",
            "PRV-03: 207Q00000X",
        ],
    );
    assert_eq!(
        record_of(&reading, "Patient Name: ANNABEL POE"),
        record_of(&reading, "Subscriber: EDGAR POE")
    );
    assert_eq!(record_of(&reading, "Patient Name: LENORE POE"), Some(3));
    assert_eq!(record_of(&reading, "Billing Provider: EXAMPLE FAMILY CLINIC"), None);
    assert_eq!(text.matches("Member ID: W447193002").count(), 2);
    assert!(reading.unread.is_empty());
}

#[test]
fn a_subscriber_who_has_a_record_of_his_own_is_not_in_another() {
    let own = CLAIMS.replace("ROE*JANE*Q", "POE*EDGAR*");
    let reading = reading(file("HC", "005010X222A1", "837", &own).as_bytes());
    let text = text(&reading);
    assert_lines(&text, &["Patient Name: EDGAR POE", "Patient Name: ANNABEL POE"]);
    assert!(!text.contains("Subscriber: EDGAR"));
    assert_eq!(patients(&reading), 3);
}

#[test]
fn a_remittance_has_one_record_a_claim_and_one_patient_a_person() {
    let body = "BPR*I*450*C*CHK************20240305~
TRN*1*55512*1512345678~
N1*PR*EXAMPLE PLAN~
N3*1 PLAN SQ~
N4*SPRINGFIELD*IL*62701~
N1*PE*EXAMPLE CLINIC*XX*1234567893~
LX*1~
CLP*ACCT-9917*1*150*120*30*12*CCN00731~
NM1*QC*1*ROE*JANE*Q***MI*W447193001~
NM1*74*1*ROE*JANET~
NM1*82*1*KILDARE*BEN****XX*1234567893~
REF*EA*MR0731994~
DTM*232*20240302~
SVC*HC:99213*150*120**1~
CAS*PR*1*30~
CLP*ACCT-9920*1*99*99**12*CCN00732~
NM1*QC*1*ROE*JANE*Q***MI*W447193001~
CLP*ACCT-9921*4*80*0**12*CCN00733~
NM1*QC*1*POE*LENORE****MI*W447193002~
NM1*IL*1*POE*EDGAR****MI*W447193002~
PLB*1234567893*20241231*WO:1*-5~
";
    let reading = reading(file("HP", "005010X221A1", "835", body).as_bytes());
    assert_eq!(patients(&reading), 2);
    let text = text(&reading);
    assert_lines(
        &text,
        &[
            "Payer: EXAMPLE PLAN",
            "Payee Organization: EXAMPLE CLINIC",
            "Patient Name: JANET ROE",
            "Patient Name: LENORE POE",
            "Subscriber: EDGAR POE",
            "Claim Control Number: CCN00733",
            "MRN: MR0731994",
            "Date of Service: 2024-03-02",
            "CAS-03: 30",
        ],
    );
    assert!(outlines(&reading).concat().contains("3 CLP claims"));
    for account in ["ACCT-9917", "ACCT-9920"] {
        assert_eq!(record_of(&reading, &format!("Patient Account Number: {account}")), Some(1));
    }
}

#[test]
fn members_of_an_enrollment_have_a_record_each() {
    let body = "BGN*00*1*20240305~
N1*P5*EXAMPLE WORKS*FI*364421190~
N1*IN*EXAMPLE PLAN*FI*364421191~
INS*Y*18*021*20*A***FT~
REF*0F*512447193~
REF*1L*GRP4471~
DTP*336*D8*20200101~
NM1*IL*1*POE*EDGAR*A***34*512447193~
PER*IP**HP*3125550142*EM*edgar@poe.example~
N3*44 ELM ST~
N4*SPRINGFIELD*IL*62704~
DMG*D8*19750709*M*M~
HD*021**HLT*GOLD PLAN*FAM~
DTP*348*D8*20240101~
INS*N*19*021*20*A~
REF*0F*512447193~
NM1*IL*1*POE*LENORE****34*512447194~
DMG*D8*20140822*F~
HD*021**DEN~
NM1*P3*1*KILDARE*BEN~
INS*N*01*024*07*A*****D8*20240210~
REF*0F*512447193~
NM1*74*1*POE*VIRGINIA~
NM1*70*1*POE*VIRGINA~
";
    let reading = reading(file("BE", "005010X220A1", "834", body).as_bytes());
    assert_eq!(patients(&reading), 3);
    let text = text(&reading);
    assert_lines(
        &text,
        &[
            "Beneficiary Name: EDGAR A POE",
            "SSN: 512-44-7193",
            "Subscriber ID: 512447193",
            "Patient Phone: 312-555-0142",
            "Patient Email: edgar@poe.example",
            "Health Coverage: HLT Health",
            "Coverage Begin Date: 2024-01-01",
            "Relationship to Subscriber: Child",
            "Primary Care Provider: BEN KILDARE",
            "Plan Sponsor Organization: EXAMPLE WORKS",
        ],
    );
}

#[test]
fn eligibility_is_asked_and_answered() {
    let body = "BHT*0022*13*1*20240305*1015~
HL*1**20*1~
NM1*PR*2*EXAMPLE PLAN*****PI*EP02~
HL*2*1*21*1~
NM1*1P*1*KILDARE*BEN****XX*1234567893~
HL*3*2*22*0~
TRN*1*TR0731*9EXAMPLE~
NM1*IL*1*ROE*JANE****MI*W447193001~
DMG*D8*19800203*F~
DTP*291*D8*20240305~
EQ*30^MH~
";
    let asked = reading(file("HS", "005010X279A1", "270", body).as_bytes());
    assert_eq!(patients(&asked), 1);
    assert_lines(
        &text(&asked),
        &[
            "Patient Name: JANE ROE",
            "Service Type: MH Mental Health",
            "Provider: BEN KILDARE",
            "Provider NPI: 1234567893",
        ],
    );
    let answer =
        body.replace("EQ*30^MH", "EB*1*FAM*30*PR*GOLD PLAN~\nEB*B**98***27*20~\nMSG*COPAY WAIVED");
    let answered = reading(file("HB", "005010X279A1", "271", &answer).as_bytes());
    assert_lines(
        &text(&answered),
        &["Health Coverage: Active Coverage", "Health Plan: GOLD PLAN", "COPAY WAIVED"],
    );
    assert!(outlines(&answered).concat().starts_with("X12 271, 1 patient"));
}

#[test]
fn what_became_of_a_claim_names_the_patient() {
    let body = "BHT*0085*08*277X214*20240305*1015*TH~
HL*1**20*1~
NM1*PR*2*EXAMPLE PLAN*****46*EP02~
HL*2*1*21*1~
NM1*41*2*EXAMPLE BILLING*****46*EX01~
HL*3*2*19*1~
NM1*85*2*EXAMPLE CLINIC*****XX*1234567893~
HL*4*3*PT~
NM1*QC*1*ROE*JANE****MI*W447193001~
TRN*2*ACCT-9917~
STC*A2:20*20240305*WQ*150~
REF*1K*CCN00731~
DTP*472*D8*20240302~
HL*5*3*PT~
NM1*QC*1*POE*LENORE****MI*W447193002~
TRN*2*ACCT-9919~
STC*A2:20*20240305*WQ*80~
";
    let reading = reading(file("HN", "005010X214", "277", body).as_bytes());
    assert!(outlines(&reading).concat().starts_with("X12 277CA, 2 patients"));
    assert_lines(&text(&reading), &["Patient Name: LENORE POE", "Claim Number: CCN00731"]);
}

#[test]
fn an_authorization_is_about_its_dependent() {
    let body = "BHT*0007*13*A1*20240305*1015~
HL*1**20*1~
NM1*X3*2*EXAMPLE PLAN*****PI*EP02~
HL*2*1*21*1~
NM1*1P*1*KILDARE*BEN****XX*1234567893~
HL*3*2*22*1~
NM1*IL*1*POE*EDGAR****MI*W447193002~
HL*4*3*23*1~
NM1*QC*1*POE*LENORE~
DMG*D8*20140822*F~
HL*5*4*EV*1~
UM*HS*I*2*21:B~
HI*ABF:C9100~
REF*G1*PA0073199~
HL*6*5*SS*0~
SV1*HC:99213*80*UN*1~
";
    let reading = reading(file("HI", "005010X217", "278", body).as_bytes());
    assert_eq!(patients(&reading), 1);
    let record = record_of(&reading, "Patient Name: LENORE POE");
    for line in [
        "Subscriber: EDGAR POE",
        "Diagnosis: C91.00",
        "Procedure Code: 99213",
        "Service Type: 2 Surgical",
    ] {
        assert_eq!(record_of(&reading, line), record);
    }
}

#[test]
fn eligibility_says_how_a_dependent_belongs_to_the_insured() {
    let body = "HL*1**20*1~\nNM1*PR*2*EXAMPLE PLAN*****PI*EP02~\nHL*2*1*22*1~\nNM1*IL*1*POE*EDGAR****MI*W447193002~\nINS*Y*18~
HL*3*2*23*0~\nNM1*03*1*POE*LENORE~\nINS*N*19~\nDMG*D8*20140822*F~\nEB*1**30~\n";
    let reading = reading(file("HB", "005010X279A1", "271", body).as_bytes());
    assert_eq!(patients(&reading), 1);
    assert_eq!(
        record_of(&reading, "Patient Name: LENORE POE"),
        record_of(&reading, "Subscriber: EDGAR POE")
    );
    assert_lines(&text(&reading), &["Relationship to Subscriber: Child"]);
}

#[test]
fn version_4010_has_other_orders() {
    let review = "HL*1**20*1~\nHL*2*1*21*1~\nHL*3*2*22*1~\nHI*BF:2500~\nNM1*IL*1*ROE*JANE****MI*W447193001~
HL*4*3*19*1~\nNM1*SJ*1*KILDARE*BEN****XX*1234567893~\nHL*5*4*SS*0~\nHI*BO:HC:99213~\nDTP*472*D8*20240302~\n";
    let read = reading(file("HI", "004010X094A1", "278", review).as_bytes());
    let record = record_of(&read, "Patient Name: JANE ROE");
    assert_eq!(record_of(&read, "Date of Service: 2024-03-02"), record);
    assert!(record.is_some());
    let status = "HL*1**20*1~\nHL*2*1*21*1~\nHL*3*2*19*1~\nHL*4*3*22*0~\nDMG*D8*19800203*F~\nNM1*QC*1*ROE*JANE****MI*W447193001~
TRN*1*1~\nHL*5*3*22*0~\nDMG*D8*19750709*M~\nNM1*QC*1*POE*EDGAR****MI*W447193002~\nTRN*1*2~\n";
    let read = reading(file("HR", "004010X093A1", "276", status).as_bytes());
    assert_eq!(patients(&read), 2);
    assert!(!text(&read).contains("Subscriber"));
}

#[test]
fn surnames_of_several_words_are_people_of_their_own() {
    let names = ["ST JOHN*MARY", "ST CLAIR*MARY", "VAN DYKE*MARY", "DE LA CRUZ*MARY", "JOHN*MARY"];
    let body: String =
        names.iter().map(|name| format!("NM1*QC*1*{name}~\nHI*ABK:E119~\n")).collect();
    let reading = reading(file("HC", "005010X222A1", "837", &body).as_bytes());
    assert_eq!(patients(&reading), 5);
    assert_lines(&text(&reading), &["Patient Name: MARY ST JOHN", "Patient Name: MARY DE LA CRUZ"]);
}

#[test]
fn premiums_are_paid_for_somebody() {
    let body = "BPR*I*100*C*CHK~
N1*PE*EXAMPLE PLAN~
N1*PR*EXAMPLE WORKS~
ENT*1*2J*34*512447193~
NM1*IL*1*POE*EDGAR****34*512447193~
RMR*AZ*POLICY0731**100~
ENT*2*2J*34*512447194~
NM1*IL*1*POE*LENORE****34*512447194~
RMR*AZ*POLICY0731**50~
";
    let reading = reading(file("RA", "005010X218", "820", body).as_bytes());
    assert_eq!(patients(&reading), 2);
}

#[test]
fn institutional_and_dental_claims_say_what_was_done() {
    let body = CLAIMS
        .replace("SV1*HC:99213:25*100*UN*1***1:2", "SV2*0305*HC:85025*13*UN*1")
        .replace("SV1*HC:94640*80*UN*1***1", "SV3*AD:D2150*80~\nTOO*JP*12*L")
        .replace(
            "NTE*ADD",
            "HI*BBR:0DTJ4ZZ:D8:20240302~\nHI*BH:A1:D8:20240301~\nPWK*OZ*BM***AC*ATT0731~\nNTE*ADD",
        );
    let reading = reading(file("HC", "005010X223A2", "837", &body).as_bytes());
    assert_lines(
        &text(&reading),
        &[
            "Revenue Code: 0305",
            "Procedure Code: 85025",
            "Dental Procedure Code: D2150",
            "Tooth: 12",
            "Principal Procedure ICD-10-PCS: 0DTJ4ZZ 2024-03-02",
            "Attachment Control Number: ATT0731",
        ],
    );
    assert!(outlines(&reading).concat().starts_with("X12 837I"));
}

#[test]
fn acknowledgements_and_empty_envelopes_name_nobody() {
    let rejected = "AK1*HC*1*005010X222A1~\nAK2*837*0001~\nIK3*CLM*22**8~\nCTX*CLM01:ACCT-9917~\nIK5*R~\nAK9*R*1*1*0~\n";
    let acknowledged = file("FA", "005010X231A1", "999", rejected);
    let old = file("FA", "004010", "997", "AK1*HC*1~\nAK5*A~\nAK9*A*1*1*1~\n");
    let interchange = format!("{ISA}\nTA1*000000101*240305*1015*A*000~\nIEA*0*000000101~\n");
    let empty = format!("{ISA}\nIEA*0*000000101~\n");
    let no_people =
        file("HC", "005010X222A1", "837", "HL*1**20*1~\nNM1*85*1*KILDARE*BEN****XX*1234567893~\n");
    for file in [acknowledged, old, interchange, empty, no_people] {
        let reading = reading(file.as_bytes());
        assert_eq!(patients(&reading), 0);
        let facts: Vec<Fact> = reading.facts.iter().map(|fact| fact.fact).collect();
        assert_eq!(facts, [Fact::MedicalRecord]);
    }
}

#[test]
fn placeholders_are_no_patients() {
    let body = CLAIMS
        .replace("ROE*JANE*Q***MI*W447193001", "UNKNOWN*UNKNOWN****MI*XXXXXXXXX")
        .replace("REF*SY*512447193~\n", "REF*SY*999999999~\n")
        .replace("CLM*ACCT-9917", "CLM*0000")
        .replace("REF*EA*MR0731994~\n", "");
    assert_eq!(patients(&reading(file("HC", "005010X222A1", "837", &body).as_bytes())), 2);
}

/// What the records of a file say, whatever happened to it on its way.
fn said(bytes: &str) -> Vec<String> {
    let reading = reading(bytes.as_bytes());
    let labels = [
        "Patient Name: ",
        "Date of Birth: ",
        "Member ID: ",
        "Diagnosis: ",
        "Subscriber: ",
        "SSN: ",
        "Procedure Code: ",
    ];
    let text = text(&reading);
    let lines = text.lines().filter(|line| labels.iter().any(|label| line.starts_with(label)));
    lines.map(str::to_owned).collect()
}

#[test]
fn what_mail_does_to_a_file_takes_nothing_out_of_it() {
    let file = file("HC", "005010X222A1", "837", CLAIMS);
    let expected = said(&file);
    assert!(expected.len() > 15);
    let line: String = file.replace('\n', "");
    let mut wrapped = String::new();
    for (at, c) in line.chars().enumerate() {
        if at > 0 && at % 80 == 0 {
            wrapped.push('\n');
        }
        wrapped.push(c);
    }
    let crlf = file.replace('\n', "\r\n");
    let lines = file.replace("~\n", "\n");
    let crlf_lines = file.replace("~\n", "\r\n");
    let control = line.replace('*', "\u{1D}").replace(':', "\u{1F}").replace('~', "\u{1C}");
    let quotes = file.replace("~\n", "'\n").replace('~', "'");
    let pipes = file.replace('*', "|");
    let bare = file.split("  ").filter(|part| !part.is_empty()).collect::<String>();
    let quoted: String = wrapped.lines().map(|line| format!("> {line}\n")).collect();
    let quoted_lines: String = lines.lines().map(|line| format!("> {line}\n")).collect();
    let twice = format!("{file}{file}");
    for (name, changed) in [
        ("one line", &line),
        ("80 columns", &wrapped),
        ("CRLF", &crlf),
        ("line ends", &lines),
        ("CRLF ends", &crlf_lines),
        ("control characters", &control),
        ("quotes", &quotes),
        ("pipes", &pipes),
        ("no padding", &bare),
        ("quoted", &quoted),
        ("quoted lines", &quoted_lines),
    ] {
        assert_eq!(said(changed), expected, "{name}");
    }
    assert_eq!(patients(&reading(twice.as_bytes())), 3);
}

#[test]
fn an_excerpt_is_read_and_the_words_around_it_stay() {
    let file = file("HC", "005010X222A1", "837", CLAIMS);
    let expected = said(&file);
    for head in ["GS*HC", "ST*837"] {
        let from = file.find(head).unwrap();
        let mail = format!(
            "Dear Kim,\nthis one was rejected:\n\n{}\nCan you look?\nThanks, Sam\n",
            file.get(from..).unwrap()
        );
        assert_eq!(said(&mail), expected);
        let text = text(&reading(mail.as_bytes()));
        assert!(text.contains("this one was rejected") && text.contains("Can you look?"));
    }
    let mail =
        "The loop NM1*IL*1*ROE*JANE****MI*W447193001~DMG*D8*19800203*F~ was sent back by them.\n";
    assert_eq!(
        said(mail),
        ["Patient Name: JANE ROE", "Member ID: W447193001", "Date of Birth: 1980-02-03"]
    );
    let text = text(&reading(mail.as_bytes()));
    assert!(text.contains("The loop") && text.contains("was sent back by them."));
    assert_eq!(patients(&reading(b"NM1*QC*1*ROE*JANE~\nHI*ABK:E119~\nNM1*QC*1*POE*LENORE~\n")), 2);
}

#[test]
fn an_excerpt_without_levels_tells_patients_by_their_names() {
    let claim = |payer: &str| {
        format!("CLM*ACCT*80***11:B:1~\nHI*ABK:J4520~\n{payer}LX*1~\nSV1*HC:94640*80*UN*1***1~\n")
    };
    let other = "SBR*S*18~\nNM1*IL*1*POE*EDGAR****MI*W1~\nNM1*PR*2*OTHER PLAN*****PI*7~\n";
    let mail = format!(
        "SBR*P*18*GRP~\nNM1*IL*1*ROE*JANE****MI*W447193001~\n{}SBR*P**GRP~\nNM1*IL*1*POE*EDGAR****MI*W447193002~
NM1*QC*1*POE*ANNABEL~\n{}NM1*QC*1*POE*LENORE~\n{}SBR*P*18*GRP~\nNM1*IL*1*DAY*SUE****MI*W447193003~\n{}",
        claim(""), claim(other), claim(other), claim("")
    );
    let reading = reading(mail.as_bytes());
    assert_eq!(patients(&reading), 4);
    assert_lines(
        &text(&reading),
        &["Patient Name: SUE DAY", "Subscriber: EDGAR POE", "Patient Name: LENORE POE"],
    );
}

#[test]
fn ordinary_text_is_none() {
    for text in [
        "* one\n* two\n** three\n",
        "| a | b |\n|---|---|\n| ST | 12 |\n",
        "The ISA*standard* says **so**.",
        "HL*",
        "N1|2|3",
        "AMT * 12 and ST *very* much",
        "REF*12",
        "int *PER*foo;",
        "ISA-95 and ISA 2024",
    ] {
        assert_eq!(super::find(text), None, "{text}");
    }
}

#[test]
fn what_stands_before_a_cut_is_read() {
    let file = file("HC", "005010X222A1", "837", CLAIMS);
    let mut before = 0;
    for end in 0..file.len() {
        let reading = reading(file.get(..end).unwrap().as_bytes());
        let now = patients(&reading);
        let cut = file.get(end.saturating_sub(60)..end).unwrap();
        assert!(now >= before, "at {end}: {cut}");
        before = now;
    }
    assert_eq!(before, 3);
}

#[test]
fn damage_harms_nobody() {
    let file = file("HC", "005010X222A1", "837", CLAIMS).into_bytes();
    for at in (0..file.len()).step_by(3) {
        for byte in [0, b'*', b'~', b':', b'\n', 0xFF, b'A'] {
            let mut damaged = file.clone();
            if let Some(place) = damaged.get_mut(at) {
                *place = byte;
            }
            let text = String::from_utf8_lossy(&damaged).into_owned();
            if let Some(stretch) = super::find(&text) {
                let mut chart = super::Chart::new(super::Standard::X12);
                super::read(text.get(stretch).unwrap(), &mut chart);
                assert!(chart.len() <= 64 + 16 * text.len());
            }
        }
    }
}

#[test]
fn many_stretches_take_linear_time() {
    let text = "so NM1*IL*1*A*B and\n\nGS*HC*A*B\nand HL*1 ".repeat(20_000);
    let mut rest = text.as_str();
    let mut found = 0;
    while let Some(stretch) = super::find(rest) {
        found += 1;
        rest = rest.get(stretch.end..).unwrap();
    }
    assert!(found >= 20_000);
}

#[test]
fn binary_segments_are_words() {
    let body = "BGN*11*1*20240305~\nNM1*QC*1*ROE*JANE~\nBIN*27*Echo ~ shows *mild* disease~\nNM1*PR*2*EXAMPLE PLAN~\n";
    let reading = reading(file("PI", "005010X210", "275", body).as_bytes());
    assert_lines(&text(&reading), &["Echo ~ shows *mild* disease", "Payer: EXAMPLE PLAN"]);
}
