//! A tag as it is read, and what it says about quotation and signature.

use crate::text::Zone;

/// The tag that is being read. Names and values stand one behind the other in `bytes`.
#[derive(Default)]
pub(super) struct Tag {
    pub(super) name: Vec<u8>,
    pub(super) bytes: Vec<u8>,
    /// Where name and value of each attribute begin.
    pub(super) attributes: Vec<(usize, usize)>,
    pub(super) kind: Kind,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Start,
    End,
}

impl Tag {
    pub(super) fn clear(&mut self, kind: Kind) {
        self.name.clear();
        self.bytes.clear();
        self.attributes.clear();
        self.kind = kind;
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&[u8], &str)> {
        self.attributes.iter().enumerate().map(|(index, &(start, middle))| {
            let end = self.attributes.get(index + 1).map_or(self.bytes.len(), |next| next.0);
            let name = self.bytes.get(start..middle).unwrap_or_default();
            let value = self.bytes.get(middle..end).unwrap_or_default();
            (name, std::str::from_utf8(value).unwrap_or_default())
        })
    }

    pub(super) fn value(&self, wanted: &[u8]) -> Option<&str> {
        self.pairs().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }

    /// The zone that the element is, as mail programs mark it up.
    pub(super) fn sets_off(&self) -> SetsOff {
        const CLASSES: &[&str] = &[
            "gmail_quote",
            "gmail_quote_container",
            "gmail_extra",
            "gmail_attr",
            "yahoo_quoted",
            "moz-cite-prefix",
            "moz-forward-container",
            "protonmail_quote",
            "tutanota_quote",
            "zmail_extra",
            "OutlookMessageHeader",
            "ms-outlook-mobile-reference-message",
            "WordSection1-quoted",
        ];
        const IDS: &[&str] = &[
            "divRplyFwdMsg",
            "appendonsend",
            "stopSpelling",
            "zwchr",
            "OLK_SRC_BODY_SECTION",
            "mailContentReplied",
            "mail-editor-reference-message-container",
        ];
        for (name, value) in self.pairs() {
            let known = |list: &[&str]| {
                let mut words = value.split_whitespace();
                words.any(|word| list.contains(&word.trim_start_matches("x_")))
            };
            match name {
                b"class" if known(CLASSES) => return SetsOff::Itself(Zone::Quoted),
                b"id" if known(IDS) => return SetsOff::TheRest,
                // gmail_signature, moz-signature, ms-outlook-mobile-signature, Signature, ...
                b"class" | b"id" if value.to_ascii_lowercase().contains("signature") => {
                    return SetsOff::Itself(Zone::Signature);
                }
                b"style" if value.starts_with("border:none") && value.len() < 200 => {
                    let style: String = value.chars().filter(|c| !c.is_whitespace()).collect();
                    if style.contains("border-top:solid#") && style.contains("padding:3.0pt") {
                        return SetsOff::TheRest;
                    }
                }
                _ => {}
            }
        }
        SetsOff::Nothing
    }
}

/// What an element sets off from what the sender wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetsOff {
    Nothing,
    /// It is a zone.
    Itself(Zone),
    /// It begins the header of a quoted message, which goes on to the end of the page.
    TheRest,
}
