//! Files that a page carries in itself, in `data:` URIs (RFC 2397).

use memchr::memmem;

use crate::message::transfer;

/// Files of one page that are read.
const MOST: usize = 1000;

/// The files, in the order of the page.
pub(super) fn files(html: &str) -> Vec<Vec<u8>> {
    let starts = memmem::find_iter(html.as_bytes(), ":").filter(|colon| {
        let before = html.get(..*colon).unwrap_or_default().as_bytes();
        before.last_chunk::<4>().is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"data"))
    });
    starts.filter_map(|colon| file(html.get(colon + 1..)?)).take(MOST).collect()
}

/// The file of a URI that begins behind its scheme.
fn file(uri: &str) -> Option<Vec<u8>> {
    let (head, _) = uri.split_at(uri.floor_char_boundary(uri.len().min(256)));
    let (kind, _) = head.split_once(',')?;
    if kind.contains(['"', '\'', '<', '>', ' ', '\n']) {
        return None;
    }
    let data = uri.get(kind.len() + 1..)?;
    let is_base64 = kind.to_ascii_lowercase().ends_with(";base64");
    let ends = |c: char| {
        matches!(c, '"' | '\'' | '<' | '>' | ')') || !is_base64 && c.is_ascii_whitespace()
    };
    let data = data.get(..data.find(ends).unwrap_or(data.len()))?;
    let bytes = transfer::percent_decoded(data.as_bytes());
    let bytes = if is_base64 { transfer::base64(&bytes).bytes.into_owned() } else { bytes };
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::files;

    #[test]
    fn files_are_found_in_attributes_and_styles() {
        let html = "<img src=\"data:text/plain;base64,TVJOIDE=\"> data: none, \
                    <p style='background:url(DATA:,MRN%202)'>";
        assert_eq!(files(html), [b"MRN 1".to_vec(), b"MRN 2".to_vec()]);
    }
}
