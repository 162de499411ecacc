//! `when` of a policy, and what it asks of findings.

use super::addresses;
use super::reader::{Reader, Value};
use crate::policy::condition::{Condition, Join, Login, Selector};

const KEYS: &[&str] = &[
    "to", "from", "login", "tls", "all", "any", "none", "unless", "within", "same", "patients",
    "facts", "unread", "size", "subject",
];

/// Conditions that the contract names and that are not built yet.
const LATER: &[&str] = &["consent"];

const SELECTOR_KEYS: &[&str] =
    &["kind", "rule", "hipaa", "class", "confidence", "about", "place", "zone", "count"];

#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Same {
    Record,
    Part,
    Message,
}

pub(super) fn read(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Condition> {
    let table = reader.table(value, "`when`")?;
    for key in table.keys() {
        let name = key.get_ref().as_ref();
        if LATER.contains(&name) {
            reader.error("P015", key.span(), format!("`{name}` comes with a later version"));
            reader.help("this version cannot judge it, so it is refused");
        } else if !KEYS.contains(&name) {
            reader.error("P003", key.span(), format!("unknown key `{name}` in `when`"));
            reader.help(if SELECTOR_KEYS.contains(&name) {
                format!("it is asked of findings: all = [{{ {name} = ... }}]")
            } else {
                format!("known here: {}", KEYS.join(", "))
            });
        }
    }
    let mut when = Condition::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "to" => when.to = Some(addresses::read(reader, value)),
            "from" => when.from = Some(addresses::read(reader, value)),
            "login" => when.login = login(reader, value),
            "tls" => when.tls = reader.boolean(value),
            "all" => when.all = selectors(reader, value, "`all`"),
            "any" => when.any = selectors(reader, value, "`any`"),
            "none" => when.none = selectors(reader, value, "`none`"),
            "unless" => when.unless = unless(reader, value),
            "patients" => when.patients = reader.number(value),
            "facts" => when.facts = reader.names(value),
            "unread" => when.unread = reader.names(value),
            "size" => when.size = reader.size(value),
            "subject" => when.subject = triggers(reader, value),
            _ => {}
        }
    }
    let same = table.get("same");
    if let Some(value) = same {
        when.join = match reader.name::<Same>(value) {
            Some(Same::Record) => Join::Record,
            Some(Same::Part) => Join::Part,
            Some(Same::Message) | None => Join::Message,
        };
    }
    if let Some(value) = table.get("within") {
        when.join = Join::Within(reader.number(value).unwrap_or(1));
        if same.is_some() {
            reader.error("P014", value.span(), "`within` already means the same text");
            reader.help("leave out `same`, or `within`");
        }
    }
    if let Some(value) = table.get("within").or(same)
        && !(table.contains_key("all") || table.contains_key("any"))
    {
        let message = "`same` and `within` join what `all` and `any` ask for; there is neither";
        reader.error("P014", value.span(), message);
        reader.help("`none` always holds over the whole message");
    }
    if let Some(value) = table.get("unless")
        && when.all.is_empty()
        && when.any.is_empty()
        && when.patients.is_none()
    {
        let message = "`unless` says what `all`, `any` and `patients` do not count; there is none";
        reader.error("P014", value.span(), message);
        reader.help("`none` asks that a finding is nowhere in the message");
    }
    Some(when)
}

/// Each finding speaks for its part, so there is nothing to count.
fn unless(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<Selector> {
    let selectors = selectors(reader, value, "`unless`");
    if selectors.iter().any(|selector| selector.count.is_some()) {
        reader.error(
            "P014",
            value.span(),
            "one finding is enough for `unless`; `count` is for `all`, `any` and `none`",
        );
    }
    selectors
}

fn login(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Login> {
    match value.get_ref().as_bool() {
        Some(true) => Some(Login::Any),
        Some(false) => Some(Login::Absent),
        None => {
            let names = reader.strings(value);
            Some(Login::As(names.into_iter().map(|(name, _)| name.to_owned()).collect()))
        }
    }
}

/// Words in lower case, since Subjects are compared so.
fn triggers(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<String> {
    let mut triggers = Vec::new();
    for (word, span) in reader.strings(value) {
        if word.trim().is_empty() {
            reader.error("P013", span, "an empty word is in every Subject");
        }
        triggers.push(word.to_lowercase());
    }
    triggers
}

fn selectors(reader: &mut Reader<'_>, value: &Value<'_>, of: &str) -> Vec<Selector> {
    reader.list(value, of).iter().filter_map(|item| selector(reader, item, of)).collect()
}

/// Findings, described or by the name that `[define]` gives them.
pub(super) fn selector(reader: &mut Reader<'_>, value: &Value<'_>, of: &str) -> Option<Selector> {
    if value.get_ref().is_str() {
        return reader.defined(value);
    }
    let table = reader.table(value, &format!("each item of {of}"))?;
    reader.known_keys(table, SELECTOR_KEYS, of);
    let mut selector = Selector::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "kind" => selector.kind = Some(reader.names(value)),
            "rule" => selector.rule = Some(rules(reader, value)),
            "hipaa" => selector.hipaa = Some(reader.names(value)),
            "class" => selector.class = Some(reader.names(value)),
            "confidence" => selector.confidence = reader.name(value),
            "about" => selector.about = Some(reader.names(value)),
            "place" => selector.place = Some(reader.names(value)),
            "zone" => selector.zone = Some(reader.names(value)),
            "count" => selector.count = reader.number(value),
            _ => {}
        }
    }
    Some(selector)
}

fn rules(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<String> {
    let mut rules = Vec::new();
    for (id, span) in reader.strings(value) {
        if !reader.rule_exists(id) {
            reader.error("P011", span, format!("there is no rule \"{id}\""));
            reader.help("`phi-milter rules list` shows the rules that load");
        }
        rules.push(id.to_owned());
    }
    rules
}
