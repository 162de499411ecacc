//! Opens a file, with a password where it wants one, or says why not.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use memchr::memmem;

use super::owner;
use crate::extract::leaf::Leaf;
use crate::extract::walk::Walk;
use crate::limits::Cause;

/// Security handlers that lock a file to the keys of its recipients: no password opens it.
const FOR_RECIPIENTS: &[&[u8]] = &[b"/Adobe.PubSec", b"/Entrust.PPKEF", b"/MicrosoftIRMServices"];

/// Why a file does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It wants another password.
    Password,
    /// Only its recipients have the key.
    Recipients,
    /// It is encrypted in a way that is not known.
    Foreign,
    /// It is damaged.
    Damaged,
    /// It is damaged, and says somewhere that it is encrypted.
    DamagedAndLocked,
}

impl Refusal {
    /// Whether a password might help.
    pub(super) const fn may_want_password(self) -> bool {
        matches!(self, Self::Password | Self::DamagedAndLocked)
    }

    /// Says why. What is damaged is never taken for encrypted alone: other programs might show it.
    pub(super) fn tell(self, walk: &mut Walk<'_>, leaf: &Leaf<'_>) {
        let causes: &[Cause] = match self {
            Self::Password | Self::Recipients => &[Cause::Encrypted],
            Self::Foreign => &[Cause::Unsupported],
            Self::Damaged => &[Cause::Malformed],
            Self::DamagedAndLocked => &[Cause::Encrypted, Cause::Malformed],
        };
        for cause in causes {
            walk.out.unread(leaf.path, leaf.file(), *cause);
        }
    }
}

/// Opens a file. The empty password opens those that only ask for one to be changed.
pub(super) fn open(bytes: &Arc<Vec<u8>>, password: &str) -> Result<Pdf, Refusal> {
    let data = Arc::clone(bytes);
    let opened = catch_unwind(AssertUnwindSafe(|| Pdf::new_with_password(data, password)));
    let error = match opened {
        Ok(Ok(pdf)) => return Ok(pdf),
        Ok(Err(LoadPdfError::Decryption(error))) => error,
        Ok(Err(LoadPdfError::Invalid)) | Err(_) => {
            let locked = memmem::find(bytes, b"/Encrypt").is_some();
            return Err(if locked { Refusal::DamagedAndLocked } else { Refusal::Damaged });
        }
    };
    Err(match error {
        DecryptionError::PasswordProtected => Refusal::Password,
        DecryptionError::UnsupportedAlgorithm => {
            let names = |handler: &&[u8]| memmem::find(bytes, handler).is_some();
            if FOR_RECIPIENTS.iter().any(names) { Refusal::Recipients } else { Refusal::Foreign }
        }
        DecryptionError::MissingIDEntry | DecryptionError::InvalidEncryption => Refusal::Damaged,
    })
}

/// Whether a file that opened is encrypted: then it does not open with a password that is wrong.
pub(super) fn is_encrypted(bytes: &Arc<Vec<u8>>) -> bool {
    const WRONG: &str = "no file has this password";
    memmem::find(bytes, b"/Encrypt").is_some() && open(bytes, WRONG).is_err()
}

/// The passwords that a word may stand for: itself as that of the reader, and as that of the owner,
/// in which older files keep the reader's.
pub(super) fn readings<'p>(bytes: &[u8], password: &'p str) -> impl Iterator<Item = Cow<'p, str>> {
    let inner = owner::user_password(bytes, password).filter(|inner| inner != password);
    std::iter::once(Cow::Borrowed(password)).chain(inner.map(Cow::Owned))
}
