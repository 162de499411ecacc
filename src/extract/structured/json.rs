//! JSON (RFC 8259), one value or several in a row, such as one a line.

use super::names;
use super::values::Values;

/// Levels of arrays and objects; what is deeper is read as plain text.
const DEEPEST: usize = 512;

/// Keys of the root under which the elements of an array are a record each.
const LISTS: &[&str] = &[
    "data", "entries", "entry", "items", "list", "members", "patients", "people", "records",
    "result", "results", "rows", "value", "values",
];

/// An array or object that is open.
#[derive(Clone, Copy)]
struct Level<'t> {
    is_object: bool,
    /// The key that it stands under.
    name: &'t str,
    /// The key whose value comes next.
    key: &'t str,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    levels: Vec<Level<'t>>,
    values: Values,
    records: u32,
    expects: Expected,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// A value, or the end of an array that has just begun.
    Value,
    /// A key, or the end of an object.
    Key,
    Colon,
    /// A comma or the end.
    Comma,
}

/// The values of a text; `None` where it is no JSON.
pub(super) fn values(text: &str) -> Option<Values> {
    let start = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = Reader {
        text: start,
        at: 0,
        levels: Vec::new(),
        values: Values::default(),
        records: 0,
        expects: Expected::Value,
    };
    while let Some(byte) = start.as_bytes().get(reader.at) {
        reader.step(*byte)?;
    }
    (reader.levels.is_empty() && reader.expects == Expected::Comma).then_some(reader.values)
}

impl<'t> Reader<'t> {
    fn step(&mut self, byte: u8) -> Option<()> {
        // Behind a whole value another may follow.
        if self.levels.is_empty() && self.expects == Expected::Comma && !byte.is_ascii_whitespace()
        {
            self.expects = Expected::Value;
        }
        match (byte, self.expects) {
            (b' ' | b'\t' | b'\r' | b'\n', _) => self.sign(self.expects),
            (b'{', Expected::Value) => self.open(true)?,
            (b'[', Expected::Value) => self.open(false)?,
            (b'}', Expected::Key | Expected::Comma) => self.close(true)?,
            (b']', Expected::Value | Expected::Comma) => self.close(false)?,
            (b':', Expected::Colon) => self.sign(Expected::Value),
            (b',', Expected::Comma) => {
                let is_object = self.levels.last()?.is_object;
                self.sign(if is_object { Expected::Key } else { Expected::Value });
            }
            (b'"', Expected::Key) => {
                let (raw, end) = self.string()?;
                self.values.words(self.text.get(self.at..end)?);
                self.levels.last_mut()?.key = raw;
                self.at = end;
                self.expects = Expected::Colon;
            }
            (b'"', Expected::Value) => {
                let (raw, end) = self.string()?;
                self.values.words("\"");
                self.value(&unescaped(raw)?);
                self.values.words("\"");
                self.at = end;
                self.expects = Expected::Comma;
            }
            (b'-' | b'0'..=b'9' | b't' | b'f' | b'n', Expected::Value) => {
                let rest = self.text.get(self.at..)?;
                let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
                let end = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
                let word = rest.get(..end)?;
                if byte.is_ascii_alphabetic() {
                    matches!(word, "true" | "false" | "null").then_some(())?;
                    self.values.words(word);
                } else {
                    word.parse::<f64>().ok()?;
                    self.value(word);
                }
                self.at += end;
                self.expects = Expected::Comma;
            }
            _ => return None,
        }
        Some(())
    }

    fn sign(&mut self, expects: Expected) {
        self.values.words(self.text.get(self.at..=self.at).unwrap_or_default());
        self.at += 1;
        self.expects = expects;
    }

    fn open(&mut self, is_object: bool) -> Option<()> {
        let outer = self.levels.last().copied();
        if is_object && self.is_record() {
            self.records = self.records.saturating_add(1);
        }
        let name = match outer {
            Some(level) if level.is_object => level.key,
            Some(level) => level.name,
            None => "",
        };
        if self.levels.len() == DEEPEST {
            return None;
        }
        self.levels.push(Level { is_object, name, key: "" });
        self.sign(if is_object { Expected::Key } else { Expected::Value });
        Some(())
    }

    fn close(&mut self, is_object: bool) -> Option<()> {
        self.levels.pop().filter(|level| level.is_object == is_object)?;
        self.sign(Expected::Comma);
        Some(())
    }

    /// Whether an object that begins here is a record: one of several values in a row, an element
    /// of the array that is all, or of a list that the root names.
    fn is_record(&self) -> bool {
        match self.levels.as_slice() {
            [] => true,
            [root] => !root.is_object,
            [root, list] => root.is_object && !list.is_object && LISTS.contains(&root.key),
            _ => false,
        }
    }

    fn value(&mut self, value: &str) {
        let (outer, inner) = match self.levels.last() {
            Some(level) if level.is_object => (level.name, level.key),
            Some(level) => ("", level.name),
            None => ("", ""),
        };
        let record = (self.records > 0).then_some(self.records);
        self.values.value(|| names::label(outer, inner), value, record);
    }

    /// The string that begins here, its escapes still in it, and where it has ended.
    fn string(&self) -> Option<(&'t str, usize)> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        loop {
            at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes.get(at) == Some(&b'"') {
                return Some((self.text.get(start..at)?, at + 1));
            }
            at += 2;
        }
    }
}

/// A string without its escapes.
fn unescaped(raw: &str) -> Option<String> {
    if !raw.contains('\\') {
        return Some(raw.to_owned());
    }
    // Line breaks may not stand in a string, and do where somebody wrote it by hand.
    let quoted = format!("\"{}\"", raw.replace('\n', "\\n").replace('\t', "\\t"));
    serde_json::from_str(&quoted).ok()
}
