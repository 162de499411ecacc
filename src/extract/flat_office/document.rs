//! Running text of a flat document, and the files in it.

use super::super::labelled::Labelled;
use super::super::leaf::Leaf;
use super::super::office::cells::Records;
use super::super::office::lines::Lines;
use super::super::office::story::Story;
use super::super::office::vocabulary::{Role, Says, Vocabulary};
use super::super::office::xml::{Element, Tokens};
use super::super::office::{object, packed};
use super::super::ooxml::VOCABULARY;
use super::super::output::Flow;
use super::super::sniff;
use super::super::walk::{Children, Walk};
use crate::limits::Cause;
use crate::text::Place;

/// Bytes of text that are handed on at once.
const FULL: usize = 1 << 20;
/// Elements whose text is a file in base64: those of Word 2003 and of flat packages.
const FILES: &[&str] = &["binData", "binaryData"];
/// What is inside a flat package stands in its own vocabulary, and the links of its parts beside it.
const FLAT: Vocabulary = Vocabulary { role, says, ..VOCABULARY };

pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>, xml: &str) -> Flow {
    let mut tokens = Tokens::of(xml);
    let mut story = Story::new(&FLAT);
    let mut records = Records::default();
    let mut authors = Lines::default();
    loop {
        let ended = story.read(&mut tokens, FULL, &mut records, &mut authors);
        walk.out.time(leaf.path)?;
        hand_on(walk, leaf, story.take(), leaf.place);
        if walk.out.text_left() == 0 {
            walk.out.unread(leaf.path, leaf.file(), Cause::TooLarge);
            break;
        }
        if ended {
            break;
        }
    }
    if tokens.damaged() {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    }
    hand_on(walk, leaf, authors.take(), Place::Metadata);
    files(walk, leaf, xml)
}

fn files(walk: &mut Walk<'_>, leaf: &Leaf<'_>, xml: &str) -> Flow {
    let mut children = Children::of(leaf.path);
    packed::each(xml, FILES, &mut |name, bytes| {
        walk.out.unpacked(bytes.len(), leaf.path)?;
        let base = name.rsplit('/').next().unwrap_or(name);
        if object::is_thumbnail(name, bytes) {
            return Ok(());
        }
        match object::unwrapped(&mut walk.out, leaf.path, bytes)? {
            Some(inner) => {
                let name = inner.name.as_deref().unwrap_or(base);
                walk.member(&mut children, Some(name), &inner.bytes)
            }
            None => walk.member(&mut children, Some(base), bytes),
        }
    })
}

fn hand_on(walk: &mut Walk<'_>, leaf: &Leaf<'_>, text: Labelled, place: Place) {
    if sniff::has_words(text.content()) {
        walk.out.text(text.text(leaf, place));
    }
}

fn role(element: &Element<'_>) -> Role {
    if FILES.contains(&element.name()) { Role::Skip } else { (VOCABULARY.role)(element) }
}

fn says(element: &str, name: &str, value: &str) -> Option<Says> {
    match (element, name) {
        ("Relationship", "Target") => value.contains(':').then_some(Says::Words),
        _ => (VOCABULARY.says)(element, name, value),
    }
}
