//! What elements mean for text.

/// How an element divides the text at its sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Not at all.
    Inline,
    /// It stands on lines of its own.
    Block,
    /// A row of a table.
    Row,
    /// A cell of a row.
    Cell,
    /// Its line breaks are line breaks.
    Preformatted,
    /// A name that HTML does not know.
    Unknown,
}

/// How the content of an element is tokenized (WHATWG HTML section 13.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    Markup,
    /// Text with entities.
    Characters,
    /// Text, to the end tag.
    Raw,
    Style,
    Script,
    /// Text, to the end of everything.
    Plain,
}

pub(super) fn layout(name: &[u8]) -> Layout {
    match name {
        b"td" | b"th" => Layout::Cell,
        b"tr" => Layout::Row,
        b"pre" | b"textarea" | b"xmp" | b"listing" | b"plaintext" => Layout::Preformatted,
        _ if BLOCKS.contains(&name) => Layout::Block,
        _ if INLINE.contains(&name) => Layout::Inline,
        // Prefixed names are those of word processors, dashed ones of web components.
        _ if name.contains(&b':') && name.last() != Some(&b':') || name.contains(&b'-') => {
            Layout::Inline
        }
        _ => Layout::Unknown,
    }
}

pub(super) fn inside(name: &[u8]) -> Inside {
    match name {
        b"title" | b"textarea" => Inside::Characters,
        b"style" => Inside::Style,
        b"script" => Inside::Script,
        b"xmp" | b"iframe" | b"noembed" | b"noframes" => Inside::Raw,
        b"plaintext" => Inside::Plain,
        _ => Inside::Markup,
    }
}

const BLOCKS: &[&[u8]] = &[
    b"p",
    b"div",
    b"br",
    b"li",
    b"table",
    b"ul",
    b"ol",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"hr",
    b"blockquote",
    b"body",
    b"html",
    b"head",
    b"title",
    b"tbody",
    b"thead",
    b"tfoot",
    b"caption",
    b"center",
    b"dl",
    b"dt",
    b"dd",
    b"address",
    b"article",
    b"aside",
    b"details",
    b"dialog",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"header",
    b"hgroup",
    b"iframe",
    b"legend",
    b"main",
    b"menu",
    b"nav",
    b"noembed",
    b"noframes",
    b"noscript",
    b"optgroup",
    b"option",
    b"search",
    b"section",
    b"select",
    b"summary",
    b"template",
    b"video",
    b"audio",
    b"object",
    b"map",
    b"frameset",
    b"dir",
    b"svg",
];

const INLINE: &[&[u8]] = &[
    b"a",
    b"b",
    b"span",
    b"font",
    b"i",
    b"u",
    b"strong",
    b"em",
    b"img",
    b"small",
    b"sup",
    b"sub",
    b"meta",
    b"link",
    b"style",
    b"script",
    b"col",
    b"colgroup",
    b"input",
    b"button",
    b"label",
    b"abbr",
    b"acronym",
    b"applet",
    b"area",
    b"base",
    b"basefont",
    b"bdi",
    b"bdo",
    b"big",
    b"blink",
    b"canvas",
    b"cite",
    b"code",
    b"data",
    b"datalist",
    b"del",
    b"dfn",
    b"embed",
    b"frame",
    b"image",
    b"ins",
    b"kbd",
    b"keygen",
    b"mark",
    b"marquee",
    b"math",
    b"meter",
    b"nobr",
    b"output",
    b"param",
    b"picture",
    b"progress",
    b"q",
    b"rp",
    b"rt",
    b"ruby",
    b"s",
    b"samp",
    b"slot",
    b"source",
    b"strike",
    b"time",
    b"track",
    b"tt",
    b"var",
    b"wbr",
    b"xml",
    b"bgsound",
    b"spacer",
    b"layer",
    b"ilayer",
    b"multicol",
    b"nextid",
    b"isindex",
    // SVG and MathML, whose attributes are rows of numbers.
    b"g",
    b"path",
    b"rect",
    b"circle",
    b"ellipse",
    b"line",
    b"polyline",
    b"polygon",
    b"text",
    b"tspan",
    b"defs",
    b"use",
    b"symbol",
    b"stop",
    b"lineargradient",
    b"radialgradient",
    b"clippath",
    b"mask",
    b"pattern",
    b"filter",
    b"desc",
    b"metadata",
    b"foreignobject",
    b"marker",
    b"animate",
    b"textpath",
    b"switch",
    b"mi",
    b"mo",
    b"mn",
    b"mrow",
    b"mfrac",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_what_they_do_to_text() {
        assert_eq!(layout(b"div"), Layout::Block);
        assert_eq!(layout(b"b"), Layout::Inline);
        assert_eq!(layout(b"o:p"), Layout::Inline);
        assert_eq!(layout(b"jane"), Layout::Unknown);
        assert_eq!(layout(b"mrn:"), Layout::Unknown);
    }
}
