//! Running text in XML: paragraphs, tables, what stands beside them and what changed in them.
//!
//! Which element is what, the vocabulary of the format says. Runs of a paragraph join without a
//! blank. What interrupts a paragraph without being part of it (a text box, a deletion, a field's
//! code, a note) stands behind it, so that a number around it stays one number.

use super::super::labelled::Labelled;
use super::super::normal::push_normal;
use super::cells::Records;
use super::lines::Lines;
use super::open_tables::OpenTables;
use super::vocabulary::{Role, Says, Vocabulary};
use super::xml::{Element, Token, Tokens};

/// Bytes of a choice and its fallback that are compared.
const COMPARED: usize = 16 << 10;

/// What one part of a document gives.
pub(in crate::extract) struct Story<'v> {
    vocabulary: &'v Vocabulary,
    pub(in crate::extract) text: Labelled,
    open: Vec<Role>,
    tables: OpenTables,
    alternates: Vec<Alternate>,
    /// What stands behind the paragraph.
    behind: String,
    paragraphs: u32,
    skipped: u32,
    beside: u32,
    /// What the last deletion was, and how much text stood there at its end.
    kept: (Role, usize),
    /// Whether a link or field began or ended since the last words.
    seam: bool,
    deleted: u32,
    codes: u32,
    runs: u32,
    /// Whether the open run is not shown.
    hidden: bool,
}

/// Where a choice stands in the text and behind the paragraph.
#[derive(Default, Clone, Copy)]
struct Alternate {
    text: (usize, usize),
    behind: (usize, usize),
    fallback: (usize, usize),
}

impl<'v> Story<'v> {
    pub(in crate::extract) fn new(vocabulary: &'v Vocabulary) -> Self {
        Self {
            vocabulary,
            text: Labelled::default(),
            open: Vec::new(),
            tables: OpenTables::default(),
            alternates: Vec::new(),
            behind: String::new(),
            paragraphs: 0,
            skipped: 0,
            beside: 0,
            kept: (Role::Plain, 0),
            seam: false,
            deleted: 0,
            codes: 0,
            runs: 0,
            hidden: false,
        }
    }

    /// Reads tokens until `full` bytes are there that can be handed on, or to the end (true).
    pub(in crate::extract) fn read(
        &mut self,
        tokens: &mut Tokens<'_>,
        full: usize,
        records: &mut Records,
        authors: &mut Lines,
    ) -> bool {
        while let Some(token) = tokens.next() {
            match token {
                Token::Start(element) => self.start(&element, authors),
                Token::End => self.end(records),
                Token::Text(text) => self.characters(&text),
                Token::Aside(text) => self.aside(text),
            }
            let divisible = self.tables.is_empty() && self.alternates.is_empty();
            if divisible && self.text.len() >= full {
                return false;
            }
        }
        while !self.open.is_empty() {
            self.end(records);
        }
        self.flush_behind();
        true
    }

    /// The text up to here; what is open goes on in the next.
    pub(in crate::extract) fn take(&mut self) -> Labelled {
        std::mem::take(&mut self.text)
    }

    /// Words that stand behind the paragraph, or on a line of their own.
    pub(in crate::extract) fn aside(&mut self, words: &str) {
        let words = words.trim();
        if !words.is_empty() {
            self.break_behind();
            push_normal(words, &mut self.behind);
            self.behind.push('\n');
        }
        if self.paragraphs == 0 && self.beside == 0 {
            self.flush_behind();
        }
    }

    pub(in crate::extract) fn start(&mut self, element: &Element<'_>, authors: &mut Lines) {
        let role = (self.vocabulary.role)(element);
        for (name, value) in element.attributes() {
            match (self.vocabulary.says)(element.name(), name, &value) {
                Some(Says::Words) => self.aside(&value),
                Some(Says::Author) => authors.add(Some("author"), &value),
                None => {}
            }
        }
        self.open.push(role);
        match role {
            Role::Plain | Role::Words => {}
            Role::Block => self.end_line(),
            Role::Paragraph => {
                self.end_line();
                self.paragraphs += u32::from(self.beside == 0);
            }
            Role::Break => self.push("\n"),
            Role::Tab => self.push("\t"),
            Role::Blanks => {
                let count = element.attribute("c").and_then(|count| count.parse().ok());
                self.push(&" ".repeat(count.unwrap_or(1).min(8)));
            }
            Role::Hyphen => self.push("-"),
            Role::Table => {
                self.end_line();
                if self.beside == 0 {
                    self.tables.begin();
                }
            }
            Role::Row | Role::HeaderRow => {
                self.end_line();
                if self.beside == 0 {
                    self.tables.next_row();
                    if role == Role::HeaderRow {
                        self.tables.mark_header();
                    }
                }
            }
            Role::HeaderMark => self.tables.mark_header(),
            Role::Cell => {
                if self.beside == 0 {
                    self.tables.begin_cell(element, &self.text);
                }
            }
            Role::Span => {
                self.tables.span(element.attribute("val").and_then(|count| count.parse().ok()));
            }
            Role::Seam => self.seam = true,
            Role::Run => self.runs += 1,
            Role::Hidden => {
                let shown = element
                    .attribute("val")
                    .is_some_and(|val| matches!(val.as_ref(), "0" | "false" | "off"));
                if self.runs > 0 && !shown {
                    self.hidden = true;
                    if self.kept != (role, self.text.len()) {
                        self.break_behind();
                    }
                }
            }
            Role::Deleted | Role::Moved => {
                self.deleted += 1;
                if self.kept != (role, self.text.len()) {
                    self.break_behind();
                }
            }
            Role::Code => self.codes += 1,
            Role::Beside => {
                self.beside += 1;
                self.break_behind();
            }
            Role::Alternate => self.alternates.push(Alternate::default()),
            Role::Choice => {
                let at = (self.text.len(), self.behind.len());
                if let Some(alternate) = self.alternates.last_mut() {
                    alternate.text.0 = at.0;
                    alternate.behind.0 = at.1;
                }
            }
            Role::Fallback => {
                let at = (self.text.len(), self.behind.len());
                if let Some(alternate) = self.alternates.last_mut() {
                    alternate.fallback = at;
                }
            }
            Role::Skip => self.skipped += 1,
        }
    }

