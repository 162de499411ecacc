//! Checks of numbers that an office issues.

use super::{all_same, digits};

/// Digits below which a number is a count, a page or a year's week.
const FEWEST_DIGITS: usize = 4;

/// Digits from which on a number that has but one digit other than 0 fills a field.
const LONG: usize = 6;

pub(super) fn number(value: &str) -> bool {
    let digits: Vec<u8> = value.bytes().filter(u8::is_ascii_digit).collect();
    let counts_up = digits.iter().zip(b"1234567890".iter().cycle()).all(|(a, b)| a == b);
    let fills = digits.len() >= LONG && digits.iter().filter(|&&digit| digit != b'0').count() < 2;
    digits.len() >= FEWEST_DIGITS && !all_same(&digits) && !counts_up && !fills
}

pub(super) fn luhn(value: &str) -> bool {
    let Some(found) = digits::<32>(value) else { return false };
    let found = found.as_slice();
    found.len() >= 2 && !all_same(found) && luhn_sum(found, 0).is_multiple_of(10)
}

/// Every second digit from the right is doubled and its digits added.
fn luhn_sum(digits: &[u8], start: u32) -> u32 {
    digits.iter().rev().enumerate().fold(start, |sum, (place, &digit)| {
        let digit = u32::from(digit);
        sum + match place % 2 {
            0 => digit,
            _ if digit > 4 => digit * 2 - 9,
            _ => digit * 2,
        }
    })
}

/// What the prefix 80840 adds to Luhn's sum of a National Provider Identifier.
const NPI_PREFIX_SUM: u32 = 24;

pub(super) fn npi(value: &str) -> bool {
    let Some(found) = digits::<10>(value) else { return false };
    let found = found.as_slice();
    let (Some(1 | 2), Some(body)) = (found.first(), found.get(..9)) else { return false };
    found.len() == 10 && !all_same(body) && luhn_sum(found, NPI_PREFIX_SUM).is_multiple_of(10)
}

pub(super) fn dea(value: &str) -> bool {
    let bytes: Vec<u8> = value.bytes().filter(|b| !matches!(b, b' ' | b'-')).take(10).collect();
    let [registrant, second, number @ ..] = bytes.as_slice() else { return false };
    let registrants = b"ABCDEFGHJKLMPRSTUX";
    if !registrants.contains(&registrant.to_ascii_uppercase())
        || !(second.is_ascii_alphabetic() || *second == b'9')
        || !number.iter().all(u8::is_ascii_digit)
    {
        return false;
    }
    let &[a, b, c, d, e, f, check] = number else { return false };
    let value = |digit: u8| u32::from(digit - b'0');
    let sum = value(a) + value(c) + value(e) + 2 * (value(b) + value(d) + value(f));
    sum != 0 && sum % 10 == value(check)
}

/// What stands at each position of a Medicare Beneficiary Identifier.
const MBI: [Position; 11] = {
    use Position::{AlphaNumeric as X, Letter as A, NonZero as C, Numeric as N};
    [C, A, X, N, A, X, N, A, A, N, N]
};

enum Position {
    NonZero,
    Numeric,
    /// A letter, S, L, O, I, B and Z left out.
    Letter,
    AlphaNumeric,
}

pub(super) fn mbi(value: &str) -> bool {
    let mut positions = MBI.iter();
    for byte in value.bytes().filter(|b| !matches!(b, b' ' | b'-')) {
        let byte = byte.to_ascii_uppercase();
        let letter = byte.is_ascii_uppercase() && !b"SLOIBZ".contains(&byte);
        let fits = match positions.next() {
            Some(Position::NonZero) => matches!(byte, b'1'..=b'9'),
            Some(Position::Numeric) => byte.is_ascii_digit(),
            Some(Position::Letter) => letter,
            Some(Position::AlphaNumeric) => letter || byte.is_ascii_digit(),
            None => false,
        };
        if !fits {
            return false;
        }
    }
    positions.next().is_none()
}

/// Numbers known from advertisements, forms and software, never one person's.
const FAMOUS_SSNS: [u32; 6] =
    [78_051_120, 219_099_999, 123_456_789, 457_555_462, 12_345_678, 121_212_121];

pub(super) fn ssn(value: &str) -> bool {
    let Some(found) = digits::<9>(value) else { return false };
    let found = found.as_slice();
    if found.len() != 9 || all_same(found) {
        return false;
    }
    let number = found.iter().fold(0, |number, &digit| number * 10 + u32::from(digit));
    let (area, group, serial) = (number / 1_000_000, number / 10_000 % 100, number % 10_000);
    !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0 && !FAMOUS_SSNS.contains(&number)
}

