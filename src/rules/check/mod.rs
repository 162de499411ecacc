//! Named checks: what a value has to pass beyond its shape. A closed table.

mod abroad;
mod clinical;
mod contact;
mod date;
mod device;
mod number;
#[cfg(test)]
mod properties;

pub use date::Day;

/// A check by its name in rule files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// At least four digits, not all alike, nor counting up from 1, nor a lone digit in a long row of
    /// zeros: neither a count nor a placeholder.
    Number,
    /// Luhn's check digit, ISO/IEC 7812-1 annex B.
    Luhn,
    /// National Provider Identifier, 45 CFR 162.406: Luhn's check digit after the prefix 80840.
    Npi,
    /// DEA registration number: registrant letter and check digit.
    Dea,
    /// Medicare Beneficiary Identifier: the character set of each of its 11 positions.
    Mbi,
    /// Social Security number that the SSA can have issued, now or before 2011.
    Ssn,
    /// A day of the calendar, from 1880 to the end of next year.
    Date,
    /// A day of the calendar that is not in the future.
    DateOfBirth,
    /// A telephone number of the North American Numbering Plan.
    Phone,
    /// An ICD-10-CM code in one of the classification's chapters.
    Icd10Cm,
    /// An e-mail address as people use them.
    Email,
    /// A ZIP code, or ZIP+4, in the range that is in use.
    Zip,
    /// Vehicle identification number, 49 CFR 565: position sets and check digit.
    Vin,
    /// An address of the Internet, version 4 or 6.
    IpAddress,
    /// Unique device identifier of GS1, 21 CFR 830: its article number has the right check digit.
    Udi,
    /// NHS number of the United Kingdom: ten digits, modulus 11.
    NhsNumber,
    /// Health number of Ontario or British Columbia, each with its check digit.
    CanadianHealth,
    /// Number of an Australian Medicare card, with its check digit.
    AustralianMedicare,
}

impl Check {
    /// All checks, in the order of the manual.
    pub const ALL: &'static [Check] = &[
        Check::Number,
        Check::Luhn,
        Check::Npi,
        Check::Dea,
        Check::Mbi,
        Check::Ssn,
        Check::Date,
        Check::DateOfBirth,
        Check::Phone,
        Check::Icd10Cm,
        Check::Email,
        Check::Zip,
        Check::Vin,
        Check::IpAddress,
        Check::Udi,
        Check::NhsNumber,
        Check::CanadianHealth,
        Check::AustralianMedicare,
    ];

    /// The name used in rule files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Luhn => "luhn",
            Self::Npi => "npi",
            Self::Dea => "dea",
            Self::Mbi => "mbi",
            Self::Ssn => "ssn",
            Self::Date => "date",
            Self::DateOfBirth => "date-of-birth",
            Self::Phone => "phone",
            Self::Icd10Cm => "icd-10-cm",
            Self::Email => "email",
            Self::Zip => "zip",
            Self::Vin => "vin",
            Self::IpAddress => "ip-address",
            Self::Udi => "udi",
            Self::NhsNumber => "nhs-number",
            Self::CanadianHealth => "canadian-health",
            Self::AustralianMedicare => "australian-medicare",
        }
    }

    /// The check of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|check| check.name() == name)
    }

    /// Whether the value passes, `today` being the day of the scan.
    #[must_use]
    pub fn holds(self, value: &str, today: Day) -> bool {
        match self {
            Self::Number => number::number(value),
            Self::Luhn => number::luhn(value),
            Self::Npi => number::npi(value),
            Self::Dea => number::dea(value),
            Self::Mbi => number::mbi(value),
            Self::Ssn => number::ssn(value),
            Self::Date => date::date(value, today),
            Self::DateOfBirth => date::date_of_birth(value, today),
            Self::Phone => contact::phone(value),
            Self::Icd10Cm => clinical::icd_10_cm(value),
            Self::Email => contact::email(value),
            Self::Zip => contact::zip(value),
            Self::Vin => number::vin(value),
            Self::IpAddress => contact::ip_address(value),
            Self::Udi => device::udi(value),
            Self::NhsNumber => abroad::nhs_number(value),
            Self::CanadianHealth => abroad::canadian_health(value),
            Self::AustralianMedicare => abroad::australian_medicare(value),
        }
    }
}

/// The digits of a value, as long as nothing but blanks, dashes, dots and slashes stands between
/// them and there are at most `N`.
fn digits<const N: usize>(value: &str) -> Option<Digits<N>> {
    let mut found = Digits { all: [0; N], len: 0 };
    for byte in value.bytes() {
        match byte {
            b'0'..=b'9' => {
                *found.all.get_mut(found.len)? = byte - b'0';
                found.len += 1;
            }
            b' ' | b'-' | b'.' | b'/' | b'\t' | b'\n' => {}
            _ => return None,
        }
    }
    Some(found)
}

/// Up to `N` digits.
struct Digits<const N: usize> {
    all: [u8; N],
    len: usize,
}

impl<const N: usize> Digits<N> {
    fn as_slice(&self) -> &[u8] {
        self.all.get(..self.len).unwrap_or_default()
    }
}

fn all_same(digits: &[u8]) -> bool {
    digits.windows(2).all(|pair| pair.first() == pair.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_found_by_its_own_name() {
        for check in Check::ALL {
            assert_eq!(Check::from_name(check.name()), Some(*check));
        }
        assert_eq!(Check::from_name("LUHN"), None);
    }

    #[test]
    fn no_check_panics_whatever_the_value() {
        let today = Day { year: 2026, month: 1, day: 1 };
        let values =
            ["", " ", "-", "é", "０", "9".repeat(5000).as_str(), "\u{0}", "A", "1/", "@", "::"]
                .map(str::to_owned);
        for check in Check::ALL {
            for value in &values {
                let _ = check.holds(value, today);
            }
        }
    }
}
