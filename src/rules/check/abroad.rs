//! Checks of health numbers of other countries.

use super::{Digits, all_same, digits};

/// NHS number of England, Wales and the Isle of Man, CHI number of Scotland, H&C number of Northern
/// Ireland: ten digits, modulus 11.
///
/// Source: NHS Data Model and Dictionary, attribute NHS NUMBER. Numbers from 999 on are set aside
/// for tests and nobody's.
pub(super) fn nhs_number(value: &str) -> bool {
    const WEIGHTS: [u32; 9] = [10, 9, 8, 7, 6, 5, 4, 3, 2];
    let Some(found) = ten(value) else { return false };
    let found = found.as_slice();
    let expected = match 11 - weighted(found, &WEIGHTS) % 11 {
        11 => 0,
        rest => rest,
    };
    !found.starts_with(&[9, 9, 9]) && last(found) == Some(expected)
}

/// Health number of Ontario (Luhn's check digit) or British Columbia (from 9, modulus 11).
///
/// Sources: Ontario Health Number Card Reference Guide; BC Ministry of Health, Personal Health
/// Number validation.
pub(super) fn canadian_health(value: &str) -> bool {
    const WEIGHTS: [u32; 9] = [0, 2, 4, 8, 5, 10, 9, 7, 3];
    let Some(found) = ten(value) else { return false };
    let found = found.as_slice();
    let british_columbia = found.first() == Some(&9) && {
        let rest = weighted(found, &WEIGHTS) % 11;
        rest > 1 && last(found) == Some(11 - rest)
    };
    british_columbia || (found.first() != Some(&0) && super::number::luhn(value))
}

/// Australian Medicare card: first digit 2 to 6, the ninth a check digit modulo 10, the tenth the
/// issue of the card, and perhaps an eleventh for the person's line on it.
///
/// Source: Australian Institute of Health and Welfare, METeOR 270101.
pub(super) fn australian_medicare(value: &str) -> bool {
    const WEIGHTS: [u32; 8] = [1, 3, 7, 9, 1, 3, 7, 9];
    let Some(found) = digits::<11>(value) else { return false };
    let found = found.as_slice();
    let &[first, _, _, _, _, _, _, _, check, issue, ref line @ ..] = found else { return false };
    (2..=6).contains(&first)
        && issue != 0
        && line != [0]
        && weighted(found, &WEIGHTS) % 10 == u32::from(check)
}

/// Ten digits, not all alike.
fn ten(value: &str) -> Option<Digits<10>> {
    digits::<10>(value).filter(|found| found.as_slice().len() == 10 && !all_same(found.as_slice()))
}

/// The sum of the leading digits, each times its weight.
fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(&digit, weight)| u32::from(digit) * weight).sum()
}

fn last(digits: &[u8]) -> Option<u32> {
    digits.last().map(|&digit| u32::from(digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_nhs_number_has_a_check_digit_modulo_eleven() {
        for right in ["943 476 5919", "9434765919", "401-023-2137", "0101701233"] {
            assert!(nhs_number(right), "{right}");
        }
        for wrong in ["9434765918", "943476591", "1111111111", "9990000018", "4010232138"] {
            assert!(!nhs_number(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_canadian_number_is_of_ontario_or_british_columbia() {
        for right in ["9876 543 217", "1234-567-897", "9698 658 215"] {
            assert!(canadian_health(right), "{right}");
        }
        for wrong in ["9698658216", "9876543216", "0123456789", "123456789", "2222222222"] {
            assert!(!canadian_health(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_australian_card_has_its_check_digit_ninth() {
        for right in ["2123 45670 1", "2123 45670 1/1", "21234567013", "2428 77813 2"] {
            assert!(australian_medicare(right), "{right}");
        }
        for wrong in ["2123456711", "1123456701", "2123456700", "212345670", "21234567010"] {
            assert!(!australian_medicare(wrong), "{wrong}");
        }
    }
}
