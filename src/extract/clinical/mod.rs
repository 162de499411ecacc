//! Formats that are made for medical records. Where one stands in a text, a body as well as a file, it
//! is taken out and read as a chart: labelled values, one record a patient.
//!
//! ```text
//!  text --find--> stretches of HL7 v2, X12, ... --read--> Chart --> Text, facts, outline
//!    +----------> what stands around them
//! ```

mod cda;
mod chart;
mod days;
pub(super) mod document;
mod fhir;
mod health_card;
mod inline;
mod nobody;
mod people;
mod script;
mod tree;
mod words;
mod xdm;

use std::ops::Range;

use super::leaf::Leaf;
use super::normal::normal;
use super::output::{Flow, Stop};
use super::walk::Walk;
use super::{plain, sniff};
use crate::message::charset;
use crate::text::Standard;
use chart::Chart;

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
    Form { standard: Standard::HealthCard, find: health_card::find, read: health_card::read },
    Form { standard: Standard::Fhir, find: inline::find_resource, read: inline::read },
    Form { standard: Standard::Cda, find: inline::find_document, read: inline::read },
];

/// How files begin that hold nothing else, a sign behind it: a file of one of these may have control
/// characters between its fields, and is text all the same.
const BEGINNINGS: &[&[u8]] = &[b"MSH", b"FHS", b"BHS", b"ISA", b"UNA", b"UNB", b"UIB"];

/// Whether a part begins as one of these formats.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    let start = leaf.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(leaf.bytes);
    // The frame of MLLP begins with a vertical tab (HL7 v2 appendix C).
    let start = start.trim_ascii_start();
    let start = start.strip_prefix(b"\x0B").unwrap_or(start);
    let begins = |name: &&&[u8]| start.get(name.len()).is_some_and(|sign| is_sign(*sign));
    let name = BEGINNINGS.iter().filter(|name| start.starts_with(name)).find(begins);
    name.is_some() && first(&String::from_utf8_lossy(leaf.bytes)).is_some()
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
    let mut rest = text;
    let mut found = false;
    while let Some((form, stretch)) = first(rest) {
        found = true;
        let Range { start, end } = stretch;
        around.push_str(rest.get(..start).unwrap_or_default());
        around.push('\n');
        let mut chart = Chart::new(form.standard);
        (form.read)(rest.get(start..end).unwrap_or_default(), &mut chart);
        chart.hand_over(walk, leaf)?;
        rest = rest.get(end..).unwrap_or_default();
    }
    around.push_str(rest);
    Ok(found.then_some(around))
}

/// The first stretch of any format.
fn first(text: &str) -> Option<(&'static Form, Range<usize>)> {
    let stretches = FORMS.iter().filter_map(|form| Some((form, (form.find)(text)?)));
    stretches.filter(|(_, stretch)| stretch.end > stretch.start).min_by_key(|(_, at)| at.start)
}
