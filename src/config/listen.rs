//! Where the milter listens, as it is written in the config.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A milter socket's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// `unix:/path`
    Unix(PathBuf),
    /// `inet:ADDRESS:PORT`, an IPv6 address in brackets.
    Inet(SocketAddr),
}

/// The longest path that the kernel takes, `sun_path` of unix(7) without the final NUL.
const LONGEST_PATH: usize = 107;

impl Listen {
    /// Reads the form the config uses.
    ///
    /// # Errors
    /// What is wrong with it, in plain words.
    pub fn parse(written: &str) -> Result<Self, String> {
        if let Some(path) = written.strip_prefix("unix:") {
            return match path.len() {
                0 => Err("no path stands after \"unix:\"".into()),
                1..=LONGEST_PATH => Ok(Self::Unix(path.into())),
                length => Err(format!(
                    "the path has {length} bytes; the kernel takes {LONGEST_PATH} for a socket"
                )),
            };
        }
        let Some(address) = written.strip_prefix("inet:") else {
            return Err("a socket begins with \"unix:\" or \"inet:\"".into());
        };
        match address.parse::<SocketAddr>() {
            Ok(address) if address.port() != 0 => Ok(Self::Inet(address)),
            Ok(_) => Err("port 0 is no port that an MTA could be told".into()),
            Err(_) if address.contains('@') => {
                Err("the address stands before the port here: \"inet:127.0.0.1:8891\"".into())
            }
            Err(_) => Err(format!("\"{address}\" is not an IP address with a port")),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Inet(address) => write!(f, "inet:{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_written_alike() {
        for written in ["unix:/run/m.sock", "unix:m.sock", "inet:127.0.0.1:8891", "inet:[::1]:8891"]
        {
            assert_eq!(Listen::parse(written).unwrap().to_string(), written);
        }
    }

    #[test]
    fn anything_else_is_refused_with_a_reason() {
        let long = format!("unix:/{}", "x".repeat(LONGEST_PATH));
        for wrong in [
            "",
            "unix:",
            "/run/m.sock",
            "inet:8891",
            "inet:8891@localhost",
            "inet:127.0.0.1:0",
            &long,
        ] {
            assert!(Listen::parse(wrong).is_err(), "{wrong}");
        }
    }
}
