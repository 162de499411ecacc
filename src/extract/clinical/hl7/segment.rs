//! The parts of a segment: fields, repetitions, components, and the escapes in them (HL7 v2.x
//! chapter 2.5 to 2.7).

use std::borrow::Cow;

/// Bytes of the longest escape that is looked at as one.
const LONGEST_ESCAPE: usize = 4096;

/// The signs that divide a message, which MSH-1 and MSH-2 give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Delimiters {
    pub field: char,
    pub component: char,
    pub repetition: char,
    pub escape: char,
    pub subcomponent: char,
}

impl Delimiters {
    /// Those that the standard recommends.
    pub(super) const USUAL: Self =
        Self { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' };

    /// Those of a header segment (`MSH|^~\&|`), which begins at the start of `line`. `None` where it
    /// is none.
    pub(super) fn of_header(line: &str) -> Option<Self> {
        let name = line.get(..3).filter(|name| is_header(name))?;
        let rest = line.get(name.len()..)?;
        let field = rest.chars().next().filter(|&sign| is_sign(sign))?;
        let mut signs = rest.chars().skip(1).take_while(|&sign| sign != field);
        let mut next = |usual| match signs.next() {
            // The usual one where it is not given, unless it is taken.
            None => Some(if usual == field { '\0' } else { usual }),
            Some(sign) => is_sign(sign).then_some(sign),
        };
        let usual = Self::USUAL;
        let component = next(usual.component)?;
        let repetition = next(usual.repetition)?;
        let escape = next(usual.escape)?;
        // Programs and logs write the backslash twice.
        let subcomponent = match next(usual.subcomponent)? {
            sign if sign == escape => next(usual.subcomponent)?,
            sign => sign,
        };
        Some(Self { field, component, repetition, escape, subcomponent })
    }
}

/// Whether a segment of that name begins with the signs that divide it.
pub(super) fn is_header(name: &str) -> bool {
    matches!(name, "MSH" | "FHS" | "BHS")
}

fn is_sign(sign: char) -> bool {
    sign.is_ascii_punctuation() || matches!(sign, '\u{1C}'..='\u{1F}' | '\u{A6}' | '\u{A7}')
}

/// A segment, whole, its lines joined.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'a> {
    pub name: &'a str,
    /// What stands behind the name.
    pub rest: &'a str,
    pub delimiters: Delimiters,
}

impl<'a> Segment<'a> {
    /// Its fields and their numbers, those that are empty left out.
    pub(super) fn fields(&self) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
        // Behind the name comes a sign. In a header that is field 1.
        let first = usize::from(is_header(self.name));
        let fields = self.rest.split(self.delimiters.field).enumerate().skip(1);
        fields
            .map(move |(at, field)| (at.saturating_add(first), field))
            .filter(|(_, field)| !is_empty(field))
    }

    /// One field; empty where there is none.
    pub(super) fn field(&self, number: usize) -> &'a str {
        self.fields()
            .find(|(at, _)| *at >= number)
            .filter(|(at, _)| *at == number)
            .map_or("", |f| f.1)
    }
}

/// Whether a field says nothing: two quotes are a value that is taken away (chapter 2.5.3.2).
fn is_empty(field: &str) -> bool {
    matches!(field.trim(), "" | "\"\"")
}

/// The components of one repetition, escapes undone; of subcomponents the first is apart.
pub(super) struct Components {
    parts: Vec<Component>,
}

struct Component {
    first: String,
    others: String,
    used: bool,
}

impl Components {
    pub(super) fn of(repetition: &str, delimiters: &Delimiters) -> Self {
        let component = |raw: &str| {
            let mut subs = raw.split(delimiters.subcomponent);
            let plain = |sub: &str| {
                let sub = unescaped(sub, delimiters);
                let trimmed = sub.trim();
                if trimmed == "\"\"" { String::new() } else { trimmed.to_owned() }
            };
            let first = plain(subs.next().unwrap_or_default());
            let others: Vec<String> = subs.map(plain).filter(|sub| !sub.is_empty()).collect();
            Component { first, others: others.join(" "), used: false }
        };
        Self { parts: repetition.split(delimiters.component).map(component).collect() }
    }

    /// The component of that number, from 1, the first of its subcomponents.
    pub(super) fn take(&mut self, number: usize) -> String {
        self.part(number)
            .map(|part| {
                part.used = true;
                part.first.clone()
            })
            .unwrap_or_default()
    }

    /// The same with all its subcomponents.
    pub(super) fn take_whole(&mut self, number: usize) -> String {
        self.part(number)
            .map(|part| {
                part.used = true;
                let others = std::mem::take(&mut part.others);
                joined([part.first.as_str(), others.as_str()], " ")
            })
            .unwrap_or_default()
    }

