//! Encrypted Office files ([MS-OFFCRYPTO]) and what opens them: a password is tried on what the
//! file keeps to check it, and only the right one decrypts anything.

mod agile;
mod legacy;
#[cfg(test)]
mod sample;
mod slides;
mod standard;
mod streams;
#[cfg(test)]
mod tests;
mod word;
mod workbook;

use agile::Agile;
use legacy::Header;
use standard::Standard;

use super::kinds::Kind;

/// The password that Excel tries by itself ([MS-XLS] 2.2.10): everybody opens a file under it
/// without being asked.
pub(super) const DEFAULT_PASSWORD: &str = "VelvetSweatshop";

/// What stands between a file and its words.
pub(super) enum Lock {
    /// A package of the newer formats ([MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15).
    Agile(Agile),
    /// The same as Office 2007 wrote it (2.3.4.5 to 2.3.4.9).
    Standard(Standard),
    /// RC4 in a document of before 2007 (2.3.5, 2.3.6).
    Legacy(Kind, Header),
}

/// What came out from behind a lock.
#[derive(Debug)]
pub(super) enum Opened {
    /// The package that was in the file.
    Package(Vec<u8>),
    /// The file itself, without the encryption.
    File(Vec<u8>),
}

impl Lock {
    /// The lock of a file; `None` where it is none that a password opens, or not a known one.
    pub(super) fn of(kind: Kind, bytes: &[u8]) -> Option<Self> {
        match kind {
            Kind::EncryptedPackage => {
                let info = streams::read(bytes, "EncryptionInfo")?;
                let agile = Agile::parse(&info).map(Self::Agile);
                agile.or_else(|| Standard::parse(&info).map(Self::Standard))
            }
            Kind::Word => word::header(bytes).map(|header| Self::Legacy(kind, header)),
            Kind::Workbook => workbook::header(bytes).map(|header| Self::Legacy(kind, header)),
            Kind::Slides => slides::header(bytes).map(|header| Self::Legacy(kind, header)),
            Kind::BareWorkbook | Kind::Message | Kind::Other => None,
        }
    }

    /// Rounds of hashing that one password takes: the file says how many.
    pub(super) const fn rounds(&self) -> u32 {
        match self {
            Self::Agile(agile) => agile.rounds(),
            Self::Standard(_) => standard::ROUNDS,
            Self::Legacy(..) => 1,
        }
    }

    /// Opens the file with a password; `None` for the wrong one. `go_on` says whether there is time.
    pub(super) fn open(
        &self,
        bytes: &[u8],
        password: &str,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Opened> {
        let package = || streams::read(bytes, "EncryptedPackage");
        match self {
            Self::Agile(agile) => {
                let key = agile.key(password, go_on)?;
                agile.decrypted(&key, &package()?).map(Opened::Package)
            }
            Self::Standard(standard) => {
                let key = standard.key(password, go_on)?;
                standard::decrypted(&key, &package()?).map(Opened::Package)
            }
            Self::Legacy(kind, header) => {
                let keys = header.keys(password)?;
                let opened = match kind {
                    Kind::Word => word::decrypted(bytes, &keys),
                    Kind::Workbook => workbook::decrypted(bytes, &keys),
                    Kind::Slides => slides::decrypted(bytes, &keys),
                    _ => None,
                };
                opened.map(Opened::File)
            }
        }
    }
}

/// A password as all of these hash it.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
