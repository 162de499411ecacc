//! Address lists (RFC 5322 section 3.4): the addresses for a scan without an envelope, and the
//! words around them that people read.

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use super::encoded_word;

/// The addresses that a field names, without display names.
#[must_use]
pub fn addresses(value: &[u8]) -> Vec<String> {
    let mut line = encoded_word::unfold(value).into_owned();
    line.push(b'\n');
    let HeaderValue::Address(list) = MessageStream::new(&line).parse_address() else {
        return Vec::new();
    };
    list.iter().filter_map(|one| Some(one.address()?.trim().to_owned())).collect()
}

/// What a person sees in an address field beside the addresses themselves: display names, group
/// names and comments, one a line. Anything that is not clearly an address is kept.
#[must_use]
pub fn words(value: &[u8]) -> String {
    let unfolded = encoded_word::unfold(value.trim_ascii());
    let mut kept = Vec::with_capacity(unfolded.len());
    let mut quoted = false;
    let mut rest = &unfolded[..];
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\\' if quoted => {
                kept.extend(after.first());
                rest = after.get(1..).unwrap_or_default();
            }
            b'"' => quoted = !quoted,
            b'<' if !quoted => {
                let end = memchr::memchr(b'>', after).unwrap_or(after.len());
                let inside = after.get(..end).unwrap_or_default();
                if !is_address(inside) {
                    kept.push(b' ');
                    kept.extend_from_slice(inside);
                }
                rest = after.get(end + 1..).unwrap_or_default();
            }
            b',' | b';' if !quoted => kept.push(b'\n'),
            _ => kept.push(byte),
        }
    }
    let decoded = encoded_word::decode(&keep_lines(&kept));
    let mut words = String::with_capacity(decoded.len());
    for line in decoded.split(LINE) {
        let seen: Vec<&str> =
            line.split_whitespace().filter(|word| !is_address(word.as_bytes())).collect();
        let line = seen.join(" ");
        // An address in the old style: the name is a comment behind it.
        let inner = line.strip_prefix('(').and_then(|line| line.strip_suffix(')'));
        let line = inner.unwrap_or(&line);
        if !words.is_empty() && !line.is_empty() {
            words.push('\n');
        }
        words.push_str(line);
    }
    words
}

/// Stands for the end of one address while the words are decoded, which unfolds lines.
const LINE: char = '\u{1E}';

fn keep_lines(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|&b| if b == b'\n' { LINE as u8 } else { b }).collect()
}

/// `local@domain` with nothing else about it. A quoted local part can be a sentence: that is kept.
fn is_address(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii();
    let one = memchr::memchr(b'@', bytes).is_some_and(|at| at > 0 && at + 1 < bytes.len());
    bytes.is_empty()
        || one
            && bytes.is_ascii()
            && !bytes.iter().any(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'(' | b')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_and_comments_are_read_and_addresses_are_not() {
        for (value, seen) in [
            ("Jane Roe <jane@x.example>", "Jane Roe"),
            ("\"Roe, Jane\" <jane@x.example>, bob@x.example (Bob)", "Roe, Jane\nBob"),
            ("=?utf-8?q?M=C3=BCller?= <m@x.example>", "Müller"),
            ("\"=?utf-8?q?M=C3=BCller=2C_A?=\" <m@x.example>", "Müller, A"),
            ("jane@x.example", ""),
            ("\"Roe (Ward 4)\" <j@x.example>", "Roe (Ward 4)"),
            ("<jane@x.example>", ""),
            ("Patients: a@x.example, Jane <b@x.example>;", "Patients:\nJane"),
            ("<SSN 536-22-8471>", "SSN 536-22-8471"),
            ("\"unclosed <a@b>", "unclosed"),
        ] {
            assert_eq!(words(value.as_bytes()), seen, "{value}");
        }
    }

    #[test]
    fn addresses_are_those_of_the_list() {
        let value = b"\"Roe, Jane\" <jane@x.example>,\r\n Bob <bob@x.example>, team: c@x.example;";
        assert_eq!(addresses(value), ["jane@x.example", "bob@x.example", "c@x.example"]);
        assert!(addresses(b"").is_empty());
    }
}
