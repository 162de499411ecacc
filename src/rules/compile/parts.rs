//! Pieces of patterns that have names: `(?&person)` in a pattern stands for the part `person`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;

use super::Compiler;
use crate::rules::file::{PartEntry, RuleFile};
use crate::rules::pattern::{BadPattern, MOST_WRITTEN, parse};

/// What stands before the name of a part in a pattern.
const OPENS: &str = "(?&";

/// How deep shared parts may use each other.
const DEEPEST: usize = 8;

/// The parts of a rule, each with its own parts put in.
#[derive(Default)]
pub(super) struct Parts {
    whole: BTreeMap<String, String>,
    used: BTreeSet<String>,
    /// Parts that the rule has and that are faulty.
    faulty: BTreeSet<String>,
}

/// Why parts can't be put into a pattern.
enum BadPart {
    /// No part has the name; where it stands.
    Unknown { at: Range<usize>, name: String },
    /// The pattern has grown past [`MOST_WRITTEN`].
    TooLarge,
}

impl Compiler<'_> {
    /// The parts of the rule, in such an order that each finds those it uses.
    pub(super) fn parts(&mut self, file: &RuleFile) -> Parts {
        let mut parts = Parts::default();
        let mut open: Vec<(&Spanned<String>, Spanned<String>)> = Vec::new();
        for (name, entry) in &file.parts {
            match self.part_text(entry) {
                Some(text) => open.push((name, text)),
                None => parts.fail(name),
            }
        }
        while !open.is_empty() {
            let names: Vec<String> = open.iter().map(|(name, _)| name.get_ref().clone()).collect();
            let waits = |text: &Spanned<String>| {
                references(text.get_ref()).any(|(_, used)| names.iter().any(|name| name == used))
            };
            let (later, now): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|(_, text)| waits(text));
            if now.is_empty() {
                for (name, _) in &later {
                    parts.fail(name);
                    let message = format!("the part `{}` uses itself", name.get_ref());
                    self.fault("R044", name.span(), message);
                }
                break;
            }
            for (name, text) in now {
                match self.put_in(&text, &mut parts) {
                    Some(whole) if self.reads(&text, &whole) => {
                        parts.whole.insert(name.get_ref().clone(), whole);
                    }
                    _ => parts.fail(name),
                }
            }
            open = later;
        }
        parts
    }

    fn part_text(&mut self, entry: &Spanned<PartEntry>) -> Option<Spanned<String>> {
        match entry.get_ref() {
            PartEntry::Inline(text) => Some(Spanned::new(entry.span(), text.clone())),
            PartEntry::Shared(name) => {
                let text = self.shared_part(name.get_ref(), name.span(), DEEPEST)?;
                Some(Spanned::new(name.span(), text))
            }
        }
    }

    /// A shared part, with those put in that it uses: other shared ones, by their names.
    fn shared_part(&mut self, name: &str, span: Range<usize>, depth: usize) -> Option<String> {
        let text = self.lists.part(name);
        let text = self.missing(span.clone(), "part", text)?;
        let mut parts = Parts::default();
        for (_, used) in references(&text) {
            if depth == 0 {
                self.fault("R044", span, format!("the shared part `{name}` uses itself"));
                return None;
            }
            let part = self.shared_part(used, span.clone(), depth - 1)?;
            parts.whole.insert(used.to_owned(), part);
        }
        self.put_in(&Spanned::new(span, text), &mut parts)
    }

    /// Whether a part is a pattern by itself: a fault is told here and not for each use.
    fn reads(&mut self, written: &Spanned<String>, whole: &str) -> bool {
        let Err(fault) = parse(&enclosed(whole)) else { return true };
        if let BadPattern::Syntax { message, .. } = fault {
            let message = format!("the part is no regular expression: {message}");
            self.fault("R013", written.span(), message);
        }
        false
    }

    /// A pattern with its parts put in; `None` when that is not possible, which is told, or was.
    pub(super) fn put_in(
        &mut self,
        written: &Spanned<String>,
        parts: &mut Parts,
    ) -> Option<String> {
        match parts.put_into(written.get_ref()) {
            Ok(whole) => Some(whole),
            Err(BadPart::Unknown { name, .. }) if parts.faulty.contains(&name) => None,
            Err(BadPart::Unknown { at, name }) => {
                let span = self.inside(written, at);
                self.fault("R043", span, format!("[parts] has no part `{name}`"));
                None
            }
            Err(BadPart::TooLarge) => {
                self.too_large(written.span());
                None
            }
        }
    }

    pub(super) fn unused_parts(&mut self, file: &RuleFile, parts: &Parts) {
        for name in file.parts.keys() {
            if !parts.used.contains(name.get_ref()) {
                self.fault("R012", name.span(), format!("no pattern uses `{}`", name.get_ref()));
            }
        }
    }
}

