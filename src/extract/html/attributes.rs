//! The words in attributes.

use super::tag::Tag;
use super::tokens::{Reader, Source};
use crate::message::transfer;

impl Reader {
    /// A name that HTML does not know is likely a word in angle brackets.
    pub(super) fn unknown(&mut self, tag: &Tag) {
        let mut words = String::from_utf8_lossy(&tag.name).into_owned();
        for (name, value) in tag.pairs() {
            words.push(' ');
            words.push_str(&String::from_utf8_lossy(name));
            words.push(' ');
            words.push_str(value);
        }
        self.aside(words);
    }

    pub(super) fn attributes(&mut self, tag: &Tag) {
        for (name, value) in tag.pairs() {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match name {
                b"alt" | b"placeholder" | b"label" => self.page.apart(value),
                b"value" => match tag.value(b"type") {
                    Some("hidden") => self.named(tag.value(b"name"), value),
                    _ if tag.name == b"li" => {}
                    _ => self.page.apart(value),
                },
                b"title"
                | b"aria-label"
                | b"aria-description"
                | b"aria-roledescription"
                | b"summary"
                | b"standby"
                | b"abbr" => self.aside(value.to_owned()),
                b"content" if tag.name == b"meta" => {
                    let about = tag.value(b"name").or(tag.value(b"property"));
                    if tag.value(b"http-equiv").is_none() && !about.is_some_and(is_technical) {
                        self.aside(value.to_owned());
                    }
                }
                b"srcdoc" => self.asides.push((value.to_owned(), Source::Page)),
                b"href" => self.link(value),
                b"style" => self.embeds |= value.contains("url(data:image"),
                _ if name.starts_with(b"data-") && is_wordy(value) => {
                    self.named(std::str::from_utf8(name).ok(), value);
                }
                _ => {}
            }
            let start = value.get(..5).unwrap_or_default();
            self.embeds |= start.eq_ignore_ascii_case("data:") && value.contains(',');
        }
    }

    fn named(&mut self, name: Option<&str>, value: &str) {
        self.aside(match name {
            Some(name) => format!("{name}: {value}"),
            None => value.to_owned(),
        });
    }

    /// A link to a mail holds an address, and can hold its subject and its text.
    fn link(&mut self, value: &str) {
        let scheme = value.get(..7).unwrap_or_default();
        if scheme.eq_ignore_ascii_case("mailto:") {
            let link = value.get(7..).unwrap_or_default();
            let (address, fields) = link.split_once('?').unwrap_or((link, ""));
            self.aside(address.to_owned());
            for field in fields.split('&') {
                let text = field.split_once('=').map_or(field, |(_, text)| text);
                let bytes = transfer::percent_decoded(text.replace('+', " ").as_bytes());
                self.aside(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
}

/// Names of `meta` that speak to programs.
fn is_technical(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "viewport",
        "generator",
        "progid",
        "originator",
        "format-detection",
        "color-scheme",
        "supported-color-schemes",
        "robots",
        "referrer",
        "theme-color",
    ];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str())
        || name.starts_with("x-apple")
        || name.starts_with("msapplication")
}

fn is_wordy(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let words = value.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).count();
    !value.contains("://") && (words > 1 || digits >= 4)
}
