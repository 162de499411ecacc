//! What each check digit is for: in any valid number, whichever it is, one wrong digit is found.

use super::{Check, Day};

const TODAY: Day = Day { year: 2026, month: 3, day: 15 };
/// Valid numbers tried for each check.
const NUMBERS: usize = 200;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % sides
    }

    /// A text in which each `#` of the form is a digit, each `A` a letter and each `X` either.
    fn fill(&mut self, form: &str) -> String {
        const BOTH: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let mut pick = |from: usize, to: usize| char::from(BOTH[from + self.roll(to - from)]);
        form.chars()
            .map(|place| match place {
                '#' => pick(0, 10),
                'A' => pick(10, 36),
                'X' => pick(0, 36),
                fixed => fixed,
            })
            .collect()
    }
}

fn holds(check: Check, value: &str) -> bool {
    check.holds(value, TODAY)
}

/// Values of a form that pass a check.
fn valid(check: Check, form: &str) -> Vec<String> {
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let values = std::iter::repeat_with(|| dice.fill(form));
    values.take(5_000_000).filter(|value| holds(check, value)).take(NUMBERS).collect()
}

/// Calls `judge` with each valid value, the place of a digit in it, and the value with another digit
/// there.
fn with_one_wrong_digit(check: Check, form: &str, mut judge: impl FnMut(&str, usize, &str)) {
    let values = valid(check, form);
    assert_eq!(values.len(), NUMBERS, "{}", check.name());
    for value in &values {
        for (place, digit) in value.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
            for wrong in ('0'..='9').filter(|&wrong| wrong != digit) {
                let mut changed = value.clone();
                changed.replace_range(place..place + 1, &wrong.to_string());
                judge(value, place, &changed);
            }
        }
    }
}

#[test]
fn any_single_wrong_digit_is_found() {
    for (check, form) in [
        (Check::Luhn, "################"),
        (Check::Luhn, "#######"),
        (Check::Npi, "1#########"),
        (Check::Npi, "2#########"),
        (Check::Vin, "XXXXXXXXXXXXX####"),
        (Check::NhsNumber, "##########"),
    ] {
        with_one_wrong_digit(check, form, |value, _, changed| {
            assert!(!holds(check, changed), "{}: {changed} for {value}", check.name());
        });
    }
}

#[test]
fn any_single_wrong_digit_of_an_article_number_is_found() {
    with_one_wrong_digit(Check::Udi, "(01)##############", |value, place, changed| {
        assert!(!holds(Check::Udi, changed), "{changed} for {value} at {place}");
    });
}

/// The tenth digit is the card's issue, the eleventh a line on it: neither is checked.
#[test]
fn any_single_wrong_digit_of_an_australian_card_is_found_up_to_its_check_digit() {
    with_one_wrong_digit(Check::AustralianMedicare, "2########1", |value, place, changed| {
        let found = !holds(Check::AustralianMedicare, changed);
        assert!(found || place == 9, "{changed} for {value}");
    });
}

/// British Columbia's numbers begin with 9; one that passes as Ontario's is a number of Ontario.
#[test]
fn any_single_wrong_digit_of_a_number_of_british_columbia_is_found() {
    with_one_wrong_digit(Check::CanadianHealth, "9#########", |value, place, changed| {
        let luhn = |value| holds(Check::Luhn, value);
        let found = !holds(Check::CanadianHealth, changed);
        assert!(found || luhn(value) || luhn(changed), "{changed} for {value} at {place}");
    });
}

/// The second, fourth and sixth digits count twice modulo 10, so that one which is wrong by five
/// goes unseen: the DEA's formula can do no better. Every other wrong digit is found.
#[test]
fn a_single_wrong_digit_of_a_dea_number_is_found_unless_it_counts_twice_and_is_wrong_by_five() {
    with_one_wrong_digit(Check::Dea, "AB#######", |value, place, changed| {
        let digit = |text: &str| i32::from(text.as_bytes()[place]);
        let unseen = matches!(place, 3 | 5 | 7) && (digit(value) - digit(changed)).abs() == 5;
        assert_eq!(holds(Check::Dea, changed), unseen, "{changed} for {value}");
    });
}

#[test]
fn a_character_of_the_wrong_set_is_found_wherever_it_stands_in_an_mbi() {
    let values = valid(Check::Mbi, "#AX#AX#AA##");
    assert_eq!(values.len(), NUMBERS);
    for value in &values {
        for place in 0..value.len() {
            let with = |wrong: char| {
                let mut changed = value.clone();
                changed.replace_range(place..place + 1, &wrong.to_string());
                changed
            };
            for never in "SLOIBZsloibz-.".chars() {
                assert!(!holds(Check::Mbi, &with(never)), "{}", with(never));
            }
            if !matches!(place, 2 | 5) {
                let wrong = if value.as_bytes()[place].is_ascii_digit() { 'A' } else { '4' };
                assert!(!holds(Check::Mbi, &with(wrong)), "{}", with(wrong));
            }
        }
    }
}

#[test]
fn no_group_of_zeros_passes_as_a_social_security_number() {
    let mut dice = Dice(7);
    for _ in 0..NUMBERS {
        for form in ["000-##-####", "###-00-####", "###-##-0000", "666-##-####", "9##-##-####"] {
            let value = dice.fill(form);
            assert!(!holds(Check::Ssn, &value), "{value}");
        }
    }
}

#[test]
fn a_number_passes_however_it_is_parted() {
    for (check, form, parted) in [
        (Check::Npi, "1#########", [4, 7]),
        (Check::NhsNumber, "##########", [3, 6]),
        (Check::AustralianMedicare, "3########2", [4, 9]),
        (Check::Mbi, "#AX#AX#AA##", [4, 7]),
    ] {
        for value in valid(check, form) {
            for sign in ["-", " "] {
                let (head, rest) = value.split_at(parted[0]);
                let (middle, tail) = rest.split_at(parted[1] - parted[0]);
                let apart = [head, middle, tail].join(sign);
                assert!(holds(check, &apart), "{}: {apart}", check.name());
            }
        }
    }
}
