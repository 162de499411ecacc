//! Checks of the ways to reach someone.

use std::net::IpAddr;

use super::{all_same, digits};

pub(super) fn phone(value: &str) -> bool {
    let mut number = [0_u8; 11];
    let mut len = 0;
    for byte in value.bytes() {
        match byte {
            b'0'..=b'9' => {
                let Some(place) = number.get_mut(len) else { return false };
                *place = byte - b'0';
                len += 1;
            }
            // The extension.
            b'x' | b'X' | b'e' | b'E' | b'#' if len >= 10 => break,
            b'a'..=b'z' | b'A'..=b'Z' => return false,
            _ => {}
        }
    }
    let number = match (len, number.first()) {
        (11, Some(1)) => number.get(1..11),
        (10, _) => number.get(..10),
        _ => None,
    };
    let Some(&[a, b, c, d, e, f, ..]) = number else { return false };
    let code = |first: u8, second: u8, third: u8| first >= 2 && !(second == 1 && third == 1);
    code(a, b, c) && code(d, e, f) && !number.is_some_and(all_same)
}

pub(super) fn zip(value: &str) -> bool {
    let Some(found) = digits::<9>(value) else { return false };
    let found = found.as_slice();
    let Some(zone) = found.get(..5) else { return false };
    let number = zone.iter().fold(0, |number, &digit| number * 10 + u32::from(digit));
    matches!(found.len(), 5 | 9) && (501..=99_950).contains(&number)
}

pub(super) fn email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else { return false };
    let atom = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let local_fits = (1..=64).contains(&local.len())
        && local.chars().all(atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, top)) = domain.rsplit_once('.') else { return false };
    local_fits
        && domain.len() <= 253
        && domain.split('.').all(label)
        && top.len() >= 2
        && !top.chars().all(|c| c.is_ascii_digit())
}

pub(super) fn ip_address(value: &str) -> bool {
    match value.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => !address.is_unspecified() && !address.is_broadcast(),
        Ok(IpAddr::V6(address)) => !address.is_unspecified(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_has_an_area_and_an_exchange() {
        for right in [
            "(212) 555-0142",
            "212-555-0142",
            "1-212-555-0142",
            "+1 212 555 0142",
            "2125550142",
            "212.555.0142 x77",
            "212-555-0142 ext. 9",
        ] {
            assert!(phone(right), "{right}");
        }
        for wrong in [
            "112-555-0142",
            "012-555-0142",
            "212-155-0142",
            "911-555-0142",
            "212-911-0142",
            "555-0142",
            "2-212-555-0142",
            "212-555-01424",
            "222-222-2222",
            "",
        ] {
            assert!(!phone(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_zip_code_is_one_in_use() {
        for right in ["00501", "94066", "94066-1234", "99950"] {
            assert!(zip(right), "{right}");
        }
        for wrong in ["00500", "00000", "99951", "9406", "94066-12"] {
            assert!(!zip(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_address_has_a_domain_with_a_name_at_its_top() {
        for right in ["a@b.example", "first.last+tag@mail.hospital.example", "o'neil@x-y.test"] {
            assert!(email(right), "{right}");
        }
        for wrong in [
            "a@b",
            "@b.example",
            "a..b@c.example",
            ".a@c.example",
            "a@-c.example",
            "a@10.0.0.1",
            "a@c..example",
            "a b@c.example",
            "a@c.x",
            "",
        ] {
            assert!(!email(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_internet_address_is_one_of_a_host() {
        assert!(ip_address("192.0.2.7") && ip_address("2001:db8::1"));
        for wrong in ["0.0.0.0", "256.1.1.1", "1.2.3", "::", "255.255.255.255"] {
            assert!(!ip_address(wrong), "{wrong}");
        }
    }
}
