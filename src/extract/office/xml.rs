//! XML as a flat row of tokens: no tree, no entity of its own making, and what is damaged is read
//! on behind the damage.
//!
//! Sheets are a million tags of a few bytes each. Tokens and attributes borrow from the document,
//! which is known to be UTF-8 once, and nobody keeps the names of what is open.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::message::charset;

/// Times that reading is taken up again behind damage; more is no document.
const MOST_REPAIRS: u32 = 64;
/// Bytes of the longest name of a character.
const LONGEST_REFERENCE: usize = 32;

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
    Aside(&'a str),
}

/// A start tag.
#[derive(Debug, Clone, Copy)]
pub(in crate::extract) struct Element<'a> {
    name: &'a str,
    attributes: &'a str,
}

/// Hands out the tokens of one document.
pub(in crate::extract) struct Tokens<'a> {
    rest: &'a str,
    /// Whether the end of an empty element comes next.
    ends: bool,
    repairs: u32,
    damaged: bool,
}

impl<'a> Tokens<'a> {
    /// Reads a document from its beginning.
    pub(in crate::extract) const fn of(text: &'a str) -> Self {
        Self { rest: text, ends: false, repairs: 0, damaged: false }
    }

    /// Whether there was damage up to here.
    pub(in crate::extract) const fn damaged(&self) -> bool {
        self.damaged
    }

    /// The next token; `None` at the end.
    pub(in crate::extract) fn next(&mut self) -> Option<Token<'a>> {
        if std::mem::take(&mut self.ends) {
            return Some(Token::End);
        }
        loop {
            match self.rest.as_bytes() {
                [] => return None,
                [b'<', b'/', ..] => match self.split_behind(b'>') {
                    Some(_) => return Some(Token::End),
                    None => self.take_up()?,
                },
                [b'<', b'?', ..] => match self.between("<?", "?>") {
                    // The declaration says how the document is written, and that is known.
                    Some(words) if words.split_ascii_whitespace().next() == Some("xml") => {}
                    Some(words) => return Some(Token::Aside(words)),
                    None => self.take_up()?,
                },
                [b'<', b'!', ..] => match self.declaration() {
                    Some(token) => return Some(token),
                    None => self.take_up()?,
                },
                [b'<', ..] => match self.start() {
                    Some(element) => return Some(Token::Start(element)),
                    None => self.take_up()?,
                },
                [b'&', ..] => return Some(Token::Text(self.reference())),
                bytes => {
                    let end = memchr2(b'<', b'&', bytes).unwrap_or(bytes.len());
                    return Some(Token::Text(Cow::Borrowed(self.split(end)?)));
                }
            }
        }
    }

    /// A start tag: its end stands outside of quotes.
    fn start(&mut self) -> Option<Element<'a>> {
        let bytes = self.rest.as_bytes();
        let mut quote = 0;
        let end = bytes.iter().position(|&byte| {
            match byte {
                b'"' | b'\'' if quote == 0 => quote = byte,
                _ if byte == quote => quote = 0,
                _ => {}
            }
            byte == b'>' && quote == 0
        })?;
        let tag = self.split(end + 1)?.get(1..end)?;
        let within = tag.strip_suffix('/');
        self.ends = within.is_some();
        let tag = within.unwrap_or(tag);
        let name = tag.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at_checked(name)?;
        Some(Element { name, attributes })
    }

    /// What begins with `<!`.
    fn declaration(&mut self) -> Option<Token<'a>> {
        let rest = self.rest;
        if rest.starts_with("<!--") {
            self.between("<!--", "-->").map(Token::Aside)
        } else if rest.starts_with("<![CDATA[") {
            self.between("<![CDATA[", "]]>").map(|words| Token::Text(Cow::Borrowed(words)))
        } else if rest.get(..9).is_some_and(|name| name.eq_ignore_ascii_case("<!DOCTYPE")) {
            let mut depth = 0_u32;
            let end = rest.bytes().position(|byte| {
                match byte {
                    b'<' => depth += 1,
                    b'>' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0
            })?;
            self.split(end + 1)?.get(9..end).map(|words| Token::Aside(words.trim_start()))
        } else {
            None
        }
    }

    /// A character that is named. An ampersand that begins no name is itself.
    fn reference(&mut self) -> Cow<'static, str> {
        let behind = self.rest.as_bytes().get(1..).unwrap_or_default();
        let window = behind.get(..LONGEST_REFERENCE).unwrap_or(behind);
        let end = memchr3(b';', b'&', b'<', window);
        match end.filter(|end| *end > 0 && window.get(*end) == Some(&b';')) {
            Some(end) => {
                let name = self.split(end + 2).and_then(|name| name.get(1..=end));
                character(name.unwrap_or_default())
            }
            None => {
                self.split(1);
                Cow::Borrowed("&")
            }
        }
    }

    /// What stands between two marks, the first of which comes next.
    fn between(&mut self, from: &str, to: &str) -> Option<&'a str> {
        let behind = self.rest.strip_prefix(from)?;
        let end = memmem::find(behind.as_bytes(), to.as_bytes())?;
        let (words, rest) = behind.split_at_checked(end)?;
        self.rest = rest.strip_prefix(to)?;
        Some(words)
    }

    fn split_behind(&mut self, byte: u8) -> Option<&'a str> {
        let end = memchr(byte, self.rest.as_bytes())?;
        self.split(end + 1)
    }

    fn split(&mut self, at: usize) -> Option<&'a str> {
        let (before, rest) = self.rest.split_at_checked(at)?;
        self.rest = rest;
        Some(before)
    }

    /// Goes on at the first tag behind the damage; `None` when there is none.
    fn take_up(&mut self) -> Option<()> {
        self.damaged = true;
        self.repairs += 1;
        let behind = self.rest.get(1..).unwrap_or_default();
        let tag = memchr(b'<', behind.as_bytes()).filter(|_| self.repairs <= MOST_REPAIRS);
        self.rest = tag.and_then(|tag| behind.get(tag..)).unwrap_or_default();
        tag.map(drop)
    }
}

