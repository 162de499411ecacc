//! Groups and control words of RTF, and what becomes of the text in them.

use super::super::labelled::Labelled;
use super::super::leaf::Leaf;
use super::super::office::cells::Records;
use super::super::office::lines::Lines;
use super::super::output::Flow;
use super::super::sniff;
use super::super::walk::{Children, Walk};
use super::destinations::Destination;
use super::fonts::Fonts;
use super::page::Page;
use super::tokens::{Token, Tokens};
use crate::limits::Cause;
use crate::text::Place;

/// Bytes of text that are handed on at once.
const FULL: usize = 1 << 20;
/// Groups in groups whose settings are kept; deeper ones share those of the last.
const MOST_GROUPS: usize = 1 << 18;
/// Tokens between two looks at the time.
const PATIENCE: u32 = 1 << 16;

/// Whether the bytes begin such a document.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    leaf.bytes.trim_ascii_start().starts_with(b"{\\rtf")
}

/// Reads a document to its end.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let mut reader = Reader {
        walk,
        leaf,
        page: Page::default(),
        records: Records::default(),
        properties: Lines::default(),
        children: Children::of(leaf.path),
        fonts: Fonts::new(),
        group: Group::new(),
        groups: Vec::new(),
        deeper: 0,
        pending: Vec::new(),
        surrogate: None,
        skip: 0,
        starts: Start::No,
        held: String::new(),
        name: String::new(),
        data: Vec::new(),
        nibble: None,
        shown: false,
        hidden_by: String::new(),
        html: None,
    };
    reader.all()
}

/// What holds within a group.
#[derive(Clone, Copy)]
pub(super) struct Group {
    pub(super) destination: Destination,
    pub(super) font: i32,
    /// Characters that stand for one in Unicode.
    pub(super) uc: u8,
    pub(super) hidden: bool,
    /// Within text that the HTML of the document does not have.
    pub(super) rtf_only: bool,
    in_table: bool,
}

impl Group {
    const fn new() -> Self {
        let destination = Destination::Body;
        Self { destination, font: i32::MIN, uc: 1, hidden: false, rtf_only: false, in_table: false }
    }
}

/// How far the beginning of a group is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    No,
    Opened,
    Ignorable,
}

pub(super) struct Reader<'r, 'w, 'l> {
    pub(super) walk: &'r mut Walk<'w>,
    pub(super) leaf: &'r Leaf<'l>,
    pub(super) page: Page,
    pub(super) records: Records,
    pub(super) properties: Lines,
    pub(super) children: Children<'l>,
    pub(super) fonts: Fonts,
    pub(super) group: Group,
    groups: Vec<Group>,
    deeper: usize,
    /// Bytes whose characters are not known yet: one may take two.
    pub(super) pending: Vec<u8>,
    pub(super) surrogate: Option<u16>,
    /// Characters left that stand for the Unicode character before them.
    pub(super) skip: u8,
    starts: Start,
    /// Text of a property.
    pub(super) held: String,
    /// The name of a property.
    pub(super) name: String,
    /// A picture or object.
    pub(super) data: Vec<u8>,
    pub(super) nibble: Option<u8>,
    /// Whether a picture was there that newer programs show.
    pub(super) shown: bool,
    /// The word that hid text last.
    hidden_by: String,
    /// The page that the document was made from.
    pub(super) html: Option<String>,
}

