//! What the elements of OpenDocument do to text (ISO/IEC 26300 part 1).

use super::super::office::vocabulary::{Role, Says, Vocabulary};
use super::super::office::xml::Element;

/// Characters are text wherever they stand in a paragraph.
pub(super) const VOCABULARY: Vocabulary = Vocabulary { role, says, mixed: true };

fn role(element: &Element<'_>) -> Role {
    match element.full_name() {
        // A date or author of a note; `text:date` and `text:creator` are words of a sentence.
        "dc:creator" | "dc:date" | "svg:title" | "svg:desc" => return Role::Beside,
        "number:text" | "config:config-item" | "office:binary-data" | "text:note-citation" => {
            return Role::Skip;
        }
        _ => {}
    }
    match element.name() {
        "p" | "h" => Role::Paragraph,
        "s" => Role::Blanks,
        "tab" => Role::Tab,
        "line-break" => Role::Break,
        "a" => Role::Seam,
        "table" => Role::Table,
        "table-header-rows" => Role::HeaderMark,
        "table-row" => Role::Row,
        "table-cell" | "covered-table-cell" => Role::Cell,
        "annotation" | "note" | "text-box" | "ruby-text" | "event-listeners" => Role::Beside,
        "list-item" | "section" | "page" | "header" | "footer" | "notes" => Role::Block,
        _ => Role::Plain,
    }
}

fn says(element: &str, name: &str, value: &str) -> Option<Says> {
    match (element, name) {
        ("table", "name") => Some(Says::Words),
        ("named-range" | "named-expression" | "database-range", "name") => Some(Says::Words),
        ("user-defined" | "user-field-decl" | "bookmark" | "bookmark-start", "name") => {
            Some(Says::Words)
        }
        (_, "href") => value.contains(':').then_some(Says::Words),
        ("hidden-text" | "hidden-paragraph" | "conditional-text", _) => Some(Says::Words),
        ("user-field-decl" | "variable-set" | "user-defined", "string-value") => Some(Says::Words),
        (_, "help-message" | "description" | "alt" | "current-value" | "label" | "prompt") => {
            is_wordy(value).then_some(Says::Words)
        }
        ("help-message" | "error-message", "title") => Some(Says::Words),
        (
            "text" | "textarea" | "formatted-text" | "hidden" | "combobox" | "option" | "item",
            "value",
        ) => is_wordy(value).then_some(Says::Words),
        ("content-validation", "condition") => value.contains('"').then_some(Says::Words),
        ("filter-condition", "value") => Some(Says::Words),
        _ => None,
    }
}

fn is_wordy(value: &str) -> bool {
    value.len() > 1 && !matches!(value, "true" | "false")
}
