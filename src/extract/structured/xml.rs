//! XML (W3C XML 1.0) of any vocabulary. Entities are not expanded but for the five that XML has
//! and for characters by number.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::names;
use super::values::Values;
use crate::message::charset;

/// Names of elements that lay text out and say nothing of it.
const LAYOUT: &[&str] = &[
    "a",
    "b",
    "br",
    "caption",
    "content",
    "div",
    "em",
    "i",
    "item",
    "li",
    "list",
    "p",
    "paragraph",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "text",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

/// The values of a text; `None` where it is no XML.
pub(super) fn values(text: &str) -> Option<Values> {
    let record = record_name(text);
    let mut reader = reader(text);
    let mut writer = Writer { record, ..Writer::default() };
    let mut elements = 0_usize;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                writer.flush();
                elements += 1;
                writer.open(&tag, ">");
            }
            Event::Empty(tag) => {
                writer.flush();
                elements += 1;
                writer.open(&tag, "/>");
                writer.close();
            }
            Event::End(tag) => {
                writer.flush();
                writer.close();
                writer.values.words("</");
                writer.values.words(tag.name().0);
                writer.values.words(">");
            }
            Event::Text(words) => writer.pending.push_str(&words),
            Event::CData(words) => writer.pending.push_str(&words),
            Event::GeneralRef(name) => writer.reference(&name),
            Event::Comment(words) => writer.aside("<!--", &words, "-->"),
            Event::PI(words) => writer.aside("<?", &words, "?>"),
            Event::Decl(words) => writer.aside("<?", &words, "?>"),
            Event::DocType(words) => writer.aside("<!DOCTYPE ", &words, ">"),
            Event::Eof => break,
        }
    }
    writer.flush();
    (elements > 0).then_some(writer.values)
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

#[derive(Default)]
struct Writer {
    values: Values,
    /// Names of the open elements, and where each begins.
    names: String,
    starts: Vec<usize>,
    /// Text that has not ended.
    pending: String,
    /// The elements right below the root that are a record each.
    record: Option<String>,
    records: u32,
}

impl Writer {
    fn open(&mut self, tag: &BytesStart<'_>, end: &str) {
        let name = tag.name().0;
        if self.starts.len() == 1 && self.record.as_deref() == Some(name) {
            self.records = self.records.saturating_add(1);
        }
        self.starts.push(self.names.len());
        self.names.push_str(name);
        self.values.words("<");
        self.values.words(name);
        for attribute in tag.html_attributes().with_checks(false) {
            let Ok(attribute) = attribute else { continue };
            let key = attribute.key.0;
            let value = unescape(&attribute.value).unwrap_or(attribute.value.clone());
            self.values.words(" ");
            self.values.words(key);
            self.values.words("=\"");
            if key.starts_with("xmlns") {
                self.values.words(&value);
            } else {
                let (outer, inner) = match key {
                    "value" | "extension" => (self.name(1), self.name(0)),
                    _ => (self.name(0), key),
                };
                let record = (self.records > 0).then_some(self.records);
                let label = names::label(outer, inner);
                self.values.value(|| label, &value, record);
            }
            self.values.words("\"");
        }
        self.values.words(end);
    }

    fn close(&mut self) {
        if let Some(start) = self.starts.pop() {
            self.names.truncate(start);
        }
    }

    /// The name of an open element, counted from the innermost; none for what only lays out.
    fn name(&self, outwards: usize) -> &str {
        let last = self.starts.len().checked_sub(outwards + 1);
        let Some(index) = last else { return "" };
        let start = self.starts.get(index).copied().unwrap_or_default();
        let end = self.starts.get(index + 1).copied().unwrap_or(self.names.len());
        let name = self.names.get(start..end).unwrap_or_default();
        if LAYOUT.contains(&name) { "" } else { name }
    }

    fn reference(&mut self, name: &str) {
        let character = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            name => name.strip_prefix('#').and_then(|number| {
                let hexadecimal = number.strip_prefix(['x', 'X']);
                let number = match hexadecimal {
                    Some(number) => u32::from_str_radix(number, 16),
                    None => number.parse(),
                };
                number.ok().and_then(char::from_u32)
            }),
        };
        match character {
            Some(character) => self.pending.push(character),
            None => {
                self.pending.push('&');
                self.pending.push_str(name);
                self.pending.push(';');
            }
        }
    }

    fn aside(&mut self, start: &str, words: &str, end: &str) {
        self.flush();
        self.values.words(start);
        self.values.words(words);
        self.values.words(end);
    }

    /// Writes the text that has ended.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let value = pending.trim();
        let (before, rest) = pending.split_at(pending.len() - pending.trim_start().len());
        self.values.words(before);
        if !value.is_empty() {
            let record = (self.records > 0).then_some(self.records);
            let label = Some(self.name(0))
                .filter(|name| !name.is_empty())
                .and_then(|name| names::label(self.name(1), name));
            self.values.value(|| label, value, record);
            self.values.words(rest.get(value.len()..).unwrap_or_default());
        }
        self.pending = pending;
        self.pending.clear();
    }
}

/// The name of the elements right below the root, where most of them have one.
fn record_name(text: &str) -> Option<String> {
    let mut reader = reader(text);
    let mut names: HashMap<String, u32> = HashMap::new();
    let mut depth = 0_usize;
    let mut all = 0;
    loop {
        let (name, inner) = match reader.read_event().ok()? {
            Event::Start(tag) => (tag.name().0.to_owned(), 1),
            Event::Empty(tag) => (tag.name().0.to_owned(), 0),
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        if depth == 1 {
            all += 1;
            if names.len() < 1000 {
                *names.entry(name).or_default() += 1;
            }
        }
        depth += inner;
    }
    let (name, count) = names.into_iter().max_by_key(|(_, count)| *count)?;
    (count > 1 && count * 2 > all).then_some(name)
}

/// The texts of a part of a package, with the names of their elements, up to the first fault.
pub(in crate::extract) fn elements(bytes: &[u8]) -> Vec<(String, String)> {
    let decoded = charset::decode(bytes, charset::declared_in_markup(bytes).as_deref());
    let mut reader = reader(&decoded.text);
    let mut found = Vec::new();
    let mut name = String::new();
    let mut pending = Writer::default();
    loop {
        let event = reader.read_event().unwrap_or(Event::Eof);
        match &event {
            Event::Text(words) => pending.pending.push_str(words),
            Event::CData(words) => pending.pending.push_str(words),
            Event::GeneralRef(name) => pending.reference(name),
            _ => {
                let words = std::mem::take(&mut pending.pending);
                if !words.trim().is_empty() {
                    found.push((name.clone(), words.trim().to_owned()));
                }
            }
        }
        match &event {
            Event::Start(tag) => {
                let local = tag.name().local_name().into_inner();
                local.get(..local.len().min(64)).unwrap_or_default().clone_into(&mut name);
            }
            Event::End(_) => name.clear(),
            Event::Eof => return found,
            _ => {}
        }
    }
}