impl Reader<'_, '_, '_> {
    fn all(&mut self) -> Flow {
        let mut tokens = Tokens::of(self.leaf.bytes);
        let mut since = 0;
        while let Some(token) = tokens.next() {
            self.token(token)?;
            since += 1;
            if since == PATIENCE {
                since = 0;
                self.walk.out.time(self.leaf.path)?;
            }
            if self.page.divisible() >= FULL && !self.hand_on() {
                return Ok(());
            }
        }
        let cut = !self.groups.is_empty();
        self.flush();
        while !self.groups.is_empty() {
            self.close()?;
        }
        self.page.break_behind();
        self.hand_on();
        if let Some(html) = self.html.take() {
            self.original(&html);
        }
        let properties = self.properties.take();
        self.emit(properties, Place::Metadata);
        if cut {
            self.walk.out.unread(self.leaf.path, self.leaf.file(), Cause::Malformed);
        }
        Ok(())
    }

    fn token(&mut self, token: Token<'_>) -> Flow {
        let starts = std::mem::replace(&mut self.starts, Start::No);
        match token {
            Token::Open => {
                self.flush();
                self.skip = 0;
                if self.groups.len() < MOST_GROUPS {
                    self.groups.push(self.group);
                } else {
                    self.deeper += 1;
                }
                self.starts = Start::Opened;
            }
            Token::Close => {
                self.flush();
                self.skip = 0;
                self.close()?;
            }
            Token::Symbol(b'*') if starts == Start::Opened => self.starts = Start::Ignorable,
            Token::Symbol(symbol) => {
                self.flush();
                self.symbol(symbol);
            }
            Token::Word(word, number) => {
                if !matches!(word, "u" | "uc") {
                    self.flush();
                    self.skip = 0;
                }
                let destination = match starts {
                    Start::No => None,
                    Start::Opened => Destination::of(word, false),
                    Start::Ignorable => Destination::of(word, true),
                };
                match destination {
                    Some(destination) => self.enter(destination, word),
                    None => self.word(word, number),
                }
            }
            Token::Hex(byte) => self.bytes(&[byte]),
            Token::Text(bytes) => self.bytes(bytes),
            Token::Binary(bytes) => {
                self.skip = 0;
                if matches!(self.group.destination, Destination::Picture | Destination::Object) {
                    self.data.extend_from_slice(bytes);
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, destination: Destination, word: &str) {
        use Destination::{Beside, Object, OldPicture, Picture, Skip};
        let outer = self.group.destination;
        let destination = match (outer, destination) {
            // A property's name is a word like any other outside the properties.
            (Destination::Info, Destination::Property(_)) => destination,
            (outer, Destination::Property(_)) => outer,
            (Skip | OldPicture, Picture) if self.shown => Skip,
            (Skip, inner) if inner != Object => Skip,
            (_, inner) => inner,
        };
        match destination {
            Beside => self.page.break_behind(),
            Picture | Object => {
                self.data.clear();
                self.nibble = None;
            }
            _ => {}
        }
        if word == "fldinst" || word == "fldrslt" {
            self.page.seam = true;
        }
        self.group.destination = destination;
    }

    fn close(&mut self) -> Flow {
        let inner = self.group;
        if self.deeper > 0 {
            self.deeper -= 1;
        } else {
            self.group = self.groups.pop().unwrap_or_else(Group::new);
        }
        if inner.destination != self.group.destination {
            self.leave(inner.destination)?;
        } else if matches!(inner.destination, Destination::Author) {
            self.author();
        }
        Ok(())
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'\\' | b'{' | b'}' => self.bytes(&[symbol]),
            b'~' => self.write(" "),
            b'_' => self.write("-"),
            b'\r' | b'\n' => self.word("par", None),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let on = number != Some(0);
        if self.group.destination == Destination::Fonts {
            return self.fonts.word(word, number);
        }
        match word {
            "u" => self.unicode(number.unwrap_or(0)),
            "uc" => self.group.uc = u8::try_from(number.unwrap_or(1)).unwrap_or(1),
            "f" => self.group.font = number.unwrap_or(0),
            "deff" if self.group.font == i32::MIN => self.group.font = number.unwrap_or(0),
            "ansicpg" => self.fonts.default = u32::try_from(number.unwrap_or(1252)).unwrap_or(1252),
            "mac" => self.fonts.default = 10_000,
            "pc" => self.fonts.default = 437,
            "pca" => self.fonts.default = 850,
            "fromhtml" if self.html.is_none() => self.html = Some(String::new()),
            "htmlrtf" => self.group.rtf_only = on,
            "v" | "deleted" => {
                self.group.hidden = on;
                if on && self.hidden_by != word {
                    self.page.break_behind();
                    word.clone_into(&mut self.hidden_by);
                }
            }
            "trowd" if self.group.destination == Destination::Body => self.page.begin_row(),
            "plain" => self.group.hidden = false,
            "pard" => self.group.in_table = false,
            "intbl" => self.group.in_table = true,
            "trhdr" => self.page.head_row(),
            "par" | "sect" | "page" | "line" | "column" | "lbr" => self.end_paragraph(word),
            "cell" | "nestcell" | "row" | "nestrow" => self.end_cell(word),
            "tab" => self.write("\t"),
            "emspace" | "enspace" | "qmspace" => self.write(" "),
            "emdash" | "endash" => self.write("-"),
            "lquote" | "rquote" => self.write("'"),
            "ldblquote" | "rdblquote" => self.write("\""),
            "bullet" => self.write("\u{2022}"),
            _ => {}
        }
    }

    fn end_paragraph(&mut self, word: &str) {
        match self.group.destination {
            Destination::Body if self.html.is_none() && !self.group.hidden && word == "line" => {
                self.page.words("\n");
            }
            Destination::Body if self.html.is_none() => {
                self.page.end_paragraph(self.group.in_table, &mut self.records);
            }
            Destination::Beside => self.page.break_behind(),
            _ => self.write("\n"),
        }
    }

    fn end_cell(&mut self, word: &str) {
        if self.group.destination != Destination::Body || self.html.is_some() {
            return self.write(if word.ends_with("cell") { "\t" } else { "\n" });
        }
        match word {
            "cell" => self.page.end_cell(&mut self.records),
            "row" => self.page.end_row(),
            "nestcell" => self.page.end_nested_cell(),
            _ => self.page.end_nested_row(),
        }
    }

    /// Hands on the text up to here; false, and told, when there is no room for more.
    fn hand_on(&mut self) -> bool {
        let text = self.page.take(&mut self.records);
        self.emit(text, self.leaf.place);
        let room = self.walk.out.text_left() > 0;
        if !room {
            self.walk.out.unread(self.leaf.path, self.leaf.file(), Cause::TooLarge);
        }
        room
    }

    fn emit(&mut self, text: Labelled, place: Place) {
        if sniff::has_words(text.content()) {
            self.walk.out.text(text.text(self.leaf, place));
        }
    }
}
