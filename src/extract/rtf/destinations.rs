//! What groups of RTF hold.

/// Where the text of a group goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Destination {
    /// The text of the document.
    Body,
    /// Behind the paragraph: notes, headers, shapes, codes of fields.
    Beside,
    /// Nowhere.
    Skip,
    /// The table of fonts.
    Fonts,
    /// Properties of the document.
    Info,
    /// The property of that place in [`PROPERTIES`].
    Property(u8),
    /// The name of a property that the writer made up.
    PropertyName,
    /// Its value.
    PropertyValue,
    /// The name of a shape's property.
    ShapeName,
    /// Its value.
    ShapeValue,
    /// Authors of notes and revisions.
    Author,
    /// A picture in hexadecimal.
    Picture,
    /// The same picture for older programs.
    OldPicture,
    /// An object in hexadecimal.
    Object,
    /// Markup of the page that the document was made from.
    Html,
}

/// Properties with names of their own.
pub(super) const PROPERTIES: &[&str] = &[
    "title",
    "subject",
    "author",
    "manager",
    "company",
    "operator",
    "category",
    "keywords",
    "comment",
    "doccomm",
    "hlinkbase",
];

/// Groups that hold what programs need and nobody wrote.
const MACHINERY: &[&str] = &[
    "colortbl",
    "stylesheet",
    "listtable",
    "listoverridetable",
    "generator",
    "rsidtbl",
    "themedata",
    "colorschememapping",
    "datastore",
    "latentstyles",
    "xmlnstbl",
    "pgptbl",
    "filetbl",
    "panose",
    "falt",
    "fontemb",
    "fontfile",
    "blipuid",
    "datafield",
    "mmathPr",
    "pnseclvl",
    "ftnsep",
    "ftnsepc",
    "aftnsep",
    "aftnsepc",
    "wgrffmtfilter",
    "mhtmltag",
    "passwordhash",
    "bliptag",
    "bkmkend",
    "objclass",
    "objalias",
    "objsect",
    "atrfstart",
    "atrfend",
    "atnref",
    "atntime",
    "annotationtime",
    "picprop",
    "defchp",
    "defpap",
    "protusertbl",
    "ffdeftext0",
];

/// Groups whose text stands beside the paragraph.
const BESIDE: &[&str] = &[
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "footnote",
    "annotation",
    "shptxt",
    "fldinst",
    "xe",
    "tc",
    "txe",
    "rxe",
    "bkmkstart",
    "docvar",
    "formfield",
    "ffname",
    "ffdeftext",
    "fflist",
    "ffhelptext",
    "ffstattext",
    "dptxbxtext",
    "shprslt",
];

/// Groups that are text of the document, although programs may ignore them.
const BODY: &[&str] = &[
    "shpinst",
    "shpgrp",
    "sp",
    "shp",
    "shppict",
    "object",
    "result",
    "field",
    "fldrslt",
    "do",
    "rtf",
    "pntext",
    "nesttableprops",
    "moveto",
    "ud",
    "upr",
    "background",
    "listtext",
    "pnlvlbody",
    "userprops",
];

impl Destination {
    /// Where a group goes that begins with that word; `None` for a word that begins none.
    pub(super) fn of(word: &str, ignorable: bool) -> Option<Self> {
        if let Some(at) = PROPERTIES.iter().position(|name| *name == word) {
            return u8::try_from(at).ok().map(Self::Property);
        }
        Some(match word {
            "fonttbl" => Self::Fonts,
            "info" => Self::Info,
            "propname" => Self::PropertyName,
            "staticval" | "linkval" => Self::PropertyValue,
            "sn" => Self::ShapeName,
            "sv" => Self::ShapeValue,
            "atnauthor" | "atnid" | "revtbl" | "author" => Self::Author,
            "pict" => Self::Picture,
            "nonshppict" => Self::OldPicture,
            "objdata" => Self::Object,
            "htmltag" => Self::Html,
            "moveFrom" => Self::Beside,
            word if MACHINERY.contains(&word) => Self::Skip,
            word if BESIDE.contains(&word) => Self::Beside,
            word if BODY.contains(&word) => return None,
            // What programs may ignore can hold words all the same.
            _ if ignorable => Self::Beside,
            _ => return None,
        })
    }
}
