//! iCalendar (RFC 5545) and vCard (RFC 6350, 2426, vCard 2.1) as labelled text: one property a
//! line, its name the label, each event, task or person a record.

use std::collections::HashMap;

use super::leaf::Leaf;
use super::normal::normal;
use super::output::Flow;
use super::walk::Walk;
use super::{html, sniff};
use crate::limits::Cause;
use crate::message::{charset, transfer};
use crate::secret::Secret;
use crate::text::Field;

/// What is in a calendar or a card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cards {
    /// `NAME: value` lines.
    pub text: String,
    /// The names.
    pub labels: Vec<String>,
    /// The values, with their names and records.
    pub fields: Vec<Field>,
    /// Whether it carries files.
    pub embeds: bool,
}

/// Whether bytes begin a calendar or a card.
pub(super) fn looks_like_cards(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let head = start.get(..15.min(start.len())).unwrap_or_default();
    ["BEGIN:VCALENDAR", "BEGIN:VCARD", "BEGIN:VEVENT"].iter().any(|begin| {
        head.get(..begin.len()).is_some_and(|head| head.eq_ignore_ascii_case(begin.as_bytes()))
    })
}

/// Reads a part as a calendar or cards.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let label = leaf.content.charset();
    let decoded = charset::decode(leaf.bytes, label.as_deref().map(str::as_bytes));
    if decoded.garbled {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    }
    let cards = cards(&normal(&decoded.text));
    let mut text = leaf.text(cards.text);
    text.labels = cards.labels.into_iter().map(Secret::new).collect();
    text.fields = cards.fields;
    if sniff::has_words(text.content.expose()) {
        walk.out.text(text);
    }
    if cards.embeds {
        walk.out.unread(leaf.path, leaf.file(), Cause::Unsupported);
    }
    walk.out.time(leaf.path)
}

/// Reads content lines whose line breaks are `\n`.
#[must_use]
pub fn cards(text: &str) -> Cards {
    let mut reader = Reader::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = logical_line(rest);
        reader.line(&line);
        rest = after;
    }
    reader.cards
}

/// Properties that say nothing about anybody.
const TECHNICAL: &[&str] = &[
    "BEGIN",
    "END",
    "VERSION",
    "PRODID",
    "CALSCALE",
    "METHOD",
    "DTSTAMP",
    "CREATED",
    "LAST-MODIFIED",
    "SEQUENCE",
    "TZID",
    "TZNAME",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "RRULE",
    "TRANSP",
    "REV",
];

/// Components that are about one matter or person each.
const RECORDS: &[&str] = &["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VCARD"];

#[derive(Default)]
struct Reader {
    cards: Cards,
    indexes: HashMap<String, u32>,
    records: u32,
    record: Option<u32>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let Some(property) = Property::parse(line) else {
            // No content line: whatever it is, somebody wrote it.
            self.push(line.trim(), None);
            return;
        };
        let value = property.value.trim();
        match property.name.as_str() {
            "BEGIN" if RECORDS.contains(&value.to_ascii_uppercase().as_str()) => {
                self.records += 1;
                self.record = Some(self.records);
            }
            "END" if RECORDS.contains(&value.to_ascii_uppercase().as_str()) => self.record = None,
            name if TECHNICAL.contains(&name) => {}
            name if property.is_file() => {
                self.cards.embeds = true;
                let _ = name;
            }
            name => {
                for person in property.people() {
                    self.push(person, Some(name));
                }
                self.push(&property.words(), Some(name));
            }
        }
    }

    fn push(&mut self, value: &str, label: Option<&str>) {
        if value.is_empty() {
            return;
        }
        let text = &mut self.cards.text;
        if let Some(label) = label {
            text.push_str(label);
            text.push_str(": ");
        }
        let start = text.len();
        text.push_str(value);
        let end = text.len();
        text.push('\n');
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else { return };
        let label = label.map(|label| self.index(label));
        if label.is_some() || self.record.is_some() {
            self.cards.fields.push(Field { span: start..end, label, record: self.record });
        }
    }

    fn index(&mut self, label: &str) -> u32 {
        if let Some(&index) = self.indexes.get(label) {
            return index;
        }
        let index = u32::try_from(self.cards.labels.len()).unwrap_or(u32::MAX);
        self.cards.labels.push(label.to_owned());
        self.indexes.insert(label.to_owned(), index);
        index
    }
}

