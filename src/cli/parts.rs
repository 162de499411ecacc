//! What each part of a message was, how much of it was read, and why not more.

use std::collections::BTreeMap;

use serde::Serialize;

use super::arguments::Reveal;
use super::json::file_name;
use crate::pipeline::Examination;
use crate::text::{Cause, Format, PartPath, Place};

/// One part.
#[derive(Debug, Serialize)]
pub(crate) struct PartObject {
    part: String,
    file: Option<String>,
    /// What it was read as, each once.
    formats: Vec<Format>,
    /// Bytes of text taken from the part itself, its name and the parts in it aside.
    text_bytes: usize,
    unread: Vec<Cause>,
}

/// The parts of a message in the order of its tree.
pub(crate) fn parts(examination: &Examination, reveal: Reveal) -> Vec<PartObject> {
    let mut parts: BTreeMap<&PartPath, PartObject> = BTreeMap::new();
    for read in &examination.reading.formats {
        let of_part = parts.entry(&read.part).or_insert_with(|| named(&read.part));
        if !of_part.formats.contains(&read.format) {
            of_part.formats.push(read.format);
        }
    }
    for text in &examination.reading.texts {
        let Some(of_part) = parts.get_mut(&text.part) else { continue };
        if text.place != Place::FileName {
            of_part.text_bytes += text.content.expose().len();
        }
        if let (None, Some(file)) = (&of_part.file, &text.file) {
            of_part.file = Some(file_name(file.expose(), reveal));
        }
    }
    for unread in &examination.unread {
        let of_part = parts.entry(&unread.part).or_insert_with(|| named(&unread.part));
        if !of_part.unread.contains(&unread.cause) {
            of_part.unread.push(unread.cause);
        }
        if let (None, Some(file)) = (&of_part.file, &unread.file) {
            of_part.file = Some(file_name(file.expose(), reveal));
        }
    }
    parts.into_values().collect()
}

fn named(part: &PartPath) -> PartObject {
    PartObject {
        part: part.to_string(),
        file: None,
        formats: Vec::new(),
        text_bytes: 0,
        unread: Vec::new(),
    }
}

impl PartObject {
    /// For people: `part 2.1 *.pdf: PDF, 4210 bytes of text; unread: encrypted`.
    pub(crate) fn line(&self) -> String {
        let formats: Vec<&str> = self.formats.iter().map(|format| format.name()).collect();
        let mut line = format!("part {}", self.part);
        if let Some(file) = &self.file {
            line.push(' ');
            line.push_str(file);
        }
        let read = match (formats.is_empty(), self.text_bytes) {
            (true, _) => "not looked at".to_owned(),
            (false, 0) => format!("{}, no text", formats.join(", ")),
            (false, bytes) => format!("{}, {bytes} bytes of text", formats.join(", ")),
        };
        line.push_str(": ");
        line.push_str(&read);
        if !self.unread.is_empty() {
            let causes: Vec<&str> = self.unread.iter().map(|cause| cause.name()).collect();
            line.push_str("; unread: ");
            line.push_str(&causes.join(", "));
        }
        line
    }
}
