//! The tables that are open in running text: where their cells begin, and what labels them when they
//! end.

use super::super::labelled::Labelled;
use super::cells::{Cells, Header, Records};
use super::xml::Element;

/// Tables in tables whose cells are labelled; what is nested deeper is text.
const MOST_TABLES: usize = 64;

/// Tables that are open, the outermost first.
#[derive(Default)]
pub(super) struct OpenTables {
    tables: Vec<Table>,
    /// Open tables that are nested too deep for labels.
    deeper: u32,
}

#[derive(Default)]
struct Table {
    cells: Cells,
    /// Where the open cell began.
    from: usize,
    /// How many columns it takes.
    columns: u32,
    /// What it holds, which its words only show.
    value: Option<String>,
}

impl OpenTables {
    pub(super) const fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    pub(super) fn begin(&mut self) {
        if self.tables.len() < MOST_TABLES {
            self.tables.push(Table { from: usize::MAX, ..Table::default() });
        } else {
            self.deeper += 1;
        }
    }

    /// The innermost table ends: its cells are labelled.
    pub(super) fn end(&mut self, text: &mut Labelled, records: &mut Records) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(mut table) = self.tables.pop() {
            table.cells.settle(text, records);
        }
    }

    pub(super) fn next_row(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            table.cells.next_row();
        }
    }

    /// The table says that its first row heads it.
    pub(super) fn mark_header(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            table.cells.header = Header::Marked;
        }
    }

    /// A cell begins at the end of the text.
    pub(super) fn begin_cell(&mut self, element: &Element<'_>, text: &Labelled) {
        let Some(table) = self.tables.last_mut() else { return };
        table.from = text.len();
        table.columns = 1;
        table.value = None;
        for (name, value) in element.attributes() {
            match name {
                "number-columns-repeated" => table.columns = value.parse().unwrap_or(1),
                "value" | "date-value" | "time-value" | "string-value" | "boolean-value" => {
                    table.value = Some(value.into_owned());
                }
                _ => {}
            }
        }
    }

    /// The open cell takes so many columns.
    pub(super) fn span(&mut self, columns: Option<u32>) {
        if let Some(table) = self.tables.last_mut() {
            table.columns = columns.unwrap_or(1);
        }
    }

    /// Whether a cell begins at the end of the text.
    pub(super) fn begins_cell(&self, text: &Labelled) -> bool {
        self.tables.last().is_some_and(|table| table.from == text.len())
    }

    /// The last paragraph of a cell does not end its row: a tab does, with which cells are divided.
    /// A cell without words shows its value.
    pub(super) fn end_cell(&mut self, text: &mut Labelled) {
        let from = self.tables.last().map_or(0, |table| table.from).min(text.len());
        let cell = text.content().get(from..).unwrap_or_default();
        let written = cell.trim_end_matches('\n').len();
        text.truncate(from + written);
        if let Some(table) = self.tables.last_mut() {
            if let Some(value) = table.value.take()
                && written == 0
            {
                text.normal_words(&value);
            }
            table.cells.next_cell(text, from);
            table.cells.widen(table.columns);
        }
        text.words("\t");
    }

    /// The tab behind the last cell goes.
    pub(super) fn end_row(&mut self, text: &mut Labelled) {
        let written = text.content().trim_end_matches('\t').len();
        text.truncate(written);
        text.end_line();
        if let Some(table) = self.tables.last_mut() {
            table.from = text.len();
        }
    }
}
