//! Text from images as it may have been before it was misread: letters in numbers that look like
//! digits, digits in words that look like letters, blanks lost and added in numbers.
//!
//! This is a guess, made for all that looks like a number at once. What is found in it alone counts
//! only where a check digit, a label or a word nearby bears it out.

mod names;
mod words;

use super::layer::{Edit, Put};
pub(in crate::engine) use words::MISREAD;

/// Digits of the longest number in which a blank may have been added.
const LONGEST: usize = 12;
/// The edits that undo what readers of images confuse.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    let mut page = Page { text, edits: Vec::new(), label: false, number: None };
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let length = (at..bytes.len()).take_while(|&at| is_part(bytes, at)).count();
        if length > 0 {
            page.token(at, at + length);
            at += length;
        } else {
            page.between(byte);
            at += 1;
        }
    }
    page.edits
}

/// Whether the byte at a place is part of a number, or of a word. A bar beside a dash or a slash is
/// a 1 in a number; others divide columns.
fn is_part(bytes: &[u8], at: usize) -> bool {
    let dash = |at: usize| matches!(bytes.get(at), Some(b'-' | b'/'));
    match bytes.get(at) {
        Some(b'-' | b'/' | b'.') => true,
        Some(b'|') => dash(at + 1) || at.checked_sub(1).is_some_and(dash),
        Some(byte) => byte.is_ascii_alphanumeric() || *byte >= 0x80,
        None => false,
    }
}

struct Page<'a> {
    text: &'a str,
    edits: Vec<Edit>,
    /// A label stands before, with nothing but its number between.
    label: bool,
    /// The number before, when no more than one blank follows it.
    number: Option<Number>,
}

#[derive(Clone, Copy)]
struct Number {
    end: usize,
    digits: usize,
}

/// How many of the characters of a token are digits, letters that look like digits, other letters.
#[derive(Default)]
struct Count {
    digits: usize,
    likes: usize,
    letters: usize,
}

impl Count {
    fn of(token: &[u8]) -> Self {
        let mut count = Self::default();
        for &byte in token {
            match byte {
                b'0'..=b'9' => count.digits += 1,
                _ if digit(byte).is_some() => count.likes += 1,
                _ if byte.is_ascii_alphabetic() || byte >= 0x80 => count.letters += 1,
                _ => {}
            }
        }
        count
    }

    fn all(&self) -> usize {
        self.digits + self.likes + self.letters
    }

    /// Three of five are digits; behind a label, three of ten.
    fn is_number(&self, label: bool) -> bool {
        let needed = if label { 3 } else { 6 };
        self.digits > 0 && self.digits * 10 >= self.all() * needed
    }

    /// Half are letters, whatever they look like.
    fn is_word(&self) -> bool {
        self.digits > 0 && (self.likes + self.letters) * 2 >= self.all()
    }
}

impl Page<'_> {
    fn between(&mut self, byte: u8) {
        match byte {
            b':' | b'#' | b'=' => self.number = None,
            b' ' => {}
            _ => (self.label, self.number) = (false, None),
        }
    }

    fn token(&mut self, start: usize, end: usize) {
        let Some(token) = self.text.as_bytes().get(start..end) else { return };
        let count = Count::of(token);
        if let Some(width) = label_width(token) {
            // `DOB03/14/1950`: the blank is lost.
            self.label = true;
            self.edits.push(Edit::new(start + width..start + width, Put::Text(" ")));
            self.number(start + width, end);
            return;
        }
        let mut word = words::read(token, &count);
        let label = is_label(&word.to_ascii_uppercase());
        let number = count.is_number(self.label) || count.all() == 0 && self.number.is_some();
        if number && !label {
            self.number(start, end);
            return;
        }
        if let Some(first) = word.first_mut()
            && names::begins_name(self.text.as_bytes(), start..end)
        {
            first.make_ascii_uppercase();
        }
        let differs = |&(_, (read, was)): &(usize, (&u8, &u8))| read != was;
        let edits = (start..).zip(word.iter().zip(token)).filter(differs);
        self.edits.extend(
            edits.map(|(at, (&read, _))| Edit::new(at..at + 1, Put::Char(char::from(read)))),
        );
        (self.label, self.number) = (label, None);
    }

    /// A number, or a sign alone between two.
    fn number(&mut self, start: usize, end: usize) {
        let bytes = self.text.as_bytes();
        let token = bytes.get(start..end).unwrap_or_default();
        let mut digits = 0;
        if let Some(before) = self.number
            && bytes.get(before.end..start) == Some(b" ")
            && self.are_one(before, token)
        {
            self.edits.push(Edit::new(before.end..start, Put::Nothing));
            digits = before.digits;
        }
        for (at, &byte) in (start..).zip(token) {
            digits += usize::from(byte.is_ascii_digit());
            if let Some(digit) = digit(byte) {
                digits += 1;
                self.edits.push(Edit::new(at..at + 1, Put::Char(digit)));
            }
        }
        self.number = Some(Number { end, digits });
    }

    /// Whether a number goes on behind a blank: where a dash or a slash stands beside it, or under
    /// one label.
    fn are_one(&self, before: Number, token: &[u8]) -> bool {
        let joins = |byte: Option<&u8>| matches!(byte, Some(b'-' | b'/'));
        let last = before.end.checked_sub(1).and_then(|last| self.text.as_bytes().get(last));
        let digits = Count::of(token);
        joins(last)
            || joins(token.first())
            || self.label && before.digits + digits.digits + digits.likes <= LONGEST
    }
}

