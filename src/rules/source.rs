//! A file that a person wrote, kept to point at its faults.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::diagnostic::{Diagnostic, Diagnostics};

/// Path and text of a rule file or word list.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub path: PathBuf,
    pub text: Arc<str>,
}

impl Source {
    /// Reads a file of at most `most` bytes, as UTF-8; the error says what is wrong in words.
    pub fn read(path: &Path, most: u64) -> Result<Self, String> {
        let size = std::fs::metadata(path).map_err(|error| plain(&error))?.len();
        if size > most {
            return Err(format!("it has {size} bytes, {most} are the most"));
        }
        let bytes = std::fs::read(path).map_err(|error| plain(&error))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            format!("byte {} is not UTF-8", error.utf8_error().valid_up_to() + 1)
        })?;
        Ok(Self { path: path.to_owned(), text: text.into() })
    }

    /// An error at a place of the file.
    pub fn error(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, &self.path, message).at(&self.text, span)
    }

    /// Reads it as TOML. Errors are sorted by what they say: syntax, an unknown key, a missing
    /// key, a wrong value.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Diagnostics> {
        let (code, error) = match toml::Deserializer::parse(&self.text) {
            Err(error) => ("R003", error),
            Ok(document) => match T::deserialize(document) {
                Ok(parsed) => return Ok(parsed),
                Err(error) => (code_of(error.message()), error),
            },
        };
        let message = error.message().lines().next().unwrap_or_default();
        Err(self.error(code, error.span().unwrap_or(0..0), message).into())
    }
}

fn code_of(message: &str) -> &'static str {
    if message.starts_with("unknown field") {
        "R004"
    } else if message.starts_with("missing field") {
        "R005"
    } else {
        "R006"
    }
}

/// The system's words for an error, without the error number, which differs between systems.
pub(crate) fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "it is not there".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotADirectory => "it is not a folder".to_owned(),
        kind => kind.to_string(),
    }
}
