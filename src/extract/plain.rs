//! Plain text in any character set, wrapped or flowed (RFC 3676).

use super::leaf::Leaf;
use super::normal::normal;
use super::output::Flow;
use super::walk::Walk;
use super::{clinical, debris, inline, sniff};
use crate::limits::Cause;
use crate::message::charset;
use crate::secret::Secret;

/// Reads a part as plain text.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let label = leaf.content.charset();
    let decoded = charset::decode(leaf.bytes, label.as_deref().map(str::as_bytes));
    if decoded.garbled || !sniff::is_text(leaf.bytes) && !is_ebcdic(label.as_deref()) {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    }
    let around = clinical::take(walk, leaf, &decoded.text)?;
    let mut text = leaf.text(normal(around.as_deref().unwrap_or(&decoded.text)));
    inline::take(walk, leaf, &mut text)?;
    if let Some(flow) = Flowed::declared(leaf) {
        text.content = Secret::new(flow.join(text.content.expose()));
    }
    if sniff::has_words(text.content.expose()) {
        walk.out.text(text);
    }
    debris::read(walk, leaf)
}

/// Text in EBCDIC is full of bytes that are control characters elsewhere.
fn is_ebcdic(label: Option<&str>) -> bool {
    label.is_some_and(|label| charset::decode(&[0xC1], Some(label.as_bytes())).text == "A")
}

/// What a format=flowed parameter asks for.
struct Flowed {
    /// Whether the space that marks a soft line break is part of the text.
    delete_space: bool,
}

impl Flowed {
    fn declared(leaf: &Leaf<'_>) -> Option<Self> {
        let parameters = &leaf.content.parameters;
        let says = |name: &str, word: &str| {
            parameters.first(name).is_some_and(|value| value.eq_ignore_ascii_case(word))
        };
        says("format", "flowed").then(|| Self { delete_space: says("delsp", "yes") })
    }

    /// Joins lines that end in a space with the next of the same quote depth; takes off the space
    /// that is stuffed before lines (RFC 3676 section 4.4).
    fn join(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut open: Option<usize> = None;
        for line in text.split_inclusive('\n') {
            let (line, ends) = match line.strip_suffix('\n') {
                Some(line) => (line, true),
                None => (line, false),
            };
            let depth = line.bytes().take_while(|&b| b == b'>').count();
            let (quotes, rest) = line.split_at_checked(depth).unwrap_or(("", line));
            let rest = rest.strip_prefix(' ').unwrap_or(rest);
            match open {
                Some(before) if before == depth && rest != "-- " => {}
                Some(_) => out.push('\n'),
                None => {}
            }
            if open != Some(depth) || rest == "-- " {
                out.push_str(quotes);
                if depth > 0 {
                    out.push(' ');
                }
            }
            let flows = ends && rest.ends_with(' ') && rest != "-- ";
            let kept = if flows && self.delete_space { rest.trim_end_matches(' ') } else { rest };
            out.push_str(kept);
            open = flows.then_some(depth);
            if ends && !flows {
                out.push('\n');
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Flowed;

    #[test]
    fn flowed_lines_are_joined_within_their_quote_depth() {
        let flowed = Flowed { delete_space: false };
        let text =
            "Patient SSN \nis 536-22-8471\n> quoted \n> words\n>> deeper \n end\n-- \nJane\n";
        assert_eq!(
            flowed.join(text),
            "Patient SSN is 536-22-8471\n> quoted words\n>> deeper \nend\n-- \nJane\n"
        );
    }

    #[test]
    fn the_space_of_a_soft_break_can_be_none_of_the_text() {
        let flowed = Flowed { delete_space: true };
        assert_eq!(flowed.join("536-22- \n8471\n"), "536-22-8471\n");
        assert_eq!(flowed.join(" >not a quote\n From here\n"), ">not a quote\nFrom here\n");
    }
}
