//! The words in which a format says what its elements and attributes do to text.

use super::xml::Element;

/// What an element does to the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::extract) enum Role {
    /// Nothing; characters right in it are a line of their own.
    Plain,
    /// Its characters are text as they stand.
    Words,
    /// Lines of its own; its characters are text as they stand.
    Paragraph,
    /// Lines of its own.
    Block,
    /// A line break.
    Break,
    /// A tabulator.
    Tab,
    /// So many blanks.
    Blanks,
    /// A hyphen that does not break.
    Hyphen,
    /// A table.
    Table,
    /// A row.
    Row,
    /// A row that heads its table.
    HeaderRow,
    /// Says of the row around it that it heads its table.
    HeaderMark,
    /// A cell.
    Cell,
    /// Says of the cell around it how many columns it takes.
    Span,
    /// Text that is no longer there.
    Deleted,
    /// Text that is elsewhere now.
    Moved,
    /// A run of characters that look the same.
    Run,
    /// Says of the run around it that it is not shown.
    Hidden,
    /// Links and fields: words on its two sides are two words.
    Seam,
    /// The code of a field.
    Code,
    /// Text that stands beside the paragraph around it.
    Beside,
    /// Holds a choice and its fallback.
    Alternate,
    /// What programs show that know it.
    Choice,
    /// What the others show.
    Fallback,
    /// Its characters are no text.
    Skip,
}

/// What an attribute says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Says {
    /// Words that people read or wrote.
    Words,
    /// Who wrote it.
    Author,
}

/// The words of a format for what it holds.
pub(in crate::extract) struct Vocabulary {
    /// What an element does.
    pub(in crate::extract) role: fn(&Element<'_>) -> Role,
    /// What an attribute (element, name, value) says, if anything.
    pub(in crate::extract) says: fn(&str, &str, &str) -> Option<Says>,
    /// Whether characters in paragraphs and what stands in them are text wherever they stand.
    pub(in crate::extract) mixed: bool,
}