/// The first logical line of a text: folds undone (RFC 5545 section 3.1), and the soft line breaks
/// of quoted-printable values, which vCard 2.1 has.
fn logical_line(text: &str) -> (String, &str) {
    let (mut line, mut rest) = physical_line(text);
    let mut joined = String::new();
    let head = line.split(':').next().unwrap_or_default().to_ascii_uppercase();
    let quoted_printable = head.contains("QUOTED-PRINTABLE");
    loop {
        let soft = quoted_printable && line.ends_with('=') && !rest.is_empty();
        let folded = rest.starts_with([' ', '\t']);
        if !soft && !folded {
            break;
        }
        joined.push_str(if soft { line.trim_end_matches('=') } else { line });
        let (next, after) = physical_line(rest);
        line = if folded && !soft { next.get(1..).unwrap_or_default() } else { next };
        rest = after;
    }
    joined.push_str(line);
    (joined, rest)
}

fn physical_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// `group.NAME;PARAMETER=value:value`
struct Property<'a> {
    name: String,
    parameters: Vec<(String, &'a str)>,
    value: &'a str,
}

impl<'a> Property<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let colon = colon_outside_quotes(line)?;
        let (head, value) = line.split_at_checked(colon)?;
        let value = value.get(1..)?;
        let mut pieces = split_outside_quotes(head);
        let name = pieces.next()?.trim();
        let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
        let valid = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let parameters = pieces
            .map(|piece| {
                let (key, value) = piece.split_once('=').unwrap_or(("TYPE", piece));
                (key.trim().to_ascii_uppercase(), value.trim().trim_matches('"'))
            })
            .collect();
        valid.then(|| Self { name: name.to_ascii_uppercase(), parameters, value })
    }

    fn parameter(&self, key: &str) -> Option<&'a str> {
        self.parameters.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
    }

    fn has(&self, word: &str) -> bool {
        self.parameters.iter().any(|(_, value)| value.eq_ignore_ascii_case(word))
    }

    /// Bytes in the value, in base64 or in a `data:` URI.
    fn is_file(&self) -> bool {
        let start = self.value.get(..5).unwrap_or_default();
        self.has("BASE64") || self.has("B") || start.eq_ignore_ascii_case("data:")
    }

    /// Names of people in the parameters of ATTENDEE and ORGANIZER.
    fn people(&self) -> impl Iterator<Item = &'a str> {
        let wordy = |name: &str| matches!(name, "CN" | "X-CN" | "X-ADDRESS" | "LABEL");
        self.parameters.iter().filter(move |(name, _)| wordy(name)).map(|(_, value)| *value)
    }

    /// The value as a person reads it.
    fn words(&self) -> String {
        let decoded = if self.has("QUOTED-PRINTABLE") {
            let bytes = transfer::quoted_printable(self.value.as_bytes());
            let label = self.parameter("CHARSET").map(str::as_bytes);
            normal(&charset::decode(&bytes, label).text)
        } else {
            self.value.to_owned()
        };
        let html = self.parameter("FMTTYPE").is_some_and(|t| t.eq_ignore_ascii_case("text/html"));
        let words = unescape(&decoded);
        let words = if html { html::flatten(&words).into_inner() } else { words };
        let words = words.trim();
        match self.name.as_str() {
            "BDAY" | "DEATHDATE" | "ANNIVERSARY" | "DTSTART" | "DTEND" | "DUE" => {
                dashed_date(words).unwrap_or_else(|| words.to_owned())
            }
            _ => words.trim_start_matches("mailto:").trim_start_matches("MAILTO:").to_owned(),
        }
    }
}

