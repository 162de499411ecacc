//! Drives the tokenizer: tags, characters and comments to a [`Page`].

use html5gum::{Emitter, Error, State, Tokenizer};

use super::Words;
use super::asides::{self, Aside};
use super::elements::{self, Inside, Layout};
use super::page::Page;
use super::tag::{Kind, SetsOff, Tag};
use crate::text::Zone;

/// Levels of pages in comments and in `srcdoc` that are read as markup; deeper ones as words.
const DEEPEST: u32 = 4;

/// Tags between two looks at the clock.
const TAGS_A_LOOK: u32 = 4096;

/// Reads a page and everything in it.
pub(super) fn read(html: &str, go_on: &dyn Fn() -> bool) -> Words {
    let mut reader = Reader::new(Page::with_capacity(html.len() / 3));
    let mut complete = reader.run(html, Source::Page, go_on);
    // What is not shown comes after what is, so that it splits no words.
    let mut depth = 1;
    while complete && !reader.asides.is_empty() {
        for (aside, source) in std::mem::take(&mut reader.asides) {
            reader.page.line("");
            if source == Source::Words || depth > DEEPEST {
                reader.page.line(&aside);
            } else {
                complete = complete && reader.run(&aside, source, go_on);
            }
        }
        depth += 1;
    }
    let embeds = reader.embeds;
    let (text, zones) = reader.page.finish();
    Words { text, zones, embeds, complete }
}

/// Where markup comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Page,
    /// A comment: mostly markup of word processors for themselves.
    Comment,
    /// No markup at all.
    Words,
}

pub(super) struct Reader {
    pub(super) page: Page,
    pub(super) asides: Vec<(String, Source)>,
    pub(super) embeds: bool,
    source: Source,
    tag: Tag,
    last_start: Vec<u8>,
    comment: Vec<u8>,
    /// The element whose content is no markup, and that content.
    inside: Inside,
    script_is_data: bool,
    raw: Vec<u8>,
    /// Open `xml` elements of a comment: properties of a document, not its words.
    properties: u32,
    /// Elements that may stand for a zone, `div`, `table` and `pre`.
    containers: [Open; 3],
    tags: u32,
}

impl Reader {
    fn new(page: Page) -> Self {
        Self {
            page,
            asides: Vec::new(),
            embeds: false,
            source: Source::Page,
            tag: Tag::default(),
            last_start: Vec::new(),
            comment: Vec::new(),
            inside: Inside::Markup,
            script_is_data: false,
            raw: Vec::new(),
            properties: 0,
            containers: Default::default(),
            tags: 0,
        }
    }

    /// Reads one piece of markup; false when time ran out.
    fn run(&mut self, html: &str, source: Source, go_on: &dyn Fn() -> bool) -> bool {
        self.source = source;
        (self.inside, self.properties) = (Inside::Markup, 0);
        let complete = Tokenizer::new_with_emitter(html, Driver(self)).all(|_| go_on());
        self.end_of_page();
        complete
    }

    /// What was never closed has hidden everything behind it: that is read as markup.
    fn end_of_page(&mut self) {
        if matches!(self.inside, Inside::Style | Inside::Script) {
            let rest = String::from_utf8_lossy(&self.raw).into_owned();
            self.asides.push((rest, Source::Page));
        }
        self.raw.clear();
        self.inside = Inside::Markup;
    }

    fn characters(&mut self, bytes: &[u8]) {
        match self.inside {
            Inside::Style | Inside::Script => self.raw.extend_from_slice(bytes),
            _ if self.properties > 0 => {}
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => self.page.characters(text),
                Err(_) => self.page.characters(&String::from_utf8_lossy(bytes)),
            },
        }
    }

    fn end_comment(&mut self) {
        let comment = std::mem::take(&mut self.comment);
        let text = String::from_utf8_lossy(&comment);
        match asides::comment(&text) {
            Aside::Markup(markup) => self.asides.push((markup.to_owned(), Source::Comment)),
            Aside::Words(words) => self.aside(words.to_owned()),
            Aside::Nothing => {}
        }
        self.comment = comment;
        self.comment.clear();
    }

    pub(super) fn aside(&mut self, words: String) {
        self.asides.push((words, Source::Words));
    }

    fn end_tag(&mut self) {
        if self.inside != Inside::Markup {
            self.end_raw();
        }
        let name = std::mem::take(&mut self.tag.name);
        match &name[..] {
            b"blockquote" => self.page.close_zone(Zone::Quoted),
            b"xml" => self.properties = self.properties.saturating_sub(1),
            _ => {
                if let Some(zone) = self.open_elements(&name).and_then(Open::close) {
                    self.page.close_zone(zone);
                }
            }
        }
        self.page.close(elements::layout(&name));
        self.tag.name = name;
    }

    /// The open elements of a name that mail programs mark up as quotation or signature.
    fn open_elements(&mut self, name: &[u8]) -> Option<&mut Open> {
        let container = match name {
            b"div" => 0,
            b"table" => 1,
            b"pre" => 2,
            _ => return None,
        };
        self.containers.get_mut(container)
    }

    fn end_raw(&mut self) {
        let raw = std::mem::take(&mut self.raw);
        let code = String::from_utf8_lossy(&raw);
        match self.inside {
            Inside::Style => {
                self.embeds |= code.contains("url(data:image");
                asides::style_strings(&code).into_iter().for_each(|s| self.aside(s.to_owned()));
            }
            Inside::Script if self.script_is_data => self.aside(code.clone().into_owned()),
            Inside::Script => {
                asides::script_strings(&code).into_iter().for_each(|s| self.aside(s.to_owned()));
            }
            _ => {}
        }
        self.raw = raw;
        self.raw.clear();
        self.inside = Inside::Markup;
    }

    fn start_tag(&mut self) -> Option<State> {
        let tag = std::mem::take(&mut self.tag);
        let layout = elements::layout(&tag.name);
        self.page.open(layout);
        if layout == Layout::Unknown {
            self.unknown(&tag);
        }
        match &tag.name[..] {
            b"blockquote" => self.page.open_zone(Zone::Quoted),
            b"xml" if self.source == Source::Comment => {
                self.properties = self.properties.saturating_add(1);
            }
            name => {
                if let Some(open) = self.open_elements(name) {
                    let zone = open.open(tag.sets_off());
                    zone.into_iter().for_each(|zone| self.page.open_zone(zone));
                }
            }
        }
        if !tag.attributes.is_empty() {
            if tag.sets_off() == SetsOff::TheRest {
                self.page.open_zone(Zone::Quoted);
            }
            self.attributes(&tag);
        }
        self.inside = elements::inside(&tag.name);
        self.script_is_data = tag.value(b"type").is_some_and(is_data_script);
        self.last_start.clone_from(&tag.name);
        self.tag = tag;
        match self.inside {
            Inside::Markup => None,
            Inside::Characters => Some(State::RcData),
            Inside::Raw | Inside::Style => Some(State::RawText),
            Inside::Script => Some(State::ScriptData),
            Inside::Plain => Some(State::PlainText),
        }
    }
}

