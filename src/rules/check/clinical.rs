//! Checks of clinical codes.

pub(super) fn icd_10_cm(value: &str) -> bool {
    let bytes: Vec<u8> = value.bytes().take(9).map(|b| b.to_ascii_uppercase()).collect();
    let [letter, tens, ones, rest @ ..] = bytes.as_slice() else { return false };
    let rest = match rest {
        [] => return chapter(*letter, *tens, *ones),
        [b'.'] => return false,
        [b'.', rest @ ..] => rest,
        rest => rest,
    };
    chapter(*letter, *tens, *ones) && rest.len() <= 4 && rest.iter().all(u8::is_ascii_alphanumeric)
}

/// Whether the category lies in a chapter of ICD-10-CM.
fn chapter(letter: u8, tens: u8, ones: u8) -> bool {
    if !tens.is_ascii_digit() {
        return false;
    }
    if ones.is_ascii_alphabetic() {
        // The categories whose third character is a letter.
        return matches!(
            (letter, tens, ones),
            (b'C', b'4' | b'7', b'A')
                | (b'C', b'7', b'B')
                | (b'D', b'3', b'A')
                | (b'I', b'1' | b'5', b'A')
                | (b'J', b'4', b'A')
                | (b'M', b'1', b'A')
                | (b'O', b'9', b'A')
                | (b'Z', b'1' | b'3', b'A')
        );
    }
    if !ones.is_ascii_digit() {
        return false;
    }
    let number = (tens - b'0') * 10 + (ones - b'0');
    match letter {
        b'D' | b'E' => number <= 89,
        b'F' => number >= 1,
        b'H' | b'K' => number <= 95,
        b'P' => number <= 96,
        b'T' => number <= 88,
        b'U' => number <= 85,
        letter => letter.is_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_lies_in_a_chapter() {
        for right in [
            "E11.9", "I10", "Z3A.20", "M1A.00X0", "S52.521A", "T36.0X1A", "U07.1", "W19.XXXA",
            "e11.65", "E119", "F32.9", "C7A.010",
        ] {
            assert!(icd_10_cm(right), "{right}");
        }
        for wrong in [
            "E95.1",
            "F00.1",
            "T99.0",
            "U99",
            "H99",
            "P99",
            "11.9",
            "E1",
            "E11.",
            "E11.99999",
            "AB1.2",
            "E1A.1",
            "",
            "E11-9",
        ] {
            assert!(!icd_10_cm(wrong), "{wrong}");
        }
    }
}
