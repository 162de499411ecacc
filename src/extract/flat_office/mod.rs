//! Office documents that are one XML file: WordprocessingML and SpreadsheetML of Office 2003, and
//! packages of Office Open XML written flat.

mod document;
#[cfg(test)]
mod tests;
mod workbook;

use super::leaf::Leaf;
use super::office::xml;
use super::output::Flow;
use super::walk::Walk;

/// Bytes at the start of a file in which its root must be.
const HEAD: usize = 4096;
/// What the roots of documents declare: that of Word 2003, and that of a flat package (MS-DOCX
/// knows it as Flat OPC).
const DOCUMENTS: &[&str] = &[
    "schemas.microsoft.com/office/word/2003/wordml",
    "schemas.microsoft.com/office/2006/xmlPackage",
];
/// What the root of a workbook declares (XML Spreadsheet Reference of Office 2003).
const WORKBOOK: &str = "urn:schemas-microsoft-com:office:spreadsheet";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Document,
    Workbook,
}

/// Whether the bytes are such a file.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    kind(leaf.bytes).is_some()
}

/// Reads a document to its end.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let xml = xml::decode(leaf.bytes);
    match kind(leaf.bytes) {
        Some(Kind::Workbook) => workbook::read(walk, leaf, &xml),
        _ => document::read(walk, leaf, &xml),
    }
}

fn kind(bytes: &[u8]) -> Option<Kind> {
    let head = bytes.get(..bytes.len().min(HEAD)).unwrap_or_default();
    let head = xml::decode(head);
    let start = head.trim_start();
    let named =
        |root: &str| start.contains(&format!("{root} ")) || start.contains(&format!("{root}\n"));
    if !start.starts_with('<') {
        None
    } else if DOCUMENTS.iter().any(|name| start.contains(name))
        && (named(":wordDocument") || named(":package"))
    {
        Some(Kind::Document)
    } else {
        (start.contains(WORKBOOK) && (named("<Workbook") || named(":Workbook")))
            .then_some(Kind::Workbook)
    }
}
