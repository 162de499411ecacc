//! What separates elements and segments: what the header of an interchange says (X12.5), or what
//! an excerpt without one lets guess.

use super::tables;

/// Bytes in which a header has to end: 106, and what mail makes of them.
const LONGEST_HEADER: usize = 512;
/// Bytes of an excerpt that are looked at for what ends its segments.
const LOOKED_AT: usize = 1024;
/// Elements of ISA.
const ELEMENTS: usize = 16;

/// The signs of one interchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separators {
    pub element: char,
    pub component: char,
    pub repetition: char,
    pub end: End,
    /// Whether a header said so.
    pub declared: bool,
}

/// What ends a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Sign(char),
    Line,
}

impl End {
    pub(super) fn is(self, c: char) -> bool {
        match self {
            Self::Sign(sign) => c == sign,
            Self::Line => matches!(c, '\n' | '\r'),
        }
    }
}

impl Separators {
    /// Those of an interchange whose header a text begins with. The header has fixed widths (the
    /// signs are its characters 4, 105 and 106), but mail wraps it and takes blanks out, so that
    /// elements are counted.
    pub(super) fn declared(text: &str) -> Option<Self> {
        let behind = text.strip_prefix("ISA")?;
        let element = behind.chars().next().filter(|c| is_separator(*c))?;
        let mut elements = 0;
        let mut repetition = '^';
        let mut qualifier = String::new();
        let mut chars = behind.char_indices().take_while(|(at, _)| *at < LONGEST_HEADER);
        for (_, c) in chars.by_ref() {
            if c == element {
                elements += 1;
                if elements == ELEMENTS {
                    break;
                }
            } else if elements == 1 && !c.is_whitespace() {
                qualifier.push(c);
            } else if elements == 11 && is_separator(c) {
                repetition = c;
            }
        }
        // ISA01 says what sort of authorization is in ISA02, in two figures.
        let known = qualifier.len() == 2 && qualifier.bytes().all(|byte| byte.is_ascii_digit());
        if !known || elements < 4 {
            return None;
        }
        let mut rest = chars.map(|(_, c)| c).peekable();
        let mut next = || {
            // The line can have been broken between the two.
            while rest.next_if(|c| matches!(c, '\r' | '\n')).is_some() {}
            rest.next()
        };
        let component = next();
        if elements < ELEMENTS || component.is_none() {
            let end = guessed(text, element);
            return Some(Self { element, component: ':', repetition, end, declared: true });
        }
        let component = component.unwrap_or(':');
        let at = text.find(element).unwrap_or_default();
        let behind_component = behind_last(text, element, at, component);
        let end = terminator(behind_component).unwrap_or_else(|| guessed(text, element));
        Some(Self { element, component, repetition, end, declared: true })
    }

    /// Those of an excerpt that begins with a segment.
    pub(super) fn of_excerpt(text: &str, element: char) -> Self {
        let component = if element == ':' { '>' } else { ':' };
        let end = guessed(text, element);
        Self { element, component, repetition: '^', end, declared: false }
    }
}

/// Whether a character can separate.
pub(super) fn is_separator(c: char) -> bool {
    !c.is_alphanumeric() && (!c.is_whitespace() || matches!(c, '\u{1C}'..='\u{1F}' | '\t'))
}

/// What stands behind the component separator at the end of a header.
fn behind_last(text: &str, element: char, first: usize, component: char) -> &str {
    let header = text.get(first..).unwrap_or_default();
    let last = header.match_indices(element).nth(ELEMENTS - 1).map(|(at, sign)| at + sign.len());
    let behind = last.and_then(|last| header.get(last..)).unwrap_or_default();
    behind.trim_start_matches(['\r', '\n']).strip_prefix(component).unwrap_or_default()
}

/// What ends the header, given what stands behind its last element.
fn terminator(behind: &str) -> Option<End> {
    let first = behind.chars().next()?;
    if is_separator(first) && first != '\t' {
        return Some(End::Sign(first));
    }
    if !matches!(first, '\r' | '\n') {
        return None;
    }
    // A break: the sign itself, or mail's, with the sign behind it.
    let next = behind.trim_start_matches(['\r', '\n', ' ', '>']).chars().next()?;
    Some(if is_separator(next) { End::Sign(next) } else { End::Line })
}

/// What ends the segments of a text, by what stands before the next known segments.
fn guessed(text: &str, element: char) -> End {
    let window = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let mut line = false;
    for (at, _) in window.match_indices(element) {
        let before = window.get(..at).unwrap_or_default();
        let start =
            before.len() - before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
        let (before, name) = before.split_at_checked(start).unwrap_or_default();
        if at == start || start == 0 || !tables::is_segment(name) {
            continue;
        }
        let gap = before.trim_end_matches([' ', '\t', '\r', '\n', '>']);
        match gap.chars().next_back() {
            Some(sign @ ('~' | '\'' | '\u{1C}'..='\u{1F}' | '!' | '\u{85}')) => {
                return End::Sign(sign);
            }
            _ => line |= before.get(gap.len()..).is_some_and(|gap| gap.contains(['\r', '\n'])),
        }
    }
    match window.find('~') {
        Some(_) if !line => End::Sign('~'),
        _ => End::Line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       \
                          *240105*1201*^*00501*000000007*0*T*:~";

    fn of(text: &str) -> (char, char, char, End) {
        let found = Separators::declared(text).unwrap();
        (found.element, found.component, found.repetition, found.end)
    }

    #[test]
    fn a_header_says_what_separates() {
        assert_eq!(HEADER.len(), 106);
        assert_eq!(of(HEADER), ('*', ':', '^', End::Sign('~')));
        let other = HEADER.replace('*', "|").replace(':', ">").replace('~', "\u{1C}");
        assert_eq!(of(&other), ('|', '>', '^', End::Sign('\u{1C}')));
    }

    #[test]
    fn a_header_may_be_wrapped_and_without_its_blanks() {
        let wrapped = format!("{}\n{}", HEADER.get(..80).unwrap(), HEADER.get(80..).unwrap());
        let bare: String = HEADER.split_whitespace().collect();
        let before_the_sign = HEADER.replace('~', "\r\n~");
        for text in [wrapped, bare, before_the_sign] {
            assert_eq!(of(&text), ('*', ':', '^', End::Sign('~')));
        }
    }

    #[test]
    fn lines_may_end_segments() {
        let lines = HEADER.replace('~', "\r\nGS*HC*A*B");
        assert_eq!(of(&lines).3, End::Line);
    }

    #[test]
    fn words_are_no_header() {
        for text in ["ISA", "ISA 2024", "ISA*bold* and *more* and *more*", "ISA-95, a-b-c-d-e"] {
            assert_eq!(Separators::declared(text), None);
        }
    }

    #[test]
    fn an_excerpt_tells_by_what_stands_between_segments() {
        let end = |text: &str| Separators::of_excerpt(text, '*').end;
        assert_eq!(end("ST*837*1~\nBHT*0019*00~"), End::Sign('~'));
        assert_eq!(end("ST*837*1\nBHT*0019*00\n"), End::Line);
        assert_eq!(end("ST*837*1'BHT*0019*00'"), End::Sign('\''));
        assert_eq!(end("NM1*IL*1*ROE*JANE~"), End::Sign('~'));
    }
}
