//! Numbers on a line of a signature or in a sentence of a footer: those that have a place there
//! (telephone, ZIP, street, law) and those that may be somebody's identifier or date.

/// Digits of the longest number that is a ZIP code, a house, a room or an extension.
const SHORT: usize = 5;

/// What the numbers of a line tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// There are none, or small ones.
    Plain,
    /// A telephone number.
    Telephone,
    /// A number of another shape, or a date.
    Identifier,
}

/// What the numbers of a line tell, Identifier before Telephone. Addresses of pages and mail are
/// passed over.
pub(super) fn numbers(line: &str) -> Numbers {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    if !line.as_bytes().iter().any(is_digit) {
        return Numbers::Plain;
    }
    let mut told = Numbers::Plain;
    // Digits of the last tokens that were nothing but digits, as `536 22 8471` is written.
    let mut spaced = [0_usize; 3];
    for token in line.split_ascii_whitespace() {
        // A word between numbers parts them.
        if !token.as_bytes().iter().any(is_digit) {
            spaced = [0; 3];
            continue;
        }
        if token.contains(['@', '=']) || token.contains("://") || token.starts_with("www.") {
            spaced = [0; 3];
            continue;
        }
        let (found, bare) = number(token);
        spaced = [spaced[1], spaced[2], bare];
        if found == Numbers::Identifier || spaced == [3, 2, 4] {
            return Numbers::Identifier;
        }
        if found == Numbers::Telephone || spaced == [3, 3, 4] || bare == 4 && ends_area(&spaced) {
            told = Numbers::Telephone;
        }
    }
    told
}

/// `(555) 555 0142`: the area code is no bare number for its signs.
fn ends_area(spaced: &[usize; 3]) -> bool {
    spaced[1] == 3
}

/// What a word of a line is, and how many digits it has if it is nothing but digits.
fn number(token: &str) -> (Numbers, usize) {
    let mut groups = Groups::default();
    let inner = token.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    for byte in token.bytes() {
        groups.push(byte);
    }
    let digits = groups.digits;
    let bare = if inner.len() == digits { digits } else { 0 };
    let dashed = groups.shape();
    let told = match dashed {
        // Social Security numbers, and dates of either order.
        [3, 2, 4, 0] => Numbers::Identifier,
        [1..=2, 1..=2, 2 | 4, 0] | [4, 1..=2, 1..=2, 0] if digits >= 4 => Numbers::Identifier,
        [3, 4, 0, 0] | [3, 3, 4, 0] | [1, 3, 3, 4] => Numbers::Telephone,
        // ZIP and four digits more; years.
        [5, 4, 0, 0] | [4, 4, 0, 0] => Numbers::Plain,
        _ if digits <= SHORT => Numbers::Plain,
        [10 | 11, 0, 0, 0] if !groups.letters => Numbers::Telephone,
        _ if token.starts_with('+') || token.contains(['(', ')']) => Numbers::Telephone,
        _ => Numbers::Identifier,
    };
    (told, bare)
}

/// The lengths of the first four groups of digits of a word.
#[derive(Default)]
struct Groups {
    lengths: [usize; 4],
    count: usize,
    digits: usize,
    letters: bool,
    open: bool,
}

impl Groups {
    fn push(&mut self, byte: u8) {
        if byte.is_ascii_digit() {
            if !self.open {
                self.count += 1;
            }
            if let Some(length) = self.lengths.get_mut(self.count - 1) {
                *length += 1;
            }
            self.digits += 1;
        }
        self.letters |= byte.is_ascii_alphabetic();
        self.open = byte.is_ascii_digit();
    }

    /// The lengths, all too long where there are more than four groups.
    fn shape(&self) -> [usize; 4] {
        if self.count > 4 { [usize::MAX; 4] } else { self.lengths }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_and_addresses_are_told_from_identifiers() {
        for (line, told) in [
            ("Phone: (555) 555-0142", Numbers::Telephone),
            ("555-0142 ext. 20411", Numbers::Telephone),
            ("+1 555 555 0142", Numbers::Telephone),
            ("(555) 555 0142", Numbers::Telephone),
            ("t.555.555.0142", Numbers::Telephone),
            ("5555550142", Numbers::Telephone),
            ("1-800-555-0100", Numbers::Telephone),
            ("12 Main St, Suite 4-102, Springfield, IL 62704-1234", Numbers::Plain),
            ("45 CFR parts 160 and 164, 18 U.S.C. 2510-2521", Numbers::Plain),
            ("https://clinic.example/d/77301425512", Numbers::Plain),
            ("pat7730142@mail.example", Numbers::Plain),
            ("536-22-8471", Numbers::Identifier),
            ("536 22 8471", Numbers::Identifier),
            ("born 03/14/1950", Numbers::Identifier),
            ("1950-03-14", Numbers::Identifier),
            ("MR773014", Numbers::Identifier),
            ("7730142", Numbers::Identifier),
            ("1EG4-TE5-MK73 7730142", Numbers::Identifier),
        ] {
            assert_eq!(numbers(line), told, "{line}");
        }
    }
}
