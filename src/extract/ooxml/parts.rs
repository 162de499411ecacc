//! The parts of an Office Open XML package: what each holds, by its declared type and place (ECMA-376
//! part 2), and which parts another one refers to.

use std::collections::HashMap;

use super::super::office::xml::{Token, Tokens};

/// What a part is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Running text in XML.
    Story,
    /// Elements that name their text: properties, data of a form.
    Properties,
    /// Links of a part.
    Relationships,
    /// Cells of a sheet.
    Worksheet,
    /// Cells in a form of their own (MS-XLSB).
    BinarySheet,
    /// Strings that cells refer to.
    SharedStrings,
    /// Values that a pivot table was made from.
    PivotCache,
    /// Nothing that anybody wrote: styles, fonts, settings of printers, signatures.
    Machinery,
    /// A file of its own.
    File,
}

/// `[Content_Types].xml`: the types of names and of extensions.
#[derive(Debug, Default)]
pub(super) struct Types {
    names: HashMap<String, String>,
    extensions: HashMap<String, String>,
}

impl Types {
    pub(super) fn read(xml: &str) -> Self {
        let mut types = Self::default();
        let mut tokens = Tokens::of(xml);
        while let Some(token) = tokens.next() {
            let Token::Start(element) = token else { continue };
            let Some(of) = element.attribute("ContentType") else { continue };
            match element.name() {
                "Override" => {
                    let name = element.attribute("PartName").unwrap_or_default();
                    types.names.insert(key(&name), of.into_owned());
                }
                "Default" => {
                    let extension = element.attribute("Extension").unwrap_or_default();
                    types.extensions.insert(extension.to_ascii_lowercase(), of.into_owned());
                }
                _ => {}
            }
        }
        types
    }

    /// The declared type of a part.
    pub(super) fn of(&self, name: &str) -> &str {
        let extension = || self.extensions.get(&extension(name)?);
        self.names.get(&key(name)).or_else(extension).map_or("", String::as_str)
    }

    /// Whether a part is the one that all others belong to.
    pub(super) fn is_main(&self, name: &str) -> bool {
        self.of(name).ends_with(".main+xml")
    }

    /// Whether a part holds the formats of a workbook's cells.
    pub(super) fn is_styles(&self, name: &str) -> bool {
        self.of(name).ends_with("spreadsheetml.styles+xml")
    }

    /// What a part is.
    pub(super) fn kind(&self, name: &str) -> Kind {
        let of = self.of(name);
        let of = of.split(';').next().unwrap_or_default().trim();
        let lower = key(name);
        let ends = |end: &str| of.ends_with(end);
        // Where the type says nothing, the places that all programs write to do.
        let is_untyped = matches!(of, "" | "application/xml" | "text/xml");
        if lower == "[content_types].xml" {
            Kind::Machinery
        } else if lower.ends_with(".rels") {
            Kind::Relationships
        } else if of.contains("printerSettings")
            || of.contains("font")
            || lower.ends_with(".odttf")
            || of.contains("digital-signature")
            || lower.starts_with("_xmlsignatures/")
            || MACHINERY.iter().any(|end| ends(end))
        {
            Kind::Machinery
        } else if ends("worksheet+xml")
            || ends("chartsheet+xml")
            || ends("macrosheet+xml")
            || ends("dialogsheet+xml")
            || ends("externalLink+xml")
            || is_untyped && lower.contains("/worksheets/")
        {
            Kind::Worksheet
        } else if of.contains("ms-excel.") && lower.ends_with(".bin") {
            let holds = |part: &str| of.contains(part);
            match holds("worksheet")
                || holds("macrosheet")
                || holds("sharedStrings")
                || holds("comments")
            {
                true => Kind::BinarySheet,
                false => Kind::Machinery,
            }
        } else if ends("sharedStrings+xml") || is_untyped && lower.ends_with("/sharedstrings.xml") {
            Kind::SharedStrings
        } else if ends("pivotCacheDefinition+xml") || ends("pivotCacheRecords+xml") {
            Kind::PivotCache
        } else if ends("core-properties+xml")
            || ends("extended-properties+xml")
            || ends("custom-properties+xml")
            || lower.starts_with("customxml/")
            || lower.starts_with("docprops/") && lower.ends_with(".xml")
        {
            Kind::Properties
        } else if ends("+xml")
            || ends("/xml")
            || ends("vmlDrawing")
            || lower.ends_with(".xml")
            || lower.ends_with(".vml")
        {
            Kind::Story
        } else {
            Kind::File
        }
    }
}

/// Types whose parts hold what programs need and nobody wrote.
const MACHINERY: &[&str] = &[
    ".styles+xml",
    ".stylesWithEffects+xml",
    ".theme+xml",
    ".themeOverride+xml",
    ".fontTable+xml",
    ".webSettings+xml",
    ".tableStyles+xml",
    ".presProps+xml",
    ".viewProps+xml",
    ".calcChain+xml",
    ".volatileDependencies+xml",
    ".diagramColors+xml",
    ".diagramStyle+xml",
    ".diagramLayout+xml",
    "chartcolorstyle+xml",
    "chartstyle+xml",
    "customXmlProperties+xml",
    ".commentsIds+xml",
    ".commentsExtensible+xml",
    ".commentsExtended+xml",
    ".sheetMetadata+xml",
];

/// A link of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) id: String,
    /// The last word of its type's URI.
    pub(super) of: String,
    pub(super) target: String,
    pub(super) external: bool,
}

/// The links in a `.rels` part.
pub(super) fn links(xml: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut tokens = Tokens::of(xml);
    while let Some(token) = tokens.next() {
        let Token::Start(element) = token else { continue };
        if element.name() != "Relationship" {
            continue;
        }
        let attribute = |name| element.attribute(name).unwrap_or_default();
        let of = attribute("Type");
        links.push(Link {
            id: attribute("Id").into_owned(),
            of: of.rsplit('/').next().unwrap_or_default().to_owned(),
            target: attribute("Target").into_owned(),
            external: attribute("TargetMode").eq_ignore_ascii_case("external"),
        });
    }
    links
}

/// The ids of a presentation's slides in their order.
pub(super) fn slides(xml: &str) -> Vec<String> {
    let mut slides = Vec::new();
    let mut tokens = Tokens::of(xml);
    while let Some(token) = tokens.next() {
        let Token::Start(element) = token else { continue };
        // Its own `id` is a number; that of the link has a prefix.
        if element.name() == "sldId" {
            let ids = element.attributes().filter(|(name, _)| *name == "id");
            slides.extend(ids.last().map(|(_, id)| id.into_owned()));
        }
    }
    slides
}

/// Where the links of a part are written.
pub(super) fn relationships_of(name: &str) -> String {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    format!("{folder}_rels/{file}.rels")
}

/// The name of the part that a link of `from` means.
pub(super) fn resolve(from: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let (folder, _) = from.rsplit_once('/').unwrap_or(("", from));
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join("/")
}

/// Names of parts are equal whatever the case of their letters.
pub(super) fn key(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_ascii_lowercase()
}

/// What follows the last dot, in lower case.
pub(super) fn extension(name: &str) -> Option<String> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_resolved_from_the_folder_of_their_part() {
        assert_eq!(
            resolve("ppt/slides/slide1.xml", "../notesSlides/n1.xml"),
            "ppt/notesSlides/n1.xml"
        );
        assert_eq!(resolve("xl/workbook.xml", "/xl/worksheets/a.xml"), "xl/worksheets/a.xml");
        assert_eq!(relationships_of("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(relationships_of("a.xml"), "_rels/a.xml.rels");
    }
}
