//! XML inside a PDF to pairs of element and text: XMP (ISO 16684-1) and XFA (ISO 32000-1, 12.7.8).

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::message::charset;

/// Elements in elements of which the names are kept.
const MOST_NESTED: usize = 1 << 10;
/// Errors after which a document is no XML.
const MOST_ERRORS: usize = 16;

/// A text and the element or attribute that it stands in.
pub(super) type Pair = (String, String);

/// The texts of a document, as far as it is XML.
pub(super) fn pairs(bytes: &[u8], go_on: &dyn Fn() -> bool) -> Vec<Pair> {
    let decoded = charset::decode(bytes, None);
    let mut reader = Reader::from_str(&decoded.text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut pairs = Pairs::default();
    let mut errors = 0;
    for count in 0_usize.. {
        if count.is_multiple_of(256) && !go_on() {
            break;
        }
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => pairs.take(event),
            Err(_) if errors < MOST_ERRORS => errors += 1,
            Err(_) => break,
        }
    }
    pairs.flush();
    pairs.found
}

#[derive(Default)]
struct Pairs {
    found: Vec<Pair>,
    open: Vec<String>,
    beyond: usize,
    text: String,
}

impl Pairs {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(element) => {
                self.flush();
                self.attributes(&element);
                if self.open.len() < MOST_NESTED {
                    self.open.push(element.local_name().as_ref().to_owned());
                } else {
                    self.beyond += 1;
                }
            }
            Event::Empty(element) => {
                self.flush();
                self.attributes(&element);
            }
            Event::End(_) => {
                self.flush();
                if self.beyond > 0 {
                    self.beyond -= 1;
                } else {
                    self.open.pop();
                }
            }
            Event::Text(text) => self.text.push_str(&text),
            Event::CData(text) => self.text.push_str(&text),
            Event::GeneralRef(reference) => self.reference(&reference),
            Event::Comment(text) => {
                self.found.push((String::new(), text.trim().to_owned()));
            }
            _ => {}
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>) {
        if let Ok(Some(c)) = reference.resolve_char_ref() {
            self.text.push(c);
        } else {
            self.text.push_str(resolve_xml_entity(reference).unwrap_or(" "));
        }
    }

    fn attributes(&mut self, element: &BytesStart<'_>) {
        for attribute in element.attributes().with_checks(false).filter_map(Result::ok) {
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            let value = unescape(&attribute.value).unwrap_or_default();
            let label = attribute.key.local_name().as_ref().to_owned();
            if !value.trim().is_empty() {
                self.found.push((label, value.trim().to_owned()));
            }
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        if !text.is_empty() {
            // A list says what it is by the element around it.
            let lists = ["li", "Alt", "Bag", "Seq", "Description", "value"];
            let label = self.open.iter().rev().find(|name| !lists.contains(&name.as_str()));
            self.found.push((label.cloned().unwrap_or_default(), text.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_attributes_are_named_by_what_they_stand_in() {
        let xml = b"<x:xmp xmlns:x='u'><rdf:Description pdf:Keywords='A&amp;B'><dc:title><rdf:Alt>\
            <rdf:li>Ada &lt;L&gt; &#49;</rdf:li></rdf:Alt></dc:title></rdf:Description></x:xmp>";
        let pair = |label: &str, text: &str| (label.to_owned(), text.to_owned());
        assert_eq!(pairs(xml, &|| true), [pair("Keywords", "A&B"), pair("title", "Ada <L> 1")]);
    }

    #[test]
    fn what_is_no_xml_gives_what_there_is() {
        assert_eq!(pairs(b"<a>one</b><c", &|| true)[0].1, "one");
        assert_eq!(pairs(b"", &|| true), []);
    }
}
