//! Takes typed values out of TOML and says where and why one is not what it should be.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::limits::Bytes;
use crate::policy::condition::Selector;

/// Bytes of the file.
pub(in crate::policy) type Span = Range<usize>;

/// A value and where it stands.
pub(super) type Value<'v> = Spanned<DeValue<'v>>;

/// A policy file being read.
pub(super) struct Reader<'a> {
    path: &'a Path,
    source: &'a str,
    rule_exists: &'a dyn Fn(&str) -> bool,
    /// What `[define]` gives a name.
    defined: BTreeMap<String, Selector>,
    found: Diagnostics,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        path: &'a Path,
        source: &'a str,
        rule_exists: &'a dyn Fn(&str) -> bool,
    ) -> Self {
        Self { path, source, rule_exists, defined: BTreeMap::new(), found: Diagnostics::default() }
    }

    /// Everything that was found, in the order of the file's lines.
    pub(super) fn finish(mut self) -> Diagnostics {
        self.found.0.sort_by_key(|found| found.place.as_ref().map(|p| (p.line, p.column)));
        self.found
    }

    pub(super) fn has_errors(&self) -> bool {
        self.found.has_errors()
    }

    pub(super) fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        let found = Diagnostic::error(code, self.path, message);
        self.found.push(found.at(self.source, span));
    }

    pub(super) fn warn(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        let found = Diagnostic::warning(code, self.path, message);
        self.found.push(found.at(self.source, span));
    }

    /// Adds to what was reported last what to do about it.
    pub(super) fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.found.0.last_mut() {
            last.help = Some(help.into());
        }
    }

    pub(super) fn line(&self, span: &Span) -> usize {
        Location::of(self.source, span.clone()).line
    }

    /// Gives findings a name for the rest of the file.
    pub(super) fn define(&mut self, name: &str, selector: Selector) {
        self.defined.insert(name.to_owned(), selector);
    }

    /// The findings that a name stands for.
    pub(super) fn defined(&mut self, value: &Value<'_>) -> Option<Selector> {
        let name = self.string(value)?;
        let selector = self.defined.get(name).cloned();
        if selector.is_none() {
            self.error("P023", value.span(), format!("[define] has no \"{name}\""));
            let names: Vec<&str> = self.defined.keys().map(String::as_str).collect();
            self.help(match names.as_slice() {
                [] => "the file defines nothing".to_owned(),
                names => format!("defined here: {}", names.join(", ")),
            });
        }
        selector
    }

    pub(super) fn rule_exists(&self, id: &str) -> bool {
        (self.rule_exists)(id)
    }

    /// A path that the file names, counted from the file's folder.
    pub(super) fn beside(&self, named: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("/")).join(named)
    }

    pub(super) fn known_keys(&mut self, table: &DeTable<'_>, known: &[&str], of: &str) {
        for key in table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            self.error("P003", key.span(), format!("unknown key `{}` in {of}", key.get_ref()));
            self.help(format!("known here: {}", known.join(", ")));
        }
    }

    pub(super) fn table<'v>(&mut self, value: &'v Value<'v>, of: &str) -> Option<&'v DeTable<'v>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_kind(value, &format!("{of} is a table"));
        }
        table
    }

    pub(super) fn list<'v>(&mut self, value: &'v Value<'v>, of: &str) -> &'v [Value<'v>] {
        match value.get_ref().as_array() {
            Some(list) if list.is_empty() => {
                self.error("P013", value.span(), "an empty list asks for nothing");
                self.help("leave the key out, or fill the list");
                &[]
            }
            Some(list) => list,
            None => {
                self.wrong_kind(value, &format!("{of} is a list"));
                &[]
            }
        }
    }

    /// One value, or a list of values that is not empty.
    pub(super) fn one_or_more<'v>(&mut self, value: &'v Value<'v>) -> &'v [Value<'v>] {
        match value.get_ref() {
            DeValue::Array(_) => self.list(value, "this"),
            _ => std::slice::from_ref(value),
        }
    }

    pub(super) fn string<'v>(&mut self, value: &'v Value<'v>) -> Option<&'v str> {
        let string = value.get_ref().as_str();
        if string.is_none() {
            self.wrong_kind(value, "a string is wanted");
        }
        string
    }

    pub(super) fn strings<'v>(&mut self, value: &'v Value<'v>) -> Vec<(&'v str, Span)> {
        self.one_or_more(value)
            .iter()
            .filter_map(|item| Some((self.string(item)?, item.span())))
            .collect()
    }

    pub(super) fn boolean(&mut self, value: &Value<'_>) -> Option<bool> {
        let boolean = value.get_ref().as_bool();
        if boolean.is_none() {
            self.wrong_kind(value, "true or false is wanted");
        }
        boolean
    }

    /// A whole number from 1.
    pub(super) fn number(&mut self, value: &Value<'_>) -> Option<u32> {
        let number = value.get_ref().as_integer();
        let Some(number) = number else {
            self.wrong_kind(value, "a whole number is wanted");
            return None;
        };
        let number = u32::from_str_radix(number.as_str(), number.radix()).ok();
        let number = number.filter(|number| *number > 0);
        if number.is_none() {
            self.error("P021", value.span(), "a whole number from 1 to 4294967295 is wanted");
        }
        number
    }

    pub(super) fn size(&mut self, value: &Value<'_>) -> Option<Bytes> {
        let size = Bytes::deserialize(ValueDeserializer::from(value.clone()));
        if size.is_err() {
            self.error("P022", value.span(), "this is not a size");
            self.help("a number with B, KiB, MiB or GiB, such as \"10 MiB\"");
        }
        size.ok()
    }

    /// One name of a closed table.
    pub(super) fn name<T: for<'de> Deserialize<'de>>(&mut self, value: &Value<'_>) -> Option<T> {
        let written = self.string(value)?;
        let name: Result<T, serde::de::value::Error> = T::deserialize(written.into_deserializer());
        match name {
            Ok(name) => Some(name),
            Err(error) => {
                let error = error.to_string();
                let known = error.split_once("expected ").map_or("", |(_, known)| known);
                self.error("P012", value.span(), format!("unknown name \"{written}\""));
                let known =
                    known.trim_start_matches("one of ").replace(" or ", ", ").replace('`', "");
                self.help(format!("known here: {known}"));
                None
            }
        }
    }

    /// One or more names of a closed table.
    pub(super) fn names<T: for<'de> Deserialize<'de>>(&mut self, value: &Value<'_>) -> Vec<T> {
        self.one_or_more(value).iter().filter_map(|item| self.name(item)).collect()
    }

    fn wrong_kind(&mut self, value: &Value<'_>, wanted: &str) {
        let kind = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let message = format!("{wanted}, this is {kind}");
        self.error("P004", value.span(), message);
    }
}
