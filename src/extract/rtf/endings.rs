//! What becomes of a group at its end: a property, a shape's words, a picture, an object, a page.

use super::super::office::object;
use super::super::output::Flow;
use super::super::{html, sniff};
use super::destinations::{Destination, PROPERTIES};
use super::reader::Reader;
use crate::limits::Cause;
use crate::text::Text;

impl Reader<'_, '_, '_> {
    /// A group ends whose text went elsewhere.
    pub(super) fn leave(&mut self, destination: Destination) -> Flow {
        match destination {
            Destination::Beside => {
                self.page.seam = true;
                self.page.break_behind();
                if self.group.destination == Destination::Body && self.page.begins_line() {
                    self.page.flush_behind();
                }
            }
            Destination::Property(at) => {
                let held = std::mem::take(&mut self.held);
                self.properties.add(PROPERTIES.get(usize::from(at)).copied(), &held);
            }
            Destination::PropertyName | Destination::ShapeName => {
                self.name = std::mem::take(&mut self.held);
            }
            Destination::PropertyValue => {
                let (name, value) =
                    (std::mem::take(&mut self.name), std::mem::take(&mut self.held));
                self.properties.add(Some(&name), &value);
            }
            Destination::ShapeValue => {
                let (name, value) =
                    (std::mem::take(&mut self.name), std::mem::take(&mut self.held));
                if name.starts_with("wz") || name.starts_with("gtextU") {
                    self.page.break_behind();
                    self.page.beside(&value);
                    self.page.break_behind();
                }
            }
            Destination::Author => self.author(),
            Destination::Picture => {
                self.shown = true;
                let data = std::mem::take(&mut self.data);
                self.member(None, &data)?;
            }
            Destination::Object => {
                let data = std::mem::take(&mut self.data);
                let inner = object::embedded(&mut self.walk.out, self.leaf.path, &data)?;
                match inner {
                    Some(inner) => self.member(inner.name.as_deref(), &inner.bytes)?,
                    None => self.member(None, &data)?,
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn author(&mut self) {
        let held = std::mem::take(&mut self.held);
        let name = held.trim().trim_end_matches(';');
        if name != "Unknown" {
            self.properties.add(Some("author"), name);
        }
    }

    fn member(&mut self, name: Option<&str>, bytes: &[u8]) -> Flow {
        if bytes.is_empty() {
            return Ok(());
        }
        self.walk.out.unpacked(bytes.len(), self.leaf.path)?;
        self.walk.member(&mut self.children, name, bytes)
    }

    /// The page that the document was made from (MS-OXRTFEX section 2.1.3).
    pub(super) fn original(&mut self, html: &str) {
        let words = html::words(html, &|| self.walk.out.has_time());
        let text = Text { zones: words.zones, ..self.leaf.text(words.text) };
        if sniff::has_words(text.content.expose()) {
            self.walk.out.text(text);
        }
        if words.embeds {
            self.walk.out.unread(self.leaf.path, self.leaf.file(), Cause::Unsupported);
        }
        if !words.complete {
            self.walk.out.unread(self.leaf.path, self.leaf.file(), Cause::TimedOut);
        }
    }
}
