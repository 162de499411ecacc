//! Formats that are made for medical records. Where one stands in a text, a body as well as a file, it
//! is taken out and read as a chart: labelled values, one record a patient.
//!
//! ```text
//!  text --find--> stretches of HL7 v2, X12, ... --read--> Chart --> Text, facts, outline
//!    +----------> what stands around them
//! ```

mod blue_button;
mod cda;
mod chart;
mod days;
pub(super) mod document;
mod fhir;
mod health_card;
mod hl7;
mod inline;
mod nobody;
mod people;
mod script;
mod script_xml;
mod tree;
mod words;
mod x12;
mod xdm;

use std::ops::Range;

use super::leaf::Leaf;
use super::normal::normal;
use super::output::{Flow, Stop};
use super::walk::Walk;
use super::{plain, sniff};
use crate::message::charset;
use crate::text::{Standard, Text};
use chart::Chart;
pub(super) use chart::Pasted;

/// A format that is found in text.
struct Form {
    standard: Standard,
    /// Where its first stretch is: from its head to the end of what belongs to it. To be quick where
    /// there is none: all text is asked.
    find: fn(&str) -> Option<Range<usize>>,
    /// Reads a stretch. What cannot be read any further is written as words.
    read: fn(&str, &mut Chart),
}

/// The formats.
const FORMS: &[Form] = &[
    Form { standard: Standard::Hl7V2, find: hl7::find, read: hl7::read },
    Form { standard: Standard::Script, find: script::find, read: script::read },
    Form { standard: Standard::BlueButton, find: blue_button::find, read: blue_button::read },
    Form { standard: Standard::X12, find: x12::find, read: x12::read },
    Form { standard: Standard::HealthCard, find: health_card::find, read: health_card::read },
    Form { standard: Standard::Fhir, find: inline::find_resource, read: inline::read },
    Form { standard: Standard::Cda, find: inline::find_document, read: inline::read },
];

/// How files begin that hold nothing else, a sign behind it: a file of one of these may have control
/// characters between its fields, and is text all the same.
const BEGINNINGS: &[&[u8]] = &[b"MSH", b"FHS", b"BHS", b"ISA", b"UNA", b"UNB", b"UIB"];

/// Whether a part begins as one of these formats.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    begins(leaf.bytes) && is_in(&String::from_utf8_lossy(leaf.bytes))
}

/// Whether a value of a structured text is a whole message in one of these formats.
pub(super) fn is_message(value: &str) -> bool {
    begins(value.as_bytes()) && is_in(value)
}

fn begins(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // The frame of MLLP begins with a vertical tab (HL7 v2 appendix C).
    let start = start.trim_ascii_start();
    let start = start.strip_prefix(b"\x0B").unwrap_or(start);
    let is_followed = |name: &&&[u8]| start.get(name.len()).is_some_and(|sign| is_sign(*sign));
    BEGINNINGS.iter().filter(|name| start.starts_with(name)).any(|name| is_followed(&name))
}

/// Whether one of these formats is in a text.
fn is_in(text: &str) -> bool {
    FORMS.iter().any(|form| (form.find)(text).is_some_and(|stretch| !stretch.is_empty()))
}

fn is_sign(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric() && !byte.is_ascii_whitespace() && byte.is_ascii()
}

/// Reads a part that begins as one.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let label = leaf.content.charset();
    let decoded = charset::decode(leaf.bytes, label.as_deref().map(str::as_bytes));
    let Some(around) = take(walk, leaf, &decoded.text)? else { return plain::read(walk, leaf) };
    let around = leaf.text(normal(&around));
    if sniff::has_words(around.content.expose()) {
        walk.out.text(around);
    }
    walk.out.time(leaf.path)
}

/// Takes the records out of a text and reads them. Gives back what stands around them; `None` where
/// there is no record.
pub(super) fn take(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    text: &str,
) -> Result<Option<String>, Stop> {
    let mut around = String::new();
    let mut behind = 0;
    let mut records = 0;
    for (form, Range { start, end }) in Stretches::of(text) {
        around.push_str(text.get(behind..start).unwrap_or_default());
        around.push('\n');
        let mut chart = Chart::behind(form.standard, records);
        (form.read)(text.get(start..end).unwrap_or_default(), &mut chart);
        records = chart.records();
        chart.hand_over(walk, leaf)?;
        behind = end;
    }
    around.push_str(text.get(behind..).unwrap_or_default());
    Ok((behind > 0).then_some(around))
}

/// Records of a text that are read at the most where they stand in that of a document.
const MOST_PASTED: usize = 100;

/// Reads what has been pasted into a document of another kind, such as a page or a letter. Its text stays
/// as it is, since places in it are known by their bytes: the charts are texts beside it. Their records
/// are numbered on from `records`.
pub(super) fn pasted(text: &Text, records: &mut u32) -> Vec<Pasted> {
    let mut charts = Vec::new();
    let content = text.content.expose();
    // What goes over several cells of a table is a table of something: each value has its own record.
    let is_cut = |stretch: &Range<usize>| {
        let first = text.fields.partition_point(|field| field.span.end as usize <= stretch.start);
        let second = text.fields.get(first + 1);
        second.is_some_and(|field| (field.span.start as usize) < stretch.end)
    };
    let stretches = Stretches::of(content).filter(|(_, stretch)| !is_cut(stretch));
    for (form, stretch) in stretches.take(MOST_PASTED) {
        let mut chart = Chart::behind(form.standard, *records);
        (form.read)(content.get(stretch).unwrap_or_default(), &mut chart);
        *records = chart.records();
        charts.push(chart.beside(text));
    }
    charts
}

/// The stretches of all formats in a text, one after the other.
struct Stretches<'t> {
    text: &'t str,
    /// Where the next is looked for.
    at: usize,
    /// The next of each format. A format is asked again only when what it found is behind: a text of
    /// many records of one would else be searched to its end for all others after each.
    next: Vec<Next>,
}

/// What a format has next.
enum Next {
    Unasked,
    At(Range<usize>),
    None,
}

impl<'t> Stretches<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, at: 0, next: FORMS.iter().map(|_| Next::Unasked).collect() }
    }
}

impl Iterator for Stretches<'_> {
    type Item = (&'static Form, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let mut first: Option<Self::Item> = None;
        for (form, next) in FORMS.iter().zip(&mut self.next) {
            let is_stale = match next {
                Next::Unasked => true,
                Next::At(stretch) => stretch.start < self.at,
                Next::None => false,
            };
            if is_stale {
                let found = (form.find)(self.text.get(self.at..)?);
                *next = match found.filter(|stretch| !stretch.is_empty()) {
                    Some(stretch) => Next::At(stretch.start + self.at..stretch.end + self.at),
                    None => Next::None,
                };
            }
            if let Next::At(stretch) = next
                && first.as_ref().is_none_or(|(_, other)| stretch.start < other.start)
            {
                first = Some((form, stretch.clone()));
            }
        }
        self.at = first.as_ref()?.1.end;
        first
    }
}
