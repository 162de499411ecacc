//! Trees of JSON (RFC 8259), one of each value in a row: an object is elements by its keys, an array
//! as many elements of one name. What does not hold together any more ends the last tree.

use std::borrow::Cow;

use super::{Fault, Kind, Tree};

/// Nodes of a tree behind which no further value is taken in, where several stand in a row.
const ENOUGH: usize = 1 << 17;

/// Hands out the trees of a text.
pub(in crate::extract::clinical) struct Values<'t> {
    text: &'t str,
    at: usize,
}

/// Levels that are open at once; what is deeper is said to be too deep, and read as words.
const MOST_LEVELS: usize = 1 << 12;

/// An array or object that is open.
struct Level<'t> {
    is_object: bool,
    /// The key whose value comes next; of an array, that which it stands under itself.
    key: &'t str,
    /// Whether it is an element of the tree.
    is_element: bool,
}

impl<'t> Values<'t> {
    pub(in crate::extract::clinical) fn of(text: &'t str) -> Self {
        Self { text: text.strip_prefix('\u{FEFF}').unwrap_or(text), at: 0 }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The string that begins here, its escapes still in it; without its end where it has none.
    fn string(&mut self) -> &'t str {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        loop {
            let behind = bytes.get(at..).unwrap_or_default();
            match memchr::memchr2(b'"', b'\\', behind) {
                Some(found) if behind.get(found) == Some(&b'"') => {
                    self.at = at + found + 1;
                    return self.text.get(start..at + found).unwrap_or_default();
                }
                Some(found) => at += found + 2,
                None => {
                    self.at = bytes.len();
                    return self.text.get(start..).unwrap_or_default();
                }
            }
        }
    }

    /// A number, `true`, `false`, `null`.
    fn word(&mut self) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let end = rest.bytes().position(|byte| !part(byte)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Reads on up to the end of a value of the outermost level; false at the end of the text or
    /// where it is no JSON any more.
    fn value(&mut self, tree: &mut Tree<'t>) -> bool {
        let mut levels: Vec<Level<'t>> = Vec::new();
        while let Some(byte) = self.byte() {
            let is_key = levels.last().is_some_and(|level| level.is_object && level.key.is_empty());
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => self.at += 1,
                b'{' | b'[' => {
                    self.at += 1;
                    let key = name_here(&mut levels);
                    let is_object = byte == b'{';
                    if levels.len() >= MOST_LEVELS {
                        tree.fault = Some(Fault::Deep);
                        return false;
                    }
                    // An array in an array, or one that is all there is, is no element itself.
                    if is_object {
                        tree.open(key);
                    }
                    let key = if is_object { "" } else { key };
                    levels.push(Level { is_object, key, is_element: is_object });
                }
                b'}' | b']' => {
                    self.at += 1;
                    match levels.pop() {
                        Some(level) if level.is_element => {
                            tree.close();
                        }
                        Some(_) => {}
                        None => return false,
                    }
                }
                b'"' => {
                    let raw = self.string();
                    match levels.last_mut() {
                        Some(level) if is_key => level.key = if raw.is_empty() { "_" } else { raw },
                        _ => {
                            let key = name_here(&mut levels);
                            scalar(tree, key, unescaped(raw));
                        }
                    }
                }
                b'-' | b'0'..=b'9' | b't' | b'f' | b'n' if !is_key => {
                    let word = self.word();
                    let key = name_here(&mut levels);
                    if word != "null" {
                        scalar(tree, key, word.into());
                    }
                }
                _ => return false,
            }
            if levels.is_empty() && !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':') {
                return true;
            }
            if tree.fault.is_some() {
                return false;
            }
        }
        false
    }
}

/// The name of the value that comes next. A key is used up.
fn name_here<'t>(levels: &mut [Level<'t>]) -> &'t str {
    match levels.last_mut() {
        Some(level) if level.is_object => std::mem::take(&mut level.key),
        Some(level) => level.key,
        None => "",
    }
}

