//! What patients download of themselves as text: Medicare's Blue Button and the VA's (CMS, Blue
//! Button text format; VA, My HealtheVet).

use std::ops::Range;

use memchr::memmem;

use super::chart::Chart;
use super::nobody;

/// What such a text says of itself.
const HEADS: &[&str] = &[
    "MYMEDICARE.GOV PERSONAL HEALTH INFORMATION",
    "MEDICARE.GOV PERSONAL HEALTH INFORMATION",
    "MY HEALTHEVET PERSONAL INFORMATION REPORT",
    "Produced by the Blue Button",
    "Produced by the VA Blue Button",
];

/// Bytes of the longest label.
const LONGEST_LABEL: usize = 60;

/// From its first head to the end of the text: it has no end of its own.
pub(super) fn find(text: &str) -> Option<Range<usize>> {
    let head =
        HEADS.iter().filter_map(|head| memmem::find(text.as_bytes(), head.as_bytes())).min()?;
    let line = text.get(..head)?.rfind('\n').map_or(0, |at| at.saturating_add(1));
    // A page that tells of it has no section under a line of dashes.
    let rest = text.get(head..)?;
    let ruled = ["------", "======"].iter().any(|rule| rest.contains(rule));
    (ruled && rest.contains(": ")).then_some(line..text.len())
}

/// Whom the lines of a section are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Patient,
    Contact,
    Care,
    Other,
}

impl About {
    fn of(heading: &str) -> Self {
        let heading = heading.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        if has(&["emergency contact", "family"]) {
            Self::Contact
        } else if has(&["demographic", "personal information", "my profile"]) {
            Self::Patient
        } else if has(&["provider", "pharmac", "facilit", "plans", "insurance"]) {
            Self::Care
        } else {
            Self::Other
        }
    }
}

/// Reads it.
pub(super) fn read(stretch: &str, chart: &mut Chart) {
    chart.begin_record();
    let mut section = About::Patient;
    let mut ruled = false;
    for line in stretch.lines().map(str::trim) {
        let rule = line.trim_matches(['-', '=', '*', '_', ' ']);
        if line.len() > 5 && rule.is_empty() {
            ruled = true;
            continue;
        }
        let parts = line.split_once(':').map(|(label, value)| (label.trim(), value.trim()));
        match parts {
            Some((label, value)) if is_label(label) => labelled(chart, section, label, value),
            _ if line.is_empty() => continue,
            _ => {
                if ruled || line.len() != rule.len() {
                    section = About::of(rule);
                }
                chart.words(line);
            }
        }
        ruled = false;
    }
}

fn is_label(label: &str) -> bool {
    label.starts_with(|c: char| c.is_alphabetic())
        && label.len() <= LONGEST_LABEL
        && !label.bytes().last().is_some_and(|byte| b".,".contains(&byte))
}

fn labelled(chart: &mut Chart, section: About, label: &str, value: &str) {
    let nothing =
        matches!(value.to_ascii_lowercase().as_str(), "" | "no information available" | "none");
    if nothing {
        return;
    }
    let plain = label.to_ascii_lowercase();
    match plain.as_str() {
        "claim number" => chart.count("claims"),
        "drug name" => chart.count("drugs"),
        _ => {}
    }
    let whose = match section {
        About::Contact => "Emergency Contact ",
        About::Care => "Provider ",
        About::Patient | About::Other => "Patient ",
    };
    match plain.as_str() {
        "name" | "patient name" | "beneficiary name" if section == About::Patient => {
            let name = match value.split_once(',') {
                Some((family, given)) => format!("{} {}", given.trim(), family.trim()),
                None => value.to_owned(),
            };
            if nobody::is_name(&name) {
                chart.identified();
            }
            chart.value("Name", "Patient Name", &name);
        }
        "date of birth" | "dob" => chart.value("Date of Birth", "Date of Birth", value),
        "name" | "contact name" if section != About::Other => {
            chart.other(&format!("{whose}Name"), value)
        }
        "phone number"
        | "phone"
        | "home phone"
        | "work phone"
        | "mobile phone"
        | "home phone number"
        | "work phone number"
        | "mobile phone number"
            if section != About::Other =>
        {
            chart.value("Phone Number", &format!("{whose}Phone"), value);
        }
        "email" | "email address" if section != About::Other => {
            chart.value("Email", &format!("{whose}Email"), value);
        }
        "address line 1" | "street address" | "mailing address" if section != About::Other => {
            chart.value("Address", &format!("{whose}Address"), value);
        }
        "medicare number" | "claim number" | "member id" | "social security number" => {
            let name = match plain.as_str() {
                "medicare number" => "Medicare Number",
                "claim number" => "Claim Number",
                "member id" => "Member ID",
                _ => "Social Security Number",
            };
            if section == About::Patient && nobody::is_number(value) {
                chart.identified();
            }
            chart.value(name, name, value);
        }
        _ => chart.other(label, value),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::office::sample::{outlines, reading, words};

    const RULE: &str = "--------------------------------";

    #[test]
    fn a_download_is_its_patients_record() {
        let text = format!(
            "{RULE}\nMYMEDICARE.GOV PERSONAL HEALTH INFORMATION\n{RULE}\n**********CONFIDENTIAL***********\n\
             Produced by the Blue Button (v2.0)\n\n{RULE}\nDemographic\n{RULE}\n\nSource: MyMedicare.gov\n\n\
             Name: JANE Q ROE\nDate of Birth: 07/19/1948\nAddress Line 1: 12 ELM STREET\nCity: SPRINGFIELD\n\
             Phone Number: 217-555-0142\nEmail: jane.roe@mail.example\n\n{RULE}\nEmergency Contact\n{RULE}\n\n\
             Contact Name: MARK ROE\nHome Phone: 217-555-0143\n\n{RULE}\nClaim Summary\n{RULE}\n\
             Claim Number: 20260314001\nProvider: ELM CLINIC\nDiagnosis Code 1: E119\n"
        );
        let reading = reading(text.as_bytes());
        let all = words(&reading);
        for line in [
            "Patient Name: JANE Q ROE\n",
            "Emergency Contact Name: MARK ROE\n",
            "Patient Phone: 217-555-0142\n",
        ] {
            assert!(all.contains(line), "{line} is not in\n{all}");
        }
        let wanted = "Blue Button, 1 patient, Name, Date of Birth, Address, Phone Number, Email, 1 claims, Claim Number";
        assert_eq!(outlines(&reading), [wanted]);
    }

    #[test]
    fn a_page_that_tells_of_it_is_none() {
        let page = "A file Produced by the Blue Button has your claims.\n";
        assert!(outlines(&reading(page.as_bytes())).is_empty());
    }
}
