//! XML as a flat row of tokens: no tree, no entity of its own making, and what is damaged is read
//! on behind the damage.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::message::charset;

/// Times that reading is taken up again behind damage; more is no document.
const MOST_REPAIRS: u32 = 64;

/// One piece of a document. Names are local: what stands behind the last colon.
#[derive(Debug)]
pub(in crate::extract) enum Token<'a> {
    /// A start tag. An empty element gives a start and an end.
    Start(Element<'a>),
    /// An end tag. Whose it is, the reader of the tokens knows from the starts.
    End,
    /// Characters; one stretch of text may come in several of them.
    Text(Cow<'a, str>),
    /// A comment, a processing instruction or a document type: words that no program shows.
    Aside(Cow<'a, str>),
}

/// A start tag.
#[derive(Debug)]
pub(in crate::extract) struct Element<'a>(BytesStart<'a>);

/// Hands out the tokens of one document.
pub(in crate::extract) struct Tokens<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// Where in the text the reader began.
    from: usize,
    repairs: u32,
    damaged: bool,
}

impl<'a> Tokens<'a> {
    /// Reads a document from its beginning.
    pub(in crate::extract) fn of(text: &'a str) -> Self {
        Self { text, reader: reader(text), from: 0, repairs: 0, damaged: false }
    }

    /// Whether there was damage up to here.
    pub(in crate::extract) const fn damaged(&self) -> bool {
        self.damaged
    }

    /// The next token; `None` at the end.
    pub(in crate::extract) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            match self.reader.read_event() {
                Ok(Event::Start(start) | Event::Empty(start)) => {
                    return Some(Token::Start(Element(start)));
                }
                Ok(Event::End(_)) => return Some(Token::End),
                Ok(Event::Text(text)) => return Some(Token::Text(text.into_inner())),
                Ok(Event::CData(data)) => return Some(Token::Text(data.into_inner())),
                Ok(Event::GeneralRef(name)) => return Some(Token::Text(character(&name))),
                Ok(Event::Comment(words)) => return Some(Token::Aside(words.into_inner())),
                Ok(Event::PI(words)) => return Some(Token::Aside(words.into_inner())),
                Ok(Event::DocType(words)) => return Some(Token::Aside(words.into_inner())),
                Ok(Event::Decl(_)) => {}
                Ok(Event::Eof) => return None,
                Err(_) => {
                    self.damaged = true;
                    if !self.take_up() {
                        return None;
                    }
                }
            }
        }
    }

    /// Goes on at the first tag behind the damage.
    fn take_up(&mut self) -> bool {
        self.repairs += 1;
        let at = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
        let behind = self.from.saturating_add(at).saturating_add(1);
        let bytes = self.text.as_bytes().get(behind..).unwrap_or_default();
        let Some(tag) = memchr::memchr(b'<', bytes) else { return false };
        self.from = behind + tag;
        let Some(rest) = self.text.get(self.from..) else { return false };
        self.reader = reader(rest);
        self.repairs <= MOST_REPAIRS
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    config.expand_empty_elements = true;
    reader
}

impl Element<'_> {
    /// Its name.
    pub(in crate::extract) fn name(&self) -> &str {
        local(self.0.name().0)
    }

    /// Its name with the prefix that it is written with.
    pub(in crate::extract) fn full_name(&self) -> &str {
        self.0.name().0
    }

    /// The value of its first attribute of that local name.
    pub(in crate::extract) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Its attributes: local names and values.
    pub(in crate::extract) fn attributes(&self) -> impl Iterator<Item = (String, String)> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        attributes
            .flatten()
            .filter(|attribute| !attribute.key.0.starts_with("xmlns"))
            .map(|attribute| (local(attribute.key.0).to_owned(), unescape(&attribute.value)))
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// A value with its references resolved where they can be.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        match from.split_once(';') {
            Some((name, behind)) if name.len() <= 10 => {
                out.push_str(&character(name));
                rest = behind;
            }
            _ => {
                out.push('&');
                rest = from;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What a reference stands for: a character (XML 1.0 sections 4.1 and 4.6). An entity that the
/// document defines itself stands for its name, and is never expanded.
fn character(name: &str) -> Cow<'static, str> {
    let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    });
    match (number.and_then(char::from_u32), name) {
        (Some(character), _) => Cow::Owned(character.to_string()),
        (None, "lt") => Cow::Borrowed("<"),
        (None, "gt") => Cow::Borrowed(">"),
        (None, "amp") => Cow::Borrowed("&"),
        (None, "quot") => Cow::Borrowed("\""),
        (None, "apos") => Cow::Borrowed("'"),
        (None, name) => Cow::Owned(format!(" {name} ")),
    }
}

/// The characters of an XML document: UTF-8, UTF-16, or what it declares.
pub(in crate::extract) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(body)
        && !text.starts_with("<\0")
        && !text.starts_with("\0<")
    {
        return Cow::Borrowed(text);
    }
    let (little, big) = (encoding_rs::UTF_16LE, encoding_rs::UTF_16BE);
    match bytes {
        [0xFF, 0xFE, rest @ ..] | rest @ [b'<', 0, ..] => {
            little.decode_without_bom_handling(rest).0
        }
        [0xFE, 0xFF, rest @ ..] | rest @ [0, b'<', ..] => big.decode_without_bom_handling(rest).0,
        _ => match charset::declared_in_markup(bytes) {
            Some(label) => charset::decode(bytes, Some(&label)).text,
            None => String::from_utf8_lossy(bytes),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(xml: &str) -> (String, bool) {
        let mut tokens = Tokens::of(xml);
        let mut told = String::new();
        while let Some(token) = tokens.next() {
            match token {
                Token::Start(element) => {
                    told.push_str(&format!("<{}", element.name()));
                    for (name, value) in element.attributes() {
                        told.push_str(&format!(" {name}={value}"));
                    }
                    told.push('>');
                }
                Token::End => told.push_str("</>"),
                Token::Text(text) => told.push_str(&text),
                Token::Aside(text) => told.push_str(&format!("[{text}]")),
            }
        }
        (told, tokens.damaged())
    }

    #[test]
    fn tokens_have_local_names_and_resolved_characters() {
        let xml =
            "<?xml version='1.0'?><w:p w:x='a&amp;b'><w:t>J&#252;rgen &lt;1&gt;</w:t><w:br/></w:p>";
        assert_eq!(told(xml).0, "<p x=a&b><t>Jürgen <1></><br></></>");
    }

    #[test]
    fn an_entity_of_the_document_is_never_expanded() {
        let xml = "<!DOCTYPE d [<!ENTITY a 'MRN 1'>]><d>&a;&a;</d>";
        assert_eq!(told(xml).0, "[d [<!ENTITY a 'MRN 1'>]]<d> a  a </>");
    }

    #[test]
    fn damage_is_told_and_what_follows_it_is_read() {
        assert_eq!(told("<a>x</b><c>y & z").0, "<a>x</><c>y & z");
        let (read, damaged) = told("<a>before<!bad <t>behind</t></a>");
        assert!(damaged && read.contains("before") && read.contains("behind"), "{read}");
        assert!(told("<a>text<b attr='").1);
    }

    #[test]
    fn wide_characters_are_decoded() {
        let xml = "<a>Müller</a>";
        let little: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&little), xml);
        let big: Vec<u8> = "\u{FEFF}"
            .chars()
            .chain(xml.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(decode(&big), xml);
        assert_eq!(
            decode(b"<?xml version='1.0' encoding='iso-8859-1'?><a>M\xFCller</a>"),
            "<?xml version='1.0' encoding='iso-8859-1'?><a>Müller</a>"
        );
    }
}
