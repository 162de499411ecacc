//! NCPDP SCRIPT in the form of UN/EDIFACT: prescriptions between prescribers and pharmacies
//! (NCPDP SCRIPT 4.2 to 10.x, chapters on the UIB, PVD, PTT, DRU, OBS and COO segments).

use std::ops::Range;

use memchr::memmem;

use super::chart::Chart;
use super::nobody;

/// Bytes of the longest message head, and of what is looked at to know one.
const HEAD: usize = 400;

/// The signs that divide an interchange (UNA).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Signs {
    component: char,
    element: char,
    release: char,
    repetition: char,
    segment: char,
}

impl Signs {
    const USUAL: Self =
        Self { component: ':', element: '+', release: '/', repetition: '*', segment: '\'' };

    /// Those that stand behind `UNA`.
    fn of(advice: &str) -> Option<Self> {
        let mut signs = advice.strip_prefix("UNA")?.chars();
        let (component, element, _, release, repetition, segment) = (
            signs.next()?,
            signs.next()?,
            signs.next()?,
            signs.next()?,
            signs.next()?,
            signs.next()?,
        );
        let signs = Self { component, element, release, repetition, segment };
        (!component.is_alphanumeric() && !element.is_alphanumeric()).then_some(signs)
    }
}

/// Kinds of messages (the second component of UIH-1).
const KINDS: &[&str] = &[
    "CANRES", "CANRX", "CENSUS", "CHGRES", "ERROR", "GETMSG", "NEWRX", "PASCHG", "REFREQ",
    "REFRES", "RESUPP", "RXCHG", "RXFILL", "RXHREQ", "RXHRES", "STATUS", "VERIFY",
];

/// The first interchange in a text: from UNA or UIB to the end of UIZ.
pub(super) fn find(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let at = memmem::find_iter(bytes, b"UIB").find(|&at| is_head(text, at))?;
    let before = text.get(at.saturating_sub(12)..at).unwrap_or_default();
    let start =
        before.rfind("UNA").map_or(at, |una| at.saturating_sub(before.len()).saturating_add(una));
    let mut end = text.len();
    let signs = text.get(start..).and_then(Signs::of).unwrap_or(Signs::USUAL);
    // The end of the last interchange; what is cut short ends with the text.
    if let Some(last) = memmem::rfind(bytes, b"UIZ").filter(|last| *last > start) {
        let rest = text.get(last..).unwrap_or_default();
        let ends = |c: char| c == signs.segment || c == '\n';
        end = last + rest.split_inclusive(ends).next().unwrap_or_default().len();
    }
    text.get(start..end).is_some().then_some(start..end)
}

/// `UIB+UNOA:0`: the element sign, `UNO` and a letter.
fn is_head(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(..rest.floor_char_boundary(HEAD)).unwrap_or(rest);
    let mut signs = rest.chars().skip(3);
    let sign = signs.next().is_some_and(|sign| !sign.is_alphanumeric() && sign != ' ');
    sign && rest.get(4..).is_some_and(|rest| rest.starts_with("UNO"))
}

/// Reads an interchange.
pub(super) fn read(stretch: &str, chart: &mut Chart) {
    let start = stretch.trim_start();
    let signs = Signs::of(start).unwrap_or_else(|| {
        let element = start.chars().nth(3).unwrap_or('+');
        Signs { element, ..Signs::USUAL }
    });
    let advice = if start.starts_with("UNA") { 9 } else { 0 };
    let body = start.char_indices().nth(advice).and_then(|(at, _)| start.get(at..));
    let body = body.unwrap_or_default();
    for segment in pieces(body, signs.segment, signs.release) {
        let segment = segment.trim();
        let mut elements = pieces(segment, signs.element, signs.release);
        let name = elements.next().unwrap_or_default();
        let elements: Vec<&str> = elements.collect();
        write(chart, name, &elements, &signs);
    }
}

