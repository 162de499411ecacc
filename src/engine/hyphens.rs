//! Words of the lists that a line break divides behind a hyphen: `dia-` and on the next line
//! `betes`.

use memchr::memmem;

use super::leading::Turn;
use super::words::{Dictionary, Hit};

/// Bytes on either side of a break that are looked at: the rest of the word and words beside it.
const AROUND: usize = 48;
/// Breaks of one text that are looked at; a page of a book has ten.
const MOST: usize = 4_096;

/// Adds the terms that stand across such breaks, and keeps the hits in order of their ends.
pub(super) fn join(dictionary: &Dictionary, last: Turn, text: &str, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut joined = String::new();
    let mut across = Vec::new();
    let found = hits.len();
    let breaks = memmem::find_iter(bytes, "-\n").filter(|&at| {
        at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphabetic)
    });
    for hyphen in breaks.take(MOST) {
        let marks = bytes.get(hyphen + 2..).unwrap_or_default().iter();
        let marks =
            marks.take_while(|byte| matches!(byte, b'>' | b' ' | b'\t')).count().min(AROUND);
        let next = hyphen + 2 + marks;
        if !bytes.get(next).is_some_and(u8::is_ascii_lowercase) {
            continue;
        }
        let from = text.ceil_char_boundary(hyphen.saturating_sub(AROUND));
        let to = text.floor_char_boundary(next + AROUND);
        let (Some(head), Some(tail)) = (text.get(from..hyphen), text.get(next..to)) else {
            continue;
        };
        // The first word may be cut, and so the last.
        let cut = if from == 0 { 0 } else { head.find(' ').map_or(head.len(), |at| at + 1) };
        let Some(head) = head.get(cut..).filter(|head| !head.is_empty()) else { continue };
        let tail = match tail.rfind(' ') {
            Some(end) if to < text.len() => tail.get(..end).unwrap_or_default(),
            _ => tail,
        };
        joined.clear();
        joined.push_str(head);
        joined.push_str(tail);
        across.clear();
        dictionary.find_up_to(last, &joined, &mut across);
        let seam = head.len();
        hits.extend(
            across.iter().filter(|hit| hit.span().start < seam && seam < hit.span().end).map(
                |hit| Hit {
                    start: offset(hit.span().start + from + cut),
                    end: offset(hit.span().end - seam + next),
                    set: hit.set,
                },
            ),
        );
    }
    if hits.len() > found {
        hits.sort_by_key(|hit| hit.end);
    }
}

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let terms: Vec<Box<str>> =
            ["diabetes", "type 2 diabetes mellitus", "follow up", "melli"].map(Into::into).to_vec();
        let dictionary = Dictionary::new([terms.as_slice()].into_iter());
        let mut hits = Vec::new();
        dictionary.find(text, &mut hits);
        join(&dictionary, Turn::Rest, text, &mut hits);
        hits.iter().map(|hit| text.get(hit.span()).unwrap()).collect()
    }

    #[test]
    fn a_word_that_a_line_break_divides_is_found() {
        assert_eq!(found("She has dia-\nbetes."), ["dia-\nbetes"]);
        assert_eq!(found("> has dia-\n> betes."), ["dia-\n> betes"]);
        assert_eq!(found("with type 2 dia-\nbetes melli-\ntus, and "), ["dia-\nbetes", "melli",]);
        assert_eq!(
            found("a type 2 diabetes melli-\ntus."),
            ["diabetes", "melli", "type 2 diabetes melli-\ntus"]
        );
    }

    #[test]
    fn a_hyphen_that_belongs_there_stays_one() {
        assert_eq!(found("We follow-\nup in May; dia-\n\nbetes, dia-\nBetes"), ["follow-\nup"]);
    }

    #[test]
    fn nothing_but_breaks_takes_linear_time() {
        assert!(found(&"a-\n".repeat(300_000)).is_empty());
    }
}
