//! Finds and reads the config file.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::{self, permissions};
use super::{Config, Listen};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Where the config file is when nobody says otherwise. It may be missing there.
pub const DEFAULT_PATH: &str = "/etc/phi-milter/phi-milter.toml";

/// Reads the config file, the given one or the default one, and hands back the config with
/// warnings about it. Relative paths in it are made absolute, counted from the file's folder.
/// When the default file is missing, that is `Config::default()`.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn load(given: Option<&Path>) -> Result<(Config, Diagnostics), Diagnostics> {
    let path = given.unwrap_or(Path::new(DEFAULT_PATH));
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if given.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok((Config::default(), Diagnostics::default()));
        }
        Err(error) => {
            return Err(Diagnostic::error("C001", &path, format!("cannot be read: {error}")).into());
        }
    };
    let Ok(source) = String::from_utf8(bytes) else {
        return Err(Diagnostic::error("C001", &path, "is not UTF-8 text").into());
    };
    let (mut config, mut warnings) = parse(&path, &source)?;
    permissions(&path, &mut warnings);
    anchor(&mut config, path.parent().unwrap_or(Path::new("/")));
    Ok((config, warnings))
}

fn parse(path: &Path, source: &str) -> Result<(Config, Diagnostics), Diagnostics> {
    let (table, errors) = DeTable::parse_recoverable(source);
    if !errors.is_empty() {
        let mut found = Diagnostics::default();
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            found.push(Diagnostic::error("C002", path, error.message()).at(source, span));
        }
        return Err(found);
    }
    let mut found = Diagnostics::default();
    let mut file = File { path, source, table: table.get_ref(), found: &mut found };
    file.keys();
    if found.has_errors() {
        return Err(in_order(found));
    }
    let config = Config::deserialize(toml::Deserializer::from(table.clone())).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        Diagnostic::error("C004", path, error.message()).at(source, span)
    })?;
    let mut file = File { path, source, table: table.get_ref(), found: &mut found };
    check::values(&config, &mut file);
    let found = in_order(found);
    if found.has_errors() { Err(found) } else { Ok((config, found)) }
}

fn in_order(mut found: Diagnostics) -> Diagnostics {
    found.0.sort_by_key(|found| found.place.as_ref().map(|place| (place.line, place.column)));
    found
}

/// A config file being read: where each value stands, and what was found wrong so far.
pub(super) struct File<'a> {
    path: &'a Path,
    source: &'a str,
    table: &'a DeTable<'a>,
    found: &'a mut Diagnostics,
}

impl File<'_> {
    /// Reports an error at a value, given as `["table", "key"]`, or without a place when the file
    /// does not hold it.
    pub(super) fn error(&mut self, code: &'static str, key: &[&str], message: String, help: &str) {
        self.report(Diagnostic::error(code, self.path, message), key, None, help);
    }

    /// The same, at one item of a list.
    pub(super) fn error_in_list(
        &mut self,
        code: &'static str,
        key: &[&str],
        item: usize,
        message: String,
        help: &str,
    ) {
        self.report(Diagnostic::error(code, self.path, message), key, Some(item), help);
    }

    /// Reports something that somebody should look at.
    pub(super) fn warn(&mut self, code: &'static str, key: &[&str], message: String, help: &str) {
        self.report(Diagnostic::warning(code, self.path, message), key, None, help);
    }

    fn report(&mut self, found: Diagnostic, key: &[&str], item: Option<usize>, help: &str) {
        let found = if help.is_empty() { found } else { found.help(help) };
        self.found.push(match self.span(key, item) {
            Some(span) => found.at(self.source, span),
            None => found,
        });
    }

    /// The first of two keys that the file itself sets; the other one has its default.
    pub(super) fn set_one<'k>(&self, keys: [[&'k str; 2]; 2]) -> [&'k str; 2] {
        let [first, second] = keys;
        if self.span(&first, None).is_some() { first } else { second }
    }

    fn span(&self, key: &[&str], item: Option<usize>) -> Option<Range<usize>> {
        let (first, rest) = key.split_first()?;
        let mut value = self.table.get(*first)?;
        for name in rest {
            value = value.get_ref().as_table()?.get(*name)?;
        }
        match item {
            None => Some(value.span()),
            Some(item) => value.get_ref().as_array()?.get(item).map(Spanned::span),
        }
    }

    /// Reports every unknown key and every value of the wrong kind, each on its own.
    fn keys(&mut self) {
        // The model itself says which keys there are.
        let Ok(serde_json::Value::Object(model)) = serde_json::to_value(Config::default()) else {
            return;
        };
        for (name, value) in self.table {
            let (key, span) = (name.get_ref().as_ref(), name.span());
            match (model.get(key), value.get_ref()) {
                (None, _) => {
                    self.unknown(&format!("unknown key `{key}`"), span, model.keys());
                }
                (Some(serde_json::Value::Object(known)), DeValue::Table(table)) => {
                    for (inner, value) in table {
                        let (word, span) = (inner.get_ref().as_ref(), inner.span());
                        if known.contains_key(word) {
                            let one = DeTable::from_iter([(inner.clone(), value.clone())]);
                            let one = Spanned::new(value.span(), DeValue::Table(one));
                            self.value(DeTable::from_iter([(name.clone(), one)]), value.span());
                        } else {
                            let message = format!("unknown key `{word}` in [{key}]");
                            self.unknown(&message, span, known.keys());
                        }
                    }
                }
                (Some(serde_json::Value::Object(_)), _) => {
                    let message = format!("`{key}` is a table, written [{key}]");
                    let found = Diagnostic::error("C004", self.path, message);
                    self.found.push(found.at(self.source, value.span()));
                }
                (Some(_), _) => {
                    let one = DeTable::from_iter([(name.clone(), value.clone())]);
                    self.value(one, value.span());
                }
            }
        }
    }

    fn unknown<'k>(
        &mut self,
        message: &str,
        span: Range<usize>,
        known: impl Iterator<Item = &'k String>,
    ) {
        let known: Vec<&str> = known.map(String::as_str).collect();
        self.found.push(
            Diagnostic::error("C003", self.path, message)
                .at(self.source, span)
                .help(format!("known here: {}", known.join(", "))),
        );
    }

    fn value(&mut self, only: DeTable<'_>, span: Range<usize>) {
        let only = Spanned::new(span.clone(), only);
        if let Err(error) = Config::deserialize(toml::Deserializer::from(only)) {
            let message = plain(error.message());
            let span = error.span().unwrap_or(span);
            self.found.push(Diagnostic::error("C004", self.path, message).at(self.source, span));
        }
    }
}

