//! Mailboxes of several messages in one file (RFC 4155), attached to a message.

use memchr::memmem;

use super::leaf::Leaf;
use super::output::Flow;
use super::walk::{Children, Walk};
use crate::message::header::looks_like_message;
use crate::text::Place;

/// Whether a part is a mailbox with more than one message.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    let is_mailbox = leaf.place == Place::Attachment && leaf.bytes.starts_with(b"From ");
    is_mailbox && looks_like_message(leaf.bytes) && next_message(leaf.bytes, 1).is_some()
}

/// Reads every message.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let mut children = Children::of(leaf.path);
    let mut start = 0;
    while start < leaf.bytes.len() {
        let end = next_message(leaf.bytes, start + 1).unwrap_or(leaf.bytes.len());
        let message = leaf.bytes.get(start..end).unwrap_or_default();
        if let Some(path) = walk.container(&mut children, None)? {
            walk.message(message, &path)?;
        }
        start = end;
    }
    Ok(())
}

/// Where the next message begins: a line that says `From `, behind an empty one and above a field.
fn next_message(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    memmem::find_iter(rest, b"\nFrom ").map(|at| from + at + 1).find(|&at| {
        let before = bytes.get(..at - 1).unwrap_or_default();
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        let line = bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest));
        let below = line.and_then(|length| bytes.get(at + length + 1..)).unwrap_or_default();
        before.ends_with(b"\n") && starts_with_field(below)
    })
}

fn starts_with_field(line: &[u8]) -> bool {
    let name = line.iter().take_while(|&&byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let length = name.count();
    length > 0 && line.get(length) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use crate::extract::archive::reading::{read_file, shows};
    use crate::text::Place;

    #[test]
    fn every_message_of_a_mailbox_is_read() {
        let one = |subject: &str, words: &str| {
            format!(
                "From roe@clinic.example Mon Nov  2 10:00:00 2026\r\nFrom: Jane Roe \
                 <roe@clinic.example>\r\nTo: bob@payer.example\r\nSubject: {subject}\r\n\r\n\
                 {words}\r\nFrom there on all was well.\r\n\r\n"
            )
        };
        let mailbox = one("first", "words of one") + &one("second", "words of two");
        for bytes in [mailbox.clone(), mailbox.replace("\r\n", "\n")] {
            let reading = read_file("box.mbox", bytes.as_bytes());
            assert!(shows(&reading, "words of one") && shows(&reading, "words of two"));
            let subjects: Vec<_> = reading
                .texts
                .iter()
                .filter(|text| text.place == Place::Subject)
                .map(|text| (text.part.to_string(), text.content.expose().clone()))
                .collect();
            let wanted = [("1.1".into(), "first".into()), ("1.2".into(), "second".into())];
            assert_eq!(subjects, wanted);
        }
    }
}
