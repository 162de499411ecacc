//! Text with a structure of its own: JSON, XML, tables with quoted cells. It stays as it is
//! written, but for escapes; its values get labels and records.

mod delimited;
mod json;
mod names;
mod values;
mod xml;

use values::Values;
pub(super) use xml::elements;

use super::leaf::Leaf;
use super::normal::normal;
use super::output::Flow;
use super::walk::{Children, Walk};
use super::{debris, plain, sniff};
use crate::limits::Cause;
use crate::message::charset;
use crate::text::Place;

/// What a part says that it is, or looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Xml,
    Delimited,
}

/// Reads text of a format for fuzzing: whatever it is, with all of them.
pub fn read_any(text: &str) -> usize {
    let json = json::values(text).map_or(0, |values| values.length());
    let xml = xml::values(text).map_or(0, |values| values.length());
    json + xml + delimited::table(text).map_or(0, |table| table.length())
}

/// Whether a part is text of such a format.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    format(leaf).is_some()
}

fn format(leaf: &Leaf<'_>) -> Option<Format> {
    let media_type = leaf.content.media_type.as_str();
    let is_file = leaf.place == Place::Attachment;
    let says = |suffix: &str| media_type.ends_with(suffix) && media_type.len() > suffix.len();
    let start = leaf.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(leaf.bytes).trim_ascii_start();
    let format = if start.starts_with(b"{") || start.starts_with(b"[") {
        (is_file || says("json")).then_some(Format::Json)
    } else if start.starts_with(b"<") {
        let extension = leaf.extension();
        let named = matches!(extension.as_deref(), Some("xml" | "cda" | "ccd" | "xsl" | "rdf"));
        (says("/xml") || says("+xml") || is_file && (named || start.starts_with(b"<?xml")))
            .then_some(Format::Xml)
    } else {
        let named = matches!(leaf.extension().as_deref(), Some("csv" | "tsv" | "tab"));
        let says_table =
            matches!(media_type, "text/csv" | "text/tab-separated-values" | "application/csv");
        (says_table || is_file && named).then_some(Format::Delimited)
    };
    format.filter(|_| sniff::is_text(leaf.bytes))
}

/// Reads a part; what does not hold together is plain text.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let declared = leaf.content.charset().map(String::into_bytes);
    let label = declared.or_else(|| charset::declared_in_markup(leaf.bytes));
    let decoded = charset::decode(leaf.bytes, label.as_deref());
    let text = normal(&decoded.text);
    // Armor is taken out of plain text alone.
    if text.contains("-----BEGIN") {
        return plain::read(walk, leaf);
    }
    let values = match format(leaf) {
        Some(Format::Json) => json::values(&text),
        Some(Format::Xml) => xml::values(&text),
        Some(Format::Delimited) => delimited::table(&text),
        None => None,
    };
    let Some(values) = values else { return plain::read(walk, leaf) };
    if decoded.garbled {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    }
    let Values { text, mut files, messages, .. } = values;
    if !messages.is_empty() {
        files.push(messages.into_bytes());
    }
    let text = text.text(leaf, leaf.place);
    if sniff::has_words(text.content.expose()) {
        walk.out.text(text);
    }
    let mut children = Children::of(leaf.path);
    for file in files {
        walk.out.unpacked(file.len(), leaf.path)?;
        walk.member(&mut children, None, &file)?;
    }
    walk.out.time(leaf.path)?;
    debris::read(walk, leaf)
}

#[cfg(test)]
mod tests;
