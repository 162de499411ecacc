//! File names as texts: `MRN_0012345_scan.pdf` says as much as a line in the body.

use super::normal::normal;
use super::output::Output;
use crate::message::Content;
use crate::secret::Secret;
use crate::text::{PartPath, Place, Text};

/// Names of one part that are read; more are hostile.
const MOST: usize = 16;

/// Hands on every different name of a part.
pub(super) fn read(out: &mut Output<'_>, part: &PartPath, group: &PartPath, content: &Content) {
    for name in content.file_names.iter().take(MOST) {
        read_one(out, part, group, name);
    }
}

/// Hands on one name. What joins words in file names is a space in the text, since `_` would count
/// as a letter of the words at its sides.
pub(super) fn read_one(out: &mut Output<'_>, part: &PartPath, group: &PartPath, name: &str) {
    let words = normal(name).replace("%20", " ").replace(['_', '+'], " ");
    let mut text = Text::plain(Place::FileName, part, words);
    text.group = group.clone();
    text.file = Some(Secret::new(name.to_owned()));
    out.text(text);
}
