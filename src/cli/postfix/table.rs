//! A table of header checks (header_checks(5)): which action a header field meets.

use std::path::Path;

use regex::RegexBuilder;

use super::instance::words;

/// The lines of all tables that one setting names, in order.
pub(super) struct Table {
    lines: Vec<Line>,
    /// Tables that could not be looked into, as they are named.
    pub(super) unread: Vec<String>,
}

struct Line {
    pattern: regex::Regex,
    negated: bool,
    action: String,
}

impl Table {
    /// Reads the tables of a setting such as `regexp:/etc/postfix/routes`.
    pub(super) fn read(setting: &str, file: &dyn Fn(&Path) -> Option<String>) -> Self {
        let mut table = Self { lines: Vec::new(), unread: Vec::new() };
        for (kind, source) in sources(setting) {
            let name = format!("{kind}:{source}");
            let text = match kind.as_str() {
                "regexp" | "pcre" if source.starts_with('{') => Some(inline(&source)),
                "regexp" | "pcre" => file(Path::new(&source)),
                _ => None,
            };
            match text.and_then(|text| lines(&text)) {
                Some(lines) => table.lines.extend(lines),
                None => table.unread.push(name),
            }
        }
        table
    }

    /// The action that a field meets: the first line that matches decides.
    pub(super) fn action(&self, field: &str) -> Option<&str> {
        let mut lines = self.lines.iter();
        let line = lines.find(|line| line.pattern.is_match(field) != line.negated)?;
        Some(&line.action)
    }
}

/// Where a field is sent by an action `FILTER transport:nexthop`.
pub(super) fn filter(action: &str) -> Option<(&str, &str)> {
    let (word, rest) = action.split_once(char::is_whitespace)?;
    if !word.eq_ignore_ascii_case("FILTER") {
        return None;
    }
    rest.trim().split_once(':')
}

/// Kind and source of each table; a source may be written in place, in braces.
fn sources(setting: &str) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    let (mut word, mut depth) = (String::new(), 0_i32);
    for character in setting.chars().chain([',']) {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && (character == ',' || character.is_whitespace()) {
            if let Some((kind, source)) = word.split_once(':') {
                sources.push((kind.trim().to_owned(), source.trim().to_owned()));
            }
            word.clear();
        } else {
            word.push(character);
        }
    }
    sources
}

/// `{ {/a/ HOLD}, {/b/ DUNNO} }` as lines.
fn inline(source: &str) -> String {
    let inner = source.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(source);
    words(&inner.replace("},", "} ")).join("\n")
}

/// None when a line cannot be understood: then nothing can be said of the table.
fn lines(text: &str) -> Option<Vec<Line>> {
    let mut logical: Vec<String> = Vec::new();
    for line in text.lines() {
        match logical.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(line),
            _ if line.trim().is_empty() || line.trim_start().starts_with('#') => {}
            _ => logical.push(line.to_owned()),
        }
    }
    logical.iter().map(|line| Line::read(line)).collect()
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        let line = line.trim();
        let (negated, line) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let delimiter = line.chars().next().filter(char::is_ascii_punctuation)?;
        let rest = line.get(delimiter.len_utf8()..)?;
        let mut escaped = false;
        let end = rest.char_indices().find(|(_, character)| {
            let ends = *character == delimiter && !escaped;
            escaped = *character == '\\' && !escaped;
            ends
        })?;
        let pattern = rest.get(..end.0)?;
        let after = rest.get(end.0 + delimiter.len_utf8()..)?;
        let (flags, action) = after.split_once(char::is_whitespace)?;
        let pattern =
            RegexBuilder::new(&pattern.replace(&format!("\\{delimiter}"), &delimiter.to_string()))
                // Both kinds of table ignore case unless the flag i turns that off.
                .case_insensitive(!flags.contains('i'))
                // A folded field is one text, its line breaks in it.
                .dot_matches_new_line(true)
                .build()
                .ok()?;
        Some(Self { pattern, negated, action: action.trim().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        Table::read("regexp:/t", &|_| Some(text.to_owned()))
    }

    #[test]
    fn the_first_line_that_matches_decides() {
        let table = table("# routes\n/^X-A:/ DUNNO\n/^X-/i\n  FILTER smtp-encrypt:[h]:25\n");
        assert_eq!(table.action("x-a: 1"), Some("DUNNO"));
        assert_eq!(table.action("X-B: 1"), Some("FILTER smtp-encrypt:[h]:25"));
        assert_eq!(table.action("x-b: 1"), None);
        assert!(table.unread.is_empty());
    }

    #[test]
    fn a_pattern_may_hold_its_delimiter_and_be_turned_round() {
        let table = table("!/^Subject:/ HOLD\n|a\\|b| WARN\n");
        assert_eq!(table.action("X: 1"), Some("HOLD"));
        assert_eq!(table.action("Subject: a|b"), Some("WARN"));
    }

    #[test]
    fn a_table_written_in_place_is_read() {
        let setting = "regexp:{ {/^X-PHI/ FILTER a:b}, {/x/ HOLD} }, regexp:/none, hash:/h";
        let table = Table::read(setting, &|_| None);
        assert_eq!(table.action("X-PHI: 1").and_then(filter), Some(("a", "b")));
        assert_eq!(table.action("yx"), Some("HOLD"));
        assert_eq!(table.unread, ["regexp:/none", "hash:/h"]);
    }

    #[test]
    fn a_table_with_a_line_that_nobody_understands_is_unread() {
        assert_eq!(table("if /x/\n/(/ HOLD\nendif\n").unread, ["regexp:/t"]);
    }

    #[test]
    fn a_filter_names_transport_and_next_hop() {
        assert_eq!(
            filter("FILTER smtp-encrypt:[127.0.0.1]:25"),
            Some(("smtp-encrypt", "[127.0.0.1]:25"))
        );
        assert_eq!(filter("filter smtp-encrypt:"), Some(("smtp-encrypt", "")));
        assert_eq!(filter("HOLD"), None);
    }
}
