//! Observations (OBX) and notes (NTE): a result is a line, a report of many lines is one text.

use std::collections::HashSet;

use super::super::chart::Chart;
use super::fields::Datatype;
use super::segment::{Components, Delimiters, Segment, joined, unescaped};
use super::types::{self, Field};
use crate::message::transfer;

/// Labels that a message may give. What comes behind goes by one of ours.
const MOST_LABELS: usize = 4096;
/// Bytes of a label that a message gives.
const LONGEST_LABEL: usize = 64;

/// Reports that are being put together.
#[derive(Default)]
pub(super) struct Results {
    labels: HashSet<String>,
    report: Option<Report>,
}

struct Report {
    label: String,
    text: String,
    /// What was written last behind a line.
    behind: String,
}

impl Results {
    /// Writes an observation.
    pub(super) fn observation(&mut self, chart: &mut Chart, segment: &Segment<'_>) {
        let delimiters = &segment.delimiters;
        let mut fields = [""; 9];
        for (number, raw) in segment.fields().take_while(|(number, _)| *number < 9) {
            if let Some(field) = fields.get_mut(number) {
                *field = raw;
            }
        }
        let [_, _, datatype, test, part, raw, units, range, flags] = fields;
        chart.count("OBX results");
        let (label, code) = self.test(test, delimiters);
        let units = types::value(&mut Components::of(units, delimiters), Datatype::Text);
        let unit = units.split(' ').next().unwrap_or_default();
        let range = unescaped(range, delimiters);
        let range = if range.is_empty() { String::new() } else { format!("({range})") };
        let flags = flags.replace(delimiters.repetition, " ");
        let code = if code.is_empty() { code } else { format!("[{code}]") };
        let lines = matches!(datatype.trim(), "TX" | "FT" | "ST" | "")
            && units.is_empty()
            && range.is_empty();
        if lines {
            let text = text(raw, delimiters);
            return self.lines(chart, &label, &text, &joined([flags.as_str(), &code], " "));
        }
        self.flush(chart);
        let value = match datatype.trim() {
            "ED" => return embedded(chart, &label, raw, delimiters),
            "CX" | "XCN" | "CN" | "XTN" | "TN" => {
                let datatype = match datatype.trim() {
                    "CX" => Datatype::Number,
                    "XTN" | "TN" => Datatype::Telephone,
                    _ => Datatype::Person,
                };
                let field = Field { name: "OBX-5", label: &label, datatype, outlined: false };
                return types::write(chart, field, raw, delimiters);
            }
            "XPN" | "PN" => values(raw, delimiters, Datatype::Name),
            "XAD" | "AD" => values(raw, delimiters, Datatype::Address),
            "CE" | "CWE" | "CNE" | "CF" | "IS" | "ID" => values(raw, delimiters, Datatype::Coded),
            "DT" | "TS" | "DTM" | "DR" => values(raw, delimiters, Datatype::Time),
            "SN" | "NM" | "CQ" | "MO" | "CP" | "NA" | "RP" | "EI" => {
                values(raw, delimiters, Datatype::Text)
            }
            _ => text(raw, delimiters),
        };
        let line = joined([value.as_str(), unit, &range, &flags, &code], " ");
        chart.other(&label, &line);
        chart.unlabelled("OBX-4", &Components::of(part, delimiters).left());
    }

    /// Writes a note.
    pub(super) fn note(&mut self, chart: &mut Chart, segment: &Segment<'_>) {
        let words = text(segment.field(3), &segment.delimiters);
        self.lines(chart, "Note", &words, "");
    }

    /// Adds lines to the report with that label, or begins one.
    fn lines(&mut self, chart: &mut Chart, label: &str, words: &str, behind: &str) {
        match &mut self.report {
            Some(report) if report.label == label => report.text.push('\n'),
            _ => {
                self.flush(chart);
                let (text, behind) = (String::new(), String::new());
                self.report = Some(Report { label: label.to_owned(), text, behind });
            }
        }
        if let Some(report) = &mut self.report {
            report.text.push_str(words);
            if !behind.is_empty() && report.behind != behind {
                report.text.push(' ');
                report.text.push_str(behind);
                behind.clone_into(&mut report.behind);
            }
        }
    }

    /// Writes what is put together.
    pub(super) fn flush(&mut self, chart: &mut Chart) {
        if let Some(report) = self.report.take() {
            chart.other(&report.label, &report.text);
        }
    }

    /// The label and code of what was observed.
    fn test(&mut self, raw: &str, delimiters: &Delimiters) -> (String, String) {
        let mut parts = Components::of(raw, delimiters);
        let [code, words, _, other, meaning] =
            [1, 2, 3, 4, 5].map(|number| parts.take_whole(number));
        let written = [words, meaning, parts.take(9)].into_iter().find(|words| !words.is_empty());
        let codes = joined([code.as_str(), &other], " ");
        let (label, code) = match written {
            Some(words) => (words, codes),
            None => (codes, String::new()),
        };
        let short = label.get(..label.floor_char_boundary(LONGEST_LABEL)).unwrap_or_default();
        let short = short.replace([':', '\n'], " ");
        if short.trim().is_empty() {
            return ("Result".to_owned(), code);
        }
        let known = self.labels.contains(&short);
        if !known && self.labels.len() >= MOST_LABELS {
            return ("Result".to_owned(), joined([label.as_str(), &code], " "));
        }
        if !known {
            self.labels.insert(short.clone());
        }
        let code =
            if short.len() < label.len() { joined([label.as_str(), &code], " ") } else { code };
        (short, code)
    }
}

fn values(raw: &str, delimiters: &Delimiters, datatype: Datatype) -> String {
    let one = |repetition: &str| {
        let mut parts = Components::of(repetition, delimiters);
        let value = types::value(&mut parts, datatype);
        joined([value.as_str(), &parts.left()], " ")
    };
    let all: Vec<String> = raw.split(delimiters.repetition).map(one).collect();
    joined(all.iter().map(String::as_str), "; ")
}

/// Text, whose repetitions are lines.
pub(super) fn text(raw: &str, delimiters: &Delimiters) -> String {
    let lines =
        raw.split(delimiters.repetition).map(|line| unescaped(line, delimiters).into_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// Encapsulated data (chapter 2A, ED): source, type, subtype, encoding, data.
fn embedded(chart: &mut Chart, label: &str, raw: &str, delimiters: &Delimiters) {
    let all: Vec<&str> = raw.splitn(5, delimiters.component).collect();
    let encoding = all.get(3).copied().unwrap_or_default().trim();
    let data = all.get(4).or(all.last()).copied().unwrap_or_default();
    if encoding.eq_ignore_ascii_case("base64") || transfer::looks_like_base64(data.as_bytes()) {
        let data = unescaped(data, delimiters);
        chart.embed(transfer::base64(data.as_bytes()).bytes.into_owned());
    } else {
        chart.other(label, &unescaped(data, delimiters));
    }
}
