//! Strings of a workbook's records that belong to no cell: headers and footers of printed pages,
//! boxes of text, rules for what may be entered, tips of links, values of other workbooks, and what
//! a pivot table was made from.

use super::leftovers::{Leftovers, wide};

/// Adds the strings of a workbook's stream.
pub(super) fn add(stream: &[u8], found: &mut Leftovers<'_>) {
    let mut rest = stream;
    while let Some((kind, body, behind)) = record(rest) {
        rest = behind;
        match kind {
            // What follows is encrypted.
            0x2F => return,
            // Header and Footer ([MS-XLS] 2.4, by their names)
            0x14 | 0x15 => found.push(&page_words(&counted(body))),
            // HeaderFooter: those of even pages and of the first
            0x89C => add_all(body.get(38..), found, |found, words| found.push(&page_words(words))),
            // Label: a chart keeps those of cells, which may be gone
            0x204 => found.add(&counted(body.get(6..).unwrap_or_default())),
            // CRN: what cells of another workbook showed
            0x5A => add_operands(body.get(4..).unwrap_or_default(), found),
            // SXString: a value that a pivot table was made from
            0xCD => add_all(Some(body), found, |found, words| found.add(words)),
            // Dv: titles and texts of a rule, and the list that it allows
            0x1BE => add_rule(body.get(4..).unwrap_or_default(), found),
            // HLinkTooltip
            0x800 => found.add(&wide(body.get(10..).unwrap_or_default())),
            // TxO: its text stands in the records that continue it
            0x1B6 => {
                let left = body.get(10..12).and_then(|count| count.try_into().ok());
                let mut left = usize::from(left.map_or(0, u16::from_le_bytes));
                let mut text = String::new();
                while left > 0
                    && let Some((0x3C, [flags, characters @ ..], behind)) = record(rest)
                {
                    rest = behind;
                    let (words, _) = characters_of(*flags, left, characters);
                    left = left.saturating_sub(words.encode_utf16().count().max(1));
                    text.push_str(&words);
                }
                found.add(&text);
            }
            _ => {}
        }
    }
}

/// Whether a workbook's records have cells or strings of cells in them.
pub(super) fn holds_cells(stream: &[u8]) -> bool {
    let mut rest = stream;
    while let Some((kind, body, behind)) = record(rest) {
        let is_cell = matches!(kind, 0x06 | 0xBD | 0xFD | 0x203 | 0x204 | 0x205 | 0x27E);
        let has_strings = kind == 0xFC && body.get(4..8).is_some_and(|count| count != [0; 4]);
        if is_cell || has_strings {
            return true;
        }
        rest = behind;
    }
    false
}

/// A record of a workbook: its kind, its body, what follows.
pub(super) fn record(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let ([a, b, c, d], behind) = bytes.split_first_chunk::<4>()?;
    let length = usize::from(u16::from_le_bytes([*c, *d]));
    let body = behind.get(..length).unwrap_or(behind);
    Some((u16::from_le_bytes([*a, *b]), body, behind.get(length..).unwrap_or_default()))
}

/// A string behind its length: of two bytes and a flag in BIFF8, of one byte before.
fn counted(body: &[u8]) -> String {
    let narrow = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    match body {
        [_, _, 1, rest @ ..] => wide(rest),
        [a, b, 0, rest @ ..] if usize::from(u16::from_le_bytes([*a, *b])) == rest.len() => {
            narrow(rest)
        }
        [_, rest @ ..] => narrow(rest),
        [] => String::new(),
    }
}

/// A string of BIFF8 and what follows it: characters behind their number and a byte of flags
/// ([MS-XLS] 2.5.294).
fn string(body: &[u8]) -> Option<(String, &[u8])> {
    let ([a, b, flags], rest) = body.split_first_chunk::<3>()?;
    Some(characters_of(*flags, usize::from(u16::from_le_bytes([*a, *b])), rest))
}

/// So many characters, of one byte or of two, and what follows them.
fn characters_of(flags: u8, count: usize, bytes: &[u8]) -> (String, &[u8]) {
    let length = if flags & 1 == 1 { count * 2 } else { count };
    let (own, behind) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
    match flags & 1 {
        1 => (wide(own), behind),
        _ => (own.iter().map(|byte| char::from(*byte)).collect(), behind),
    }
}

/// Adds strings that follow each other.
fn add_all(body: Option<&[u8]>, found: &mut Leftovers<'_>, add: impl Fn(&mut Leftovers<'_>, &str)) {
    let mut rest = body.unwrap_or_default();
    while let Some((words, behind)) = string(rest) {
        rest = behind;
        add(found, &words);
    }
}

