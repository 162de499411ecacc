//! Documents that are zip archives of named members: Office files of all makers, EPUB.

use std::borrow::Cow;
use std::io::Cursor;

use zip::ZipArchive;
use zip::result::ZipError;

use super::output::{Output, Stop};
use super::unpack::{Unpacked, unpack};
use crate::limits::Cause;
use crate::text::PartPath;

/// A package whose directory could be read.
pub(super) struct Package<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl<'a> Package<'a> {
    /// Opens a package; `None` for what is no zip archive or has lost its directory.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(b"PK") {
            return None;
        }
        ZipArchive::new(Cursor::new(bytes)).ok().map(Self)
    }

    /// The names of its members, in the order of its directory.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.file_names().filter_map(Result::ok).map(Cow::into_owned).collect()
    }

    /// Whether it has a member of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.index_for_name(name).is_some()
    }

    /// Unpacks a member; `None` where there is none of that name.
    ///
    /// # Errors
    /// The budget of the message is spent.
    pub(super) fn unpack(
        &mut self,
        out: &mut Output<'_>,
        part: &PartPath,
        name: &str,
    ) -> Result<Option<Unpacked>, Stop> {
        let Some(index) = self.0.index_for_name(name) else { return Ok(None) };
        let missing = match self.0.by_index(index) {
            Ok(member) => return unpack(out, part, member).map(Some),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => Cause::Encrypted,
            Err(ZipError::UnsupportedArchive(_)) => Cause::Unsupported,
            Err(_) => Cause::Malformed,
        };
        Ok(Some(Unpacked { bytes: Vec::new(), missing: Some(missing) }))
    }
}
