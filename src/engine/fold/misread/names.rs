//! Small letters that begin a name: capitals of the same shape, read in the wrong case.

use std::ops::Range;

/// Letters whose capitals have their shape, or in handsome type nearly.
const ALIKE: &[u8] = b"cjkopsuvwxyz";
/// Letters of a name; shorter words are particles.
const NAME: Range<usize> = 4..20;

/// Last words of labels that stand before names.
const LABELS: &[&str] = &[
    "beneficiary",
    "claimant",
    "client",
    "guarantor",
    "insured",
    "member",
    "name",
    "patient",
    "pt",
    "resident",
    "subscriber",
];

/// Whether a word in small letters is one of the two of a name that stands behind a label, and
/// begins with a letter that may have been a capital: `Name: james Gray`.
pub(super) fn begins_name(text: &[u8], word: Range<usize>) -> bool {
    let small = |at: &u8| at.is_ascii_lowercase();
    let is_small = text.get(word.clone()).is_some_and(|word| {
        word.iter().all(small)
            && word.first().is_some_and(|first| ALIKE.contains(first))
            && NAME.contains(&word.len())
    });
    is_small && (is_first(text, &word) || is_last(text, &word))
}

/// Behind a label, before a word with a capital: `: james Gray`, `: sutter, Ada`.
fn is_first(text: &[u8], word: &Range<usize>) -> bool {
    let behind = text.get(word.end..).unwrap_or_default();
    let behind = behind.strip_prefix(b",").unwrap_or(behind);
    let capital = behind.strip_prefix(b" ").is_some_and(|next| {
        matches!(next, [first, second, ..] if first.is_ascii_uppercase() && second.is_ascii_lowercase())
    });
    capital && is_behind_label(text, word.start)
}

/// Behind a word with a capital that stands behind a label: `: Ada vasquez`.
fn is_last(text: &[u8], word: &Range<usize>) -> bool {
    let before = text.get(..word.start).and_then(|before| before.strip_suffix(b" "));
    let before = before.unwrap_or_default();
    let letters = before.iter().rev().take(NAME.end);
    let letters = letters.take_while(|byte| byte.is_ascii_alphabetic()).count();
    let start = before.len() - letters;
    let capital = before.get(start).is_some_and(u8::is_ascii_uppercase);
    capital && letters >= 2 && is_behind_label(text, start)
}

fn is_behind_label(text: &[u8], at: usize) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let before = text.get(..at).unwrap_or_default().trim_ascii_end();
    let Some(label) = before.strip_suffix(b":") else { return false };
    let label = label.trim_ascii_end();
    let start = label.iter().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |at| at + 1);
    let word = label.get(start..).unwrap_or_default();
    let on_this_line = text.get(before.len()..at).unwrap_or_default().iter().all(is_blank);
    on_this_line && LABELS.iter().any(|label| label.as_bytes().eq_ignore_ascii_case(word))
}
