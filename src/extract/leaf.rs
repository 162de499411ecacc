//! A part with no parts of its own, its transfer encoding undone.

use crate::message::Content;
use crate::secret::Secret;
use crate::text::{PartPath, Place, Text};

/// What a reader is given.
pub(super) struct Leaf<'a> {
    /// Which part.
    pub(super) path: &'a PartPath,
    /// The part that its texts count as.
    pub(super) group: &'a PartPath,
    /// Where its texts stand.
    pub(super) place: Place,
    /// What its header says.
    pub(super) content: &'a Content,
    /// Its bytes.
    pub(super) bytes: &'a [u8],
}

impl Leaf<'_> {
    /// The first of its file names.
    pub(super) fn file(&self) -> Option<&str> {
        self.content.file_names.first().map(String::as_str)
    }

    /// What follows the last dot of its file name, in lower case.
    pub(super) fn extension(&self) -> Option<String> {
        let (_, extension) = self.file()?.rsplit_once('.')?;
        Some(extension.to_ascii_lowercase())
    }

    /// A text of this part.
    pub(super) fn text(&self, content: String) -> Text {
        let mut text = Text::plain(self.place, self.path, content);
        text.group = self.group.clone();
        text.file = self.file().map(|name| Secret::new(name.to_owned()));
        text
    }
}
