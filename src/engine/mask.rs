//! The shape of a value, for people who may not see it.

/// Characters of the longest shape.
const LONGEST: usize = 40;

/// The shape of a value: `N` for a digit, `A` and `a` for letters; signs and blanks stay. A long
/// value's shape is cut and ends in `...`.
#[must_use]
pub fn mask(value: &str) -> String {
    let mut shape = String::new();
    for (count, c) in value.chars().enumerate() {
        if count == LONGEST {
            shape.push_str("...");
            break;
        }
        shape.push(match c {
            c if c.is_numeric() => 'N',
            c if c.is_lowercase() => 'a',
            c if c.is_alphabetic() => 'A',
            c if c.is_whitespace() || c.is_control() => ' ',
            c if c.is_ascii() => c,
            _ => '?',
        });
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_shows_digits_and_letters_as_such() {
        assert_eq!(mask("536-22-8471"), "NNN-NN-NNNN");
        assert_eq!(mask("José O'Neil\n７"), "Aaaa A'Aaaa N");
        assert_eq!(mask(&"9".repeat(41)), format!("{}...", "N".repeat(40)));
    }
}
