//! Properties of a document: the information dictionary (ISO 32000-2, 14.3.3) and XMP (14.3.2).

use hayro_interpret::hayro_syntax::object::{Dict, String as PdfString};

use super::strings;
use super::xml::Pair;

/// Keys of which one tells an information dictionary, which has no type.
const TELLING: &[&[u8]] = &[b"Producer", b"Creator", b"CreationDate", b"ModDate", b"Author"];
/// Properties that programs write about themselves and the file.
const TECHNICAL: &[&str] = &[
    "CreationDate",
    "ModDate",
    "CreateDate",
    "ModifyDate",
    "MetadataDate",
    "DocumentID",
    "InstanceID",
    "OriginalDocumentID",
    "VersionID",
    "RenditionClass",
    "documentID",
    "instanceID",
    "originalDocumentID",
    "xmptk",
    "about",
    "parseType",
    "lang",
    "when",
    "action",
    "changed",
    "softwareAgent",
    "PDFVersion",
    "Trapped",
    "format",
    "part",
    "conformance",
    "PTEX.Fullbanner",
    "datatype",
    "resource",
    "SourceModified",
    "NPages",
    "xpacket",
];

/// The entries of an information dictionary.
pub(super) fn information(dictionary: &Dict<'_>) -> Vec<Pair> {
    // The parameters of an embedded file have a date too.
    let other = dictionary.contains_key(b"Type") || dictionary.contains_key(b"Size");
    if other || !TELLING.iter().any(|key| dictionary.contains_key(key)) {
        return Vec::new();
    }
    let entry = |key: &[u8]| {
        let text = dictionary.get::<PdfString<'_>>(key)?;
        Some((strings::decode(key), strings::decode(&text)))
    };
    let mut entries: Vec<Pair> = dictionary.keys().filter_map(|key| entry(&key)).collect();
    entries.sort();
    entries
}

/// Whether a property is about the document and not about the file.
pub(super) fn tells((label, value): &Pair) -> bool {
    !TECHNICAL.contains(&label.as_str()) && !value.starts_with("D:") && !value.trim().is_empty()
}