/// The open elements of one name, and which of them set off a zone.
#[derive(Default)]
struct Open {
    count: u32,
    /// How many were open where one that sets off a zone began, and that zone.
    zones: Vec<(u32, Zone)>,
}

impl Open {
    fn open(&mut self, sets_off: SetsOff) -> Option<Zone> {
        self.count = self.count.saturating_add(1);
        let SetsOff::Itself(zone) = sets_off else { return None };
        self.zones.push((self.count, zone));
        Some(zone)
    }

    /// Closes the last one; gives the zone that ends with it.
    fn close(&mut self) -> Option<Zone> {
        let ends = self.zones.pop_if(|(count, _)| *count == self.count);
        self.count = self.count.saturating_sub(1);
        ends.map(|(_, zone)| zone)
    }
}

fn is_data_script(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    !media_type.is_empty() && !media_type.contains("script") && media_type != "module"
}

/// The reader as the tokenizer sees it. A token is no more than a chance to stop.
struct Driver<'r>(&'r mut Reader);

impl Emitter for Driver<'_> {
    type Token = ();

    fn set_last_start_tag(&mut self, last_start_tag: Option<&[u8]>) {
        self.0.last_start = last_start_tag.unwrap_or_default().to_vec();
    }

    fn emit_eof(&mut self) {}

    fn emit_error(&mut self, _error: Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    #[inline]
    fn pop_token(&mut self) -> Option<()> {
        if self.0.tags < TAGS_A_LOOK {
            return None;
        }
        self.0.tags = 0;
        Some(())
    }

    #[inline]
    fn emit_string(&mut self, bytes: &[u8]) {
        self.0.characters(bytes);
    }

    fn init_start_tag(&mut self) {
        self.0.tag.clear(Kind::Start);
    }

    fn init_end_tag(&mut self) {
        self.0.tag.clear(Kind::End);
    }

    fn init_comment(&mut self) {
        self.0.comment.clear();
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.0.tags += 1;
        match self.0.tag.kind {
            Kind::Start => self.0.start_tag(),
            Kind::End => {
                self.0.end_tag();
                None
            }
        }
    }

    fn emit_current_comment(&mut self) {
        self.0.tags += 1;
        self.0.end_comment();
    }

    fn emit_current_doctype(&mut self) {}

    fn set_self_closing(&mut self) {}

    fn set_force_quirks(&mut self) {}

    fn push_tag_name(&mut self, s: &[u8]) {
        self.0.tag.name.extend_from_slice(s);
    }

    fn push_comment(&mut self, s: &[u8]) {
        self.0.comment.extend_from_slice(s);
    }

    fn push_doctype_name(&mut self, _s: &[u8]) {}

    fn init_doctype(&mut self) {}

    fn init_attribute(&mut self) {
        let at = self.0.tag.bytes.len();
        self.0.tag.attributes.push((at, at));
    }

    fn push_attribute_name(&mut self, s: &[u8]) {
        let tag = &mut self.0.tag;
        tag.bytes.extend_from_slice(s);
        if let Some(last) = tag.attributes.last_mut() {
            last.1 = tag.bytes.len();
        }
    }

    fn push_attribute_value(&mut self, s: &[u8]) {
        self.0.tag.bytes.extend_from_slice(s);
    }

    fn set_doctype_public_identifier(&mut self, _value: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _value: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _s: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _s: &[u8]) {}

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        let tag = &self.0.tag;
        tag.kind == Kind::End && !self.0.last_start.is_empty() && tag.name == self.0.last_start
    }
}
