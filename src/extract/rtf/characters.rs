//! What bytes and numbers of a document become: characters in its fonts, or the bytes of a file.

use super::destinations::Destination;
use super::fonts;
use super::reader::Reader;

impl Reader<'_, '_, '_> {
    /// A character by its number (UTF-16), in place of the characters that follow it.
    pub(super) fn unicode(&mut self, number: i32) {
        self.flush();
        self.skip = self.group.uc;
        // Numbers above 32767 are written as negative ones.
        let unit = u16::try_from(number.rem_euclid(65_536)).unwrap_or(0xFFFD);
        let units = match (self.surrogate.take(), unit) {
            (None, 0xD800..=0xDBFF) => {
                self.surrogate = Some(unit);
                return;
            }
            (Some(high), unit) => vec![high, unit],
            (None, unit) => vec![unit],
        };
        self.write(&String::from_utf16_lossy(&units));
    }

    /// Bytes of text, or the hexadecimal digits of a file.
    pub(super) fn bytes(&mut self, mut bytes: &[u8]) {
        if matches!(self.group.destination, Destination::Picture | Destination::Object) {
            return self.digits(bytes);
        }
        let passed = usize::from(self.skip).min(bytes.len());
        self.skip -= u8::try_from(passed).unwrap_or(self.skip);
        bytes = bytes.get(passed..).unwrap_or_default();
        if !matches!(self.group.destination, Destination::Skip | Destination::Fonts) {
            self.pending.extend_from_slice(bytes);
        }
    }

    fn digits(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let Some(digit) = char::from(*byte).to_digit(16).and_then(|d| u8::try_from(d).ok())
            else {
                continue;
            };
            match self.nibble.take() {
                Some(high) => self.data.push(high << 4 | digit),
                None => self.nibble = Some(digit),
            }
        }
    }

    /// Makes characters of the bytes that wait for it.
    pub(super) fn flush(&mut self) {
        if !self.pending.is_empty() {
            let page = self.fonts.page(self.group.font);
            let words = fonts::decode(&self.pending, page);
            self.pending.clear();
            self.write(&words);
        }
    }

    pub(super) fn write(&mut self, words: &str) {
        match self.group.destination {
            Destination::Body => match &mut self.html {
                Some(html) if !self.group.rtf_only => html.push_str(words),
                Some(_) => self.page.beside(words),
                None if self.group.hidden => self.page.beside(words),
                None => self.page.words(words),
            },
            Destination::Html => {
                if let Some(html) = &mut self.html {
                    html.push_str(words);
                }
            }
            Destination::Beside => self.page.beside(words),
            Destination::Property(_)
            | Destination::PropertyName
            | Destination::PropertyValue
            | Destination::ShapeName
            | Destination::ShapeValue
            | Destination::Author => self.held.push_str(words),
            Destination::Skip
            | Destination::Fonts
            | Destination::Info
            | Destination::Picture
            | Destination::OldPicture
            | Destination::Object => {}
        }
    }
}
