//! SpreadsheetML of Office 2003: the header of a column labels its cells, each row is a record.

use super::super::labelled::Labelled;
use super::super::leaf::Leaf;
use super::super::normal::normal;
use super::super::office::cells::{Cells, Records};
use super::super::office::lines::Lines;
use super::super::office::xml::{Element, Token, Tokens};
use super::super::output::Flow;
use super::super::sniff;
use super::super::walk::Walk;
use crate::limits::Cause;
use crate::text::Place;

/// Bytes of text that are handed on at once.
const FULL: usize = 1 << 20;

/// A workbook that is being read.
#[derive(Default)]
struct Workbook {
    text: Labelled,
    cells: Cells,
    records: Records,
    row: u32,
    column: u32,
    /// Characters of the open element, and of what stands in it.
    words: String,
    /// The value of the open cell.
    value: String,
    /// Where those belong: the innermost of these that is open.
    open: Vec<Part>,
    /// What stands beside cells: names, comments, links.
    asides: Lines,
    properties: Lines,
}

#[derive(Clone, PartialEq, Eq)]
enum Part {
    Row,
    /// A cell, and how many columns it takes.
    Cell(u32),
    Data,
    Comment,
    Properties,
    /// Anything else; in properties it names its text.
    Other(String),
    /// What says nothing to anybody.
    Machinery,
}

pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>, xml: &str) -> Flow {
    let mut tokens = Tokens::of(xml);
    let mut workbook = Workbook::default();
    while let Some(token) = tokens.next() {
        match token {
            Token::Start(element) => workbook.start(&element),
            Token::End => workbook.end(),
            Token::Text(text) => workbook.words.push_str(&text),
            Token::Aside(words) => workbook.asides.add(None, words),
        }
        if workbook.text.len() >= FULL && !workbook.is_in_row() {
            workbook.cells.settle(&mut workbook.text, &mut workbook.records);
            hand_on(walk, leaf, std::mem::take(&mut workbook.text), leaf.place);
            walk.out.time(leaf.path)?;
            if walk.out.text_left() == 0 {
                walk.out.unread(leaf.path, leaf.file(), Cause::TooLarge);
                return Ok(());
            }
        }
    }
    while !workbook.open.is_empty() {
        workbook.end();
    }
    workbook.cells.settle(&mut workbook.text, &mut workbook.records);
    hand_on(walk, leaf, workbook.text, leaf.place);
    hand_on(walk, leaf, workbook.asides.take(), leaf.place);
    hand_on(walk, leaf, workbook.properties.take(), Place::Metadata);
    if tokens.damaged() {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    }
    walk.out.time(leaf.path)
}

fn hand_on(walk: &mut Walk<'_>, leaf: &Leaf<'_>, text: Labelled, place: Place) {
    if sniff::has_words(text.content()) {
        walk.out.text(text.text(leaf, place));
    }
}

impl Workbook {
    fn is_in_row(&self) -> bool {
        self.open.contains(&Part::Row)
    }

    fn start(&mut self, element: &Element<'_>) {
        self.flush();
        let number = |name: &str| element.attribute(name).and_then(|number| number.parse().ok());
        let part = match element.name() {
            "Worksheet" => {
                self.cells.settle(&mut self.text, &mut self.records);
                self.cells = Cells::default();
                self.row = 0;
                self.text.end_line();
                self.text.line(&normal(&element.attribute("Name").unwrap_or_default()));
                Part::Other(String::new())
            }
            "Row" => {
                self.row = number("Index").unwrap_or(self.row.saturating_add(1));
                self.column = 0;
                Part::Row
            }
            "Cell" => {
                self.column = number("Index").unwrap_or(self.column.saturating_add(1));
                for name in ["HRef", "HRefScreenTip"] {
                    self.asides.add(None, &element.attribute(name).unwrap_or_default());
                }
                Part::Cell(number("MergeAcross").unwrap_or(0))
            }
            "Comment" => {
                self.properties
                    .add(Some("author"), &element.attribute("Author").unwrap_or_default());
                Part::Comment
            }
            "Data" => Part::Data,
            "NamedRange" => {
                self.asides.add(None, &element.attribute("Name").unwrap_or_default());
                Part::Machinery
            }
            "DocumentProperties" | "CustomDocumentProperties" => Part::Properties,
            "Styles" | "OfficeDocumentSettings" | "ExcelWorkbook" | "WorksheetOptions" => {
                Part::Machinery
            }
            name => Part::Other(name.to_owned()),
        };
        self.open.push(part);
    }

    fn end(&mut self) {
        self.flush();
        match self.open.pop() {
            Some(Part::Row) => self.text.end_line(),
            Some(Part::Cell(more)) => {
                self.cell();
                self.column = self.column.saturating_add(more);
            }
            _ => {}
        }
    }

    /// Writes the words that have ended, where they belong.
    fn flush(&mut self) {
        let words = std::mem::take(&mut self.words);
        let belongs = |part: &&Part| !matches!(part, Part::Other(_) | Part::Data);
        match self.open.iter().rev().find(belongs) {
            Some(Part::Machinery) => {}
            Some(Part::Cell(_)) if self.open.contains(&Part::Data) => self.value.push_str(&words),
            Some(Part::Properties) => match self.open.last() {
                Some(Part::Other(name)) => self.properties.add(Some(name), &words),
                _ => self.properties.add(None, &words),
            },
            _ => self.asides.add(None, &words),
        }
    }

    /// Writes the cell that has ended. Letters in different fonts are pieces of one value.
    fn cell(&mut self) {
        let value = std::mem::take(&mut self.value);
        let words = normal(as_shown(value.trim()));
        if words.is_empty() {
            return;
        }
        if !self.text.content().is_empty() && !self.text.content().ends_with('\n') {
            self.text.words("\t");
        }
        let from = self.text.len();
        self.text.words(&words);
        self.cells.cell(self.row, self.column, &self.text, from);
    }
}

/// A day is written with a time that nobody entered.
fn as_shown(value: &str) -> &str {
    value.strip_suffix("T00:00:00.000").unwrap_or(value)
}
