//! Checks of what is printed on medical devices.

/// Unique device identifier in the form of GS1: `(01)` or `01`, and a GTIN-14 with its check digit.
/// What follows (expiry, lot, serial number) is not checked.
///
/// Sources: 21 CFR 830; GS1 General Specifications, sections 3.3.2 and 7.9.
pub(super) fn udi(value: &str) -> bool {
    let rest = value.strip_prefix("(01)").or_else(|| value.strip_prefix("01"));
    let Some(number) = rest.map(str::trim_start).and_then(|rest| rest.get(..14)) else {
        return false;
    };
    let zeros = number.bytes().all(|byte| byte == b'0');
    let sum = number.bytes().try_fold((0, 3), |(sum, weight), byte| {
        byte.is_ascii_digit().then(|| (sum + u32::from(byte - b'0') * weight, 4 - weight))
    });
    !zeros && sum.is_some_and(|(sum, _)| sum.is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_identifier_begins_with_a_checked_article_number() {
        for right in [
            "(01)00844588003288(17)141120(10)7654321D(21)10987654d321",
            "(01) 00844588003288",
            "010084458800328817141120",
        ] {
            assert!(udi(right), "{right}");
        }
        for wrong in [
            "(01)00844588003289(21)5",
            "(01)0084458800328",
            "(01)00000000000000",
            "(01)0084458800328X",
            "00844588003288",
            "(01)é0844588003288",
            "",
        ] {
            assert!(!udi(wrong), "{wrong}");
        }
    }
}