/// Adds the strings among the values of a row.
fn add_operands(mut rest: &[u8], found: &mut Leftovers<'_>) {
    while let Some((kind, behind)) = rest.split_first() {
        rest = if *kind == 2 {
            let Some((words, behind)) = string(behind) else { return };
            found.add(&words);
            behind
        } else {
            behind.get(8..).unwrap_or_default()
        };
    }
}

/// Adds the four strings of a rule, and its list when that stands in it.
fn add_rule(mut rest: &[u8], found: &mut Leftovers<'_>) {
    for _ in 0..4 {
        let Some((words, behind)) = string(rest) else { return };
        rest = behind;
        found.add(&words);
    }
    // The formula of a list begins with a string whose entries are divided by nulls.
    if let Some([0x17, count, flags, characters @ ..]) = rest.get(4..) {
        let (words, _) = characters_of(*flags, usize::from(*count), characters);
        found.add(&words.replace('\0', "\n"));
    }
}

/// The words of a page's header or footer, without what only formats them: `&L`, `&12`, `&"Font"`.
fn page_words(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let mut chars = behind.chars();
        rest = match chars.next() {
            Some('&') => {
                out.push('&');
                chars.as_str()
            }
            Some('"') => match chars.as_str().split_once('"') {
                Some((font, after)) => {
                    out.extend([" ", font, " "]);
                    after
                }
                None => chars.as_str(),
            },
            Some(c) if c.is_ascii_digit() => {
                behind.trim_start_matches(|c: char| c.is_ascii_digit())
            }
            Some('L' | 'C' | 'R') => {
                out.push(' ');
                chars.as_str()
            }
            Some(_) => chars.as_str(),
            None => "",
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, body: &[&[u8]]) -> Vec<u8> {
        let body = body.concat();
        [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), &body].concat()
    }

    fn narrow(text: &str) -> Vec<u8> {
        [&(text.len() as u16).to_le_bytes()[..], &[0], text.as_bytes()].concat()
    }

    fn found(stream: &[u8]) -> Vec<String> {
        let mut found = Leftovers::beside("");
        add(stream, &mut found);
        found.lines()
    }

    #[test]
    fn the_text_of_a_box_goes_on_in_the_records_behind_it() {
        let head = [&[0; 10][..], &8_u16.to_le_bytes(), &[0; 6], b"a formula"].concat();
        let stream = [
            record(0x1B6, &[&head]),
            record(0x3C, &[&[0], b"MRN "]),
            record(0x3C, &[&[1], b"0\x001\x002\x003\x00"]),
            record(0x3C, &[&[0, 0, 1, 0, 0, 0, 0, 0]]),
            record(0x14, &[&narrow("&LWard 12")]),
        ];
        assert_eq!(found(&stream.concat()), ["MRN 0123", "Ward 12"]);
    }

    #[test]
    fn the_words_of_a_rule_and_its_list_are_found() {
        let strings = ["Which ward?", "\0", "Name of the ward", "\0"].map(narrow).concat();
        let list = b"Ward 12\0Ward 14";
        let formula = [&[18_u8, 0, 0, 0, 0x17, list.len() as u8, 0][..], list].concat();
        let rule = record(0x1BE, &[&[0; 4], &strings, &formula]);
        assert_eq!(found(&rule), ["Which ward?", "Name of the ward", "Ward 12", "Ward 14"]);
        for end in 0..rule.len() {
            assert!(found(&rule[..end]).len() <= 4);
        }
    }

    #[test]
    fn values_of_other_workbooks_tips_and_headers_of_first_pages_are_found() {
        let row = record(0x5A, &[&[1, 0, 0, 0], &[1], &[0; 8], &[2], &narrow("Jane Roe")]);
        let tip = record(0x800, &[&[0; 10], b"t\0i\0p\0\0\0"]);
        let first = record(0x89C, &[&[0; 38], &narrow("&CMRN 1")]);
        let pivot = record(0xCD, &[&narrow("Bo Lee")]);
        let stream = [row, tip, first, pivot].concat();
        assert_eq!(found(&stream), ["Jane Roe", "tip", "MRN 1", "Bo Lee"]);
    }

    #[test]
    fn a_page_header_is_words_without_its_codes() {
        assert_eq!(
            page_words("&L&\"Arial,Bold\"&12Jane Roe&RMRN 1 && 2"),
            "  Arial,Bold Jane Roe MRN 1 & 2"
        );
        assert_eq!(page_words("&"), "");
    }

    #[test]
    fn a_header_of_either_width_is_found() {
        let mut stream = vec![0x14, 0, 7, 0, 6];
        stream.extend(b"Jane &");
        stream.extend([0x15, 0, 9, 0, 3, 0, 1, b'M', 0, b'R', 0, b'N', 0]);
        let mut found = Leftovers::beside("");
        add(&stream, &mut found);
        assert_eq!(found.lines(), ["Jane", "MRN"]);
    }
}
