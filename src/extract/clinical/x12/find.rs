//! Where X12 stands in a text: at the head of an interchange, or at a segment that nothing else is.

use std::ops::Range;

use memchr::memmem;

use super::segments::Segments;
use super::separators::Separators;
use super::tables;

/// Bytes that are looked through at once, so that what stands close by is found without a look at
/// all of the text.
const BLOCK: usize = 1 << 10;
/// Bytes of a header's name that overlap from block to block.
const OVERLAP: usize = 4;
/// Beginnings in a block that are looked at closely: more are no text.
const CLOSELY: usize = 8;

/// The first stretch of X12.
pub(in crate::extract::clinical) fn find(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let headers = memmem::Finder::new(b"ISA");
    let mut from = 0;
    while from < bytes.len() {
        let block = bytes.get(from..bytes.len().min(from + BLOCK))?;
        let (signs, control) = (
            memchr::memchr2_iter(b'*', b'|', block),
            // Control characters separate elements where nothing else does.
            memchr::memchr3_iter(0x1C, 0x1D, 0x1F, block),
        );
        let first = |found: &mut dyn Iterator<Item = usize>| {
            let begin = found.filter_map(|at| beginning(text, from + at)).take(CLOSELY);
            begin.filter_map(|(at, name, sign)| excerpt(text, at, name, sign)).next()
        };
        let excerpts = [first(&mut { signs }), first(&mut { control })];
        let excerpt = excerpts.into_iter().flatten().min_by_key(|(at, _)| *at);
        let limit = excerpt.map_or(block.len(), |(at, _)| at.saturating_sub(from));
        let interchange = headers
            .find_iter(block.get(..limit).unwrap_or_default())
            .find_map(|at| Some((from + at, interchange(text, from + at)?)));
        if let Some((start, separators)) = interchange.or(excerpt) {
            let mut segments = Segments::of(text.get(start..)?, separators, is_quoted(text, start));
            while segments.next_span().is_some() {}
            return Some(start..start + segments.at());
        }
        if from + block.len() == bytes.len() {
            break;
        }
        from += block.len() - OVERLAP;
    }
    None
}

/// The signs of an interchange that begins at a byte.
fn interchange(text: &str, at: usize) -> Option<Separators> {
    let before = text.get(..at)?.chars().next_back();
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    Separators::declared(text.get(at..)?)
}

/// Where a segment seems to begin whose first sign between elements is at a byte, its name, and
/// that sign.
fn beginning(text: &str, sign: usize) -> Option<(usize, &str, char)> {
    let before = text.get(..sign)?;
    // Signs are many, and few have before them what a name ends with.
    before.bytes().next_back().filter(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())?;
    let start = sign - before.bytes().rev().take(4).take_while(u8::is_ascii_alphanumeric).count();
    let name = before.get(start..)?;
    let ahead = before.get(..start)?.chars().next_back();
    let element = text.get(sign..)?.chars().next()?;
    let begins = !ahead.is_some_and(|c| c == element || c.is_alphanumeric())
        && tables::is_segment(name)
        && may_be(name, element, text.get(start..)?);
    begins.then_some((start, name, element))
}

/// Where an excerpt begins, and its signs.
fn excerpt(text: &str, start: usize, name: &str, element: char) -> Option<(usize, Separators)> {
    let rest = text.get(start..)?;
    let separators = Separators::of_excerpt(rest, element);
    (is_sure(name, element, rest) || goes_on(rest, separators)).then_some((start, separators))
}

/// Whether a segment holds what one of its name does, at a quick look.
fn may_be(name: &str, element: char, rest: &str) -> bool {
    let behind = rest.get(name.len() + element.len_utf8()..).unwrap_or_default();
    behind.starts_with(|c: char| c.is_alphanumeric() || c == element)
}

/// Whether a segment is one of X12 beyond doubt.
fn is_sure(name: &str, element: char, rest: &str) -> bool {
    let line = rest.lines().next().unwrap_or_default();
    let line = line.get(..line.floor_char_boundary(400)).unwrap_or_default();
    let elements: Vec<&str> = line.split(element).take(12).collect();
    let at = |number: usize| elements.get(number).copied().unwrap_or_default();
    let figures = |number: usize, length: usize| {
        let value = at(number).split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        value.len() == length && value.bytes().all(|byte| byte.is_ascii_digit())
    };
    match name {
        "GS" => tables::group(at(1)).is_some() && elements.len() >= 4,
        "ST" => {
            tables::transaction(at(1), "").is_some() && at(2).starts_with(char::is_alphanumeric)
        }
        "NM1" => {
            tables::entity(at(1)).is_some() && matches!(at(2), "1" | "2") && elements.len() >= 4
        }
        "CLM" | "CLP" => elements.len() >= 4 && !at(1).is_empty() && !at(1).contains(' '),
        "DMG" => at(1) == "D8" && figures(2, 8),
        "INS" => matches!(at(1), "Y" | "N") && figures(2, 2),
        "SBR" => at(1).len() == 1 && elements.len() >= 4,
        "HI" => {
            let code = at(1).split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            tables::health(code).is_some() && at(1).len() > code.len() + 3
        }
        _ => false,
    }
}

/// Whether two more segments follow directly.
fn goes_on(rest: &str, separators: Separators) -> bool {
    let window = rest.get(..rest.floor_char_boundary(1024)).unwrap_or_default();
    let mut segments = Segments::of(window, separators, false);
    (0..3).all(|_| segments.next_span().is_some())
}

/// Whether the line of a byte begins with the mark of a quotation.
fn is_quoted(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim_start().starts_with('>') && line.chars().all(|c| c == '>' || c == ' ')
}