    pub(in crate::extract) fn end(&mut self, records: &mut Records) {
        let Some(role) = self.open.pop() else { return };
        match role {
            Role::Plain | Role::Words | Role::Break | Role::Tab => {}
            Role::Blanks | Role::Hyphen | Role::HeaderMark | Role::Span | Role::Hidden => {}
            Role::Block => self.end_line(),
            Role::Paragraph => {
                self.end_line();
                if self.beside == 0 {
                    self.paragraphs = self.paragraphs.saturating_sub(1);
                    self.flush_behind();
                }
            }
            Role::Table => {
                self.end_line();
                if self.beside == 0 {
                    self.tables.end(&mut self.text, records);
                }
            }
            Role::Row | Role::HeaderRow => self.end_row(),
            Role::Cell => self.end_cell(),
            Role::Seam => self.seam = true,
            Role::Run => {
                self.runs = self.runs.saturating_sub(1);
                if std::mem::take(&mut self.hidden) {
                    self.kept = (Role::Hidden, self.text.len());
                }
            }
            Role::Deleted | Role::Moved => {
                self.deleted = self.deleted.saturating_sub(1);
                self.kept = (role, self.text.len());
            }
            Role::Code => self.codes = self.codes.saturating_sub(1),
            Role::Beside => {
                self.break_behind();
                self.beside = self.beside.saturating_sub(1);
                if self.beside == 0 && self.paragraphs == 0 {
                    self.flush_behind();
                }
            }
            Role::Alternate => {
                self.alternates.pop();
            }
            Role::Choice => {
                let at = (self.text.len(), self.behind.len());
                if let Some(alternate) = self.alternates.last_mut() {
                    alternate.text.1 = at.0;
                    alternate.behind.1 = at.1;
                }
            }
            Role::Fallback => self.end_fallback(),
            Role::Skip => self.skipped = self.skipped.saturating_sub(1),
        }
    }

    pub(in crate::extract) fn characters(&mut self, text: &str) {
        if self.skipped > 0 {
            return;
        }
        let within = match self.open.last() {
            Some(Role::Words | Role::Code) => true,
            _ => self.vocabulary.mixed && self.paragraphs + self.beside > 0,
        };
        if within && self.vocabulary.mixed {
            self.push_collapsed(text);
        } else if within {
            self.push(text);
        } else if !text.trim_ascii().is_empty() {
            self.end_line();
            self.push(text.trim());
            self.end_line();
        }
    }

    fn is_behind(&self) -> bool {
        self.hidden || self.beside + self.deleted + self.codes > 0
    }

    fn push(&mut self, words: &str) {
        if self.is_behind() {
            push_normal(words, &mut self.behind);
        } else {
            let (before, after) = (self.text.content().chars().next_back(), words.chars().next());
            if std::mem::take(&mut self.seam)
                && before.is_some_and(char::is_alphabetic)
                && after.is_some_and(char::is_alphabetic)
            {
                self.text.words(" ");
            }
            self.text.normal_words(words);
        }
    }

    /// Blanks of XML that is indented are one blank.
    fn push_collapsed(&mut self, words: &str) {
        let content = if self.is_behind() { &self.behind } else { self.text.content() };
        let mut blank = content.is_empty() || content.ends_with(char::is_whitespace);
        let mut kept = String::with_capacity(words.len());
        for character in words.chars() {
            let white = matches!(character, ' ' | '\t' | '\n' | '\r');
            if !white {
                kept.push(character);
            } else if !blank {
                kept.push(' ');
            }
            blank = white;
        }
        self.push(&kept);
    }

    fn end_line(&mut self) {
        if self.beside > 0 {
            self.break_behind();
        } else if !self.tables.begins_cell(&self.text) {
            self.text.end_line();
        }
    }

    fn end_row(&mut self) {
        match self.beside {
            0 => self.tables.end_row(&mut self.text),
            _ => self.break_behind(),
        }
    }

    fn break_behind(&mut self) {
        if !self.behind.is_empty() && !self.behind.ends_with(['\n', '\t']) {
            self.behind.push('\n');
        }
    }

    fn end_cell(&mut self) {
        self.flush_behind();
        match self.beside {
            0 => self.tables.end_cell(&mut self.text),
            _ => self.break_behind(),
        }
    }

    /// Drops a fallback that says no more than its choice.
    fn end_fallback(&mut self) {
        let Some(alternate) = self.alternates.last().copied() else { return };
        let (text, behind) = alternate.fallback;
        let said = |content: &str, choice: (usize, usize), from: usize| {
            let fallback = content.get(from..)?.trim();
            let choice = content.get(choice.0..choice.1)?;
            (fallback.len() <= COMPARED && choice.len() <= COMPARED && choice.contains(fallback))
                .then_some(())
        };
        if said(self.text.content(), alternate.text, text).is_some()
            && said(&self.behind, alternate.behind, behind).is_some()
        {
            self.text.truncate(text);
            self.behind.truncate(behind);
        }
    }

    fn flush_behind(&mut self) {
        if self.behind.is_empty() || self.is_behind() {
            return;
        }
        self.text.end_line();
        self.text.words(&self.behind);
        self.text.end_line();
        self.behind.clear();
    }
}
