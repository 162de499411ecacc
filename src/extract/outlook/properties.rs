//! MAPI properties (MS-OXPROPS, MS-OXCDATA): numbers with a type and a value.

use std::borrow::Cow;

use super::code_page;
use crate::message::charset;

/// Types (MS-OXCDATA section 2.11.1).
pub(super) mod kind {
    pub(in super::super) const INTEGER: u16 = 0x0003;
    pub(in super::super) const OBJECT: u16 = 0x000D;
    pub(in super::super) const STRING_8: u16 = 0x001E;
    pub(in super::super) const STRING: u16 = 0x001F;
}

/// Numbers (MS-OXPROPS).
pub(super) mod id {
    pub(in super::super) const MESSAGE_CLASS: u16 = 0x001A;
    pub(in super::super) const SUBJECT: u16 = 0x0037;
    pub(in super::super) const TRANSPORT_HEADERS: u16 = 0x007D;
    pub(in super::super) const SENDER_NAME: u16 = 0x0C1A;
    pub(in super::super) const SENDER_SMTP_ADDRESS: u16 = 0x5D01;
    pub(in super::super) const SENDER_ADDRESS: u16 = 0x0C1F;
    pub(in super::super) const DISPLAY_BCC: u16 = 0x0E02;
    pub(in super::super) const DISPLAY_CC: u16 = 0x0E03;
    pub(in super::super) const DISPLAY_TO: u16 = 0x0E04;
    pub(in super::super) const BODY: u16 = 0x1000;
    pub(in super::super) const RTF: u16 = 0x1009;
    pub(in super::super) const HTML: u16 = 0x1013;
    pub(in super::super) const DISPLAY_NAME: u16 = 0x3001;
    pub(in super::super) const ADDRESS: u16 = 0x3003;
    pub(in super::super) const SMTP_ADDRESS: u16 = 0x39FE;
    pub(in super::super) const ATTACHMENT: u16 = 0x3701;
    pub(in super::super) const SHORT_FILE_NAME: u16 = 0x3704;
    pub(in super::super) const FILE_NAME: u16 = 0x3707;
    pub(in super::super) const INTERNET_CODE_PAGE: u16 = 0x3FDE;
    pub(in super::super) const CODE_PAGE: u16 = 0x3FFD;
}

/// One property.
#[derive(Debug, Clone)]
pub(super) struct Property {
    pub(super) id: u16,
    pub(super) kind: u16,
    pub(super) value: Vec<u8>,
}

/// The properties of one message, recipient or attachment.
#[derive(Debug, Clone, Default)]
pub(super) struct Properties {
    pub(super) all: Vec<Property>,
    /// The code page of its plain strings, when something outside of the properties says it.
    pub(super) code_page: Option<u32>,
}

impl Properties {
    pub(super) fn push(&mut self, id: u16, kind: u16, value: Vec<u8>) {
        self.all.push(Property { id, kind, value });
    }

    /// The property of that number, if it is not empty.
    pub(super) fn find(&self, id: u16) -> Option<&Property> {
        self.all.iter().find(|property| property.id == id && !property.value.is_empty())
    }

    /// The text of that number.
    pub(super) fn text(&self, id: u16) -> Option<String> {
        self.find(id).and_then(|property| self.text_of(property))
    }

    /// The first text of those numbers.
    pub(super) fn first_text(&self, ids: &[u16]) -> Option<String> {
        ids.iter().find_map(|&id| self.text(id))
    }

    /// A property as a text; `None` for those that are none.
    pub(super) fn text_of(&self, property: &Property) -> Option<String> {
        let label = match property.kind & !0x1000 {
            kind::STRING => Cow::Borrowed("utf-16le"),
            kind::STRING_8 => self.charset(),
            _ => return None,
        };
        let decoded = charset::decode(&property.value, Some(label.as_bytes()));
        Some(decoded.text.trim_end_matches('\0').to_owned())
    }

    /// The character set of plain strings.
    pub(super) fn charset(&self) -> Cow<'static, str> {
        let said = self.integer(id::CODE_PAGE).or(self.code_page);
        code_page::label(said.or_else(|| self.integer(id::INTERNET_CODE_PAGE)).unwrap_or(1252))
    }

    /// The character set of the HTML.
    pub(super) fn html_charset(&self) -> Cow<'static, str> {
        self.integer(id::INTERNET_CODE_PAGE).map_or_else(|| self.charset(), code_page::label)
    }

    fn integer(&self, id: u16) -> Option<u32> {
        let property = self.find(id).filter(|property| property.kind == kind::INTEGER)?;
        super::super::archive::u32_at(&property.value, 0)
    }
}
