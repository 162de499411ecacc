//! Documents for tests, made of parts, and what is read in them.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::labelled::Labelled;
use super::super::leaf::Leaf;
use super::super::{Input, read};
use crate::limits::{Budget, Cause, Limits};
use crate::message::Content;
use crate::text::{PartPath, Place, Reading, Text};

/// A package of parts; nothing in it is compressed.
pub(in crate::extract) fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Reads a document without a name.
pub(in crate::extract) fn reading(bytes: &[u8]) -> Reading {
    reading_within(bytes, &Limits::default())
}

/// Reads a document within limits.
pub(in crate::extract) fn reading_within(bytes: &[u8], limits: &Limits) -> Reading {
    let mut reading = Reading::default();
    let input = Input::Document { name: None };
    read(&input, bytes, &mut Budget::new(limits), &mut reading);
    reading
}

/// All text of a document, its texts divided by lines.
pub(in crate::extract) fn words(reading: &Reading) -> String {
    let contents: Vec<&str> =
        reading.texts.iter().map(|text| text.content.expose().as_str()).collect();
    contents.join("\n")
}

/// Why parts of a document were not read.
pub(in crate::extract) fn causes(reading: &Reading) -> Vec<Cause> {
    reading.unread.iter().map(|unread| unread.cause).collect()
}

/// What is told of the medical records in a document.
pub(in crate::extract) fn outlines(reading: &Reading) -> Vec<String> {
    let outlines = reading.facts.iter().filter_map(|fact| fact.outline.as_ref());
    outlines.map(ToString::to_string).collect()
}

/// A text that was written by itself.
pub(in crate::extract) fn text(written: Labelled) -> Text {
    let (path, content) = (PartPath::root(), Content::document(None));
    let place = Place::Attachment;
    written.text(&Leaf { path: &path, group: &path, place, content: &content, bytes: b"" }, place)
}

/// `RECORD LABEL=VALUE` for each field of a text.
pub(in crate::extract) fn fields(text: &Text) -> Vec<String> {
    let tell = |field: &crate::text::Field| {
        let span = field.span.start as usize..field.span.end as usize;
        let value = text.content.expose().get(span).unwrap();
        let label = text.label(field).map_or("-", |label| label.expose());
        format!("{} {label}={value}", field.record.unwrap_or_default())
    };
    text.fields.iter().map(tell).collect()
}

/// Reads every beginning of a document (in steps) and the document with single bytes changed: none
/// of it may panic, and what lost its end or sense may not pass for whole and empty.
pub(in crate::extract) fn survives_damage(bytes: &[u8]) {
    let step = (bytes.len() / 60).max(1);
    for at in (0..bytes.len()).step_by(step) {
        let cut = reading(bytes.get(..at).unwrap());
        assert!(at == 0 || !cut.texts.is_empty() || !cut.unread.is_empty(), "cut at {at}");
        for change in [0x00, 0xFF, b'<', b'}'] {
            let mut changed = bytes.to_vec();
            *changed.get_mut(at).unwrap() = change;
            let changed = reading(&changed);
            assert!(!changed.texts.is_empty() || !changed.unread.is_empty(), "changed at {at}");
        }
    }
}