    /// Looks at a component, which goes on to be what nobody has taken.
    pub(super) fn see(&self, number: usize) -> &str {
        let part = number.checked_sub(1).and_then(|at| self.parts.get(at));
        part.map(|part| part.first.as_str()).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// What nobody has taken, as far as it is more than the codes that tables have for types and
    /// uses: a few signs each.
    pub(super) fn left(&self) -> String {
        let mut left = String::new();
        for part in &self.parts {
            let first = if part.used { "" } else { part.first.as_str() };
            for words in [first, part.others.as_str()] {
                if words.chars().count() > 3 {
                    if !left.is_empty() {
                        left.push(' ');
                    }
                    left.push_str(words);
                }
            }
        }
        left
    }

    /// All of it, in its order.
    pub(super) fn all(&self) -> String {
        let words = self.parts.iter().flat_map(|part| [part.first.as_str(), part.others.as_str()]);
        joined(words, " ")
    }

    fn part(&mut self, number: usize) -> Option<&mut Component> {
        number.checked_sub(1).and_then(|at| self.parts.get_mut(at))
    }
}

/// What is not empty, with a sign between.
pub(super) fn joined<'w>(words: impl IntoIterator<Item = &'w str>, sign: &str) -> String {
    let mut out = String::new();
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push_str(sign);
        }
        out.push_str(word);
    }
    out
}

/// Words with their escapes undone (chapter 2.7).
pub(super) fn unescaped<'a>(words: &'a str, delimiters: &Delimiters) -> Cow<'a, str> {
    if delimiters.escape == '\0' || !words.contains(delimiters.escape) {
        return Cow::Borrowed(words);
    }
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, from)) = rest.split_once(delimiters.escape) {
        out.push_str(before);
        let near = from.get(..from.floor_char_boundary(LONGEST_ESCAPE)).unwrap_or(from);
        let known = near
            .split_once(delimiters.escape)
            .filter(|(escape, _)| escape_is_undone(escape, delimiters, &mut out));
        match known {
            Some((escape, _)) => {
                let past = escape.len().saturating_add(delimiters.escape.len_utf8());
                rest = from.get(past..).unwrap_or_default();
            }
            // A backslash that is one.
            None => {
                out.push(delimiters.escape);
                rest = from;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes what an escape stands for; false where it is none.
fn escape_is_undone(escape: &str, delimiters: &Delimiters, out: &mut String) -> bool {
    match escape {
        "F" => out.push(delimiters.field),
        "S" => out.push(delimiters.component),
        "R" => out.push(delimiters.repetition),
        "E" => out.push(delimiters.escape),
        "T" => out.push(delimiters.subcomponent),
        "P" => out.push('#'),
        // Highlighting begins and ends; text is filled or not.
        "H" | "N" | ".fi" | ".nf" => {}
        _ => {
            let code = escape.get(..1).unwrap_or_default();
            let more = escape.get(1..).unwrap_or_default();
            match code {
                "X" => return hexadecimal(more, out),
                // Other character sets.
                "C" | "M" => return more.len() >= 4 && more.bytes().all(|b| b.is_ascii_hexdigit()),
                "." => return formatting(more, out),
                _ => return false,
            }
        }
    }
    true
}

fn formatting(command: &str, out: &mut String) -> bool {
    let name = command.get(..2).unwrap_or_default();
    let number = command.get(2..).unwrap_or_default().trim();
    let number = number.bytes().all(|b| b.is_ascii_digit() || b == b'+' || b == b'-');
    match name {
        "br" | "sp" | "ce" if number => out.push('\n'),
        "in" | "ti" | "sk" if number => out.push(' '),
        _ => return false,
    }
    true
}

fn hexadecimal(digits: &str, out: &mut String) -> bool {
    let bytes: Option<Vec<u8>> = digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty() && digits.len().is_multiple_of(2))
    else {
        return false;
    };
    match std::str::from_utf8(&bytes) {
        Ok(words) => out.push_str(&words.replace("\r\n", "\n").replace('\r', "\n")),
        Err(_) => out.extend(bytes.iter().map(|&byte| char::from(byte))),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_by_which_signs_it_is_divided() {
        assert_eq!(Delimiters::of_header("MSH|^~\\&|A|B"), Some(Delimiters::USUAL));
        let odd = Delimiters::of_header("MSH#*%!@#A").unwrap();
        assert_eq!((odd.field, odd.component, odd.repetition), ('#', '*', '%'));
        assert_eq!(Delimiters::of_header("MSH|^"), Some(Delimiters::USUAL));
        assert_eq!(Delimiters::of_header("MSH|^~\\\\&|A"), Some(Delimiters::USUAL));
        assert_eq!(Delimiters::of_header("MSH is a header"), None);
        assert_eq!(Delimiters::of_header("MSH|abc|"), None);
    }

    #[test]
    fn escapes_are_undone_and_backslashes_stay() {
        let plain = |words| unescaped(words, &Delimiters::USUAL).into_owned();
        assert_eq!(plain(r"a\F\b\S\c\T\d\R\e\E\f"), r"a|b^c&d~e\f");
        assert_eq!(plain(r"one\.br\two\X0A\three\H\!\N\"), "one\ntwo\nthree!");
        assert_eq!(plain(r"\\server\share \X4\ \Q\"), r"\\server\share \X4\ \Q\");
        assert_eq!(plain(r"M\XC3BC\ller \XE9\ end\"), "Müller é end\\");
    }

    #[test]
    fn fields_of_a_header_are_numbered_from_its_sign() {
        let rest = "|^~\\&|LAB|||";
        let header = Segment { name: "MSH", rest, delimiters: Delimiters::USUAL };
        assert_eq!(header.field(3), "LAB");
        let plain = Segment { name: "PID", rest: "|1||\"\"|x", delimiters: Delimiters::USUAL };
        assert_eq!(plain.fields().collect::<Vec<_>>(), [(1, "1"), (4, "x")]);
        assert_eq!(plain.field(3), "");
    }
}
