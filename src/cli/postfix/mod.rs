//! `check --postfix DIR`: reads the settings of a Postfix instance and says, line by line, what to
//! set and what is dangerous.
//!
//! Codes are stable: `M001`, `M002` ... An error lets mail pass unread or leave unprotected, or
//! keeps it from passing at all; a warning is for somebody to look at.

mod attachment;
mod delivery;
mod instance;
mod ordinary;
mod route;
mod table;

#[cfg(test)]
mod samples;

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Exit, environment, report};
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use instance::Instance;

/// Says what is to be changed in the instance whose config folder is `folder`.
pub(crate) fn check(folder: &Path, config: &Config) -> Exit {
    match review(folder, config) {
        Ok(found) if found.0.is_empty() => report::out("Postfix: nothing to change"),
        Ok(found) => {
            environment::say(&found);
            if found.has_errors() { Exit::Config } else { Exit::Clean }
        }
        Err(error) => {
            report::error(&error.to_string());
            Exit::Usage
        }
    }
}

/// Reads the instance whose config folder is `folder` with postconf(1), and judges it.
///
/// # Errors
/// When postconf can't be run or does not understand the folder.
fn review(folder: &Path, config: &Config) -> Result<Diagnostics, PostconfError> {
    // `-x` expands $name.
    let main = postconf(folder, &["-x"])?;
    let master = postconf(folder, &["-M", "-x"])?;
    let instance = Instance::read(folder, &main, &master);
    Ok(judge(&instance, config, &|path| std::fs::read_to_string(path).ok()))
}

/// Judges an instance. `file` gives the text of a lookup table; nothing else is read.
fn judge(
    instance: &Instance,
    config: &Config,
    file: &dyn Fn(&Path) -> Option<String>,
) -> Diagnostics {
    let mut found = Diagnostics::default();
    let route = route::Route::of(instance, config, file);
    let role = Role::of(instance, &route);
    match role {
        Role::Scans => {
            attachment::review(instance, config, &mut found);
            ordinary::review(instance, config, &mut found);
            delivery::review(instance, &route, &mut found);
        }
        Role::Relays => delivery::review_relay(instance, &mut found),
    }
    route.review(instance, role, &mut found);
    found
}

/// What an instance is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It asks phi-milter, or should.
    Scans,
    /// It is the second of two: it has no milter, and routes on what the first one wrote.
    Relays,
}

impl Role {
    fn of(instance: &Instance, route: &route::Route) -> Self {
        if !instance.has_milters() && route.believes_the_message() {
            Self::Relays
        } else {
            Self::Scans
        }
    }
}

fn postconf(folder: &Path, words: &[&str]) -> Result<String, PostconfError> {
    // postconf takes a relative folder, the rest of Postfix does not; both are shown the same.
    let folder =
        folder.canonicalize().map_err(|cause| PostconfError::Folder(folder.into(), cause))?;
    let ran = Command::new(program())
        .arg("-c")
        .arg(&folder)
        .args(words)
        .output()
        .map_err(PostconfError::NotRun)?;
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stderr).trim().to_owned();
        return Err(PostconfError::Refused(folder, said));
    }
    Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
}

/// postconf(1) stands in /usr/sbin, which is not in everybody's PATH.
fn program() -> &'static OsStr {
    let usual = Path::new("/usr/sbin/postconf");
    if usual.exists() { usual.as_os_str() } else { OsStr::new("postconf") }
}

/// Why an instance could not be read.
#[derive(Debug)]
enum PostconfError {
    /// The folder can't be opened.
    Folder(PathBuf, io::Error),
    /// The program could not be started.
    NotRun(io::Error),
    /// It ended with a fault, and said why.
    Refused(PathBuf, String),
}

impl fmt::Display for PostconfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder, cause) => {
                write!(f, "cannot open {}: {cause}; name Postfix's config folder", folder.display())
            }
            Self::NotRun(cause) => {
                write!(f, "cannot run postconf: {cause}; is Postfix installed here?")
            }
            Self::Refused(folder, said) => {
                write!(f, "postconf does not understand {}: {said}", folder.display())
            }
        }
    }
}

impl std::error::Error for PostconfError {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_a_line_in_the_document_and_every_line_a_code() {
        let sources = [
            include_str!("attachment.rs"),
            include_str!("delivery.rs"),
            include_str!("ordinary.rs"),
            include_str!("route.rs"),
        ];
        let codes = |text: &str, before: &str| -> BTreeSet<String> {
            let after = text.split(before).skip(1);
            let words = after.filter_map(|rest| rest.get(..4)).map(str::to_owned);
            words
                .filter(|word| {
                    word.starts_with('M') && word.ends_with(|c: char| c.is_ascii_digit())
                })
                .collect()
        };
        let said: BTreeSet<String> = sources.iter().flat_map(|text| codes(text, "\"")).collect();
        let document = include_str!("../../../packaging/postfix.md");
        assert_eq!(said, codes(document, "\n| "));
        assert!(said.len() >= 23);
    }
}
