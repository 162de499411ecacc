//! A tag as it is read, and what it says about quotation.

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

    /// Whether the element is one in which mail programs quote.
    pub(super) fn quotes(&self) -> Quotes {
        const CLASSES: &[&str] = &[
            "gmail_quote",
            "gmail_quote_container",
            "gmail_extra",
            "yahoo_quoted",
            "moz-cite-prefix",
            "protonmail_quote",
            "tutanota_quote",
            "zmail_extra",
            "WordSection1-quoted",
        ];
        const IDS: &[&str] =
            &["divRplyFwdMsg", "appendonsend", "OLK_SRC_BODY_SECTION", "mailContentReplied"];
        for (name, value) in self.pairs() {
            match name {
                b"class" if value.split_whitespace().any(|class| CLASSES.contains(&class)) => {
                    return Quotes::Itself;
                }
                b"id" if IDS.contains(&value.trim_start_matches("x_")) => return Quotes::TheRest,
                b"style" if value.starts_with("border:none") && value.len() < 200 => {
                    let style: String = value.chars().filter(|c| !c.is_whitespace()).collect();
                    let bar = style.contains("border-top:solid#E1E1E1")
                        || style.contains("border-top:solid#B5C4DF");
                    if bar && style.contains("padding:3.0pt") {
                        return Quotes::TheRest;
                    }
                }
                _ => {}
            }
        }
        Quotes::Nothing
    }
}

/// What an element quotes.
#[derive(PartialEq, Eq)]
pub(super) enum Quotes {
    Nothing,
    Itself,
    /// It begins the header of a quoted message, which goes on to the end of the page.
    TheRest,
}
