//! MIME parts that stand in the middle of a text.

use super::leaf::Leaf;
use super::output::Flow;
use super::walk::{Children, Walk};
use super::{file_names, readers};
use crate::message::content::{Content, DefaultType};
use crate::message::header::{Header, holds_mime_fields, is_mime_field};
use crate::message::transfer::{self, Encoding};

/// Parts whose MIME fields stand in the middle of a text: pasted, returned by a mail server, or
/// cut loose from a boundary. What is readable of them is in the text already; what is in
/// base64 is read here.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    if !holds_mime_fields(leaf.bytes) {
        return Ok(());
    }
    let mut children = Children::of(leaf.path);
    let mut rest = leaf.bytes;
    while let Some(from) = next_mime_field(rest) {
        let (header, body) = Header::split(from);
        let content = Content::readings(&header, DefaultType::Plain).followed;
        let encoded = content.into_iter().find(|reading| reading.encoding == Encoding::Base64);
        let body_end = encoded_end(body);
        if let (Some(content), Some(data)) = (encoded, body.get(..body_end)) {
            let path = children.next();
            walk.out.begin(&path)?;
            if walk.out.within_depth(&path) {
                file_names::read(&mut walk.out, &path, leaf.group, &content);
                let bytes = &transfer::base64(data).bytes;
                let inner = Leaf { path: &path, content: &content, bytes, ..*leaf };
                readers::read(walk, &inner)?;
            }
        }
        rest = if from.len() > body.len() { body } else { &[] };
    }
    Ok(())
}

/// The bytes from the next line on that begins with a MIME field.
fn next_mime_field(bytes: &[u8]) -> Option<&[u8]> {
    let lines = memchr::memchr2_iter(b'\n', b'\r', bytes).map(|at| at + 1);
    std::iter::once(0)
        .chain(lines)
        .find_map(|at| bytes.get(at..).filter(|from| is_mime_field(from)))
}

/// Where the base64 at the start of a text ends: at a boundary or at words.
fn encoded_end(body: &[u8]) -> usize {
    let mut end = 0;
    for line in body.split_inclusive(|&b| b == b'\n') {
        let bare = line.trim_ascii();
        let encoded =
            bare.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
        if !encoded {
            break;
        }
        end += line.len();
    }
    end
}