impl Parts {
    fn fail(&mut self, name: &Spanned<String>) {
        self.faulty.insert(name.get_ref().clone());
    }

    fn put_into(&mut self, written: &str) -> Result<String, BadPart> {
        let mut whole = String::with_capacity(written.len());
        let mut from = 0;
        for (at, name) in references(written) {
            let Some(part) = self.whole.get(name) else {
                return Err(BadPart::Unknown { at, name: name.to_owned() });
            };
            whole.push_str(written.get(from..at.start).unwrap_or_default());
            whole.push_str(&enclosed(part));
            if whole.len() > MOST_WRITTEN {
                return Err(BadPart::TooLarge);
            }
            self.used.insert(name.to_owned());
            from = at.end;
        }
        whole.push_str(written.get(from..).unwrap_or_default());
        Ok(whole)
    }
}

/// A part as a group. Its blanks mean what they mean in the part, whatever is around.
fn enclosed(part: &str) -> String {
    // A comment at its end would take the parenthesis that closes the group.
    let end = if part.starts_with("(?x)") { "\n" } else { "" };
    format!("(?-x:{}{end})", part.trim_end())
}

/// Where the names of parts stand in a pattern, and which.
fn references(written: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    written.match_indices(OPENS).filter_map(move |(start, _)| {
        let backslashes = written.get(..start)?.bytes().rev().take_while(|b| *b == b'\\').count();
        let (name, _) = written.get(start + OPENS.len()..)?.split_once(')')?;
        let end = start + OPENS.len() + name.len() + 1;
        (backslashes % 2 == 0).then_some((start..end, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(of: &[(&str, &str)]) -> Parts {
        let whole = of.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        Parts { whole, ..Parts::default() }
    }

    #[test]
    fn a_part_stands_for_itself_as_a_group() {
        let mut parts = parts(&[("day", "mon|tue"), ("at", "(?x) a t # when\n")]);
        let whole = parts.put_into("on (?&day) (?&at)").unwrap_or_default();
        assert_eq!(whole, "on (?-x:mon|tue) (?-x:(?x) a t # when\n)");
        assert_eq!(parts.used, ["day", "at"].map(String::from).into());
    }

    #[test]
    fn a_parenthesis_that_is_escaped_opens_nothing() {
        let found: Vec<_> = references(r"\(?&a) \\(?&b) (?&c").map(|(_, name)| name).collect();
        assert_eq!(found, ["b"]);
    }

    #[test]
    fn a_name_of_no_part_is_told_with_its_place() {
        let outcome = parts(&[]).put_into("x(?&y)");
        assert!(
            matches!(outcome, Err(BadPart::Unknown { at, name }) if at == (1..6) && name == "y")
        );
    }

    #[test]
    fn parts_of_parts_do_not_grow_without_bound() {
        let half = "a".repeat(MOST_WRITTEN / 2);
        assert!(matches!(parts(&[("a", &half)]).put_into("(?&a)(?&a)"), Err(BadPart::TooLarge)));
    }
}
