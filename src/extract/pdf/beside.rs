//! What stands in a file beside its pages: forms, notes, links, headings, properties.

use std::collections::HashSet;

use hayro_interpret::hayro_syntax::object::{
    Array, Dict, Name, Object, Stream, String as PdfString,
};

use super::embedded::Files;
use super::forms::{self, is_named};
use super::metadata;
use super::strings;
use super::xml::{self, Pair};
use crate::extract::html;

/// Texts that a dictionary may carry whatever it is: an annotation, an element of the structure
/// tree, a signature, a file (ISO 32000-2, 12.5.6.2, 14.7.2, 12.8.1, 7.11.3).
const TEXTS: &[&[u8]] = &[b"Contents", b"Subj", b"Alt", b"ActualText", b"E", b"Desc", b"CA"];
/// Texts of a signature.
const SIGNATURE: &[&[u8]] = &[b"Name", b"Reason", b"Location", b"ContactInfo"];
/// What a dictionary with a title has when it is a heading among the bookmarks (12.3.3).
const HEADING: &[&[u8]] = &[b"Parent", b"Dest", b"A", b"Next", b"Prev", b"First"];
/// Streams of a form in XML.
const MOST_PACKETS: usize = 64;

/// What was found, in the order of the file, each once.
#[derive(Default)]
pub(super) struct Beside<'a> {
    pub(super) fields: Vec<Pair>,
    pub(super) lines: Vec<String>,
    pub(super) properties: Vec<Pair>,
    pub(super) files: Files<'a>,
    /// Whether something is there that could not be unpacked.
    pub(super) damaged: bool,
    /// Bytes that were unpacked.
    pub(super) unpacked: usize,
    seen: HashSet<String>,
}

impl<'a> Beside<'a> {
    /// Takes what a dictionary says.
    pub(super) fn take(
        &mut self,
        dictionary: &Dict<'a>,
        stream: Option<&Stream<'a>>,
        go_on: &dyn Fn() -> bool,
    ) {
        self.files.note(dictionary, stream);
        if let Some(stream) = stream {
            if is_named(dictionary, b"Subtype", b"XML") {
                let found = self.unpacked(stream).map(|bytes| xml::pairs(&bytes, go_on));
                self.properties
                    .extend(found.unwrap_or_default().into_iter().filter(metadata::tells));
            }
            return;
        }
        self.form(dictionary, go_on);
        self.texts(dictionary, go_on);
        let information = metadata::information(dictionary);
        self.properties.extend(information.into_iter().filter(metadata::tells));
    }

    fn form(&mut self, dictionary: &Dict<'a>, go_on: &dyn Fn() -> bool) {
        if let Some(field) = forms::field(dictionary) {
            for value in field.values.into_iter().filter(|value| !value.trim().is_empty()) {
                self.fields.push((field.label.clone(), value));
            }
            if !field.choices.is_empty() {
                self.line(field.choices.join("\n"));
            }
            if let Some(rich) = forms::rich(dictionary, b"RV") {
                self.line(html::words(&rich, go_on).text);
            }
        }
        match dictionary.get::<Object<'_>>(b"XFA") {
            Some(Object::Stream(stream)) => self.packet("", &stream, go_on),
            Some(Object::Array(packets)) => self.packets(&packets, go_on),
            _ => {}
        }
    }

    /// Names and streams by turns (ISO 32000-1, 12.7.8).
    fn packets(&mut self, packets: &Array<'a>, go_on: &dyn Fn() -> bool) {
        let mut name = String::new();
        for object in packets.iter::<Object<'_>>().take(MOST_PACKETS) {
            match object {
                Object::String(text) => name = strings::decode(&text),
                Object::Stream(stream) => self.packet(&name, &stream, go_on),
                _ => {}
            }
        }
    }

    fn packet(&mut self, name: &str, stream: &Stream<'a>, go_on: &dyn Fn() -> bool) {
        // Settings of the program that shows the form.
        if matches!(name, "config" | "localeSet" | "connectionSet" | "stylesheet" | "sourceSet") {
            return;
        }
        let Some(bytes) = self.unpacked(stream) else { return };
        let pairs = xml::pairs(&bytes, go_on);
        if matches!(name, "datasets" | "") {
            self.fields.extend(pairs);
            return;
        }
        // Of the drawing of a form the words count, not its measures.
        let words = ["text", "p", "span", "b", "i", "toolTip", "speak", "caption", "exData", ""];
        for (label, text) in pairs {
            if words.contains(&label.as_str()) {
                self.line(text);
            }
        }
    }

    fn unpacked(&mut self, stream: &Stream<'a>) -> Option<Vec<u8>> {
        let bytes = stream.decoded_data().ok();
        self.damaged |= bytes.is_none();
        self.unpacked += bytes.as_ref().map_or(0, |bytes| bytes.len());
        bytes.map(std::borrow::Cow::into_owned)
    }

    fn texts(&mut self, dictionary: &Dict<'a>, go_on: &dyn Fn() -> bool) {
        let signature = dictionary.contains_key(b"ByteRange");
        for key in if signature { SIGNATURE } else { TEXTS } {
            if let Some(text) = dictionary.get::<PdfString<'_>>(key) {
                self.line(strings::decode(&text));
            }
        }
        if let Some(rich) = forms::rich(dictionary, b"RC") {
            self.line(html::words(&rich, go_on).text);
        }
        // The author of a note: there, the key of a field's name is another thing.
        if dictionary.contains_key(b"Popup") || dictionary.contains_key(b"IRT") {
            self.string(dictionary, b"T");
        }
        if HEADING.iter().any(|key| dictionary.contains_key(key)) {
            self.string(dictionary, b"Title");
        }
        if is_named(dictionary, b"S", b"URI") {
            self.string(dictionary, b"URI");
        }
        if is_named(dictionary, b"Type", b"OCG") {
            self.string(dictionary, b"Name");
        }
        if dictionary.get::<Name<'_>>(b"S").is_some_and(|name| &*name == b"Launch") {
            self.string(dictionary, b"F");
        }
    }

    fn string(&mut self, dictionary: &Dict<'a>, key: &[u8]) {
        if let Some(text) = dictionary.get::<PdfString<'_>>(key) {
            self.line(strings::decode(&text));
        }
    }

    fn line(&mut self, text: String) {
        if text.chars().any(char::is_alphanumeric) && self.seen.insert(text.clone()) {
            self.lines.push(text);
        }
    }
}
