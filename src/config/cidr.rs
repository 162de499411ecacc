//! Ranges of client addresses, RFC 4632 section 3.1.

use std::net::IpAddr;

/// A range of addresses: `192.0.2.0/24`, `2001:db8::/32`, or one address alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    network: u128,
    length: u32,
    family: Family,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    V4,
    V6,
}

impl Family {
    const fn bits(self) -> u32 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

impl Cidr {
    /// Reads a range.
    ///
    /// # Errors
    /// What is wrong with it, in plain words.
    pub fn parse(written: &str) -> Result<Self, String> {
        let (address, length) = match written.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (written, None),
        };
        let address: IpAddr =
            address.parse().map_err(|_| format!("\"{address}\" is not an IP address"))?;
        let (bits, family) = split(address);
        let length = match length {
            None => family.bits(),
            Some(length) => length
                .parse()
                .ok()
                .filter(|length| *length <= family.bits())
                .ok_or_else(|| format!("a prefix length is a number up to {}", family.bits()))?,
        };
        if masked(bits, length, family) != bits {
            return Err(format!("bits are set to the right of /{length}"));
        }
        Ok(Self { network: bits, length, family })
    }

    /// Whether the range holds an address. An IPv4 address mapped into IPv6 counts as the IPv4
    /// address it is.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let (bits, family) = split(address.to_canonical());
        family == self.family && masked(bits, self.length, family) == self.network
    }
}

fn split(address: IpAddr) -> (u128, Family) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), Family::V4),
        IpAddr::V6(address) => (address.to_bits(), Family::V6),
    }
}

fn masked(bits: u128, length: u32, family: Family) -> u128 {
    let host = family.bits() - length;
    bits.checked_shr(host).and_then(|bits| bits.checked_shl(host)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(range: &str, address: &str) -> bool {
        Cidr::parse(range).unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn a_range_holds_its_own_addresses_and_no_others() {
        assert!(holds("192.0.2.0/24", "192.0.2.255") && !holds("192.0.2.0/24", "192.0.3.0"));
        assert!(
            holds("2001:db8::/32", "2001:db8:ffff::1") && !holds("2001:db8::/32", "2001:db9::")
        );
        assert!(holds("0.0.0.0/0", "203.0.113.9") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("::/0", "2001:db8::1") && !holds("::/0", "192.0.2.1"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.6"));
    }

    #[test]
    fn an_ipv4_address_mapped_into_ipv6_is_that_ipv4_address() {
        assert!(holds("127.0.0.0/8", "::ffff:127.0.0.1"));
    }

    #[test]
    fn a_range_that_is_not_one_is_refused() {
        for wrong in ["", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.1/8", "::1/129", "/8"]
        {
            assert!(Cidr::parse(wrong).is_err(), "{wrong}");
        }
    }
}
