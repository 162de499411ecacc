//! `scan --json`: one object a message.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use serde::Serialize;

use super::arguments::Reveal;
use super::parts::{PartObject, parts};
use super::source::Item;
use crate::engine::mask;
use crate::finding::{About, Confidence, Finding, Hipaa, Kind};
use crate::pipeline::Examination;
use crate::policy::{Severity, Verdict};
use crate::text::{Cause, Fact, PartPath, Place, Taken, Zone};

/// The object for one message, on one line.
pub(crate) fn object(
    item: &Item,
    examination: &Examination,
    took: Duration,
    reveal: Reveal,
) -> String {
    let reading = &examination.reading;
    let decision = &examination.judgement.decision;
    let message_id = reading.addresses.message_id.as_ref();
    let object = Object {
        path: item.path.to_string_lossy().into_owned(),
        number: item.number,
        message_id: message_id.map(|id| id.expose().as_str()),
        verdict: decision.verdict,
        phi: decision.phi,
        policy: &decision.policy,
        severity: decision.severity,
        patients: examination.evidence(item.bytes.len()).patients(),
        findings: findings(examination, reveal),
        facts: reading
            .facts
            .iter()
            .map(|f| FactObject {
                fact: f.fact,
                part: f.part.to_string(),
                score: f.looks.map(|looks| f64::from(looks.score) / 100.0),
                taken: f.looks.map(|looks| looks.taken),
                reason: f.looks.map(|looks| looks.to_string()),
                outline: f.outline.as_ref().map(ToString::to_string),
            })
            .collect(),
        unread: examination
            .unread
            .iter()
            .map(|u| UnreadObject {
                part: u.part.to_string(),
                file: u.file.as_ref().map(|name| file_name(name.expose(), reveal)),
                cause: u.cause,
            })
            .collect(),
        read: parts(examination, reveal),
        parts: reading.parts,
        bytes: item.bytes.len(),
        text_bytes: reading.text_bytes(),
        ms: (took.as_secs_f64() * 10_000.0).round() / 10.0,
        texts: match reveal {
            Reveal::Masked => None,
            Reveal::Values => Some(texts(examination)),
        },
    };
    // Strings, numbers and options alone: nothing here can fail to serialize.
    serde_json::to_string(&object).unwrap_or_default()
}

#[derive(Serialize)]
struct Object<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<usize>,
    message_id: Option<&'a str>,
    verdict: Verdict,
    phi: bool,
    policy: &'a str,
    severity: Severity,
    patients: u32,
    findings: Vec<FindingObject>,
    facts: Vec<FactObject>,
    unread: Vec<UnreadObject>,
    read: Vec<PartObject>,
    parts: u32,
    bytes: u64,
    text_bytes: usize,
    ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    texts: Option<Vec<TextObject>>,
}

#[derive(Serialize)]
struct FindingObject {
    rule: String,
    kind: Kind,
    hipaa: Option<Hipaa>,
    confidence: Confidence,
    about: About,
    place: Place,
    part: String,
    file: Option<String>,
    page: Option<u32>,
    zone: Option<Zone>,
    label: Option<String>,
    record: Option<u32>,
    count: usize,
    masked: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Serialize)]
struct FactObject {
    fact: Fact,
    part: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<Taken>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outline: Option<String>,
}

#[derive(Serialize)]
struct UnreadObject {
    part: String,
    file: Option<String>,
    cause: Cause,
}

#[derive(Serialize)]
struct TextObject {
    place: Place,
    part: String,
    text: String,
}

/// Equal findings become one object that counts distinct values; with values shown, one a value.
fn findings(examination: &Examination, reveal: Reveal) -> Vec<FindingObject> {
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<(FindingObject, HashSet<u64>)> = Vec::new();
    for finding in &examination.findings {
        let value = value(examination, finding);
        let key = format!(
            "{} {:?} {:?} {:?} {} {:?} {:?} {:?} {:?} {}",
            finding.rule,
            finding.confidence,
            finding.about,
            finding.place,
            finding.part,
            finding.zone,
            finding.page,
            finding.record,
            // Findings of one text share their label, which can be megabytes long.
            finding.label.as_ref().map(|label| label.expose().as_ptr()),
            if reveal == Reveal::Values { value } else { "" }
        );
        let at = *order.entry(key).or_insert_with(|| {
            groups.push((describe(finding, value, reveal), HashSet::new()));
            groups.len() - 1
        });
        if let Some((_, digests)) = groups.get_mut(at) {
            digests.insert(finding.digest);
        }
    }
    groups
        .into_iter()
        .map(|(object, digests)| FindingObject { count: digests.len(), ..object })
        .collect()
}

