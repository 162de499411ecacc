//! The text of a section as it is shown (CDA R2 narrative block): a table as lines, each cell behind
//! the header of its column.

use crate::extract::clinical::document::Written;
use crate::extract::clinical::tree::{Kind, Node};

/// Columns whose headers are kept.
const MOST_COLUMNS: usize = 64;
/// Bytes of a header that stands before each cell of its column: the row of headers has all of it.
const LONGEST_HEADER: usize = 120;

/// What is being written.
struct Writer<'c> {
    out: &'c mut Written,
    line: String,
}

/// Writes a narrative.
pub(super) fn write(node: Node<'_>, out: &mut Written) {
    let mut writer = Writer { out, line: String::new() };
    writer.inside(node);
    writer.end_line();
}

impl Writer<'_> {
    fn inside(&mut self, node: Node<'_>) {
        for inner in node.all() {
            match inner.kind() {
                Kind::Text => self.line.push_str(&folded(inner.value())),
                Kind::Element => self.element(inner),
                Kind::Comment => {}
                // Where a part is referred to from, and how it looks.
                Kind::Attribute => {}
            }
        }
    }

    fn element(&mut self, node: Node<'_>) {
        match node.name() {
            "reference" => {}
            "br" | "paragraph" | "item" | "caption" | "list" | "p" | "li" | "div" | "h1" | "h2"
            | "h3" | "h4" | "ul" | "ol" => {
                self.end_line();
                self.inside(node);
                self.end_line();
            }
            "table" => self.table(node),
            _ => self.inside(node),
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.out.words(line.trim());
    }

    fn table(&mut self, table: Node<'_>) {
        self.end_line();
        let mut headers: Vec<String> = Vec::new();
        let groups = table.children().flat_map(|group| match group.name() {
            "tr" => vec![group],
            "thead" | "tbody" | "tfoot" => group.each("tr").collect(),
            _ => Vec::new(),
        });
        for row in groups {
            let cells: Vec<Node<'_>> = row.children().collect();
            let is_head = cells.len() > 1 && cells.iter().all(|cell| cell.name() == "th");
            if is_head && headers.is_empty() {
                headers = cells.iter().map(|cell| cell.text()).collect();
                self.out.words(&headers.join(" | "));
                headers.truncate(MOST_COLUMNS);
                for header in &mut headers {
                    header.truncate(header.floor_char_boundary(LONGEST_HEADER));
                }
                continue;
            }
            self.row(&cells, &headers);
        }
        let others = |group: &Node<'_>| !matches!(group.name(), "tr" | "thead" | "tbody" | "tfoot");
        for other in table.children().filter(others) {
            self.inside(other);
            self.end_line();
        }
    }

    /// A row in a line; tables in its cells have lines of their own.
    fn row(&mut self, cells: &[Node<'_>], headers: &[String]) {
        let mut later = Vec::new();
        for (column, cell) in cells.iter().enumerate() {
            if cell.child("table").is_some() || cell.child("list").is_some() {
                later.push(*cell);
                continue;
            }
            let words = folded(&cell.text());
            if words.trim().is_empty() {
                continue;
            }
            if !self.line.is_empty() {
                self.line.push_str(" | ");
            }
            let header = headers.get(column).map_or("", |header| header.trim());
            if !header.is_empty() && cell.name() == "td" {
                self.line.push_str(header);
                self.line.push_str(": ");
            } else if cell.name() == "th" && !words.trim_end().ends_with(':') {
                self.line.push_str(words.trim());
                self.line.push(':');
                continue;
            }
            self.line.push_str(words.trim());
        }
        self.end_line();
        for cell in later {
            self.inside(cell);
            self.end_line();
        }
    }
}

/// Characters with one blank where there are several, or a line break.
fn folded(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}