impl<'a> Element<'a> {
    /// Its name.
    pub(in crate::extract) fn name(&self) -> &'a str {
        local(self.name)
    }

    /// Its name with the prefix that it is written with.
    pub(in crate::extract) const fn full_name(&self) -> &'a str {
        self.name
    }

    /// The value of its first attribute of that local name.
    pub(in crate::extract) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attributes().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Its attributes: local names and values.
    pub(in crate::extract) fn attributes(
        &self,
    ) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> + use<'a> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            loop {
                let (name, value, behind) = attribute(rest)?;
                rest = behind;
                if !name.starts_with("xmlns") {
                    return Some((local(name), unescape(value)));
                }
            }
        })
    }
}

/// The first attribute: its name, its value as it is written, what follows.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let mut rest = text.trim_ascii_start();
    loop {
        let end = rest.bytes().position(|byte| byte == b'=' || byte.is_ascii_whitespace())?;
        let (name, behind) = rest.split_at_checked(end)?;
        rest = behind.trim_ascii_start();
        let Some(value) = rest.strip_prefix('=') else { continue };
        let value = value.trim_ascii_start();
        let quote = value.as_bytes().first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
        let (value, behind) = match quote {
            Some(quote) => {
                let value = value.get(1..)?;
                let end = value.bytes().position(|byte| byte == quote).unwrap_or(value.len());
                (value.get(..end)?, value.get(end + 1..).unwrap_or_default())
            }
            None => value.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((value, "")),
        };
        return Some((name, value, behind));
    }
}

fn local(name: &str) -> &str {
    let colon = name.bytes().rposition(|byte| byte == b':');
    colon.and_then(|colon| name.get(colon + 1..)).unwrap_or(name)
}

/// A value with its references resolved where they can be.
fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let window = from.as_bytes().get(..LONGEST_REFERENCE).unwrap_or(from.as_bytes());
        let name = memchr(b';', window).and_then(|end| from.get(..end));
        rest = match name.filter(|name| !name.contains('&')) {
            Some(name) => {
                out.push_str(&character(name));
                from.get(name.len() + 1..).unwrap_or_default()
            }
            None => {
                out.push('&');
                from
            }
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
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
    fn what_is_written_loosely_is_read() {
        for (xml, read) in [
            ("<a b=c d e = 'f>g' h=\"i'j\"/>", "<a b=c e=f>g h=i'j></>"),
            ("<a b='x&y;&#x41;&z'>&&lt;&amp", "<a b=x y A&z>&<&amp"),
            ("<x:a xmlns:x='u' x:b='1'></x:a>", "<a b=1></>"),
            ("<?xml?><!-- c --><?pi d?><![CDATA[<e>]]>", "[ c ][pi d]<e>"),
            ("text<!-- open", "text"),
        ] {
            assert_eq!(told(xml).0, read, "{xml}");
        }
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