fn describe(finding: &Finding, value: &str, reveal: Reveal) -> FindingObject {
    FindingObject {
        rule: finding.rule.to_string(),
        kind: finding.kind,
        hipaa: finding.hipaa,
        confidence: finding.confidence,
        about: finding.about,
        place: finding.place,
        part: finding.part.to_string(),
        file: finding.file.as_ref().map(|name| file_name(name.expose(), reveal)),
        page: finding.page,
        zone: finding.zone,
        label: finding
            .label
            .as_ref()
            .filter(|_| reveal == Reveal::Values)
            .map(|l| l.expose().to_string()),
        record: finding.record,
        count: 0,
        masked: mask(value),
        value: (reveal == Reveal::Values).then(|| value.to_owned()),
    }
}

/// The characters that a finding stands on.
pub(super) fn value<'e>(examination: &'e Examination, finding: &Finding) -> &'e str {
    let text = examination.reading.texts.get(finding.text);
    text.and_then(|text| text.content.expose().get(finding.span.clone())).unwrap_or_default()
}

/// A file name whole, or its ending alone where it is that of a format: `*.pdf`. What else stands
/// behind the last dot can be a name or a number (`Jane.Roe`).
pub(super) fn file_name(name: &str, reveal: Reveal) -> String {
    if reveal == Reveal::Values {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending {
        Some(ending) if ENDINGS.contains(&ending.as_str()) => format!("*.{ending}"),
        _ => "*".to_owned(),
    }
}

/// Endings of formats that are sent by mail.
const ENDINGS: &[&str] = &[
    "7z", "asc", "bat", "bmp", "bz2", "cda", "cfg", "com", "conf", "css", "csv", "dat", "dcm",
    "dicom", "dll", "doc", "docm", "docx", "dot", "dotx", "edi", "eml", "emz", "eps", "exe", "fdf",
    "fhir", "gif", "gpg", "gz", "heic", "hl7", "htm", "html", "ics", "iso", "jar", "jpeg", "jpg",
    "js", "json", "key", "log", "m4a", "mbox", "md", "mdb", "mht", "mov", "mp3", "mp4", "msg",
    "ndjson", "odg", "odp", "ods", "odt", "one", "p7c", "p7m", "p7s", "pages", "pdf", "pgp", "png",
    "pps", "ppsx", "ppt", "pptm", "pptx", "ps", "psd", "pst", "rar", "rtf", "sig", "sql", "svg",
    "tar", "tgz", "tif", "tiff", "tnef", "tsv", "txt", "vcf", "wav", "webp", "wmf", "wpd", "x12",
    "xfdf", "xhtml", "xls", "xlsb", "xlsm", "xlsx", "xml", "xps", "xz", "yaml", "yml", "z", "zip",
];

fn texts(examination: &Examination) -> Vec<TextObject> {
    let object = |place, part: &PartPath, text: &str| TextObject {
        place,
        part: part.to_string(),
        text: text.to_owned(),
    };
    let texts = examination.reading.texts.iter();
    texts.map(|text| object(text.place, &text.part, text.content.expose())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_shows_its_ending_alone() {
        let masked = |name: &str| file_name(name, Reveal::Masked);
        assert_eq!(masked("Jane Roe MRI.PDF"), "*.pdf");
        assert_eq!(masked("a.Jane Roe"), "*");
        assert_eq!(masked("noending"), "*");
        assert_eq!(masked("Jane.Roe"), "*");
        assert_eq!(masked("visit.48213"), "*");
        assert_eq!(file_name("a.b", Reveal::Values), "a.b");
    }
}