fn write(chart: &mut Chart, name: &str, elements: &[&str], signs: &Signs) {
    let element = |number: usize| {
        let at = number.checked_sub(1).and_then(|at| elements.get(at));
        at.copied().unwrap_or_default()
    };
    match name {
        "UIH" => {
            let kinds = elements.iter().flat_map(|element| element.split(signs.component));
            kinds.filter(|kind| KINDS.contains(kind)).for_each(|kind| chart.kind(kind));
        }
        "UIB" => chart.end_record(),
        "PTT" => {
            chart.begin_record();
            let number =
                pieces(element(5), signs.component, signs.release).next().unwrap_or_default();
            if nobody::is_name(&person(element(3), signs)) || nobody::is_number(number) {
                chart.identified();
            }
        }
        "DRU" => chart.count("DRU prescriptions"),
        _ => {}
    }
    let whose = match (name, element(1)) {
        ("PVD", "P2") => "Pharmacy",
        ("PVD", "SU") => "Supervising Provider",
        ("PVD", "P1") => "Pharmacy",
        ("PVD", _) => "Prescriber",
        ("COO", _) => "Insured",
        _ => "Patient",
    };
    for (at, raw) in elements.iter().enumerate() {
        let field = format!("{name}-{:02}0", at.saturating_add(1).min(99));
        for raw in pieces(raw, signs.repetition, signs.release) {
            one(chart, &field, whose, raw, signs);
        }
    }
}

/// Writes a repetition of a field.
fn one(chart: &mut Chart, field: &str, whose: &str, raw: &str, signs: &Signs) {
    let parts: Vec<String> =
        pieces(raw, signs.component, signs.release).map(|part| released(part, signs)).collect();
    let part = |at: usize| parts.get(at).map(String::as_str).unwrap_or_default();
    let all = words(parts.iter().map(String::as_str));
    match field {
        "PTT-020" => chart.value(field, "Date of Birth", &day(part(0))),
        "PTT-030" => chart.value(field, "Patient Name", &person(raw, signs)),
        "PTT-040" => chart.other("Sex", sex(part(0))),
        "PTT-050" | "COO-040" => chart.value(field, numbered(part(1)), part(0)),
        "PVD-020" => chart.other(&format!("{whose} Number"), &all),
        "PVD-050" | "PVD-100" => chart.other(whose, &person(raw, signs)),
        "PVD-070" => chart.other(if whose == "Pharmacy" { whose } else { "Practice" }, &all),
        "PTT-060" | "PVD-080" => chart.value(field, &format!("{whose} Address"), &address(&parts)),
        "PTT-070" | "PVD-090" => {
            let mail = part(0).contains('@');
            let label = format!("{whose} {}", if mail { "Email" } else { "Phone" });
            chart.value(field, &label, part(0));
        }
        "COO-020" => chart.other("Insurance Company", &all),
        "COO-050" => chart.value(field, "Insured Name", &person(raw, signs)),
        "COO-060" => chart.value(field, "Group Number", &all),
        "DRU-010" => chart.other("Medication", &all),
        "DRU-020" => chart.other("Quantity", &all),
        "DRU-030" => chart.other("Sig", &all),
        "DRU-040" => chart.other("Prescription Date", &day(part(1))),
        "DRU-060" => chart.other("Refills", &all),
        "DRU-070" => chart.other("Diagnosis", &all),
        "DRU-080" => chart.other("Authorization Number", &all),
        "DRU-090" => chart.other("Note", &all),
        _ => chart.other(field, &all),
    }
}

/// What forms call a number of that kind (reference qualifier).
fn numbered(qualifier: &str) -> &'static str {
    match qualifier {
        "SY" => "Social Security Number",
        "MD" | "2U" => "Medicaid ID",
        "MB" | "1W" => "Member ID",
        "HI" | "ZZ" => "Member ID",
        "EJ" => "Patient Account Number",
        _ => "Patient ID",
    }
}

fn sex(code: &str) -> &str {
    match code {
        "M" => "Male",
        "F" => "Female",
        other => other,
    }
}

/// Family, given, middle name, suffix, prefix.
fn person(raw: &str, signs: &Signs) -> String {
    let parts: Vec<String> =
        pieces(raw, signs.component, signs.release).map(|part| released(part, signs)).collect();
    let order = [4, 1, 2, 0, 3].map(|at| parts.get(at).map(String::as_str).unwrap_or_default());
    words(order)
}

/// Street, city, state, code.
fn address(parts: &[String]) -> String {
    let part = |at: usize| parts.get(at).map(String::as_str).unwrap_or_default();
    let place = words([part(2), part(3)]);
    let all = [part(0), part(1), place.as_str(), part(4), part(5), part(6)];
    all.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn words<'w>(parts: impl IntoIterator<Item = &'w str>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn day(written: &str) -> String {
    match (written.get(..4), written.get(4..6), written.get(6..)) {
        (Some(year), Some(month), Some(day))
            if written.len() == 8 && written.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("{year}-{month}-{day}")
        }
        _ => written.to_owned(),
    }
}

