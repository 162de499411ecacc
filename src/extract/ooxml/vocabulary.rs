//! What the elements of WordprocessingML, DrawingML, VML and their kin do to text (ECMA-376 parts 1
//! and 4).

use super::super::office::vocabulary::{Role, Says, Vocabulary};
use super::super::office::xml::Element;

/// Running text of all Office Open XML formats. Local names are enough: where they collide
/// (`w:p`, `a:p`), they mean the same.
pub(in crate::extract) const VOCABULARY: Vocabulary = Vocabulary { role, says, mixed: false };

fn role(element: &Element<'_>) -> Role {
    match element.name() {
        "t" | "delText" => Role::Words,
        "p" => Role::Paragraph,
        "br" | "cr" => Role::Break,
        // A tab stop in the properties of a paragraph has a position, a tabulator has none.
        "tab" | "ptab" if element.attribute("pos").is_none() => Role::Tab,
        "noBreakHyphen" => Role::Hyphen,
        "tbl" => Role::Table,
        "tr" => Role::Row,
        "tblHeader" => Role::HeaderMark,
        "tc" => Role::Cell,
        "gridSpan" => Role::Span,
        "r" => Role::Run,
        "vanish" | "specVanish" => Role::Hidden,
        "del" => Role::Deleted,
        "moveFrom" => Role::Moved,
        "hyperlink" | "smartTag" | "fldChar" | "fldSimple" | "hlinkClick" => Role::Seam,
        "instrText" | "delInstrText" => Role::Code,
        "txbxContent" | "textbox" => Role::Beside,
        "AlternateContent" => Role::Alternate,
        "Choice" => Role::Choice,
        "Fallback" => Role::Fallback,
        "posOffset" | "align" | "pctPosHOffset" | "pctPosVOffset" | "pctWidth" | "pctHeight"
        | "fldData" | "binData" | "ClientData" | "formatCode" | "idx" | "tableStyleId" | "col"
        | "colOff" | "row" | "rowOff" | "f" => Role::Skip,
        "comment" | "footnote" | "endnote" | "hdr" | "ftr" | "docPart" | "txBody" | "sp" => {
            Role::Block
        }
        _ => Role::Plain,
    }
}

fn says(element: &str, name: &str, value: &str) -> Option<Says> {
    match (element, name) {
        (_, "author" | "lastModifiedBy" | "userName") | ("person", "displayName") => {
            Some(Says::Author)
        }
        ("cmAuthor" | "author", "name") => Some(Says::Author),
        (_, "descr" | "title" | "alt" | "tooltip" | "screenTip" | "instr" | "prompt") => {
            Some(Says::Words)
        }
        (_, "promptTitle" | "error" | "errorTitle" | "string" | "displayText") => Some(Says::Words),
        ("docVar", "name" | "val") => Some(Says::Words),
        ("alias" | "tag" | "statusText" | "helpText" | "default" | "listEntry" | "attr", "val") => {
            is_wordy(value).then_some(Says::Words)
        }
        ("listItem", "value") | ("sheet" | "definedName" | "scenario", "name") => Some(Says::Words),
        ("scenario", "comment" | "user") | ("customSh" | "section", "name") => Some(Says::Words),
        ("lvlText", "val") => {
            (value.chars().filter(|c| c.is_alphanumeric()).count() > 4).then_some(Says::Words)
        }
        ("bookmarkStart", "name") => (!value.starts_with('_')).then_some(Says::Words),
        // Programs number what they name themselves; the name of a file says something.
        ("docPr" | "cNvPr", "name") => value.contains('.').then_some(Says::Words),
        ("mailMerge" | "query" | "connectString" | "dbPr", "val" | "connection" | "command") => {
            Some(Says::Words)
        }
        _ => None,
    }
}

/// Switches and counts are no words.
fn is_wordy(value: &str) -> bool {
    value.len() > 1 && !matches!(value, "true" | "false" | "on" | "off" | "none")
}