fn scalar<'t>(tree: &mut Tree<'t>, key: &'t str, value: Cow<'t, str>) {
    tree.add(Kind::Element, key, value);
}

impl<'t> Iterator for Values<'t> {
    type Item = Tree<'t>;

    fn next(&mut self) -> Option<Tree<'t>> {
        let rest = self.text.get(self.at..)?;
        self.at += rest.len() - rest.trim_ascii_start().len();
        self.byte()?;
        let mut tree = Tree::empty();
        while tree.len() < ENOUGH {
            if self.value(&mut tree) {
                continue;
            }
            if self.byte().is_some() {
                tree.rest = self.text.get(self.at..).unwrap_or_default();
                tree.fault = tree.fault.or(Some(Fault::Damaged));
                self.at = self.text.len();
            }
            break;
        }
        Some(tree)
    }
}

/// A string without its escapes (RFC 8259 section 7). What is no escape stays as it is.
fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = behind.chars();
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b' | 'f') => out.push(' '),
            Some('u') => chars = unicode(chars.as_str(), &mut out).chars(),
            Some(other) => out.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes the character whose four figures come next, two of them where it is a pair.
fn unicode<'t>(text: &'t str, out: &mut String) -> &'t str {
    let unit = |text: &str| u16::from_str_radix(text.get(..4)?, 16).ok();
    let Some(first) = unit(text) else { return text };
    let behind = text.get(4..).unwrap_or_default();
    let second = behind.strip_prefix("\\u").and_then(unit);
    let pair = char::decode_utf16([first, second.unwrap_or_default()]).next();
    match (char::from_u32(u32::from(first)), pair, second) {
        (Some(character), ..) => out.push(character),
        (None, Some(Ok(character)), Some(_)) => {
            out.push(character);
            return behind.get(6..).unwrap_or_default();
        }
        _ => out.push(char::REPLACEMENT_CHARACTER),
    }
    behind
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(json: &str) -> Vec<String> {
        let mut told = Vec::new();
        for tree in Values::of(json) {
            let mut stack: Vec<_> = tree.root().children().collect();
            stack.reverse();
            while let Some(node) = stack.pop() {
                told.push(format!("{}={}", node.name(), node.value()));
                let mut children: Vec<_> = node.children().collect();
                children.reverse();
                stack.extend(children);
            }
        }
        told
    }

    #[test]
    fn arrays_are_elements_of_one_name() {
        let json = r#"{"a":["x",{"b":1}],"c":null,"d":[]} {"e":true}"#;
        assert_eq!(told(json), ["=", "a=x", "a=", "b=1", "=", "e=true"]);
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(
            unescaped(r#"M\u00fcller \"A\" \uD83D\uDE00 \\ \uD83D."#),
            "Müller \"A\" 😀 \\ \u{FFFD}."
        );
    }

    #[test]
    fn json_that_is_cut_anywhere_gives_what_was_before() {
        let json = r#"{"resourceType":"Patient","name":[{"family":"Müller\n"}],"n":12.5}"#;
        for cut in 0..=json.len() {
            let cut = json.get(..cut).unwrap_or_default();
            let told = told(cut).join(" ");
            assert!(!cut.ends_with("}]") || told.contains("family=Müller"), "{told}");
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_said_to_be() {
        let json = format!("{{\"name\":\"Jane\",\"a\":{}1", "[".repeat(MOST_LEVELS + 1));
        let tree = Values::of(&json).next().unwrap();
        assert_eq!(tree.fault, Some(Fault::Deep));
        assert_eq!(tree.root().children().next().unwrap().attribute("name"), "Jane");
        assert!(tree.rest.ends_with('1'));
    }

    #[test]
    fn what_is_no_json_ends_the_last_tree() {
        let trees: Vec<_> = Values::of("{\"a\":1} garbage").collect();
        assert_eq!(
            (trees.len(), trees[0].rest, trees[0].fault),
            (1, "garbage", Some(Fault::Damaged))
        );
    }
}
