//! The policy file: `[[policy]]` after `[[policy]]`, the first that holds wins.

mod addresses;
mod clause;
mod condition;
mod reader;

use std::collections::HashMap;
use std::path::Path;

use toml::de::DeTable;

use super::condition::Clause;
use super::judge::Policy;
use super::reachable;
use crate::config::Mode;
use crate::diagnostic::{Diagnostic, Diagnostics};
use reader::{Reader, Span};

/// Reads a policy file and hands back what it says, with warnings about it. `rule_exists` tells
/// which ids the rule set has.
///
/// # Errors
/// Everything that is wrong with the file, in the order of its lines.
pub fn load(
    path: &Path,
    rule_exists: &dyn Fn(&str) -> bool,
) -> Result<(Policy, Diagnostics), Diagnostics> {
    let source = match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(source)) => source,
        Ok(Err(_)) => return Err(Diagnostic::error("P001", path, "is not UTF-8 text").into()),
        Err(error) => {
            return Err(Diagnostic::error("P001", path, format!("cannot be read: {error}")).into());
        }
    };
    from_text(path, &source, rule_exists)
}

/// Reads the text of a policy file as [`load`] does; the path stands in diagnostics, and lists
/// beside the file are looked for from it.
///
/// # Errors
/// As [`load`].
pub fn from_text(
    path: &Path,
    source: &str,
    rule_exists: &dyn Fn(&str) -> bool,
) -> Result<(Policy, Diagnostics), Diagnostics> {
    let mut reader = Reader::new(path, source, rule_exists);
    let clauses = match DeTable::parse(source) {
        Ok(table) => clauses(&mut reader, table.get_ref()),
        Err(error) => {
            reader.error("P002", error.span().unwrap_or(0..0), error.message());
            Vec::new()
        }
    };
    let found = reader.finish();
    let clauses = clauses.into_iter().map(|(clause, _)| clause).collect();
    if found.has_errors() { Err(found) } else { Ok((Policy::new(clauses), found)) }
}

/// Findings that policies name, so that a file says once what it asks for in many places.
fn definitions(reader: &mut Reader<'_>, table: &DeTable<'_>) {
    let Some(value) = table.get("define") else { return };
    let Some(definitions) = reader.table(value, "`define`") else { return };
    for (name, value) in definitions {
        if let Some(selector) = condition::selector(reader, value, "`define`") {
            reader.define(name.get_ref(), selector);
        }
    }
}

fn clauses(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Vec<(Clause, Places)> {
    reader.known_keys(table, &["define", "policy"], "a policy file");
    definitions(reader, table);
    let policies = table.get("policy").map(|value| (value.get_ref().as_array(), value.span()));
    let policies = match policies {
        Some((Some(policies), _)) if !policies.is_empty() => policies,
        Some((None | Some(_), span)) => {
            reader.error("P004", span, "policies are written as tables: [[policy]]");
            return Vec::new();
        }
        None => {
            reader.error("P008", 0..0, "there is no policy");
            reader.help("end the file with a [[policy]] that has no `when`");
            return Vec::new();
        }
    };
    let read: Vec<Option<(Clause, Places)>> =
        policies.iter().map(|value| clause::read(reader, value)).collect();
    // What is missing here was reported; what follows would only echo it.
    if reader.has_errors() {
        let ids = read.iter().flatten().map(|(clause, places)| (&*clause.id, places));
        duplicates(reader, ids);
        return Vec::new();
    }
    let clauses: Vec<(Clause, Places)> = read.into_iter().flatten().collect();
    duplicates(reader, clauses.iter().map(|(clause, places)| (&*clause.id, places)));
    order(reader, &clauses);
    clauses
}

/// Where in the file a policy stands.
pub(super) struct Places {
    /// Its header or its id.
    pub(super) id: Span,
    /// Its condition, when it has one.
    pub(super) when: Option<Span>,
    /// Its mode, when it has one.
    pub(super) mode: Option<Span>,
}

fn duplicates<'c>(reader: &mut Reader<'_>, ids: impl Iterator<Item = (&'c str, &'c Places)>) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (id, places) in ids {
        let line = reader.line(&places.id);
        if let Some(first) = seen.get(id) {
            let message = format!("the id \"{id}\" is taken by the policy in line {first}");
            reader.error("P007", places.id.clone(), message);
        } else {
            seen.insert(id, line);
        }
    }
}

/// Only the last policy has no condition, and every policy can be reached.
fn order(reader: &mut Reader<'_>, clauses: &[(Clause, Places)]) {
    let Some(((last, places), earlier)) = clauses.split_last() else { return };
    if !last.when.is_empty() {
        let span = places.when.clone().unwrap_or(places.id.clone());
        reader.error(
            "P008",
            span,
            "the last policy has a condition: mail may meet no policy at all",
        );
        reader.help("end the file with a [[policy]] that has no `when`");
        return;
    }
    if last.mode == Mode::Monitor {
        let span = places.mode.clone().unwrap_or(places.id.clone());
        reader.error("P020", span, "the last policy is in monitor mode: nothing stands behind it");
    }
    for (clause, places) in earlier {
        if clause.when.is_empty() {
            reader.error("P009", places.id.clone(), "only the last policy may have no condition");
            reader.help("no message reaches the policies after it");
        }
    }
    for (i, (later, places)) in earlier.iter().enumerate() {
        let shadow = earlier.iter().take(i).find(|(earlier, _)| reachable::shadows(earlier, later));
        if let Some((earlier, _)) = shadow.filter(|(earlier, _)| !earlier.when.is_empty()) {
            let message = format!(
                "policy \"{}\" can never be reached: whatever meets it meets \"{}\" first",
                later.id, earlier.id
            );
            reader.error("P010", places.id.clone(), message);
            reader.help("put the narrower policy first, or remove one");
        }
    }
}
