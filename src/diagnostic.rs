//! A fault in a file that a person wrote: code, path, line, column, the line itself and a caret.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Whether a diagnostic stops the file from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The file can't be used.
    Error,
    /// The file is used; somebody should look.
    Warning,
}

/// One fault in one file.
///
/// Codes are stable: `C` for the config file, `R` for rule files, `P` for the policy file, each
/// with three digits. Every code has a golden pair in `tests/diagnostics/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, such as `R007`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// The file at fault.
    pub path: PathBuf,
    /// Where in the file, when a place can be named.
    pub place: Option<Location>,
    /// What is wrong, in plain words.
    pub message: String,
    /// What to do about it, when that is not obvious.
    pub help: Option<String>,
}

/// A place in a file and the line that stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// How many characters the caret underlines; at least 1.
    pub width: usize,
    /// The whole line, without its line break.
    pub text: String,
}

impl Location {
    /// The place of a byte span in `source`. A span that crosses lines is cut at the first line's
    /// end; one past the end points behind the last character.
    #[must_use]
    pub fn of(source: &str, span: Range<usize>) -> Self {
        let start = floor_boundary(source, span.start);
        let end = floor_boundary(source, span.end).max(start);
        let before = source.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let text = source.get(line_start..).unwrap_or_default().lines().next().unwrap_or_default();
        let column = source.get(line_start..start).unwrap_or_default().chars().count();
        let inside = source.get(start..end).unwrap_or_default();
        let width = inside.lines().next().unwrap_or_default().chars().count().max(1);
        Self {
            line: before.matches('\n').count() + 1,
            column: column + 1,
            width,
            text: text.to_owned(),
        }
    }
}

fn floor_boundary(source: &str, index: usize) -> usize {
    let mut index = index.min(source.len());
    while !source.is_char_boundary(index) {
        index -= 1;
    }
    index
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: &'static str, path: &Path, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            path: path.to_owned(),
            place: None,
            message: message.into(),
            help: None,
        }
    }

    /// A warning without a place.
    pub fn warning(code: &'static str, path: &Path, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, path, message) }
    }

    /// Points at a byte span of the file's text.
    #[must_use]
    pub fn at(mut self, source: &str, span: Range<usize>) -> Self {
        self.place = Some(Location::of(source, span));
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{word}[{}]: {}", self.code, self.message)?;
        match &self.place {
            None => write!(f, "\n  --> {}", self.path.display())?,
            Some(place) => {
                let number = place.line.to_string();
                let margin = " ".repeat(number.len());
                write!(f, "\n  --> {}:{}:{}", self.path.display(), place.line, place.column)?;
                write!(f, "\n {margin} |\n {number} | {}", place.text.replace('\t', " "))?;
                let indent = " ".repeat(place.column - 1);
                write!(f, "\n {margin} | {indent}{}", "^".repeat(place.width))?;
            }
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// The faults found in a set of files, in the order they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether any of them stops the files from being used.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Takes all of `other`.
    pub fn extend(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, diagnostic) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_shows_the_line_and_a_caret_under_the_fault() {
        let source = "a = 1\nstatus = \"stabel\"\n";
        let start = source.find("\"stabel\"").unwrap();
        let diagnostic = Diagnostic::error("R001", Path::new("x.toml"), "unknown status")
            .at(source, start..start + 8)
            .help("one of experimental, test, stable, deprecated");
        let expected = "error[R001]: unknown status\n  --> x.toml:2:10\n   |\n 2 | status = \"stabel\"\n   |          ^^^^^^^^\n  help: one of experimental, test, stable, deprecated";
        assert_eq!(diagnostic.to_string(), expected);
    }

    #[test]
    fn a_span_past_the_end_or_inside_a_character_does_not_panic() {
        let location = Location::of("é", 1..900);
        assert_eq!((location.line, location.column, location.width), (1, 1, 1));
        assert_eq!(Location::of("", 5..9).line, 1);
    }
}
