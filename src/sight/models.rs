//! The files of the networks.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Finds lines of text (PP-OCRv6 tiny).
const DETECTOR: &str = "detector.onnx";
/// Reads a line (PP-OCRv6 tiny), and its letters.
const RECOGNIZER: &str = "recognizer.onnx";
const LETTERS: &str = "letters.txt";
/// Reads a line better and slower (PP-OCRv6 small), and its letters.
const SECOND_RECOGNIZER: &str = "second-recognizer.onnx";
const SECOND_LETTERS: &str = "second-letters.txt";

/// The files, read but not yet looked into.
pub struct Models {
    pub(super) folder: PathBuf,
    pub(super) detector: Vec<u8>,
    pub(super) first: Recognition,
    /// A site may do without.
    pub(super) second: Option<Recognition>,
}

/// What it takes to read lines.
pub(super) struct Recognition {
    pub(super) network: Vec<u8>,
    /// The letters that the network tells apart, in its order.
    pub(super) letters: Vec<String>,
}

/// Why there are no networks.
#[derive(Debug, Clone)]
pub enum ModelError {
    /// A file cannot be read.
    Missing {
        /// Which.
        file: PathBuf,
        /// What the system says.
        cause: Arc<io::Error>,
    },
    /// A file is no network of the kind that it should be.
    Broken {
        /// Which.
        file: PathBuf,
    },
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { file, cause } => write!(
                f,
                "cannot read the model {}: {cause}; packaging/get-models fetches them",
                file.display()
            ),
            Self::Broken { file } => write!(
                f,
                "{} is no model that this version knows; packaging/get-models fetches them",
                file.display()
            ),
        }
    }
}

impl std::error::Error for ModelError {}

impl Models {
    /// Whether a folder has what it takes to read text.
    #[must_use]
    pub fn are_in(folder: &Path) -> bool {
        [DETECTOR, RECOGNIZER, LETTERS].iter().all(|file| folder.join(file).is_file())
    }

    /// Reads the files of a folder.
    ///
    /// # Errors
    /// [`ModelError::Missing`] when one cannot be read.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let second = folder.join(SECOND_RECOGNIZER).is_file();
        Ok(Self {
            folder: folder.to_owned(),
            detector: read(&folder.join(DETECTOR))?,
            first: Recognition::open(folder, RECOGNIZER, LETTERS)?,
            second: second
                .then(|| Recognition::open(folder, SECOND_RECOGNIZER, SECOND_LETTERS))
                .transpose()?,
        })
    }

    pub(super) fn broken(folder: &Path, file: &str) -> ModelError {
        ModelError::Broken { file: folder.join(file) }
    }
}

impl Models {
    pub(super) const DETECTOR: &str = DETECTOR;
    pub(super) const RECOGNIZER: &str = RECOGNIZER;
    pub(super) const SECOND_RECOGNIZER: &str = SECOND_RECOGNIZER;
}

impl Recognition {
    fn open(folder: &Path, network: &str, letters: &str) -> Result<Self, ModelError> {
        let list = read(&folder.join(letters))?;
        let list = String::from_utf8(list).map_err(|_| Models::broken(folder, letters))?;
        let letters = list.lines().map(|line| narrow(line.trim_end_matches('\r'))).collect();
        Ok(Self { network: read(&folder.join(network))?, letters })
    }
}

fn read(file: &Path) -> Result<Vec<u8>, ModelError> {
    fs::read(file)
        .map_err(|cause| ModelError::Missing { file: file.to_owned(), cause: Arc::new(cause) })
}

/// A letter in the width that Latin text has: the networks, which know Chinese, see a wide comma where
/// a blank follows one.
fn narrow(letter: &str) -> String {
    let narrow = |c: char| match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFF01 + 0x21).unwrap_or(c),
        _ => c,
    };
    letter.chars().map(narrow).collect()
}