/// Splits at a sign, unless the release sign stands before it.
fn pieces(words: &str, sign: char, release: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(words);
    std::iter::from_fn(move || {
        let words = rest?;
        let mut released = false;
        for (at, c) in words.char_indices() {
            if released {
                released = false;
            } else if c == sign {
                rest = words.get(at.saturating_add(c.len_utf8())..);
                return words.get(..at);
            } else if c == release {
                released = true;
            }
        }
        rest = None;
        Some(words)
    })
}

/// Takes release signs off.
fn released(words: &str, signs: &Signs) -> String {
    let mut out = String::with_capacity(words.len());
    let mut taken = false;
    for c in words.chars() {
        if c == signs.release && !taken {
            taken = true;
        } else {
            out.push(c);
            taken = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::extract::office::sample::{outlines, reading, words};

    const ORDER: &str = "UNA:+./*'UIB+UNOA:0++1234567+++7701630:C:PW+1234560:P+20260314:081522'\
        UIH+SCRIPT:010:006:NEWRX+110072+++20260314:081522'\
        PVD+PC+6666666:0B+++ROE:MARK++ELM CLINIC+12 ELM ST:SPRINGFIELD:IL:62701+2175550142:TE'\
        PVD+P2+7701630:D3+++++MAIN STREET PHARMACY++2175550143:TE'\
        PTT++19680719+POE:JANE:Q+F+536228471:SY+9 OAK ST:SPRINGFIELD:IL:62701+2175550144:TE'\
        DRU+P:METFORMIN 500 MG TABLET::::500:10:ME+ME:60:38+:TAKE ONE TWICE A DAY/'S+85:20260314:102+0+R:2'\
        UIT+110072+6'UIZ++1'";

    #[test]
    fn a_prescription_is_read_with_its_patient_and_prescriber() {
        let reading = reading(ORDER.as_bytes());
        let text = words(&reading);
        for line in [
            "Patient Name: JANE Q POE\n",
            "Date of Birth: 1968-07-19\n",
            "Social Security Number: 536228471\n",
            "Patient Address: 9 OAK ST, SPRINGFIELD, IL 62701\n",
            "Prescriber: MARK ROE\n",
            "Pharmacy: MAIN STREET PHARMACY\n",
            "Medication: P METFORMIN 500 MG TABLET 500 10 ME\n",
            "TAKE ONE TWICE A DAY'S",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        let wanted = "NCPDP SCRIPT NEWRX, 1 patient";
        assert!(outlines(&reading).concat().starts_with(wanted));
    }

    #[test]
    fn other_signs_divide_it_as_well() {
        let signs: [(char, &str); 3] = [('+', "\u{1D}"), (':', "\u{1C}"), ('\'', "\u{1E}")];
        let odd = signs
            .iter()
            .fold(ORDER.replace("/'", "/\u{1E}"), |odd, (usual, sign)| odd.replace(*usual, sign));
        assert!(words(&reading(odd.as_bytes())).contains("Patient Name: JANE Q POE"));
    }

    #[test]
    fn signs_may_be_any_characters() {
        let odd = ORDER.replace("UNA:+./*'", "UNA:+./*§").replace("/'", "/§").replace('\'', "§");
        assert!(outlines(&reading(odd.as_bytes())).concat().contains("1 patient"));
    }

    #[test]
    fn a_status_names_nobody() {
        let status = "UIB+UNOA:0++1234567'UIH+SCRIPT:010:006:STATUS+1'STS+010'UIT+1+3'UIZ++1'";
        assert_eq!(outlines(&reading(status.as_bytes())), ["NCPDP SCRIPT STATUS, no patient"]);
    }

    #[test]
    fn what_is_cut_short_gives_what_was_before_the_cut() {
        for length in 0..ORDER.len() {
            let reading = reading(ORDER.as_bytes().get(..length).unwrap());
            if length > ORDER.find("DRU").unwrap() {
                assert!(outlines(&reading).concat().contains("1 patient"));
            }
        }
    }
}
