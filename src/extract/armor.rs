//! Finds blocks in ASCII armor (RFC 9580 section 6.2, RFC 7468) in a text and decodes them. What
//! the BEGIN line says proves nothing: whoever asks looks at the bytes.

use std::ops::Range;

use memchr::memmem;

use crate::message::transfer;

/// A block between a BEGIN line and its END line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Armored {
    /// What the BEGIN line says, such as `PGP MESSAGE`.
    pub label: String,
    /// Bytes of the text, from the BEGIN line to the end of the END line.
    pub span: Range<usize>,
    /// The part of `span` that is base64, without the lines of words before it.
    pub data_span: Range<usize>,
    /// What the base64 decodes to; empty when it is none.
    pub data: Vec<u8>,
}

const BEGIN: &str = "-----BEGIN ";

/// All armored blocks of a text, in order.
#[must_use]
pub fn armored_blocks(text: &str) -> Vec<Armored> {
    let mut found: Vec<Armored> = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), BEGIN) {
        if found.last().is_some_and(|last| at < last.span.end) {
            continue;
        }
        found.extend(block(text, at));
    }
    found
}

fn block(text: &str, at: usize) -> Option<Armored> {
    let from = text.get(at..)?;
    let (label, _) = from.strip_prefix(BEGIN)?.split_once("-----")?;
    let named = !label.is_empty() && label.len() <= 40 && !label.contains('\n');
    // The lines of a clear-signed text are text; its signature is a block of its own.
    if !named || label == "PGP SIGNED MESSAGE" {
        return None;
    }
    let end_line = format!("-----END {label}-----");
    // The next dashes end the block, whether they are its own END or not: so no text is looked at
    // twice, however many blocks begin in it and never end.
    let first_line = from.find('\n').map_or(from.len(), |at| at + 1);
    let rest = from.get(first_line..)?;
    // A block whose end is cut off goes as far as its base64 does.
    let dashes = memmem::find(rest.as_bytes(), b"-----").unwrap_or(rest.len());
    let (inside, from_dashes) = rest.split_at_checked(dashes)?;
    let closed = from_dashes.starts_with(&end_line).then_some(dashes);
    let data = data_lines(inside);
    let start = at + first_line;
    let end = match closed {
        Some(end) => start + end + end_line.len(),
        None => start + data.span.end,
    };
    Some(Armored {
        label: label.to_owned(),
        span: at..end,
        data_span: start + data.span.start..start + data.span.end,
        data: transfer::base64(data.base64.as_bytes()).bytes.into_owned(),
    })
}

struct Data {
    span: Range<usize>,
    base64: String,
}

/// The lines of base64 in a block: those behind the header lines (`Key: words`), up to the sum or
/// to the first line that is none. Quotation marks before the lines are passed over.
fn data_lines(inside: &str) -> Data {
    let mut base64 = String::with_capacity(inside.len());
    let mut span: Option<Range<usize>> = None;
    let mut at = 0;
    for line in inside.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let bare = line.trim_start_matches(['>', ' ', '\t']).trim_end();
        if bare.is_empty() {
            continue;
        }
        if span.is_some() && is_checksum(bare) {
            span = span.map(|span| span.start..range.end);
            break;
        }
        if is_base64(bare) {
            base64.push_str(bare);
            span = Some(span.map_or(range.start, |span| span.start)..range.end);
        } else if span.is_some() {
            break;
        }
    }
    Data { span: span.unwrap_or(0..0), base64 }
}

fn is_checksum(line: &str) -> bool {
    line.len() == 5 && line.starts_with('=')
}

fn is_base64(line: &str) -> bool {
    line.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
}

#[cfg(test)]
mod tests {
    use super::armored_blocks;

    #[test]
    fn a_block_is_decoded_without_its_headers_and_its_sum() {
        let text = "before\n-----BEGIN PGP MESSAGE-----\nVersion: 1\nComment: a b\n\n\
                    hQEM\nAzZz\n=abcd\n-----END PGP MESSAGE-----\nafter";
        let found = armored_blocks(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].label, "PGP MESSAGE");
        assert_eq!(found[0].data, [0x85, 0x01, 0x0C, 0x03, 0x36, 0x73]);
        assert!(text.get(found[0].span.clone()).unwrap().ends_with("END PGP MESSAGE-----"));
        assert_eq!(text.get(found[0].data_span.clone()), Some("hQEM\nAzZz\n=abcd\n"));
    }

    #[test]
    fn quoted_and_cut_off_blocks_are_found() {
        let quoted = "> -----BEGIN PGP MESSAGE-----\n> \n> hQEM\n> -----END PGP MESSAGE-----\n";
        assert_eq!(armored_blocks(quoted)[0].data, [0x85, 0x01, 0x0C]);
        let open = "-----BEGIN PGP MESSAGE-----\n\nhQEM\nand words follow";
        let found = armored_blocks(open);
        assert_eq!(open.get(found[0].span.end..), Some("and words follow"));
    }

    #[test]
    fn words_in_armor_are_no_data() {
        let junk = "-----BEGIN PGP MESSAGE-----\nPatient Jane Roe\n-----END PGP MESSAGE-----";
        assert!(armored_blocks(junk)[0].data.is_empty());
        assert!(armored_blocks("-----BEGIN PGP SIGNED MESSAGE-----\nHash: x\n\nhi").is_empty());
    }
}
