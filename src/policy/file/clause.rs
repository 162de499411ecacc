//! One `[[policy]]`.

use std::sync::Arc;

use toml::de::DeTable;

use super::Places;
use super::condition;
use super::reader::{Reader, Value};
use crate::config::Mode;
use crate::policy::condition::{Clause, Condition};
use crate::policy::{Severity, SubjectPhi, Verdict};

const KEYS: &[&str] =
    &["id", "description", "when", "then", "phi", "severity", "mode", "subject-phi", "reply"];

pub(super) fn read(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<(Clause, Places)> {
    let table = reader.table(value, "a policy")?;
    reader.known_keys(table, KEYS, "a policy");
    if let Some(description) = table.get("description") {
        reader.string(description);
    }
    let id = id(reader, table, value);
    let when = match table.get("when") {
        Some(when) => condition::read(reader, when),
        None => Some(Condition::default()),
    };
    let then = match table.get("then") {
        Some(then) => reader.name::<Verdict>(then),
        None => {
            reader.error("P005", value.span(), "this policy does not say what happens: no `then`");
            None
        }
    };
    let phi = table.get("phi").and_then(|phi| reader.boolean(phi));
    let severity = table.get("severity").and_then(|severity| reader.name::<Severity>(severity));
    let mode = table.get("mode").and_then(|mode| reader.name::<Mode>(mode));
    let subject_phi = table.get("subject-phi").and_then(|value| reader.name::<SubjectPhi>(value));
    let reply = table.get("reply").and_then(|text| reply(reader, text));
    let (id, when, then) = (id?, when?, then?);
    effects(reader, table, then, subject_phi.unwrap_or_default());
    let places = Places {
        id: table.get("id").map_or(value.span(), Value::span),
        when: table.get("when").map(Value::span),
        mode: table.get("mode").map(Value::span),
    };
    let clause = Clause {
        id,
        when,
        then,
        phi: phi.unwrap_or(false),
        severity: severity.unwrap_or_default(),
        mode: mode.unwrap_or(Mode::Enforce),
        subject_phi: subject_phi.unwrap_or_default(),
        reply,
    };
    Some((clause, places))
}

/// Ids stand in headers, log lines and `--json`.
fn id(reader: &mut Reader<'_>, table: &DeTable<'_>, policy: &Value<'_>) -> Option<Arc<str>> {
    /// Long enough for any sentence of an id, short enough for a header line.
    const LONGEST: usize = 64;
    let Some(value) = table.get("id") else {
        reader.error("P005", policy.span(), "this policy has no `id`");
        return None;
    };
    let id = reader.string(value)?;
    let wellformed = (1..=LONGEST).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !wellformed {
        reader.error("P006", value.span(), "this cannot be an id");
        reader.help("lower case letters, digits and dashes, at most 64 of them");
        return None;
    }
    Some(id.into())
}

/// The text of a reply goes to strangers: of the message it holds nothing, of the verdict only
/// what its placeholders say.
fn reply(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Arc<str>> {
    /// A reply line has 512 bytes, RFC 5321 section 4.5.3.1.5; incident and titles need room.
    const LONGEST: usize = 300;
    const PLACEHOLDERS: &[&str] = &["{incident}", "{titles}"];
    let text = reader.string(value)?;
    let rest = PLACEHOLDERS.iter().fold(text.to_owned(), |text, known| text.replace(known, ""));
    let fault = if rest.contains(['{', '}']) {
        "the placeholders are {incident} and {titles}; other braces cannot stand here"
    } else if text.trim().is_empty() {
        "an empty reply says nothing"
    } else if !text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        "a reply is one line of printable ASCII"
    } else if text.len() > LONGEST {
        "a reply is at most 300 characters long"
    } else {
        return Some(text.into());
    };
    reader.error("P018", value.span(), fault);
    None
}

/// Warns of keys that change nothing about this verdict.
fn effects(reader: &mut Reader<'_>, table: &DeTable<'_>, then: Verdict, subject_phi: SubjectPhi) {
    if let Some(value) = table.get("subject-phi").filter(|_| then != Verdict::Encrypt) {
        let message = format!("`subject-phi` changes nothing where `then` is \"{}\"", then.name());
        reader.warn("P019", value.span(), message);
    }
    let rejects = then == Verdict::Encrypt && subject_phi == SubjectPhi::Reject;
    let replies = rejects || matches!(then, Verdict::Reject | Verdict::Defer);
    if let Some(value) = table.get("reply").filter(|_| !replies) {
        let message = format!("`reply` is never sent where `then` is \"{}\"", then.name());
        reader.warn("P019", value.span(), message);
    }
}