/// The digit that a letter is read for.
fn digit(byte: u8) -> Option<char> {
    Some(match byte {
        b'O' | b'o' | b'Q' | b'D' => '0',
        b'I' | b'l' | b'i' | b'|' => '1',
        b'Z' | b'z' => '2',
        b'S' | b's' => '5',
        b'G' | b'b' => '6',
        b'B' => '8',
        b'g' | b'q' => '9',
        _ => return None,
    })
}

/// The width of a label at the beginning of a token that goes on with a number.
fn label_width(token: &[u8]) -> Option<usize> {
    let width = token.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (label, number) = token.split_at_checked(width)?;
    let count = Count::of(number);
    let is_number = count.digits >= 4 && count.is_number(false);
    (is_number && is_label(&label.to_ascii_uppercase())).then_some(width)
}

fn is_label(word: &[u8]) -> bool {
    let word = word.strip_suffix(b".").unwrap_or(word);
    LABELS.iter().any(|label| label.as_bytes() == word)
}

/// Last words of labels that stand before numbers and dates.
const LABELS: &[&str] = &[
    "ACCESSION",
    "ACCT",
    "ACCOUNT",
    "ACC",
    "ADMITTED",
    "BIRTH",
    "BIRTHDATE",
    "BORN",
    "CASE",
    "CHART",
    "CLAIM",
    "CSN",
    "DATE",
    "DEA",
    "DISCHARGED",
    "DOB",
    "DOD",
    "DOS",
    "FAX",
    "FIN",
    "GROUP",
    "HAR",
    "HICN",
    "ID",
    "MBI",
    "MEDICARE",
    "MEMBER",
    "MRN",
    "NO",
    "NPI",
    "NUM",
    "NUMBER",
    "PHONE",
    "POLICY",
    "RECORD",
    "RX",
    "SECURITY",
    "SPECIMEN",
    "SSN",
    "SUBSCRIBER",
    "TEL",
    "TELEPHONE",
    "UNIT",
    "VISIT",
    "ZIP",
];

#[cfg(test)]
mod tests {
    use super::super::layer::Layer;
    use super::*;

    fn read(text: &str) -> String {
        Layer::new(text, &edits(text)).text
    }

    #[test]
    fn letters_in_numbers_are_read_as_digits() {
        for (text, expected) in [
            ("S36-22-847l", "536-22-8471"),
            ("DOB: O3/l4/l95O", "DOB: 03/14/1950"),
            ("MRN: 77301Z2.", "MRN: 7730122."),
            ("SSN S3G-2Z-B471", "SSN 536-22-8471"),
            ("DOB: 03/|4/1950|773", "DOB: 03/14/1950|773"),
            ("(S55) 555-OI42", "(555) 555-0142"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn digits_in_labels_are_read_as_letters() {
        assert_eq!(read("D0B: 5SN: Pat1ent: PATlENT lD"), "DOB: SSN: Patient: PATIENT ID");
        assert_eq!(read("D0B O3/l4/195O"), "DOB 03/14/1950");
    }

    #[test]
    fn letters_in_words_are_read_as_those_beside_them_tell() {
        assert_eq!(
            read("0rtega, Sa1vador has fibriIlation, L1ST lV, Al McAllister in Illinois"),
            "Ortega, Salvador has fibrillation, LIST IV, Al McAllister in Illinois"
        );
    }

    #[test]
    fn a_small_letter_that_begins_a_name_behind_a_label_is_read_as_a_capital() {
        for (text, expected) in [
            ("Name: james Gray", "Name: James Gray"),
            ("Name:\tsutter, Ada", "Name:\tSutter, Ada"),
            ("Patient: Ada vasquez", "Patient: Ada Vasquez"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        for text in
            ["Plan: see Ada", "we saw James", "Name: of Ada", "Note: Ada came", "Name: anna Gray"]
        {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn blanks_in_numbers_are_lost_and_added() {
        for (text, expected) in [
            ("536-22- 8471", "536-22-8471"),
            ("536 -22 - 8471", "536-22-8471"),
            ("03 / 14 / 1950", "03/14/1950"),
            ("MRN: 77 30142", "MRN: 7730142"),
            ("DOB03/14/1950", "DOB 03/14/1950"),
            ("MRN7730l42", "MRN 7730142"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn words_and_numbers_that_stand_apart_stay() {
        for text in [
            "Solid lobes of both lungs, size 12 mm.",
            "C5-C6 disc, COVID19",
            "12 34 56",
            "12\n34",
            "MRN 7730142  DOB",
            "MRN: 7730142 5550142",
            "Bill is Zoe's",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