/// What serde says, in the words of somebody who writes a config.
fn plain(message: &str) -> String {
    if message == "wanted string or table" {
        return "a string is wanted".into();
    }
    let Some((got, wanted)) = message.split_once(", expected ") else {
        return message.to_owned();
    };
    if let Some(name) = got.strip_prefix("unknown variant ") {
        return format!(
            "unknown name {name}, known here: {}",
            wanted.trim_start_matches("one of ")
        );
    }
    let got = got.trim_start_matches("invalid type: ").trim_start_matches("invalid value: ");
    let wanted = match wanted {
        "u32" => "a whole number from 0 to 4294967295",
        "path string" => "a path",
        "a sequence" => "a list",
        "a boolean" => "true or false",
        plain => plain,
    };
    format!("{wanted} is wanted, this is the {got}")
}

/// Counts relative paths from the folder of the config file.
fn anchor(config: &mut Config, folder: &Path) {
    let absolute = |path: &mut PathBuf| *path = folder.join(&*path);
    config.rules.paths.iter_mut().flatten().for_each(absolute);
    config.rules.policy.iter_mut().for_each(absolute);
    config.read.passwords.iter_mut().for_each(absolute);
    absolute(&mut config.log.socket);
    if let Ok(Listen::Unix(path)) = Listen::parse(&config.milter.socket) {
        config.milter.socket = format!("unix:{}", folder.join(path).display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Mode;

    fn written(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phi-milter.toml");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn relative_paths_count_from_the_folder_of_the_file() {
        let (folder, path) = written(
            b"[milter]\nsocket = 'unix:m.sock'\n[rules]\npaths = ['rules', '/r']\npolicy = 'p.toml'\n\
              [read]\npasswords = 'words'\n\
              [log]\nsocket = 'log'\n",
        );
        let (config, _) = load(Some(&path)).unwrap();
        let here = folder.path();
        assert_eq!(config.milter.socket, format!("unix:{}/m.sock", here.display()));
        assert_eq!(config.rules.paths, Some(vec![here.join("rules"), "/r".into()]));
        assert_eq!(config.rules.policy, Some(here.join("p.toml")));
        assert_eq!(config.read.passwords, Some(here.join("words")));
        assert_eq!(config.log.socket, here.join("log"));
    }

    #[test]
    fn an_empty_file_is_the_default_config() {
        let (_folder, path) = written(b"");
        assert_eq!(load(Some(&path)).unwrap().0, Config::default());
    }

    #[test]
    fn enforcing_passes_with_one_real_domain_and_fails_without_any() {
        let codes = |inside: &str| {
            let text = format!("mode = 'enforce'\n[network]\ninside = {inside}\n");
            let (_folder, path) = written(text.as_bytes());
            load(Some(&path)).map(|(config, _)| config.mode).map_err(|found| found.0[0].code)
        };
        for empty in ["[]", "['clinic.example']", "['.example.org', 'example']"] {
            assert_eq!(codes(empty), Err("C014"), "{empty}");
        }
        assert_eq!(codes("['clinic.test', 'hospital.example']"), Ok(Mode::Enforce));
        assert_eq!(codes("['notexample.org']"), Ok(Mode::Enforce));
    }

    #[test]
    fn a_file_that_is_not_text_is_refused() {
        let (_folder, path) = written(b"mode = '\xff'");
        assert_eq!(load(Some(&path)).unwrap_err().0[0].code, "C001");
    }
}