/// `19710304` and `19710304T101500Z` as `1971-03-04` and `1971-03-04 10:15`: dates that a person
/// recognises, and rules with them.
fn dashed_date(value: &str) -> Option<String> {
    let date = value.get(..8).filter(|date| date.bytes().all(|b| b.is_ascii_digit()))?;
    let dashed = format!("{}-{}-{}", date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    let time = value.get(8..)?.strip_prefix('T').filter(|t| t.len() >= 4);
    Some(match time.and_then(|t| Some((t.get(..2)?, t.get(2..4)?))) {
        Some((hour, minute)) => format!("{dashed} {hour}:{minute}"),
        None => format!("{dashed}{}", value.get(8..)?),
    })
}

/// Escapes undone (RFC 5545 section 3.3.11); the semicolons between components are spaces.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(next) => out.push(next),
                None => {}
            },
            ';' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

fn colon_outside_quotes(line: &str) -> Option<usize> {
    let mut quoted = false;
    line.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b':' && !quoted
    })
}

fn split_outside_quotes(head: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    head.split(move |c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, String, Option<u32>)> {
        let found = cards(text);
        let field = |field: &Field| {
            let span = field.span.start as usize..field.span.end as usize;
            let label = field.label.map(|l| found.labels[l as usize].clone()).unwrap_or_default();
            (label, found.text.get(span).unwrap().to_owned(), field.record)
        };
        found.fields.iter().map(field).collect()
    }

    fn row(label: &str, value: &str, record: u32) -> (String, String, Option<u32>) {
        (label.to_owned(), value.to_owned(), Some(record))
    }

    #[test]
    fn events_are_records_of_labelled_values() {
        let calendar = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n\
            SUMMARY:MRI\\, Jane Roe\nDESCRIPTION;LANGUAGE=en:MRN 00\n 12345\\nSecond line\n\
            ATTENDEE;CN=\"Roe; Jane\":mailto:jane@x.example\nDTSTART:20260304T101500Z\nEND:VEVENT\n\
            BEGIN:VEVENT\nSUMMARY:b\nEND:VEVENT\nEND:VCALENDAR\n";
        assert_eq!(
            values(calendar),
            [
                row("SUMMARY", "MRI, Jane Roe", 1),
                row("DESCRIPTION", "MRN 0012345\nSecond line", 1),
                row("ATTENDEE", "Roe; Jane", 1),
                row("ATTENDEE", "jane@x.example", 1),
                row("DTSTART", "2026-03-04 10:15", 1),
                row("SUMMARY", "b", 2),
            ]
        );
    }

    #[test]
    fn cards_of_every_version_are_read() {
        let card = "BEGIN:VCARD\nVERSION:2.1\nN:Roe;Jane;;;\n\
            NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=utf-8:M=C3=BCller=\n MRN=\n 1\n\
            item1.TEL;CELL:555-0100\nBDAY:19710304\nPHOTO;ENCODING=b:AAAA\nX-MRN:7\nEND:VCARD\n";
        assert_eq!(
            values(card),
            [
                row("N", "Roe Jane", 1),
                row("NOTE", "Müller MRN 1", 1),
                row("TEL", "555-0100", 1),
                row("BDAY", "1971-03-04", 1),
                row("X-MRN", "7", 1),
            ]
        );
        assert!(cards(card).embeds);
    }

    #[test]
    fn lines_that_are_no_properties_are_text() {
        assert_eq!(cards("BEGIN:VCARD\nPatient Jane Roe\nEND:VCARD").text, "Patient Jane Roe\n");
    }

    #[test]
    fn html_descriptions_are_flattened() {
        let event = "X-ALT-DESC;FMTTYPE=text/html:<b>S</b>SN 1";
        assert_eq!(cards(event).text, "X-ALT-DESC: SSN 1\n");
    }
}