/// 49 CFR 565.15(c): each character's value times its position's weight, modulo 11, is the ninth.
pub(super) fn vin(value: &str) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let mut sum = 0;
    let mut check = None;
    let mut weights = WEIGHTS.iter().enumerate();
    let mut letters = 0;
    for byte in value.bytes() {
        let byte = byte.to_ascii_uppercase();
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'H' => byte - b'A' + 1,
            b'J'..=b'N' => byte - b'J' + 1,
            b'P' => 7,
            b'R' => 9,
            b'S'..=b'Z' => byte - b'S' + 2,
            _ => return false,
        };
        letters += u32::from(byte.is_ascii_alphabetic());
        let Some((position, weight)) = weights.next() else { return false };
        if position == 8 {
            check = Some(byte);
        }
        sum += u32::from(value) * weight;
    }
    let expected = match sum % 11 {
        10 => b'X',
        rest => b'0' + u8::try_from(rest).unwrap_or_default(),
    };
    weights.next().is_none() && letters > 0 && check == Some(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_four_digits_and_is_no_placeholder() {
        for right in ["0012", "H000733519", "S24-01234", "AB-12-44-C", "10000", "2345678"] {
            assert!(number(right), "{right}");
        }
        for wrong in [
            "",
            "123",
            "0000000",
            "XX-9999-999",
            "____",
            "A1B2C3",
            "123456",
            "12-34-567890",
            "000000001",
        ] {
            assert!(!number(wrong), "{wrong}");
        }
    }

    #[test]
    fn luhn_knows_its_check_digit() {
        assert!(luhn("4111 1111 1111 1111") && luhn("79927398713"));
        for wrong in ["4111111111111112", "0000000000", "", "5", "4111x"] {
            assert!(!luhn(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_npi_is_checked_behind_its_prefix() {
        for right in ["1780647248", "1629410592", "1234567893", "178-064-7248"] {
            assert!(npi(right), "{right}");
        }
        // Nine equal digits pass Luhn and were never issued; 3 is no first digit.
        for wrong in ["1234567890", "1111111112", "3234567891", "178064724", "17806472480"] {
            assert!(!npi(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_dea_number_has_a_registrant_letter_and_a_check_digit() {
        for right in ["AB1234563", "F91234563", "BB1388568", "ab 1234563"] {
            assert!(dea(right), "{right}");
        }
        for wrong in ["AB1234560", "IB1234563", "A81234563", "AB123456", "AB12345630", "AB0000000"]
        {
            assert!(!dea(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_mbi_has_a_set_for_each_position() {
        for right in ["1EG4-TE5-MK73", "1EG4TE5MK73", "1eg4-te5-mk73"] {
            assert!(mbi(right), "{right}");
        }
        // 0 is no first digit; S, L, O, I, B and Z are no letters of it.
        for wrong in ["0EG4TE5MK73", "1SG4TE5MK73", "1EG4TE5MK7", "1EG4TE5MK733", "1EGATE5MK73"] {
            assert!(!mbi(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_ssn_can_have_any_area_issued_since_2011() {
        for right in ["536-22-8471", "772-01-0001", "773-22-8471", "899-22-8471", "536228471"] {
            assert!(ssn(right), "{right}");
        }
        // Ten values that begin with 98765432 were excluded by others at the price of real ones:
        // here they fall to their area.
        for wrong in [
            "000-22-8471",
            "666-22-8471",
            "900-22-8471",
            "987-65-4321",
            "536-00-8471",
            "536-22-0000",
            "53622847",
            "5362284711",
        ] {
            assert!(!ssn(wrong), "{wrong}");
        }
    }

    #[test]
    fn famous_numbers_are_nobodys() {
        for famous in ["078-05-1120", "219-09-9999", "123-45-6789", "457-55-5462", "222-22-2222"] {
            assert!(!ssn(famous), "{famous}");
        }
    }

    #[test]
    fn a_vin_has_a_check_digit_in_the_middle() {
        assert!(vin("1M8GDM9AXKP042788"));
        for wrong in
            ["1M8GDM9A1KP042788", "1M8GDM9AXKP04278", "11111111111111111", "1M8GDM9AXKPO42788"]
        {
            assert!(!vin(wrong), "{wrong}");
        }
    }
}
